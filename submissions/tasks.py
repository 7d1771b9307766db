from celery import shared_task

from accounts import clock
from submissions.services.exports import build, build_waiting
from submissions.services.receipts import close_due_periods
from submissions.services.reminders import remind_unconfirmed as remind


@shared_task
def build_export(job_id: int) -> bool:
    """Build one workbook or archive; doing it twice builds it once."""
    return build(job_id, at=clock.now())


@shared_task
def build_waiting_exports() -> int:
    """Build what a lost message or a dead worker left."""
    return build_waiting(clock.now())


@shared_task
def close_receipt_periods() -> int:
    """Materialise what time has already decided; running twice changes nothing."""
    return close_due_periods(clock.now())


@shared_task
def remind_unconfirmed() -> int:
    """Remind students whose receipts are about to count as correct; each once."""
    return remind(clock.now())
