"""Letters go out outside of any transaction, at most once more than once, and never not at all."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.db import transaction

from accounts.models import Alert, AuditEntry, Notice
from accounts.services import audit
from accounts.services.alerts import report_signs
from accounts.services.mailing import LAPSES_AFTER
from accounts.services.notices import mail_waiting, tell
from tests.factories import AdminFactory, UserFactory
from tests.moments import at

NOW = at("2025-01-10 09:00")
SOON = NOW + LAPSES_AFTER - timedelta(seconds=1)
LATER = NOW + LAPSES_AFTER
Send = Callable[..., int]


class Killed(BaseException):
    """The worker is gone, and nothing of its own cleans up."""


def a_notice() -> Notice:
    tell([UserFactory.create()], key="news", subject="期程已公布", at=NOW)
    return Notice.objects.get()


def a_sign() -> None:
    AdminFactory.create()
    for __ in range(5):
        audit.record("lock_sign_in", by=None, at=NOW)


def killed(when: str) -> Send:
    """What sending is like for a worker that dies before or after the letter is out."""
    send = EmailMessage.send

    def once(mail: EmailMessage, *args: object, **kwargs: object) -> int:
        if when == "after":
            send(mail)
        raise Killed

    return once


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("prepare", "mail"), [(a_notice, mail_waiting), (a_sign, report_signs)])
def test_no_transaction_is_open_while_a_letter_is_sent(
    prepare: Callable[[], object], mail: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare()
    was_open = []

    def note(*args: object, **kwargs: object) -> int:
        was_open.append(transaction.get_connection().in_atomic_block)
        return 1

    monkeypatch.setattr(EmailMessage, "send", note)
    assert mail(NOW) == 1
    assert was_open == [False]


@pytest.mark.django_db
@pytest.mark.parametrize(("prepare", "mail"), [(a_notice, mail_waiting), (a_sign, report_signs)])
@pytest.mark.parametrize(("when", "letters"), [("before", 1), ("after", 2)])
def test_a_worker_that_dies_leads_to_one_repeat_at_most_and_never_to_silence(
    prepare: Callable[[], object],
    mail: Callable[..., int],
    when: str,
    letters: int,
    mailoutbox: list[EmailMessage],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    prepare()
    with monkeypatch.context() as dying:
        dying.setattr(EmailMessage, "send", killed(when))
        with pytest.raises(Killed):
            mail(NOW)
    assert mail(SOON) == 0, "it may still be under way"
    assert mail(LATER) == 1
    assert mail(LATER + LAPSES_AFTER) == 0
    assert len(mailoutbox) == letters


@pytest.mark.django_db
def test_what_another_worker_is_sending_is_left_to_it(mailoutbox: list[EmailMessage]) -> None:
    a_notice()
    Notice.objects.update(mailing_since=NOW)
    assert mail_waiting(SOON) == 0
    assert mailoutbox == []


# ---------------------------------------------------------------- alerts that nobody can be told of


@pytest.fixture
def untold(db: None, client_of: Callable, set_clock: Callable) -> Callable[[], str]:
    """A sign while nobody has an address; gives the administrator's home page."""
    set_clock(NOW)
    a_sign()
    administrator = AdminFactory._meta.model.objects.get(is_superuser=True)
    type(administrator).objects.update(email="")
    assert report_signs(NOW) == 0
    return lambda: str(client_of(administrator).get("/").content.decode())


def test_without_recipients_an_alert_counts_as_told_to_nobody_and_says_so(
    untold: Callable[[], str], mailoutbox: list[EmailMessage]
) -> None:
    assert mailoutbox == []
    assert Alert.objects.get().told_at is None
    assert not AuditEntry.objects.filter(act="tell_security_alert").exists()
    page = untold()
    assert "資安警示 1 則尚未通知任何人" in page
    assert "大量登入失敗" in page


def test_once_there_is_somebody_it_is_told_however_old_the_sign(
    untold: Callable[[], str], mailoutbox: list[EmailMessage]
) -> None:
    AdminFactory.create(email="chief@example.edu.tw")
    assert report_signs(NOW + timedelta(days=3)) == 1
    assert mailoutbox[0].to == ["chief@example.edu.tw"]
    assert "尚未通知" not in untold()


def test_to_others_the_home_page_says_nothing_of_alerts(
    untold: Callable[[], str], client_of: Callable
) -> None:
    assert "資安警示" not in client_of(UserFactory.create()).get("/").content.decode()
