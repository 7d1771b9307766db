"""Baseline A8 and D1: from where the admin is reached, by which sign-in, and how many may do everything."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.acts import AccountAct
from accounts.domain.networks import NotANetwork, may_come_from
from accounts.models import AuditEntry, SecurityPolicy
from tests.accounts.security.signing_in import LOGIN, is_signed_in
from tests.admin_pages import said, save
from tests.factories import PASSWORD, AdminFactory, UserFactory

pytestmark = pytest.mark.django_db
POLICY = reverse("admin:accounts_securitypolicy_change", args=[1])
USERS = reverse("admin:accounts_user_changelist")


@pytest.mark.parametrize(
    "networks, address, may",
    [
        ("", "203.0.113.9", True),
        ("\n \n", None, True),
        ("192.0.2.0/24", "192.0.2.200", True),
        ("192.0.2.0/24", "192.0.3.1", False),
        ("192.0.2.0/24\n203.0.113.9", "203.0.113.9", True),
        ("192.0.2.0/24", "::ffff:192.0.2.1", True),
        ("2001:db8::/32", "2001:db8::1", True),
        ("2001:db8::/32", "192.0.2.1", False),
        ("192.0.2.0/24", None, False),
        ("192.0.2.0/24", "unknown", False),
    ],
)
def test_a8_an_address_may_come_from_the_networks_that_are_listed(networks, address, may):
    assert may_come_from(address, networks) is may


def test_a8_a_line_that_is_no_network_is_named():
    with pytest.raises(NotANetwork) as error:
        may_come_from("192.0.2.1", "192.0.2.0/24\n\nschool.example")
    assert (error.value.number, error.value.line) == (3, "school.example")


def test_a8_other_addresses_get_403_for_every_page_of_the_admin(client_of):
    SecurityPolicy.objects.update(admin_networks="192.0.2.0/24")
    client = client_of(AdminFactory.create())
    for page in ("/admin/", USERS, "/admin/login/", "/admin/jsi18n/"):
        assert client.get(page, REMOTE_ADDR="203.0.113.9").status_code == 403
        assert Client().get(page, REMOTE_ADDR="203.0.113.9").status_code == 403
    assert client.get(USERS, REMOTE_ADDR="192.0.2.9").status_code == 200
    assert client.get("/", REMOTE_ADDR="203.0.113.9").status_code == 200


def test_a8_behind_our_proxy_the_address_it_forwards_counts(client_of, settings):
    SecurityPolicy.objects.update(admin_networks="192.0.2.0/24")
    settings.BEHIND_PROXY = True
    client = client_of(AdminFactory.create())
    hearsay = {"X-Forwarded-For": "192.0.2.9, 203.0.113.9"}
    assert client.get(USERS, headers=hearsay).status_code == 403


def test_a8_a_bad_line_is_refused_and_named_beside_the_form(client_of):
    client = client_of(AdminFactory.create())
    shown = said(client, save(client, POLICY, admin_networks="127.0.0.0/8\n192.0.2.5/24"))
    assert "第 2 行「192.0.2.5/24」不是位址或網段" in shown
    assert SecurityPolicy.objects.get().admin_networks == ""


def test_a8_nobody_locks_themselves_out(client_of):
    client = client_of(AdminFactory.create())
    shown = said(client, save(client, POLICY, admin_networks="192.0.2.0/24"))
    assert "您目前的位址 127.0.0.1 不在這些網段內" in shown
    assert save(client, POLICY, admin_networks="192.0.2.0/24\n127.0.0.1").status_code == 302


def test_a8_the_admin_has_no_sign_in_of_its_own():
    response = Client().get(USERS, follow=True)
    assert response.redirect_chain[-1][0] == f"{LOGIN}?next={USERS}"
    credentials = {"username": AdminFactory.create().username, "password": PASSWORD}
    client = Client()
    client.post("/admin/login/", credentials)
    assert not is_signed_in(client)
    assert client.post(LOGIN, {**credentials, "next": USERS})["Location"] == USERS


def test_a8_who_is_signed_in_and_no_administrator_is_refused_without_going_round_in_circles(client_of):
    response = client_of(UserFactory.create()).get("/admin/", follow=True)
    assert response.status_code == 403


def test_a8_a_change_of_the_policy_is_on_the_trail(client_of):
    client = client_of(AdminFactory.create())
    save(client, POLICY, staff_idle_minutes=20)
    entry = AuditEntry.objects.get(act=AccountAct.ADMIN_CHANGE)
    assert entry.changes == {"staff_idle_minutes": {"before": "30", "after": "20"}}


def test_a8_the_policy_is_one_row_for_good(client_of):
    client = client_of(AdminFactory.create())
    assert client.get(reverse("admin:accounts_securitypolicy_add")).status_code == 403
    assert client.post(POLICY.replace("/change/", "/delete/"), {"post": "yes"}).status_code == 403


def test_d1_more_than_three_who_may_do_everything_are_pointed_out(client_of):
    client = client_of(AdminFactory.create_batch(3)[0])
    assert "最高權限的帳號有" not in said(client, client.get(USERS))
    AdminFactory.create(is_active=False)
    assert "最高權限的帳號有" not in said(client, client.get(USERS))
    AdminFactory.create()
    assert "最高權限的帳號有 4 個，建議不超過 3 個" in said(client, client.get(USERS))
