"""Signs of intrusion are told to the people named for it, each once (G3)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from pytest_django import Settings

from accounts import acts
from accounts.account_permissions import SecurityAct
from accounts.acts import AccountAct
from accounts.models import AuditEntry, User
from accounts.services import alerts, audit
from accounts.services.alerts import AlertAct, check_trail, report_signs
from accounts.tasks import report_signs as report_signs_task
from tests.accounts.security.tampering import tamper
from tests.factories import AdminFactory, UserFactory
from tests.moments import at

pytestmark = pytest.mark.django_db
NOW = at("2025-01-10 09:00")
NAMED = ["security@example.edu.tw", "principal@example.edu.tw"]


@pytest.fixture(autouse=True)
def named(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SECURITY_CONTACTS = NAMED
    monkeypatch.setattr(alerts, "LOOKS_IN_AN_HOUR", 4)


def record(act: str, count: int = 1, *, when: Any = NOW, by: User | None = None, **more: Any) -> None:
    for __ in range(count):
        audit.record(act, by=by, at=when, **more)


def told() -> list[str]:
    return [str(letter.subject) for letter in mail.outbox]


def test_many_locks_within_an_hour_are_told_to_the_people_named() -> None:
    record(SecurityAct.LOCK, 4)
    assert report_signs(NOW) == 0
    record(SecurityAct.LOCK)
    assert report_signs(NOW) == 1
    (letter,) = mail.outbox
    assert letter.subject == "［資安警示］大量登入失敗"
    assert letter.to == NAMED
    assert "5 次" in letter.body


def test_locks_over_a_longer_time_are_no_sign() -> None:
    record(SecurityAct.LOCK, 4, when=NOW - timedelta(minutes=61))
    record(SecurityAct.LOCK, 4)
    assert report_signs(NOW) == 0


@pytest.mark.parametrize("act", ["view_file", "view_record", "view_national_id"])
def test_one_person_looking_at_much_is_told_by_name(act: str) -> None:
    assert act in acts.revealing()
    busy = UserFactory.create(name="王小明", username="wang")
    record(act, 4, by=busy)
    record(act, 3, by=UserFactory.create())
    assert report_signs(NOW) == 1
    assert "王小明（wang）一小時內查看了 4 次" in mail.outbox[0].body


def test_every_change_of_privileges_is_told() -> None:
    chief, person = AdminFactory.create(name="主任"), UserFactory.create(name="新管理者")
    record(AccountAct.CHANGE_PRIVILEGES, by=chief, subject=person, reason="接任")
    record(AccountAct.CHANGE_PRIVILEGES, subject=person)
    assert report_signs(NOW) == 2
    assert told() == ["［資安警示］管理權限變更"] * 2
    bodies = "\n".join(str(letter.body) for letter in mail.outbox)
    assert "主任 變更了 新管理者 的管理權限。理由：接任" in bodies
    assert "伺服器命令列" in bodies


def test_each_is_told_once_however_often_the_task_runs() -> None:
    record(SecurityAct.LOCK, 5)
    record(AccountAct.CHANGE_PRIVILEGES, subject=UserFactory.create())
    record("view_file", 4, by=UserFactory.create())
    assert report_signs(NOW) == 3
    for minutes in (0, 5, 50):
        assert report_signs(NOW + timedelta(minutes=minutes)) == 0
    assert len(mail.outbox) == 3


def test_a_burst_that_goes_on_is_told_again_after_an_hour() -> None:
    record(SecurityAct.LOCK, 5)
    report_signs(NOW)
    later = NOW + timedelta(minutes=70)
    record(SecurityAct.LOCK, 5, when=later)
    assert report_signs(later) == 1


def test_a_change_of_privileges_is_never_told_again() -> None:
    record(AccountAct.CHANGE_PRIVILEGES, subject=UserFactory.create())
    for days in range(10):
        report_signs(NOW + timedelta(days=days))
    assert len(mail.outbox) == 1


def test_what_was_told_to_whom_is_on_the_trail() -> None:
    record(SecurityAct.LOCK, 5)
    report_signs(NOW)
    raised = AuditEntry.objects.get(act=AlertAct.ALERT)
    assert raised.changes == {"sign": "locks"}
    assert "5 次" in raised.reason
    told_of = AuditEntry.objects.get(act=AlertAct.TELL_ALERT)
    assert (told_of.changes, told_of.object_id) == ({"told": NAMED}, raised.object_id)


def test_a_letter_that_cannot_be_sent_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    record(SecurityAct.LOCK, 5)

    def fail(*args: object, **kwargs: object) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as broken:
        broken.setattr(EmailMessage, "send", fail)
        with pytest.raises(ConnectionRefusedError):
            report_signs(NOW)
    assert report_signs(NOW + timedelta(minutes=5)) == 1
    assert len(mail.outbox) == 1


def test_where_nobody_is_named_the_administrators_are_told(settings: Settings) -> None:
    settings.SECURITY_CONTACTS = []
    administrator = AdminFactory.create()
    AdminFactory.create(is_active=False)
    record(SecurityAct.LOCK, 5)
    report_signs(NOW)
    assert mail.outbox[0].to == [administrator.email]


def test_a_trail_that_was_tampered_with_is_told_with_what_is_wrong() -> None:
    record("test_act", 3)
    assert check_trail(NOW) == 0
    tamper("UPDATE {entries} SET reason = 'x'")
    assert check_trail(NOW) == 1
    assert told() == ["［資安警示］稽核紀錄與寫入時不符"]
    assert mail.outbox[0].body.count("內容與寫入時不同") == 3
    assert check_trail(NOW) == 0


def test_the_task_tells_by_the_one_clock(set_clock: Callable) -> None:
    record(SecurityAct.LOCK, 5)
    set_clock(NOW + timedelta(hours=2))
    assert report_signs_task() == 0
    set_clock(NOW)
    assert report_signs_task() == 1
