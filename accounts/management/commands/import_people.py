"""`manage.py import_people FILE`: students with class and seat, and teachers."""

from typing import Any

from accounts.list_command import ListCommand
from accounts.services.people_import import People


class Command(ListCommand):
    help = "Imports people from the school administration system: all of the file or nothing of it."
    columns = People.columns

    def kind(self, options: dict[str, Any]) -> People:
        return People()
