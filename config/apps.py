from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The project as an app of its own, for commands that build on every other."""

    name = "config"
