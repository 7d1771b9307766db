"""The person behind a request."""

from typing import cast

from django.http import HttpRequest

from accounts.models import User


def signed_in(request: HttpRequest) -> User:
    """Who is signed in; for views behind `login_required`."""
    return cast(User, request.user)
