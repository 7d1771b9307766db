"""What follows when the rules themselves were changed."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from schedules.models import Term
from schedules.services.planning import WindowChange, replan


@transaction.atomic
def replan_open_terms(*, at: datetime) -> list[WindowChange]:
    """Recompute the windows of every term that has one left to close by `at`; what moved.

    Raises:
        InvalidInput: a rule makes a window close before it opens; nothing is changed.
    """
    unfinished = Q(windows__closes_at=None) | Q(windows__closes_at__gt=at)
    terms = Term.objects.filter(unfinished, windows__isnull=False).distinct()
    return [change for term in terms for change in replan(term, at=at)]
