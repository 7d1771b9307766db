"""Batches and receipts: offices by their duty, students their own."""

from tests.permissions.access import OTHER_STUDENTS, STUDENTS, Access, Answer, Role, Row, done_by, only, roles

REFUSED = Answer.REFUSED
OFFICES = roles(Role.REGISTRY_HEAD, Role.DISCIPLINE_HEAD, Role.EVENING_ACADEMIC, Role.EVENING_AFFAIRS)
OTHER_OFFICES = OFFICES - {Role.REGISTRY_HEAD}
# The day division's course outcomes are submitted, and their receipts confirmed, by the registry head.
PAGE = only(Role.REGISTRY_HEAD, missing=OTHER_OFFICES, otherwise=REFUSED)
ACT = done_by(Role.REGISTRY_HEAD, missing=OTHER_OFFICES, otherwise=REFUSED)
OWN_PAGE = only(Role.OWNER, missing=OTHER_STUDENTS, otherwise=REFUSED)
OWN_ACT = done_by(Role.OWNER, missing=OTHER_STUDENTS, otherwise=REFUSED)


def _step(path: str, what: str, batch: str, body: str = "", *, get: Access | None = PAGE) -> Row:
    return Row(f"submissions/<int:pk>/{path}", what, {"pk": batch}, get=get, post=ACT, body=body)


ROWS = [
    Row("submissions/", "提交批次", get=only(OFFICES, otherwise=REFUSED)),
    Row(
        "submissions/new/",
        "建立批次（日間部課程學習成果）",
        get=only(OFFICES, otherwise=REFUSED),
        post=done_by(Role.REGISTRY_HEAD, again=OTHER_OFFICES, otherwise=REFUSED),
        body="new_batch",
    ),
    Row("submissions/<int:pk>/", "一個批次", {"pk": "batch"}, get=PAGE),
    Row("submissions/<int:pk>/rows/", "批次的名冊內容", {"pk": "batch"}, get=PAGE),
    _step("freeze/", "凍結", "created_batch"),
    Row(
        "submissions/<int:pk>/exports/",
        "產生名冊的進度",
        {"pk": "frozen_batch"},
        get=only(Role.REGISTRY_HEAD, gives=Answer.ELSEWHERE, missing=OTHER_OFFICES, otherwise=REFUSED),
    ),
    _step("exports/build/", "產生名冊與附件", "frozen_batch", get=None),
    Row("submissions/exports/<int:pk>/download/", "下載名冊", {"pk": "export"}, get=PAGE),
    _step("submitted/", "登錄已提交", "frozen_batch", "submitted"),
    _step("import/", "匯入收訖明細", "submitted_batch", "receipts"),
    Row(
        "submissions/<int:pk>/imports/<int:number>/",
        "匯入結果",
        {"pk": "batch", "number": "import_number"},
        get=PAGE,
    ),
    _step("open-period/", "開放學生確認", "received_batch", "opening"),
    Row(
        "submissions/<int:pk>/practice-receipts/",
        "練習用的收訖明細（正式環境沒有）",
        {"pk": "batch"},
        get=only(missing=OFFICES, otherwise=REFUSED),
    ),
    Row("receipts/manage/", "收訖確認情形", get=only(OFFICES, otherwise=REFUSED)),
    Row("receipts/manage/<int:pk>/", "一次收訖確認的情形", {"pk": "period"}, get=PAGE),
    Row("receipts/", "我的收訖明細", get=only(STUDENTS, otherwise=REFUSED)),
    Row("receipts/<int:pk>/", "一份收訖明細", {"pk": "confirmation"}, get=OWN_PAGE),
    Row("receipts/<int:pk>/confirm/", "確認無誤", {"pk": "confirmation"}, post=OWN_ACT),
    Row(
        "receipts/<int:pk>/report/",
        "回報疑義",
        {"pk": "confirmation"},
        get=OWN_PAGE,
        post=OWN_ACT,
        body="report",
    ),
]
