"""Every account with what it may do, as reviewers look at it (security A4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.domain.joining import joined
from accounts.domain.roc_calendar import roc_datetime, school_year_of
from accounts.models import ClassPlacement, Guardianship, PostHolding, SchoolClass, User

LONG = timedelta(days=90)
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class Group(TextChoices):
    """Which accounts are shown."""

    ADMINISTRATORS = "administrators", gettext_lazy("管理介面")
    STAFF = "staff", gettext_lazy("教職員")
    STUDENTS = "students", gettext_lazy("學生")
    GUARDIANS = "guardians", gettext_lazy("家長／法定代理人")


class Status(TextChoices):
    USABLE = "usable", gettext_lazy("可用")
    DISABLED = "disabled", gettext_lazy("已停用")
    EXPIRED = "expired", gettext_lazy("已到期")
    UNSEEN = "unseen", gettext_lazy("可用，但超過 90 天未登入")


@dataclass(frozen=True)
class AccountLine:
    """One account, in words. `heed` marks what a reviewer should not pass over."""

    user: User
    role: str
    posts: str
    classes: str
    status: str
    last_sign_in: str
    second_factor: str
    administers: str

    @property
    def heed(self) -> bool:
        return bool(self.administers) and not self.second_factor

    @property
    def cells(self) -> list[str]:
        user = self.user
        return [
            user.username,
            user.name,
            self.role,
            self.posts,
            self.classes,
            self.status,
            self.last_sign_in,
            self.second_factor,
            self.administers,
        ]


def headings() -> list[str]:
    return [
        _("帳號"),
        _("姓名"),
        _("身分"),
        _("職務"),
        _("班級"),
        _("狀態"),
        _("最後登入"),
        _("兩步驟驗證"),
        _("管理權限"),
    ]


def accounts(at: datetime, *, group: str = "", status: str = "", words: str = "") -> QuerySet[User]:
    """The accounts that are narrowed down to, administrators first, with everything `lines` reads."""
    found = _with_all_that_is_shown(User.objects.all(), at).order_by("-is_superuser", "-is_staff", "username")
    if group in _GROUPS:
        found = found.filter(_GROUPS[group]())
    if status in _STATUSES:
        found = found.filter(_STATUSES[status](at))
    return found.filter(Q(username__icontains=words) | Q(name__icontains=words)) if words else found


def lines(users: Iterable[Any], at: datetime) -> list[AccountLine]:
    return [_line(user, at) for user in users]


def _line(user: Any, at: datetime) -> AccountLine:
    return AccountLine(
        user=user,
        role=_role(user),
        posts=joined(holding.post.name for holding in user.current_holdings),
        classes=joined(_classes(user)),
        status=_status(user, at),
        last_sign_in=roc_datetime(user.last_login) or _("從未登入"),
        second_factor=_("有") if user.has_second_factor else "",
        administers=_("超級使用者") if user.is_superuser else _("可進管理介面") if user.is_staff else "",
    )


def _role(user: Any) -> str:
    if hasattr(user, "student"):
        return _("學生")
    if user.current_guardianships and not user.current_holdings:
        return _("家長／法定代理人")
    return _("教職員")


def _classes(user: Any) -> list[str]:
    """A student's latest class; the ones that a teacher is homeroom teacher of this year."""
    if hasattr(user, "student"):
        return [str(placement.school_class) for placement in user.student.latest_placements[:1]]
    return [_("%(class)s導師") % {"class": each.name} for each in user.current_homerooms]


def _status(user: User, at: datetime) -> str:
    if not user.is_active:
        return str(Status.DISABLED.label)
    if not user.is_usable(at):
        return str(Status.EXPIRED.label)
    seen = max(filter(None, (user.last_login, user.date_joined, user.reactivated_at)))
    return str(Status.UNSEEN.label if seen < at - LONG else Status.USABLE.label)


def _with_all_that_is_shown(users: QuerySet[User], at: datetime) -> QuerySet[User]:
    day = timezone.localdate(at)
    holdings = PostHolding.objects.on(day).select_related("post")
    homerooms = SchoolClass.objects.filter(school_year=school_year_of(day))
    placements = ClassPlacement.objects.select_related("school_class").order_by("-school_year")
    factor = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
    return (
        users.select_related("student")
        .annotate(has_second_factor=Exists(factor))
        .prefetch_related(
            Prefetch("holdings", holdings, "current_holdings"),
            Prefetch("homerooms", homerooms, "current_homerooms"),
            Prefetch("guardianships", Guardianship.objects.on(day), "current_guardianships"),
            Prefetch("student__placements", placements, "latest_placements"),
        )
    )


def _staff() -> Q:
    is_guardian = Guardianship.objects.filter(guardian=OuterRef("pk"))
    holds_post = PostHolding.objects.filter(user=OuterRef("pk"))
    return Q(student=None) & (~Q(Exists(is_guardian)) | Q(Exists(holds_post)))


_GROUPS: dict[str, Callable[[], Q]] = {
    Group.ADMINISTRATORS: lambda: Q(is_superuser=True) | Q(is_staff=True),
    Group.STAFF: _staff,
    Group.STUDENTS: lambda: Q(student__isnull=False),
    Group.GUARDIANS: lambda: Q(Exists(Guardianship.objects.filter(guardian=OuterRef("pk")))),
}


def _usable(at: datetime) -> Q:
    return Q(is_active=True) & (Q(expires_at=None) | Q(expires_at__gt=at))


def _unseen(at: datetime) -> Q:
    since = at - LONG
    unseen = Q(last_login=None) | Q(last_login__lt=since)
    rested = Q(reactivated_at=None) | Q(reactivated_at__lt=since)
    return _usable(at) & Q(date_joined__lt=since) & unseen & rested


_STATUSES: dict[str, Callable[[datetime], Q]] = {
    Status.USABLE: _usable,
    Status.DISABLED: lambda at: Q(is_active=False),
    Status.EXPIRED: lambda at: Q(is_active=True, expires_at__lte=at),
    Status.UNSEEN: _unseen,
}
