"""Saying who stands in for whom, when it begins to matter (rules P3, 12-1).

Who may act follows from the absences themselves; here people are only told of it. Running late or twice
tells nobody twice.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import partial

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.joining import noted
from accounts.domain.roc_calendar import roc_date
from accounts.duty_roster import DutyRoster, StandIn
from accounts.models import Absence, Notice, Post, PostHolding, School, User
from accounts.services import notices

Words = Callable[[], str]


@transaction.atomic
def announce_delegations(at: datetime) -> int:
    """Tell owners and delegates of the delegations in force, and the executive secretary, once a day at most,
    of the duties that nobody can act for; how many delegations there are.
    """
    stand_ins = list(DutyRoster(at).stand_ins())
    if not stand_ins:
        return 0
    causes = _Causes(timezone.localdate(at))
    groups: dict[tuple[str, User | None], list[StandIn]] = {}
    for one in stand_ins:
        groups.setdefault((causes.key_of(one), one.delegate), []).append(one)
    for (key, delegate), duties in groups.items():
        whom = partial(causes.words_of, duties[0])
        _tell_both(f"delegation-{key}-{delegate.pk if delegate else 'nobody'}", whom, duties, at)
    _tell_of_uncovered([one for one in stand_ins if one.delegate is None], at)
    return len([True for __, delegate in groups if delegate])


def announce_end(absence: Absence, at: datetime) -> None:
    """Tell the delegates who were told of `absence` that it is over before its time."""
    told = Notice.objects.filter(key__startswith=f"delegation-away{absence.pk}-").exclude(user=absence.user)
    notices.tell(
        User.objects.filter(notices__in=told).distinct(),
        key=f"delegation-over-{absence.pk}-{timezone.localdate(at)}",
        subject=lambda: _("%(person)s 的差假已結束，代理停止") % {"person": absence.user},
        url=reverse("home"),
        at=at,
    )


class _Causes:
    """Why owners cannot act on a day, each under a key of its own: the next absence is told anew."""

    def __init__(self, day: date) -> None:
        self._absences = {absence.user_id: absence for absence in Absence.objects.on(day)}

    def key_of(self, one: StandIn) -> str:
        if one.owner is None:
            return f"vacant{one.post.pk}-{_last_holding(one.post)}"
        if absence := self._absences.get(one.owner.pk):
            return f"away{absence.pk}"
        return f"account{one.owner.pk}-{_last_holding(one.post)}"

    def words_of(self, one: StandIn) -> str:
        """What a delegate is told of it."""
        absence = self._absences.get(one.owner.pk) if one.owner else None
        if absence:
            until = _("差假至 %(day)s") % {"day": roc_date(absence.ends_on)}
            return noted(one.owner, until)
        return noted(one.owner or one.post, one.reason)


def _last_holding(post: Post) -> int:
    holding = PostHolding.objects.filter(post=post).order_by("-starts_on").first()
    return holding.pk if holding else 0


def _tell_both(key: str, whom: Words, duties: list[StandIn], at: datetime) -> None:
    first = duties[0]

    def body() -> str:
        return "\n".join(one.duty for one in duties)

    if first.delegate:
        notices.tell(
            [first.delegate],
            key=key,
            subject=lambda: _("您開始代理 %(whom)s") % {"whom": whom()},
            body=body,
            url=reverse("home"),
            at=at,
        )
    if first.owner:
        url = reverse("people:absences")
        notices.tell([first.owner], key=key, subject=partial(_who_acts, first), body=body, url=url, at=at)


def _who_acts(one: StandIn) -> str:
    if one.delegate is None:
        return _("您的職掌目前無人可代理")
    parts = {"post": one.delegate_post, "person": one.delegate}
    return _("您的職掌目前由 %(post)s %(person)s 代理") % parts


def _tell_of_uncovered(uncovered: list[StandIn], at: datetime) -> None:
    if not uncovered:
        return

    def lines() -> list[str]:
        return [_("%(duty)s（%(post)s：%(reason)s）") % _parts(one) for one in uncovered]

    notices.tell(
        _executive_secretary(timezone.localdate(at)),
        key=f"uncovered-{timezone.localdate(at)}",
        subject=lambda: _("%(count)d 項職掌目前無人可辦理") % {"count": len(uncovered)},
        body=lambda: "\n".join(lines()),
        url=reverse("people:absences"),
        at=at,
    )


def _parts(one: StandIn) -> dict[str, object]:
    return {"duty": one.duty, "post": one.post, "reason": one.reason}


def _executive_secretary(day: date) -> Iterable[User]:
    """Who holds the executive secretary's post; the administrators when nobody does."""
    school = School.objects.first()
    holdings = PostHolding.objects.on(day).filter(post=school.executive_secretary_id if school else None)
    holders = list(User.objects.filter(holdings__in=holdings, is_active=True).distinct())
    return holders or User.objects.filter(is_superuser=True, is_active=True)
