"""Students' pages for those who keep their data; the national ID in full only with a reason on record."""

import json

import pytest
from django.urls import reverse

from accounts.demo_people import invented_national_id
from accounts.errors import InvalidInput, NotAllowed
from accounts.models import AuditEntry, EnrolmentChange
from accounts.services.national_ids import look_at_national_id
from accounts.student_permissions import StudentAct
from tests.accounts.annex_staff import Staff, annex_staff
from tests.admin_pages import said
from tests.factories import AdminFactory, SchoolClassFactory, StudentFactory
from tests.moments import at, day

pytestmark = pytest.mark.django_db
NOW = at("2024-11-15 09:00")
NUMBER = invented_national_id(4001)
LIST = "/people/students/"


@pytest.fixture
def staff() -> Staff:
    return annex_staff()


@pytest.fixture
def student():
    return StudentFactory.create(school_class=SchoolClassFactory.create(), national_id=NUMBER)


@pytest.fixture
def browser(client_of, set_clock):
    set_clock(NOW)
    return client_of


def page(student, name="student"):
    return reverse(f"people:{name}", args=[student.pk])


# ---------------------------------------------------------------- who sees whom


def test_each_division_sees_its_own_students_by_their_latest_class(staff, student, browser):
    moved = StudentFactory.create(school_class=SchoolClassFactory.create(school_year=112))
    evening = SchoolClassFactory.create(division="evening")
    moved.placements.create(school_class=evening, seat_number=1)
    newcomer = StudentFactory.create()
    for post, seen in (
        ("registry-clerk", {student, newcomer}),
        ("evening-academic-head", {moved, newcomer}),
    ):
        assert set(browser(staff[post]).get(LIST).context["page_obj"].object_list) == seen


def test_it_is_nobody_elses(staff, student, browser):
    for person in (staff["registry-head"], staff["discipline-head"], student.user):
        client = browser(person)
        for address in (LIST, page(student)):
            assert client.get(address).status_code == 404
        for name in ("add_change", "national_id"):
            assert client.post(page(student, name), {"reason": "核對"}).status_code == 404
    other = browser(staff["evening-academic-head"])
    assert other.get(page(student)).status_code == 404
    assert other.post(page(student, "national_id"), {"reason": "核對"}).status_code == 404
    assert not AuditEntry.objects.filter(act=StudentAct.VIEW_NATIONAL_ID).exists()


def test_students_are_found_by_number_name_and_class(staff, student, browser):
    client = browser(staff["registry-clerk"])
    StudentFactory.create(school_class=SchoolClassFactory.create(name="汽車一甲"))
    for words in (student.student_number, student.user.name, student.placements.get().school_class.name):
        assert list(client.get(LIST, {"q": words}).context["page_obj"]) == [student]
    assert "沒有符合的學生" in said(client, client.get(LIST, {"q": "查無此人"}))


def test_the_list_takes_the_same_queries_for_many(staff, student, browser, django_assert_max_num_queries):
    client = browser(staff["registry-clerk"])
    with django_assert_max_num_queries(60) as few:
        client.get(LIST)
    StudentFactory.create_batch(30, school_class=student.placements.get().school_class)
    with django_assert_max_num_queries(len(few)):
        client.get(LIST)


# ---------------------------------------------------------------- the national ID


def test_the_number_is_masked_until_a_reason_is_given_and_each_look_is_recorded(staff, student, browser):
    client = browser(staff["registry-clerk"])
    assert NUMBER not in client.get(page(student)).content.decode()
    assert NUMBER not in client.get(LIST).content.decode()
    assert client.get(page(student, "national_id")).status_code == 405
    for reason in ("核對名冊", "核對證件"):
        response = client.post(page(student, "national_id"), {"reason": reason})
        assert NUMBER in response.content.decode()
        assert "no-store" in response["Cache-Control"]
    looks = AuditEntry.objects.filter(act=StudentAct.VIEW_NATIONAL_ID).order_by("pk")
    assert [(look.actor, look.reason, look.object_id) for look in looks] == [
        (staff["registry-clerk"], "核對名冊", str(student.pk)),
        (staff["registry-clerk"], "核對證件", str(student.pk)),
    ]
    assert NUMBER not in json.dumps([str(row) for row in AuditEntry.objects.values()])


