"""The trail as auditors use it: searched by person, item and period, taken out, kept long enough (B1, B2)."""

import csv
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from accounts import trail_export
from accounts.acts import AccountAct
from accounts.authority import Authority, Standing
from accounts.domain.retention import BadSpan, Span, first_day_kept
from accounts.models import AuditEntry
from accounts.services import audit
from accounts.services.trail import TrailAct
from tests.admin_pages import said
from tests.factories import AdminFactory, StudentFactory, UserFactory
from tests.moments import at, day

NOW = at("2025-01-10 09:00")
LIST = "admin:accounts_auditentry_changelist"
EXPORT = "admin:accounts_auditentry_export"


@pytest.fixture
def admin(db):
    return AdminFactory.create()


@pytest.fixture
def client(admin, client_of, set_clock):
    set_clock(NOW)
    return client_of(admin)


def write(when, *, by=None, subject=None, reason="", authority=None, act=AccountAct.ADMIN_CHANGE):
    return audit.record(act, by=by, at=at(when), subject=subject, reason=reason, authority=authority)


def found(client, **filters):
    return {entry.reason for entry in client.get(reverse(LIST), filters).context["cl"].result_list} - {""}


# ---------------------------------------------------------------- searching


def test_entries_are_found_by_period_both_days_included(client):
    for when in ("2024-09-30 23:59", "2024-10-01 00:00", "2024-10-31 23:59", "2024-11-01 00:00"):
        write(when, reason=when)
    october = {"2024-10-01 00:00", "2024-10-31 23:59"}
    assert found(client, **{"from": "2024-10-01", "to": "2024-10-31"}) == october
    assert found(client, to="2024-09-30") == {"2024-09-30 23:59"}
    assert found(client, **{"from": "2024-11-01"}) == {"2024-11-01 00:00"}


@pytest.mark.parametrize("nonsense", ["2024-13-01", "yesterday", ""])
def test_a_day_that_is_none_filters_nothing(client, nonsense):
    write("2024-10-01", reason="甲")
    assert found(client, **{"from": nonsense}) == {"甲"}


def test_entries_are_found_by_person_also_by_whom_they_acted_for(client):
    owner, delegate = UserFactory.create(name="陳組長"), UserFactory.create(name="林幹事")
    acting = Authority(True, "註冊組幹事代理註冊組長（公假）", Standing.DELEGATE, owner)
    write("2024-10-01", by=delegate, authority=acting, reason="甲")
    write("2024-10-01", by=UserFactory.create(), reason="乙")
    assert found(client, q="林幹事") == found(client, q="陳組長") == {"甲"}


def test_entries_are_found_by_item_and_kind_of_item(client):
    student = StudentFactory.create()
    write("2024-10-01", subject=student, reason="學生")
    write("2024-10-01", subject=student.user, reason="帳號")
    assert found(client, q=student.student_number) == {"學生"}
    assert found(client, kind="accounts.student") == {"學生"}


def test_the_period_keeps_the_other_filters(client):
    write("2024-10-01", reason="甲")
    page = client.get(reverse(LIST), {"q": "甲", "act": AccountAct.ADMIN_CHANGE}).content.decode()
    assert '<input type="hidden" name="q" value="甲">' in page
    assert f'<input type="hidden" name="act" value="{AccountAct.ADMIN_CHANGE.value}">' in page


# ---------------------------------------------------------------- taking out


def test_the_filtered_entries_are_taken_out_which_is_on_the_trail_itself(client, admin):
    owner, delegate = UserFactory.create(name="陳組長"), UserFactory.create(name="林幹事")
    acting = Authority(True, "註冊組幹事代理註冊組長（公假）", Standing.DELEGATE, owner)
    write("2024-10-01 08:30", by=delegate, authority=acting, subject=owner, reason="甲")
    write("2024-12-01", reason="乙")
    address = f"{reverse(EXPORT)}?from=2024-10-01&to=2024-10-31"
    response = client.post(address, {"format": "csv"})
    headings, *rows = csv.reader(StringIO(response.content.decode("utf-8-sig")))
    assert len(rows) == 1
    row = dict(zip(headings, rows[0], strict=True))
    assert (row["時間"], row["行為人"], row["代理對象"]) == ("113/10/01（二）08:30", "林幹事", "陳組長")
    assert (row["身分"], row["行為"], row["對象"], row["理由"]) == (
        "註冊組幹事代理註冊組長（公假）",
        "管理介面：修改",
        "陳組長",
        "甲",
    )
    entry = AuditEntry.objects.get(act=TrailAct.EXPORT_TRAIL)
    assert entry.actor == admin
    assert entry.changes == {"rows": 1, "filters": {"from": ["2024-10-01"], "to": ["2024-10-31"]}}


