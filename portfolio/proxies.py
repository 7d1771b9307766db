"""Whom a person may help with acts of theirs when they have no network (article 12-1-3, rules P4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from accounts.authority import has_left
from accounts.models import ClassPlacement, Guardianship, SchoolClass, Student, User
from portfolio.domain.proxies import Capacity, shown_capacity
from portfolio.models import Enrolment
from schedules.domain.terms import term_of


@dataclass(frozen=True)
class Aid:
    """A student whom `helper` may help at `now`."""

    student: Student
    helper: User
    capacity: Capacity
    now: datetime

    @property
    def sees_files(self) -> bool:
        """Whether they see all of the student's files, as portfolio.permissions has it."""
        return self.capacity != Capacity.COURSE_TEACHER

    @property
    def school_class(self) -> SchoolClass | None:
        """The student's class of this year."""
        placements: list[ClassPlacement] = getattr(self.student, "current_placements", [])
        return placements[0].school_class if placements else None


class Helper:
    """A person at a moment: guardian of own children, homeroom teacher of this year's class, teacher of who
    takes a course of theirs this term. Who has left the school helps as a guardian only."""

    def __init__(self, user: User, now: datetime) -> None:
        self.user, self.now = user, now
        day = timezone.localdate(now)
        term = term_of(day)
        self._children = Guardianship.objects.on(day).filter(guardian=user)
        self._class = ClassPlacement.objects.filter(
            school_year=term.school_year, school_class__homeroom_teacher=user
        )
        self._taught = Enrolment.objects.filter(
            Q(section__teacher=user) | Q(section__successor=user),
            section__term__school_year=term.school_year,
            section__term__number=term.number,
        )
        if has_left(user, now):
            self._class, self._taught = self._class.none(), self._taught.none()
        self._year = term.school_year

    def helps_anybody(self) -> bool:
        return self._children.exists() or self._class.exists() or self._taught.exists()

    def students(self) -> QuerySet[Student]:
        """Everybody whom the person may help, each once, with this year's class."""
        placements = ClassPlacement.objects.filter(school_year=self._year).select_related("school_class")
        sources = (self._children, self._class, self._taught)
        mine = Q()
        for source in sources:
            mine |= Q(pk__in=source.order_by().values("student"))
        return (
            Student.objects.filter(mine)
            .select_related("user")
            .prefetch_related(Prefetch("placements", queryset=placements, to_attr="current_placements"))
        )

    def children(self) -> QuerySet[Student]:
        return self.students().filter(pk__in=self._children.order_by().values("student"))

    def aids(self, students: Iterable[Student]) -> list[Aid]:
        """The help that the person may give to each of `students`, in three queries for all of them."""
        students = list(students)
        capacities = self._capacities(students)
        return [
            Aid(student, self.user, capacity, self.now)
            for student in students
            if (capacity := shown_capacity(capacities[student.pk]))
        ]

    def aid_for(self, student: Student) -> Aid | None:
        """None when the person may not help `student`."""
        return next(iter(self.aids([student])), None)

    def _capacities(self, students: list[Student]) -> dict[int, set[Capacity]]:
        found: dict[int, set[Capacity]] = {student.pk: set() for student in students}
        for student, relation in self._children.filter(student__in=students).values_list(
            "student", "relation"
        ):
            found[student].add(Capacity(relation))
        for placement in self._class.filter(student__in=students):
            found[placement.student_id].add(Capacity.HOMEROOM)
        for enrolment in self._taught.filter(student__in=students):
            found[enrolment.student_id].add(Capacity.COURSE_TEACHER)
        return found


def search(students: QuerySet[Student], words: str) -> QuerySet[Student]:
    """Those of `students` whose number begins with `words`, or whose name has them; all for no words."""
    if not words:
        return students
    return students.filter(Q(student_number__startswith=words) | Q(user__name__icontains=words))
