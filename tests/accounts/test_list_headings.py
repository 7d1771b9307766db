"""Headings of a school's own files: known by name, remembered, asked about, never against an official one."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.domain.list_headings import SKIPPED, guesses, match_headings
from accounts.domain.list_workbook import ListFileInvalid
from accounts.errors import InvalidInput, NotAllowed
from accounts.list_permissions import ListImportAct
from accounts.models import AuditEntry, ListHeading, SchoolClass, User
from accounts.models.duties import DutyCode
from accounts.services.class_import import Classes
from accounts.services.list_headings import forget, remember, remembered
from accounts.services.list_import import ListReport, import_list
from accounts.services.people_import import People
from tests.accounts import lists
from tests.factories import AdminFactory, UserFactory, holder_of
from tests.moments import at

NOW = at("2024-09-02 09:00")
ACT = ListImportAct.CLASSES.value
OWN = ["學年度", "部別", "年級", "班級"]


def test_own_names_come_first_then_what_is_remembered_and_the_rest_is_asked() -> None:
    match = match_headings(["學年", "部別", "級別", "班級", "備註"], Classes.columns, {"級別": "grade"})
    assert match.positions == {"school_year": 0, "division": 1, "grade": 2, "name": 3}
    assert (match.unknown, match.missing) == (["備註"], [])
    assert match.to_ask == ["備註"]


def test_a_remembered_heading_never_overrides_the_columns_own_name_in_the_file() -> None:
    match = match_headings([*OWN, "級別"], Classes.columns, {"級別": "grade"})
    assert match.positions["grade"] == 2
    assert match.notes == ["「級別」記為「年級」，但檔案已有這一欄，所以沒有讀「級別」。"]
    assert (match.unused, match.to_ask) == (["級別"], [])


def test_two_remembered_headings_of_one_column_in_a_file_are_refused() -> None:
    with pytest.raises(ListFileInvalid, match="「級別」與「年段」都對應到「年級」"):
        match_headings(["級別", "年段"], Classes.columns, {"級別": "grade", "年段": "grade"})


def test_a_skipped_heading_is_not_asked_again_unless_a_needed_column_is_missing() -> None:
    known = {"備註": SKIPPED}
    assert match_headings([*OWN, "備註"], Classes.columns, known).to_ask == []
    assert match_headings([*OWN[:3], "備註"], Classes.columns, known).to_ask == ["備註"]


def test_nothing_is_asked_where_every_column_is_there_already() -> None:
    match = match_headings([*OWN, "導師帳號", "高三提交梯次", "備註"], Classes.columns, {})
    assert (match.to_ask, match.unused) == ([], ["備註"])


def test_a_heading_is_recognised_whatever_its_spaces_and_brackets() -> None:
    match = match_headings(["級 別(1-3)"], Classes.columns, {"級別（1-3）": "grade"})
    assert match.positions == {"grade": 0}


def test_a_column_that_the_list_has_no_more_is_asked_anew() -> None:
    assert match_headings(["級別"], Classes.columns, {"級別": "abolished"}).unknown == ["級別"]


def test_guesses_are_the_most_alike_each_column_once() -> None:
    guessed = guesses(["學生姓名全名", "出生年月日期", "學生的學號", "血型"], People.columns)
    assert guessed == {"學生姓名全名": "name", "出生年月日期": "birth_date", "學生的學號": "student_number"}
    assert list(guesses(["班級名稱一", "班級名稱二"], People.columns).values()) == ["class_name"]


def classes(*rows: list[Any], headings: list[str], **options: Any) -> ListReport:
    content = lists.xlsx([headings, *rows])
    return import_list(Classes(), content, file_name="班級.xlsx", at=NOW, **{"by": None, **options})


@pytest.fixture
def registry() -> User:
    return holder_of(DutyCode.BASIC_DATA)


def remember_as(by: User, **choices: str) -> int:
    return remember(ACT, choices, columns=Classes.columns, by=by, at=NOW)


@pytest.mark.django_db
def test_an_import_reads_remembered_headings_without_asking(registry: User) -> None:
    headings = ["學年度", "部別", "級別", "班級"]
    with pytest.raises(ListFileInvalid, match="缺少欄位：年級"):
        classes([113, "日間部", 2, "資訊二甲"], headings=headings)
    remember_as(registry, 級別="grade")
    assert classes([113, "日間部", 2, "資訊二甲"], headings=headings).written
    assert SchoolClass.objects.get().grade == 2


@pytest.mark.django_db
def test_what_a_heading_stands_for_can_be_changed_and_forgotten_and_the_trail_says_so(registry: User) -> None:
    assert remember_as(registry, 級別="letter_batch", 備註="") == 2
    assert remember_as(registry, 級別="grade", 備註="") == 1
    assert remembered(ACT) == {"級別": "grade", "備註": ""}
    assert forget(ACT, ["級別"], by=registry, at=NOW) == 1
    assert remembered(ACT) == {"備註": ""}
    first, second, third = AuditEntry.objects.order_by("pk")
    assert first.changes["備註"] == {"before": None, "after": "略過"}
    assert second.changes == {"list": "匯入班級", "級別": {"before": "高三提交梯次", "after": "年級"}}
    assert third.changes == {"list": "匯入班級", "headings": ["級別"]}
    assert {entry.actor for entry in (first, second, third)} == {registry}


@pytest.mark.django_db
def test_remembering_and_forgetting_what_is_so_already_leaves_no_trail(registry: User) -> None:
    remember_as(registry, 級別="grade")
    assert remember_as(registry, 級別="grade") == 0
    assert forget(ACT, ["沒有"], by=registry, at=NOW) == 0
    assert AuditEntry.objects.count() == 1


@pytest.mark.django_db
def test_only_who_imports_the_list_says_what_its_headings_stand_for(registry: User) -> None:
    with pytest.raises(NotAllowed):
        remember_as(UserFactory.create(), 級別="grade")
    remember_as(registry, 級別="grade")
    with pytest.raises(NotAllowed):
        forget(ACT, ["級別"], by=UserFactory.create(), at=NOW)
    with pytest.raises(InvalidInput):
        remember_as(registry, 級別="national_id")
    assert remembered(ACT) == {"級別": "grade"}


@pytest.mark.django_db
def test_the_admin_shows_remembered_headings_and_forgets_them_on_the_trail(
    registry: User, client_of: Callable[[User], Client]
) -> None:
    remember_as(registry, 級別="grade")
    row, client = ListHeading.objects.get(), client_of(AdminFactory.create())
    page = client.get(reverse("admin:accounts_listheading_changelist")).content.decode()
    assert "級別" in page
    assert "匯入班級" in page
    assert client.get(reverse("admin:accounts_listheading_add")).status_code == 403
    change = reverse("admin:accounts_listheading_change", args=[row.pk])
    assert client.post(change, {"column": "name"}).status_code == 403
    client.post(reverse("admin:accounts_listheading_delete", args=[row.pk]), {"post": "yes"})
    assert remembered(ACT) == {}
    assert AuditEntry.objects.filter(act="admin_delete", object_label="級別 → grade").exists()
