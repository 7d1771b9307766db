"""Telling those whom a teacher's leaving concerns, each once: the teacher, who stands in, the students."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import partial

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.roc_calendar import roc_date
from accounts.models import Departure, User
from accounts.services import notices
from portfolio.certification_authority import ActingCertifier
from portfolio.models import CourseOutcome, CourseSection
from portfolio.models.outcomes import OutcomeState

PENDING = (OutcomeState.WAITING, OutcomeState.RETURNED)

After = Mapping[CourseSection, ActingCertifier]


def tell_concerned(departure: Departure, after: After, changed: Collection[int], *, at: datetime) -> None:
    """`after` says who certifies each section from then on, `changed` which were handed over anew."""
    _tell_teacher(departure, after, at)
    _tell_certifiers(departure, {one: who for one, who in after.items() if one.pk in changed}, at)
    _tell_students(departure, after, at)


def _tell_teacher(departure: Departure, after: After, at: datetime) -> None:
    kept = timezone.localdate(departure.user.expires_at)
    notices.tell(
        [departure.user],
        key=f"departure-{departure.pk}-{departure.leaves_on:%Y%m%d}-{kept:%Y%m%d}",
        subject=lambda: _("離職登錄：最後在職日 %(day)s") % {"day": roc_date(departure.leaves_on)},
        body=lambda: f"{_kept(departure)}\n{_lines(after)}",
        url=reverse("certification:queue"),
        at=at,
    )


def _kept(departure: Departure) -> str:
    if departure.user.expires_at is None:
        return ""
    last = roc_date(departure.user.expires_at - timedelta(days=1))
    return _("帳號保留至 %(day)s；離職後只能認證原授課程的課程學習成果（第 12 點之二）。") % {"day": last}


def _tell_certifiers(departure: Departure, handed: After, at: datetime) -> None:
    """Those who are named, and whose turn it will be."""
    sections: dict[User, dict[CourseSection, ActingCertifier]] = {}
    for section, certifier in handed.items():
        people = dict.fromkeys((section.successor, section.convener, certifier.person))
        for person in people:
            if person and person != departure.user:
                sections.setdefault(person, {})[section] = certifier
    for person, mine in sections.items():
        notices.tell(
            [person],
            key=f"hand-over-{departure.pk}-{at:%Y%m%d%H%M%S}",
            subject=partial(_hand_over, departure),
            body=partial(_lines, mine),
            url=reverse("certification:queue"),
            at=at,
        )


def _tell_students(departure: Departure, after: After, at: datetime) -> None:
    """Once for each section and certifier: their work need not be uploaded again."""
    pending = CourseOutcome.objects.filter(enrolment__section__in=list(after), state__in=PENDING)
    students: dict[int, dict[int, User]] = {}
    for outcome in pending.select_related("enrolment__student__user"):
        user = outcome.enrolment.student.user
        students.setdefault(outcome.enrolment.section_id, {})[user.pk] = user
    for section, certifier in after.items():
        if certifier.person is None or certifier.person == departure.user:
            continue
        notices.tell(
            students.get(section.pk, {}).values(),
            key=f"certifier-{section.pk}-{certifier.person.pk}",
            subject=partial(_certifies_then, section, certifier.person),
            body=partial(_nothing_to_do, departure),
            url=reverse("portfolio:index"),
            at=at,
        )


def _hand_over(departure: Departure) -> str:
    words = _("課程學習成果認證交接：%(teacher)s 老師（最後在職日 %(day)s）")
    return words % {"teacher": departure.user, "day": roc_date(departure.leaves_on)}


def _certifies_then(section: CourseSection, person: User) -> str:
    words = _("「%(course)s」的課程學習成果之後由 %(person)s 認證")
    return words % {"course": section.course, "person": person}


def _nothing_to_do(departure: Departure) -> str:
    words = _("任課教師 %(teacher)s 的最後在職日是 %(day)s。已上傳的課程學習成果不需要重新上傳。")
    return words % {"teacher": departure.user, "day": roc_date(departure.leaves_on)}


def _lines(after: After) -> str:
    return "\n".join(_line(section, certifier) for section, certifier in after.items())


def _line(section: CourseSection, certifier: ActingCertifier) -> str:
    person = certifier.person or _("尚無可認證的人員")
    return _("%(section)s：離職後由 %(person)s 認證") % {"section": section, "person": person}
