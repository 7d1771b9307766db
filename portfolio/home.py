"""What the home page and the menu say about pieces: to students, and to teachers who certify them."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enrolled import read_only_reason
from accounts.list_permissions import CADRE_DUTIES
from accounts.models.duties import DutyCode
from accounts.panels import NavItem, Panel, PanelLine, PanelLink, Visitor, adds_nav, adds_panels
from portfolio.certification_ends import CertificationEnds
from portfolio.certification_queries import sections_certified_by, stands_in_a_chain
from portfolio.near_windows import near
from portfolio.student_windows import StudentWindows
from schedules.domain.activities import Activity

_STUDENT_LINKS = (
    (Activity.OUTCOME_UPLOAD, "portfolio:outcome_new", gettext_lazy("上傳課程學習成果")),
    (Activity.PERFORMANCE_UPLOAD, "portfolio:performance_choose", gettext_lazy("上傳多元表現")),
    (Activity.SELECTION, "portfolio:selection", gettext_lazy("勾選")),
)


@adds_panels(10)
def student_panels(visitor: Visitor) -> Iterator[Panel]:
    """When to upload and to select. How much somebody has is nobody's business here (rules E1)."""
    if visitor.student is None:
        return
    own = PanelLink(reverse("portfolio:index"), _("查看我的學習歷程"))
    if reason := read_only_reason(visitor.student):
        yield Panel(_("我的學習歷程"), "journal-bookmark", [PanelLine(reason)], [own])
        return
    windows = StudentWindows(visitor.student)
    lines = [
        PanelLine(window.activity_label, window=window) for window in windows.mattering(visitor.now)
    ] or [PanelLine(_("目前沒有開放上傳或勾選的期程。"))]
    links = [
        PanelLink(reverse(name), label, primary=True)
        for activity, name, label in _STUDENT_LINKS
        if activity in windows.open_activities(visitor.now)
    ]
    yield Panel(_("我的學習歷程"), "journal-bookmark", lines, [*links, own])


@adds_panels(10)
def teacher_panels(visitor: Visitor) -> Iterator[Panel]:
    """How many outcomes the person is to certify in the windows that are open, and until when."""
    if not _certifies(visitor):
        return
    ends = CertificationEnds(sections_certified_by(visitor.user, visitor.now))
    lines = [PanelLine(window.activity_label, window=window) for window in near(ends.windows, visitor.now)]
    waiting = ends.waiting_at(visitor.now)
    yield Panel(
        _("課程學習成果認證"),
        "patch-check",
        [_waiting_line(waiting), *lines],
        [PanelLink(reverse("certification:queue"), _("前往認證"), primary=waiting > 0)],
    )


@adds_panels(70)
def departure_panel(visitor: Visitor) -> Iterator[Panel]:
    """For the office that keeps the course platform, and administrators."""
    if visitor.user.is_superuser or visitor.divisions_of(DutyCode.COURSE_PLATFORM):
        line = PanelLine(_("教師離職時，登錄日期並交接課程學習成果的認證。"))
        link = PanelLink(reverse("certification:departures"), _("離職與交接"))
        yield Panel(_("教師離職與認證交接"), "people", [line], [link])


@adds_panels(75)
def list_import_panel(visitor: Visitor) -> Iterator[Panel]:
    """For the offices that keep people, the course platform, grades or cadre records."""
    duties = (DutyCode.BASIC_DATA, DutyCode.COURSE_PLATFORM, DutyCode.COURSE_RECORDS, *CADRE_DUTIES)
    if visitor.divisions_of(*duties):
        line = PanelLine(_("從校務行政系統帶入人員、班級、科目、開課、修課名單、成績與幹部經歷。"))
        link = PanelLink(reverse("list_import:upload"), _("匯入名單"))
        yield Panel(_("匯入名單"), "file-earmark-spreadsheet", [line], [link])


@adds_nav(10)
def student_nav(visitor: Visitor) -> Iterator[NavItem]:
    if visitor.student:
        yield NavItem(reverse("portfolio:index"), _("學習歷程"), "journal-bookmark")
        yield NavItem(reverse("portfolio:selection"), _("勾選"), "bookmark-check")


@adds_nav(10)
def teacher_nav(visitor: Visitor) -> Iterator[NavItem]:
    if _certifies(visitor):
        yield NavItem(reverse("certification:queue"), _("認證"), "patch-check")


def _certifies(visitor: Visitor) -> bool:
    """Whoever is named in a chain; the office that is the last link, once a course has come to it."""
    if visitor.student:
        return False
    if stands_in_a_chain(visitor.user):
        return True
    is_office = bool(visitor.divisions_of(DutyCode.COURSE_OUTCOMES))
    return is_office and bool(sections_certified_by(visitor.user, visitor.now))


def _waiting_line(count: int) -> PanelLine:
    if not count:
        return PanelLine(_("目前沒有待認證的課程學習成果。"))
    return PanelLine(_("%(count)d 件課程學習成果等您認證") % {"count": count}, "waiting")
