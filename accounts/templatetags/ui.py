"""What templates need to speak plainly: ROC dates, sizes, time left, states, icons, form widgets.

Times are shown in the installation's time zone (Asia/Taipei), whatever zone a value carries.
"""

from datetime import datetime, timedelta
from math import ceil
from typing import Any, NamedTuple

from django import template
from django.forms import BoundField, Select
from django.forms.widgets import CheckboxInput, FileInput, Textarea
from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from accounts.domain.joining import joined, labelled, noted
from accounts.domain.roc_calendar import first_day, last_day, roc_date, roc_datetime

register = template.Library()

KB = 1024
MB = KB * KB

# Said by templates here and by static/js/*.js after the page has loaded, in the same words.
TEXTS: dict[str, str | Promise] = {
    "days": gettext_lazy("{days} 天 {hours} 小時"),
    "hours": gettext_lazy("{hours} 小時 {minutes} 分"),
    "minutes": gettext_lazy("{minutes} 分 {seconds} 秒"),
    "seconds": gettext_lazy("{seconds} 秒"),
    "left": gettext_lazy("還有 {time}"),
    "ended": gettext_lazy("時間已到"),
    "until_open": gettext_lazy("再 {time}開放"),
    "opened": gettext_lazy("已經開放"),
    "reload": gettext_lazy("重新整理頁面"),
    "comma": gettext_lazy("，"),
    "of": gettext_lazy("{used}／{limit}"),
    "counter": gettext_lazy("{used}／{limit} 字"),
    "counter_over": gettext_lazy("{used}／{limit} 字（超過 {over} 字）"),
    "empty_file": gettext_lazy("「{name}」是空的檔案，請重新選擇。"),
    "big_file": gettext_lazy("「{name}」有 {size}，超過上限 {limit}。請縮小檔案後再選一次。"),
    "wrong_type": gettext_lazy("「{name}」的格式不在可上傳的範圍（{accept}）。請換一個檔案。"),
    "sending": gettext_lazy("正在上傳"),
    "speed": gettext_lazy("每秒 {speed}，約剩 {time}"),
    "checking": gettext_lazy("檔案已送達，正在檢查與存檔，請稍候。"),
    "cancel": gettext_lazy("取消上傳"),
    "cancelled": gettext_lazy("已取消上傳，填寫的內容都還在。"),
    "failed": gettext_lazy("網路中斷，檔案沒有送達。填寫的內容都還在，請再試一次。"),
    "retry": gettext_lazy("再試一次"),
    "unfinished": gettext_lazy("檔案已送出，但沒有收到回覆。請先到清單查看是否已存檔，再決定要不要重送。"),
    "draft_saved": gettext_lazy("草稿已自動儲存（{time}）"),
    "draft_course": gettext_lazy("選好課程後，填寫的文字會自動存成草稿。"),
    "draft_failed": gettext_lazy("草稿暫時存不進去，連線恢復後會再試。"),
    "draft_elsewhere": gettext_lazy(
        "這一件已有另一份草稿，目前的內容不會自動儲存。要以目前的內容取代它，請按「儲存草稿」。"
    ),
    "page": gettext_lazy("第 {number} 頁"),
    "of_page": gettext_lazy("{label}：第 {number} 頁"),
    "unreadable": gettext_lazy("「{name}」這個瀏覽器讀不出來，請先轉存成 JPG 或 PNG。"),
    "many_pages": gettext_lazy("最多 {limit} 頁，其餘的沒有加入。"),
    "pages": gettext_lazy("{count} 頁，原始大小共 {size}；PDF 上限 {limit}，會自動壓縮。"),
    "making": gettext_lazy("正在合成與壓縮，請稍候。"),
    "made": gettext_lazy(
        "已合成 {count} 頁並放進「文件」：{before} → {after}（上限 {limit}）。按「送出」才會上傳。"
    ),
    "no_fit": gettext_lazy("壓到最小仍超過上限 {limit}。請移除幾頁再試。"),
    "not_made": gettext_lazy("沒有合成成功，請重新整理頁面再試一次。"),
    "shrink": gettext_lazy("「{name}」有 {size}，超過上限 {limit}。可以在這裡縮小，不必另外找軟體。"),
    "shrunk": gettext_lazy("已縮小：{before} → {after}（上限 {limit}）。按「送出」才會上傳。"),
}


class State(NamedTuple):
    """How a state looks: an icon of static/icons.svg, a tone of portfolio.css, and its usual words."""

    icon: str
    tone: str
    label: str | Promise


