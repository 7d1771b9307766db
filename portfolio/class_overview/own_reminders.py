"""What the portfolio reminds a class of: what closes when, and returned outcomes to correct until then."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.domain.joining import joined, noted
from accounts.domain.roc_calendar import last_day
from portfolio.class_overview.deadlines import Deadline
from portfolio.class_overview.reminders import Group, Letter, Reminder, adds_reminders
from portfolio.models import CourseOutcome
from portfolio.models.outcomes import OutcomeState
from schedules.domain.activities import Activity
from schedules.models import Window

_PAGES = {Activity.SELECTION: "portfolio:selection"}


@adds_reminders(10)
def closing_reminders(group: Group) -> Iterator[Reminder]:
    """To everybody for whom it is open, in the same words."""
    for deadline in group.deadlines:
        window = deadline.window
        title = partial(_title, window)
        letters = [
            Letter(
                people=[group.users[student] for student in students],
                subject=partial(_titled, title, end),
                body=partial(_as_they_like, window),
                url=reverse(_PAGES.get(Activity(window.activity), "portfolio:index")),
            )
            for end, students in deadline.ends.items()
        ]
        whom = _everybody(group, deadline)
        yield Reminder(f"window-{window.pk}", title(), _ends(deadline), whom, letters)


@adds_reminders(20)
def returned_reminders(group: Group) -> Iterator[Reminder]:
    """To those with a returned outcome that they may still correct, until when that is (C6)."""
    for deadline in group.deadlines:
        if deadline.window.activity == Activity.OUTCOME_UPLOAD:
            yield _returned_reminder(group, deadline)


def _returned_reminder(group: Group, deadline: Deadline) -> Reminder:
    returned = _with_returned(deadline)
    theirs = {
        end: [student for student in students if student in returned]
        for end, students in deadline.ends.items()
    }
    concerned = Deadline(deadline.window, {end: students for end, students in theirs.items() if students})
    title = partial(_title_of_returned, deadline.window)
    letters = [
        Letter(
            people=[group.users[student] for student in students],
            subject=partial(_titled, title, end),
            body=partial(_correct_if_they_like, deadline.window),
            url=reverse("portfolio:index"),
        )
        for end, students in concerned.ends.items()
    ]
    whom = _("有退件的 %(count)d 人") % {"count": len(returned)}
    return Reminder(f"returned-{deadline.window.pk}", title(), _ends(concerned), whom, letters)


def _title(window: Window) -> str:
    return f"{window.subject_label} {window.get_activity_display()}"


def _title_of_returned(window: Window) -> str:
    return _("%(term)s 退件的課程學習成果可修正") % {"term": window.subject_label}


def _titled(title: Callable[[], str], end: datetime | None) -> str:
    return _("%(title)s：%(until)s") % {"title": title(), "until": until(end)}


def _as_they_like(window: Window) -> str:
    words = _("是否上傳或勾選由您自行決定；截止後就不能再變更（%(article)s）。")
    return words % {"article": window.article}


def _correct_if_they_like(window: Window) -> str:
    words = _("退件原因寫在那一件的頁面上。要不要修正後重新送出，由您自行決定（%(article)s）。")
    return words % {"article": window.article}


def until(end: datetime | None) -> str:
    """「114/12/02（二）24:00 止」, or that the day is not known yet."""
    return last_day(end) if end else _("截止日收到公文後公告")


def _with_returned(deadline: Deadline) -> set[int]:
    """The students with a returned outcome of the window's term."""
    window = deadline.window
    returned = CourseOutcome.objects.filter(
        state=OutcomeState.RETURNED,
        enrolment__student__in=deadline.students,
        enrolment__section__term__school_year=window.subject_year,
        enrolment__section__term__number=window.subject_term,
    )
    return set(returned.order_by().values_list("enrolment__student", flat=True))


def _everybody(group: Group, deadline: Deadline) -> str:
    count = len(deadline.students)
    if count == len(group.placements):
        return _("全班 %(count)d 人") % {"count": count}
    return _("適用這個期程的 %(count)d 人") % {"count": count}


def _ends(deadline: Deadline) -> str:
    """When it ends for most; those of the others after it."""
    by_number = sorted(deadline.ends.items(), key=lambda entry: -len(entry[1]))
    first, *others = [(until(end), len(students)) for end, students in by_number] or [("", 0)]
    more = [_("%(count)d 人 %(until)s") % {"count": count, "until": end} for end, count in others]
    return noted(first[0], joined(more)) if more else first[0]
