"""Reminding a class: one click, neutral words, each person at most once a day for one matter."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.authority import require
from accounts.errors import Conflict
from accounts.language import speaking
from accounts.models import SchoolClass, User
from accounts.services import audit, notices
from accounts.services.notices import said
from portfolio.class_overview.permissions import ClassAct
from portfolio.class_overview.reminders import (
    Group,
    Letter,
    Reminder,
    notice_key,
    reminders_for,
    told_on,
)


@transaction.atomic
def remind_class(school_class: SchoolClass, key: str, *, by: User, at: datetime) -> int:
    """Send the reminder called `key` to those whom it concerns and who have not had it today; how many.

    Raises:
        NotAllowed: `by` does not look after the class.
        Conflict: it concerns nobody any more, or everybody has had it today.
    """
    school_class = SchoolClass.objects.select_for_update().get(pk=school_class.pk)
    authority = require(by, ClassAct.REMIND_CLASS, school_class, at)
    today = timezone.localdate(at)
    with speaking():  # as on the trail
        reminder = _current(school_class, key, at)
    told = told_on(school_class, [reminder], today)[reminder.key]
    letters = [_to_the_others(letter, told) for letter in reminder.letters]
    count = sum(len(letter.people) for letter in letters)
    if not count:
        title = _current(school_class, key, at).title
        raise Conflict(_("「%(title)s」今天已經提醒過了。") % {"title": title})
    for letter in letters:
        notices.tell(
            letter.people,
            key=notice_key(school_class, reminder.key, today),
            subject=letter.subject,
            body=partial(_signed, letter, by),
            url=letter.url,
            act_by=letter.act_by,
            at=at,
        )
    changes = {"kind": reminder.key, "subject": reminder.title, "people": count}
    audit.record(
        ClassAct.REMIND_CLASS, by=by, at=at, subject=school_class, authority=authority, changes=changes
    )
    return count


def _signed(letter: Letter, by: User) -> str:
    return _("%(body)s（%(person)s 提醒）") % {"body": said(letter.body), "person": by}


def _current(school_class: SchoolClass, key: str, at: datetime) -> Reminder:
    found = (one for one in reminders_for(Group.of(school_class, at)) if one.key == key)
    reminder = next(found, None)
    if reminder is None:
        raise Conflict(_("這項提醒的期程已經結束，或已經沒有需要提醒的學生。請重新整理頁面。"))
    return reminder


def _to_the_others(letter: Letter, told: set[int]) -> Letter:
    return replace(letter, people=[person for person in letter.people if person.pk not in told])
