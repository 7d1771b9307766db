"""More time for a class or a student (rules D16): granting and withdrawing are separate, idempotent acts."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.authority import require
from accounts.domain.roc_calendar import last_day, roc_date
from accounts.errors import InvalidInput
from accounts.models import ClassPlacement, SchoolClass, Student, User
from accounts.services import audit, notices
from schedules.concerned import has_use_for, people_concerned, placements_concerned
from schedules.domain.activities import EXTENDABLE, Activity
from schedules.domain.terms import last_day_of_year
from schedules.models import Extension, Window
from schedules.names import title_of
from schedules.permissions import ScheduleAct

REASON_LENGTH = 200


@transaction.atomic
def grant_extension(
    window: Window,
    target: SchoolClass | Student,
    *,
    closes_on: date,
    reason: str,
    article: str = "",
    by: User,
    at: datetime,
) -> Extension:
    """Let `target` keep `window` open until the end of `closes_on`; also reopens one that has closed.

    Granting the same again changes nothing; granting another day replaces the earlier extension of the same
    target, which stays on record.

    Raises:
        NotAllowed: `by` plans no windows of this division.
        InvalidInput: no reason or one of more than 200 characters, nothing to extend, the day is no later
            than the window's own last day, or `target` keeps to another window.
    """
    authority = require(by, ScheduleAct.GRANT_EXTENSION, window, at)
    window = Window.objects.select_for_update().get(pk=window.pk)
    reason = _required_reason(reason)
    _require_extendable(window, closes_on)
    _require_keeps_to(window, target)
    owner = {"school_class": target} if isinstance(target, SchoolClass) else {"student": target}
    active = Extension.objects.active().filter(window=window, **owner)
    if same := active.filter(closes_on=closes_on).first():
        return same
    active.update(withdrawn_at=at, withdrawn_by=by)
    extension = Extension.objects.create(
        window=window,
        closes_on=closes_on,
        reason=reason,
        article=article.strip() or window.article,
        granted_by=by,
        granted_at=at,
        **owner,
    )
    changes = {"closes_on": closes_on.isoformat(), "for": str(target)}
    audit.record(
        ScheduleAct.GRANT_EXTENSION,
        by=by,
        at=at,
        subject=extension,
        authority=authority,
        reason=reason,
        changes=changes,
    )
    _tell_granted(extension, at)
    return extension


@transaction.atomic
def withdraw_extension(extension: Extension, *, by: User, at: datetime) -> None:
    """Take an extension back from now on and say so; withdrawing it again changes nothing.

    Raises:
        NotAllowed: `by` plans no windows of this division.
    """
    authority = require(by, ScheduleAct.WITHDRAW_EXTENSION, extension.window, at)
    active = Extension.objects.active().filter(pk=extension.pk)
    if not active.update(withdrawn_at=at, withdrawn_by=by):
        return
    audit.record(ScheduleAct.WITHDRAW_EXTENSION, by=by, at=at, subject=extension, authority=authority)
    if extension.closes_at > at:
        _tell_withdrawn(extension, at)


def _required_reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise InvalidInput(_("展延須填寫理由。"))
    if len(reason) > REASON_LENGTH:
        message = _("展延的理由共 %(length)d 字，上限 %(limit)d 字。")
        raise InvalidInput(message % {"length": len(reason), "limit": REASON_LENGTH})
    return reason


def _require_extendable(window: Window, closes_on: date) -> None:
    if window.activity not in EXTENDABLE:
        raise InvalidInput(_("只有學生上傳、勾選、收訖確認與教師認證的期程可以對個人或班級展延。"))
    if window.closes_on is None:
        raise InvalidInput(_("這段期程尚待來文，目前一直開放，不需要展延。"))
    if closes_on <= window.closes_on:
        message = _("展延日期 %(day)s 須晚於原截止日（%(closes)s）。")
        raise InvalidInput(message % {"day": roc_date(closes_on), "closes": last_day(window.closes_at)})
    year_end = last_day_of_year(window.subject_year)
    # A performance belongs to the school year of the day on which it is uploaded.
    if window.activity == Activity.PERFORMANCE_UPLOAD and closes_on > year_end:
        message = _("多元表現屬於上傳當日的學年度，展延不能超過學年度的最後一日（%(day)s）。")
        raise InvalidInput(message % {"day": roc_date(year_end)})


def _require_keeps_to(window: Window, target: SchoolClass | Student) -> None:
    if not has_use_for(window, target):
        message = _("「%(target)s」不適用這段期程：%(division)s %(title)s，對象%(audience)s。")
        raise InvalidInput(
            message
            % {
                "target": target,
                "division": window.get_division_display(),
                "title": title_of(window),
                "audience": window.audience_short,
            }
        )


def _tell_granted(extension: Extension, at: datetime) -> None:
    notices.tell(
        _people(extension, at),
        key=f"extension-{extension.pk}",
        subject=lambda: (
            _("%(what)s已展延：%(closes)s")
            % {"what": title_of(extension.window), "closes": last_day(extension.closes_at)}
        ),
        body=lambda: (
            _("對象：%(target)s。理由：%(reason)s（%(article)s）")
            % {"target": extension.target, "reason": extension.reason, "article": extension.article}
        ),
        url="/",
        at=at,
    )


def _tell_withdrawn(extension: Extension, at: datetime) -> None:
    notices.tell(
        _people(extension, at),
        key=f"extension-withdrawn-{extension.pk}",
        subject=lambda: _("%(what)s的展延已撤銷") % {"what": title_of(extension.window)},
        body=lambda: (
            _("對象：%(target)s。原展延：%(extended)s；期程：%(closes)s。如有疑問請洽註冊組。")
            % {
                "target": extension.target,
                "extended": last_day(extension.closes_at),
                "closes": last_day(extension.window.closes_at),
            }
        ),
        url="/",
        at=at,
    )


def _people(extension: Extension, at: datetime) -> set[User]:
    """The students themselves, and who has to act for them: their teachers where it is certification."""
    placements = _placements(extension)
    students = {placement.student.user for placement in placements.select_related("student__user")}
    return students | set(people_concerned(extension.window, at, placements))


def _placements(extension: Extension) -> QuerySet[ClassPlacement]:
    placements = placements_concerned(extension.window)
    if extension.student:
        return placements.filter(student=extension.student)
    return placements.filter(school_class=extension.school_class)
