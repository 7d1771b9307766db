from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The project as an app of its own, for commands that build on every other."""

    name = "config"

    def ready(self) -> None:
        from config import personal_data_rotation  # noqa: F401  (its act is known in words)