@pytest.mark.parametrize("reason", ["", "   "])
def test_without_a_reason_it_stays_masked_and_nothing_is_recorded(staff, student, browser, reason):
    client = browser(staff["registry-clerk"])
    response = client.post(page(student, "national_id"), {"reason": reason})
    assert NUMBER not in response.content.decode()
    with pytest.raises(InvalidInput):
        look_at_national_id(student, reason=reason, by=staff["registry-clerk"], at=NOW)
    assert not AuditEntry.objects.filter(act=StudentAct.VIEW_NATIONAL_ID).exists()


def test_an_administrator_keeps_the_student_but_sees_the_number_masked(staff, student, browser):
    admin = AdminFactory.create()
    client = browser(admin)
    assert "查看完整身分證號" not in client.get(page(student)).content.decode()
    response = client.post(page(student, "national_id"), {"reason": "核對"})
    assert response.status_code == 403
    assert NUMBER not in response.content.decode()
    with pytest.raises(NotAllowed, match="註冊組幹事"):
        look_at_national_id(student, reason="核對", by=admin, at=NOW)


def test_a_delegate_looks_in_the_owners_name_while_the_absence_lasts(staff, student):
    staff.is_away("registry-clerk", "2024-11-15", "2024-11-15")
    assert look_at_national_id(student, reason="核對", by=staff["registry-head"], at=NOW) == NUMBER
    assert AuditEntry.objects.get().on_behalf_of == staff["registry-clerk"]
    with pytest.raises(NotAllowed):
        look_at_national_id(student, reason="核對", by=staff["registry-head"], at=at("2024-11-16"))


# ---------------------------------------------------------------- the history


def test_a_change_is_recorded_from_the_page_and_shown_with_who_and_when(staff, student, browser):
    client = browser(staff["registry-clerk"])
    typed = {"kind": "suspended", "effective_on": "2024-11-01", "note": "休學一年"}
    shown = said(client, client.post(page(student, "add_change"), typed))
    assert "學籍異動已登錄" in shown
    assert f"休學 113/11/01（五） 休學一年 {staff['registry-clerk']}" in shown


def test_a_refused_change_keeps_what_was_typed(staff, student, browser):
    client = browser(staff["registry-clerk"])
    typed = {"kind": "transferred_out", "effective_on": "2024-11-01", "note": "搬家到外縣市"}
    response = client.post(page(student, "add_change"), typed)
    assert "請填寫對方學校" in said(client, response)
    assert "搬家到外縣市" in response.content.decode()
    assert not EnrolmentChange.objects.exists()


def test_a_kind_that_cannot_follow_is_not_offered_nor_taken(staff, student, browser):
    client = browser(staff["registry-clerk"])
    offered = {kind for kind, __ in client.get(page(student)).context["change_form"].fields["kind"].choices}
    assert {"", "suspended"} < offered
    assert "returned" not in offered
    client.post(page(student, "add_change"), {"kind": "returned", "effective_on": "2024-11-01"})
    assert not EnrolmentChange.objects.exists()


def test_the_admin_shows_the_history_and_changes_neither_it_nor_the_status(student, browser):
    admin = AdminFactory.create()
    EnrolmentChange.objects.create(
        student=student, kind="suspended", effective_on=day("2024-11-01"), recorded_by=admin, recorded_at=NOW
    )
    client = browser(admin)
    address = reverse("admin:accounts_student_change", args=[student.pk])
    response = client.get(address)
    assert "休學" in said(client, response)
    assert page(student) in response.content.decode()
    assert "status" not in response.context["adminform"].form.fields
