"""What is done to accounts on the server itself, by commands (security B2)."""

from datetime import datetime

from accounts.acts import AccountAct
from accounts.models import User
from accounts.services import audit


def record_new_administrator(user: User, *, at: datetime) -> None:
    """That `user` was made by `createsuperuser`."""
    after = {"is_superuser": {"before": None, "after": str(user.is_superuser)}}
    audit.record(
        AccountAct.CHANGE_PRIVILEGES, by=None, at=at, subject=user, changes=after, reason="createsuperuser"
    )


def record_new_password(user: User, *, at: datetime) -> None:
    """That the password of `user` was set by `changepassword`."""
    audit.record(AccountAct.CHANGE_PASSWORD, by=None, at=at, subject=user, reason="changepassword")
