"""The ten categories of diverse performance (多元表現), as the central database's roster divides them.

Which fields are required: the public format marks those of competitions and flexible learning; elsewhere a
field is optional only where an honest entry may lack it (a certificate without a score, an activity without
counted hours). This module is the one to import from; the parts it gathers live beside it.
"""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portfolio.domain.category_details import (
    DESCRIPTION_MAX_LENGTH,
    EXTERNAL_LINK_MAX_LENGTH,
    validate_description,
    validate_details,
    validate_external_link,
)
from portfolio.domain.category_spec import Category, DetailsInvalid, FieldKind, FieldSpec
from portfolio.domain.code_lists import CODE_LISTS

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

__all__ = [
    "CATEGORIES",
    "CODE_LISTS",
    "DESCRIPTION_MAX_LENGTH",
    "EXTERNAL_LINK_MAX_LENGTH",
    "Category",
    "DetailsInvalid",
    "FieldKind",
    "FieldSpec",
    "validate_description",
    "validate_details",
    "validate_external_link",
]

# The central database's own empty values, -9999.999 and -999.99, show how wide its numbers are.
_MOST_HOURS = Decimal("9999.999")
_HIGHEST_SCORE = Decimal("999.99")
_FIRST_YEAR = 108  # the curriculum that brought the learning portfolio


def _text(
    key: str,
    label: "StrOrPromise",
    heading: str,
    *,
    required: bool = True,
    max_length: int = 100,
    help: "StrOrPromise" = "",
) -> FieldSpec:
    return FieldSpec(key, label, heading, required=required, max_length=max_length, help=help)


def _code(key: str, label: "StrOrPromise", heading: str, code_list: str) -> FieldSpec:
    return FieldSpec(key, label, heading, FieldKind.CODE, code_list=code_list)


def _date(key: str, label: "StrOrPromise", heading: str) -> FieldSpec:
    return FieldSpec(key, label, heading, FieldKind.DATE)


def _integer(
    key: str, label: "StrOrPromise", heading: str, minimum: int, maximum: int, *, required: bool = True
) -> FieldSpec:
    return FieldSpec(key, label, heading, FieldKind.INTEGER, required, minimum=minimum, maximum=maximum)


def _decimal(
    key: str, label: "StrOrPromise", heading: str, places: int, maximum: Decimal, *, required: bool = True
) -> FieldSpec:
    return FieldSpec(
        key, label, heading, FieldKind.DECIMAL, required, places=places, minimum=0, maximum=maximum
    )


def _period() -> tuple[FieldSpec, FieldSpec]:
    return _date("start_date", _("開始日期"), "開始日期"), _date("end_date", _("結束日期"), "結束日期")


def _year_and_term(year_heading: str, term_heading: str) -> tuple[FieldSpec, FieldSpec]:
    return (
        FieldSpec("school_year", _("學年度"), year_heading, FieldKind.SCHOOL_YEAR, minimum=_FIRST_YEAR),
        FieldSpec("term", _("學期"), term_heading, FieldKind.TERM, minimum=1, maximum=2),
    )


def _hours(heading: str, *, required: bool = True) -> FieldSpec:
    return _decimal("hours", _("時數"), heading, 3, _MOST_HOURS, required=required)


