"""What looks wrong about how a course is taken: the course-outcome rosters would miss or refuse it."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.domain.division import Division
from portfolio.domain.study_method import doubt_of_method
from portfolio.models.courses import StudyKind

Doubt = tuple[str, str]

_WITH_METHOD = (StudyKind.MAKEUP, StudyKind.RETAKE)
_ELSEWHERE = (StudyKind.TRANSFER, StudyKind.GUEST)
# The evening division's published roster has no sheet for these.
_NOT_BY_EVENING = (StudyKind.MAKEUP, StudyKind.RETAKE, StudyKind.REPEAT)


def doubts(values: Mapping[str, Any]) -> Iterator[Doubt]:
    """Column and what is doubtful about it, of an enrolment with these `values`."""
    kind = StudyKind(values["kind"])
    if kind in _WITH_METHOD and (doubt := doubt_of_method(values["method"])):
        yield "method", doubt
    if kind in _ELSEWHERE and not values["other_school_code"]:
        yield (
            "other_school_code",
            _("轉學轉科、借讀的名冊須有原修或借讀學校的代碼。請填 6 碼學校代碼。"),
        )
    if kind in _NOT_BY_EVENING and values["division"] == Division.EVENING:
        message = _("公開的進修部課程學習成果名冊沒有「%(kind)s」這一張，請檢查部別與修課類別。")
        yield "kind", message % {"kind": kind.label}
