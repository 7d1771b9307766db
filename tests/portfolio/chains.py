"""A section with everybody of its certification chain, and what takes them out of it for a while."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Absence, Departure, User
from accounts.models.duties import DutyCode
from portfolio.models import CourseOutcome, CourseSection
from tests.factories import (
    EnrolmentFactory,
    OutcomeFactory,
    SchoolClassFactory,
    SectionFactory,
    StudentFactory,
    UserFactory,
    holder_of,
    term_113_1,
)
from tests.moments import day

ORIGINAL, SUCCESSOR, CONVENER, SUBMITTER = 1, 2, 3, 4


@dataclass(frozen=True)
class Links:
    section: CourseSection
    outcome: CourseOutcome
    people: dict[int, User]

    def __getitem__(self, link: int) -> User:
        return self.people[link]

    def waiting(self) -> CourseOutcome:
        """Another outcome that waits."""
        student = StudentFactory.create(school_class=self.outcome.student.placements.get().school_class)
        return OutcomeFactory.create(enrolment=EnrolmentFactory.create(student=student, section=self.section))


def links() -> Links:
    """113-1, a section with all four links, and an outcome that waits."""
    term_113_1()
    people = {link: UserFactory.create() for link in (ORIGINAL, SUCCESSOR, CONVENER)}
    people[SUBMITTER] = holder_of(DutyCode.COURSE_OUTCOMES)
    section = SectionFactory.create(
        teacher=people[ORIGINAL], successor=people[SUCCESSOR], convener=people[CONVENER]
    )
    student = StudentFactory.create(school_class=SchoolClassFactory.create(name="資訊二甲"))
    enrolment = EnrolmentFactory.create(student=student, section=section)
    return Links(section, OutcomeFactory.create(enrolment=enrolment), people)


def absent(person: User, first: str, last: str) -> Absence:
    return Absence.objects.create(
        user=person, starts_on=day(first), ends_on=day(last), reason="病假", recorded_by=person
    )


def leaves(person: User, last: str, *, recorded_at: datetime) -> Departure:
    return Departure.objects.create(
        user=person, leaves_on=day(last), reason="退休", recorded_by=person, recorded_at=recorded_at
    )
