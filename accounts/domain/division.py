"""The two divisions of a school, each with its own offices, delegates and rosters."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Division(TextChoices):
    DAY = "day", _("日間部")
    EVENING = "evening", _("進修部")
