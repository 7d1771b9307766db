"""Baseline D5 and D3: how passwords are made, how long they last, that none comes back, how they are kept."""

from datetime import timedelta

import pytest
from django.conf import global_settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.domain.password_strength import classes_in, readable_password
from accounts.models import AuditEntry, PasswordRecord, SecurityPolicy, User
from accounts.services.passwords import set_password
from tests.accounts.security.signing_in import try_to_sign_in
from tests.admin_pages import said
from tests.factories import PASSWORD, AdminFactory, SchoolClassFactory, StudentFactory, UserFactory
from tests.moments import at

pytestmark = pytest.mark.django_db
NOW = at("2024-11-15 09:00")
CHANGE = reverse("accounts:password_change")


@pytest.fixture
def user(set_clock) -> User:
    set_clock(NOW)
    return UserFactory.create()


def change(client: Client, new: str, old: str = PASSWORD):
    return client.post(CHANGE, {"old_password": old, "new_password1": new, "new_password2": new})


@pytest.mark.parametrize(
    "password", ["abcdefgh-2345", "ABCDEFGH-2345", "Abcdefghijkl9", "Abcdefghijkl-", "讀書-abc-123-好"]
)
def test_d5_three_of_four_kinds_of_characters_will_do(password):
    validate_password(password)


@pytest.mark.parametrize(
    "password, what_is_missing",
    [
        ("Abc-2345xyz", "12"),
        ("abcdefghijklm", "至少三種"),
        ("abcdefghijk45", "至少三種"),
        ("ABCDEFGHIJ-KL", "至少三種"),
        ("123456789-012", "至少三種"),
        ("讀書讀書讀書讀書讀書讀書讀書", "至少三種"),
    ],
)
def test_d5_others_are_refused_with_what_is_missing(password, what_is_missing):
    with pytest.raises(ValidationError) as refusal:
        validate_password(password)
    assert what_is_missing in "".join(refusal.value.messages)


def test_d5_the_present_password_is_not_taken_again(user, client_of):
    client = client_of(user)
    assert "不可與前 3 次的密碼相同" in said(client, change(client, PASSWORD))


def test_d5_not_one_of_the_last_three_but_the_one_before_them(user, client_of):
    client, old = client_of(user), PASSWORD
    for number in range(2, 5):
        new = f"invented-password-{number}"
        assert change(client, new, old).status_code == 302
        old = new
    for taken in ("invented-password-2", "invented-password-3", "invented-password-4"):
        assert "不可與前 3 次的密碼相同" in said(client, change(client, taken, old))
    assert change(client, PASSWORD, old).status_code == 302


def test_d5_the_schools_policy_may_remember_more(user, client_of):
    SecurityPolicy.objects.update(remembered_passwords=5)
    client, old = client_of(user), PASSWORD
    for number in range(2, 7):
        assert change(client, f"invented-password-{number}", old).status_code == 302
        old = f"invented-password-{number}"
    assert "不可與前 5 次的密碼相同" in said(client, change(client, "invented-password-2", old))


def test_d5_passwords_set_in_the_admin_are_remembered_and_refused_alike(user, client_of):
    admin = client_of(AdminFactory.create())
    page = reverse("admin:auth_user_password_change", args=[user.pk])
    for new, refused in (
        ("Invented-secret-1", False),
        ("Invented-secret-1", True),
        ("Invented-secret", False),
    ):
        sent = {"password1": new, "password2": new, "usable_password": "true", "set-password": "1"}
        response = admin.post(page, sent)
        assert ("不可與前 3 次的密碼相同" in said(admin, response)) is refused
    assert PasswordRecord.objects.filter(user=user).count() == 2


def test_d5_no_more_passwords_are_remembered_than_any_policy_asks_for(user):
    for number in range(30):
        set_password(user, f"Invented-{number}", by=user, at=NOW + timedelta(days=number))
    records = PasswordRecord.objects.filter(user=user)
    assert records.count() == 24
    assert records.latest("set_at").password == user.password


