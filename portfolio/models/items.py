from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from portfolio.domain.categories import DESCRIPTION_MAX_LENGTH


class Item(models.Model):
    """What a student's two kinds of pieces have in common."""

    description = models.CharField(_("簡述"), max_length=DESCRIPTION_MAX_LENGTH)
    uploaded_at = models.DateTimeField(_("上傳時間"))
    uploaded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("上傳人")
    )
    # Set only where it decided: the form was opened in time, and arrived within the grace after the close.
    started_at = models.DateTimeField(_("上傳開始時間"), null=True, blank=True)
    # Why somebody else uploaded for the student (article 12-1); empty when the student did.
    proxy_reason = models.CharField(_("代為上傳原因"), max_length=200, blank=True)
    # In which capacity they did, e.g. 導師.
    proxy_standing = models.CharField(_("代為上傳身分"), max_length=100, blank=True)
    withdrawn_at = models.DateTimeField(_("撤回時間"), null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None
