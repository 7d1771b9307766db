"""The list of a term's cadre records, under the headings of the central database's roster."""

from typing import Any

import pytest

from accounts.domain.division import Division
from accounts.errors import NotAllowed
from accounts.list_permissions import ListImportAct
from accounts.models import AuditEntry, Student
from accounts.models.duties import DutyCode
from accounts.services.list_import import ListReport, import_list
from portfolio.models import CadreRecord, CodeEntry
from portfolio.services.cadre_import import CadreRecords
from schedules.models import Term
from tests.accounts import lists
from tests.accounts.annex_staff import annex_staff
from tests.factories import SchoolClassFactory, StudentFactory, TermFactory, holder_of, term_113_1
from tests.moments import at, day

pytestmark = pytest.mark.django_db

NOW = at("2024-09-20 09:00")
# rosters.md 3.5, without and with the bracketed spellings.
OFFICIAL = ["身分證號", "出生日期", "單位名稱", "開始日期", "結束日期", "擔任職務", "幹部等級"]
BRACKETED = [*OFFICIAL[:5], "擔任職務(名稱)", "幹部等級(代碼)"]
HEADINGS = ["學號", *OFFICIAL[2:]]


@pytest.fixture
def term() -> Term:
    return TermFactory.create()


@pytest.fixture
def student() -> Student:
    school_class = SchoolClassFactory.create()
    StudentFactory.create(student_number="1130002", school_class=school_class)
    return StudentFactory.create(student_number="1130001", school_class=school_class)


def cadre(term: Term, *rows: list[Any], headings: list[str] = HEADINGS, **options: Any) -> ListReport:
    content = lists.xlsx([headings, *rows])
    chosen = {"by": None, "at": NOW, **options}
    return import_list(CadreRecords(term), content, file_name="幹部.xlsx", **chosen)


def post(student: str = "1130001", unit: str = "資訊二甲", **cells: Any) -> list[Any]:
    values = {"學號": student, "單位名稱": unit, "擔任職務": "班長", "幹部等級": 2} | cells
    dates = {"開始日期": "1130830", "結束日期": "1140120"}
    return [{**dates, **values}[heading] for heading in HEADINGS]


def told(problems: list[Any]) -> list[str]:
    return [str(problem) for problem in problems]


@pytest.mark.parametrize("headings", [OFFICIAL, BRACKETED], ids=["extract", "format book"])
def test_the_roster_comes_in_under_its_official_headings(
    term: Term, student: Student, headings: list[str]
) -> None:
    row = [student.national_id, "0970315", "資訊二甲", "1130830", "1140120", "班長", "2"]
    report = cadre(term, row, headings=headings)
    assert (told(report.problems), told(report.warnings), report.unused) == ([], [], [])
    record = CadreRecord.objects.get()
    assert (record.student, record.term, record.unit, record.title) == (student, term, "資訊二甲", "班長")
    assert (record.level, record.starts_on, record.ends_on) == ("2", day("2024-08-30"), day("2025-01-20"))
    assert (record.recorded_by, record.recorded_at) == (None, NOW)


def test_new_changed_same_and_gone_and_nothing_is_deleted(term: Term, student: Student) -> None:
    assert cadre(term, post(), post("1130002", 擔任職務="學藝股長")).counts["new"] == 2
    before = list(CadreRecord.objects.order_by("pk").values())
    again = cadre(term, post(), post("1130002", 擔任職務="學藝股長"))
    assert again.counts == {"new": 0, "changed": 0, "same": 2, "gone": 0}
    assert list(CadreRecord.objects.order_by("pk").values()) == before
    report = cadre(term, post(結束日期="1131231"))
    assert report.diff.changed[0].values == {"ends_on": (day("2025-01-20"), day("2024-12-31"))}
    assert report.diff.gone == [("1130002", "資訊二甲", "學藝股長", day("2024-08-30"))]
    assert CadreRecord.objects.standing().count() == 2


@pytest.mark.parametrize("level", [4, 5, 9, "校外", "幹部"])
def test_only_the_schools_own_levels_are_taken(term: Term, student: Student, level: Any) -> None:
    report = cadre(term, post(幹部等級=level))
    assert told(report.problems) == [
        f"第 2 列「幹部等級」：「{level}」不是校內幹部的等級，須為：1 校級幹部、2 班級幹部、3 社團幹部。"
        "校外幹部由學生列入多元表現。"
    ]


