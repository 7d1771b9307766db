"""The schedule: public once published; extensions and self-checks for those whose duty they are."""

from tests.permissions.access import EVERYBODY, SIGNED_IN, STAFF, Access, Answer, Role, Row, done_by, only

TERM = {"year": "school_year", "number": "term_number"}
DRAFT = {"year": "draft_year", "number": "term_number"}
# Who may give more time to the day division's students.
EXTENDERS = frozenset({Role.REGISTRY_HEAD, Role.ADMIN})

ROWS = [
    Row("schedule/", "本學期期程表", get=only(EVERYBODY)),
    Row(
        "schedule/<int:school_year>-<int:number>/",
        "已公告的期程表",
        {"school_year": "school_year", "number": "term_number"},
        get=only(EVERYBODY),
    ),
    Row(
        "schedule/<int:school_year>-<int:number>/",
        "尚未公告的期程表",
        {"school_year": "draft_year", "number": "term_number"},
        get=Access(STAFF, Answer.PAGE, Answer.MISSING, away=Answer.MISSING),
    ),
    Row("schedule/<int:year>-<int:number>.ics", "期程行事曆", TERM, get=only(EVERYBODY)),
    Row("schedule/<int:year>-<int:number>.json", "期程開放資料", TERM, get=only(EVERYBODY)),
    Row("schedule/<int:year>-<int:number>/self-check/", "自我檢核表", TERM, get=only(STAFF)),
    Row(
        "schedule/<int:year>-<int:number>/publish/",
        "公告期程",
        DRAFT,
        post=done_by(Role.EXECUTIVE_SECRETARY, Role.ADMIN, otherwise=Answer.REFUSED),
    ),
    Row(
        "schedule/self-check/<int:pk>/tick/",
        "完成日間部課程學習成果的自我檢核",
        {"pk": "self_check"},
        post=done_by(Role.REGISTRY_HEAD, otherwise=Answer.REFUSED),
    ),
    Row(
        "schedule/extensions/",
        "展延（登錄：日間部學生）",
        get=only(EXTENDERS, Role.EVENING_ACADEMIC),
        post=done_by(EXTENDERS, again=frozenset({Role.EVENING_ACADEMIC})),
        body="extension",
    ),
    Row(
        "schedule/extensions/<int:pk>/withdraw/",
        "撤銷日間部的展延",
        {"pk": "extension"},
        post=done_by(EXTENDERS),
    ),
    Row("schedule/my/", "我的行事曆網址", get=only(SIGNED_IN)),
    Row("schedule/my/renew/", "換新行事曆網址", post=done_by(SIGNED_IN)),
    Row(
        "schedule/feed/<str:token>.ics", "個人行事曆（持有密網址者）", {"token": "feed"}, get=only(EVERYBODY)
    ),
]
