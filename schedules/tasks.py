from celery import shared_task

from accounts import clock
from schedules.models import Term
from schedules.services.planning import replan
from schedules.services.reminders import remind_closing


@shared_task
def materialise_windows() -> int:
    """Bring every term's windows in line with its dates once more; normally nothing is left to do."""
    return sum(
        len(replan(term, at=clock.now())) for term in Term.objects.filter(dates__isnull=False).distinct()
    )


@shared_task
def remind_closing_windows() -> int:
    """Say what closes soon, so many days ahead as the school set; running twice tells nobody twice."""
    return remind_closing(clock.now())
