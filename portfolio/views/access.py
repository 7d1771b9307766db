"""Whose pages are whose: students have theirs, those who certify have theirs."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404

from accounts import clock
from accounts.models import Student, User
from accounts.requests import signed_in
from accounts.services.record_views import record_view
from portfolio.archives.access import require_access
from portfolio.certification_authority import CertificationChains
from portfolio.certification_queries import stands_in_a_chain
from portfolio.proxies import Aid, Helper

P = ParamSpec("P")
Answer = TypeVar("Answer", bound=HttpResponseBase)
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def for_students(
    view: Callable[Concatenate[HttpRequest, Student, P], Answer],
) -> Callable[Concatenate[HttpRequest, P], Answer]:
    """Signed-in students only; the view gets the student after the request."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> Answer:
        student = Student.objects.select_related("user").filter(user=signed_in(request)).first()
        if student is None:
            raise PermissionDenied
        require_access(student, clock.now())
        return view(request, student, *args, **kwargs)

    return guarded


def for_certifiers(view: Callable[Concatenate[HttpRequest, User, P], HttpResponse]) -> View[P]:
    """People in a certification chain only, as teacher, stand-in or office; the view gets the person."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        user = signed_in(request)
        if not (stands_in_a_chain(user) or CertificationChains(clock.now()).divisions_submitted_by(user)):
            raise PermissionDenied
        return view(request, user, *args, **kwargs)

    return guarded


def for_helpers(
    view: Callable[Concatenate[HttpRequest, Aid, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Who may help the student whose id the address gives as `student`; to others that student is not there.

    The view gets that help after the request, instead of the id. That they looked is on the trail.
    """

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, /, student: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        helper = Helper(signed_in(request), clock.now())
        aid = helper.aid_for(get_object_or_404(helper.students(), pk=student))
        if aid is None:
            raise Http404
        record_view(aid.student, by=aid.helper, at=aid.now)
        return view(request, aid, *args, **kwargs)

    return guarded
