"""Lists in the admin: in Chinese, found again by natural keys, all of a file or nothing of it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.demo_people import invented_national_id
from accounts.list_admin import ListAct
from accounts.models import (
    AuditEntry,
    ClassPlacement,
    Guardianship,
    Office,
    Post,
    PostHolding,
    SchoolClass,
    Student,
    User,
)
from portfolio.models import CodeEntry, Course, CourseSection, Enrolment
from schedules.models import Holiday
from tests.accounts import lists
from tests.admin_pages import said
from tests.factories import (
    AdminFactory,
    CourseFactory,
    EnrolmentFactory,
    SchoolClassFactory,
    SectionFactory,
    StudentFactory,
    TermFactory,
    UserFactory,
)
from tests.moments import day

pytestmark = pytest.mark.django_db

Rows = Sequence[Sequence[Any]]
NUMBER, OTHER_NUMBER = invented_national_id(1001), invented_national_id(1002)


@pytest.fixture
def client(client_of: Callable[[User], Client]) -> Client:
    return client_of(AdminFactory.create())


def url(model: type[Model], page: str) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}")


def xlsx(rows: Rows) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    stream = BytesIO()
    book.save(stream)
    return SimpleUploadedFile("list.xlsx", stream.getvalue())


def csv(rows: Rows, *, encoding: str = "utf-8-sig") -> SimpleUploadedFile:
    text = "".join(",".join(str(cell) for cell in row) + "\r\n" for row in rows)
    return SimpleUploadedFile("list.csv", text.encode(encoding))


def offered(client: Client, model: type[Model], file: SimpleUploadedFile) -> Any:
    """The page after the file was handed in: its preview, or what is wrong with it."""
    return client.post(url(model, "import"), {"import_file": file, "resource": "0"})


def confirmed(client: Client, model: type[Model], preview: Any) -> Any:
    """Confirm what `preview` shows."""
    form = preview.context["confirm_form"]
    return client.post(url(model, "process_import"), {bound.name: bound.value() for bound in form})


def imported(client: Client, model: type[Model], rows: Rows) -> str:
    """Hand in and confirm; what the page says then."""
    return said(client, confirmed(client, model, offered(client, model, xlsx(rows))))


def exported(client: Client, model: type[Model], *, kind: int = 0) -> bytes:
    return bytes(client.post(url(model, "export"), {"format": kind, "resource": "0"}).content)


def cells(content: bytes) -> list[list[Any]]:
    return [list(row) for row in openpyxl.load_workbook(BytesIO(content)).worksheets[0].values]


COURSES: Rows = [
    ["課程代碼", "科目名稱", "開課年級", "學分／節數"],
    ["113999999V2130521100001", "程式設計", 2, 3],
    ["113999999V2130521100002", "電子學", 2, 4],
]


def test_a_good_file_shows_what_it_changes_before_it_is_written(client: Client) -> None:
    preview = offered(client, Course, xlsx(COURSES))
    assert "將新增 2 筆、修改 0 筆" in said(client, preview)
    assert not Course.objects.exists()
    shown = said(client, confirmed(client, Course, preview))
    assert "匯入完成：新增 2 筆、修改 0 筆、未變動 0 筆。" in shown
    assert set(Course.objects.values_list("name", "credits")) == {("程式設計", 3), ("電子學", 4)}


def test_an_import_leaves_one_entry_with_counts_on_the_trail(client: Client) -> None:
    imported(client, Course, COURSES)
    entry = AuditEntry.objects.get(act=ListAct.IMPORT)
    assert entry.changes == {"list": "科目", "new": 2, "changed": 0, "same": 0}


def test_a_bad_row_refuses_all_and_names_row_and_column(client: Client) -> None:
    rows = [*COURSES, ["113999999V2130521100003", "體育", "二", 2]]
    page = offered(client, Course, xlsx(rows))
    assert "這個檔案沒有匯入任何一列" in said(client, page)
    assert "第 4 列 開課年級 「二」須為下列之一：1、2、3。" in said(client, page)
    assert "confirm_form" not in page.context
    assert not Course.objects.exists()
    assert not AuditEntry.objects.filter(act=ListAct.IMPORT).exists()


def test_every_bad_cell_is_named_at_once(client: Client) -> None:
    rows = [COURSES[0], ["", "體育", 2, 2], [], ["113999999V2130521100003", "", 7, 2]]
    shown = said(client, offered(client, Course, xlsx(rows)))
    assert "第 2 列 課程代碼 不可空白。" in shown
    assert "第 4 列 科目名稱 不可空白。" in shown, "the empty third row keeps the others' numbers"


def test_importing_again_changes_nothing(client: Client) -> None:
    imported(client, Course, COURSES)
    before = list(Course.objects.order_by("pk").values())
    assert "新增 0 筆、修改 0 筆、未變動 2 筆" in imported(client, Course, COURSES)
    assert list(Course.objects.order_by("pk").values()) == before


def test_a_changed_cell_is_shown_with_what_was_and_what_will_be(client: Client) -> None:
    imported(client, Course, COURSES)
    rows = [COURSES[0], [*COURSES[1][:3], 4], COURSES[2]]
    preview = offered(client, Course, xlsx(rows))
    assert "學分／節數：3 → 4" in said(client, preview)
    confirmed(client, Course, preview)
    assert Course.objects.get(name="程式設計").credits == 4


def test_what_became_wrong_after_the_preview_is_refused_whole(client: Client) -> None:
    good, bad = SectionFactory.create_batch(2, group="資訊二甲")
    student = StudentFactory.create()
    rows = [*enrolment_rows([student], good), enrolment_rows([student], bad)[1]]
    preview = offered(client, Enrolment, xlsx(rows))
    CourseSection.objects.filter(pk=bad.pk).update(group="資訊二乙")
    shown = said(client, confirmed(client, Enrolment, preview))
    assert "這個檔案沒有匯入任何一列" in shown
    assert "第 3 列 班級／組別 查無" in shown
    assert not Enrolment.objects.exists()
    assert not AuditEntry.objects.filter(act=ListAct.IMPORT).exists()


def test_two_rows_of_the_same_key_are_refused(client: Client) -> None:
    shown = said(client, offered(client, Course, xlsx([*COURSES, COURSES[1]])))
    assert "第 4 列 整列 與第 2 列重複（課程代碼相同），請刪除其中一列。" in shown


@pytest.mark.parametrize(
    "headings, refusal",
    [
        (["課程代碼", "科目名稱", "開課年級"], "缺少欄位：學分／節數。"),
        (["課程代碼", "科目名稱", "開課年級", "學分"], "缺少欄位：學分／節數。"),
        (["課程代碼", "科目名稱", "開課年級", "學分／節數", "備註"], "不認得或重複的欄位：備註。"),
        (["課程代碼", "科目名稱", "開課年級", "學分／節數", "科目名稱"], "不認得或重複的欄位：科目名稱"),
    ],
)
def test_headings_that_do_not_fit_are_named(client: Client, headings: list[str], refusal: str) -> None:
    shown = said(client, offered(client, Course, xlsx([headings, ["x", "y", 2, 3, "z"]])))
    assert refusal in shown
    assert "課程代碼、科目名稱、開課年級、學分／節數" in shown
    assert not Course.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp950"])
def test_csv_is_read_in_utf8_and_in_big5(client: Client, encoding: str) -> None:
    confirmed(client, Course, offered(client, Course, csv(COURSES, encoding=encoding)))
    assert Course.objects.filter(name="電子學").exists()


@pytest.mark.parametrize(
    "file, refusal",
    [
        (SimpleUploadedFile("list.xlsx", b"not a workbook"), "讀不出這個檔案"),
        (SimpleUploadedFile("list.csv", b"\xff\xff\xff"), "讀不出這個檔案"),
        (SimpleUploadedFile("list.ods", b"other"), "請選擇 Excel（.xlsx）或 CSV 檔。"),
        (SimpleUploadedFile("list.csv", b"x" * (5 * 1024 * 1024 + 1)), "檔案超過 5 MB"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(
    client: Client, file: SimpleUploadedFile, refusal: str
) -> None:
    assert refusal in said(client, offered(client, Course, file))


def test_more_rows_than_a_page_can_bear_are_refused(client: Client) -> None:
    rows = [COURSES[0], *[[f"code{number}", "體育", 1, 2] for number in range(3001)]]
    assert "一次最多匯入 3000 列" in said(client, offered(client, Course, xlsx(rows)))


def test_an_uploaded_list_waits_encrypted_and_is_gone_once_imported(client: Client) -> None:
    StudentFactory.create()
    user: User = UserFactory.create()
    rows = [STUDENT_HEADINGS, ["1130009", user.username, "2008-01-02", NUMBER, "在學"]]
    preview = offered(client, Student, csv(rows))
    (kept,) = [path for path in Path(settings.EXPORTS_DIR).rglob("*") if path.is_file()]
    assert NUMBER.encode() not in kept.read_bytes()
    confirmed(client, Student, preview)
    assert not kept.exists()
    again = confirmed(client, Student, preview)
    assert "這次上傳已經匯入過或已過期" in said(client, again)


STUDENT_HEADINGS = ["學號", "帳號", "出生日期", "身分證號", "學籍狀態"]


def test_students_are_imported_with_their_national_id_and_exported_masked(client: Client) -> None:
    user: User = UserFactory.create()
    imported(client, Student, [STUDENT_HEADINGS, [1130009, user.username, "97/03/15", NUMBER, "在學"]])
    student = Student.objects.get()
    assert (student.student_number, student.birth_date) == ("1130009", day("2008-03-15"))
    assert student.national_id == NUMBER
    for kind in (0, 1):
        content = exported(client, Student, kind=kind)
        assert NUMBER.encode() not in content
    assert student.masked_national_id in cells(exported(client, Student))[1]


@pytest.mark.parametrize(
    "number, refusal",
    [
        ("A123456788", "第 2 列 身分證號 身分證號或居留證號的檢查碼不符"),
        ("", "第 2 列 身分證號 新的學生須填身分證號。"),
        (OTHER_NUMBER, "第 2 列 身分證號 這個身分證號已登錄在學號"),
    ],
)
def test_a_national_id_that_cannot_be_is_refused_without_repeating_it(
    client: Client, number: str, refusal: str
) -> None:
    StudentFactory.create(national_id=OTHER_NUMBER)
    user: User = UserFactory.create()
    rows = [STUDENT_HEADINGS, ["1130009", user.username, "2008-01-02", number, "在學"]]
    shown = said(client, offered(client, Student, xlsx(rows)))
    assert refusal in shown
    assert not number or number not in shown
    assert Student.objects.count() == 1


def test_one_national_id_for_two_rows_of_a_file_is_refused(client: Client) -> None:
    people: list[User] = UserFactory.create_batch(2)
    rows = [[f"113000{n}", user.username, "2008-01-02", NUMBER, "在學"] for n, user in enumerate(people)]
    shown = said(client, offered(client, Student, xlsx([STUDENT_HEADINGS, *rows])))
    assert "第 3 列 身分證號 這個身分證號已登錄在學號 1130000" in shown
    assert not Student.objects.exists()


def test_new_accounts_begin_without_a_password_and_without_rights(client: Client) -> None:
    imported(client, User, [["帳號", "姓名", "電子郵件", "啟用"], ["t001", "新老師", "", "是"]])
    user = User.objects.get(username="t001")
    assert not user.has_usable_password()
    assert (user.is_active, user.is_staff, user.is_superuser) == (True, False, False)


def test_an_import_never_touches_a_known_accounts_password(client: Client) -> None:
    user: User = UserFactory.create(name="舊名")
    rows = [["帳號", "姓名", "電子郵件", "啟用"], [user.username, "新名", user.email, "否"]]
    imported(client, User, rows)
    known = User.objects.get(pk=user.pk)
    assert (known.name, known.is_active, known.password) == ("新名", False, user.password)


def test_classes_and_their_seats_are_imported_by_name_year_and_division(client: Client) -> None:
    teacher: User = UserFactory.create()
    student: Student = StudentFactory.create()
    headings = ["學年度", "部別", "年級", "班級", "高三提交梯次", "導師帳號"]
    rows = [
        [113, "日間部", 2, "資訊二甲", "第一梯次", teacher.username],
        [113, "進修部", 2, "資訊二甲", "第二梯次", ""],
    ]
    imported(client, SchoolClass, [headings, *rows])
    seats = ["學年度", "部別", "班級", "座號", "學號"]
    imported(client, ClassPlacement, [seats, [113, "進修部", "資訊二甲", 7, student.student_number]])
    placement = ClassPlacement.objects.get()
    assert (placement.school_class.division, placement.school_class.letter_batch) == ("evening", 2)
    assert SchoolClass.objects.get(division="day").homeroom_teacher == teacher
    assert (placement.school_year, placement.seat_number) == (113, 7)


def test_another_class_of_the_same_year_moves_the_student(client: Client) -> None:
    first, second = SchoolClassFactory.create_batch(2)
    student = StudentFactory.create(school_class=first)
    seats = ["學年度", "部別", "班級", "座號", "學號"]
    imported(client, ClassPlacement, [seats, [113, "日間部", second.name, 9, student.student_number]])
    placement = ClassPlacement.objects.get()
    assert (placement.school_class, placement.seat_number) == (second, 9)


def test_a_seat_that_is_taken_is_refused(client: Client) -> None:
    taken = StudentFactory.create(school_class=SchoolClassFactory.create()).placements.get()
    student: Student = StudentFactory.create()
    seats = ["學年度", "部別", "班級", "座號", "學號"]
    row: list[Any] = [113, "日間部", taken.school_class.name, taken.seat_number, student.student_number]
    shown = said(client, offered(client, ClassPlacement, xlsx([seats, row])))
    assert "第 2 列 整列" in shown
    assert "已經存在" in shown


def test_a_class_that_is_not_on_record_is_named_with_the_way_out(client: Client) -> None:
    student: Student = StudentFactory.create()
    seats = ["學年度", "部別", "班級", "座號", "學號"]
    rows: Rows = [seats, [113, "日間部", "資訊九甲", 1, student.student_number]]
    shown = said(client, offered(client, ClassPlacement, xlsx(rows)))
    assert "第 2 列 班級 查無「113 日間部 資訊九甲」，請先在「班級」新增" in shown


def test_posts_are_given_to_people_and_an_open_holding_stands_in_the_way(client: Client) -> None:
    office = Office.objects.create(code="academic", name="教務處", division="day")
    Post.objects.create(code="registry-head", name="註冊組長", office=office)
    first, second = UserFactory.create_batch(2)
    headings = ["職務代碼", "帳號", "起日", "迄日"]
    imported(client, PostHolding, [headings, ["registry-head", first.username, "113/08/01", ""]])
    assert PostHolding.objects.get().starts_on == day("2024-08-01")
    rows = [headings, ["registry-head", second.username, "2024-11-01", ""]]
    shown = said(client, offered(client, PostHolding, xlsx(rows)))
    assert f"第 2 列 整列 「註冊組長」目前由{first}任職" in shown
    changed = [headings, ["registry-head", first.username, "2024-08-01", "2024-10-31"], rows[1]]
    assert "新增 1 筆、修改 1 筆" in imported(client, PostHolding, changed)


def enrolment_rows(students: Sequence[Student], section: CourseSection, kind: str = "學期修課") -> Rows:
    named = [section.course.code, str(section.term), "日間部", section.group]
    headings = ["學號", "課程代碼", "學期", "部別", "班級／組別", "修課類別"]
    return [headings, *[[student.student_number, *named, kind] for student in students]]


def test_sections_and_enrolments_are_imported_by_course_term_and_group(client: Client) -> None:
    course, teacher = CourseFactory.create(), UserFactory.create()
    TermFactory.create()
    headings = ["課程代碼", "學期", "部別", "班級／組別", "任課教師帳號"]
    imported(
        client, CourseSection, [headings, [course.code, "113-1", "日間部", "資訊二甲", teacher.username]]
    )
    section = CourseSection.objects.get()
    students = StudentFactory.create_batch(3)
    shown = imported(client, Enrolment, enrolment_rows(students, section))
    assert "新增 3 筆" in shown
    assert "未變動 3 筆" in imported(client, Enrolment, enrolment_rows(students, section))
    assert Enrolment.objects.filter(section=section, kind="regular").count() == 3


def test_a_retake_needs_its_original_term(client: Client) -> None:
    section, student = SectionFactory.create(), StudentFactory.create()
    rows = enrolment_rows([student], section, "重修")
    shown = said(client, offered(client, Enrolment, xlsx(rows)))
    assert "第 2 列 整列 補修、重修、轉學、借讀須填應修或原修的學年度與學期。" in shown


def test_a_choice_is_named_by_its_label_and_a_wrong_one_lists_them(client: Client) -> None:
    section, student = SectionFactory.create(), StudentFactory.create()
    shown = said(client, offered(client, Enrolment, xlsx(enrolment_rows([student], section, "regular"))))
    assert "第 2 列 修課類別 「regular」須為下列之一：學期修課、補修、重修、重讀、轉學轉科、借讀。" in shown


def test_code_lists_and_days_off_are_imported(client: Client) -> None:
    headings = ["代碼表", "代碼", "名稱", "順序"]
    imported(client, CodeEntry, [headings, ["職場學習類別", "7", "遠距見習", 7]])
    assert CodeEntry.objects.filter(code_list="職場學習類別", label="遠距見習").exists()
    days = [["日期", "名稱", "補行上班"], ["113/10/10", "國慶日", ""], ["2025-02-08", "補行上班", "是"]]
    imported(client, Holiday, days)
    assert dict(Holiday.objects.values_list("day", "is_workday")) == {
        day("2024-10-10"): False,
        day("2025-02-08"): True,
    }


@pytest.mark.parametrize(
    "written",
    [
        "2024-10-10",
        "2024/10/10",
        "113/10/10",
        "113.10.10",
        "1131010",
        1131010,
        "20241010",
        datetime(2024, 10, 10),
    ],
)
def test_a_date_may_be_written_as_people_here_do(client: Client, written: object) -> None:
    imported(client, Holiday, [["日期", "名稱"], [written, "國慶日"]])
    assert Holiday.objects.get().day == day("2024-10-10")


@pytest.mark.parametrize("text", ["2024-13-01", "113/02/30", "昨天", "2024-10"])
def test_a_cell_that_is_no_date_says_how_to_write_one(client: Client, text: str) -> None:
    shown = said(client, offered(client, Holiday, xlsx([["日期", "名稱"], [text, "假日"]])))
    assert f"第 2 列 日期 「{text}」不是日期，請寫成 2024-08-30 或 113/08/30。" in shown


@pytest.mark.parametrize(
    "spoil, refusal",
    [
        (lists.locked, "有密碼保護"),
        (lists.with_macros, "含有巨集"),
        (lists.expanding, "解開後超過 64 MB"),
        (lists.truncated, "已損毀或不完整"),
    ],
)
def test_a_workbook_that_should_not_be_opened_is_refused_in_words(
    client: Client, spoil: Callable[[bytes], bytes], refusal: str
) -> None:
    file = SimpleUploadedFile("list.xlsx", spoil(lists.xlsx(COURSES)))
    assert refusal in said(client, offered(client, Course, file))
    assert not Course.objects.exists()


FORMULA = '=HYPERLINK("http://example.org")'


def test_formulas_leave_as_text_and_come_back_unchanged(client: Client) -> None:
    CourseFactory.create(name=FORMULA)
    book = openpyxl.load_workbook(BytesIO(exported(client, Course)))
    cell = book.worksheets[0].cell(2, 2)
    assert (cell.value, cell.data_type) == (FORMULA, "s")
    text = exported(client, Course, kind=1).decode("utf-8-sig")
    assert f"\"'{FORMULA}".replace('("', '(""').replace('")', '"")') in text
    for name, content in (("a.xlsx", exported(client, Course)), ("a.csv", exported(client, Course, kind=1))):
        preview = offered(client, Course, SimpleUploadedFile(name, content))
        assert "將新增 0 筆、修改 0 筆，另有 1 筆" in said(client, preview)


LISTS = [
    User,
    SchoolClass,
    ClassPlacement,
    Student,
    PostHolding,
    Guardianship,
    Course,
    CourseSection,
    Enrolment,
    CodeEntry,
    Holiday,
]


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model._meta.label)
@pytest.mark.parametrize("kind, name", [(0, "list.xlsx"), (1, "list.csv")])
def test_what_was_exported_can_be_imported_and_changes_nothing(
    client: Client, model: type[Model], kind: int, name: str
) -> None:
    section = SectionFactory.create()
    student = StudentFactory.create(school_class=SchoolClassFactory.create())
    EnrolmentFactory.create(student=student, section=section)
    office = Office.objects.create(code="academic", name="教務處", division="day")
    post = Post.objects.create(code="registry-head", name="註冊組長", office=office)
    PostHolding.objects.create(post=post, user=section.teacher, starts_on=day("2024-08-01"))
    Guardianship.objects.create(
        guardian=UserFactory.create(), student=student, relation="parent", starts_on=day("2024-08-01")
    )
    Holiday.objects.create(day=day("2024-10-10"), name="國慶日")
    preview = offered(client, model, SimpleUploadedFile(name, exported(client, model, kind=kind)))
    count = model._default_manager.count()
    assert count > 0
    assert f"將新增 0 筆、修改 0 筆，另有 {count} 筆" in said(client, preview)


def test_an_export_is_on_the_trail(client: Client) -> None:
    CourseFactory.create_batch(2)
    exported(client, Course)
    assert AuditEntry.objects.get(act=ListAct.EXPORT).changes == {"list": "科目", "rows": 2, "filters": {}}


def test_only_who_may_change_a_list_may_import_it(client_of: Callable[[User], Client]) -> None:
    staff = client_of(UserFactory.create(is_staff=True))
    assert offered(staff, Course, xlsx(COURSES)).status_code == 403
    assert staff.post(url(Course, "process_import"), {}).status_code == 403
    assert staff.post(url(Course, "export"), {"format": 0}).status_code == 403
    assert not Course.objects.exists()
