"""The permission matrix: every address of the site with who gets what there, written by hand."""

from tests.permissions.matrix import (
    account,
    admin,
    certification,
    classes,
    guidance,
    portfolio,
    proxy,
    schedule,
    staff,
    submissions,
)

# Heading → rows, in the order of the document.
AREAS = {
    "帳號與首頁": account.ROWS,
    "期程": schedule.ROWS,
    "學生的學習歷程": portfolio.ROWS,
    "代為辦理": proxy.ROWS,
    "班級": classes.ROWS,
    "認證": certification.ROWS,
    "提交與收訖": submissions.ROWS,
    "公告與課程諮詢": guidance.ROWS,
    "人員": staff.ROWS,
    "管理介面": admin.ROWS,
}
ROWS = [row for rows in AREAS.values() for row in rows]
