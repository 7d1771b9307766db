"""What a person was told, on their own page: all of it, to be marked as read, and how mail comes."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import MailPreference, Notice, User
from accounts.models.reminders import MailChoice
from accounts.services.notices import tell
from tests.admin_pages import said
from tests.factories import UserFactory
from tests.moments import at

pytestmark = pytest.mark.django_db

PAGE, MAIL, READ = "/accounts/notices/", "/accounts/notices/mail/", "/accounts/notices/read/"
NOW = at("2024-10-01 09:00")


@pytest.fixture
def person() -> User:
    made: User = UserFactory.create()
    return made


@pytest.fixture
def client(client_of: Callable[[User], Client], person: User) -> Client:
    return client_of(person)


def told(person: User, key: str = "a", subject: str = "截止日改為 114/02/10（一）") -> None:
    tell([person], key=key, subject=subject, body="依據：第 11 點。", url="/schedule/", at=NOW)


@pytest.mark.parametrize("address", [PAGE, MAIL, READ])
def test_the_page_is_for_the_signed_in(address: str) -> None:
    client = Client()
    response = client.get(address) if address == PAGE else client.post(address)
    assert response["Location"].startswith("/accounts/login/")


def test_a_person_sees_what_they_were_told_and_nothing_of_others(client: Client, person: User) -> None:
    told(person)
    told(UserFactory.create(), subject="別人的通知")
    page = said(client, client.get(PAGE))
    assert "截止日改為 114/02/10（一） 未讀 113/10/01（二）09:00 依據：第 11 點。" in page
    assert "別人的通知" not in page


def test_who_was_told_nothing_yet_reads_so(client: Client) -> None:
    page = said(client, client.get(PAGE))
    assert "還沒有通知" in page and "都看過了" not in page


def test_what_has_been_read_stays_on_the_page_without_its_mark(client: Client, person: User) -> None:
    told(person)
    assert "都看過了（未讀 1 則）" in said(client, client.get(PAGE))
    client.post(READ)
    page = said(client, client.get(PAGE))
    assert "截止日改為 114/02/10（一）" in page
    assert "未讀" not in page and "都看過了" not in page


def test_reading_marks_nothing_by_looking(client: Client, person: User) -> None:
    told(person)
    client.get(PAGE)
    assert client.get(READ).status_code == 405
    assert Notice.objects.get().read_at is None


def test_mail_comes_one_by_one_until_one_chooses_otherwise(client: Client) -> None:
    assert client.get(PAGE).context["form"]["choice"].value() == MailChoice.EACH


@pytest.mark.parametrize("choice", MailChoice)
def test_a_person_chooses_how_mail_comes_and_sees_it_chosen(
    client: Client, person: User, choice: MailChoice
) -> None:
    page = said(client, client.post(MAIL, {"choice": choice}))
    assert "通知信的設定已儲存。" in page
    assert MailPreference.objects.get(user=person).choice == choice
    assert client.get(PAGE).context["form"]["choice"].value() == choice


def test_a_choice_that_is_none_changes_nothing_and_says_so(client: Client, person: User) -> None:
    client.post(MAIL, {"choice": MailChoice.DAILY})
    page = said(client, client.post(MAIL, {"choice": "hourly"}))
    assert "通知信的設定沒有儲存" in page
    assert MailPreference.objects.get(user=person).choice == MailChoice.DAILY


def test_the_page_costs_the_same_for_few_and_for_many(client: Client, person: User) -> None:
    def cost(number: int) -> int:
        for key in range(Notice.objects.count(), number):
            told(person, key=str(key))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PAGE).status_code == 200
        return len(queries)

    cost(1)
    assert cost(10) == cost(200)


def test_long_lists_are_paged_newest_first(client: Client, person: User) -> None:
    for number in range(60):
        told(person, key=str(number), subject=f"第 {number:02} 則")
    first, second = (said(client, client.get(f"{PAGE}?page={page}")) for page in (1, 2))
    assert "第 59 則" in first and "第 00 則" not in first
    assert "第 00 則" in second
