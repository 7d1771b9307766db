"""`manage.py import_classes FILE`: classes with their homeroom teachers."""

from typing import Any

from accounts.list_command import ListCommand
from accounts.services.class_import import Classes


class Command(ListCommand):
    help = "Imports classes from the school administration system: all of the file or nothing of it."
    columns = Classes.columns

    def kind(self, options: dict[str, Any]) -> Classes:
        return Classes()
