"""The columns of the grade lists: every sheet of the grade rosters, under its own official headings."""

from django.utils.translation import gettext_lazy

from accounts.domain.list_columns import ListColumn, Text
from accounts.domain.list_values import ShortText
from accounts.list_cells import Choice
from portfolio.domain.grade_cells import CodeOrNone, NumberOrNone, PassFlag, Score
from portfolio.domain.grade_kinds import Counted, GradeKind
from portfolio.services import named_students
from portfolio.services.course_import import CODE

OF_COURSE = ("subject", "course_grade", "credits")
_FROM_COURSE = gettext_lazy("可留空，即科目的資料")
_ELSEWHERE = gettext_lazy("補修、重修、轉學轉科才需要")
_MAY_BE_NONE = gettext_lazy("可留空；沒有填 -1")


def _score(name: str, heading: str, *synonyms: str) -> ListColumn:
    return ListColumn(name, heading, Score(), synonyms, needed=False, note=_MAY_BE_NONE)


def _passed(name: str, heading: str, *synonyms: str) -> ListColumn:
    note = gettext_lazy("1 及格、0 不及格、-1 不適用")
    return ListColumn(name, heading, PassFlag(), synonyms, needed=False, note=note)


def _code(name: str, heading: str, cell: CodeOrNone, *synonyms: str, note: Text = _MAY_BE_NONE) -> ListColumn:
    return ListColumn(name, heading, cell, synonyms, needed=False, note=note)


COLUMNS = (
    *named_students.COLUMNS,
    ListColumn(
        "kind",
        "成績類別",
        Choice(GradeKind, optional=True),
        ("成績種類",),
        needed=False,
        example="學期成績",
        note=gettext_lazy("可留空：依成績欄位的標題判斷，否則為學期成績"),
    ),
    ListColumn(
        "course",
        CODE.heading,
        CODE.cell,
        (*CODE.synonyms, "原修課課程代碼", "原修課程代碼"),
        example=CODE.example,
        note=CODE.note,
    ),
    ListColumn(
        "subject",
        "科目名稱",
        ShortText(60, optional=True),
        ("原修課科目名稱", "課程名稱", "科目"),
        needed=False,
        example="程式設計",
        note=_FROM_COURSE,
    ),
    ListColumn(
        "course_grade",
        "開課年級",
        NumberOrNone(1, 3),
        ("原修課開課年級", "對應年級", "年級"),
        needed=False,
        example="1",
        note=_FROM_COURSE,
    ),
    ListColumn(
        "credits",
        "學分／節數",
        NumberOrNone(0, 99),
        (
            "修課學分",
            "修課節數",
            "原修課修課學分",
            "原修課修課節數",
            "第一學期開設修課節數",
            "學分",
            "學分數",
            "節數",
        ),
        needed=False,
        example="3",
        note=_FROM_COURSE,
    ),
    ListColumn(
        "second_credits",
        "第二學期開設修課節數",
        NumberOrNone(0, 99),
        ("第二學期節數",),
        needed=False,
        note=gettext_lazy("進修部補考成績才需要"),
    ),
    ListColumn(
        "original_school_year",
        "應修／原修學年度",
        NumberOrNone(80, 300),
        ("應修課學年度", "原修課學年度", "對應學年度", "應修學年度", "原修學年度"),
        needed=False,
        note=_ELSEWHERE,
    ),
    ListColumn(
        "original_term",
        "應修／原修學期",
        NumberOrNone(1, 2),
        ("應修課學期", "原修課學期", "對應學期", "應修學期", "原修學期"),
        needed=False,
        note=_ELSEWHERE,
    ),
    ListColumn(
        "score",
        "成績",
        Score(),
        ("學期學業成績", "學期成績", "分數"),
        needed=False,
        example="78.5",
        note=_MAY_BE_NONE,
    ),
    _score("makeup_score", "補修成績"),
    _score("transfer_score", "抵免後成績", "轉學轉科成績"),
    _score("retake_score", "重修成績"),
    _score("repeat_score", "重讀成績"),
    _passed("passed", "成績及格", "補修及格", "重修及格", "及格", "是否及格"),
    _score("again_score", "再次修習成績"),
    _passed("again_passed", "再次修習成績及格"),
    _score("resit_score", "補考成績", "第一次補考成績"),
    _passed("resit_passed", "補考及格", "第一次及格", "第一次補考及格"),
    _score("second_resit_score", "第二次補考成績"),
    _passed("second_resit_passed", "第二次及格", "第二次補考及格"),
    _score("year_score", "學年學業成績", "學年成績"),
    _passed("year_passed", "學年及格", "學年成績及格"),
    _code(
        "method",
        "補修／重修方式",
        CodeOrNone(2),
        "補修方式",
        "重修方式",
        note=gettext_lazy("補修、重修才需要；3 為專班辦理"),
    ),
    _code("identity", "轉學轉科身分別", CodeOrNone(2), "身分別"),
    _code(
        "repeat_mark",
        "重讀註記",
        CodeOrNone(1, ("1", "2")),
        note=gettext_lazy("1 列抵、2 再次修習"),
    ),
    _code(
        "counted",
        "是否採計學分／學時",
        CodeOrNone(1, tuple(Counted.values)),
        "是否採計學分",
        "是否採計學時",
        note=gettext_lazy("1 採計、2 不計學分、3 不需評分；留空即採計"),
    ),
    ListColumn(
        "remark",
        "質性文字描述",
        ShortText(500, optional=True),
        ("文字描述",),
        needed=False,
        note=gettext_lazy("可留空"),
    ),
)
