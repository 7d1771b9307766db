"""First-password slips: registry prints them for a class, once; the passwords are nowhere else (D2)."""

import re

import pytest
from django.contrib.auth.password_validation import validate_password
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.account_permissions import SecurityAct
from accounts.models import AuditEntry, PasswordRecord, SchoolClass, Student, User
from accounts.models.students import EnrolmentStatus
from accounts.services.first_passwords import issue_first_passwords
from tests.accounts.annex_staff import Staff, annex_staff
from tests.accounts.security.signing_in import is_signed_in, try_to_sign_in
from tests.admin_pages import said
from tests.factories import PASSWORD, AdminFactory, SchoolClassFactory, StudentFactory, UserFactory
from tests.moments import at

pytestmark = pytest.mark.django_db
NOW = at("2024-11-15 09:00")
LIST = reverse("people:slips")


@pytest.fixture
def staff(set_clock) -> Staff:
    set_clock(NOW)
    return annex_staff()


@pytest.fixture
def registry(staff, client_of) -> Client:
    client: Client = client_of(staff["registry-clerk"])
    return client


@pytest.fixture
def school_class() -> SchoolClass:
    return SchoolClassFactory.create(name="資訊一甲", grade=1)


def students_in(school_class: SchoolClass, count: int = 3) -> list[Student]:
    return StudentFactory.create_batch(count, school_class=school_class)


def page(school_class: SchoolClass) -> str:
    return reverse("people:class_slips", args=[school_class.pk])


def issue(client: Client, students: list[Student], reason: str = "新生首次發放"):
    school_class = students[0].placements.get().school_class
    return client.post(page(school_class), {"students": [each.pk for each in students], "reason": reason})


def passwords_on(response) -> list[str]:
    return re.findall(r'class="slip-password">([^<]+)<', response.content.decode())


def test_the_classes_of_this_school_year_are_listed_with_who_never_signed_in(registry, school_class):
    first, *_ = students_in(school_class)
    User.objects.filter(pk=first.user.pk).update(last_login=NOW)
    SchoolClassFactory.create(name="資訊二甲", school_year=112)
    SchoolClassFactory.create(name="進資一甲", division="evening")
    shown = said(registry, registry.get(LIST))
    assert "113 資訊一甲 日間部" in shown
    assert "112 資訊二甲" not in shown
    assert "進資一甲" not in shown
    listed = registry.get(LIST).context["classes"].get()
    assert (listed.students, listed.waiting) == (3, 2)


def test_those_who_never_signed_in_are_ticked_at_first(registry, school_class):
    first, *others = students_in(school_class)
    User.objects.filter(pk=first.user.pk).update(last_login=NOW)
    ticked = re.findall(r'value="(\d+)" checked', registry.get(page(school_class)).content.decode())
    assert ticked == [str(each.pk) for each in others]


def test_each_slip_has_all_that_a_student_needs_to_sign_in(registry, school_class):
    students = students_in(school_class)
    shown = said(registry, issue(registry, students))
    for seat, student in enumerate(students, start=1):
        assert f"資訊一甲 {seat} 號 {student.user.name} {student.student_number}" in shown
        assert f"帳號 {student.user.username}" in shown
    assert shown.count("虛構高級中學 學習歷程檔案") >= 3
    assert shown.count("登入網址 http://testserver/accounts/login/") == 3


def test_a_slips_password_signs_in_and_leads_to_choosing_ones_own(registry, school_class, client):
    students = students_in(school_class)
    for student, password in zip(students, passwords_on(issue(registry, students)), strict=True):
        validate_password(password)
        assert is_signed_in(client) is False
        try_to_sign_in(client, student.user.username, password)
        assert client.get("/").url == reverse("accounts:password_change")
        client.logout()


def test_the_password_before_is_void_and_sessions_end(registry, school_class, client_of):
    student, *_ = students_in(school_class)
    session = client_of(student.user)
    issue(registry, [student])
    assert session.get("/").status_code == 302
    other = Client()
    try_to_sign_in(other, student.user.username, PASSWORD)
    assert not is_signed_in(other)


def test_only_those_ticked_get_one(registry, school_class):
    first, second, third = students_in(school_class)
    before = third.user.password
    assert len(passwords_on(issue(registry, [first, second]))) == 2
    third.user.refresh_from_db()
    assert third.user.password == before
    assert not third.user.must_change_password


