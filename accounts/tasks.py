from celery import shared_task
from django.core.mail import send_mail

from accounts import clock
from accounts.services import alerts, delegations, spraying
from accounts.services.notices import mail_waiting
from accounts.services.trail_chain import link_entries


@shared_task
def mail_notices() -> int:
    """Send what waits to be sent; running twice sends nothing twice."""
    return mail_waiting(clock.now())


@shared_task
def announce_delegations() -> int:
    """Tell people of the delegations in force; who may act does not wait for it."""
    return delegations.announce_delegations(clock.now())


@shared_task
def link_trail() -> int:
    """Join what was recorded since to the trail's chain."""
    return link_entries(clock.now())


@shared_task
def check_trail() -> int:
    """Go through the whole trail; those named for it hear when something is wrong."""
    return alerts.check_trail(clock.now())


@shared_task
def forget_failures() -> int:
    """Remove the failed sign-ins that count for nothing any more."""
    return spraying.forget_old(clock.now())


@shared_task
def report_signs() -> int:
    """Tell those named for it of signs of intrusion; running twice tells nothing twice."""
    return alerts.report_signs(clock.now())


@shared_task
def send_letter(subject: str, body: str, to: list[str]) -> None:
    """Send one letter, to one person, at once."""
    send_mail(subject, body, None, to)
