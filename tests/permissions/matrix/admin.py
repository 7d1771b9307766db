"""Django's admin: administrators only; which of its pages each kind of record has."""

from collections.abc import Iterator

from tests.permissions.access import EVERYBODY, Access, Answer, Role, Row, only, roles


def administrators(answer: Answer = Answer.PAGE) -> Access:
    """`answer` for administrators; the admin asks all others to sign in as one."""
    return Access(roles(Role.ADMIN), answer, Answer.SIGN_IN)


# Record → what administrators do with it beside looking: services write the others, and nothing trails.
LISTS = ("add", "import")
RECORDS = {
    "accounts/absence": ("add",),
    "accounts/auditentry": (),
    "accounts/classplacement": (*LISTS, "delete"),
    "accounts/duty": ("add",),
    "accounts/guardianship": LISTS,
    "accounts/listheading": ("delete",),
    "accounts/notice": (),
    "accounts/office": ("add",),
    "accounts/post": ("add",),
    "accounts/postholding": LISTS,
    "accounts/review": (),
    "accounts/school": (),
    "accounts/schoolclass": LISTS,
    "accounts/securitypolicy": (),
    "accounts/signinfailures": (),
    "accounts/student": LISTS,
    "accounts/user": LISTS,
    "portfolio/cadrerecord": ("import",),
    "portfolio/certification": (),
    "portfolio/classcounsellor": ("add", "delete"),
    "portfolio/codeentry": (*LISTS, "delete"),
    "portfolio/course": LISTS,
    "portfolio/courseoutcome": (),
    "portfolio/coursesection": LISTS,
    "portfolio/diverseperformance": (),
    "portfolio/enrolment": (*LISTS, "delete"),
    "portfolio/grade": ("import",),
    "portfolio/filelimit": ("add",),
    "portfolio/portfoliopolicy": (),
    "portfolio/returntemplate": ("add", "delete"),
    "portfolio/selection": (),
    "schedules/holiday": (*LISTS, "delete"),
    "schedules/ruleversion": ("add",),
    "schedules/term": ("add",),
    "schedules/window": (),
    "schedules/windowoverride": (),
    "submissions/batch": (),
    "submissions/batchrow": (),
    "submissions/exportjob": (),
    "submissions/receiptconfirmation": (),
    "submissions/receiptimport": (),
    "submissions/receiptperiod": (),
    "submissions/receiptrecord": (),
}


def _page(
    path: str,
    what: str,
    of: dict[str, str] | None = None,
    answer: Answer = Answer.PAGE,
    *,
    post: Answer | None = None,
    body: str = "",
) -> Row:
    """A page that answers posting as it does looking, unless `post` says otherwise."""
    return Row(
        f"admin/{path}",
        what,
        of or {},
        get=administrators(answer),
        post=administrators(answer if post is None else post),
        body=body,
    )


def _pages(record: str, may: tuple[str, ...]) -> Iterator[Row]:
    """The addresses that each kind of record has."""
    of = {"object_id": f"admin:{record}"}
    one = f"{record}/<path:object_id>"
    yield _page(f"{record}/", "清單")
    if "add" in may:
        added = Answer.AGAIN if record in FULL else Answer.DONE
        yield _page(f"{record}/add/", "新增", post=added, body=f"add {record}")
    else:
        yield _page(f"{record}/add/", "新增", answer=Answer.REFUSED)
    if record in LOOKED_AT:
        yield _page(f"{one}/change/", "一筆", of, post=Answer.REFUSED)
    else:
        yield _page(f"{one}/change/", "一筆", of, post=Answer.DONE, body=f"change {record}")
    if "delete" in may:
        unused = {"object_id": UNUSED.get(record, of["object_id"])}
        yield _page(f"{one}/delete/", "刪除", unused, post=Answer.DONE, body="confirmed_deletion")
    else:
        yield _page(f"{one}/delete/", "刪除", of, Answer.REFUSED)
    yield _page(f"{one}/history/", "歷程", of)
    yield _page(f"{one}/", "一筆（舊網址）", of, Answer.ELSEWHERE)
    if "import" in may:
        yield _page(f"{record}/import/", "匯入", body=f"import {record}")
        yield _page(
            f"{record}/process_import/",
            "確認匯入",
            answer=Answer.NO_SUCH_METHOD,
            post=Answer.DONE,
            body=f"process {record}",
        )
        yield _page(f"{record}/export/", "匯出", body="admin_export")


