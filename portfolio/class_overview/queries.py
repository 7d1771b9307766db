"""What the pages about classes show: a class student by student, a division class by class."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import QuerySet
from django.utils import timezone

from accounts.domain.division import Division
from accounts.domain.enrolment import LEAVERS
from accounts.models import ClassPlacement, SchoolClass, Student
from accounts.models.students import EnrolmentStatus
from portfolio.class_overview.reminders import Group, Reminder, reminders_for, told_on
from portfolio.class_overview.stages import Scope, Stage, StageCounts, stages_of
from portfolio.models import CourseOutcome, DiversePerformance
from portfolio.queries import listed_outcomes, listed_performances, school_years_of


@dataclass(frozen=True)
class Cell:
    """A number in a stage: of a student's pieces, or of a class's students."""

    stage: Stage
    count: int


@dataclass(frozen=True)
class Bar:
    """How many of `among` students have something in a stage, and how many pieces that is."""

    stage: Stage
    students: int
    pieces: int
    among: int

    @property
    def percent(self) -> int:
        """The length of the bar in a picture."""
        return round(100 * self.students / self.among) if self.among else 0


@dataclass(frozen=True)
class StudentRow:
    placement: ClassPlacement
    cells: list[Cell]

    @property
    def is_suspended(self) -> bool:
        return self.placement.student.status == EnrolmentStatus.SUSPENDED

    def has(self, stage_key: str) -> bool:
        return any(cell.count for cell in self.cells if cell.stage.key == stage_key)

    @property
    def signed_for(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.stage.signed_for]


@dataclass(frozen=True)
class ClassOverview:
    """A class by seat, never in another order (rules E1), and the stages its students are in."""

    school_class: SchoolClass
    rows: list[StudentRow]
    bars: list[Bar]

    @property
    def stages(self) -> list[Stage]:
        return [bar.stage for bar in self.bars]

    @property
    def filters(self) -> list[Bar]:
        return [bar for bar in self.bars if bar.stage.waits_for_somebody]

    @property
    def signed_for(self) -> list[Stage]:
        return [stage for stage in self.stages if stage.signed_for]

    def filtered(self, stage_key: str) -> list[StudentRow]:
        """Who has something in that stage; everybody when one cannot look for it."""
        if stage_key not in {bar.stage.key for bar in self.filters}:
            return self.rows
        return [row for row in self.rows if row.has(stage_key)]


def class_overview(school_class: SchoolClass, now: datetime) -> ClassOverview:
    """The class as it stands, in a number of queries that does not depend on how many students it has."""
    placements = students_of(school_class)
    scope = Scope.of([school_class], school_class.school_year, now)
    stages = stages_of(scope)
    rows = [
        StudentRow(one, [Cell(each.stage, each.counts.get(one.student_id, 0)) for each in stages])
        for one in placements
    ]
    return ClassOverview(school_class, rows, _bars(stages, scope.class_of))


def students_of(school_class: SchoolClass) -> QuerySet[ClassPlacement]:
    """Who sits in the class, by seat; without those who have left the school."""
    placements = school_class.placements.exclude(student__status__in=LEAVERS)
    return placements.select_related("student__user").order_by("seat_number", "pk")


@dataclass(frozen=True)
class ClassRow:
    """A class of the school, and how many of its students have something in each stage."""

    school_class: SchoolClass
    students: int
    cells: list[Cell]


@dataclass(frozen=True)
class DivisionTable:
    """The classes of a division in the order of their names, and its sums."""

    division: Division
    rows: list[ClassRow]
    bars: list[Bar]

    @property
    def students(self) -> int:
        return sum(row.students for row in self.rows)

    @property
    def stages(self) -> list[Stage]:
        return [bar.stage for bar in self.bars]

    @property
    def sums(self) -> list[Cell]:
        return [Cell(bar.stage, bar.students) for bar in self.bars]


def school_overview(classes: QuerySet[SchoolClass], school_year: int, now: datetime) -> list[DivisionTable]:
    """A table for each division that has some of `classes`; as many queries for one class as for all."""
    scope = Scope.of(classes.order_by("division", "grade", "name"), school_year, now)
    stages = stages_of(scope)
    seats: dict[int, list[int]] = {}
    for student, school_class in scope.class_of.items():
        seats.setdefault(school_class, []).append(student)
    tables = []
    for division, members in groupby(scope.classes, key=lambda one: one.division):
        rows = [_class_row(one, seats.get(one.pk, []), stages) for one in members]
        students = [student for row in rows for student in seats.get(row.school_class.pk, [])]
        tables.append(DivisionTable(Division(division), rows, _bars(stages, students)))
    return tables


def _class_row(school_class: SchoolClass, students: list[int], stages: Iterable[StageCounts]) -> ClassRow:
    cells = [Cell(bar.stage, bar.students) for bar in _bars(stages, students)]
    return ClassRow(school_class, len(students), cells)


def _bars(stages: Iterable[StageCounts], students: Iterable[int]) -> list[Bar]:
    students = list(students)
    found = []
    for each in stages:
        pieces = [each.counts.get(student, 0) for student in students]
        found.append(Bar(each.stage, sum(map(bool, pieces)), sum(pieces), len(students)))
    return found


@dataclass(frozen=True)
class ShownReminder:
    """A reminder on the page: how many it would reach now, and how many have had it today."""

    reminder: Reminder
    told: int

    @property
    def left(self) -> int:
        return len(self.reminder.people) - self.told


def shown_reminders(school_class: SchoolClass, now: datetime) -> list[ShownReminder]:
    reminders = reminders_for(Group.of(school_class, now))
    told = told_on(school_class, reminders, timezone.localdate(now))
    return [ShownReminder(one, len(told[one.key])) for one in reminders]


@dataclass(frozen=True)
class StudentPieces:
    """A student's pieces of one school year, to look at; what was withdrawn is not shown."""

    school_year: int
    years: list[int]
    outcomes: list[CourseOutcome]
    performances: list[DiversePerformance]


def student_pieces(student: Student, school_year: int, until_year: int) -> StudentPieces:
    """Of the years until `until_year`, the year `school_year`."""
    years = {year for year in school_years_of(student) if year <= until_year} | {until_year}
    outcomes = CourseOutcome.objects.of(student).of_year(school_year).standing()
    performances = DiversePerformance.objects.standing().filter(student=student, school_year=school_year)
    return StudentPieces(
        school_year,
        sorted(years, reverse=True),
        list(listed_outcomes(outcomes)),
        list(listed_performances(performances)),
    )
