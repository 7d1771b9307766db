"""People and duties in the admin: editable, on the trail, and no secret ever in it."""

import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.absence_permissions import AbsenceAct
from accounts.acts import AccountAct
from accounts.authority import Standing
from accounts.demo_people import invented_national_id
from accounts.duty_roster import DutyRoster
from accounts.models import (
    Absence,
    AuditEntry,
    ClassPlacement,
    Duty,
    DutyDelegate,
    Office,
    Post,
    PostHolding,
    Student,
    User,
)
from accounts.models.duties import DutyCode
from tests.admin_pages import said, save
from tests.conftest import SetClock
from tests.factories import (
    PASSWORD,
    AdminFactory,
    SchoolClassFactory,
    StudentFactory,
    UserFactory,
    holder_of,
    place,
)
from tests.moments import at, day

pytestmark = pytest.mark.django_db

NUMBER, OTHER_NUMBER = invented_national_id(1001), invented_national_id(1002)


@pytest.fixture
def administrator() -> User:
    return AdminFactory.create()


@pytest.fixture
def client(administrator: User, client_of: Callable[[User], Client], set_clock: SetClock) -> Client:
    set_clock(at("2024-11-15 09:00"))
    return client_of(administrator)


def change(row: object) -> str:
    meta = row._meta  # type: ignore[attr-defined]
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])  # type: ignore[attr-defined]


def add(model: type) -> str:
    return reverse(f"admin:accounts_{model.__name__.lower()}_add")


def trail() -> str:
    """Everything that the trail holds, as one text."""
    return json.dumps([str(row) for row in AuditEntry.objects.values()], ensure_ascii=False)


def delegate_to(duty: Duty, *names: str) -> None:
    office = Office.objects.get_or_create(code="day", defaults={"name": "教務處", "division": "day"})[0]
    for order, name in enumerate(names, start=1):
        post = Post.objects.create(code=f"post-{name}", name=name, office=office)
        DutyDelegate.objects.create(duty=duty, post=post, order=order)


@pytest.fixture
def duty() -> Duty:
    """A duty with two delegates, 甲 before 乙."""
    holder_of(DutyCode.BASIC_DATA)
    duty = Duty.objects.get()
    delegate_to(duty, "甲", "乙")
    return duty


def chain(duty: Duty) -> list[tuple[int, str]]:
    return list(duty.delegate_rows.order_by("order").values_list("order", "post__name"))


def test_two_delegates_change_places(client: Client, duty: Duty) -> None:
    response = save(client, change(duty), **{"delegate_rows-0-order": 2, "delegate_rows-1-order": 1})
    assert response.status_code == 302
    assert chain(duty) == [(1, "乙"), (2, "甲")]
    entry = AuditEntry.objects.get(act=AccountAct.ADMIN_CHANGE)
    assert entry.changes == {"delegates": {"before": ["甲", "乙"], "after": ["乙", "甲"]}}


def test_a_delegate_is_added_and_removed(client: Client, duty: Duty) -> None:
    third = Post.objects.create(code="third", name="丙", office=Office.objects.earliest("pk"))
    save(
        client,
        change(duty),
        **{"delegate_rows-0-DELETE": "on", "delegate_rows-2-post": third.pk, "delegate_rows-2-order": 9},
    )
    assert chain(duty) == [(1, "乙"), (2, "丙")]


def test_what_is_saved_in_the_admin_decides_who_acts(client: Client, duty: Duty) -> None:
    owner = PostHolding.objects.get().user
    second = UserFactory.create()
    PostHolding.objects.create(post=Post.objects.get(name="乙"), user=second, starts_on=day("2024-08-01"))
    save(client, change(duty), **{"delegate_rows-0-order": 2, "delegate_rows-1-order": 1})
    away = {"user": owner.pk, "starts_on": "2024-11-15", "ends_on": "2024-11-16", "reason": "公假"}
    save(client, add(Absence), **away)
    answer = DutyRoster(at("2024-11-15 10:00")).authority(second, DutyCode.BASIC_DATA, "day")
    assert answer.allowed
    assert answer.standing == Standing.DELEGATE


@pytest.mark.parametrize(
    "changes, refusal",
    [
        ({"delegate_rows-1-post": "甲"}, "同一職務只能列一個順位。"),
        ({"delegate_rows-1-post": None}, "負責人不能同時是自己的代理人。"),
    ],
)
def test_a_chain_that_makes_no_sense_is_refused(
    client: Client, duty: Duty, changes: dict[str, str | None], refusal: str
) -> None:
    posts = {key: Post.objects.get(name=name).pk if name else duty.owner_id for key, name in changes.items()}
    response = save(client, change(duty), **posts)
    assert refusal in said(client, response)
    assert chain(duty) == [(1, "甲"), (2, "乙")]