_ALL = (
    Category(
        "cadre",
        _("幹部經歷暨事蹟"),
        "幹部經歷暨事蹟紀錄",
        _("C-3 擔任幹部經驗"),
        (
            _text("unit", _("單位名稱"), "單位名稱"),
            *_period(),
            _text("post", _("擔任職務"), "擔任職務"),
            _code("level", _("幹部等級"), "幹部等級", "幹部等級"),
        ),
        description_after="post",
    ),
    Category(
        "competition",
        _("競賽參與"),
        "競賽參與紀錄",
        _("C-5 競賽表現"),
        (
            _text("name", _("競賽名稱"), "競賽名稱"),
            _text("event", _("項目"), "項目", required=False),
            _code("level", _("競賽等級"), "競賽等級代碼", "競賽等級"),
            _text("award", _("獎項"), "獎項", help=_("例如「第一名」；未得獎請填「未得獎」。")),
            _date("result_date", _("結果公布日期"), "結果公布日期"),
            _code("participation", _("個人或團體參與"), "團體參與代碼", "團體參與"),
        ),
        description_after="result_date",
    ),
    Category(
        "certificate",
        _("檢定證照"),
        "檢定證照紀錄",
        _("C-7 檢定證照"),
        (
            # The official list of certificate codes changes every year and is not public: free text.
            _text("certificate_code", _("證照代碼"), "證照代碼", max_length=20, help=_("依證照代碼表填寫。")),
            _text("note", _("註1"), "註1", required=False, max_length=20, help=_("證照代碼表的註1。")),
            _decimal("score", _("分數"), "分數", 2, _HIGHEST_SCORE, required=False),
            _text("sub_scores", _("分項結果"), "分項結果", required=False),
            _date("obtained_date", _("取得證照日期"), "取得證照日期"),
            _text("number", _("證照字號"), "證照字號", required=False),
            _text("group", _("檢定組別"), "檢定組別", required=False),
        ),
    ),
    Category(
        "service",
        _("服務學習"),
        "服務學習紀錄",
        _("C-4 服務學習經驗"),
        (
            _text("name", _("服務名稱"), "服務名稱"),
            _text("unit", _("服務單位"), "服務單位"),
            *_period(),
            _hours("時數"),
        ),
    ),
    Category(
        "flexible_learning",
        _("彈性學習時間"),
        "彈性學習時間紀錄",
        _("C-1 彈性學習時間成果"),
        (
            _code("kind", _("類別（種類）"), "彈性學習時間類別(種類)代碼", "彈性學習時間類別"),
            _text("title", _("內容（開設名稱）"), "內容(開設名稱)"),
            _text("unit", _("開設單位"), "開設單位"),
            *_year_and_term("開設學年度", "開設學期"),
            _integer("weekly_periods", _("每週節數"), "每週節數", 1, 40),
            _integer("weeks", _("開設週數"), "開設週數", 1, 18),
        ),
    ),
    Category(
        "group_activity",
        _("團體活動時間"),
        "團體活動時間紀錄",
        _("C-2 社團活動經驗（社團活動類）"),
        (
            _code("kind", _("團體活動時間類別"), "團體活動時間類別代碼", "團體活動時間類別"),
            _text("unit", _("辦理單位"), "辦理單位"),
            _text("title", _("團體活動內容名稱"), "團體活動內容名稱"),
            *_year_and_term("活動學年度", "活動學期"),
            _integer("periods", _("節數"), "節數", 1, 999),
        ),
    ),
    Category(
        "workplace",
        _("職場學習"),
        "職場學習紀錄",
        _("C-6 非修課紀錄之成果作品"),
        (
            _code("kind", _("職場學習類別"), "職場學習類別代碼", "職場學習類別"),
            _text("unit", _("職場學習單位"), "職場學習單位"),
            _text("post", _("職場學習職稱"), "職場學習職稱", required=False),
            *_period(),
            _hours("時數"),
        ),
    ),
    Category(
        "work",
        _("作品成果"),
        "作品成果紀錄",
        _("C-6 非修課紀錄之成果作品"),
        (_text("name", _("作品名稱"), "名稱"), _date("date", _("作品日期"), "日期")),
    ),
    Category(
        "advanced_course",
        _("大學及技專校院先修課程"),
        "大學及技專校院先修課程紀錄",
        _("C-8 特殊優良表現證明"),
        (
            _text("project", _("計畫專案"), "計畫專案", required=False),
            _text("unit", _("開設單位"), "開設單位"),
            _text("course", _("課程名稱"), "課程名稱"),
            *_period(),
            _integer("credits", _("學分數"), "學分數", 0, 99, required=False),
            _hours("總時數"),
        ),
    ),
    Category(
        "other",
        _("其他多元表現"),
        "其他多元表現紀錄",
        _("C-8 特殊優良表現證明"),
        (
            _text("name", _("名稱"), "名稱"),
            _text("unit", _("主辦單位"), "主辦單位", required=False),
            *_period(),
            _hours("時數", required=False),
        ),
    ),
)

CATEGORIES: dict[str, Category] = {category.code: category for category in _ALL}
