from typing import Any, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    """Reads only: what changes or removes many entries at once is refused like the change of one."""

    def update(self, **kwargs: Any) -> NoReturn:
        _refuse()

    def delete(self) -> NoReturn:
        _refuse()


class AuditEntry(models.Model):
    """Who did what, for whom, when, from where and why. Written once, never changed."""

    at = models.DateTimeField(_("時間"), db_index=True)
    actor = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="audit_entries", verbose_name=_("行為人")
    )
    on_behalf_of = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("代理對象")
    )
    standing = models.CharField(_("身分"), max_length=100, blank=True)
    act = models.CharField(_("行為"), max_length=50, db_index=True)
    object_type = models.CharField(_("對象類別"), max_length=60, blank=True)
    object_id = models.CharField(_("對象編號"), max_length=40, blank=True)
    object_label = models.CharField(_("對象"), max_length=200, blank=True)
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    changes = models.JSONField(_("內容"), default=dict, blank=True)
    address = models.GenericIPAddressField(_("來源位址"), null=True)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("稽核紀錄")
        verbose_name_plural = _("稽核紀錄")
        ordering = ("-at", "-pk")
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="audit_by_object"),
            models.Index(fields=["actor", "-at"], name="audit_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor or '—'} {self.act}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            _refuse()
        # Also when it bears the id of an entry that is there already.
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        _refuse()


def _refuse() -> NoReturn:
    raise TypeError("audit entries are append-only")
