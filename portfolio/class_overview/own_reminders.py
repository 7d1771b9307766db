"""What the portfolio reminds a class of: what closes when, and returned outcomes to correct until then."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.domain.roc_calendar import last_day
from portfolio.class_overview.deadlines import Deadline
from portfolio.class_overview.reminders import Group, Letter, Reminder, adds_reminders
from portfolio.models import CourseOutcome
from portfolio.models.outcomes import OutcomeState
from schedules.domain.activities import Activity

_PAGES = {Activity.SELECTION: "portfolio:selection"}


@adds_reminders(10)
def closing_reminders(group: Group) -> Iterator[Reminder]:
    """To everybody for whom it is open, in the same words."""
    for deadline in group.deadlines:
        window = deadline.window
        title = f"{window.subject_label} {window.get_activity_display()}"
        letters = [
            Letter(
                people=[group.users[student] for student in students],
                subject=_("%(title)s：%(until)s") % {"title": title, "until": until(end)},
                body=_("是否上傳或勾選由您自行決定；截止後就不能再變更（%(article)s）。")
                % {"article": window.article},
                url=reverse(_PAGES.get(Activity(window.activity), "portfolio:index")),
            )
            for end, students in deadline.ends.items()
        ]
        whom = _everybody(group, deadline)
        yield Reminder(f"window-{window.pk}", title, _ends(deadline), whom, letters)


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
    title = _("%(term)s 退件的課程學習成果可修正") % {"term": deadline.window.subject_label}
    letters = [
        Letter(
            people=[group.users[student] for student in students],
            subject=_("%(title)s：%(until)s") % {"title": title, "until": until(end)},
            body=_("退件原因寫在那一件的頁面上。要不要修正後重新送出，由您自行決定（%(article)s）。")
            % {"article": deadline.window.article},
            url=reverse("portfolio:index"),
        )
        for end, students in concerned.ends.items()
    ]
    whom = _("有退件的 %(count)d 人") % {"count": len(returned)}
    return Reminder(f"returned-{deadline.window.pk}", title, _ends(concerned), whom, letters)


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
    return first[0] + (f"（{'、'.join(more)}）" if more else "")
