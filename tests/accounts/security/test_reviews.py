"""Accounts and trail are reviewed periodically: a list is taken out, gone through, signed off (A4, B4)."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts import clock
from accounts.account_list import Group, Status, accounts, lines
from accounts.account_permissions import SecurityAct
from accounts.acts import AccountAct
from accounts.models import AuditEntry, Guardianship, Review, SecurityPolicy, User
from accounts.models.duties import DutyCode
from accounts.services import audit
from accounts.services.reviews import ReviewAct, overdue
from accounts.student_permissions import StudentAct
from accounts.trail_summary import TrailSummary
from tests.admin_pages import said
from tests.conftest import SetClock
from tests.factories import AdminFactory, SchoolClassFactory, StudentFactory, UserFactory, holder_of
from tests.moments import at, day

pytestmark = pytest.mark.django_db
NOW = at("2024-11-15 09:00")
INDEX = "admin:index"
PAGES = {Review.Kind.ACCOUNTS: "accounts", Review.Kind.TRAIL: "trail"}


def page(kind: Review.Kind) -> str:
    return reverse(f"admin:accounts_review_{PAGES[kind]}")


def export(kind: Review.Kind) -> str:
    return reverse(f"admin:accounts_review_export_{PAGES[kind]}")


@pytest.fixture
def administrator() -> User:
    return AdminFactory.create(username="chief", name="系統管理者", date_joined=NOW)


@pytest.fixture
def client(administrator: User, client_of: Callable[[User], Client], set_clock: SetClock) -> Client:
    set_clock(NOW)
    return client_of(administrator)


def cells(content: bytes) -> list[list[Any]]:
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


# ---------------------------------------------------------------- what is shown


def line_of(user: User) -> list[str]:
    (line,) = lines(accounts(NOW).filter(pk=user.pk), NOW)
    return line.cells[2:]


def test_each_account_is_listed_with_post_class_last_sign_in_and_rights(administrator: User) -> None:
    holder = holder_of(DutyCode.BASIC_DATA)
    User.objects.filter(pk=holder.pk).update(last_login=NOW - timedelta(days=1), date_joined=NOW)
    SchoolClassFactory.create(name="資訊二甲", homeroom_teacher=holder)
    assert line_of(holder) == [
        "教職員",
        "學生基本資料承辦",
        "資訊二甲導師",
        "可用",
        "113/11/14（四）09:00",
        "",
        "",
    ]
    assert line_of(administrator)[-1] == "超級使用者"
    student = StudentFactory.create(school_class=SchoolClassFactory.create(name="資訊二乙"))
    assert line_of(student.user)[:3] == ["學生", "", "113 資訊二乙"]
    guardian = UserFactory.create()
    Guardianship.objects.create(
        guardian=guardian, student=student, relation="parent", starts_on=day("2024-08-01")
    )
    assert line_of(guardian)[0] == "家長／法定代理人"


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({"date_joined": NOW}, Status.USABLE),
        ({"is_active": False}, Status.DISABLED),
        ({"expires_at": NOW}, Status.EXPIRED),
        ({"last_login": NOW - timedelta(days=91)}, Status.UNSEEN),
        ({"last_login": NOW - timedelta(days=89)}, Status.USABLE),
    ],
)
def test_the_status_is_said_and_filtered_by(facts: dict[str, Any], status: Status) -> None:
    user = UserFactory.create(**({"date_joined": NOW - timedelta(days=200)} | facts))
    assert line_of(user)[3] == str(status.label)
    assert user in accounts(NOW, status=status)


def test_the_list_is_narrowed_down_by_group_and_words(administrator: User) -> None:
    student, teacher = StudentFactory.create(), UserFactory.create(name="王老師")
    assert list(accounts(NOW, group=Group.ADMINISTRATORS)) == [administrator]
    assert list(accounts(NOW, group=Group.STUDENTS)) == [student.user]
    assert set(accounts(NOW, group=Group.STAFF)) == {administrator, teacher}
    assert list(accounts(NOW, words="王老")) == [teacher]


def test_an_administrator_without_second_factor_is_marked(client: Client) -> None:
    assert "沒有" in said(client, client.get(page(Review.Kind.ACCOUNTS)))


def test_the_trail_is_summed_up_by_act_since_its_last_review(administrator: User) -> None:
    def record(act: str, days: int, **more: Any) -> None:
        audit.record(act, by=administrator, at=NOW - timedelta(days=days), **more)

    record(AccountAct.SIGN_IN_FAILED, 20)
    for act in (AccountAct.SIGN_IN_FAILED, AccountAct.SIGN_IN_FAILED, SecurityAct.LOCK, "export_list"):
        record(act, 5)
    record(StudentAct.VIEW_NATIONAL_ID, 5)
    record(AccountAct.CHANGE_PRIVILEGES, 5)
    record(AccountAct.ADMIN_CHANGE, 5, subject=holder_of(DutyCode.BASIC_DATA).holdings.get())
    summary = TrailSummary(NOW - timedelta(days=10), NOW)
    assert {line.act: (line.count, line.people) for line in summary.lines}[AccountAct.SIGN_IN_FAILED] == (
        2,
        1,
    )
    assert [count for __, count in summary.marked] == [2, 1, 1, 1, 2, 0]
    assert summary.total == 7


def test_a_line_of_the_summary_leads_to_its_entries(client: Client, administrator: User) -> None:
    audit.record(AccountAct.ENABLE_ACCOUNT, by=administrator, at=NOW, reason="返校")
    (line,) = (line for line in TrailSummary(None, NOW).lines if line.act == AccountAct.ENABLE_ACCOUNT)
    found = client.get(line.url).context["cl"].result_list
    assert [entry.reason for entry in found] == ["返校"]


@pytest.mark.parametrize("kind", Review.Kind)
def test_a_review_page_costs_the_same_for_few_and_for_many(client: Client, kind: Review.Kind) -> None:
    def cost(people: int) -> int:
        students = StudentFactory.create_batch(people, school_class=SchoolClassFactory.create())
        for student in students:
            audit.record(f"act-{student.pk}", by=student.user, at=NOW)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page(kind)).status_code == 200
        return len(queries)

    cost(1)
    assert cost(2) == cost(30)


# ---------------------------------------------------------------- taking out, signing off


@pytest.mark.parametrize("kind", Review.Kind)
def test_what_was_taken_out_is_what_is_signed_off(
    client: Client, administrator: User, kind: Review.Kind
) -> None:
    audit.record("test_act", by=administrator, at=NOW - timedelta(days=1))
    content = client.post(export(kind)).content
    taken = AuditEntry.objects.get(act=ReviewAct.EXPORT_LIST)
    assert taken.changes["sha256"] == hashlib.sha256(content).hexdigest()
    assert taken.changes["rows"] == len(cells(content)) - 1
    assert client.post(page(kind), {"remark": "逐筆看過，均屬必要。"}).status_code == 302
    review = Review.objects.get()
    assert (review.kind, review.reviewed_by, review.reviewed_at) == (kind, administrator, NOW)
    assert (review.rows, review.sha256) == (taken.changes["rows"], taken.changes["sha256"])
    entry = AuditEntry.objects.get(act=ReviewAct.SIGN_OFF)
    assert (entry.actor, entry.reason) == (administrator, "逐筆看過，均屬必要。")
    assert entry.changes == {"rows": review.rows, "sha256": review.sha256}


def test_the_list_holds_every_account_and_no_formula(client: Client) -> None:
    UserFactory.create(name="=1+1")
    rows = cells(client.post(export(Review.Kind.ACCOUNTS)).content)
    assert len(rows) == User.objects.count() + 1
    assert rows[0][:3] == ["帳號", "姓名", "身分"]
    sheet = load_workbook(BytesIO(client.post(export(Review.Kind.ACCOUNTS)).content)).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value == "=1+1"} == {"s"}


def sign_off(client: Client, remark: str = "看過。") -> str:
    return said(client, client.post(page(Review.Kind.ACCOUNTS), {"remark": remark}))


def test_without_the_list_in_hand_nothing_is_signed_off_and_the_remark_is_kept(client: Client) -> None:
    assert "請先匯出完整的清單" in sign_off(client, "看過了。")
    assert "看過了。" in client.post(page(Review.Kind.ACCOUNTS), {"remark": "看過了。"}).content.decode()
    assert not Review.objects.exists()


def test_a_part_of_the_list_an_old_one_and_somebody_elses_do_not_count(
    client: Client, client_of: Callable[[User], Client], set_clock: SetClock
) -> None:
    client.post(f"{export(Review.Kind.ACCOUNTS)}?group=students")
    client_of(AdminFactory.create()).post(export(Review.Kind.ACCOUNTS))
    assert "請先匯出完整的清單" in sign_off(client)
    client.post(export(Review.Kind.ACCOUNTS))
    set_clock(NOW + timedelta(days=15))
    assert "請先匯出完整的清單" in sign_off(client)


def test_one_list_is_signed_off_once(client: Client, set_clock: SetClock) -> None:
    client.post(export(Review.Kind.ACCOUNTS))
    set_clock(NOW + timedelta(minutes=5))
    sign_off(client)
    assert "請先匯出完整的清單" in sign_off(client)
    assert Review.objects.count() == 1


def test_a_review_without_a_result_is_none(client: Client) -> None:
    client.post(export(Review.Kind.ACCOUNTS))
    sign_off(client, "   ")
    assert not Review.objects.exists()


@pytest.mark.parametrize("kind", Review.Kind)
def test_reviews_are_the_administrators_alone(kind: Review.Kind, client_of: Callable[[User], Client]) -> None:
    for person in (UserFactory.create(), UserFactory.create(is_staff=True)):
        client = client_of(person)
        for response in (client.get(page(kind)), client.post(page(kind)), client.post(export(kind))):
            assert response.status_code in (302, 403)
    assert not AuditEntry.objects.filter(act__in=ReviewAct.values).exists()


def test_a_review_that_was_signed_off_stays_as_it_is(client: Client) -> None:
    client.post(export(Review.Kind.ACCOUNTS))
    sign_off(client)
    change = reverse("admin:accounts_review_change", args=[Review.objects.get().pk])
    assert client.get(change).status_code == 200
    assert client.post(change, {"remark": "改寫"}).status_code == 403
    assert not LogEntry.objects.exists()


# ---------------------------------------------------------------- overdue


def test_a_review_is_overdue_so_many_months_after_the_last(administrator: User) -> None:
    SecurityPolicy.objects.update(review_months=3)
    assert overdue(NOW) == [Review.Kind.ACCOUNTS, Review.Kind.TRAIL]
    for kind, months_ago in ((Review.Kind.ACCOUNTS, "2024-08-16"), (Review.Kind.TRAIL, "2024-08-15")):
        Review.objects.create(
            kind=kind, reviewed_at=at(f"{months_ago} 09:00"), reviewed_by=administrator, remark="看過", rows=1
        )
    assert overdue(NOW) == [Review.Kind.TRAIL]


def test_the_admins_first_page_says_what_is_overdue_until_it_is_done(client: Client) -> None:
    assert "「帳號審查」已逾期未辦。" in said(client, client.get(reverse(INDEX)))
    assert "已逾期" in said(client, client.get(page(Review.Kind.ACCOUNTS)))
    client.post(export(Review.Kind.ACCOUNTS))
    sign_off(client)
    first = said(client, client.get(reverse(INDEX)))
    assert "「帳號審查」已逾期未辦。" not in first
    assert "「稽核紀錄審查」已逾期未辦。" in first
    assert clock.now() == NOW
