"""Until when the students of a class may upload and select: all of their windows read together."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from accounts.models import ClassPlacement
from accounts.models.students import EnrolmentStatus
from portfolio.student_windows import is_kept_by
from schedules.domain.activities import STUDENT_ACTIVITIES, Activity
from schedules.domain.extensions import deciding
from schedules.models import Extension, Window

# Work of the last school year is selected in this one.
YEARS = 2


@dataclass(frozen=True)
class Deadline:
    """A window that is open for some students, and for whom it ends when; None awaits a letter."""

    window: Window
    ends: dict[datetime | None, list[int]]

    @property
    def students(self) -> list[int]:
        return [student for students in self.ends.values() for student in students]


def open_deadlines(students: Collection[int], school_year: int, now: datetime) -> list[Deadline]:
    """What is open at `now` for those of `students` who are enrolled, the earliest end first."""
    years = range(school_year - YEARS + 1, school_year + 1)
    windows = _windows(years, now)
    seats = ClassPlacement.objects.filter(student__in=students, school_year__in=years)
    seats = seats.filter(student__status=EnrolmentStatus.ENROLLED).select_related("school_class")
    placements = list(seats.order_by("seat_number", "pk"))
    extensions = _extensions(windows, placements)
    found: dict[int, Deadline] = {window.pk: Deadline(window, {}) for window in windows}
    for placement in placements:
        for window in _kept(placement, windows):
            end = _end(window, placement, extensions)
            if end is None or now < end:
                found[window.pk].ends.setdefault(end, []).append(placement.student_id)
    deadlines = [deadline for deadline in found.values() if deadline.ends]
    return sorted(deadlines, key=lambda one: (None in one.ends, min(filter(None, one.ends), default=now)))


def _windows(years: Iterable[int], now: datetime) -> list[Window]:
    windows = Window.objects.filter(
        activity__in=STUDENT_ACTIVITIES, subject_year__in=years, opens_at__lte=now
    )
    return list(windows.select_related("term").order_by("subject_year", "subject_term", "pk"))


def _extensions(windows: Iterable[Window], placements: Iterable[ClassPlacement]) -> list[Extension]:
    students = {placement.student_id for placement in placements}
    classes = {placement.school_class_id for placement in placements}
    own = Q(student__in=students) | Q(school_class__in=classes)
    return list(Extension.objects.active().filter(own, window__in=list(windows)))


def _kept(placement: ClassPlacement, windows: Iterable[Window]) -> list[Window]:
    """Those that the student keeps to; of the performances' only the latest, as one upload has one window."""
    kept = [
        window
        for window in windows
        if window.subject_year == placement.school_year and is_kept_by(placement.school_class, window)
    ]
    performances = [window for window in kept if window.activity == Activity.PERFORMANCE_UPLOAD]
    return [window for window in kept if window not in performances[:-1]]


def _end(window: Window, placement: ClassPlacement, extensions: Iterable[Extension]) -> datetime | None:
    own = [one for one in extensions if one.window_id == window.pk]
    extension = deciding(
        window.closes_at,
        for_person=[one for one in own if one.student_id == placement.student_id],
        for_classes=[one for one in own if one.school_class_id == placement.school_class_id],
        closes_at=lambda granted: granted.closes_at,
    )
    return extension.closes_at if extension else window.closes_at
