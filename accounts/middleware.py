"""Around every request: where it comes from, and refusals in words a person can act on."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import request_origin
from accounts.domain.networks import forwarded_for
from accounts.duty_roster import read_once
from accounts.errors import DomainError

GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestOriginMiddleware:
    """Lets the trail say from where something was done."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with request_origin.serving(_client(request)):
            return self._get_response(request)


class OneRosterMiddleware:
    """A page that is only looked at reads the annex once, however many of its parts ask who may do what."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self._get_response(request)
        with read_once():
            return self._get_response(request)


class DomainErrorMiddleware:
    """Turns a refusal raised anywhere below a view into one clear page; nothing was changed by then."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Http404):
            # As everywhere else also where DEBUG is on: the demo school shows what people will see.
            return render(request, "404.html", status=HTTPStatus.NOT_FOUND)
        if not isinstance(exception, DomainError):
            return None
        context = {"message": exception.message, "back_url": came_from(request)}
        return render(request, "errors/refused.html", context, status=exception.status)


def _client(request: HttpRequest) -> str | None:
    """Whom our own proxies heard from, if there are any; what a client says of itself is hearsay.

    Without a word of theirs it is whoever is connected: what cannot be read never stands for an address.
    """
    header = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_PROXY else ""
    forwarded = forwarded_for(header, settings.PROXY_COUNT) if header else None
    return forwarded or request.META.get("REMOTE_ADDR") or None


def came_from(request: HttpRequest) -> str:
    """The page of ours that the person was on, empty when unknown or foreign."""
    referer = request.META.get("HTTP_REFERER", "")
    ours = url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure())
    return referer if ours else ""
