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
    # Over everything above, keyed by the environment: who only has the database cannot forge it.
    digest = models.CharField(max_length=64, blank=True, editable=False)

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


class AuditLink(models.Model):
    """An entry's place in the chain of hashes: each is over the one before and the entry's digest (B4).

    Links are added after the entries, in whichever order those were committed, so that nobody who acts has
    to wait for anybody else who does.
    """

    position = models.BigIntegerField(primary_key=True)
    # Not a foreign key: a missing entry is what the chain is to show.
    entry_id = models.BigIntegerField(unique=True)
    hash = models.CharField(max_length=64)
    linked_at = models.DateTimeField()

    class Meta:
        ordering = ("position",)

    def __str__(self) -> str:
        return f"{self.position} {self.hash[:8]}"


class TrailPurge(models.Model):
    """Entries older than a day were let go of; the database refuses every other removal.

    Keeps the end of the chain that went, so that the rest still joins on.
    """

    before = models.DateTimeField(_("清除此時之前的紀錄"))
    at = models.DateTimeField(_("清除時間"))
    removed = models.PositiveIntegerField(_("筆數"), default=0)
    last_position = models.BigIntegerField(default=0)
    last_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("稽核紀錄清除")
        verbose_name_plural = _("稽核紀錄清除")
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.before:%Y-%m-%d}"


def _refuse() -> NoReturn:
    raise TypeError("audit entries are append-only")
