"""What waits to be certified, once a day: course by course, to whoever certifies now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.roc_calendar import last_day
from accounts.language import speaking
from accounts.models import User
from accounts.services import notices
from accounts.services.notices import DAILY_AT, Told
from portfolio.certification_authority import CHAIN, CertificationChains
from portfolio.certification_ends import held_windows
from portfolio.models import Attachment, Certification, CourseOutcome, CourseSection
from portfolio.models.outcomes import CourseOutcomeQuerySet, OutcomeState
from schedules.domain.terms import school_year_of

# In time for the daily letters.
_AT = DAILY_AT - 1
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class _Waiting:
    """What of a section can be certified now; `ends_at` is the first end among it."""

    section: CourseSection
    count: int
    ends_at: datetime | None

    @property
    def line(self) -> str:
        parts = {"section": self.section, "count": self.count, "closes": last_day(self.ends_at)}
        if self.ends_at is None:
            return _("%(section)s：%(count)d 件") % parts
        return _("%(section)s：%(count)d 件，%(closes)s") % parts


def tell_certifiers(at: datetime) -> int:
    """Tell everybody in whose courses something came to wait by this morning since the one before.

    Late or doubled runs tell nobody twice. How many people have such news today.
    """
    morning = timezone.localtime(at).replace(hour=_AT, minute=0, second=0, microsecond=0)
    if at < morning:
        return 0
    waiting = CourseOutcome.objects.filter(
        state=OutcomeState.WAITING,
        pending_decision=None,
        # What is older is past certifying.
        enrolment__section__term__school_year__gte=school_year_of(timezone.localdate(at)) - 1,
    )
    with_news = set(_arrived(waiting, morning - _DAY, morning).values_list("enrolment__section", flat=True))
    news = [
        _digest(person, found, morning)
        for person, found in _by_certifier(_waiting_now(waiting, at), at).items()
        if any(one.section.pk in with_news for one in found)
    ]
    notices.tell_each(news, at=at)
    return len(news)


def _arrived(waiting: CourseOutcomeQuerySet, since: datetime, until: datetime) -> CourseOutcomeQuerySet:
    """Uploaded, or sent again, from `since` to before `until`."""
    new_files = Attachment.objects.filter(
        outcome=OuterRef("pk"), uploaded_at__gte=since, uploaded_at__lt=until
    )
    sent_again = Certification.objects.filter(
        outcome=OuterRef("pk"), voided_at__gte=since, voided_at__lt=until
    )
    uploaded = Q(uploaded_at__gte=since, uploaded_at__lt=until)
    return waiting.filter(uploaded | Exists(new_files) | Exists(sent_again)).order_by()


def _waiting_now(waiting: CourseOutcomeQuerySet, at: datetime) -> list[_Waiting]:
    ends: dict[int, list[datetime | None]] = defaultdict(list)
    windows = held_windows(waiting)
    for pk, section in waiting.order_by().values_list("pk", "enrolment__section"):
        if pk in windows and windows[pk].is_open(at):
            ends[section].append(windows[pk].ends_at)
    sections = CourseSection.objects.filter(pk__in=ends).select_related("course", "term", *CHAIN)
    return [
        _Waiting(one, len(ends[one.pk]), min(filter(None, ends[one.pk]), default=None))
        for one in sections.order_by("course__name", "group", "pk")
    ]


def _by_certifier(found: Iterable[_Waiting], at: datetime) -> dict[User, list[_Waiting]]:
    chains = CertificationChains(at)
    people: dict[User, list[_Waiting]] = {}
    for one in found:
        if person := chains.acting(one.section).person:
            people.setdefault(person, []).append(one)
    return people


def _digest(person: User, found: list[_Waiting], morning: datetime) -> Told:
    with speaking(person.language):
        return _said(person, found, morning)


def _said(person: User, found: list[_Waiting], morning: datetime) -> Told:
    parts = {"count": sum(one.count for one in found), "courses": len(found)}
    return Told(
        person,
        key=f"waiting-digest-{morning:%Y%m%d}",
        subject=_("課程學習成果待認證 %(count)d 件（%(courses)d 門課）") % parts,
        body="\n".join(one.line for one in found),
        url=reverse("certification:queue"),
    )
