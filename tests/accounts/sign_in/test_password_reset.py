"""A forgotten password is set anew by a link sent to the account's own address (baseline D6)."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import tasks
from accounts.acts import AccountAct
from accounts.models import AuditEntry
from accounts.sign_in.acts import SignInAct
from tests.factories import PASSWORD, UserFactory
from tests.moments import at

pytestmark = pytest.mark.django_db
ASK = "/accounts/password/reset/"
NEW = "Quite-another-Secret-7"


@pytest.fixture(autouse=True)
def worker(monkeypatch):
    """Does at once what the page leaves to it."""
    monkeypatch.setattr(tasks.send_letter, "delay", tasks.send_letter)


@pytest.fixture
def user():
    return UserFactory.create(email="Forgetful@example.edu.tw")


def ask(client, email):
    return client.post(ASK, {"email": email}, follow=True)


def link_in(letter):
    (path,) = re.findall(r"https?://[^/]+(/\S+)", letter.body)
    return path


def set_new(client, link, password=NEW):
    page = client.get(link, follow=True)
    address = page.redirect_chain[-1][0]
    return client.post(address, {"password1": password, "password2": password}, follow=True)


def main_of(page):
    (main,) = re.findall(r"<main.*</main>", page.content.decode(), re.DOTALL)
    return main


def can_sign_in(user, password):
    client = Client()
    client.post(reverse("accounts:login"), {"username": user.username, "password": password})
    return client.get(reverse("home")).status_code == 200


def test_the_link_in_the_letter_leads_to_a_new_password(client, user):
    ask(client, "forgetful@example.edu.tw")
    (letter,) = mail.outbox
    assert letter.to == ["forgetful@example.edu.tw"]
    assert user.name in letter.body and user.username in letter.body
    assert "密碼已更改" in set_new(client, link_in(letter)).content.decode()
    assert can_sign_in(user, NEW)
    assert not can_sign_in(user, PASSWORD)


def test_asking_and_setting_are_on_the_trail(client, user):
    ask(client, user.email)
    asked = AuditEntry.objects.get()
    assert (asked.act, asked.actor) == (SignInAct.ASK_FOR_RESET, user)
    set_new(client, link_in(mail.outbox[0]))
    done = AuditEntry.objects.get(act=AccountAct.CHANGE_PASSWORD)
    assert (done.actor, done.reason) == (user, "以寄到信箱的連結重設")


def test_an_unknown_address_gets_the_same_answer_and_no_letter(client, user):
    known, unknown = ask(client, user.email), ask(client, "nobody@example.edu.tw")
    assert known.redirect_chain == unknown.redirect_chain
    assert main_of(known) == main_of(unknown)
    assert len(mail.outbox) == 1
    assert AuditEntry.objects.latest("pk").actor is None


@pytest.mark.parametrize("dead", [{"is_active": False}, {"expires_at": at("2024-01-01")}])
def test_an_account_that_may_not_be_used_gets_no_letter(client, dead):
    ask(client, UserFactory.create(**dead).email)
    assert mail.outbox == []


def test_a_link_works_once(client, user):
    ask(client, user.email)
    link = link_in(mail.outbox[0])
    set_new(client, link)
    again = Client().get(link, follow=True)
    assert "連結已失效" in again.content.decode()


@pytest.mark.parametrize("minutes, works", [(29, True), (31, False)])
def test_a_link_works_for_half_an_hour(client, user, minutes, works):
    ask(client, user.email)
    with time_machine.travel(timezone.localtime() + timedelta(minutes=minutes)):
        page = client.get(link_in(mail.outbox[0]), follow=True)
    assert ("連結已失效" in main_of(page)) == (not works)


def test_a_link_dies_with_the_address_it_was_sent_to(client, user):
    ask(client, user.email)
    user.email = "moved@example.edu.tw"
    user.save()
    assert "連結已失效" in client.get(link_in(mail.outbox[0]), follow=True).content.decode()
    ask(client, "forgetful@example.edu.tw")
    assert len(mail.outbox) == 1


def test_every_session_of_the_account_ends(client, client_of, user):
    elsewhere = client_of(user)
    assert elsewhere.get(reverse("home")).status_code == 200
    ask(client, user.email)
    set_new(client, link_in(mail.outbox[0]))
    assert elsewhere.get(reverse("home")).status_code == 302


def test_it_signs_nobody_in_by_itself(client, user):
    ask(client, user.email)
    set_new(client, link_in(mail.outbox[0]))
    assert client.get(reverse("home")).status_code == 302


def test_weak_passwords_are_not_taken(client, user):
    ask(client, user.email)
    answer = set_new(client, link_in(mail.outbox[0]), "short")
    assert answer.context["form"].errors["password1"]
    assert can_sign_in(user, PASSWORD)


def test_one_address_can_be_asked_for_three_times_in_a_quarter_of_an_hour(client, user):
    answers = [ask(client, user.email).status_code for _ in range(4)]
    assert answers == [200, 200, 200, 429]
    assert len(mail.outbox) == 3


def test_one_letter_for_each_account_of_an_address(client, user):
    other = UserFactory.create(email=user.email)
    ask(client, user.email)
    names = {each.username for each in (user, other)}
    assert {name for name in names for letter in mail.outbox if name in letter.body} == names
