"""What is open for a student, to those who may help them: every app adds what it has, as on the home page."""

from collections.abc import Callable, Iterable, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enrolled import read_only_reason
from accounts.panels import Panel, PanelLine, PanelLink
from portfolio.proxies import Aid
from portfolio.student_windows import StudentWindows
from schedules.domain.activities import Activity

Builder = Callable[[Aid], Iterable[Panel]]
_builders: list[Builder] = []

_LINKS = (
    (Activity.OUTCOME_UPLOAD, "proxy:outcome_new", gettext_lazy("代為上傳課程學習成果")),
    (Activity.PERFORMANCE_UPLOAD, "proxy:performance_choose", gettext_lazy("代為上傳多元表現")),
    (Activity.SELECTION, "proxy:selection", gettext_lazy("代為勾選")),
)


def adds_proxy_panels(builder: Builder) -> Builder:
    """Register a builder of panels for a student's helper; those registered first come first."""
    _builders.append(builder)
    return builder


def proxy_panels(aid: Aid) -> list[Panel]:
    return [panel for build in _builders for panel in build(aid)]


@adds_proxy_panels
def _uploads_and_selection(aid: Aid) -> Iterator[Panel]:
    if reason := read_only_reason(aid.student):
        yield Panel(_("上傳與勾選"), "journal-bookmark", [PanelLine(reason)])
        return
    windows = StudentWindows(aid.student)
    lines = [PanelLine(window.activity_label, window=window) for window in windows.mattering(aid.now)]
    is_open = windows.open_activities(aid.now)
    links = [
        PanelLink(reverse(name, args=[aid.student.pk]), label, primary=True)
        for activity, name, label in _LINKS
        if activity in is_open
    ]
    nothing = [PanelLine(_("目前沒有開放上傳或勾選的期程。"))]
    yield Panel(_("上傳與勾選"), "journal-bookmark", lines or nothing, links)
