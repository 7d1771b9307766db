"""An entry of the trail in words: what kind of thing it was done to, and what changed."""

from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import acts
from accounts.domain.roc_calendar import roc_datetime
from accounts.models import AuditEntry
from accounts.trail_check import Finding

# What an entry may hold that is no field of a model.
_WORDS = {
    "after": gettext_lazy("之後"),
    "before": gettext_lazy("之前"),
    "days": gettext_lazy("天數"),
    "decision": gettext_lazy("決定"),
    "deemed_correct": gettext_lazy("視同正確人數"),
    "factor": gettext_lazy("驗證方式"),
    "factors": gettext_lazy("驗證方式"),
    "failures": gettext_lazy("失敗次數"),
    "file": gettext_lazy("檔案"),
    "files": gettext_lazy("檔案"),
    "filters": gettext_lazy("條件"),
    "for": gettext_lazy("對象"),
    "headings": gettext_lazy("欄位"),
    "kind": gettext_lazy("類別"),
    "kinds": gettext_lazy("類別"),
    "list": gettext_lazy("清單"),
    "new": gettext_lazy("新增"),
    "changed": gettext_lazy("修改"),
    "same": gettext_lazy("未變動"),
    "gone": gettext_lazy("名單已無"),
    "warnings": gettext_lazy("警告"),
    "outcomes": gettext_lazy("課程學習成果"),
    "people": gettext_lazy("人數"),
    "performances": gettext_lazy("多元表現"),
    "provider": gettext_lazy("登入服務"),
    "providers": gettext_lazy("登入服務"),
    "removed": gettext_lazy("清除筆數"),
    "rows": gettext_lazy("筆數"),
    "sign": gettext_lazy("跡象"),
    "size": gettext_lazy("大小"),
    "status": gettext_lazy("狀態"),
    "students": gettext_lazy("學生"),
    "subject": gettext_lazy("主旨"),
    "told": gettext_lazy("已通知"),
    "way": gettext_lazy("登入方式"),
    "windows": gettext_lazy("期程"),
    "year": gettext_lazy("學年度"),
}


def object_kind(entry: AuditEntry) -> str:
    model = _model_of(entry)
    return str(model._meta.verbose_name) if model else entry.object_type


def changes_in_words(entry: AuditEntry) -> str:
    return "；".join(f"{field_name(entry, key)} {_as_text(value)}" for key, value in entry.changes.items())


def field_name(entry: AuditEntry, key: str) -> str:
    """The field in the words of its model, or of the list above; the key itself where neither has it."""
    model = _model_of(entry)
    try:
        return str(model._meta.get_field(key).verbose_name) if model else str(_WORDS.get(key, key))
    except (FieldDoesNotExist, AttributeError):
        return str(_WORDS.get(key, key))


def finding_in_words(finding: Finding) -> str:
    """「紀錄 12（鏈 8，113/10/01（二）08:30 勾選）：內容與寫入時不同」, as far as it is known."""
    entry = AuditEntry.objects.filter(pk=finding.entry).first() if finding.entry else None
    about = [_("鏈 %(position)d") % {"position": finding.position}] if finding.position else []
    if entry:
        about.append(f"{roc_datetime(entry.at)} {acts.label(entry.act)}")
    number = _("紀錄 %(number)d") % {"number": finding.entry} if finding.entry else _("稽核紀錄")
    where = f"{number}（{'，'.join(about)}）" if about else number
    return f"{where}：{finding.wrong.label}"


def _model_of(entry: AuditEntry) -> Any:
    try:
        return apps.get_model(entry.object_type)
    except (LookupError, ValueError):
        return None


def _as_text(value: Any) -> str:
    if isinstance(value, dict) and value.keys() == {"before", "after"}:
        return f"{_listed(value['before'])} → {_listed(value['after'])}"
    return _listed(value)


def _listed(value: Any) -> str:
    text = "、".join(str(part) for part in value) if isinstance(value, list) else str(value)
    return "—" if value in (None, "", []) else text
