"""A student without network and everybody who may, or may not, act for them (rules P4)."""

from accounts.models import Departure, Guardianship, Student, User
from accounts.models.guardians import Relation
from portfolio.models import Enrolment
from tests.factories import (
    AdminFactory,
    EnrolmentFactory,
    SchoolClassFactory,
    SectionFactory,
    StudentFactory,
    TermFactory,
    UserFactory,
    place,
)
from tests.moments import at, day

REASON = "學生住院，病房沒有網路。"


def guardian_of(student: Student, *, starts="2023-09-01", ends=None, relation=Relation.PARENT) -> User:
    guardianship = Guardianship.objects.create(
        guardian=UserFactory.create(),
        student=student,
        relation=relation,
        starts_on=day(starts),
        ends_on=day(ends) if ends else None,
    )
    return guardianship.guardian


def departed(user: User, last_day: str) -> User:
    Departure.objects.create(
        user=user,
        leaves_on=day(last_day),
        reason="調校",
        recorded_by=AdminFactory.create(),
        recorded_at=at("2024-09-01"),
    )
    return user


class People:
    """One student of 113 with a course in 113-1, and everybody around them; terms are the caller's."""

    def __init__(self) -> None:
        self.school_class = SchoolClassFactory.create()
        self.student: Student = StudentFactory.create(school_class=self.school_class)
        self.enrolment: Enrolment = self.takes()
        last_year = SchoolClassFactory.create(school_year=112, grade=1)
        place(self.student, last_year)
        last_term = TermFactory.create(school_year=112, number=2)
        self._by_name: dict[str, User | None] = {
            "parent": guardian_of(self.student),
            "legal guardian": guardian_of(self.student, relation=Relation.LEGAL_GUARDIAN),
            "homeroom teacher": self.school_class.homeroom_teacher,
            "course teacher": self.enrolment.section.teacher,
            "successor": self.takes(successor=UserFactory.create()).section.successor,
            "guardian to come": guardian_of(self.student, starts="2024-10-02"),
            "guardian of the past": guardian_of(self.student, ends="2024-09-05"),
            "guardian of another": guardian_of(StudentFactory.create(school_class=self.school_class)),
            "homeroom teacher of another class": SchoolClassFactory.create().homeroom_teacher,
            "homeroom teacher of last year": last_year.homeroom_teacher,
            "teacher of last term": self.takes(term=last_term).section.teacher,
            "teacher of next term": self.takes(
                term=TermFactory.create(school_year=113, number=2)
            ).section.teacher,
            "teacher of another's course": SectionFactory.create().teacher,
            "teacher who left": departed(self.takes().section.teacher, "2024-09-05"),
            "classmate": StudentFactory.create(school_class=self.school_class).user,
            "administrator": AdminFactory.create(),
        }

    def somebody(self, name: str) -> User:
        person = self._by_name[name]
        assert person is not None
        return person

    def takes(self, **section) -> Enrolment:
        return EnrolmentFactory.create(student=self.student, section=SectionFactory.create(**section))


MAY = {
    "parent": "父母",
    "legal guardian": "法定代理人",
    "homeroom teacher": "導師",
    "course teacher": "任課教師",
    "successor": "任課教師",
}
MAY_NOT = (
    "guardian to come",
    "guardian of the past",
    "guardian of another",
    "homeroom teacher of another class",
    "homeroom teacher of last year",
    "teacher of last term",
    "teacher of next term",
    "teacher of another's course",
    "teacher who left",
    "classmate",
    "administrator",
)
