"""What the home page and the menu say about time: the schedule, and offices' own windows."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.authority import Standing
from accounts.domain.division import Division
from accounts.domain.joining import joined, noted
from accounts.duty_roster import HeldDuty
from accounts.models import SchoolClass
from accounts.models.duties import DutyCode
from accounts.panels import NavItem, Panel, PanelLine, PanelLink, Visitor, adds_nav, adds_panels
from schedules.domain.activities import STUDENT_ACTIVITIES, Activity, Audience
from schedules.domain.terms import term_of
from schedules.models import Window
from schedules.queries import shown, windows_of

# What the holder of a duty enters in its window.
_WINDOWS = {
    DutyCode.BASIC_DATA: Activity.BASIC_DATA,
    DutyCode.CADRE_RECORDS: Activity.CADRE_RECORDS,
    DutyCode.COURSE_RECORDS: Activity.GRADES,
    DutyCode.COURSE_PLATFORM: Activity.ELECTIVE_NAMES,
}


@adds_nav(80)
def schedule_nav(visitor: Visitor) -> Iterator[NavItem]:
    yield NavItem(reverse("schedules:schedule"), _("期程"), "calendar-week")


@adds_panels(40)
def office_panels(visitor: Visitor) -> Iterator[Panel]:
    """From when to when the present term's data are entered, for each duty that the person acts for."""
    duties = [duty for duty in visitor.duties if duty.code in _WINDOWS]
    if not duties:
        return
    windows = {
        (window.division, window.activity): window
        for window in windows_of(term_of(timezone.localdate(visitor.now)))
        if window.audience == Audience.GENERAL
    }
    found = [(duty, windows.get((duty.division, _WINDOWS[duty.code]))) for duty in duties]
    lines = [_line(duty, window, visitor) for duty, window in found if window]
    if lines:
        link = PanelLink(reverse("schedules:schedule"), _("查看期程"))
        yield Panel(_("登錄期限"), "calendar-check", lines, [link])


def _line(duty: HeldDuty, window: Window, visitor: Visitor) -> PanelLine:
    text = f"{duty.division.label} {window.subject_label} {window.get_activity_display()}"
    if duty.authority.standing == Standing.DELEGATE:
        text = noted(text, duty.authority.why)
    return PanelLine(text, window=shown(window, visitor.now))


@adds_panels(60)
def open_now_panel(visitor: Visitor) -> Iterator[Panel]:
    """What students and teachers may do now, for staff: a homeroom teacher sees the own class's division."""
    if visitor.student or visitor.user.guardianships.exists():
        return  # students and parents see their own windows
    term = term_of(timezone.localdate(visitor.now))
    homerooms = list(SchoolClass.objects.filter(homeroom_teacher=visitor.user, school_year=term.school_year))
    divisions = {Division(one.division) for one in homerooms} or set(Division)
    lines = [
        PanelLine(_open_text(window), window=shown(window, visitor.now))
        for window in windows_of(term)
        if window.activity in (*STUDENT_ACTIVITIES, Activity.CERTIFICATION)
        and window.division in divisions
        and window.is_open(visitor.now)
    ]
    if lines:
        names = joined(one.name for one in homerooms)
        title = _("目前開放的期程（%(classes)s）") % {"classes": names} if names else _("目前開放的期程")
        yield Panel(title, "unlock", lines, [PanelLink(reverse("schedules:schedule"), _("查看期程"))])


def _open_text(window: Window) -> str:
    text = f"{window.get_division_display()} {window.subject_label} {window.get_activity_display()}"
    return text if window.audience == Audience.GENERAL else noted(text, window.audience_short)
