from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.domain.division import Division
from accounts.domain.joining import labelled
from accounts.models.user import User


class Office(models.Model):
    """An office or one of its sections (處室、組)."""

    code = models.SlugField(_("代碼"), unique=True)
    name = models.CharField(_("名稱"), max_length=50)
    division = models.CharField(_("部別"), max_length=10, choices=Division)

    class Meta:
        verbose_name = _("處室／組")
        verbose_name_plural = _("處室／組")
        ordering = ("division", "code")

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A post in an office (職務). Duties belong to posts; people come and go."""

    code = models.SlugField(_("代碼"), unique=True)
    name = models.CharField(_("職稱"), max_length=50)
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="posts", verbose_name=_("處室／組")
    )

    class Meta:
        verbose_name = _("職務")
        verbose_name_plural = _("職務")
        ordering = ("office__division", "code")

    def __str__(self) -> str:
        return self.name


class PostHoldingQuerySet(models.QuerySet["PostHolding"]):
    def on(self, day: date) -> "PostHoldingQuerySet":
        """Holdings in force on `day`, both ends included."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)


class PostHolding(models.Model):
    """Who holds a post, from–to. The duty follows the post (rules P3)."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="holdings", verbose_name=_("職務"))
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="holdings", verbose_name=_("人員"))
    starts_on = models.DateField(_("起日"))
    ends_on = models.DateField(_("迄日"), null=True, blank=True, help_text=_("留空表示仍在任。"))

    objects = PostHoldingQuerySet.as_manager()

    class Meta:
        verbose_name = _("任職")
        verbose_name_plural = _("任職")
        ordering = ("post", "-starts_on")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="holding_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=["post"], condition=Q(ends_on=None), name="post_has_one_open_holding"
            ),
        ]

    def __str__(self) -> str:
        return labelled(self.post, self.user)
