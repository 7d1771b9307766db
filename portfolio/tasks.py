from datetime import timedelta

from celery import shared_task

from accounts import clock
from portfolio import derived, storage
from portfolio.services import archives, list_uploads, reminders
from portfolio.services.certifier_digest import tell_certifiers as tell_of_waiting
from portfolio.services.leavers import tell_leavers as tell

_NO_UPLOAD_TAKES_LONGER = timedelta(hours=6)


@shared_task
def remind_certifiers() -> int:
    """Remind teachers of what still waits for them or is not published; each once per lead time."""
    now = clock.now()
    return reminders.remind_certifiers(now) + reminders.remind_unpublished(now)


@shared_task
def tell_certifiers() -> int:
    """Tell certifiers in the morning what waits in their courses; each once a day, if there is news."""
    return tell_of_waiting(clock.now())


@shared_task
def build_archive(archive_id: int) -> bool:
    """Build one student's archive; doing it twice builds it once."""
    return archives.build_archive(archive_id, at=clock.now())


@shared_task
def build_waiting_archives() -> int:
    """Build what a lost message or a dead worker left, and let go of what is past its time."""
    return archives.build_waiting(clock.now())


@shared_task
def tell_leavers() -> int:
    """Tell those who left until when they can take their data along; each once."""
    return tell(clock.now())


@shared_task
def sweep_upload_leftovers() -> int:
    """Remove what broken uploads and dead workers left behind, and made pictures beyond their room."""
    left = storage.sweep_temporary(_NO_UPLOAD_TAKES_LONGER) + archives.sweep_unrecorded()
    return left + derived.keep_within_room()


@shared_task
def work_on_list(upload_id: int) -> None:
    """Check or import an uploaded list; doing it twice does it once."""
    list_uploads.work(upload_id, at=clock.now())


@shared_task
def resume_lists() -> int:
    """Take up what a lost message or a dead worker left of uploaded lists."""
    return list_uploads.resume(clock.now())


@shared_task
def remove_old_lists() -> int:
    """Remove what was uploaded more than a day ago."""
    return list_uploads.remove_old(clock.now())