def test_a_level_may_be_named_as_the_schools_code_list_has_it(term: Term, student: Student) -> None:
    CodeEntry.objects.filter(code_list="幹部等級", code="3").update(label="社團職務")
    report = cadre(term, post(幹部等級="社團職務"))
    assert CadreRecord.objects.get().level == "3"
    assert report.kind.shown("level", "3") == "3 社團職務"


@pytest.mark.parametrize(
    "row, said",
    [
        (post("1139999"), "第 3 列「學號」：查無學號「1139999」"),
        (post("1130002", 結束日期="1130829"), "第 3 列「結束日期」：結束日期不可早於開始日期。"),
        (post("1130002", 開始日期="113/02/30"), "第 3 列「開始日期」：「113/02/30」不是日期"),
        (post("1130002", 擔任職務=""), "第 3 列「擔任職務」：不可空白。"),
        (post(), "第 3 列「學號、單位名稱、開始日期、擔任職務」：與第 2 列相同"),
    ],
)
def test_a_bad_row_refuses_them_all(term: Term, student: Student, row: list[Any], said: str) -> None:
    assert [text[: len(said)] for text in told(cadre(term, post(), row).problems)] == [said]
    assert not CadreRecord.objects.exists()


def test_dates_out_of_the_term_are_a_warning(term: Term, student: Student) -> None:
    report = cadre(term, post(結束日期="1140630"))
    assert told(report.warnings) == ["第 2 列「開始日期」：起訖日期不全在 113-1 學期內，請確認。"]
    assert not report.written
    assert cadre(term, post(結束日期="1140630"), accept_warnings=True).written


def test_what_was_withdrawn_comes_back_only_when_told_so(term: Term, student: Student) -> None:
    cadre(term, post())
    CadreRecord.objects.update(withdrawn_at=NOW)
    report = cadre(term, post())
    assert told(report.warnings) == ["第 2 列「擔任職務」：這筆幹部經歷曾經撤銷，匯入即重新登錄。"]
    cadre(term, post(), accept_warnings=True)
    assert CadreRecord.objects.standing().count() == 1
    assert CadreRecord.objects.count() == 2


def test_a_list_after_the_window_is_a_warning(student: Student) -> None:
    term = term_113_1()
    assert not cadre(term, post(), at=at("2024-10-30 23:00")).warnings
    (warning,) = cadre(term, post(), at=at("2024-10-31 00:00")).warnings
    assert warning.message.startswith("日間部 113-1 幹部經歷登錄已截止")


@pytest.mark.parametrize(
    "duty, division, allowed",
    [
        (DutyCode.CADRE_RECORDS, Division.DAY, True),
        (DutyCode.CADRE_SUBMISSION, Division.DAY, True),
        (DutyCode.CADRE_RECORDS, Division.EVENING, False),
        (DutyCode.CADRE_SUBMISSION, Division.EVENING, False),
        (DutyCode.DIVERSE_PERFORMANCE, Division.DAY, False),
    ],
)
def test_who_may_import_the_day_divisions_list(
    term: Term, student: Student, duty: DutyCode, division: Division, allowed: bool
) -> None:
    person = holder_of(duty, division)
    if not allowed:
        with pytest.raises(NotAllowed):
            cadre(term, post(), by=person)
        return
    assert cadre(term, post(), by=person).written
    assert CadreRecord.objects.get().recorded_by == person
    assert AuditEntry.objects.get(act=ListImportAct.CADRE).actor == person


def test_the_evening_divisions_only_row_of_the_annex_will_do(term: Term) -> None:
    student = StudentFactory.create(school_class=SchoolClassFactory.create(division=Division.EVENING))
    staff = annex_staff()
    for stranger in ("activities-head", "discipline-head", "evening-academic-head"):
        with pytest.raises(NotAllowed):
            cadre(term, post(student.student_number), by=staff[stranger])
    assert cadre(term, post(student.student_number), by=staff["evening-affairs-head"]).written
