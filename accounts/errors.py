"""What may go wrong in the school's own terms. Messages are shown to people as they are."""

from http import HTTPStatus


class DomainError(Exception):
    """A refusal with a message the person can act on, in their language."""

    status = HTTPStatus.CONFLICT

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = str(message)


class NotAllowed(DomainError):
    """This person may not do this now; the message says who may."""

    status = HTTPStatus.FORBIDDEN


class WindowClosed(DomainError):
    """The act has its window, and it is not open now; the message gives its dates."""


class QuotaExceeded(DomainError):
    """The limit is reached; the message states it and how to free a place."""


class InvalidInput(DomainError):
    """What was given cannot be accepted; the message names the part and the mend."""

    status = HTTPStatus.BAD_REQUEST


class NotInstalled(DomainError):
    """This installation lacks a part; the message says what, for the one who runs it."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class Conflict(DomainError):
    """The thing is no longer in a state in which this act makes sense."""
