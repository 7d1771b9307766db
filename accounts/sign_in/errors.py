from http import HTTPStatus

from django.utils.functional import Promise

from accounts.errors import DomainError, NotAllowed
from accounts.models import User


class SignInRefused(NotAllowed):
    """Who they are is known well enough, but they may not come in; `person` is the account it is about.

    `words` are the message for the trail, in whichever language it is shown.
    """

    def __init__(self, message: str | Promise, person: User | None = None) -> None:
        super().__init__(str(message))
        self.words, self.person = message, person


class ProviderSilent(DomainError):
    """The provider cannot be asked now."""

    status = HTTPStatus.BAD_GATEWAY
