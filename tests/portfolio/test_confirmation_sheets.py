"""Confirmation sheets on paper: a student's own, and a class's for its homeroom teacher."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.errors import InvalidInput
from accounts.models import AuditEntry, SchoolClass, Student, User
from accounts.models.students import EnrolmentStatus
from portfolio import demo_media
from portfolio.confirmation_sheets import class_sheets, own_sheet
from portfolio.domain.filetypes import MEGABYTE, Slot, inspect
from portfolio.models import CourseOutcome
from portfolio.models.courses import StudyKind
from portfolio.models.outcomes import OutcomeState
from portfolio.pdf import pdf_of
from portfolio.services.selection import select_items
from schedules.domain.activities import Activity
from schedules.models import Extension, Window
from tests.factories import (
    AdminFactory,
    CourseFactory,
    EnrolmentFactory,
    OutcomeFactory,
    PerformanceFactory,
    SchoolClassFactory,
    SectionFactory,
    StudentFactory,
    TermFactory,
    UserFactory,
    attach_pdf,
    place,
    school,
    select,
    term_113_1,
)
from tests.moments import at, day
from tests.portfolio.printing import pages_of, require_printing

pytestmark = pytest.mark.django_db

OWN = "/portfolio/selection/sheet/"
SELECTING, OVER = at("2024-09-10 20:00"), at("2024-09-21 00:00")
YEAR = 112
SetClock = Callable[[datetime], None]
ClientOf = Callable[[User], Client]


@pytest.fixture
def school_class(set_clock: SetClock) -> SchoolClass:
    """A grade-2 class of 113 whose students select of 112."""
    school()
    term_113_1()
    set_clock(SELECTING)
    return SchoolClassFactory.create(name="資訊二甲")


@pytest.fixture
def last_year(school_class: SchoolClass) -> SchoolClass:
    return SchoolClassFactory.create(school_year=YEAR, grade=1, name="資訊一甲")


@pytest.fixture
def student(school_class: SchoolClass, last_year: SchoolClass) -> Student:
    return member(school_class, last_year, "虛構甲")


def member(school_class: SchoolClass, last_year: SchoolClass, name: str) -> Student:
    student = StudentFactory.create(user=UserFactory.create(name=name), school_class=school_class)
    place(student, last_year)
    return student


def outcome_of(
    student: Student, name: str, description: str = "以單擺測重力。", **enrolment
) -> CourseOutcome:
    section = SectionFactory.create(
        course=CourseFactory.create(name=name), term=TermFactory.create(school_year=YEAR, number=2)
    )
    taken = EnrolmentFactory.create(student=student, section=section, **enrolment)
    outcome: CourseOutcome = OutcomeFactory.create(
        enrolment=taken, state=OutcomeState.CERTIFIED, description=description
    )
    return outcome


def printed(client: Client, address: str) -> list[str]:
    require_printing()
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    return pages_of(answer.content)


def test_the_sheet_holds_what_the_student_selected_with_files_and_lines_to_sign(
    student: Student, client_of: ClientOf
):
    chosen = outcome_of(
        student, "物理", kind=StudyKind.RETAKE, original_school_year=111, original_term=1, method="3"
    )
    file = attach_pdf(chosen, "單擺實驗")
    select(chosen)
    select(PerformanceFactory.create(student=student, school_year=YEAR, details={"name": "校園地圖"}))
    outcome_of(student, "沒有勾選的課")
    (page,) = printed(client_of(student.user), OWN)
    for words in (
        "虛構高級中學",
        "112 學年度學習歷程檔案勾選確認單",
        "虛構甲",
        student.student_number,
        "資訊一甲",
        "物理",
        "重修（原修 111-1，專班辦理）",
        "以單擺測重力。",
        "單擺實驗.pdf",
        file.sha256[:12],
        "校園地圖",
        "113/09/10（二）20:00",
        "學生簽名",
        "家長／法定代理人簽名",
    ):
        assert words in page, words
    assert file.sha256[:13] not in page
    assert "沒有勾選的課" not in page
    assert student.national_id not in page


def test_nobody_elses_pieces_are_on_it(student: Student, school_class, last_year, client_of: ClientOf):
    select(outcome_of(member(school_class, last_year, "虛構乙"), "別人的課"))
    select(outcome_of(student, "物理"))
    (page,) = printed(client_of(student.user), OWN)
    assert "物理" in page
    assert "別人的課" not in page
    assert "虛構乙" not in page


def test_the_sheet_of_a_student_who_selected_nothing_says_so_plainly(student: Student, client_of: ClientOf):
    (page,) = printed(client_of(student.user), OWN)
    assert "沒有勾選課程學習成果。" in page
    assert "沒有勾選多元表現。" in page


def test_what_was_typed_is_text_on_the_sheet_and_nothing_else(student: Student, client_of: ClientOf):
    select(outcome_of(student, "物理", description="<img src='file:///etc/hostname'><b>粗體</b>"))
    (page,) = printed(client_of(student.user), OWN)
    assert "<b>粗體</b>" in page


def test_the_pieces_stand_in_the_students_order(student: Student):
    first, second, third = (outcome_of(student, name) for name in ("物理", "化學", "生物"))
    select_items(
        student,
        YEAR,
        outcomes=[third.pk, first.pk, second.pk],
        performances=[],
        by=student.user,
        at=SELECTING,
    )
    assert own_sheet(student, YEAR, SELECTING).outcomes == [third, first, second]


def test_the_sheet_says_whether_anything_can_still_change(student: Student, last_year):
    assert not own_sheet(student, YEAR, SELECTING).is_final
    assert own_sheet(student, YEAR, OVER).is_final
    Extension.objects.create(
        window=Window.objects.get(activity=Activity.SELECTION, subject_year=YEAR, division="day"),
        school_class=last_year,
        closes_on=day("2024-09-25"),
        reason="停電",
        granted_by=AdminFactory.create(),
        granted_at=SELECTING,
    )
    assert not own_sheet(student, YEAR, at("2024-09-25 23:59")).is_final
    assert own_sheet(student, YEAR, at("2024-09-26 00:00")).is_final


def test_a_year_without_a_selection_window_has_no_sheet(student: Student, client_of: ClientOf):
    assert client_of(student.user).get(f"{OWN}?year=90").status_code == 404


# ---------------------------------------------------------------- the class's


def homeroom_teacher(school_class: SchoolClass) -> User:
    assert school_class.homeroom_teacher is not None
    return school_class.homeroom_teacher


def address(school_class: SchoolClass) -> str:
    return f"/class/{school_class.pk}/confirmation/"


def test_the_homeroom_teacher_prints_a_page_for_each_student_by_seat(
    student: Student, school_class: SchoolClass, last_year: SchoolClass, client_of: ClientOf
):
    other = member(school_class, last_year, "虛構乙")
    gone = member(school_class, last_year, "離校生")
    Student.objects.filter(pk=gone.pk).update(status=EnrolmentStatus.TRANSFERRED_OUT)
    select(outcome_of(student, "物理"))
    select(outcome_of(other, "化學"))
    pages = printed(client_of(homeroom_teacher(school_class)), address(school_class))
    assert len(pages) == 2
    for page, words, others in (
        (pages[0], ("虛構甲", "物理"), "化學"),
        (pages[1], ("虛構乙", "化學"), "物理"),
    ):
        assert all(one in page for one in words)
        assert others not in page
        assert "112 學年度" in page


def test_printing_a_class_is_on_record(student: Student, school_class: SchoolClass, client_of: ClientOf):
    printed(client_of(homeroom_teacher(school_class)), address(school_class))
    entry = AuditEntry.objects.get(act="print_sheets")
    assert (entry.actor, entry.standing) == (school_class.homeroom_teacher, "導師")
    assert entry.changes == {"school_year": YEAR, "students": 1}


def test_nobody_but_the_homeroom_teacher_finds_a_class(
    student: Student, school_class: SchoolClass, client_of: ClientOf
):
    for person in (
        homeroom_teacher(SchoolClassFactory.create()),
        UserFactory.create(),
        student.user,
        AdminFactory.create(),
    ):
        assert client_of(person).get(address(school_class)).status_code == 404
    assert Client().get(address(school_class)).status_code == 302
    assert not AuditEntry.objects.filter(act="print_sheets").exists()


def test_who_is_no_student_has_no_sheet(student: Student, client_of: ClientOf):
    assert client_of(UserFactory.create()).get(OWN).status_code == 403


def test_forty_students_take_as_many_queries_as_one(student: Student, school_class, last_year):
    select(outcome_of(student, "物理"))
    few = _queries(school_class, 1)
    for number in range(39):
        other = member(school_class, last_year, f"虛構{number}")
        select(outcome_of(other, f"課程 {number}"))
        select(PerformanceFactory.create(student=other, school_year=YEAR))
    assert _queries(school_class, 40) <= few + 2  # the first performances, and their files


def _queries(school_class: SchoolClass, count: int) -> int:
    with CaptureQueriesContext(connection) as queries:
        sheets = class_sheets(school_class, YEAR, SELECTING)
    assert len(sheets) == count
    assert all(sheet.outcomes for sheet in sheets)
    return len(queries)


def test_printing_leaves_cut_off_pictures_refused() -> None:
    """The printing library bids the whole process to load them."""
    require_printing()
    pdf_of("<p>Sheet</p>")
    picture = demo_media.jpg("Plants", 1)[:-2000]
    kinds, limit = Slot.DOCUMENT.kinds, 4 * MEGABYTE
    with pytest.raises(InvalidInput, match="不是完好的"):
        inspect(BytesIO(picture), name="圖片.jpg", slot_label="文件", allowed=kinds, max_bytes=limit)
