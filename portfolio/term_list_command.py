"""What the commands that import a list of one term have in common."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from accounts.list_command import ListCommand
from schedules.domain.terms import TermCode
from schedules.models import Term
from schedules.queries import term_at


class TermListCommand(ListCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--term", metavar="113-1", help="the term that the list is about")

    def term(self, options: dict[str, Any]) -> Term:
        if not options["term"]:
            raise CommandError("請以 --term 指定學期，例如 --term 113-1。")
        term = term_at(TermCode.parse(options["term"]))
        if term is None:
            raise CommandError(f"沒有 {options['term']} 這個學期，請先由管理者建立。")
        return term
