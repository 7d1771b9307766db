"""Who may do what, to what, now: one question, asked by every service, answered here.

Apps register how an act's authority is found (`resolves`), mostly in their `permissions.py`. The answer says
in which standing the person acts and for whom, and is stored with the act.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import NotAllowed
from accounts.language import speaking
from accounts.models import User


class Standing(StrEnum):
    OWNER = "owner"
    DELEGATE = "delegate"
    PROXY = "proxy"


@dataclass(frozen=True)
class Authority:
    """The answer. `why` is for people: in which capacity they act, or who may when they may not.

    `principal` is the person acted for: None for one's own acts and for a vacant post.
    """

    allowed: bool
    why: str
    standing: Standing = Standing.OWNER
    principal: User | None = None


Resolver = Callable[[User, Any, datetime], Authority]
_resolvers: dict[str, Resolver] = {}
_after_leaving: set[str] = set()


def resolves(act: str, *, after_leaving: bool = False) -> Callable[[Resolver], Resolver]:
    """Register the decorated function as the one that answers for `act`.

    `after_leaving` also asks it about people who have left the school; to them every other act is refused.
    """

    def keep(resolver: Resolver) -> Resolver:
        _resolvers[act] = resolver
        if after_leaving:
            _after_leaving.add(act)
        return resolver

    return keep


def authority(user: User, act: str, subject: Any, at: datetime) -> Authority:
    """Whether `user` may do `act` to `subject` at `at`, in which standing and for whom."""
    if not user.is_usable(at):
        return refused(_("這個帳號已停用或到期，請洽註冊組。"))
    if act not in _after_leaving and has_left(user, at):
        return refused(_("您已離職，帳號只保留供認證原授課程的課程學習成果。"))
    return _resolvers[act](user, subject, at)


def has_left(user: User, at: datetime) -> bool:
    """Whether the last day of work of `user` has passed; the account may live on to certify (rules C5)."""
    departure = getattr(user, "departure", None)
    return departure is not None and departure.leaves_on < timezone.localdate(at)


def require(user: User, act: str, subject: Any, at: datetime) -> Authority:
    """As `authority`, but an answer that is no raises; one that is yes is worded as on the trail.

    Raises:
        NotAllowed: with the reason, which names who may, in the words of who asked.
    """
    with speaking():
        answer = authority(user, act, subject, at)
    if not answer.allowed:
        raise NotAllowed(authority(user, act, subject, at).why)
    return answer


def granted(why: str) -> Authority:
    """Yes, in the person's own right."""
    return Authority(True, why)


def refused(why: str) -> Authority:
    return Authority(False, why)


def first_granted(*answers: Authority) -> Authority:
    """The first yes among `answers`; the first no when there is none."""
    return next((answer for answer in answers if answer.allowed), replace(answers[0]))


def require_or_console(user: User | None, act: str, subject: Any, at: datetime) -> Authority:
    """As `require`; None stands for whoever runs a command on the server itself."""
    return require(user, act, subject, at) if user else granted(_("伺服器命令列"))
