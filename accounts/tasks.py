from celery import shared_task

from accounts import clock
from accounts.services.notices import mail_waiting


@shared_task
def mail_notices() -> int:
    """Send what waits to be sent; running twice sends nothing twice."""
    return mail_waiting(clock.now())
