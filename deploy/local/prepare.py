"""Brings the database up to date and, when it is new, loads the demo school. Runs inside `.venv`."""

from __future__ import annotations

import os

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    print("Bringing the database up to date …", flush=True)
    call_command("migrate", interactive=False, verbosity=0)
    if settings.DEBUG and not get_user_model().objects.exists():
        print("A new database: loading the demo school …", flush=True)
        call_command("demo")


if __name__ == "__main__":
    main()
