"""Whose pages these are: the offices that submit rosters and look after receipts."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from accounts import clock
from accounts.authority import require
from accounts.panels import Visitor
from accounts.requests import signed_in
from submissions.models import Batch
from submissions.permissions import SubmissionAct
from submissions.queries import batches_for, is_concerned, with_progress

P = ParamSpec("P")
Response = TypeVar("Response", bound=HttpResponseBase)


def for_offices(
    view: Callable[Concatenate[HttpRequest, Visitor, P], Response],
) -> Callable[Concatenate[HttpRequest, P], Response]:
    """People with a duty about submissions only; the view gets them, and the time, after the request."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> Response:
        visitor = Visitor(signed_in(request), clock.now())
        if not is_concerned(visitor):
            raise PermissionDenied
        return view(request, visitor, *args, **kwargs)

    return guarded


def visible_batch(visitor: Visitor, pk: int) -> Batch:
    """The batch with_progress; another office's is not there."""
    return get_object_or_404(with_progress(batches_for(visitor)), pk=pk)


def batch_for(visitor: Visitor, pk: int, act: SubmissionAct) -> Batch:
    """As `visible_batch`, for somebody who may do `act` to it.

    Raises:
        NotAllowed: the message names who may.
    """
    batch = visible_batch(visitor, pk)
    require(visitor.user, act, batch, visitor.now)
    return batch
