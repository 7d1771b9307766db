"""Sign-in by password, for accounts that may still be used."""

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser

from accounts import clock
from accounts.models import User


class UsableAccountBackend(ModelBackend):
    """Also ends a session that is under way once its account is disabled or past its sunset date (C5)."""

    def user_can_authenticate(self, user: User | AnonymousUser | None) -> bool:
        return isinstance(user, User) and user.is_usable(clock.now())
