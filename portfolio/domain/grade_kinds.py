"""The sheets of the grade rosters, and to which of them a row of a list belongs."""

from collections.abc import Mapping
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class GradeKind(TextChoices):
    """Which sheet of the grade rosters a grade stands on."""

    SEMESTER = "semester", _("學期成績")
    MAKEUP = "makeup", _("補修成績")
    TRANSFER = "transfer", _("轉學轉科成績")
    RETAKE = "retake", _("重修成績")
    REPEAT = "repeat", _("重讀成績")
    RESIT = "resit", _("補考成績（進修部）")


class Counted(TextChoices):
    """是否採計學分／學時."""

    YES = "1", _("採計")
    NO = "2", _("不計學分")
    UNGRADED = "3", _("不需評分")


# A score under a heading that only one sheet has → which sheet that is.
SCORES_OF_KINDS = {
    "makeup_score": GradeKind.MAKEUP,
    "transfer_score": GradeKind.TRANSFER,
    "retake_score": GradeKind.RETAKE,
    "repeat_score": GradeKind.REPEAT,
}
OF_THIS_TERM = (GradeKind.SEMESTER, GradeKind.REPEAT, GradeKind.RESIT)


def settle_kind(values: dict[str, Any]) -> str:
    """Put the kind into a row's `values`, and its score where all scores are; what is wrong, if anything.

    The kind is what the row says, else what the score's heading says, else a semester grade.
    """
    own = {name: values.pop(name) for name in SCORES_OF_KINDS if name in values}
    filled = {name: score for name, score in own.items() if score is not None}
    scores = {score for score in (values.get("score"), *filled.values()) if score is not None}
    found, said = _kind_by_headings(values, own, filled), values.get("kind")
    values["kind"] = GradeKind(said or found or GradeKind.SEMESTER).value
    if own or "score" in values:
        values["score"] = next(iter(scores), None)
    if len(scores) > 1 or len(filled) > 1:
        return gettext("一列只能有一種成績，請分成幾列。")
    if said and found and said != found:
        return gettext("與成績欄位的標題（%(kind)s）不符，請更正其中一個。") % {"kind": found.label}
    return ""


def _kind_by_headings(
    values: Mapping[str, Any], own: Mapping[str, Any], filled: Mapping[str, Any]
) -> GradeKind | None:
    if filled:
        return SCORES_OF_KINDS[next(iter(filled))]
    if "score" in values:
        return None
    if len(own) == 1:
        return SCORES_OF_KINDS[next(iter(own))]
    return GradeKind.RESIT if "second_resit_score" in values else None