def test_an_absence_says_who_recorded_it(client: Client, administrator: User) -> None:
    person = UserFactory.create()
    away = {"user": person.pk, "starts_on": "2024-11-15", "ends_on": "2024-11-16", "reason": "公假"}
    save(client, add(Absence), **away)
    assert Absence.objects.get().recorded_by == administrator


def test_an_absence_that_ends_before_it_starts_is_refused_in_words(client: Client) -> None:
    person = UserFactory.create()
    away = {"user": person.pk, "starts_on": "2024-11-15", "ends_on": "2024-11-14", "reason": "公假"}
    shown = said(client, save(client, add(Absence), **away))
    assert "迄日不可早於起日。" in shown
    assert "absence_ends_after_it_starts" not in shown


def test_a_post_that_is_held_names_its_holder_when_given_to_another(client: Client) -> None:
    holder = holder_of(DutyCode.BASIC_DATA)
    post = Post.objects.get()
    new = {"post": post.pk, "user": UserFactory.create().pk, "starts_on": "2024-11-15"}
    shown = said(client, save(client, add(PostHolding), **new))
    assert f"「{post}」目前由{holder}任職（109/08/01（六）起），請先填其迄日。" in shown
    assert "post_has_one_open_holding" not in shown
    assert PostHolding.objects.count() == 1


def new_student(**changes: object) -> dict[str, object]:
    given = {"student_number": "1130001", "birth_date": "2008-03-15", "national_id": NUMBER}
    return {"user": UserFactory.create().pk, **given, **changes}


def test_a_student_is_entered_with_the_national_id_encrypted(client: Client) -> None:
    assert save(client, add(Student), **new_student()).status_code == 302
    student = Student.objects.get()
    assert student.national_id == NUMBER
    assert NUMBER not in student.national_id_cipher
    assert NUMBER not in trail()


def test_a_national_id_is_shown_masked_only(client: Client) -> None:
    student = StudentFactory.create(national_id=NUMBER)
    for address in (change(student), reverse("admin:accounts_student_changelist")):
        page = client.get(address).content.decode()
        assert NUMBER not in page
    assert student.masked_national_id in client.get(change(student)).content.decode()


@pytest.mark.parametrize("number", ["A123456788", "A12345678", "123"])
def test_a_national_id_with_a_bad_check_digit_is_refused(client: Client, number: str) -> None:
    shown = said(client, save(client, add(Student), **new_student(national_id=number)))
    assert "檢查碼不符" in shown
    assert not Student.objects.exists()


def test_another_students_national_id_is_refused(client: Client) -> None:
    other = StudentFactory.create(national_id=NUMBER)
    shown = said(client, save(client, add(Student), **new_student()))
    assert f"這個身分證號已登錄在學號 {other.student_number}" in shown


def test_an_empty_national_id_leaves_the_one_on_record(client: Client) -> None:
    student = StudentFactory.create(national_id=NUMBER)
    save(client, change(student), student_number="1139999")
    student.refresh_from_db()
    assert (student.student_number, student.national_id) == ("1139999", NUMBER)


def test_a_corrected_national_id_is_on_the_trail_without_its_digits(client: Client) -> None:
    student = StudentFactory.create(national_id=NUMBER)
    save(client, change(student), national_id=OTHER_NUMBER)
    student.refresh_from_db()
    assert student.national_id == OTHER_NUMBER
    assert "national_id" in AuditEntry.objects.get(act=AccountAct.ADMIN_CHANGE).changes
    assert NUMBER not in trail()
    assert OTHER_NUMBER not in trail()


def test_a_student_sits_in_one_class_a_year(client: Client) -> None:
    student = StudentFactory.create(school_class=SchoolClassFactory.create(school_year=113))
    other = SchoolClassFactory.create(school_year=113)
    row = {"school_class": other.pk, "student": student.pk, "seat_number": 5}
    response = save(client, add(ClassPlacement), **row)
    assert response.status_code == 200
    assert "已經存在" in said(client, response)
    assert ClassPlacement.objects.count() == 1


def test_a_change_is_on_the_trail_with_what_was_and_what_is(client: Client) -> None:
    person = UserFactory.create(name="王小明", email="a@example.edu.tw")
    save(client, change(person), name="王大明")
    entry = AuditEntry.objects.get(act=AccountAct.ADMIN_CHANGE)
    assert entry.changes == {"name": {"before": "王小明", "after": "王大明"}}
    assert (entry.object_type, entry.object_id) == ("accounts.user", str(person.pk))
    listed = said(client, client.get(reverse("admin:accounts_auditentry_changelist")))
    assert "管理介面：修改 王大明" in listed
    assert "姓名 王小明 → 王大明" in listed


