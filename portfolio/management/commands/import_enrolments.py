"""`manage.py import_enrolments --term 113-1 FILE`: who takes which course."""

from typing import Any

from portfolio.services.enrolment_import import Enrolments
from portfolio.term_list_command import TermListCommand


class Command(TermListCommand):
    help = "Imports a term's enrolments: all of the file or nothing of it."
    columns = Enrolments.columns

    def kind(self, options: dict[str, Any]) -> Enrolments:
        return Enrolments(self.term(options))
