"""The language of pages: Traditional Chinese unless the person chose another, whatever a browser asks for."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

GetResponse = Callable[[HttpRequest], HttpResponse]
_SESSION_KEY = "language"
_A_YEAR = 365 * 24 * 3600


class ChosenLanguageMiddleware:
    """The choice is kept in a cookie, and with the account for the next browser signed in with."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = chosen(request)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self._get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def chosen(request: HttpRequest) -> str:
    language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if not language and settings.SESSION_COOKIE_NAME in request.COOKIES:
        language = request.session.get(_SESSION_KEY, "")
    return language if is_offered(language) else settings.LANGUAGE_CODE


def is_offered(language: str) -> bool:
    return language in dict(settings.LANGUAGES)


def speaking(language: str = "") -> AbstractContextManager[None]:
    """Inside the block words come in `language`, an account's; without in the school's, as on the trail."""
    return translation.override(language if is_offered(language) else settings.LANGUAGE_CODE)


def begin(request: HttpRequest, language: str) -> None:
    """Somebody whose account has `language` signed in."""
    if language:
        request.session[_SESSION_KEY] = language


def keep(response: HttpResponse, language: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=_A_YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
