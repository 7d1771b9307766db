"""Telling people something once, on the site and by e-mail."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core.mail import EmailMessage

from accounts.models import Notice
from accounts.models.reminders import MailChoice
from accounts.services.notices import choose_mail, mail_waiting, mark_read, tell
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


def tell_at(person, when: str, key: str) -> None:
    tell([person], key=key, subject=key, at=at(when))


def mailed_over(first: str, last: str, *, minutes: int = 30) -> list[str]:
    """The task run every half hour, twice each time; when letters went out."""
    moment, sent = at(first), []
    while moment < at(last):
        sent += [f"{moment:%d %H:%M}"] * (mail_waiting(moment) + mail_waiting(moment))
        moment += timedelta(minutes=minutes)
    return sent


def test_a_daily_letter_holds_each_notice_once_however_often_or_late_the_task_runs(mailoutbox):
    person, other = UserFactory.create_batch(2)
    choose_mail(person, MailChoice.DAILY)
    for when in ("2024-10-01 06:59", "2024-10-01 07:00", "2024-10-01 18:00", "2024-10-02 00:00"):
        tell_at(person, when, when)
    tell_at(other, "2024-10-02 06:00", "someone else's")
    assert mail_waiting(at("2024-10-02 06:59")) == 2, (
        "yesterday's letter is late; the other's notice is at once"
    )
    assert mail_waiting(at("2024-10-02 06:59")) == 0
    tell_at(person, "2024-10-02 08:00", "later")
    assert mailed_over("2024-10-02 07:00", "2024-10-03 07:00") == []
    assert mailed_over("2024-10-03 07:00", "2024-10-04 12:00") == ["03 07:00"]
    letters = [mail for mail in mailoutbox if mail.to == [person.email]]
    assert [letter.subject for letter in letters] == ["學習歷程檔案通知彙整（4 則）", "later"]
    assert letters[0].body.count("■") == 4


def test_a_whole_night_of_notices_is_one_letter_in_the_morning(mailoutbox):
    person = UserFactory.create()
    choose_mail(person, MailChoice.DAILY)
    for hour in range(5):
        tell_at(person, f"2024-10-02 0{hour}:10", f"at {hour}")
        mail_waiting(at(f"2024-10-02 0{hour}:20"))
    assert mailoutbox == []
    assert mailed_over("2024-10-02 05:00", "2024-10-03 23:00") == ["02 07:00"]


def test_a_run_that_was_missed_for_days_sends_one_letter(mailoutbox):
    person = UserFactory.create()
    choose_mail(person, MailChoice.DAILY)
    for number in (1, 2, 3):
        tell_at(person, f"2024-10-0{number} 09:00", f"day {number}")
    assert mail_waiting(at("2024-10-05 15:00")) == 1
    assert mail_waiting(at("2024-10-05 15:02")) == 0
    assert mailoutbox[0].subject == "學習歷程檔案通知彙整（3 則）"


def test_who_wants_no_letters_gets_none_and_sees_the_notices_on_the_site(mailoutbox):
    person = UserFactory.create()
    choose_mail(person, MailChoice.NONE)
    tell_all(person)
    assert mail_waiting(LATER) == 0
    assert Notice.objects.get(user=person).read_at is None


@pytest.mark.parametrize("choice", [MailChoice.EACH, MailChoice.DAILY])
def test_who_wants_letters_again_is_not_sent_what_was_told_meanwhile(mailoutbox, choice):
    person = UserFactory.create()
    choose_mail(person, MailChoice.NONE)
    tell_all(person, key="meanwhile")
    choose_mail(person, choice)
    assert mail_waiting(at("2024-10-09 09:00")) == 0
    tell_all(person, key="afterwards")
    assert mail_waiting(at("2024-10-09 09:00")) == 1


def test_changing_between_kinds_of_letters_loses_nothing_and_repeats_nothing(mailoutbox):
    person = UserFactory.create()
    choose_mail(person, MailChoice.DAILY)
    tell_all(person)
    choose_mail(person, MailChoice.EACH)
    assert mail_waiting(LATER) == 1
    choose_mail(person, MailChoice.DAILY)
    assert mailed_over("2024-10-01 10:00", "2024-10-03 10:00") == []


def test_a_letter_that_failed_is_tried_again_whole(mailoutbox, monkeypatch):
    person = UserFactory.create()
    choose_mail(person, MailChoice.DAILY)
    tell_all(person, key="one")
    tell_all(person, key="two")
    with monkeypatch.context() as broken:
        broken.setattr(EmailMessage, "send", raising(SMTPRecipientsRefused({person.email: (550, b"no")})))
        assert mail_waiting(at("2024-10-02 07:00")) == 0
    assert mail_waiting(at("2024-10-02 07:02")) == 1
    assert mailoutbox[0].subject == "學習歷程檔案通知彙整（2 則）"


def raising(error: Exception):
    def fail(*args, **kwargs):
        raise error

    return fail
