from celery import shared_task

from accounts import clock
from portfolio.services.reminders import remind_certifiers as remind


@shared_task
def remind_certifiers() -> int:
    """Remind teachers of what still waits for them; each once per window."""
    return remind(clock.now())