def test_as_a_workbook_no_cell_becomes_a_formula(client):
    write("2024-10-01", reason="=1+1")
    response = client.post(reverse(EXPORT), {"format": "xlsx"})
    sheet = load_workbook(BytesIO(response.content)).active
    assert isinstance(sheet, Worksheet)
    cells = {cell.value: cell.data_type for row in sheet.iter_rows() for cell in row}
    assert cells["=1+1"] == "s"


@pytest.mark.parametrize("data", [{}, {"format": "exe"}])
def test_another_format_is_refused(client, data):
    assert client.post(reverse(EXPORT), data).status_code == 403
    assert not AuditEntry.objects.filter(act=TrailAct.EXPORT_TRAIL).exists()


def test_it_is_taken_out_by_post_alone_and_by_nobody_else(client, client_of):
    assert client.get(reverse(EXPORT)).status_code == 405
    for person in (UserFactory.create(), UserFactory.create(is_staff=True)):
        assert client_of(person).post(reverse(EXPORT), {"format": "csv"}).status_code in (302, 403)
    assert not AuditEntry.objects.filter(act=TrailAct.EXPORT_TRAIL).exists()


def test_too_many_at_once_are_refused_with_what_to_do(client, monkeypatch):
    monkeypatch.setattr("accounts.admin_trail.MOST_ROWS", 1)
    write("2024-10-01")
    write("2024-10-02")
    response = client.post(f"{reverse(EXPORT)}?from=2024-10-01", {"format": "csv"})
    assert "請縮小期間" in said(client, response)
    assert not AuditEntry.objects.filter(act=TrailAct.EXPORT_TRAIL).exists()


def test_taking_out_many_reads_in_a_few_queries(client, django_assert_max_num_queries):
    write("2024-10-01", by=UserFactory.create())
    with django_assert_max_num_queries(60) as few:
        client.post(reverse(EXPORT), {"format": "csv"})
    for __ in range(30):
        write("2024-10-01", by=UserFactory.create())
    with django_assert_max_num_queries(len(few)):
        client.post(reverse(EXPORT), {"format": "csv"})
    assert trail_export.MOST_ROWS > 30


# ---------------------------------------------------------------- keeping


@pytest.mark.parametrize(
    ("span", "today", "first"),
    [
        ("5y", "2025-01-10", "2020-01-10"),
        ("5y", "2024-02-29", "2019-02-28"),
        ("6m", "2024-08-31", "2024-02-29"),
        ("18m", "2025-01-10", "2023-07-10"),
        ("400d", "2025-01-10", "2023-12-07"),
    ],
)
def test_what_is_kept_begins_so_long_ago(span, today, first):
    assert first_day_kept(Span.parse(span), day(today)) == day(first)


@pytest.mark.parametrize("span", ["5m", "1d", "183d", "0y", "-5y", "5", "y", "5 y", "5w", ""])
def test_less_than_six_months_and_what_is_no_span_are_refused(span):
    with pytest.raises(BadSpan):
        first_day_kept(Span.parse(span), day("2025-01-10"))


def test_184_days_are_six_months_in_july_and_not_less():
    assert first_day_kept(Span.parse("184d"), day("2025-01-10")) == day("2024-07-10")


def purge(capsys, *arguments):
    call_command("purge_trail", *arguments)
    return capsys.readouterr().out


@pytest.mark.django_db
def test_old_entries_go_younger_ones_stay_and_the_purge_is_on_the_trail(set_clock, capsys):
    set_clock(NOW)
    write("2020-01-09 23:59", reason="舊")
    write("2020-01-10 00:00", reason="留")
    assert "可清除 1 筆" in purge(capsys, "--dry-run")
    assert AuditEntry.objects.count() == 2
    assert "已清除 1 筆" in purge(capsys)
    assert not AuditEntry.objects.filter(reason="舊").exists()
    assert AuditEntry.objects.filter(reason="留").exists()
    entry = AuditEntry.objects.get(act=TrailAct.PURGE_TRAIL)
    assert entry.changes == {"removed": 1, "before": "2020-01-10", "last_position": 1}
    assert "已清除 0 筆" in purge(capsys)


@pytest.mark.django_db
@pytest.mark.parametrize("span", ["5m", "30d", "all"])
def test_the_command_refuses_to_remove_what_is_younger_than_six_months(set_clock, span):
    set_clock(NOW)
    write("2024-09-01", reason="四個月前")
    for arguments in (["--older-than", span], ["--older-than", span, "--dry-run"]):
        with pytest.raises(CommandError, match="不可少於 6 個月"):
            call_command("purge_trail", *arguments)
    assert AuditEntry.objects.count() == 1


@pytest.mark.django_db
def test_how_long_is_a_setting(set_clock, settings, capsys):
    set_clock(NOW)
    settings.TRAIL_KEPT = "1y"
    write("2023-12-31", reason="一年多前")
    assert "已清除 1 筆" in purge(capsys)
