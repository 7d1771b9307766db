"""What a request brings: posted forms, and what the address says."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from accounts.requests import signed_in
from portfolio.tickets import give_ticket, started_at


def posted(request: HttpRequest) -> dict[str, Any]:
    """The arguments that bind a form to a POST; none for any other request."""
    return {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}


def asks_for_draft(request: HttpRequest) -> bool:
    """Whether a form was sent to be kept as a draft."""
    return request.method == "POST" and "draft" in request.POST


def number(request: HttpRequest, name: str) -> int | None:
    """The whole number that the address gives as `name`; anything else counts as not given."""
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


@dataclass(frozen=True)
class UploadStart:
    """The ticket of an upload form, and when it proves the form was opened (None for a new one)."""

    ticket: str
    at: datetime | None


def upload_start(request: HttpRequest, now: datetime) -> UploadStart:
    """A new ticket when the form is opened; when it comes back, the one it was opened with."""
    user, ticket = signed_in(request), request.POST.get("ticket", "")
    if not ticket:
        return UploadStart(give_ticket(user, now), None)
    return UploadStart(ticket, started_at(ticket, user))
