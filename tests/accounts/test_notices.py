"""Telling people something once, on the site and by e-mail."""

from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core.mail import EmailMessage

from accounts.models import Notice
from accounts.services.notices import mail_waiting, mark_read, tell
from accounts.tasks import mail_notices
from tests.factories import UserFactory
from tests.moments import at

pytestmark = pytest.mark.django_db
NOW, LATER = at("2024-10-01 09:00"), at("2024-10-01 09:02")


def tell_all(*people, key="schedule-113-1"):
    tell(people, key=key, subject="113-1 期程已公布", body="請至平臺查看。", url="/schedule/", at=NOW)


def test_each_person_is_told_once_however_often_it_is_said():
    first, second = UserFactory.create_batch(2)
    tell_all(first)
    tell_all(first, second)
    assert {(notice.user, notice.key) for notice in Notice.objects.all()} == {
        (first, "schedule-113-1"),
        (second, "schedule-113-1"),
    }
    notice = Notice.objects.get(user=first)
    assert (notice.subject, notice.url, notice.created_at) == ("113-1 期程已公布", "/schedule/", NOW)
    assert notice.read_at is None


def test_reading_marks_ones_own_unread_notices_and_keeps_when_the_others_were_read():
    reader, other = UserFactory.create_batch(2)
    tell_all(reader, other)
    assert mark_read(reader, at=NOW) == 1
    tell_all(reader, key="another")
    assert mark_read(reader, at=LATER) == 1
    assert mark_read(reader, at=LATER) == 0
    assert set(Notice.objects.filter(user=reader).values_list("key", "read_at")) == {
        ("schedule-113-1", NOW),
        ("another", LATER),
    }
    assert Notice.objects.get(user=other).read_at is None


def test_a_notice_goes_out_by_mail_once_to_those_who_have_an_address(mailoutbox, set_clock):
    set_clock(LATER)
    somebody, nobody = UserFactory.create(), UserFactory.create(email="")
    tell_all(somebody, nobody)
    assert mail_notices() == 1
    assert mail_notices() == 0
    (mail,) = mailoutbox
    assert (mail.to, mail.subject, mail.body) == ([somebody.email], "113-1 期程已公布", "請至平臺查看。")
    assert Notice.objects.get(user=somebody).mailed_at == LATER
    assert Notice.objects.get(user=nobody).mailed_at is None


def test_when_the_mail_server_fails_notices_stay_waiting(mailoutbox, monkeypatch):
    tell_all(*UserFactory.create_batch(2))
    with monkeypatch.context() as broken:
        broken.setattr(EmailMessage, "send", raising(SMTPServerDisconnected("gone")))
        with pytest.raises(SMTPServerDisconnected):
            mail_waiting(NOW)
    assert Notice.objects.filter(mailed_at=None).count() == 2
    assert mail_waiting(LATER) == 2
    assert len(mailoutbox) == 2


def test_an_address_that_the_server_refuses_keeps_nobody_else_waiting(mailoutbox, monkeypatch):
    refused, fine = UserFactory.create(email="nobody@example.edu.tw"), UserFactory.create()
    tell_all(fine)
    tell_all(refused)  # newer, so it is tried first
    send = EmailMessage.send

    def send_unless_refused(mail: EmailMessage) -> int:
        if mail.to == [refused.email]:
            raise SMTPRecipientsRefused({refused.email: (550, b"no such user")})
        return send(mail)

    monkeypatch.setattr(EmailMessage, "send", send_unless_refused)
    assert mail_waiting(NOW) == 1
    assert [mail.to for mail in mailoutbox] == [[fine.email]]
    assert Notice.objects.get(user=refused).mailed_at is None


def raising(error: Exception):
    def fail(*args, **kwargs):
        raise error

    return fail
