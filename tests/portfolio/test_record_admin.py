"""Grades and cadre records in the admin: corrected on the trail, exported and imported by natural keys."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.acts import AccountAct
from accounts.models import AuditEntry, PostHolding, User
from accounts.models.duties import DutyCode
from portfolio.models import CadreRecord, Grade
from tests.accounts.test_admin_import import cells, exported, imported, offered, url, xlsx
from tests.admin_pages import said
from tests.factories import AdminFactory, StudentFactory, TermFactory, holder_of
from tests.moments import at, day

pytestmark = pytest.mark.django_db

GRADE = ["學號", "學期", "部別", "成績類別", "課程代碼", "科目名稱", "開課年級", "學分／節數"]
GRADE += ["應修／原修學年度", "應修／原修學期", "是否採計學分／學時", "成績", "成績及格"]
CADRE = ["學號", "學期", "單位名稱", "擔任職務", "幹部等級", "開始日期", "結束日期"]
CODE = "113999999V2130521100001"


@pytest.fixture
def admin() -> User:
    return AdminFactory.create()


@pytest.fixture
def client(admin: User, client_of: Callable[[User], Client]) -> Client:
    TermFactory.create()
    StudentFactory.create(student_number="1130001")
    return client_of(admin)


def scored(score: Any, *, kind: str = "學期成績", year: Any = "", number: Any = "") -> list[Any]:
    row = ["1130001", "113-1", "日間部", kind, CODE, "程式設計", 2, 3, year, number]
    return [*row, "採計", score, 1]


def test_grades_are_imported_exported_safely_and_come_back_unchanged(client: Client) -> None:
    assert "新增 2 筆" in imported(
        client, Grade, [GRADE, scored("78.25"), scored(61, kind="補修成績", year=112, number=1)]
    )
    Grade.objects.filter(kind="makeup").update(subject="=1+1")
    table = cells(exported(client, Grade))
    assert [table[0][place] for place in (0, 6, 13)] == ["學號", "科目名稱", "成績"]
    assert {row[13] for row in table[1:]} == {"78.25", "61"}
    text = exported(client, Grade, kind=1)
    assert b"'=1+1" in text
    preview = offered(client, Grade, SimpleUploadedFile("list.csv", text))
    assert "另有 2 筆" in said(client, preview)
    assert "修改 1 筆" in imported(client, Grade, [GRADE, scored(80)])
    assert Grade.objects.get(kind="semester").score == 80


def test_a_grade_that_makes_up_needs_its_original_term(client: Client) -> None:
    preview = offered(client, Grade, xlsx([GRADE, scored(70, kind="補修成績")]))
    assert "補修、重修、轉學轉科成績須填應修或原修的學年度與學期。" in said(client, preview)


def test_every_row_of_a_grade_list_is_on_the_trail_from_to(client: Client) -> None:
    imported(client, Grade, [GRADE, scored("58")])
    imported(client, Grade, [GRADE, scored("60")])
    added, changed = (
        AuditEntry.objects.filter(object_type="portfolio.grade").order_by("pk").exclude(act="view_list")
    )
    assert (added.act, changed.act) == (AccountAct.ADMIN_ADD, AccountAct.ADMIN_CHANGE)
    assert changed.changes == {"成績": {"before": "58", "after": "60"}}
    assert (changed.object_id, changed.reason) == (str(Grade.objects.get().pk), "匯入清單")


@pytest.mark.parametrize("model", [Grade, CadreRecord])
def test_single_records_are_put_right_where_the_office_does(client: Client, model: type[Any]) -> None:
    rows = {Grade: [GRADE, scored("58")], CadreRecord: [CADRE, post()]}
    imported(client, model, rows[model])
    one = f"{url(model, 'changelist')}{model.objects.get().pk}/"
    for address in (f"{url(model, 'changelist')}add/", f"{one}delete/"):
        assert client.get(address).status_code == 403
        assert client.post(address).status_code == 403
    assert client.post(f"{one}change/", {"score": "99", "title": "會長"}).status_code == 403
    for address in (url(model, "changelist"), f"{one}change/"):
        assert "這裡只能查看與整批匯入" in said(client, client.get(address))


def test_who_keeps_the_records_too_is_led_to_the_offices_page(client: Client, admin: User) -> None:
    address = url(CadreRecord, "changelist")
    assert 'href="/cadre/"' not in client.get(address).content.decode()
    PostHolding.objects.update_or_create(user=holder_of(DutyCode.CADRE_RECORDS), defaults={"user": admin})
    assert 'href="/cadre/"' in client.get(address).content.decode()


def test_grades_are_searched_by_student_and_filtered(client: Client) -> None:
    makeup = scored(61, kind="補修成績", year=112, number=1)
    imported(client, Grade, [GRADE, scored(70), makeup])
    Grade.objects.filter(kind="makeup").update(subject="電子學")
    address = url(Grade, "changelist")
    for query, count in (
        ("q=1130001", 2),
        ("q=1170000", 0),
        ("kind__exact=semester", 1),
        ("subject=電子學", 1),
    ):
        assert client.get(f"{address}?{query}").context["cl"].result_count == count


def post(level: Any = 2, title: str = "班長") -> list[Any]:
    return ["1130001", "113-1", "資訊二甲", title, level, "113/08/30", "114/01/20"]


def test_cadre_records_are_imported_with_the_schools_own_levels_only(client: Client, admin: User) -> None:
    preview = offered(client, CadreRecord, xlsx([CADRE, post(4)]))
    assert "只能是校內幹部的等級" in said(client, preview)
    assert "新增 1 筆" in imported(client, CadreRecord, [CADRE, post()])
    record = CadreRecord.objects.get()
    assert (record.level, record.ends_on, record.recorded_by) == ("2", day("2025-01-20"), admin)
    assert "未變動 1 筆" in imported(client, CadreRecord, cells(exported(client, CadreRecord)))


def test_a_withdrawn_cadre_record_is_left_out_and_does_not_stand_in_the_way(client: Client) -> None:
    imported(client, CadreRecord, [CADRE, post()])
    CadreRecord.objects.update(withdrawn_at=at("2024-10-01"))
    assert len(cells(exported(client, CadreRecord))) == 1
    assert "新增 1 筆" in imported(client, CadreRecord, [CADRE, post()])
