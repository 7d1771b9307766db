"""Announcements by offices, and course consultations."""

from tests.permissions.access import SIGNED_IN, STAFF, Role, Row, done_by, only, roles

COUNSELLOR = roles(Role.COUNSELLOR)
# Who holds a post, and so may announce for its office.
OFFICES = STAFF - roles(Role.TEACHER, Role.OTHER_TEACHER, Role.HOMEROOM, Role.OTHER_HOMEROOM)
REGISTRY = roles(Role.REGISTRY_HEAD, Role.REGISTRY_CLERK, Role.ADMIN)

ROWS = [
    Row("announcements/", "給本人的公告", get=only(SIGNED_IN)),
    Row(
        "announcements/manage/",
        "發布公告（註冊組對日間部）",
        get=only(OFFICES),
        post=done_by(REGISTRY, again=OFFICES - REGISTRY),
        body="announcement",
    ),
    Row(
        "announcements/<int:pk>/withdraw/",
        "撤回公告（註冊組的）",
        {"pk": "announcement"},
        post=done_by(REGISTRY),
    ),
    Row("consultations/", "課程諮詢紀錄（所負責班級的）", get=only(COUNSELLOR)),
    Row("consultations/coverage/", "各班諮詢情形", get=only(COUNSELLOR)),
    Row(
        "consultations/new/",
        "登錄課程諮詢",
        get=only(COUNSELLOR),
        post=done_by(COUNSELLOR),
        body="consultation",
    ),
    Row("consultations/<int:pk>/", "一筆諮詢紀錄", {"pk": "consultation"}, get=only(COUNSELLOR)),
    Row(
        "consultations/<int:pk>/edit/",
        "更正諮詢紀錄",
        {"pk": "consultation"},
        get=only(COUNSELLOR),
        post=done_by(COUNSELLOR),
        body="consultation",
    ),
    Row(
        "consultations/<int:pk>/withdraw/",
        "撤銷諮詢紀錄",
        {"pk": "consultation"},
        post=done_by(COUNSELLOR),
        body="reason",
    ),
]
