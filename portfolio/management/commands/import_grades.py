"""`manage.py import_grades --term 113-1 FILE`: the grades of a term."""

from typing import Any

from portfolio.services.grade_import import Grades
from portfolio.term_list_command import TermListCommand


class Command(TermListCommand):
    help = "Imports a term's grades: all of the file or nothing of it."
    columns = Grades.columns

    def kind(self, options: dict[str, Any]) -> Grades:
        return Grades(self.term(options))
