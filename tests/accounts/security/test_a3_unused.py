"""Baseline A2 and A3: who is past the account's end, or has not signed in for long, does not get in."""

from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.urls import reverse

from accounts.account_permissions import SecurityAct
from accounts.errors import InvalidInput, NotAllowed
from accounts.models import AuditEntry, Guardianship, SecurityPolicy, User
from accounts.models.guardians import Relation
from accounts.services.reactivation import reactivate
from tests.accounts.annex_staff import annex_staff
from tests.accounts.security.signing_in import is_signed_in, try_to_sign_in, what_it_says
from tests.admin_pages import said
from tests.factories import PASSWORD, AdminFactory, SchoolClassFactory, StudentFactory, UserFactory, school
from tests.moments import at, day

pytestmark = pytest.mark.django_db
NOW = at("2024-11-15 09:00")


@pytest.fixture(autouse=True)
def now(set_clock) -> None:
    set_clock(NOW)


def unused_for(user: User, days: int) -> User:
    moment = NOW - timedelta(days=days)
    User.objects.filter(pk=user.pk).update(last_login=moment, date_joined=moment - timedelta(days=1))
    return User.objects.get(pk=user.pk)


def student() -> User:
    user: User = StudentFactory.create(school_class=SchoolClassFactory.create()).user
    return user


def guardian() -> User:
    user: User = UserFactory.create()
    own = StudentFactory.create()
    Guardianship.objects.create(
        guardian=user, student=own, relation=Relation.PARENT, starts_on=day("2024-08-01")
    )
    return user


@pytest.mark.parametrize("moment, refused", [("2024-11-15 09:00:01", False), ("2024-11-15 09:00", True)])
def test_a2_an_account_past_its_end_is_refused_at_that_moment_without_any_task(client, moment, refused):
    user = UserFactory.create(expires_at=at(moment))
    try_to_sign_in(client, user.username)
    assert is_signed_in(client) is not refused


@pytest.mark.parametrize("days, refused", [(179, False), (180, True)])
def test_a3_staff_unused_for_half_a_year_are_refused(client, days, refused):
    user = unused_for(UserFactory.create(), days)
    try_to_sign_in(client, user.username)
    assert is_signed_in(client) is not refused


@pytest.mark.parametrize("person", [student, guardian])
@pytest.mark.parametrize("days, refused", [(399, False), (400, True)])
def test_a3_students_and_guardians_have_longer(client, person, days, refused):
    user = unused_for(person(), days)
    try_to_sign_in(client, user.username)
    assert is_signed_in(client) is not refused


def test_a3_the_days_are_the_schools_own(client):
    SecurityPolicy.objects.update(staff_unused_days=90)
    user = unused_for(UserFactory.create(), 90)
    try_to_sign_in(client, user.username)
    assert not is_signed_in(client)


def test_a3_an_account_never_used_counts_from_its_first_day(client):
    user = UserFactory.create(date_joined=NOW - timedelta(days=180))
    assert user.last_login is None
    try_to_sign_in(client, user.username)
    assert not is_signed_in(client)


def test_a3_who_knows_the_password_is_told_whom_to_ask_and_others_nothing(client):
    school()
    user = unused_for(UserFactory.create(), 180)
    assert "久未登入，已依規定停用。請洽 註冊組 分機 123 重新啟用" in what_it_says(client, user.username)
    assert "久未登入" not in what_it_says(client, user.username, "wrong")


def test_a3_it_holds_below_the_pages_too():
    user = unused_for(UserFactory.create(), 180)
    assert authenticate(username=user.username, password=PASSWORD) is None


def test_a3_an_administrator_reactivates_with_a_reason_on_the_trail(client, client_of):
    user, administrator = unused_for(UserFactory.create(), 180), AdminFactory.create()
    browser = client_of(administrator)
    page = reverse("admin:accounts_user_changelist")
    chosen = {"action": "reactivate", "_selected_action": user.pk}
    assert "請填寫理由" in said(browser, browser.post(page, chosen))
    assert "處理了 1 筆" in said(browser, browser.post(page, {**chosen, "reason": "育嬰留停復職"}))
    entry = AuditEntry.objects.get(act=SecurityAct.REACTIVATE)
    assert (entry.actor, entry.object_id, entry.reason) == (administrator, str(user.pk), "育嬰留停復職")
    try_to_sign_in(client, user.username)
    assert is_signed_in(client)


def test_a3_registry_reactivates_its_students_from_their_page(client, client_of):
    staff, user = annex_staff(), unused_for(student(), 400)
    browser = client_of(staff["registry-clerk"])
    page = reverse("people:student", args=[user.student.pk])
    assert "久未登入，已停用" in said(browser, browser.get(page))
    send = reverse("people:reactivate", args=[user.student.pk])
    assert "還不能送出" in said(browser, browser.post(send, {"reason": ""}))
    assert "帳號已重新啟用" in said(browser, browser.post(send, {"reason": "本人洽辦"}))
    assert "久未登入" not in said(browser, browser.get(page))
    try_to_sign_in(client, user.username)
    assert is_signed_in(client)
    assert AuditEntry.objects.get(act=SecurityAct.REACTIVATE).actor == staff["registry-clerk"]


def test_a3_without_a_reason_it_rests_on():
    user = unused_for(UserFactory.create(), 180)
    with pytest.raises(InvalidInput):
        reactivate(user, reason=" ", by=AdminFactory.create(), at=NOW)


def test_a3_nobody_elses_reactivates(client_of):
    staff, user = annex_staff(), unused_for(student(), 400)
    send = reverse("people:reactivate", args=[user.student.pk])
    for person in (staff["evening-academic-head"], staff["discipline-head"], UserFactory.create()):
        assert client_of(person).post(send, {"reason": "代辦"}).status_code == 404
        with pytest.raises(NotAllowed):
            reactivate(user, reason="代辦", by=person, at=NOW)
    with pytest.raises(NotAllowed):
        reactivate(unused_for(UserFactory.create(), 200), reason="代辦", by=staff["registry-clerk"], at=NOW)


def test_a3_an_account_in_use_needs_none(client_of):
    user = UserFactory.create()
    assert not reactivate(user, reason="試試", by=AdminFactory.create(), at=NOW)
    assert not AuditEntry.objects.filter(act=SecurityAct.REACTIVATE).exists()
