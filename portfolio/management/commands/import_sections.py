"""`manage.py import_sections --term 113-1 FILE`: which course is taught to whom, by whom."""

from typing import Any

from portfolio.services.course_import import Sections
from portfolio.term_list_command import TermListCommand


class Command(TermListCommand):
    help = "Imports a term's course sections with their teachers: all of the file or nothing of it."
    columns = Sections.columns

    def kind(self, options: dict[str, Any]) -> Sections:
        return Sections(self.term(options))
