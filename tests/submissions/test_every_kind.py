"""Every kind of course outcome and every category of performance, from the form to the roster's row.

A retake (重修) lies in the retake sheet and a make-up (補修) in the make-up sheet, never the other way (T9).
"""

from typing import Any

import pytest

from accounts.domain.division import Division
from portfolio.domain.categories import CATEGORIES, Category, FieldKind
from portfolio.models import CourseOutcome, DiversePerformance, Enrolment
from portfolio.models.courses import StudyKind
from portfolio.services.certification import certify
from submissions.domain.rosters import ROSTERS, ColumnSpec, ColumnType, SheetSpec, roc_compact
from submissions.models import BatchRow
from submissions.services.batches import create_batch, freeze_batch
from submissions.services.exports import _sheets
from tests import factories
from tests.moments import at, day
from tests.portfolio.pieces import filled
from tests.submissions.scene import Scene

pytestmark = pytest.mark.django_db

UPLOADED = at("2024-10-01 09:00")
CERTIFIED = at("2024-10-05 09:00")
SELECTED = at("2025-09-10 20:00")
FROZEN = at("2025-10-01 10:00")
DESCRIPTION = "以單擺測重力加速度。"
ORIGINAL = {"original_school_year": 111, "original_term": 2}

# Kind → its further facts, the sheet it lies in, what its page says, and the sheet's own cells.
KINDS: dict[StudyKind, tuple[dict[str, Any], str, str, dict[str, str]]] = {
    StudyKind.REGULAR: ({}, "學期課程學習成果", "", {"實際修課學期": "1", "課程代碼": "CODE"}),
    StudyKind.MAKEUP: (
        {**ORIGINAL, "method": "3"},
        "補修課程學習成果",
        "補修（應修 111-2，專班辦理）",
        {"應修課學年度": "111", "應修課學期": "2", "實際修課學期": "1", "課程代碼": "CODE", "補修方式": "3"},
    ),
    StudyKind.RETAKE: (
        {**ORIGINAL, "method": "1"},
        "重修課程學習成果",
        "重修（原修 111-2，方式 1）",
        {
            "原修課學年度": "111",
            "原修課學期": "2",
            "實際修課學期": "1",
            "原修課課程代碼": "CODE",
            "重修方式": "1",
        },
    ),
    StudyKind.REPEAT: ({}, "重讀課程學習成果", "重讀", {"實際修課學期": "1", "課程代碼": "CODE"}),
    StudyKind.TRANSFER: (
        {**ORIGINAL, "other_school_code": "060322"},
        "轉學轉科課程學習成果",
        "轉學轉科（原修 111-2，學校代碼 060322）",
        {"原修課學校代碼": "060322", "原修課學年度": "111", "原修課學期": "2", "原修課課程代碼": "CODE"},
    ),
    StudyKind.GUEST: (
        {**ORIGINAL, "other_school_code": "801M01"},
        "借讀課程學習成果",
        "借讀（借讀 111-2，學校代碼 801M01）",
        {
            "借讀學校代碼": "801M01",
            "借讀修課學年度": "111",
            "借讀修課學期": "2",
            "借讀校課程代碼": "CODE",
        },
    ),
}


@pytest.fixture
def calendar():
    """113 with its first term, and the term in which it is selected of."""
    factories.term_113_1()
    factories.term_with_dates(114, 1, opening="2025-09-01", exam_end="2026-01-16", closing="2026-01-20")


def scene_of(code: str, division: Division = Division.DAY) -> Scene:
    return Scene(code=code, division=division, year=113)


def takes(scene: Scene, kind: StudyKind) -> Enrolment:
    section = factories.SectionFactory.create(division=scene.division)
    student = scene.student()
    return factories.EnrolmentFactory.create(student=student, section=section, kind=kind, **KINDS[kind][0])


def uploaded(enrolment: Enrolment, client) -> CourseOutcome:
    """Through the form, as the student sends it."""
    form = client.get("/portfolio/outcomes/new/").content.decode()
    label = StudyKind(enrolment.kind).label
    assert (f"，{label}）" in form) is (enrolment.kind != StudyKind.REGULAR)
    data = {"enrolment": enrolment.pk, "description": DESCRIPTION, "document": factories.uploaded_pdf()}
    assert client.post("/portfolio/outcomes/new/", data).status_code == 302
    return CourseOutcome.objects.get(enrolment=enrolment)


def frozen_row(scene: Scene) -> BatchRow:
    """The only row of the roster, frozen once selection is over."""
    batch = create_batch(scene.code, scene.division, 113, by=scene.office, at=SELECTED)
    return freeze_batch(batch, by=scene.office, at=FROZEN).rows.get()


def cells_of(row: BatchRow) -> dict[str, str]:
    return dict(zip(row.sheet.headings, row.cells, strict=True))


@pytest.mark.parametrize("kind", StudyKind)
def test_a_course_outcome_of_every_kind_goes_from_the_form_to_its_own_sheet(
    kind: StudyKind, calendar, client_of, set_clock
):
    scene = scene_of("26")
    enrolment = takes(scene, kind)
    __, sheet, said, cells = KINDS[kind]
    student, teacher = client_of(enrolment.student.user), client_of(enrolment.section.teacher)
    set_clock(UPLOADED)
    outcome = uploaded(enrolment, student)
    pages = [
        student.get("/portfolio/"),
        student.get(f"/portfolio/outcomes/{outcome.pk}/"),
        teacher.get("/certification/"),
        teacher.get(f"/certification/{outcome.pk}/"),
    ]
    for page in pages:
        assert said in page.content.decode(), page.request["PATH_INFO"]
    certify(outcome, by=enrolment.section.teacher, at=CERTIFIED)
    set_clock(SELECTED)
    selection = student.get("/portfolio/selection/").content.decode()
    assert said in selection
    student.post("/portfolio/selection/", {"outcomes": [outcome.pk]})
    row = frozen_row(scene)
    assert row.sheet.name == sheet
    found = cells_of(row)
    expected = {key: enrolment.section.course.code if v == "CODE" else v for key, v in cells.items()}
    assert {key: found[key] for key in expected} == expected
    assert found["身分證號"] == enrolment.student.national_id
    assert found["出生日期"] == "0970315"
    assert found["成果簡述"] == DESCRIPTION
    assert found["課程學習成果文件檔案連結"].endswith(".pdf")


