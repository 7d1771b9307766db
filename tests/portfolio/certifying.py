"""What the tests of the certifier's desk start from: a teacher's section, and outcomes that wait in it."""

from portfolio.models import CourseOutcome, CourseSection, OutcomeLook, PortfolioPolicy
from portfolio.models.outcomes import OutcomeState
from tests.factories import EnrolmentFactory, OutcomeFactory, SchoolClassFactory, StudentFactory, attach_pdf
from tests.moments import at

# Certification of 113-1 lasts to the end of 10 February.
NOW, LAST_MOMENT, CLOSED = at("2024-11-01 10:00"), at("2025-02-10 23:59:59"), at("2025-02-11 00:00")


def waiting(
    section: CourseSection, count: int = 1, *, school_class=None, state=OutcomeState.WAITING
) -> list[CourseOutcome]:
    """`count` outcomes with a file, each of another student of one class."""
    school_class = school_class or SchoolClassFactory.create()
    made = []
    for student in StudentFactory.create_batch(count, school_class=school_class):
        outcome = OutcomeFactory.create(
            enrolment=EnrolmentFactory.create(student=student, section=section), state=state
        )
        attach_pdf(outcome)
        made.append(outcome)
    return made


def look(outcomes: list[CourseOutcome], person=None) -> None:
    """The teacher has opened them."""
    OutcomeLook.objects.bulk_create(
        OutcomeLook(outcome=one, by=person or one.enrolment.section.teacher, at=NOW) for one in outcomes
    )


def school_decides(**choices: bool) -> None:
    PortfolioPolicy.objects.update_or_create(pk=1, defaults=choices)


def ids(outcomes: list[CourseOutcome]) -> list[int]:
    return [one.pk for one in outcomes]


def states(outcomes: list[CourseOutcome]) -> set[str]:
    return set(CourseOutcome.objects.filter(pk__in=ids(outcomes)).values_list("state", flat=True))
