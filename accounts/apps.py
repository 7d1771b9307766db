from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("人員與職掌")

    def ready(self) -> None:
        from accounts import (  # noqa: F401  (they register themselves; signals connect the sign-in trail)
            absence_permissions,
            account_permissions,
            checks,
            clock_check,
            home,
            signals,
            sqlite_room,
            student_permissions,
        )
        from accounts.announcements import home as announcements_home  # noqa: F401
        from accounts.sign_in import trail  # noqa: F401
