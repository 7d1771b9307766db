"""Acting for a student without network: parents, the homeroom teacher, the course's teacher."""

from tests.permissions.access import PARENTS, Answer, Role, Row, done_by, only, roles

HELPERS = roles(Role.GUARDIAN, Role.TEACHER, Role.HOMEROOM)
STUDENT = {"student": "student"}
RECEIPT = {"student": "student", "pk": "confirmation"}
PAGE, ACT = only(HELPERS), done_by(HELPERS)

ROWS = [
    Row(
        "proxy/",
        "可以代為辦理的學生",
        get=only(HELPERS, PARENTS, Role.OTHER_TEACHER, Role.OTHER_HOMEROOM, otherwise=Answer.REFUSED),
    ),
    Row("proxy/<int:student>/", "一位學生", STUDENT, get=PAGE),
    Row(
        "proxy/<int:student>/outcomes/new/",
        "代為上傳課程學習成果",
        STUDENT,
        get=PAGE,
        post=ACT,
        body="outcome",
    ),
    Row("proxy/<int:student>/performances/new/", "代為選擇多元表現類別", STUDENT, get=PAGE),
    Row(
        "proxy/<int:student>/performances/new/<slug:category>/",
        "代為上傳多元表現",
        STUDENT | {"category": "category"},
        get=PAGE,
        post=ACT,
        body="performance",
    ),
    Row("proxy/<int:student>/selection/", "代為勾選", STUDENT, get=PAGE, post=ACT, body="selection"),
    Row(
        "proxy/<int:student>/receipts/<int:pk>/",
        "代為確認收訖明細",
        RECEIPT,
        get=PAGE,
        post=ACT,
        body="proxy_reason",
    ),
    Row(
        "proxy/<int:student>/receipts/<int:pk>/report/",
        "代為回報收訖疑義",
        RECEIPT,
        get=PAGE,
        post=ACT,
        body="report",
    ),
]
