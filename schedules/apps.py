from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SchedulesConfig(AppConfig):
    name = "schedules"
    verbose_name = _("期程")

    def ready(self) -> None:
        from schedules import home, own_windows, permissions  # noqa: F401  (they register themselves)
