"""Whose account it is that somebody from the provider comes for; nobody gets a new one."""

from __future__ import annotations

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.domain.provider_claims import Claims
from accounts.models import Student, User
from accounts.sign_in.errors import SignInRefused
from accounts.user_queries import users_with_email


def is_of_this_school(claims: Claims) -> bool:
    """Whether the provider, which may serve many schools, counts the person among this one's people."""
    wanted = {value.casefold() for value in settings.OIDC_REQUIRED_VALUES}
    return not settings.OIDC_REQUIRED_CLAIM or bool(wanted & claims.school)


def person_behind(claims: Claims) -> User:
    """The one account that the student number, or else the verified e-mail address, belongs to.

    Raises:
        SignInRefused: neither is anybody's, or they are not one person's.
    """
    student = _student_of(claims)
    owners = users_with_email(claims.email) if _can_be_trusted(claims) else []
    if student:
        if owners and student.user not in owners:
            raise SignInRefused(_("登入服務給的學號與電子郵件屬於不同的帳號，請洽學校註冊組。"), student.user)
        return student.user
    if len(owners) > 1:
        raise SignInRefused(_("有兩個以上的帳號登記這個電子郵件，無法確定是哪一位，請洽學校註冊組。"))
    if not owners:
        raise SignInRefused(_unknown(claims))
    return owners[0]


def _student_of(claims: Claims) -> Student | None:
    """Student numbers are a school's own: where the provider serves others too, the address has to say so."""
    if settings.OIDC_TRUSTED_DOMAINS and not _can_be_trusted(claims):
        return None
    return Student.objects.select_related("user").filter(student_number=claims.student_number).first()


def _can_be_trusted(claims: Claims) -> bool:
    return bool(claims.email) and claims.email_verified and _is_of_the_school(claims.email)


def _is_of_the_school(email: str) -> bool:
    domains = [domain.lower() for domain in settings.OIDC_TRUSTED_DOMAINS]
    return not domains or email.lower().rpartition("@")[2] in domains


def _unknown(claims: Claims) -> Promise:
    if claims.email and not claims.email_verified:
        return _("登入服務還沒有確認您的電子郵件，因此不能用來登入。請先在該服務完成電子郵件驗證。")
    if claims.email and not _is_of_the_school(claims.email):
        return _("請改用學校的帳號登入；這個電子郵件不屬於學校的網域。")
    return _("本平臺沒有登記這個帳號的人員。請改用學校發給的帳號密碼登入，或洽學校註冊組登記電子郵件。")
