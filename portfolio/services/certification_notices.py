"""Telling students what was decided of their outcomes: each of them once, however many at a time."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.language import speaking
from accounts.models import User
from accounts.services import notices
from accounts.services.notices import Told
from portfolio.models import Certification, CourseOutcome
from portfolio.models.certifications import Decision


def tell_students(certifications: Iterable[Certification], at: datetime) -> None:
    by_student: dict[User, list[Certification]] = {}
    for one in certifications:
        by_student.setdefault(one.outcome.student.user, []).append(one)
    notices.tell_each(
        [_told(user, own) for user, own in by_student.items()],
        at=at,
    )


def _told(user: User, own: list[Certification]) -> Told:
    with speaking(user.language):
        return _about_one(user, *own) if len(own) == 1 else _about_all(user, own)


def tell_of_undoing(certification: Certification, reason: str, at: datetime) -> None:
    """That the decision holds no more and the outcome waits again."""
    notices.tell(
        [certification.outcome.student.user],
        key=f"certification-undone-{certification.pk}",
        subject=lambda: _("「%(course)s」的課程學習成果恢復為待認證") % {"course": _course(certification)},
        body=lambda: _undoing(certification, reason),
        url=_page(certification.outcome),
        at=at,
    )


def _about_one(user: User, certification: Certification) -> Told:
    if certification.decision == Decision.CERTIFIED:
        subject = _("「%(course)s」的課程學習成果已認證")
    else:
        subject = _("「%(course)s」的課程學習成果被退件，請修正後重新送出")
    return Told(
        user,
        _key(certification),
        subject % {"course": _course(certification)},
        certification.reason,
        _page(certification.outcome),
    )


def _about_all(user: User, certifications: list[Certification]) -> Told:
    subject = _("%(count)d 件課程學習成果有了認證結果") % {"count": len(certifications)}
    lines = "\n".join(_line(one) for one in certifications)
    return Told(user, _key(certifications[0]), subject, lines, reverse("portfolio:index"))


def _line(certification: Certification) -> str:
    parts = {"course": _course(certification), "reason": certification.reason}
    if certification.decision == Decision.CERTIFIED:
        return _("「%(course)s」：已認證") % parts
    return _("「%(course)s」：退件，請修正後重新送出。原因：%(reason)s") % parts


def _undoing(certification: Certification, reason: str) -> str:
    certified = certification.decision == Decision.CERTIFIED
    what = _("認證教師收回了認證。") if certified else _("認證教師收回了退件。")
    return what + (_("原因：%(reason)s") % {"reason": reason} if reason else "")


def _key(certification: Certification) -> str:
    return f"certification-{certification.pk}"


def _course(certification: Certification) -> str:
    return str(certification.outcome.enrolment.section.course)


def _page(outcome: CourseOutcome) -> str:
    return reverse("portfolio:outcome", args=[outcome.pk])
