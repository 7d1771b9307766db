from allauth.mfa.models import Authenticator
from django.utils.translation import gettext as _


def factor_name(kind: str) -> str:
    """A kind of second factor in words."""
    return {
        Authenticator.Type.TOTP: _("驗證應用程式"),
        Authenticator.Type.WEBAUTHN: _("通行密鑰"),
        Authenticator.Type.RECOVERY_CODES: _("復原碼"),
    }[Authenticator.Type(kind)]
