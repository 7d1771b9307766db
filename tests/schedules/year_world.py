"""A school in which everybody has something to do during school year 113, and what follows from its rows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model

from accounts.domain.division import Division
from accounts.models import Duty, Guardianship, SchoolClass, Student, User
from accounts.models.duties import DutyCode
from portfolio.models import CourseOutcome, DiversePerformance
from schedules.domain.activities import STUDENT_ACTIVITIES, Activity, Audience
from schedules.domain.terms import TermCode
from schedules.models import Extension, Window
from schedules.queries import student_windows
from schedules.services.extensions import grant_extension
from schedules.services.overrides import override_window
from schedules.services.terms import save_letter
from submissions.models import Batch, ReceiptConfirmation, ReceiptPeriod
from submissions.services.batches import create_batch
from tests.factories import (
    AdminFactory,
    EnrolmentFactory,
    OutcomeFactory,
    PerformanceFactory,
    SchoolClassFactory,
    SectionFactory,
    StudentFactory,
    UserFactory,
    holder_of,
    place,
    term_with_dates,
)
from tests.moments import at, day
from tests.schedules.test_replan import letter_for
from tests.submissions.scene import OPENED, Scene

BEFORE_THE_YEAR = at("2024-07-01")


class World:
    """Both terms of 113 and the receipts of 112; a student of every grade, and everybody around them.

    The first student has more time, for uploads and for receipts; the second has pieces, receipts and
    a parent; the third has confirmed theirs.
    """

    def __init__(self) -> None:
        scene, self.admin = Scene(), AdminFactory.create()
        self.term = term_with_dates(113, 2, opening="2025-02-11", exam_end="2025-06-27", closing="2025-06-30")
        self.students = [self._student(grade, scene) for grade in (1, 2, 3)]
        extended, self.asked, confirming = self.students
        self.homeroom: User = UserFactory.create()
        SchoolClass.objects.filter(school_year=113, placements__student=self.asked).update(
            homeroom_teacher=self.homeroom
        )
        self.guardian = UserFactory.create()
        Guardianship.objects.create(
            guardian=self.guardian, student=self.asked, relation="parent", starts_on=day("2020-08-01")
        )
        self._give_work()
        for student in self.students:
            scene.outcome(student)
        self.period: ReceiptPeriod = scene.period()
        answer = {"answer": ReceiptConfirmation.CONFIRMED, "answered_at": OPENED}
        ReceiptConfirmation.objects.filter(student=confirming).update(**answer)
        self.office, self.registry = scene.office, scene.registry
        self.clerk = self._clerk()
        self.draft: Batch = create_batch("26", Division.DAY, 113, by=self.office, at=at("2024-10-15"))
        save_letter(letter_for(self.term), by=self.admin, at=BEFORE_THE_YEAR)
        self._make_exceptions(extended)

    def _student(self, grade: int, scene: Scene) -> Student:
        student: Student = StudentFactory.create(school_class=SchoolClassFactory.create(grade=grade))
        place(student, scene.school_class)
        return student

    def _clerk(self) -> User:
        """Keeps marks and cadre records."""
        clerk = holder_of(DutyCode.COURSE_RECORDS)
        post = clerk.holdings.get().post
        Duty.objects.create(code=DutyCode.CADRE_RECORDS, division=Division.DAY, owner=post)
        return clerk

    def _give_work(self) -> None:
        """A course in the second term with an outcome that waits, and a performance."""
        section = SectionFactory.create(term=self.term)
        self.teacher: User = section.teacher
        enrolment = EnrolmentFactory.create(student=self.asked, section=section)
        self.outcome: CourseOutcome = OutcomeFactory.create(enrolment=enrolment)
        self.performance: DiversePerformance = PerformanceFactory.create(student=self.asked)

    def _make_exceptions(self, student: Student) -> None:
        """Closed windows reopened for one student, and a window moved for all."""
        windows = Window.objects.filter(division="day", audience=Audience.GENERAL, term__number=1)
        upload, when = windows.get(activity=Activity.OUTCOME_UPLOAD), BEFORE_THE_YEAR
        for window, last in ((upload, "2025-02-09"), (self.period.window, "2024-10-20")):
            grant_extension(window, student, closes_on=day(last), reason="住院", by=self.admin, at=when)
        override_window(
            windows.get(activity=Activity.GRADES),
            opens_on=day("2025-01-20"),
            closes_on=day("2025-02-05"),
            reason="颱風",
            by=self.admin,
            at=when,
        )


@dataclass(frozen=True)
class State:
    """What is open at a moment: for the schedule, for each student, for each receipt confirmation."""

    windows: tuple[Any, ...]
    students: tuple[tuple[Any, ...], ...]
    receipts: tuple[Any, ...]


class Readings:
    """What the database holds, read once; states follow from it in memory."""

    def __init__(self, world: World) -> None:
        self.windows = list(Window.objects.select_related("term").order_by("pk"))
        self.of = {student: list(_windows_of(student)) for student in world.students}
        self.confirmations = list(ReceiptConfirmation.objects.with_details().order_by("pk"))

    def at(self, now: datetime) -> State:
        return State(
            windows=tuple(_states(self.windows, now)),
            students=tuple(tuple(_states(own, now)) for own in self.of.values()),
            receipts=tuple(one.state(now) for one in self.confirmations),
        )


def _windows_of(student: Student) -> Iterator[Window]:
    activities = (*STUDENT_ACTIVITIES, Activity.CERTIFICATION)
    for number in (1, 2):
        yield from student_windows(student, TermCode(113, number), activities)
    for year in (112, 113):
        yield from student_windows(student, TermCode(year, 2), [Activity.SELECTION], whole_year=True)


def _states(windows: Iterable[Window], now: datetime) -> Iterator[Any]:
    return ((window.state(now), window.is_open(now)) for window in windows)


# The tables whose rows any state could follow from.
STATE_TABLES: tuple[type[Model], ...] = (Window, Extension, ReceiptConfirmation, ReceiptPeriod)


class StateWrites:
    """Counts, as an execute wrapper, what is written to any of `STATE_TABLES`."""

    def __init__(self) -> None:
        self.count = 0
        self._names = [f'"{table._meta.db_table}"' for table in STATE_TABLES]

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith("SELECT") and any(name in sql for name in self._names):
            self.count += 1
        return execute(sql, params, many, context)
