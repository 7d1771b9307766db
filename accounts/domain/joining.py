"""Putting words together as the page's language does: 「甲、乙（丙）」 here, "A, B (C)" there."""

from collections.abc import Iterable

from django.utils.translation import gettext as _


def joined(words: Iterable[object]) -> str:
    """「甲、乙」"""
    return _("、").join(str(word) for word in words)


def in_row(facts: Iterable[object]) -> str:
    """「甲，乙」: facts one after the other."""
    return _("，").join(str(fact) for fact in facts)


def in_clauses(parts: Iterable[object]) -> str:
    """「甲；乙」: for parts that have commas of their own."""
    return _("；").join(str(part) for part in parts)


def noted(text: object, note: object) -> str:
    """「甲（乙）」"""
    return _("%(text)s（%(note)s）") % {"text": text, "note": note}


def labelled(label: object, text: object) -> str:
    """「甲：乙」"""
    return _("%(label)s：%(text)s") % {"label": label, "text": text}