def test_d5_a_stronger_hash_of_the_same_password_is_no_change_of_password(user, settings):
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    assert user.check_password(PASSWORD)
    user.refresh_from_db()
    assert user.password.startswith("pbkdf2_sha256$")
    assert not PasswordRecord.objects.exists()
    assert user.password_changed_at is None


@pytest.mark.parametrize("days, leads_to_change", [(179, False), (180, True)])
def test_d5_staff_change_their_password_after_the_policys_days(
    user, client_of, set_clock, days, leads_to_change
):
    set_password(user, "Invented-secret-1", by=user, at=NOW)
    set_clock(NOW + timedelta(days=days))
    response = client_of(user).get(reverse("home"))
    assert (response.status_code == 302) is leads_to_change
    if leads_to_change:
        assert response.url == CHANGE


def test_d5_it_expires_in_the_middle_of_a_session_too(user, client_of, set_clock):
    set_password(user, "Invented-secret-1", by=user, at=NOW)
    client = client_of(user)
    assert client.get(reverse("home")).status_code == 200
    set_clock(NOW + timedelta(days=180))
    assert client.get(reverse("home")).url == CHANGE
    assert "已超過使用期限" in said(client, client.get(CHANGE))
    assert change(client, "Invented-secret-2", "Invented-secret-1").url == reverse("home")
    assert client.get(reverse("home")).status_code == 200


def test_d5_students_have_days_of_their_own_by_default_none(user, client_of, set_clock):
    student = StudentFactory.create(school_class=SchoolClassFactory.create()).user
    set_password(student, "Invented-secret-1", by=student, at=NOW)
    set_clock(NOW + timedelta(days=1000))
    assert client_of(student).get(reverse("home")).status_code == 200
    SecurityPolicy.objects.update(student_password_days=365)
    assert client_of(student).get(reverse("home")).url == CHANGE


def test_d5_a_password_of_before_there_were_records_counts_from_the_accounts_first_day(user, client_of):
    User.objects.filter(pk=user.pk).update(date_joined=NOW - timedelta(days=180))
    assert client_of(user).get(reverse("home")).url == CHANGE


def test_d5_whoever_has_no_password_here_need_not_change_it(user, client_of):
    user.set_unusable_password()
    user.must_change_password = True
    user.save()
    assert client_of(user).get(reverse("home")).status_code == 200


def test_d5_a_change_ends_all_other_sessions_of_the_account_and_not_this_one(user, client_of):
    here, elsewhere = client_of(user), client_of(user)
    key = here.session.session_key
    assert change(here, "Invented-secret-1").status_code == 302
    assert here.get(reverse("home")).status_code == 200
    assert here.session.session_key != key
    assert elsewhere.get(reverse("home")).status_code == 302


def test_d3_passwords_are_typed_masked_and_never_sent_back(user, client_of):
    page = try_to_sign_in(Client(), user.username, "Wrong-secret-1").content.decode()
    assert 'name="password" type="password"' in page
    assert "Wrong-secret-1" not in page
    client = client_of(user)
    refused = change(client, "Too-short-1").content.decode()
    assert refused.count('type="password"') == 3
    assert "Too-short-1" not in refused


def test_d3_passwords_are_kept_as_salted_slow_hashes(settings):
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS
    one, other = UserFactory.build(), UserFactory.build()
    for user in (one, other):
        user.set_password("Invented-secret-1")
        assert user.password.startswith("pbkdf2_sha256$")
    assert one.password != other.password


def test_d3_no_password_is_on_the_trail_nor_in_the_session(user, client_of):
    client = client_of(user)
    change(client, "Invented-secret-1")
    kept = [str(row) for row in AuditEntry.objects.values()] + [str(dict(client.session))]
    assert not [text for text in kept if "Invented-secret-1" in text]


def test_random_passwords_are_strong_enough_all_different_and_easy_to_read():
    passwords = {readable_password() for _ in range(500)}
    assert len(passwords) == 500
    for password in passwords:
        validate_password(password)
        assert classes_in(password) >= 3
        assert not set(password) & set("0O1lIio")
