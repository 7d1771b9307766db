"""`manage.py import_cadre --term 113-1 FILE`: the cadre records of a term."""

from typing import Any

from portfolio.services.cadre_import import CadreRecords
from portfolio.term_list_command import TermListCommand


class Command(TermListCommand):
    help = "Imports a term's cadre records: all of the file or nothing of it."
    columns = CadreRecords.columns

    def kind(self, options: dict[str, Any]) -> CadreRecords:
        return CadreRecords(self.term(options))
