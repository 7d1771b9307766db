"""What a window is called in lists and letters. Apps above say what the references of theirs stand for."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from schedules.domain.activities import RECEIPT_ACTIVITIES
from schedules.models import Window

Namer = Callable[[str], str]
_namers: list[Namer] = []


def names_references(namer: Namer) -> Namer:
    """Register what a window's `reference` stands for; empty for one that is not the app's."""
    _namers.append(namer)
    return namer


def title_of(window: Window) -> str:
    """「113-1 課程學習成果上傳」, 「112 學年度 多元表現收訖明細確認（第 2 次）」."""
    if window.activity not in RECEIPT_ACTIVITIES:
        return f"{window.subject_label} {window.get_activity_display()}"
    about = next((name for namer in _namers if (name := namer(window.reference))), window.reference)
    parts = {"subject": window.subject_label, "about": about, "round": window.round}
    return _("%(subject)s %(about)s收訖明細確認（第 %(round)d 次）") % parts
