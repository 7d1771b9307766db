"""Certifying, and teachers who leave."""

from tests.permissions.access import Answer, Role, Row, done_by, only, roles

REFUSED = Answer.REFUSED
# Whoever stands in some section's chain, last of all those who submit course outcomes.
CERTIFIERS = roles(Role.TEACHER, Role.OTHER_TEACHER, Role.DEPARTED, Role.REGISTRY_HEAD, Role.EVENING_ACADEMIC)
# Who keeps the day division's course platform.
HANDING_OVER = roles(Role.INSTRUCTION_HEAD, Role.ADMIN)
DAY_ACT = done_by(Role.TEACHER, otherwise=REFUSED)
RETAINED_ACT = done_by(Role.DEPARTED, otherwise=REFUSED)

ROWS = [
    Row(
        "certification/",
        "待認證清單；一次認證勾選的項目",
        get=only(CERTIFIERS, otherwise=REFUSED),
        post=DAY_ACT,
        body="ticked",
    ),
    Row(
        "certification/publish/",
        "發布自己存下的決定",
        post=only(CERTIFIERS, gives=Answer.ELSEWHERE, otherwise=REFUSED),
    ),
    Row(
        "certification/templates/",
        "退件原因範本：自己的與全校共用的",
        get=only(CERTIFIERS, otherwise=REFUSED),
        post=done_by(CERTIFIERS, otherwise=REFUSED),
        body="return_template",
    ),
    Row(
        "certification/templates/<int:pk>/",
        "自己的退件原因範本",
        {"pk": "return_template"},
        get=only(Role.TEACHER, missing=CERTIFIERS, otherwise=REFUSED),
        post=done_by(Role.TEACHER, missing=CERTIFIERS, otherwise=REFUSED),
        body="return_template",
    ),
    Row(
        "certification/templates/<int:pk>/move/",
        "移動自己的退件原因範本",
        {"pk": "return_template"},
        post=done_by(Role.TEACHER, missing=CERTIFIERS, otherwise=REFUSED),
    ),
    Row(
        "certification/templates/<int:pk>/delete/",
        "刪除自己的退件原因範本",
        {"pk": "return_template"},
        post=done_by(Role.TEACHER, missing=CERTIFIERS, otherwise=REFUSED),
    ),
    Row(
        "certification/<int:pk>/",
        "一件待認證的成果",
        {"pk": "outcome"},
        get=only(Role.TEACHER, missing=CERTIFIERS, otherwise=REFUSED),
    ),
    Row("certification/<int:pk>/certify/", "認證", {"pk": "outcome"}, post=DAY_ACT),
    Row("certification/<int:pk>/return/", "退件", {"pk": "outcome"}, post=DAY_ACT, body="return"),
    Row(
        "certification/<int:pk>/undo/",
        "收回認證或退件",
        {"pk": "decided_outcome"},
        post=done_by(Role.OTHER_TEACHER, otherwise=REFUSED),
        body="undo",
    ),
    Row(
        "certification/<int:pk>/drop/",
        "刪除存下的決定",
        {"pk": "prepared_outcome"},
        post=done_by(Role.OTHER_TEACHER, otherwise=REFUSED),
    ),
    Row(
        "certification/<int:pk>/",
        "離職教師（保留認證）原授課程的成果",
        {"pk": "retained_outcome"},
        get=only(Role.DEPARTED, missing=CERTIFIERS, otherwise=REFUSED),
    ),
    Row(
        "certification/<int:pk>/certify/",
        "離職教師（保留認證）認證原授課程",
        {"pk": "retained_outcome"},
        post=RETAINED_ACT,
    ),
    Row(
        "certification/<int:pk>/return/",
        "離職教師（保留認證）退件",
        {"pk": "retained_outcome"},
        post=RETAINED_ACT,
        body="return",
    ),
    Row("certification/departures/", "教師離職", get=only(HANDING_OVER, Role.EVENING_ACADEMIC)),
    Row(
        "certification/departures/<int:pk>/",
        "登錄日間部教師離職、交接認證",
        {"pk": "other_teacher"},
        get=only(HANDING_OVER),
        post=done_by(HANDING_OVER),
        body="departure",
    ),
    Row(
        "certification/departures/<int:pk>/withdraw/",
        "撤銷離職登錄",
        {"pk": "departed"},
        post=done_by(HANDING_OVER),
        body="reason",
    ),
]
