from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SchedulesConfig(AppConfig):
    name = "schedules"
    verbose_name = _("期程")

    def ready(self) -> None:
        from schedules import (  # noqa: F401  (they register themselves; signals connect the self-check lists)
            home,
            own_windows,
            permissions,
            signals,
        )
