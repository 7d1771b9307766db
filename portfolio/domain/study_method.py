"""How a make-up or retake was held (修課方式): a column that the rosters of both demand."""

from django.utils.translation import gettext as _

METHODS = ("1", "2", "3")


def doubt_of_method(method: str) -> str:
    """What is doubtful about the method of a make-up or retake; empty when nothing is."""
    if not method:
        return _("補修、重修的名冊須有修課方式。請填代碼 1、2 或 3（3 為專班辦理）。")
    if method not in METHODS:
        message = _("「%(method)s」不是已知的修課方式代碼。請填 1、2 或 3（3 為專班辦理）。")
        return message % {"method": method}
    return ""
