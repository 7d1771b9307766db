from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts import acts


@acts.register
class SignInAct(TextChoices):
    """What happens around signing in, besides signing in itself."""

    ADD_FACTOR = "add_second_factor", _("設定兩步驟驗證")
    REMOVE_FACTOR = "remove_second_factor", _("移除兩步驟驗證")
    RENEW_RECOVERY_CODES = "renew_recovery_codes", _("重新產生復原碼")
    USE_RECOVERY_CODE = "use_recovery_code", _("使用復原碼")
    WRONG_FACTOR = "wrong_second_factor", _("兩步驟驗證失敗")
    RESET_FACTORS = "reset_second_factors", _("重設他人的兩步驟驗證")
    ASK_FOR_RESET = "ask_for_password_reset", _("申請重設密碼")
    LINK_PROVIDER = "link_provider", _("連結單一登入帳號")
    UNLINK_PROVIDER = "unlink_provider", _("解除他人的單一登入連結")
    REFUSE_PROVIDER = "refuse_provider_sign_in", _("單一登入未通過")
