"""The acts the platform knows, each under its code and in words; every app adds its own at start-up."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

_labels: dict[str, str] = {}


def register(acts: type[TextChoices]) -> type[TextChoices]:
    """Make the labels of `acts` known to the trail; usable as a class decorator."""
    _labels.update({act.value: act.label for act in acts})
    return acts


def label(code: str) -> str:
    """The act in words; the code itself when no app knows it any more."""
    return str(_labels.get(code, code))


@register
class AccountAct(TextChoices):
    SIGN_IN = "sign_in", _("登入")
    SIGN_IN_FAILED = "sign_in_failed", _("登入失敗")
    SIGN_OUT = "sign_out", _("登出")
    CHANGE_PASSWORD = "change_password", _("更改密碼")
    ADMIN_ADD = "admin_add", _("管理介面：新增")
    ADMIN_CHANGE = "admin_change", _("管理介面：修改")
    ADMIN_DELETE = "admin_delete", _("管理介面：刪除")
