from django.db import models
from django.utils.translation import gettext_lazy as _


class Holiday(models.Model):
    """A day off other than a weekend, or a Saturday worked instead (補行上班); schools edit the list."""

    day = models.DateField(_("日期"), unique=True)
    name = models.CharField(_("名稱"), max_length=60)
    is_workday = models.BooleanField(_("補行上班（課）"), default=False)

    class Meta:
        verbose_name = _("假日")
        verbose_name_plural = _("假日")
        ordering = ("-day",)

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
