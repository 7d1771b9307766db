"""Who certifies a section's course outcomes at a moment (article 12-2), for as many sections as asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.authority import Authority, Standing, granted, refused
from accounts.domain.division import Division
from accounts.duty_roster import roster_at
from accounts.models import Absence, Departure, User
from accounts.models.duties import DutyCode
from portfolio.domain.certification_chain import Chain, ChainLink, Person, turn
from portfolio.models import CourseSection

# What a section must be read with, so that its chain costs no query of its own.
CHAIN = ("teacher", "successor", "convener")


@dataclass(frozen=True)
class ActingCertifier:
    """Who decides now: `person` is None when nobody in the chain can. `reason` is why not those before."""

    person: User | None
    link: ChainLink
    reason: str
    original: User

    @property
    def role(self) -> str:
        return str(_("任課教師") if self.link == ChainLink.ORIGINAL else self.link.label)

    @property
    def on_behalf_of(self) -> User | None:
        """The original teacher, where somebody else acts."""
        return None if self.link == ChainLink.ORIGINAL else self.original


class CertificationChains:
    """The chains of all sections at one moment; a constant number of queries, however many are asked for."""

    def __init__(self, at: datetime) -> None:
        self._at, self._today = at, timezone.localdate(at)

    def acting(self, section: CourseSection) -> ActingCertifier:
        """Who certifies for `section`, which is read with `CHAIN`."""
        people = {user.pk: user for user in self._people(section)}
        chain = Chain(
            original=self._known(section.teacher),
            successor=self._known(section.successor) if section.successor else None,
            convener=self._known(section.convener) if section.convener else None,
            submitter=self._known(last) if (last := self.submitter(section.division)) else None,
            retained_until=section.retained_until,
        )
        now = turn(chain, self._today)
        person = people[now.person.pk] if now.person else None
        return ActingCertifier(person, now.link, now.reason, section.teacher)

    def submitter(self, division: str) -> User | None:
        """Who acts for the division's course outcomes now: the last link."""
        return self._submitters[division]

    def divisions_submitted_by(self, user: User) -> list[str]:
        return [division for division, person in self._submitters.items() if person == user]

    @property
    def unavailable(self) -> Q:
        """Sections whose teacher may be unable to certify: a first sieve, before the chain is asked."""
        return (
            Q(teacher__in=[*self._left, *self._absences])
            | Q(teacher__is_active=False)
            | Q(teacher__expires_at__lte=self._at)
        )

    def _people(self, section: CourseSection) -> Iterable[User]:
        people = (section.teacher, section.successor, section.convener, self.submitter(section.division))
        return (user for user in people if user)

    def _known(self, user: User) -> Person:
        return Person(
            pk=user.pk,
            name=str(user),
            is_usable=user.is_usable(self._at),
            left_on=self._left.get(user.pk),
            absent=self._absences.get(user.pk),
        )

    @cached_property
    def _submitters(self) -> dict[str, User | None]:
        roster = roster_at(self._at)
        return {
            division.value: roster.acting_person(DutyCode.COURSE_OUTCOMES, division) for division in Division
        }

    @cached_property
    def _left(self) -> dict[int, date]:
        return dict(
            Departure.objects.filter(leaves_on__lt=self._today).values_list("user_id", "leaves_on").order_by()
        )

    @cached_property
    def _absences(self) -> dict[int, tuple[date, date]]:
        """Person id → the absence that covers today; of several, the one that ends last."""
        absences = Absence.objects.on(self._today).order_by("ends_on")
        return {absence.user_id: (absence.starts_on, absence.ends_on) for absence in absences}


@dataclass(frozen=True)
class ChainedSection:
    """A section with the chains it is asked in, so that many sections cost no more than one."""

    section: CourseSection
    chains: CertificationChains


def acting_certifier(section: CourseSection, at: datetime) -> ActingCertifier:
    """Who certifies for one section."""
    return CertificationChains(at).acting(section)


def certifying_authority(user: User, chained: ChainedSection) -> Authority:
    """Whether `user` is the acting certifier; for whom they act, or who is instead."""
    section, certifier = chained.section, chained.chains.acting(chained.section)
    if certifier.person != user:
        return refused(_refusal(section, certifier))
    if certifier.on_behalf_of is None:
        return granted(_("任課教師"))
    why = _("%(role)s代原授課教師 %(teacher)s") % {"role": certifier.role, "teacher": section.teacher}
    return Authority(True, why, Standing.DELEGATE, certifier.on_behalf_of)


def _refusal(section: CourseSection, certifier: ActingCertifier) -> str:
    parts = {
        "section": section,
        "role": certifier.role,
        "person": certifier.person,
        "reason": certifier.reason,
    }
    if certifier.person is None:
        return _("「%(section)s」的課程學習成果目前沒有人可以認證（%(reason)s），請洽註冊組。") % parts
    if certifier.on_behalf_of is None:
        return _("「%(section)s」的課程學習成果由%(role)s %(person)s 認證。") % parts
    return _("「%(section)s」的課程學習成果目前由%(role)s %(person)s 認證（%(reason)s）。") % parts
