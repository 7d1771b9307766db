"""Who may act for a student without network, and what they must say (article 12-1-3, rules P4)."""

from collections.abc import Collection

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.errors import InvalidInput

ARTICLE = gettext_lazy("第 12 點（一）3")
REASON_LENGTH = 200


class Capacity(TextChoices):
    """In which capacity a person helps. The rules know no order; the first one here is what is shown."""

    PARENT = "parent", gettext_lazy("父母")
    LEGAL_GUARDIAN = "legal_guardian", gettext_lazy("法定代理人")
    HOMEROOM = "homeroom", gettext_lazy("導師")
    COURSE_TEACHER = "course_teacher", gettext_lazy("任課教師")

    @property
    def is_guardian(self) -> bool:
        return self in (Capacity.PARENT, Capacity.LEGAL_GUARDIAN)


def shown_capacity(capacities: Collection[Capacity]) -> Capacity | None:
    """The one of `capacities` to name; None when the person has none."""
    return next((capacity for capacity in Capacity if capacity in capacities), None)


def accepted_reason(reason: str) -> str:
    """`reason` as it is kept.

    Raises:
        InvalidInput: there is none, or it has more than 200 characters.
    """
    reason = reason.strip()
    if not reason:
        message = _("請填寫代為辦理的原因：只有學生無法使用網路時才能代為辦理（%(article)s）。")
        raise InvalidInput(message % {"article": ARTICLE})
    if len(reason) > REASON_LENGTH:
        message = _("代為辦理的原因共 %(length)d 字，上限 %(limit)d 字。")
        raise InvalidInput(message % {"length": len(reason), "limit": REASON_LENGTH})
    return reason
