"""`manage.py windows 113-1 [--division day] [--grade 3] [--json]`: a term's windows and their origin."""

import json
import unicodedata
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.domain.division import Division
from accounts.domain.joining import in_clauses
from accounts.errors import DomainError
from schedules.concerned import keeps_to
from schedules.description import describe
from schedules.domain.terms import TermCode
from schedules.models import TermDates
from schedules.queries import windows_of

_BY = {"override": "調整", "letter": "來文", "entered": "輸入起日", "rule": "規則"}


class Command(BaseCommand):
    help = "Prints a term's windows: activity, audience, first and last day, by rule or override, article."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("term", help="for example 113-1")
        parser.add_argument("--division", choices=Division.values)
        parser.add_argument("--grade", type=int, choices=(1, 2, 3), help="only what this grade keeps to")
        parser.add_argument(
            "--json", action="store_true", help="as JSON, with everything known of each window"
        )

    def handle(
        self, *args: Any, term: str, division: str | None, grade: int | None, json: bool, **options: Any
    ) -> None:
        try:
            code = TermCode.parse(term)
        except DomainError as error:
            raise CommandError(error.message) from error
        windows = _described(code, division, grade)
        if not windows:
            raise CommandError(f"{code} 還沒有期程。")
        self.stdout.write(_as_json(windows) if json else _as_table(windows))


def _described(code: TermCode, division: str | None, grade: int | None) -> list[dict[str, Any]]:
    dates = TermDates.objects.filter(term__school_year=code.school_year, term__number=code.number)
    ceremonies = {row.division: row.closing_ceremony for row in dates}
    return [
        describe(window, closing_ceremony=ceremonies.get(window.division))
        for window in windows_of(code, division=division)
        if grade is None or keeps_to(window, grade)
    ]


def _as_json(windows: list[dict[str, Any]]) -> str:
    return json.dumps(windows, ensure_ascii=False, indent=2)


def _as_table(windows: list[dict[str, Any]]) -> str:
    rows = [["部別", "項目", "對象", "所屬", "起", "迄", "依", "計算起迄", "依據", "理由"]]
    rows += [_row(window) for window in windows]
    widths = [max(_width(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["  ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(line.rstrip() for line in lines)


def _row(window: dict[str, Any]) -> list[str]:
    override = window["override"]
    return [
        str(Division(window["division"]).label),
        str(window["activity_name"]),
        str(window["audience_name"]),
        window["subject"],
        window["opens"] or "待來文",
        window["closes"] or "待來文",
        _BY[window["by"]],
        f"{window['computed_opens'] or '—'}～{window['computed_closes'] or '—'}",
        window["article"],
        in_clauses([override["reason"], *window["warnings"]] if override else window["warnings"]),
    ]


def _width(text: str) -> int:
    """How many columns a terminal gives `text`."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
