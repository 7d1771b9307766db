"""Reads for teachers: what waits for their certification, and until when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from accounts.models import ClassPlacement, User
from portfolio.models import CourseOutcome, CourseSection, Enrolment
from portfolio.models.outcomes import CourseOutcomeQuerySet, OutcomeState
from portfolio.queries import listed_outcomes
from schedules.domain.activities import GRADE3_AUDIENCES, Activity, Audience, audience_of
from schedules.domain.terms import TermCode
from schedules.models import Window

SHOWN_STATES = (OutcomeState.WAITING, OutcomeState.RETURNED, OutcomeState.CERTIFIED)


def teaches(user: User) -> bool:
    """Whether `user` teaches or taught a course here."""
    return CourseSection.objects.filter(teacher=user).exists()


def outcomes_of_teacher(teacher: User) -> CourseOutcomeQuerySet:
    """Outcomes of the teacher's own sections, without those that students took back."""
    return CourseOutcome.objects.of_teacher(teacher).standing()


def in_queue_order(outcomes: CourseOutcomeQuerySet) -> CourseOutcomeQuerySet:
    """By term, course, group and seat; with the student's `class_name` and `seat_number` of that year."""
    placement = ClassPlacement.objects.filter(
        student=OuterRef("enrolment__student"), school_year=OuterRef("enrolment__section__term__school_year")
    )
    return outcomes.annotate(
        class_name=Subquery(placement.values("school_class__name")[:1]),
        seat_number=Subquery(placement.values("seat_number")[:1]),
    ).order_by(
        "-enrolment__section__term__school_year",
        "-enrolment__section__term__number",
        "enrolment__section__course__name",
        "enrolment__section__course__grade",
        "enrolment__section__group",
        "enrolment__section",
        "class_name",
        "seat_number",
        "enrolment__student__student_number",
        "pk",
    )


def queue_of(teacher: User, *, state: str, section: CourseSection | None = None) -> CourseOutcomeQuerySet:
    """The teacher's outcomes in `state`, of one section or of all, as the queue lists them."""
    outcomes = outcomes_of_teacher(teacher).filter(state=state)
    if section is not None:
        outcomes = outcomes.filter(enrolment__section=section)
    return in_queue_order(listed_outcomes(outcomes))


def next_waiting(teacher: User, after: CourseOutcome, *, section: CourseSection | None = None) -> int | None:
    """The id of the outcome to decide after `after`, going round at the end; None when no other waits."""
    waiting = outcomes_of_teacher(teacher).filter(Q(state=OutcomeState.WAITING) | Q(pk=after.pk))
    if section is not None:
        waiting = waiting.filter(enrolment__section=section)
    ids = list(in_queue_order(waiting).values_list("pk", flat=True))
    place = ids.index(after.pk) if after.pk in ids else -1
    others = [*ids[place + 1 :], *ids[: max(place, 0)]]
    return others[0] if others else None


def sections_with_counts(teacher: User) -> QuerySet[CourseSection]:
    """The teacher's sections that have outcomes, newest term first, with how many are `waiting`, `returned`,
    `certified`, and all three together as `total`."""
    counts = {
        state.value: Count("enrolments__outcomes", filter=Q(enrolments__outcomes__state=state))
        for state in SHOWN_STATES
    }
    total = Count("enrolments__outcomes", filter=Q(enrolments__outcomes__state__in=SHOWN_STATES))
    sections = CourseSection.objects.filter(teacher=teacher).select_related("course", "term")
    return (
        sections.annotate(**counts, total=total)
        .filter(total__gt=0)
        .order_by("-term__school_year", "-term__number", "course__name", "course__grade", "group", "pk")
    )


@dataclass(frozen=True)
class _Keeping:
    """What decides which window a student's work of a term keeps to."""

    term: TermCode
    division: str
    audience: Audience


def certification_windows(teacher: User) -> list[Window]:
    """The certification windows of the teacher's courses, by those who take them, earliest end first."""
    keeping = set(_keepings(teacher))
    years = {one.term.school_year for one in keeping}
    windows = Window.objects.select_related("term").filter(
        activity=Activity.CERTIFICATION, subject_year__in=years
    )
    own = [window for window in windows if _keeping_of(window) in keeping]
    return sorted(own, key=lambda window: (window.closes_at is None, window.closes_at, window.pk))


def _keepings(teacher: User) -> Iterable[_Keeping]:
    of_that_year = Q(student__placements__school_year=F("section__term__school_year"))
    rows = Enrolment.objects.filter(of_that_year, section__teacher=teacher).order_by().distinct()
    for year, number, division, grade, batch in rows.values_list(
        "section__term__school_year",
        "section__term__number",
        "student__placements__school_class__division",
        "student__placements__school_class__grade",
        "student__placements__school_class__letter_batch",
    ):
        yield _Keeping(TermCode(year, number), division, audience_of(grade, number, batch))


def _keeping_of(window: Window) -> _Keeping:
    term = TermCode(window.subject_year, window.subject_term)
    return _Keeping(term, window.division, Audience(window.audience))


def waiting_under(window: Window) -> CourseOutcomeQuerySet:
    """Outcomes that still wait and whose students keep to the certification window `window`."""
    placement = "enrolment__student__placements__"
    return CourseOutcome.objects.filter(
        state=OutcomeState.WAITING,
        enrolment__section__term__school_year=window.subject_year,
        enrolment__section__term__number=window.subject_term,
        **{
            f"{placement}school_year": window.subject_year,
            f"{placement}school_class__division": window.division,
            **{f"{placement}school_class__{field}": value for field, value in _classes_of(window).items()},
        },
    )


def _classes_of(window: Window) -> dict[str, Any]:
    """Conditions on the classes that keep to `window`: grade 3 has windows of its own in the second term."""
    for batch, audience in GRADE3_AUDIENCES.items():
        if window.audience == audience:
            return {"grade": 3, "letter_batch": batch}
    return {"grade__lt": 3} if window.subject_term == 2 else {}


def closing_certifications(at: datetime, until: datetime) -> QuerySet[Window]:
    """Certification windows that are open at `at` and close by `until`."""
    return Window.objects.filter(
        activity=Activity.CERTIFICATION, opens_at__lte=at, closes_at__gt=at, closes_at__lte=until
    )
