"""How far work on a list is, for whoever wants to show it."""

from collections.abc import Callable

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ListStep(TextChoices):
    READING = "reading", _("讀取檔案")
    CHECKING = "checking", _("逐列檢查")
    COMPARING = "comparing", _("與現有資料比對")
    WRITING = "writing", _("寫入")


# Told the step, how many rows of it are done, and of how many; none for a step whose length is not known.
Progress = Callable[[ListStep, int, int], None]


def silent(step: ListStep, done: int, total: int) -> None:
    """For those who show nothing."""
