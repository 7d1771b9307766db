"""Pages that the permission matrix does not lead to: half-way through something, at another time, refused."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client, override_settings

from accounts.models import ListUpload
from config.openid_connect import openid_connect, provider_id
from portfolio.services.certification import certify, return_to_student
from portfolio.services.list_uploads import hand_in
from submissions.services.confirmation import confirm_receipt, report_error
from tests.accounts import lists
from tests.accounts.sign_in.codes import recovery_codes, with_app
from tests.browser.accessibility.school import Address, Event, Reply, School, Visit
from tests.factories import PASSWORD
from tests.moments import at
from tests.permissions.access import Role
from tests.permissions.scene import NOW, PermissionScene

PROVIDER = "https://id.example.edu.tw"
RECEIPTS_NOT_YET_OPEN, RECEIPTS_CLOSED = at("2024-10-08 20:00"), at("2024-10-14 08:00")
SELECTION_CLOSED, UPLOAD_CLOSED, ALL_CLOSED = (
    at("2024-11-01 08:00"),
    at("2025-02-08 08:00"),
    at("2025-03-01 08:00"),
)


# ---------------------------------------------------------------- what happens before


def has_app(scene: PermissionScene, client: Client) -> None:
    with_app(scene.users[Role.TEACHER])
    recovery_codes(scene.users[Role.TEACHER])


def is_half_signed_in(scene: PermissionScene, client: Client) -> None:
    has_app(scene, client)
    client.post("/accounts/login/", {"username": scene.users[Role.TEACHER].username, "password": PASSWORD})


def is_certified(scene: PermissionScene, client: Client) -> None:
    certify(scene.outcome, by=scene.users[Role.TEACHER], at=NOW)


def is_returned(scene: PermissionScene, client: Client) -> None:
    return_to_student(
        scene.outcome, reason="影片沒有聲音，請重新匯出。", by=scene.users[Role.TEACHER], at=NOW
    )


def is_confirmed(scene: PermissionScene, client: Client) -> None:
    confirm_receipt(scene.confirmation, by=scene.owner.user, at=NOW)


def is_disputed(scene: PermissionScene, client: Client) -> None:
    given = {"reason": "missing", "explanation": "少一件作品。"}
    report_error(scene.confirmation, by=scene.owner.user, at=NOW, **given)


def has_strange_headings(scene: PermissionScene, client: Client) -> None:
    _hand_in(scene, [["學年度", "部別", "年級", "教室別"], [113, "日間部", 2, "資訊二丁"]])


def has_wrong_rows(scene: PermissionScene, client: Client) -> None:
    _hand_in(scene, [["學年度", "部別", "年級", "班級"], [113, "日間部", 9, ""], ["", "夜校", 2, "資訊二丁"]])


def _hand_in(scene: PermissionScene, rows: lists.Rows) -> None:
    clerk = scene.users[Role.REGISTRY_CLERK]
    hand_in(scene.class_list_act, None, lists.xlsx(rows), "班級.xlsx", by=clerk, at=NOW)


# ---------------------------------------------------------------- where


def upload(part: str = "") -> Address:
    return lambda scene: f"/people/import/{ListUpload.objects.latest('pk').pk}/{part}"


def of_outcome(part: str = "") -> Address:
    return lambda scene: f"/portfolio/outcomes/{scene.outcome.pk}/{part}"


def receipt(scene: PermissionScene) -> str:
    return f"/receipts/{scene.confirmation.pk}/"


def period(scene: PermissionScene) -> str:
    return f"/receipts/manage/{scene.period.pk}/"


def compared(scene: PermissionScene) -> str:
    chosen = f"first=outcome-{scene.certified.pk}&second=performance-{scene.unselected.pk}"
    return f"/portfolio/selection/compare/?year=112&{chosen}"


# ---------------------------------------------------------------- the visits


def _more(
    what: str,
    role: Role,
    address: Address,
    body: dict[str, Any] | None = None,
    *,
    route: str = "",
    moment: datetime = NOW,
    after: Event | None = None,
    trusting: bool = True,
) -> Visit:
    def ask(school: School) -> Reply:
        return school.ask(role, address, body, at=moment, after=after, trusting=trusting)

    return Visit(what, ask, route)


def _second_factor(part: str, what: str) -> Visit:
    route = f"accounts/2fa/{part}"
    return _more(f"{what}（有驗證器）", Role.TEACHER, f"/{route}", route=route, after=has_app)


def _through_provider(address: str, what: str, route: str = "") -> Visit:
    def ask(school: School) -> Reply:
        told = openid_connect(PROVIDER, "校園帳號", "platform", "s3cret")
        with override_settings(OIDC_NAME="校園帳號", OIDC_SERVER_URL=PROVIDER, SOCIALACCOUNT_PROVIDERS=told):
            return school.ask(Role.SIGNED_OUT, address)

    return Visit(what, ask, route)


def _template(name: str, status: int) -> Visit:
    """A page that is made when something goes wrong, without a request."""

    def make(school: School) -> Reply:
        answer = HttpResponse(render_to_string(name), status=status)
        return Reply("/", status, dict(answer.headers), answer.content)

    return Visit(f"{status}", make)


SIGNING_IN = [
    _second_factor("", "自己的兩步驟驗證"),
    _second_factor("reauthenticate/", "再次輸入驗證碼"),
    _second_factor("totp/deactivate/", "停用驗證器"),
    _second_factor("recovery-codes/", "復原碼"),
    _second_factor("recovery-codes/generate/", "重新產生復原碼"),
    _more(
        "登入時輸入驗證碼",
        Role.SIGNED_OUT,
        "/accounts/2fa/authenticate/",
        route="accounts/2fa/authenticate/",
        after=is_half_signed_in,
    ),
    _more(
        "登入時驗證碼不對",
        Role.SIGNED_OUT,
        "/accounts/2fa/authenticate/",
        {"code": "000000"},
        after=is_half_signed_in,
    ),
    _through_provider("/accounts/login/", "登入頁，有學校的登入服務"),
    _through_provider(
        f"/accounts/oidc/{provider_id(PROVIDER)}/login/",
        "前往學校的登入服務",
        "accounts/oidc/<str:provider_id>/login/",
    ),
]
LISTS = [
    _more(
        "指出各欄是什麼",
        Role.REGISTRY_CLERK,
        upload("headings/"),
        route="people/import/<int:pk>/headings/",
        after=has_strange_headings,
    ),
    _more("沒有指出各欄", Role.REGISTRY_CLERK, upload("headings/"), {}, after=has_strange_headings),
    _more("名單有錯誤的列", Role.REGISTRY_CLERK, upload(), after=has_wrong_rows),
]
STUDENTS = [
    _more("被退件的成果", Role.OWNER, of_outcome(), after=is_returned),
    _more("修改被退件的成果", Role.OWNER, of_outcome("edit/"), after=is_returned),
    _more("學習歷程有退件", Role.OWNER, "/portfolio/", after=is_returned),
    _more("首頁有退件", Role.OWNER, "/", after=is_returned),
    _more("已認證的成果", Role.OWNER, of_outcome(), after=is_certified),
    _more("搜尋到的項目", Role.OWNER, "/portfolio/?q=獨有&year=all"),
    _more("沒有搜尋到", Role.OWNER, "/portfolio/?q=沒有這個&year=all"),
    _more("並排比較的兩件", Role.OWNER, compared),
    _more("勾選後排順序", Role.OWNER, "/portfolio/selection/", {"step": "review"}),
    _more("沒有待認證的成果", Role.TEACHER, "/certification/", after=is_certified),
]
CLOSED = [
    _more(f"{what}（截止後）", role, address, route=route, moment=moment)
    for what, role, address, route, moment in (
        ("學習歷程", Role.OWNER, "/portfolio/", "", UPLOAD_CLOSED),
        ("上傳課程學習成果", Role.OWNER, "/portfolio/outcomes/new/", "", UPLOAD_CLOSED),
        (
            "草稿",
            Role.OWNER,
            lambda scene: f"/portfolio/drafts/{scene.unsent.pk}/",
            "portfolio/drafts/<int:pk>/",
            UPLOAD_CLOSED,
        ),
        ("勾選", Role.OWNER, "/portfolio/selection/", "", SELECTION_CLOSED),
        ("待認證清單", Role.TEACHER, "/certification/", "", ALL_CLOSED),
        ("收訖明細", Role.OWNER, "/receipts/", "", RECEIPTS_CLOSED),
        ("一份收訖明細", Role.OWNER, receipt, "", RECEIPTS_CLOSED),
        ("收訖確認情形", Role.REGISTRY_HEAD, period, "", RECEIPTS_CLOSED),
        ("首頁", Role.OWNER, "/", "", ALL_CLOSED),
    )
]
RECEIPTS = [
    _more("還沒開放的收訖明細", Role.OWNER, receipt, moment=RECEIPTS_NOT_YET_OPEN),
    _more("確認過的收訖明細", Role.OWNER, receipt, after=is_confirmed),
    _more("回報過疑義的收訖明細", Role.OWNER, receipt, after=is_disputed),
    _more("有疑義的收訖確認情形", Role.REGISTRY_HEAD, period, after=is_disputed),
]
ADMIN = [
    _more(f"管理介面 {what}", Role.ADMIN, f"/{route}", {}, route=route)
    for what, route in (
        ("新增帳號缺漏", "admin/accounts/user/add/"),
        ("匯入沒有檔案", "admin/accounts/schoolclass/import/"),
    )
]
REFUSALS = [
    _more("404", Role.OWNER, "/nowhere/"),
    _more("404 未登入", Role.SIGNED_OUT, "/nowhere/"),
    _more("403", Role.OWNER, "/submissions/"),
    _more(
        "不在期間內的拒絕", Role.OWNER, lambda scene: f"{receipt(scene)}confirm/", {}, moment=RECEIPTS_CLOSED
    ),
    _more("開太久的頁面", Role.OWNER, "/accounts/notices/read/", {}, trusting=False),
    _template("500.html", 500),
    _template("429.html", 429),
]
MORE = [*SIGNING_IN, *LISTS, *STUDENTS, *CLOSED, *RECEIPTS, *ADMIN, *REFUSALS]