def test_saving_without_a_change_leaves_no_trail(client: Client) -> None:
    person = UserFactory.create()
    assert save(client, change(person)).status_code == 302
    assert not AuditEntry.objects.filter(act=AccountAct.ADMIN_CHANGE).exists()


def test_passwords_are_set_and_never_kept_or_recorded_in_clear(client: Client) -> None:
    secret = "a-long-Invented-secret"
    passwords = {"password1": secret, "password2": secret, "usable_password": "true"}
    person = {"username": "new-teacher", "name": "新老師", "trail_reason": "新進教師", **passwords}
    assert save(client, add(User), **person).status_code == 302
    assert User.objects.get(username="new-teacher").check_password(secret)
    assert secret not in trail()


def test_setting_somebodys_password_is_on_the_trail(client: Client) -> None:
    person, secret = UserFactory.create(), "another-Invented-secret"
    address = reverse("admin:auth_user_password_change", args=[person.pk])
    response = client.post(
        address, {"password1": secret, "password2": secret, "usable_password": "true", "set-password": "1"}
    )
    assert response.status_code == 302
    person.refresh_from_db()
    assert person.check_password(secret)
    assert AuditEntry.objects.get(act=AccountAct.CHANGE_PASSWORD).object_id == str(person.pk)
    assert secret not in trail()


def test_nobodys_password_hash_is_searched_or_shown(client: Client) -> None:
    person = UserFactory.create()
    assert person.password not in client.get(change(person)).content.decode()
    address = reverse("admin:accounts_user_changelist")
    assert client.get(address, {"password__startswith": "m"}).status_code in (302, 400)
    assert PASSWORD not in client.get(address).content.decode()


@pytest.mark.parametrize("factory", [UserFactory, StudentFactory, SchoolClassFactory])
def test_people_are_not_deleted(client: Client, factory: type) -> None:
    row = factory.create()  # type: ignore[attr-defined]
    address = change(row).replace("/change/", "/delete/")
    assert client.post(address, {"post": "yes"}).status_code == 403
    assert type(row).objects.filter(pk=row.pk).exists()


def test_the_trail_is_only_looked_at(client: Client) -> None:
    save(client, change(UserFactory.create()), name="新名")
    entry = AuditEntry.objects.get(act=AccountAct.ADMIN_CHANGE)
    assert client.post(change(entry), {"reason": "改寫"}).status_code == 403
    assert client.post(change(entry).replace("/change/", "/delete/"), {"post": "yes"}).status_code == 403
    assert client.get(reverse("admin:accounts_auditentry_add")).status_code == 403


def test_the_trail_is_searched_by_person_and_filtered_by_act(client: Client) -> None:
    save(client, change(UserFactory.create(name="甲生")), name="甲乙生")
    new = {"username": "second", "name": "乙生", "usable_password": "false", "trail_reason": "轉入"}
    save(client, add(User), **new)
    listed = reverse("admin:accounts_auditentry_changelist")
    found = said(client, client.get(listed, {"q": "甲乙生"}))
    assert "管理介面：修改 甲乙生" in found
    assert "管理介面：新增 乙生" not in found
    added = said(client, client.get(listed, {"act": AccountAct.ADMIN_ADD}))
    assert "管理介面：新增 乙生" in added
    assert "管理介面：修改 甲乙生" not in added


def test_an_absence_in_the_admin_is_ended_by_the_same_service_and_never_edited(
    client: Client, administrator: User
) -> None:
    person = UserFactory.create()
    save(
        client,
        add(Absence),
        user=person.pk,
        starts_on="2024-11-15",
        ends_on="2024-11-16",
        reason="公假",
    )
    absence = Absence.objects.get()
    entry = AuditEntry.objects.get(act=AbsenceAct.RECORD_ABSENCE)
    assert (entry.actor, entry.reason) == (administrator, "公假")
    assert client.post(change(absence), {"reason": "改寫"}).status_code == 403
    client.post(
        reverse("admin:accounts_absence_changelist"), {"action": "end", "_selected_action": absence.pk}
    )
    absence.refresh_from_db()
    assert absence.cancelled_by == administrator
    assert AuditEntry.objects.filter(act=AbsenceAct.END_ABSENCE).count() == 1


def test_a_student_of_several_years_is_corrected_with_all_their_classes(client: Client) -> None:
    student = StudentFactory.create()
    for year in (112, 113):
        place(student, SchoolClassFactory.create(school_year=year))
    address = f"/admin/accounts/student/{student.pk}/change/"
    assert save(client, address, birth_date="2008-02-29").status_code == 302
    assert Student.objects.get().birth_date == day("2008-02-29")