def test_passwords_are_on_that_one_answer_and_nowhere_else(registry, school_class, caplog):
    students = students_in(school_class)
    response = issue(registry, students)
    passwords = passwords_on(response)
    assert "no-store" in response["Cache-Control"]
    kept = [str(row) for model in (AuditEntry, User, PasswordRecord) for row in model.objects.values()]
    kept += [caplog.text, registry.get(page(school_class)).content.decode(), str(dict(registry.session))]
    assert not [text for text in kept for password in passwords if password in text]


def test_who_issued_for_which_class_how_many_and_why_is_on_the_trail(registry, staff, school_class):
    students = students_in(school_class)
    issue(registry, students)
    entry = AuditEntry.objects.get(act=SecurityAct.ISSUE_FIRST_PASSWORDS)
    assert (entry.actor, entry.object_label, entry.reason) == (
        staff["registry-clerk"],
        "113 資訊一甲",
        "新生首次發放",
    )
    assert entry.changes["count"] == 3
    assert entry.changes["students"] == [each.student_number for each in students]


@pytest.mark.parametrize("reason", ["", "   "])
def test_without_a_reason_nothing_happens_and_the_ticks_stay(registry, school_class, reason):
    first, second, _ = students_in(school_class)
    response = issue(registry, [first, second], reason)
    assert passwords_on(response) == []
    ticked = re.findall(r'value="(\d+)" checked', response.content.decode())
    assert ticked == [str(first.pk), str(second.pk)]
    assert not PasswordRecord.objects.exists()


def test_without_anybody_ticked_it_says_so(registry, school_class):
    students_in(school_class)
    assert "請至少勾選一位學生" in said(registry, registry.post(page(school_class), {"reason": "新生"}))


def test_it_is_nobody_elses(staff, school_class, client_of):
    student, *_ = students_in(school_class)
    for person in (
        staff["evening-academic-head"],
        staff["discipline-head"],
        UserFactory.create(),
        student.user,
    ):
        client = client_of(person)
        assert issue(client, [student]).status_code == 404
        assert client.get(page(school_class)).status_code == 404
    assert client_of(staff["discipline-head"]).get(LIST).status_code == 404
    assert not PasswordRecord.objects.exists()


def test_an_administrator_may_too(staff, school_class, client_of):
    assert len(passwords_on(issue(client_of(AdminFactory.create()), students_in(school_class)))) == 3


def test_a_student_of_another_class_is_not_reached_through_this_one(registry, staff, school_class):
    mine, other = students_in(school_class), students_in(SchoolClassFactory.create(division="evening"), 1)
    both = [mine[0].pk, other[0].pk]
    assert passwords_on(registry.post(page(school_class), {"students": both, "reason": "新生"})) == []
    slips = issue_first_passwords(school_class, both, reason="新生", by=staff["registry-clerk"], at=NOW)
    assert [slip.placement.student for slip in slips] == [mine[0]]


def test_accounts_that_reach_the_admin_and_students_who_left_are_left_out(registry, school_class):
    insider, leaver, disabled, student = students_in(school_class, 4)
    User.objects.filter(pk=insider.user.pk).update(is_staff=True)
    User.objects.filter(pk=disabled.user.pk).update(is_active=False)
    Student.objects.filter(pk=leaver.pk).update(status=EnrolmentStatus.TRANSFERRED_OUT)
    assert [each.student for each in registry.get(page(school_class)).context["placements"]] == [student]
    listed = registry.get(LIST).context["classes"].get()
    assert (listed.students, listed.waiting) == (1, 1)


def test_the_pages_take_the_same_queries_for_few_and_for_many(registry, school_class):
    students = students_in(school_class, 2)

    def cost(act) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert act().status_code == 200
        return len(queries)

    acts = [
        lambda: registry.get(LIST),
        lambda: registry.get(page(school_class)),
        lambda: issue(registry, students),
    ]
    few = [cost(act) for act in acts]
    students += students_in(school_class, 28)
    for number in range(5):
        students_in(SchoolClassFactory.create(name=f"電機一{number}"), 2)
    assert [cost(act) for act in acts] == few
