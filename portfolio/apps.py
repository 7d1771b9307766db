from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortfolioConfig(AppConfig):
    name = "portfolio"
    verbose_name = _("學習歷程")

    def ready(self) -> None:
        from portfolio import (  # noqa: F401  (they register)
            cadre_home,
            home,
            own_windows,
            permissions,
            proxy_home,
            record_home,
            record_permissions,
        )
        from portfolio.archives import sections  # noqa: F401
        from portfolio.class_overview import home as class_home  # noqa: F401
        from portfolio.class_overview import own_reminders, own_stages  # noqa: F401
        from portfolio.consultations import home as consultations_home  # noqa: F401
