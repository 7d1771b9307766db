"""Uploaded files, to who may look at them."""

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.authority import Authority, authority
from accounts.models import User
from accounts.requests import signed_in
from portfolio import derived
from portfolio.models import Attachment
from portfolio.permissions import PortfolioAct
from portfolio.queries import attachments_with_owners
from portfolio.services.file_views import record_view
from portfolio.serving import attachment_response, thumbnail_response


@require_safe
@login_required
def serve(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file to look at, or with `?download=1` to keep; to others it is as if there were none."""
    user, now = signed_in(request), clock.now()
    attachment, answer = _shown_to(user, pk, now)
    response = attachment_response(
        attachment, to=user, download="download" in request.GET, wanted=request.headers.get("Range", "")
    )
    record_view(attachment, by=user, authority=answer, at=now)
    return response


@require_safe
@login_required
def thumbnail(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A small picture of the file, to whom the file is shown. It is no look at the file: lists show many."""
    attachment, __ = _shown_to(signed_in(request), pk, clock.now())
    picture = derived.thumbnail(attachment)
    if picture is None:
        raise Http404
    return thumbnail_response(picture)


def _shown_to(user: User, pk: int, now: datetime) -> tuple[Attachment, Authority]:
    attachment = get_object_or_404(attachments_with_owners(), pk=pk)
    answer = authority(user, PortfolioAct.VIEW_FILE, attachment, now)
    if not answer.allowed:
        raise Http404
    return attachment, answer
