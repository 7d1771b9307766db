"""Self-check lists follow the annex at once, whichever way a duty changes hands (article 4)."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from accounts.models import Duty
from schedules.models import SelfCheck, Term
from schedules.services.self_checks import bring_up_to_date


@receiver([post_save, post_delete], sender=Duty)
def _annex_changed(sender: Any, **kwargs: Any) -> None:
    unticked = SelfCheck.objects.filter(ticked_at=None).order_by()
    for term in Term.objects.filter(pk__in=unticked.values("term")):
        bring_up_to_date(term)
