"""What a new password must be like, whichever page or command sets it (baseline D5)."""

from __future__ import annotations

from django.contrib.auth.hashers import check_password, is_password_usable
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import clock
from accounts.domain.password_strength import CLASSES_NEEDED, classes_in
from accounts.models import User
from accounts.security_rules import policy
from accounts.services.passwords import last_passwords, remember


class CharacterClassesValidator:
    """At least three of lower case, upper case, digits and other signs."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        if classes_in(password) < CLASSES_NEEDED:
            raise ValidationError(self.get_help_text(), code="password_too_plain")

    def get_help_text(self) -> str:
        return _("密碼要包含小寫字母、大寫字母、數字、符號中的至少三種。")


class PasswordHistoryValidator:
    """Not one of the last few; Django tells it of every password that is set, so it remembers them too."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        if not isinstance(user, User) or user.pk is None:
            return
        stored = User.objects.only("password").get(pk=user.pk)
        if any(
            check_password(password, known) for known in last_passwords(stored) if is_password_usable(known)
        ):
            raise ValidationError(self.get_help_text(), code="password_used_before")

    def password_changed(self, password: str, user: AbstractBaseUser | None = None) -> None:
        if isinstance(user, User):
            remember(user, clock.now())

    def get_help_text(self) -> str:
        count = policy().remembered_passwords
        return ngettext(
            "密碼不可與前 %(count)d 次的密碼相同。", "密碼不可與前 %(count)d 次的密碼相同。", count
        ) % {"count": count}
