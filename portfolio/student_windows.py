"""Which windows a student's pieces keep to: all of them read together, then asked as often as needed."""

from datetime import datetime

from accounts.errors import WindowClosed
from accounts.models import SchoolClass, Student
from portfolio.near_windows import near
from schedules.domain.activities import Activity, audience_of
from schedules.domain.terms import TermCode
from schedules.models import Window
from schedules.queries import ShownWindow, performance_window, with_extensions

_WHOLE_YEAR = 0
_BY_SUBJECT = (Activity.OUTCOME_UPLOAD, Activity.CERTIFICATION, Activity.SELECTION)


class StudentWindows:
    """The windows for a student's uploads, their certification and selection, read at once.

    Which one holds follows from the student's class of the year: division, grade and letter batch.
    """

    def __init__(self, student: Student) -> None:
        self._student = student
        placements = student.placements.select_related("school_class")
        classes = {placement.school_year: placement.school_class for placement in placements}
        windows = Window.objects.select_related("term").filter(
            activity__in=_BY_SUBJECT, subject_year__in=list(classes)
        )
        kept = [window for window in windows if is_kept_by(classes[window.subject_year], window)]
        self._windows: dict[tuple[str, int, int], Window] = {}
        for window in with_extensions(kept, student, [one.pk for one in classes.values()]):
            key = (window.activity, window.subject_year, window.subject_term)
            self._windows.setdefault(key, window)

    def of(self, activity: Activity, term: TermCode) -> Window | None:
        """The window for work of `term`; None when the school has not set one."""
        return self._windows.get((activity, term.school_year, term.number))

    def is_open(self, activity: Activity, term: TermCode, now: datetime) -> bool:
        window = self.of(activity, term)
        return window is not None and window.is_open(now)

    def open_activities(self, now: datetime) -> set[str]:
        """What the student may do at `now`, for whichever term or year."""
        windows = [*self._windows.values(), self.performance_upload(now)]
        return {window.activity for window in windows if window and window.is_open(now)}

    def uploads(self) -> list[Window]:
        """The windows for course outcomes, one for every term that has one."""
        return self._all(Activity.OUTCOME_UPLOAD)

    def selections(self) -> list[Window]:
        """The selection windows, one for every school year that has one, newest year first."""
        return sorted(self._all(Activity.SELECTION), key=lambda window: -window.subject_year)

    def performance_upload(self, now: datetime) -> Window | None:
        """A performance belongs to the day it is uploaded on, so one window at a time holds for it."""
        try:
            return performance_window(self._student, now)
        except WindowClosed:
            return None

    def mattering(self, now: datetime) -> list[ShownWindow]:
        """The student's own windows that are open, open soon or have just closed."""
        own = self.uploads() + self.selections()
        performance = self.performance_upload(now)
        return near([*own, performance] if performance else own, now)

    def _all(self, activity: Activity) -> list[Window]:
        return [window for window in self._windows.values() if window.activity == activity]


def is_kept_by(school_class: SchoolClass, window: Window) -> bool:
    """Whether work of the window's year, done in `school_class`, keeps to `window`."""
    # Work of a whole year is sorted by the second term: grade 3 selects before it leaves (D13).
    number = 2 if window.subject_term == _WHOLE_YEAR else window.subject_term
    audience = audience_of(school_class.grade, number, school_class.letter_batch)
    return (window.division, window.audience) == (school_class.division, audience)
