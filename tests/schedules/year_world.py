"""A school in which everybody has something to do during school year 113, and what follows from its rows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model

from accounts.domain.division import Division
from accounts.models import Absence, Announcement, Departure, Duty, Guardianship, SchoolClass, Student, User
from accounts.models.duties import DutyCode
from portfolio.models import (
    CadreRecord,
    ClassCounsellor,
    DiversePerformance,
    Grade,
    RecordReport,
    UploadDraft,
)
from portfolio.services import archives
from portfolio.services.certification import certify
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

    The first student has more time, for uploads and for receipts; the second has pieces, receipts, records
    and a parent; the third has confirmed theirs.
    """

    def __init__(self) -> None:
        self._scene, self.admin = Scene(), AdminFactory.create()
        self.term = term_with_dates(113, 2, opening="2025-02-11", exam_end="2025-06-27", closing="2025-06-30")
        self.students = [self._student(grade) for grade in (1, 2, 3)]
        self.extended, self.asked, self.confirming = self.students
        self.school_class = SchoolClass.objects.get(school_year=113, placements__student=self.asked)
        self._work()
        self._receipts()
        self._people()
        self._records()
        save_letter(letter_for(self.term), by=self.admin, at=BEFORE_THE_YEAR)
        self._exceptions()
        self._days()

    def _student(self, grade: int) -> Student:
        student: Student = StudentFactory.create(school_class=SchoolClassFactory.create(grade=grade))
        place(student, self._scene.school_class)
        return student

    def _work(self) -> None:
        """A course in the second term: outcomes waiting, certified in March and begun; a performance."""
        section = SectionFactory.create(term=self.term)
        self.teacher: User = section.teacher
        enrolment = EnrolmentFactory.create(student=self.asked, section=section)
        self.outcome, self.decided = OutcomeFactory.create_batch(2, enrolment=enrolment)
        certify(self.decided, by=self.teacher, at=at("2025-03-05 10:00"))
        self.performance: DiversePerformance = PerformanceFactory.create(student=self.asked)
        self.unsent = UploadDraft.objects.create(
            student=self.asked, enrolment=enrolment, fields={"description": "草稿"}, saved_at=BEFORE_THE_YEAR
        )

    def _receipts(self) -> None:
        """Of 112 everything has come back; 113 waits for the selection."""
        for student in self.students:
            self._scene.outcome(student)
        self.period: ReceiptPeriod = self._scene.period()
        answer = {"answer": ReceiptConfirmation.CONFIRMED, "answered_at": OPENED}
        ReceiptConfirmation.objects.filter(student=self.confirming).update(**answer)
        self.office, self.registry = self._scene.office, self._scene.registry
        self.draft: Batch = create_batch("26", Division.DAY, 113, by=self.office, at=at("2024-10-15"))

    def _people(self) -> None:
        """The homeroom teacher, a counsellor, a parent, and who keeps marks and cadre records."""
        self.homeroom, self.counsellor, self.guardian = UserFactory.create_batch(3)
        self.school_class.homeroom_teacher = self.homeroom
        self.school_class.save()
        ClassCounsellor.objects.create(school_class=self.school_class, counsellor=self.counsellor)
        Guardianship.objects.create(
            guardian=self.guardian, student=self.asked, relation="parent", starts_on=day("2020-08-01")
        )
        self.clerk = holder_of(DutyCode.COURSE_RECORDS)
        post = self.clerk.holdings.get().post
        Duty.objects.create(code=DutyCode.CADRE_RECORDS, division=Division.DAY, owner=post)

    def _records(self) -> None:
        """A mark, a cadre record said to be wrong, and an archive, kept for a week in September."""
        self.grade = Grade.objects.create(
            student=self.asked,
            term=self.term,
            division=Division.DAY,
            course_code="113999999V2130521100001",
            subject="程式設計",
            course_grade=2,
            credits=3,
            score="52.35",
            passed=False,
            imported_at=BEFORE_THE_YEAR,
        )
        self.cadre = CadreRecord.objects.create(
            student=self.asked,
            term=self.term,
            unit="資訊社",
            title="社長",
            level="1",
            starts_on=day("2025-02-11"),
            ends_on=day("2025-06-30"),
            recorded_by=self.clerk,
            recorded_at=BEFORE_THE_YEAR,
        )
        self.report = RecordReport.objects.create(
            student=self.asked,
            cadre=self.cadre,
            division=Division.DAY,
            explanation="任期有錯。",
            reported_at=BEFORE_THE_YEAR,
        )
        built = at("2024-09-15 10:00")
        self.archive = archives.request_archive(self.asked, by=self.asked.user, at=built)
        assert archives.build_archive(self.archive.pk, at=built)

    def _exceptions(self) -> None:
        """Closed windows reopened for one student, and a window moved for all."""
        windows = Window.objects.filter(division="day", audience=Audience.GENERAL, term__number=1)
        self.upload, when = windows.get(activity=Activity.OUTCOME_UPLOAD), BEFORE_THE_YEAR
        for window, last in ((self.upload, "2025-02-09"), (self.period.window, "2024-10-20")):
            grant_extension(window, self.extended, closes_on=day(last), reason="住院", by=self.admin, at=when)
        override_window(
            windows.get(activity=Activity.GRADES),
            opens_on=day("2025-01-20"),
            closes_on=day("2025-02-05"),
            reason="颱風",
            by=self.admin,
            at=when,
        )

    def _days(self) -> None:
        """What else begins and ends by the calendar: an announcement, an absence, a teacher's work here."""
        Announcement.objects.create(
            office=self.registry.holdings.get().post.office,
            audience="students",
            subject="期中公告",
            published_by=self.registry,
            published_at=BEFORE_THE_YEAR,
            shown_until=day("2024-11-15"),
        )
        Absence.objects.create(
            user=self.office,
            starts_on=day("2024-12-02"),
            ends_on=day("2024-12-06"),
            reason="研習",
            recorded_by=self.office,
        )
        self.leaving = SectionFactory.create(term=self.term).teacher
        Departure.objects.create(
            user=self.leaving,
            leaves_on=day("2025-03-31"),
            reason="退休",
            recorded_by=self.admin,
            recorded_at=BEFORE_THE_YEAR,
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