# There is one of each kind already.
FULL = {"portfolio/filelimit"}
# What hangs on the first record there is keeps it from being deleted.
UNUSED = {"portfolio/enrolment": "unused_enrolment"}
# Of these a record that is there is not changed in the admin.
LOOKED_AT = {
    "accounts/absence",
    "accounts/auditentry",
    "accounts/listheading",
    "accounts/notice",
    "accounts/review",
    "accounts/signinfailures",
    "portfolio/cadrerecord",
    "portfolio/certification",
    "portfolio/courseoutcome",
    "portfolio/diverseperformance",
    "portfolio/grade",
    "portfolio/selection",
    "schedules/window",
    "schedules/windowoverride",
    "submissions/batch",
    "submissions/batchrow",
    "submissions/exportjob",
    "submissions/receiptconfirmation",
    "submissions/receiptimport",
    "submissions/receiptperiod",
    "submissions/receiptrecord",
}
SITE = [
    _page("", "管理首頁"),
    Row(
        "admin/login/",
        "管理介面沒有自己的登入頁",
        get=only(otherwise=Answer.REFUSED),
        post=only(otherwise=Answer.REFUSED),
    ),
    Row(
        "admin/logout/",
        "登出",
        get=Access(roles(Role.ADMIN), Answer.NO_SUCH_METHOD, Answer.ELSEWHERE, away=Answer.ELSEWHERE),
        post=Access(EVERYBODY, Answer.ELSEWHERE, Answer.ELSEWHERE),
    ),
    Row(
        "admin/password_change/",
        "更改密碼（在網站的頁面）",
        get=Access(EVERYBODY, Answer.ELSEWHERE, Answer.ELSEWHERE),
        post=Access(EVERYBODY, Answer.ELSEWHERE, Answer.ELSEWHERE),
    ),
    _page("password_change/done/", "密碼已更改", post=Answer.NO_SUCH_METHOD),
    _page("autocomplete/", "欄位的候選名單", answer=Answer.REFUSED, post=Answer.NO_SUCH_METHOD),
    _page("jsi18n/", "介面文字", post=Answer.NO_SUCH_METHOD),
    _page(
        "r/<path:content_type_id>/<path:object_id>/",
        "在網站上檢視",
        {"content_type_id": "content_type", "object_id": "content_type"},
        Answer.MISSING,
    ),
    _page(
        "(?P<app_label>submissions|portfolio|schedules|accounts)/$", "一個應用的清單", {"app_label": "app"}
    ),
    _page("(?P<url>.*)$", "其他網址", {"url": "nowhere"}, Answer.MISSING),
]
SPECIAL = [
    _page("accounts/review/accounts/", "帳號審查"),
    _page("accounts/review/accounts/export/", "匯出帳號清單", answer=Answer.NO_SUCH_METHOD, post=Answer.PAGE),
    _page("accounts/review/trail/", "稽核紀錄審查"),
    _page(
        "accounts/review/trail/export/",
        "匯出審查的稽核紀錄",
        answer=Answer.NO_SUCH_METHOD,
        post=Answer.PAGE,
    ),
    _page(
        "accounts/auditentry/export/",
        "匯出稽核紀錄",
        answer=Answer.NO_SUCH_METHOD,
        post=Answer.PAGE,
        body="export",
    ),
    _page(
        "accounts/user/<id>/password/",
        "重設密碼",
        {"id": "student_user"},
        post=Answer.DONE,
        body="password_set",
    ),
    _page(
        "schedules/window/<int:pk>/override/",
        "調整期程",
        {"pk": "window"},
        post=Answer.DONE,
        body="override",
    ),
    _page("schedules/term/<int:pk>/setup/", "設定學期日期", {"pk": "term"}),
    _page("schedules/holiday/seed/", "帶入假日", post=Answer.DONE, body="holidays_of_a_year"),
]
ROWS = [*SITE, *SPECIAL, *(row for record, may in RECORDS.items() for row in _pages(record, may))]
