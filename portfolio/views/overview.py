from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.enrolled import read_only_reason
from accounts.models import Student
from portfolio.own_pieces import own_pieces, years_of
from portfolio.piece_filter_form import ALL_YEARS, PieceFilterForm, wanted
from portfolio.student_windows import StudentWindows
from portfolio.views.access import for_students
from portfolio.views.requests import number


@require_safe
@for_students
def index(request: HttpRequest, student: Student) -> HttpResponse:
    """What the student has, by school year and term, and until when they can do what."""
    now, windows, looked_for = clock.now(), StudentWindows(student), wanted(request.GET)
    years = years_of(student, now)
    chosen = _chosen_year(request, years, is_search=looked_for.is_set)
    pieces = own_pieces(student, [chosen] if chosen else years, looked_for, windows, now)
    context = {
        "read_only": read_only_reason(student),
        "windows": windows.mattering(now),
        "years": years,
        "chosen": chosen,
        "pieces": pieces,
        "is_search": looked_for.is_set,
        "form": PieceFilterForm(request.GET, years=years, kinds=pieces.kinds, states=pieces.states),
    }
    return render(request, "portfolio/index.html", context)


def _chosen_year(request: HttpRequest, years: list[int], *, is_search: bool) -> int | None:
    """The year in the address; without one the newest, or when something is looked for all: None."""
    if request.GET.get("year") == ALL_YEARS:
        return None
    year = number(request, "year")
    if year is None:
        return None if is_search else years[0]
    if year not in years:
        raise Http404
    return year
