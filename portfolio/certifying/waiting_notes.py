"""What becomes of outcomes that still wait when their window closes, said in advance."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from portfolio.certification_ends import CertificationEnds
from schedules.models import Window


def of(ends: CertificationEnds, now: datetime) -> Callable[[Window], str]:
    """What there is to say of one of the windows of `ends`; empty when nothing waits."""

    def note(window: Window) -> str:
        count = ends.waiting(window)
        if not count:
            return ""
        if window.ends_at and window.ends_at <= now:
            return _("截止時仍待認證 %(count)d 件，無法勾選提交。") % {"count": count}
        return _("待認證 %(count)d 件。到期仍待認證的 %(count)d 件將無法勾選提交。") % {"count": count}

    return note
