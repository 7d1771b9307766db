from http import HTTPStatus

from accounts.errors import DomainError, NotAllowed
from accounts.models import User


class SignInRefused(NotAllowed):
    """Who they are is known well enough, but they may not come in; `person` is the account it is about."""

    def __init__(self, message: str, person: User | None = None) -> None:
        super().__init__(message)
        self.person = person


class ProviderSilent(DomainError):
    """The provider cannot be asked now."""

    status = HTTPStatus.BAD_GATEWAY
