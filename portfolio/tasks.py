from celery import shared_task

from accounts import clock
from portfolio.services import list_uploads
from portfolio.services.reminders import remind_certifiers as remind


@shared_task
def remind_certifiers() -> int:
    """Remind teachers of what still waits for them; each once per window."""
    return remind(clock.now())


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
