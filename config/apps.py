from typing import Any

from django.apps import AppConfig, apps
from django.core.management import call_command
from django.db.models.signals import post_migrate


class ConfigConfig(AppConfig):
    """The project as an app of its own, for commands that build on every other."""

    name = "config"

    def ready(self) -> None:
        from config import personal_data_rotation  # noqa: F401  (its act is known in words)

        post_migrate.connect(_make_cache_table, sender=apps.get_app_config("accounts"))


def _make_cache_table(*, using: str, **kwargs: Any) -> None:
    """The cache's table belongs to no model, so migrations alone would not make it."""
    call_command("createcachetable", database=using, verbosity=0)
