"""More time for a class or a student (rules D16): granting and withdrawing are separate, idempotent acts."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.authority import require
from accounts.domain.roc_calendar import last_day, roc_date
from accounts.errors import InvalidInput
from accounts.models import ClassPlacement, SchoolClass, Student, User
from accounts.services import audit, notices
from schedules.domain.activities import RECEIPT_ACTIVITIES, STUDENT_ACTIVITIES
from schedules.models import Extension, Window
from schedules.permissions import ScheduleAct

EXTENDABLE = (*STUDENT_ACTIVITIES, "certification", *RECEIPT_ACTIVITIES)


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
        InvalidInput: no reason, nothing to extend, or the day is no later than the window's own last day.
    """
    authority = require(by, ScheduleAct.GRANT_EXTENSION, window, at)
    window = Window.objects.select_for_update().get(pk=window.pk)
    _require_sensible(window, target, closes_on, reason)
    owner = {"school_class": target} if isinstance(target, SchoolClass) else {"student": target}
    active = Extension.objects.active().filter(window=window, **owner)
    if same := active.filter(closes_on=closes_on).first():
        return same
    active.update(withdrawn_at=at, withdrawn_by=by)
    extension = Extension.objects.create(
        window=window,
        closes_on=closes_on,
        reason=reason.strip(),
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
    _tell(extension, at)
    return extension


@transaction.atomic
def withdraw_extension(extension: Extension, *, by: User, at: datetime) -> None:
    """Take an extension back from now on; withdrawing it again changes nothing.

    Raises:
        NotAllowed: `by` plans no windows of this division.
    """
    authority = require(by, ScheduleAct.WITHDRAW_EXTENSION, extension.window, at)
    active = Extension.objects.active().filter(pk=extension.pk)
    if not active.update(withdrawn_at=at, withdrawn_by=by):
        return
    audit.record(ScheduleAct.WITHDRAW_EXTENSION, by=by, at=at, subject=extension, authority=authority)


def _require_sensible(window: Window, target: SchoolClass | Student, closes_on: date, reason: str) -> None:
    if not reason.strip():
        raise InvalidInput(_("展延須填寫理由。"))
    if window.activity not in EXTENDABLE:
        raise InvalidInput(_("只有學生與教師的期程可以對個人或班級展延。"))
    if window.closes_at is None:
        raise InvalidInput(_("這段期程尚待來文，目前一直開放，不需要展延。"))
    if window.closes_on is not None and closes_on <= window.closes_on:
        message = _("展延日期 %(day)s 須晚於原截止日（%(closes)s）。")
        raise InvalidInput(message % {"day": roc_date(closes_on), "closes": last_day(window.closes_at)})
    if isinstance(target, SchoolClass) and target.division != window.division:
        message = _("「%(target)s」不是%(division)s的班級。")
        raise InvalidInput(message % {"target": target, "division": window.get_division_display()})


def _tell(extension: Extension, at: datetime) -> None:
    notices.tell(
        _people(extension),
        key=f"extension-{extension.pk}",
        subject=_("%(activity)s已展延：%(closes)s")
        % {"activity": extension.window.get_activity_display(), "closes": last_day(extension.closes_at)},
        body=_("理由：%(reason)s（%(article)s）")
        % {"reason": extension.reason, "article": extension.article},
        url="/",
        at=at,
    )


def _people(extension: Extension) -> Iterable[User]:
    if extension.student:
        return [extension.student.user]
    placements = ClassPlacement.objects.filter(school_class=extension.school_class)
    return [placement.student.user for placement in placements.select_related("student__user")]
