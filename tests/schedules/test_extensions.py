"""More time for a class or a student: who wins, who may, and that it is honoured (rules D16, trap T12)."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.domain.division import Division
from accounts.errors import InvalidInput, NotAllowed, WindowClosed
from accounts.models import AuditEntry, ClassPlacement, Notice, SchoolClass, Student, User
from accounts.models.duties import DutyCode
from accounts.models.students import EnrolmentStatus
from portfolio.models import CourseOutcome, Enrolment
from portfolio.models.outcomes import OutcomeState
from portfolio.services.certification import certify
from portfolio.services.outcomes import revise_course_outcome, withdraw_course_outcome
from portfolio.services.selection import select_items
from portfolio.student_windows import StudentWindows
from schedules.domain.activities import Activity, Audience
from schedules.domain.extensions import deciding
from schedules.domain.terms import TermCode
from schedules.models import Extension, Window
from schedules.queries import student_window, student_windows
from schedules.services.extensions import grant_extension, withdraw_extension
from schedules.services.overrides import override_window
from schedules.services.receipt_windows import open_receipt_window
from tests.factories import (
    AdminFactory,
    OutcomeFactory,
    SchoolClassFactory,
    StudentFactory,
    UserFactory,
    holder_of,
    place,
    term_113_1,
    term_with_dates,
)
from tests.moments import at, day
from tests.portfolio.pieces import enrolled, perform, upload

pytestmark = pytest.mark.django_db

TERM = TermCode(113, 1)
# The general upload window of 113-1 lasts to the end of 3 February, certification to 10 February.
OPEN, CLOSED = at("2025-01-20 09:00"), at("2025-02-05 09:00")
MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def registry() -> User:
    return holder_of(DutyCode.COURSE_OUTCOMES)


@pytest.fixture
def upload_window() -> Window:
    return window_of(term_113_1().code, Activity.OUTCOME_UPLOAD)


def window_of(
    term: TermCode, activity: Activity, audience: Audience = Audience.GENERAL, division: str = "day"
) -> Window:
    return Window.objects.get(
        term__school_year=term.school_year,
        term__number=term.number,
        activity=activity,
        audience=audience,
        division=division,
    )


def grant(
    window: Window,
    target: SchoolClass | Student,
    closes: str,
    *,
    by: User,
    when: datetime = OPEN,
    reason: str = "校外實習一週",
) -> Extension:
    return grant_extension(window, target, closes_on=day(closes), reason=reason, by=by, at=when)


def in_class(**fields: object) -> Student:
    student: Student = StudentFactory.create(school_class=SchoolClassFactory.create(**fields))
    return student


def class_of(student: Student) -> SchoolClass:
    return ClassPlacement.objects.get(student=student).school_class


def end_for(student: Student, activity: Activity = Activity.OUTCOME_UPLOAD) -> datetime | None:
    """When the student may upload until; services and pages must agree."""
    window = student_window(student, activity, TERM)
    shown = StudentWindows(student).of(activity, TERM)
    assert shown
    assert window.ends_at == shown.ends_at
    return window.ends_at


WINDOW_END = at("2025-02-04")
DAYS = [at(f"2025-02-{number:02}") for number in range(1, 28)]


def decided(for_person: list[datetime], for_classes: list[datetime]) -> datetime | None:
    return deciding(
        WINDOW_END, for_person=for_person, for_classes=for_classes, closes_at=lambda granted: granted
    )


@pytest.mark.parametrize(
    ("person", "classes", "end"),
    [
        ([], [], None),
        ([10], [], 10),
        ([], [10], 10),
        ([8], [20], 8),  # the person's own beats the class's, even when it is shorter
        ([20], [8], 20),
        ([], [8, 20, 12], 20),  # the most lenient of several
        ([], [2], None),  # never ends the window itself earlier
        ([2], [20], None),  # the person's own decides, though the window ends later by now
        ([], [4], None),  # the window's own end is no extension
    ],
)
def test_a_persons_extension_beats_a_classs_and_the_most_lenient_of_several_classes_wins(
    person: list[int], classes: list[int], end: int | None
) -> None:
    expected = at(f"2025-02-{end:02}") if end else None
    moments = [[at(f"2025-02-{number:02}") for number in numbers] for numbers in (person, classes)]
    assert decided(*moments) == expected


def test_a_window_that_awaits_its_letter_needs_no_extension() -> None:
    assert deciding(None, for_person=[DAYS[5]], for_classes=[DAYS[6]], closes_at=lambda day: day) is None


def test_a_persons_extension_beats_the_classs_even_when_it_is_shorter(
    upload_window: Window, registry: User
) -> None:
    student = in_class()
    classmate: Student = StudentFactory.create(school_class=class_of(student))
    grant(upload_window, class_of(student), "2025-02-20", by=registry)
    grant(upload_window, student, "2025-02-10", by=registry)
    assert end_for(student) == at("2025-02-11")
    assert end_for(classmate) == at("2025-02-21")


def test_it_reopens_a_closed_window_for_the_class_only(upload_window: Window, registry: User) -> None:
    student, other = in_class(), in_class()
    grant(upload_window, class_of(student), "2025-02-10", by=registry, when=CLOSED)
    assert student_window(student, Activity.OUTCOME_UPLOAD, TERM).is_open(CLOSED)
    assert not student_window(other, Activity.OUTCOME_UPLOAD, TERM).is_open(CLOSED)
    upload_window.refresh_from_db()
    assert (upload_window.closes_at, upload_window.is_open(CLOSED)) == (at("2025-02-04"), False)
    assert end_for(student, Activity.CERTIFICATION) == at("2025-02-11"), "another window stays as it was"


def test_granting_the_same_twice_is_one_extension_one_entry_and_one_notice(
    upload_window: Window, registry: User
) -> None:
    student = in_class()
    first = grant(upload_window, student, "2025-02-10", by=registry)
    again = grant(upload_window, student, "2025-02-10", by=AdminFactory.create(), reason="別的理由")
    assert again == first
    assert Extension.objects.get().granted_by == registry
    assert AuditEntry.objects.filter(act="grant_extension").count() == 1
    assert [notice.user for notice in Notice.objects.all()] == [student.user]


def test_granting_another_day_replaces_the_earlier_one_which_stays_on_record(
    upload_window: Window, registry: User
) -> None:
    student = in_class()
    old = grant(upload_window, student, "2025-02-20", by=registry)
    grant(upload_window, student, "2025-02-10", by=registry, when=at("2025-01-21 09:00"))
    old.refresh_from_db()
    assert (old.closes_on, old.withdrawn_at, old.withdrawn_by) == (
        day("2025-02-20"),
        at("2025-01-21 09:00"),
        registry,
    )
    assert end_for(student) == at("2025-02-11")


def test_withdrawing_takes_it_back_once(upload_window: Window, registry: User) -> None:
    student = in_class()
    extension = grant(upload_window, student, "2025-02-10", by=registry)
    withdraw_extension(extension, by=registry, at=at("2025-01-22 09:00"))
    withdraw_extension(extension, by=AdminFactory.create(), at=at("2025-01-23 09:00"))
    extension.refresh_from_db()
    assert (extension.withdrawn_by, extension.withdrawn_at) == (registry, at("2025-01-22 09:00"))
    assert end_for(student) == at("2025-02-04")
    assert AuditEntry.objects.filter(act="withdraw_extension").count() == 1
    granted, withdrawn = Notice.objects.order_by("pk")
    assert {granted.user, withdrawn.user} == {student.user}
    assert "已展延：114/02/10" in granted.subject
    assert "撤銷" in withdrawn.subject


def test_withdrawing_what_is_over_anyway_is_no_news(upload_window: Window, registry: User) -> None:
    extension = grant(upload_window, in_class(), "2025-02-10", by=registry)
    Notice.objects.all().delete()
    withdraw_extension(extension, by=registry, at=at("2025-02-11 00:00"))
    assert not Notice.objects.exists()


def test_two_clerks_do_not_undo_each_other(upload_window: Window, registry: User) -> None:
    """T12: what one clerk still sees on the screen is not what the other has granted since."""
    student, second_clerk = in_class(), AdminFactory.create()
    seen_by_both = grant(upload_window, student, "2025-02-10", by=registry)
    grant(upload_window, student, "2025-02-12", by=second_clerk)
    withdraw_extension(seen_by_both, by=registry, at=OPEN)
    assert end_for(student) == at("2025-02-13")
    # … and two who both grant, or both take back, have done it once.
    withdraw_extension(Extension.objects.active().get(), by=registry, at=OPEN)
    withdraw_extension(seen_by_both, by=second_clerk, at=OPEN)
    grant(upload_window, student, "2025-02-12", by=registry)
    grant(upload_window, student, "2025-02-12", by=second_clerk)
    assert end_for(student) == at("2025-02-13")
    assert Extension.objects.active().count() == 1


@pytest.mark.parametrize("reason", ["", " \u3000", "長" * 201])
def test_a_reason_that_fits_the_record_is_required(
    upload_window: Window, registry: User, reason: str
) -> None:
    with pytest.raises(InvalidInput, match="理由"):
        grant(upload_window, in_class(), "2025-02-10", by=registry, reason=reason)
    assert not Extension.objects.exists()


@pytest.mark.parametrize("closes", ["2025-02-02", "2025-02-03"])
def test_it_must_end_after_the_window_itself(upload_window: Window, registry: User, closes: str) -> None:
    with pytest.raises(InvalidInput, match="114/02/03"):
        grant(upload_window, in_class(), closes, by=registry)


def test_it_is_measured_by_the_days_in_force_not_by_the_computed_ones(
    upload_window: Window, registry: User
) -> None:
    override_window(
        upload_window,
        opens_on=day("2024-08-30"),
        closes_on=day("2025-02-12"),
        reason="颱風",
        by=AdminFactory.create(),
        at=OPEN,
    )
    with pytest.raises(InvalidInput, match="114/02/12"):
        grant(upload_window, in_class(), "2025-02-10", by=registry)


def test_when_the_window_itself_comes_to_last_longer_the_extension_does_not_shorten_it(
    upload_window: Window, registry: User
) -> None:
    student = in_class()
    grant(upload_window, student, "2025-02-05", by=registry)
    override_window(
        upload_window,
        opens_on=day("2024-08-30"),
        closes_on=day("2025-02-12"),
        reason="颱風",
        by=AdminFactory.create(),
        at=OPEN,
    )
    assert end_for(student) == at("2025-02-13")


@pytest.mark.parametrize("fields", [{"division": Division.EVENING}, {"school_year": 112}], ids=str)
def test_a_class_or_student_who_keeps_to_another_window_is_refused(
    upload_window: Window, registry: User, fields: dict[str, object]
) -> None:
    student = in_class(**fields)
    for target in (student, class_of(student)):
        with pytest.raises(InvalidInput, match="不適用這段期程"):
            grant(upload_window, target, "2025-02-10", by=registry)
    assert not Extension.objects.exists()


def test_grade_3_is_extended_in_its_own_window_of_the_second_term(registry: User) -> None:
    term = term_with_dates(113, 2, opening="2025-02-11", exam_end="2025-06-27", closing="2025-06-30")
    third = in_class(grade=3)
    with pytest.raises(InvalidInput, match="不適用這段期程"):
        grant(window_of(term.code, Activity.OUTCOME_UPLOAD), third, "2025-08-10", by=registry)
    waiting = window_of(term.code, Activity.OUTCOME_UPLOAD, Audience.GRADE3_FIRST)
    with pytest.raises(InvalidInput, match="待來文"):
        grant(waiting, third, "2025-08-10", by=registry)


def test_windows_that_nobody_has_alone_and_receipts_that_nobody_is_asked_about_are_not_extended(
    upload_window: Window, registry: User
) -> None:
    student = in_class()
    receipts = open_receipt_window(
        upload_window.term, "day", subject=(113, 1), opens_on=day("2025-03-03"), at=OPEN
    )
    with pytest.raises(InvalidInput, match="只有學生"):
        grant(window_of(TERM, Activity.GRADES), student, "2025-12-31", by=registry)
    runs_receipts = holder_of(DutyCode.RECEIPT_CONFIRMATION)
    for target in (student, class_of(student)):
        with pytest.raises(InvalidInput, match="不適用這段期程"):
            grant(receipts, target, "2025-12-31", by=runs_receipts)


def test_performances_are_not_extended_into_the_next_school_year(registry: User) -> None:
    term = term_with_dates(114, 1, opening="2025-09-01", exam_end="2026-01-16", closing="2026-01-20")
    whole_year = window_of(term.code, Activity.PERFORMANCE_UPLOAD)
    assert whole_year.closes_on == day("2026-07-31")
    with pytest.raises(InvalidInput, match="115/07/31"):
        grant(whole_year, in_class(school_year=114), "2026-08-05", by=registry)


def test_only_the_divisions_own_office_and_administrators_may(upload_window: Window, registry: User) -> None:
    evening, teacher = holder_of(DutyCode.COURSE_OUTCOMES, Division.EVENING), UserFactory.create()
    student = in_class()
    for somebody in (evening, teacher, student.user):
        with pytest.raises(NotAllowed, match="課程學習成果"):
            grant(upload_window, student, "2025-02-10", by=somebody)
    extension = grant(upload_window, student, "2025-02-10", by=registry)
    for somebody in (evening, teacher, student.user):
        with pytest.raises(NotAllowed, match="課程學習成果"):
            withdraw_extension(extension, by=somebody, at=OPEN)
    assert Extension.objects.active().get() == extension
    assert not AuditEntry.objects.exclude(actor=registry).exists()


def test_the_trail_says_who_until_when_for_whom_and_why(upload_window: Window, registry: User) -> None:
    student = in_class()
    grant(upload_window, student, "2025-02-10", by=registry, reason="  住院治療 ")
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.actor, entry.at, entry.reason) == (
        "grant_extension",
        registry,
        OPEN,
        "住院治療",
    )
    assert entry.changes == {"closes_on": "2025-02-10", "for": str(student)}
    assert Extension.objects.get().article == "第 11 點", "the window's, where no other is given"


def test_a_classs_students_are_told_and_for_certification_their_teachers_too(
    upload_window: Window, registry: User
) -> None:
    enrolment = enrolled(in_class={"name": "資訊二甲"})
    gone = StudentFactory.create(school_class=class_of(enrolment.student), status=EnrolmentStatus.WITHDRAWN)
    in_class()
    OutcomeFactory.create(enrolment=enrolment)
    grant(upload_window, class_of(enrolment.student), "2025-02-10", by=registry)
    assert [notice.user for notice in Notice.objects.all()] == [enrolment.student.user]
    Notice.objects.all().delete()
    certification = window_of(TERM, Activity.CERTIFICATION)
    grant(certification, class_of(enrolment.student), "2025-02-20", by=registry)
    told = {notice.user for notice in Notice.objects.all()}
    assert told == {enrolment.student.user, enrolment.section.teacher}
    assert gone.user not in told


LAST_MOMENT, TOO_LATE = at("2025-02-11") - MICROSECOND, at("2025-02-11")


def test_uploading_revising_and_taking_back_honour_it_to_the_last_microsecond(
    upload_window: Window, registry: User
) -> None:
    enrolment = enrolled()
    student = enrolment.student
    grant(upload_window, student, "2025-02-10", by=registry)
    outcome = upload(enrolment, when=LAST_MOMENT)
    change: dict[str, Any] = {"description": "再寫一次", "files": {}, "by": student.user}
    revise_course_outcome(outcome, **change, at=LAST_MOMENT)
    for act in acts_on(enrolment, outcome):
        with pytest.raises(WindowClosed, match="114/02/10"):
            act(TOO_LATE)
    withdraw_course_outcome(outcome, by=student.user, at=LAST_MOMENT)


def acts_on(enrolment: Enrolment, outcome: CourseOutcome) -> list[Callable[[datetime], object]]:
    by = outcome.student.user
    return [
        lambda when: upload(enrolment, when=when),
        lambda when: revise_course_outcome(outcome, description="改", files={}, by=by, at=when),
        lambda when: withdraw_course_outcome(outcome, by=by, at=when),
    ]


def test_performances_of_the_first_term_honour_it(upload_window: Window, registry: User) -> None:
    student = in_class()
    grant(window_of(TERM, Activity.PERFORMANCE_UPLOAD), student, "2025-02-06", by=registry)
    assert perform(student, when=at("2025-02-07") - MICROSECOND).school_year == 113
    with pytest.raises(WindowClosed):
        perform(student, when=at("2025-02-07"))


def test_selection_and_certification_honour_it(upload_window: Window, registry: User) -> None:
    enrolment = enrolled()
    student = enrolment.student
    place(student, SchoolClassFactory.create(school_year=112, grade=1))
    selection = window_of(TERM, Activity.SELECTION)
    grant(selection, student, "2024-10-01", by=registry, when=at("2024-09-25"))
    pick: dict[str, Any] = {"outcomes": [], "performances": [], "by": student.user}
    select_items(student, 112, **pick, at=at("2024-10-02") - MICROSECOND)
    with pytest.raises(WindowClosed, match="113/10/01"):
        select_items(student, 112, **pick, at=at("2024-10-02"))

    waiting, late = OutcomeFactory.create_batch(2, enrolment=enrolment)
    grant(window_of(TERM, Activity.CERTIFICATION), student, "2025-02-20", by=registry)
    certify(waiting, by=enrolment.section.teacher, at=at("2025-02-21") - MICROSECOND)
    with pytest.raises(WindowClosed, match="114/02/20"):
        certify(late, by=enrolment.section.teacher, at=at("2025-02-21"))
    waiting.refresh_from_db()
    assert waiting.state == OutcomeState.CERTIFIED


def test_after_its_last_day_everything_is_closed_again_by_itself(
    upload_window: Window, registry: User
) -> None:
    student = in_class()
    extension = grant(upload_window, student, "2025-02-10", by=registry)
    assert not student_window(student, Activity.OUTCOME_UPLOAD, TERM).is_open(TOO_LATE)
    assert not StudentWindows(student).is_open(Activity.OUTCOME_UPLOAD, TERM, TOO_LATE)
    extension.refresh_from_db()
    assert extension.withdrawn_at is None, "nobody had to take it back"


def test_one_that_is_over_does_not_matter_for_the_next(upload_window: Window, registry: User) -> None:
    student = in_class()
    grant(upload_window, student, "2025-02-10", by=registry)
    grant(upload_window, student, "2025-02-20", by=registry, when=at("2025-02-15"))
    assert student_window(student, Activity.OUTCOME_UPLOAD, TERM).is_open(at("2025-02-18"))


def test_an_extension_of_last_years_class_lengthens_nothing_of_this_year(
    upload_window: Window, registry: User
) -> None:
    student = in_class()
    earlier = SchoolClassFactory.create(school_year=112, grade=1)
    place(student, earlier)
    Extension.objects.create(
        window=upload_window,
        school_class=earlier,
        closes_on=date(2025, 2, 20),
        reason="寫錯班級",
        granted_by=registry,
        granted_at=OPEN,
    )
    assert end_for(student) == at("2025-02-04")


def test_reading_windows_costs_the_same_with_many_extensions(upload_window: Window, registry: User) -> None:
    student = in_class()

    def cost() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as one:
            student_windows(student, TERM)
        with CaptureQueriesContext(connection) as all_:
            StudentWindows(student)
        return len(one), len(all_)

    without = cost()
    for activity in (Activity.OUTCOME_UPLOAD, Activity.CERTIFICATION, Activity.PERFORMANCE_UPLOAD):
        for target in (student, class_of(student)):
            grant(window_of(TERM, activity), target, "2025-02-20", by=registry)
    assert cost() == without