def test_every_kind_has_a_sheet_of_its_own_by_day():
    names = [ROSTERS["26"].sheet(kind).name for kind in StudyKind]
    assert len(set(names)) == len(StudyKind)
    assert ROSTERS["26"].sheet(StudyKind.RETAKE).name.startswith("重修")
    assert ROSTERS["26"].sheet(StudyKind.MAKEUP).name.startswith("補修")


@pytest.mark.parametrize("kind", StudyKind)
def test_an_evening_outcome_of_every_kind_lies_in_a_sheet_that_counts_periods(kind: StudyKind, calendar):
    scene = scene_of("28", Division.EVENING)
    _selected(scene, kind)
    row = frozen_row(scene)
    assert row.sheet.name == KINDS[kind][1]
    assert any(heading.endswith("修課節數") for heading in row.sheet.headings)
    assert not any(heading.endswith("學分") for heading in row.sheet.headings)


@pytest.mark.parametrize("kind", StudyKind)
def test_a_sheet_that_the_published_evening_roster_lacks_is_written_when_needed_and_the_office_is_told(
    kind: StudyKind, calendar, client_of, set_clock
):
    """Nothing selected is ever left out, and no workbook has a sheet more than is known without need."""
    set_clock(FROZEN)
    scene = scene_of("28", Division.EVENING)
    _selected(scene, kind)
    row = frozen_row(scene)
    names = ["學期課程學習成果", "轉學轉科課程學習成果", "借讀課程學習成果"]
    expected = {*names, row.sheet.name}
    assert {name for name, __, ___ in _sheets(row.batch)} == expected
    page = client_of(scene.office).get(f"/submissions/{row.batch.pk}/").content.decode()
    assert ("公開的名冊格式沒有這一張工作表" in page) is (row.sheet.name not in names)


def _selected(scene: Scene, kind: StudyKind) -> None:
    outcome = factories.OutcomeFactory.create(
        enrolment=takes(scene, kind), state="certified", description=DESCRIPTION
    )
    factories.attach_pdf(outcome)
    factories.select(outcome)


# ---------------------------------------------------------------- performances


def posted(category: Category) -> dict[str, Any]:
    """Something different in every field, so that no two can be taken for each other."""
    typed: dict[str, Any] = dict(filled(category))
    texts = (field for field in category.fields if field.kind is FieldKind.TEXT)
    for number, field in enumerate(texts, start=1):
        typed[field.key] = f"文字{number}"
    if "end_date" in typed:
        typed["end_date"] = "2024-09-30"
    return {**typed, "external_link": "https://example.org/film", "document": factories.uploaded_pdf()}


def cell_of(column: ColumnSpec, typed: str) -> str:
    """What the roster writes for what was typed."""
    match column.type:
        case ColumnType.ROC_DATE:
            return roc_compact(day(typed))
        case ColumnType.DECIMAL:
            return f"{float(typed):.{column.places}f}"
        case _:
            return typed


@pytest.mark.parametrize("category", CATEGORIES.values(), ids=lambda category: category.code)
def test_every_category_goes_from_the_form_to_its_own_sheet_with_every_field(
    category: Category, calendar, client_of, set_clock
):
    scene = scene_of("25")
    student = scene.student()
    client = client_of(student.user)
    set_clock(UPLOADED)
    typed = posted(category)
    answer = client.post(f"/portfolio/performances/new/{category.code}/", typed)
    assert answer.status_code == 302, answer.content.decode()
    performance = DiversePerformance.objects.get(student=student)
    assert set(performance.details) == {field.key for field in category.fields}
    page = client.get(f"/portfolio/performances/{performance.pk}/").content.decode()
    for field in category.fields:
        assert f"<dt>{field.label}</dt>" in page
    assert "https://example.org/film" in page
    set_clock(SELECTED)
    client.post("/portfolio/selection/", {"performances": [performance.pk]})
    row = frozen_row(scene)
    assert row.sheet.name == category.sheet_name
    _every_cell_is_what_was_typed(row.sheet, cells_of(row), typed)


def _every_cell_is_what_was_typed(sheet: SheetSpec, cells: dict[str, str], typed: dict[str, Any]) -> None:
    for column in sheet.columns:
        group, __, key = column.source.partition(".")
        if group == "details" or column.source in ("item.description", "item.external_link"):
            assert cells[column.heading] == cell_of(column, typed[key]), column.heading
    assert cells["證明文件連結"].endswith(".pdf")
    assert cells["影音檔案連結"] == ""


def test_the_ten_categories_are_the_ten_sheets_of_the_roster_in_its_order():
    assert [sheet.name for sheet in ROSTERS["25"].sheets] == [
        "幹部經歷暨事蹟紀錄",
        "競賽參與紀錄",
        "檢定證照紀錄",
        "服務學習紀錄",
        "彈性學習時間紀錄",
        "團體活動時間紀錄",
        "職場學習紀錄",
        "作品成果紀錄",
        "大學及技專校院先修課程紀錄",
        "其他多元表現紀錄",
    ]
