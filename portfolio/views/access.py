"""Whose pages are whose: students have theirs, teachers have theirs."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from accounts.models import Student, User
from accounts.requests import signed_in
from portfolio.certification_queries import teaches

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def for_students(view: Callable[Concatenate[HttpRequest, Student, P], HttpResponse]) -> View[P]:
    """Signed-in students only; the view gets the student after the request."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        student = Student.objects.select_related("user").filter(user=signed_in(request)).first()
        if student is None:
            raise PermissionDenied
        return view(request, student, *args, **kwargs)

    return guarded


def for_teachers(view: Callable[Concatenate[HttpRequest, User, P], HttpResponse]) -> View[P]:
    """People who teach or taught a course only; the view gets the teacher after the request."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        teacher = signed_in(request)
        if not teaches(teacher):
            raise PermissionDenied
        return view(request, teacher, *args, **kwargs)

    return guarded
