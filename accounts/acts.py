"""The acts the platform knows, each under its code and in words; every app adds its own at start-up."""

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_labels: dict[str, str | Promise] = {}
_revealing: set[str] = set()


def register(acts: type[TextChoices]) -> type[TextChoices]:
    """Make the labels of `acts` known to the trail; usable as a class decorator."""
    _labels.update({act.value: act.label for act in acts})
    return acts


def label(code: str) -> str:
    """The act in words; the code itself when no app knows it any more."""
    return str(worded(code))


def worded(code: str) -> str | Promise:
    """As `label`, put into a language only when it is written."""
    return _labels.get(code, code)


def reveals(*codes: str) -> None:
    """By these acts one person sees the data of another: many of them in an hour are a sign (security G3)."""
    _revealing.update(codes)


def revealing() -> frozenset[str]:
    """Every act by which one person sees the data of another."""
    return frozenset(_revealing)


@register
class AccountAct(TextChoices):
    SIGN_IN = "sign_in", _("登入")
    SIGN_IN_FAILED = "sign_in_failed", _("登入失敗")
    SIGN_OUT = "sign_out", _("登出")
    CHANGE_PASSWORD = "change_password", _("更改密碼")
    ENABLE_ACCOUNT = "enable_account", _("啟用帳號")
    DISABLE_ACCOUNT = "disable_account", _("停用帳號")
    CHANGE_PRIVILEGES = "change_privileges", _("變更管理權限")
    VIEW_RECORD = "view_record", _("查看個人資料")
    VIEW_LIST = "view_list", _("查看名單")
    ADMIN_ADD = "admin_add", _("管理介面：新增")
    ADMIN_CHANGE = "admin_change", _("管理介面：修改")
    ADMIN_DELETE = "admin_delete", _("管理介面：刪除")


reveals(AccountAct.VIEW_RECORD, AccountAct.VIEW_LIST)
