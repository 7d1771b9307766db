from celery import shared_task

from accounts import clock
from accounts.services import delegations
from accounts.services.notices import mail_waiting


@shared_task
def mail_notices() -> int:
    """Send what waits to be sent; running twice sends nothing twice."""
    return mail_waiting(clock.now())


@shared_task
def announce_delegations() -> int:
    """Tell people of the delegations in force; who may act does not wait for it."""
    return delegations.announce_delegations(clock.now())
