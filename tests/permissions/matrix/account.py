"""Signing in, the second factor, the home page, notices: what everybody has for themselves."""

from tests.permissions.access import (
    AWAY,
    EVERYBODY,
    SIGNED_IN,
    Access,
    Answer,
    Role,
    Row,
    done_by,
    only,
    roles,
)

ELSEWHERE = Answer.ELSEWHERE
# Who is signed in has no use for it and is led to the home page.
FOR_AWAY = Access(AWAY, Answer.PAGE, ELSEWHERE)
OWN = only(SIGNED_IN)
LED_ON = only(EVERYBODY, gives=ELSEWHERE)
NOT_THERE = only(EVERYBODY, gives=Answer.MISSING)
# The address asks who it is before it looks at the method.
NOT_POSTED = only(otherwise=Answer.NO_SUCH_METHOD)
OWNER = roles(Role.OWNER)

ROWS = [
    Row("", "首頁", get=OWN),
    Row("accounts/language/", "換語言", post=only(EVERYBODY, gives=ELSEWHERE), body="language"),
    Row("accounts/notices/", "通知", get=OWN),
    Row("accounts/notices/mail/", "通知信設定", post=done_by(SIGNED_IN), body="mail_choice"),
    Row("accounts/notices/read/", "通知全部標為已讀", post=done_by(SIGNED_IN)),
    Row(
        "accounts/login/",
        "登入（密碼不對）",
        get=FOR_AWAY,
        post=FOR_AWAY,
        body="wrong_password",
    ),
    Row("accounts/logout/", "登出", post=only(EVERYBODY, gives=ELSEWHERE)),
    Row("accounts/password/", "更改自己的密碼", get=OWN, post=done_by(SIGNED_IN), body="password_change"),
    Row("accounts/idle/", "距離自動登出的時間", get=only(EVERYBODY), post=only(EVERYBODY)),
    Row(
        "accounts/reauthenticate/",
        "再次確認密碼",
        get=OWN,
        post=only(SIGNED_IN, gives=ELSEWHERE),
        body="password",
    ),
    Row(
        "accounts/password/reset/",
        "忘記密碼",
        get=only(EVERYBODY),
        post=only(EVERYBODY, gives=ELSEWHERE),
        body="unknown_email",
    ),
    Row("accounts/password/reset/done/", "重設信已寄出", get=only(EVERYBODY)),
    Row(
        "accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        "重設密碼（連結不對）",
        {"uidb36": "owner_in_reset_link", "key": "wrong_key"},
        get=only(EVERYBODY),
        post=only(EVERYBODY, gives=Answer.AGAIN),
    ),
    Row("accounts/password/reset/key/done/", "密碼已重設", get=only(EVERYBODY)),
    Row("accounts/2fa/", "自己的兩步驟驗證", get=OWN, post=NOT_POSTED),
    Row(
        "accounts/2fa/authenticate/",
        "登入時輸入驗證碼（沒有登入到一半）",
        get=LED_ON,
        post=LED_ON,
    ),
    Row(
        "accounts/2fa/reauthenticate/",
        "再次輸入驗證碼（沒有驗證器）",
        get=only(SIGNED_IN, gives=ELSEWHERE),
        post=only(SIGNED_IN, gives=ELSEWHERE),
    ),
    Row(
        "accounts/2fa/totp/activate/",
        "設定自己的驗證器（驗證碼不對）",
        get=OWN,
        post=only(SIGNED_IN, gives=Answer.AGAIN),
    ),
    Row(
        "accounts/2fa/totp/deactivate/",
        "停用自己的驗證器（沒有驗證器）",
        get=only(),
        post=only(),
    ),
    Row("accounts/2fa/recovery-codes/", "自己的備用碼（沒有）", get=only(), post=NOT_POSTED),
    Row(
        "accounts/2fa/recovery-codes/generate/",
        "產生自己的備用碼（先有驗證器）",
        get=OWN,
        post=done_by(OWNER, otherwise=Answer.AGAIN),
    ),
    Row("accounts/2fa/recovery-codes/download/", "下載自己的備用碼（沒有）", get=only(), post=only()),
    Row("accounts/2fa/passkeys/", "通行金鑰（併入兩步驟驗證）", get=LED_ON, post=LED_ON),
    Row(
        "accounts/2fa/passkeys/add/",
        "登錄自己的通行金鑰（內容不對）",
        get=OWN,
        post=only(SIGNED_IN, gives=Answer.AGAIN),
    ),
    Row(
        "accounts/2fa/passkeys/<int:pk>/remove/",
        "移除通行金鑰",
        {"pk": "passkey"},
        get=only(OWNER),
        post=done_by(OWNER),
    ),
    Row("accounts/2fa/passkeys/login/", "以通行金鑰登入（內容不對）", get=LED_ON, post=LED_ON),
    Row(
        "accounts/2fa/passkeys/reauthenticate/",
        "以通行金鑰再次確認（內容不對）",
        get=only(OWNER, otherwise=ELSEWHERE),
        post=only(SIGNED_IN, gives=ELSEWHERE),
    ),
    Row(
        "accounts/oidc/<str:provider_id>/login/",
        "以學校的登入服務登入（沒有設定）",
        {"provider_id": "provider"},
        get=NOT_THERE,
        post=NOT_THERE,
    ),
    Row(
        "accounts/oidc/<str:provider_id>/login/callback/",
        "學校的登入服務回來（沒有設定）",
        {"provider_id": "provider"},
        get=NOT_THERE,
        post=NOT_THERE,
    ),
    Row("accounts/oidc/cancelled/", "取消以學校的登入服務登入", get=only(EVERYBODY)),
    Row("healthz", "服務是否存活", get=only(EVERYBODY)),
    Row("readyz", "服務是否就緒", get=only(EVERYBODY)),
]
