from celery import shared_task

from accounts import clock
from schedules.services.materialising import materialise
from schedules.services.reminders import remind_closing


@shared_task
def materialise_windows() -> int:
    """Bring every term's windows in line with its dates once more; normally nothing is left to do."""
    return materialise(clock.now())


@shared_task
def remind_closing_windows() -> int:
    """Say what closes soon, so many days ahead as the school set; running twice tells nobody twice."""
    return remind_closing(clock.now())
