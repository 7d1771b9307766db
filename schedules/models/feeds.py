from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class CalendarFeed(models.Model):
    """The secret address of a person's own calendar feed; a new one makes the old one useless."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="calendar_feed")
    token = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("個人行事曆訂閱")
        verbose_name_plural = _("個人行事曆訂閱")

    def __str__(self) -> str:
        return str(self.user)
