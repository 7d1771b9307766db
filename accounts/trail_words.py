"""An entry of the trail in words: what kind of thing it was done to, and what changed."""

from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import acts
from accounts.domain.joining import in_clauses, in_row, joined, labelled, noted
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
    "finding": gettext_lazy("查證結果"),
    "for": gettext_lazy("對象"),
    "headings": gettext_lazy("欄位"),
    "kind": gettext_lazy("類別"),
    "kinds": gettext_lazy("類別"),
    "list": gettext_lazy("清單"),
    "new": gettext_lazy("新增"),
    "changed": gettext_lazy("修改"),
    "class": gettext_lazy("班級"),
    "closes_on": gettext_lazy("截止日"),
    "same": gettext_lazy("未變動"),
    "gone": gettext_lazy("名單已無"),
    "warnings": gettext_lazy("警告"),
    "opens_on": gettext_lazy("開始日"),
    "outcomes": gettext_lazy("課程學習成果"),
    "people": gettext_lazy("人數"),
    "performances": gettext_lazy("多元表現"),
    "position": gettext_lazy("鏈的位置"),
    "provider": gettext_lazy("登入服務"),
    "providers": gettext_lazy("登入服務"),
    "removed": gettext_lazy("清除筆數"),
    "report": gettext_lazy("回報"),
    "rows": gettext_lazy("筆數"),
    "school_year": gettext_lazy("學年度"),
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
    return in_clauses(f"{field_name(entry, key)} {_as_text(value)}" for key, value in entry.changes.items())


def field_name(entry: AuditEntry, key: str) -> str:
    """The field in the words of its model, or of the list above; the key itself where neither has it."""
    model = _model_of(entry)
    try:
        return str(model._meta.get_field(key).verbose_name) if model else str(_WORDS.get(key, key))
    except (FieldDoesNotExist, AttributeError):
        return str(_WORDS.get(key, key))


def finding_in_words(finding: Finding) -> str:
    """「紀錄 12（鏈 8，113/10/01（二）08:30 勾選）：內容與寫入時不同」, as far as it is known."""
    entry = AuditEntry.objects.filter(pk__in=[finding.entry]).first()
    about = [_("鏈 %(position)d") % {"position": finding.position}] if finding.position is not None else []
    if entry:
        about.append(f"{roc_datetime(entry.at)} {acts.label(entry.act)}")
    is_known = finding.entry is not None
    number = _("紀錄 %(number)d") % {"number": finding.entry} if is_known else _("稽核紀錄")
    where = noted(number, in_row(about)) if about else number
    return labelled(where, finding.wrong.label)


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
    if value in (None, "", [], {}):
        return "—"
    if isinstance(value, dict):
        return joined(f"{name} {_listed(each)}" for name, each in value.items())
    return joined(value) if isinstance(value, list) else str(value)
