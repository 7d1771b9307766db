from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SubmissionsConfig(AppConfig):
    name = "submissions"
    verbose_name = _("提交與收訖")

    def ready(self) -> None:
        from submissions import (  # noqa: F401  (they register)
            archive_section,
            class_stages,
            home,
            milestones,
            own_windows,
            permissions,
            proxy_panels,
        )
