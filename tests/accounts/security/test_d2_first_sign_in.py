"""Baseline D2: a password that somebody else set is good for one thing only: choosing one's own."""

import pytest
from django.contrib.auth.hashers import make_password
from django.core.checks import Tags, run_checks
from django.urls import reverse

from accounts import demo_sign_ins
from accounts.models import User
from accounts.services.passwords import require_change, set_password
from tests.accounts.security.signing_in import try_to_sign_in
from tests.admin_pages import said, save
from tests.factories import PASSWORD, AdminFactory, UserFactory
from tests.moments import at

pytestmark = pytest.mark.django_db
NOW = at("2024-11-15 09:00")
CHANGE = reverse("accounts:password_change")


@pytest.fixture
def newcomer(set_clock) -> User:
    set_clock(NOW)
    user: User = UserFactory.create()
    require_change(user)
    return user


def test_d2_the_first_sign_in_leads_to_the_change_of_password(client, newcomer):
    try_to_sign_in(client, newcomer.username)
    assert client.get(reverse("home")).url == CHANGE
    assert "請先換成自己的密碼" in said(client, client.get(CHANGE))


@pytest.mark.parametrize(
    "address", ["/", "/schedule/", "/accounts/notices/", "/people/absences/", "/admin/", "/nowhere/"]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_d2_nothing_else_works_before(client_of, newcomer, address, method):
    response = getattr(client_of(newcomer), method)(address)
    assert (response.status_code, response.url) == (302, CHANGE)


def test_d2_a_part_of_a_page_leads_the_whole_page_there(client_of, newcomer):
    response = client_of(newcomer).get("/", headers={"HX-Request": "true"})
    assert response["HX-Redirect"] == CHANGE


def test_d2_signing_out_works_before(client_of, newcomer):
    client = client_of(newcomer)
    client.post(reverse("accounts:logout"))
    assert "_auth_user_id" not in client.session


def test_d2_afterwards_everything_works(client_of, newcomer):
    client = client_of(newcomer)
    new = "Invented-secret-1"
    response = client.post(CHANGE, {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    assert response.url == reverse("home")
    assert client.get(reverse("home")).status_code == 200


def test_d2_the_first_password_itself_does_not_do(client_of, newcomer):
    client = client_of(newcomer)
    sent = {"old_password": PASSWORD, "new_password1": PASSWORD, "new_password2": PASSWORD}
    assert "不可與前 3 次的密碼相同" in said(client, client.post(CHANGE, sent))
    assert client.get(reverse("home")).url == CHANGE


def test_d2_an_account_added_in_the_admin_begins_with_a_first_password(client_of, set_clock):
    admin = client_of(AdminFactory.create())
    secret = "Invented-secret-1"
    person = {"username": "new-teacher", "name": "新老師", "usable_password": "true", "trail_reason": "到職"}
    save(admin, reverse("admin:accounts_user_add"), **person, password1=secret, password2=secret)
    assert User.objects.get(username="new-teacher").must_change_password


def test_d2_a_password_set_in_the_admin_is_a_first_password_again(client_of, set_clock):
    person, admin = UserFactory.create(), AdminFactory.create()
    secret = "Invented-secret-1"
    sent = {"password1": secret, "password2": secret, "usable_password": "true", "set-password": "1"}
    for user, first in ((person, True), (admin, False)):
        client_of(admin).post(reverse("admin:auth_user_password_change", args=[user.pk]), sent)
        user.refresh_from_db()
        assert user.check_password(secret)
        assert user.must_change_password is first


def test_d2_a_password_that_its_owner_set_is_no_first_password(newcomer):
    set_password(newcomer, "Invented-secret-1", by=newcomer, at=NOW)
    newcomer.refresh_from_db()
    assert not newcomer.must_change_password
    set_password(newcomer, "Invented-secret-2", by=AdminFactory.create(), at=NOW)
    newcomer.refresh_from_db()
    assert newcomer.must_change_password


def deploy_errors() -> list[str | None]:
    checks = run_checks(tags=[Tags.security], include_deployment_checks=True)
    return [each.msg for each in checks if each.id == "accounts.E001"]


def test_d2_the_deploy_check_finds_every_account_with_the_demos_password():
    assert deploy_errors() == []
    demo = make_password(demo_sign_ins.PASSWORD)
    UserFactory.create(username="student1", password=None)
    User.objects.filter(username="student1").update(password=demo)
    for _ in range(2):
        User.objects.filter(pk=UserFactory.create().pk).update(password=demo)
    assert deploy_errors() == ["3 accounts can be used with the demo school's password."]
    User.objects.update(is_active=False)
    assert deploy_errors() == []
