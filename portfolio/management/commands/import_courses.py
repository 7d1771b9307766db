"""`manage.py import_courses FILE`: the courses of the curriculum."""

from typing import Any

from accounts.list_command import ListCommand
from portfolio.services.course_import import Courses


class Command(ListCommand):
    help = "Imports courses from the school administration system: all of the file or nothing of it."
    columns = Courses.columns

    def kind(self, options: dict[str, Any]) -> Courses:
        return Courses()
