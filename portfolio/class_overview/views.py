"""Classes at a glance: the homeroom teacher's own, and all of a division for its offices."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.models import SchoolClass
from accounts.requests import signed_in
from portfolio.class_overview import queries
from portfolio.class_overview.permissions import (
    homeroom_classes,
    overseen_divisions,
    this_year,
    visible_classes,
)
from portfolio.services.class_reminders import remind_class
from portfolio.views.requests import number


@require_safe
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """The homeroom teacher's class; whoever has none goes on to the classes of their office."""
    user, now = signed_in(request), clock.now()
    own = homeroom_classes(user, now).order_by("division", "grade", "name").first()
    if own:
        return _class_page(request, own)
    if not overseen_divisions(user, now):
        raise Http404
    return redirect("class_overview:school")


@require_safe
@login_required
def school(request: HttpRequest) -> HttpResponse:
    """Class by class, for the offices: everything of their division."""
    user, now = signed_in(request), clock.now()
    divisions = overseen_divisions(user, now)
    if not divisions:
        raise Http404
    year = this_year(now)
    classes = SchoolClass.objects.filter(school_year=year, division__in=divisions)
    tables = queries.school_overview(classes, year, now)
    return render(request, "class_overview/school.html", {"tables": tables, "year": year})


@require_safe
@login_required
def school_class(request: HttpRequest, pk: int) -> HttpResponse:
    return _class_page(request, _visible(request, pk))


@require_safe
@login_required
def sheets(request: HttpRequest, pk: int) -> HttpResponse:
    """The class on paper: its grid, and a list to sign."""
    overview = queries.class_overview(_visible(request, pk), clock.now())
    return render(request, "class_overview/sheets.html", {"overview": overview})


@require_POST
@login_required
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    one = _visible(request, pk)
    key = request.POST.get("kind", "")
    count = remind_class(one, key, by=signed_in(request), at=clock.now())
    messages.success(request, _("已提醒 %(count)d 人；他們會在通知與信件中看到。") % {"count": count})
    return redirect("class_overview:class", pk)


@require_safe
@login_required
def student(request: HttpRequest, pk: int, student: int) -> HttpResponse:
    """A student's pieces, read-only, for the homeroom teacher."""
    own = get_object_or_404(homeroom_classes(signed_in(request), clock.now()), pk=pk)
    placement = get_object_or_404(queries.students_of(own), student=student)
    year = number(request, "year") or own.school_year
    pieces = queries.student_pieces(placement.student, year, own.school_year)
    if year not in pieces.years:
        raise Http404
    context = {"school_class": own, "placement": placement, "pieces": pieces}
    return render(request, "class_overview/student.html", context)


def _visible(request: HttpRequest, pk: int) -> SchoolClass:
    """A class that the person looks after; to others it is not there."""
    return get_object_or_404(visible_classes(signed_in(request), clock.now()), pk=pk)


def _class_page(request: HttpRequest, one: SchoolClass) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    overview, chosen = queries.class_overview(one, now), request.GET.get("show", "")
    own = list(homeroom_classes(user, now).order_by("division", "grade", "name"))
    context = {
        "overview": overview,
        "rows": overview.filtered(chosen),
        "chosen": chosen,
        "reminders": queries.shown_reminders(one, now),
        "own_classes": own,
        "is_homeroom": one in own,
        "oversees": bool(overseen_divisions(user, now)),
    }
    return render(request, "class_overview/class.html", context)
