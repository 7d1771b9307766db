from django.db import models
from django.utils.translation import gettext_lazy as _


class CodeEntry(models.Model):
    """An entry of a code list that category fields choose from; schools edit it as the format changes."""

    code_list = models.CharField(_("代碼表"), max_length=30)
    code = models.CharField(_("代碼"), max_length=10)
    label = models.CharField(_("名稱"), max_length=60)
    position = models.PositiveSmallIntegerField(_("順序"), default=0)

    class Meta:
        verbose_name = _("代碼")
        verbose_name_plural = _("代碼表")
        ordering = ("code_list", "position", "code")
        constraints = [models.UniqueConstraint(fields=["code_list", "code"], name="code_once_per_list")]

    def __str__(self) -> str:
        return f"{self.code_list} {self.code} {self.label}"
