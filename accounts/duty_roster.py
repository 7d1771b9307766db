"""The annex as it stands at one moment: which person acts for which duty (rules P2, P3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.authority import Authority, Standing, refused
from accounts.domain.delegation import Link, acting, standing_of
from accounts.domain.division import Division
from accounts.models import Absence, Duty, Post, PostHolding, User
from accounts.models.duties import DutyCode, DutyDelegate

# Two questions of one request are asked at nearly the same moment.
NEARLY = timedelta(seconds=30)

_read: ContextVar[list[DutyRoster] | None] = ContextVar("rosters", default=None)


@contextmanager
def read_once() -> Iterator[None]:
    """Inside the block, in which nobody's duties change, `roster_at` reads the annex of a moment once."""
    if _read.get() is not None:
        yield
        return
    token = _read.set([])
    try:
        yield
    finally:
        _read.reset(token)


def roster_at(at: datetime) -> DutyRoster:
    """The annex at `at`, to be asked."""
    known = _read.get()
    found = next((roster for roster in known or () if abs(roster.at - at) < NEARLY), None)
    if found is None:
        found = DutyRoster(at)
        if known is not None:
            known.append(found)
    return found


@dataclass(frozen=True)
class HeldDuty:
    """A duty that a person may act for now."""

    code: DutyCode
    division: Division
    authority: Authority


@dataclass(frozen=True)
class StandIn:
    """A duty whose owner cannot act (`reason` says why), and who acts instead: None when nobody can.

    `owner` is the person who holds the owner's post; None while it is vacant.
    """

    code: DutyCode
    division: Division
    post: Post
    owner: User | None
    reason: str | Promise
    delegate: User | None
    delegate_post: str = ""

    @property
    def duty(self) -> str:
        return f"{self.division.label} {self.code.label}"


class DutyRoster:
    """All duties with their chains at `at`, read in four queries and asked as often as needed.

    `also_away` (person id → reason) are absences that nobody has recorded yet, to see what they would mean.
    """

    def __init__(self, at: datetime, *, also_away: Mapping[int, str] | None = None) -> None:
        self.at, day = at, timezone.localdate(at)
        self._holders = _holders(day)
        self._obstacles = {**(also_away or {}), **_obstacles(self._holders.values(), at)}
        duties = {(duty.code, duty.division): duty for duty in _duties()}
        self._owners = {key: duty.owner for key, duty in duties.items()}
        self._chains = {key: self._chain(duty) for key, duty in duties.items()}

    def authority(self, user: User, code: str, division: str) -> Authority:
        """Whether `user` acts for the duty, as its owner or as the delegate whose turn it is."""
        chain = self._chains.get((code, division), [])
        place = standing_of(user.pk, chain)
        if place is None:
            return refused(self._who_may(code, division))
        if place == 0:
            return Authority(True, chain[0].post)
        why = _("%(post)s代理%(owner)s（%(reason)s）") % {
            "post": chain[place].post,
            "owner": chain[0].post,
            "reason": chain[0].obstacle or _("出缺"),
        }
        return Authority(True, why, Standing.DELEGATE, self._person(chain[0].holder))

    def acting_person(self, code: str, division: str) -> User | None:
        """Who acts for the duty now; None when nobody can."""
        link = acting(self._chains.get((code, division), []))
        return self._person(link.holder) if link else None

    def duties_of(self, user: User) -> Iterator[HeldDuty]:
        """Every duty that `user` may act for now."""
        for code, division in self._chains:
            answer = self.authority(user, code, division)
            if answer.allowed:
                yield HeldDuty(DutyCode(code), Division(division), answer)

    def stand_ins(self) -> Iterator[StandIn]:
        """Every duty whose owner cannot act now, with who acts in their place."""
        for (code, division), chain in self._chains.items():
            owner, link = chain[0], acting(chain)
            if link is owner:
                continue
            yield StandIn(
                code=DutyCode(code),
                division=Division(division),
                post=self._owners[code, division],
                owner=self._person(owner.holder),
                reason=owner.obstacle or gettext_lazy("出缺"),
                delegate=self._person(link.holder) if link else None,
                delegate_post=link.post if link else "",
            )

    def _chain(self, duty: Duty) -> list[Link]:
        posts = [duty.owner, *(row.post for row in duty.delegate_rows.all())]
        return [self._link(post) for post in posts]

    def _link(self, post: Post) -> Link:
        holder = self._holders.get(post.pk)
        if holder is None:
            return Link(post.name, None)
        return Link(post.name, holder.pk, self._obstacles.get(holder.pk, ""))

    def _person(self, pk: int | None) -> User | None:
        return next((user for user in self._holders.values() if user.pk == pk), None)

    def _who_may(self, code: str, division: str) -> str:
        duty = f"{Division(division).label}「{DutyCode(code).label}」"
        link = acting(self._chains.get((code, division), []))
        if link is None:
            return _("%(duty)s目前沒有可辦理的人員，請洽執行秘書。") % {"duty": duty}
        person = self._person(link.holder)
        return _("%(duty)s由%(post)s %(person)s 辦理。") % {"duty": duty, "post": link.post, "person": person}


def _duties() -> list[Duty]:
    delegates = DutyDelegate.objects.select_related("post").order_by("order")
    duties = Duty.objects.select_related("owner").order_by("division", "pk")
    return list(duties.prefetch_related(Prefetch("delegate_rows", delegates)))


def _holders(day: date) -> dict[int, User]:
    """Post id → holder on `day`; of two who overlap, the one who came later. Who has left holds none."""
    holdings = PostHolding.objects.on(day).exclude(user__departure__leaves_on__lt=day)
    holdings = holdings.select_related("user").order_by("starts_on")
    return {holding.post_id: holding.user for holding in holdings}


def _obstacles(people: Iterable[User], at: datetime) -> dict[int, str | Promise]:
    """Person id → why they cannot act at `at`, for those who cannot."""
    absences = Absence.objects.on(timezone.localdate(at))
    obstacles: dict[int, str | Promise] = {absence.user_id: absence.reason for absence in absences}
    obstacles.update({user.pk: gettext_lazy("帳號停用") for user in people if not user.is_usable(at)})
    return obstacles
