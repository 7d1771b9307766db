"""Classes at a glance: a homeroom teacher's own, and a division's for its offices."""

from tests.permissions.access import Access, Answer, Role, Row, done_by, only, roles

DAY_OFFICES = roles(Role.REGISTRY_HEAD, Role.DISCIPLINE_HEAD, Role.EXECUTIVE_SECRETARY, Role.ADMIN)
OFFICES = roles(DAY_OFFICES, Role.EVENING_ACADEMIC, Role.EVENING_AFFAIRS)
LOOKING_AFTER = roles(DAY_OFFICES, Role.HOMEROOM)
CLASS = {"pk": "school_class"}

ROWS = [
    Row(
        "class/",
        "導師班總覽；承辦處室轉往各班情形",
        get=Access(
            roles(Role.HOMEROOM, Role.OTHER_HOMEROOM),
            Answer.PAGE,
            Answer.MISSING,
            {Answer.ELSEWHERE: OFFICES},
        ),
    ),
    Row("class/all/", "各班情形", get=only(OFFICES)),
    Row("class/<int:pk>/", "一個班級的總覽", CLASS, get=only(LOOKING_AFTER)),
    Row("class/<int:pk>/print/", "班級總覽與簽認名冊", CLASS, get=only(LOOKING_AFTER)),
    Row("class/<int:pk>/confirmation/", "全班歷程確認單", CLASS, get=only(Role.HOMEROOM)),
    Row("class/<int:pk>/remind/", "提醒班級", CLASS, post=done_by(LOOKING_AFTER), body="class_reminder"),
    Row(
        "class/<int:pk>/students/<int:student>/",
        "學生的項目（導師查看）",
        CLASS | {"student": "student"},
        get=only(Role.HOMEROOM),
    ),
]