STATES: dict[str, State] = {
    "open": State("unlock", "go", gettext_lazy("開放中")),
    "closing_soon": State("hourglass-split", "heed", gettext_lazy("即將截止")),
    "closed": State("lock", "still", gettext_lazy("已截止")),
    "upcoming": State("calendar-event", "info", gettext_lazy("尚未開放")),
    "awaiting": State("envelope", "still", gettext_lazy("待來文")),
    "draft": State("pencil", "still", gettext_lazy("草稿")),
    "uploaded": State("cloud-upload", "info", gettext_lazy("已上傳")),
    "waiting": State("hourglass-split", "info", gettext_lazy("待認證")),
    "certified": State("patch-check", "go", gettext_lazy("已認證")),
    "returned": State("arrow-return-left", "stop", gettext_lazy("已退件")),
    "withdrawn": State("slash-circle", "still", gettext_lazy("已撤回")),
    "selected": State("bookmark-check", "go", gettext_lazy("已勾選")),
    "submitted": State("send-check", "info", gettext_lazy("已提交")),
    "received": State("check2-circle", "go", gettext_lazy("已收訖")),
    "confirmed": State("check-circle-fill", "go", gettext_lazy("確認無誤")),
    "deemed": State("clock-history", "info", gettext_lazy("視同無誤")),
    "disputed": State("flag", "heed", gettext_lazy("回報疑義")),
}
UNKNOWN_STATE = State("circle", "still", "")


for _wording in (roc_date, roc_datetime, first_day, last_day, joined, labelled, noted):
    register.filter(_wording)


@register.filter
def file_size(count: int | None) -> str:
    """「1.2 MB」 (MB = 2^20 bytes), 「340 KB」 or 「12 B」.

    Rounded up, so that a file just over a limit never reads as being the limit.
    """
    if count is None:
        return ""
    if count < KB:
        return f"{count} B"
    if count <= KB * (KB - 1):
        return f"{ceil(count / KB)} KB"
    return f"{ceil(count * 10 / MB) / 10:g} MB"


def _duration(length: timedelta) -> str:
    """「2 天 3 小時」, finer as it shortens; begun seconds count as whole ones."""
    seconds = ceil(length.total_seconds())
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    key = "days" if days else "hours" if hours else "minutes" if minutes else "seconds"
    return str(TEXTS[key]).format(days=days, hours=hours % 24, minutes=minutes % 60, seconds=seconds % 60)


@register.filter
def time_left(closes_at: datetime | None, now: datetime | None) -> str:
    """「還有 2 天 3 小時」 until `closes_at`, or that the time is over; empty if either is unknown."""
    if not closes_at or not now:
        return ""
    if now >= closes_at:
        return str(TEXTS["ended"])
    return str(TEXTS["left"]).format(time=_duration(closes_at - now))


@register.filter
def time_to_open(opens_at: datetime | None, now: datetime | None) -> str:
    """「再 2 天 3 小時開放」 until `opens_at`, or that it is open; empty if either is unknown."""
    if not opens_at or not now:
        return ""
    if now >= opens_at:
        return str(TEXTS["opened"])
    return str(TEXTS["until_open"]).format(time=_duration(opens_at - now))


@register.filter
def places_left(limit: int, used: int) -> int:
    """How many more fit under `limit`; never below zero."""
    return max(limit - used, 0)


@register.filter
def state_icon(state: str) -> str:
    """The name of the icon that goes with `state`; a plain circle for a state not in STATES."""
    return STATES.get(state, UNKNOWN_STATE).icon


@register.filter
def state_tone(state: str) -> str:
    """go, info, heed, stop or still: which colours of portfolio.css go with `state`."""
    return STATES.get(state, UNKNOWN_STATE).tone


@register.filter
def state_label(state: str) -> str:
    """The usual words for `state`; a state not in STATES is shown as it is."""
    return str(STATES.get(state, UNKNOWN_STATE).label or state)


@register.simple_tag
def icon(name: str) -> SafeString:
    """A decorative icon of static/icons.svg, hidden from screen readers: always put words beside it."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("icons.svg"),
        name,
    )


@register.simple_tag
def ui_texts() -> SafeString:
    """TEXTS as a JSON block that static/js/site.js reads."""
    return json_script({key: str(text) for key, text in TEXTS.items()}, "ui-texts")


@register.simple_tag
def widget(field: BoundField) -> SafeString:
    """The form control of `field` in the page's style, marked invalid if it has errors.

    A text area with a maximum length gets `data-max-length` for counter.js instead of `maxlength`: browsers
    cut by UTF-16 units, which is too early for rare characters, and silently, which loses what was pasted.
    """
    attrs: dict[str, Any] = {"class": _widget_class(field)}
    limit = getattr(field.field, "max_length", None)
    if limit and isinstance(field.field.widget, Textarea):
        attrs |= {"data-max-length": limit, "maxlength": False}
    return field.as_widget(attrs=attrs)


def _widget_class(field: BoundField) -> str:
    control = field.field.widget
    own = control.attrs.get("class", "")
    kind = "form-control"
    if isinstance(control, CheckboxInput):
        kind = "choice-input"
    elif isinstance(control, Select):
        kind = "form-select"
    elif isinstance(control, FileInput):
        kind = "form-control file-input"
    return " ".join(filter(None, (kind, own, "is-invalid" if field.errors else "")))
