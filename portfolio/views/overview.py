from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.enrolled import read_only_reason
from accounts.models import Student
from portfolio.overview import year_pieces
from portfolio.queries import school_years_of
from portfolio.student_windows import StudentWindows
from portfolio.views.access import for_students
from portfolio.views.requests import number
from schedules.domain.terms import school_year_of


@require_safe
@for_students
def index(request: HttpRequest, student: Student) -> HttpResponse:
    """What the student has, one school year at a time, and until when they can do what."""
    now = clock.now()
    this_year = school_year_of(timezone.localdate(now))
    years = sorted(school_years_of(student) | {this_year}, reverse=True)
    year = number(request, "year") or this_year
    if year not in years:
        raise Http404
    windows = StudentWindows(student)
    context = {
        "read_only": read_only_reason(student),
        "windows": windows.mattering(now),
        "years": years,
        "year": year_pieces(student, year, windows, now),
    }
    return render(request, "portfolio/index.html", context)
