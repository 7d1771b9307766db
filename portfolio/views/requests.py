"""What a request brings: posted forms, and what the address says."""

from typing import Any

from django.http import HttpRequest


def posted(request: HttpRequest) -> dict[str, Any]:
    """The arguments that bind a form to a POST; none for any other request."""
    return {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}


def number(request: HttpRequest, name: str) -> int | None:
    """The whole number that the address gives as `name`; anything else counts as not given."""
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else None
