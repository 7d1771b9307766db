"""What the schedule learns of receipt windows from here: whom they ask, what about, in whose calendar."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from accounts.models import ClassPlacement, Student, User
from schedules.concerned import asks
from schedules.domain.activities import RECEIPT_ACTIVITIES
from schedules.feed import adds_to_feed
from schedules.models import Window
from schedules.names import names_references
from schedules.queries import with_extensions
from submissions.domain.rosters import ROSTERS


@adds_to_feed
def receipt_windows(user: User, now: datetime) -> Iterable[Window]:
    """The windows in which `user` confirms, or confirmed, receipts; as they hold for them."""
    student = Student.objects.filter(user=user).first()
    if student is None:
        return []
    windows = Window.objects.filter(receipt_period__confirmations__student=student).select_related("term")
    return with_extensions(windows, student, student.placements.values_list("school_class", flat=True))


@asks(*RECEIPT_ACTIVITIES)
def students_asked(window: Window, placements: QuerySet[ClassPlacement]) -> QuerySet[ClassPlacement]:
    """Whoever has records in the batch or disputed them, enrolled or not: never all current students."""
    return placements.filter(student__receipts__period__window=window)


@names_references
def roster_name(reference: str) -> str:
    """What students know a roster's receipts by."""
    spec = ROSTERS.get(reference)
    return spec.data_label if spec else ""
