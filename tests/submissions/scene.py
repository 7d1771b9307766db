"""School year 112 on its way to the central database, as in the minutes: selected until 2024-09-20,
submitted on 2024-10-07, confirmed from 2024-10-09."""

from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from typing import Any

from accounts.domain.division import Division
from accounts.models import PostHolding, SchoolClass, Student, User
from accounts.models.duties import DutyCode
from portfolio.models import CourseOutcome, DiversePerformance
from portfolio.models.outcomes import OutcomeState
from schedules.models import Term, Window
from submissions.models import Batch, ReceiptConfirmation, ReceiptImport, ReceiptPeriod
from submissions.practice import write_practice_receipts
from submissions.services.batches import create_batch, freeze_batch, mark_submitted
from submissions.services.receipts import import_receipts, open_receipt_period
from tests import factories
from tests.moments import at, day

CREATED = at("2024-09-10 09:00")
SELECTION_CLOSED = at("2024-09-21 00:00")
FROZEN = at("2024-10-01 10:00")
SUBMITTED = at("2024-10-07 15:00")
RECEIVED = at("2024-10-08 09:00")
OPENS_ON = day("2024-10-09")
OPENED = at("2024-10-09 00:00")
CLOSED = at("2024-10-13 00:00")


@dataclass
class Scene:
    """Offices and a class of one division, and what its batch of one roster has come to."""

    code: str = "26"
    division: Division = Division.DAY
    year: int = 112
    office: User = field(init=False)
    registry: User = field(init=False)
    school_class: SchoolClass = field(init=False)

    def __post_init__(self) -> None:
        factories.school()
        if not Term.objects.filter(school_year=113, number=1).exists():
            factories.term_113_1()
        performances = self.code.endswith("5")
        duty = DutyCode.DIVERSE_PERFORMANCE if performances else DutyCode.COURSE_OUTCOMES
        self.office = holder(duty, self.division)
        self.registry = holder(DutyCode.RECEIPT_CONFIRMATION, self.division)
        self.school_class = factories.SchoolClassFactory.create(school_year=self.year, division=self.division)

    def student(self, **kwargs: Any) -> Student:
        student: Student = factories.StudentFactory.create(school_class=self.school_class, **kwargs)
        return student

    def outcome(
        self,
        student: Student,
        *,
        title: str = "作品",
        description: str = "以迴圈印出九九乘法表。",
        term: int = 2,
        course: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> CourseOutcome:
        """A certified outcome of the year with a PDF, selected; further arguments are the enrolment's."""
        section = factories.SectionFactory.create(
            course=factories.CourseFactory.create(**(course or {})),
            term=factories.TermFactory.create(school_year=self.year, number=term),
            division=self.division,
        )
        enrolment = factories.EnrolmentFactory.create(student=student, section=section, **kwargs)
        outcome: CourseOutcome = factories.OutcomeFactory.create(
            enrolment=enrolment, state=OutcomeState.CERTIFIED, description=description
        )
        factories.attach_pdf(outcome, title)
        factories.select(outcome)
        return outcome

    def performance(self, student: Student, **kwargs: Any) -> DiversePerformance:
        performance: DiversePerformance = factories.PerformanceFactory.create(
            student=student, school_year=self.year, **kwargs
        )
        factories.attach_pdf(performance, "證明")
        factories.select(performance)
        return performance

    def students_with_outcomes(self, count: int) -> list[Student]:
        students = [self.student() for __ in range(count)]
        for student in students:
            self.outcome(student)
        return students

    def created(self) -> Batch:
        return create_batch(self.code, self.division, self.year, by=self.office, at=CREATED)

    def frozen(self) -> Batch:
        return freeze_batch(self.created(), by=self.office, at=FROZEN)

    def submitted(self) -> Batch:
        batch = self.frozen()
        return mark_submitted(
            batch,
            submitted_on=SUBMITTED.date(),
            letter_number="臺教國署高字第 1 號",
            by=self.office,
            at=SUBMITTED,
        )

    def imported(self, batch: Batch, file: BytesIO | None = None) -> ReceiptImport:
        """What came back, or everything just as it was sent."""
        return import_receipts(
            batch, file or practice_file(batch), file_name="收訖明細.zip", by=self.office, at=RECEIVED
        )

    def received(self) -> Batch:
        batch = self.submitted()
        self.imported(batch)
        return batch

    def period(self, batch: Batch | None = None) -> ReceiptPeriod:
        """The first period, which runs 2024-10-09 … 12."""
        return open_receipt_period(
            batch or self.received(), opens_on=OPENS_ON, by=self.registry, at=at("2024-10-08 16:00")
        )


def holder(duty: DutyCode, division: Division) -> User:
    """Whoever holds the duty; somebody new when nobody does."""
    holding = PostHolding.objects.filter(post__duties__code=duty, post__duties__division=division).first()
    return holding.user if holding else factories.holder_of(duty, division)


def practice_file(batch: Batch) -> BytesIO:
    file = BytesIO()
    write_practice_receipts(batch, file)
    file.seek(0)
    return file


def own(student: Student, period: ReceiptPeriod) -> ReceiptConfirmation:
    return ReceiptConfirmation.objects.with_details().get(student=student, period=period)


def earlier_periods(student: Student, count: int) -> None:
    """`count` more periods that asked the student, of one batch for each of ever earlier years, all over."""
    first = 90 - Batch.objects.count()
    term = Term.objects.get(school_year=113, number=1)
    for year in range(first, first - count, -1):
        batch = Batch.objects.create(
            roster_code="26",
            division=Division.DAY,
            school_year=1000 + year,
            created_by=student.user,
            created_at=CREATED,
            frozen_at=FROZEN,
        )
        window = Window.objects.create(
            term=term,
            division=Division.DAY,
            activity="receipt_first",
            reference=f"{year}-26",
            subject_year=1000 + year,
            subject_term=0,
            changed_at=OPENED,
            opens_at=OPENED - timedelta(days=60),
            closes_at=CLOSED - timedelta(days=60),
        )
        period = ReceiptPeriod.objects.create(
            batch=batch, window=window, opened_by=student.user, opened_at=OPENED
        )
        ReceiptConfirmation.objects.create(period=period, student=student)
