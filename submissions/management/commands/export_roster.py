"""`manage.py export_roster CODE --year 113 --division day --out DIR`: a frozen batch's workbook and ZIP."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import clock
from accounts.domain.division import Division
from accounts.errors import DomainError
from submissions.domain.rosters import roster
from submissions.models import Batch
from submissions.services.exports import export_to


class Command(BaseCommand):
    help = "Builds the workbook and the ZIP of attachments of a frozen batch; prints their paths and SHA-256."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="the roster's number, for example 26")
        parser.add_argument("--year", type=int, required=True, help="school year, for example 113")
        parser.add_argument("--term", type=int, choices=(1, 2), help="for rosters that are sent every term")
        parser.add_argument("--division", choices=Division.values, required=True)
        parser.add_argument("--out", type=Path, required=True, help="folder to write to")

    def handle(
        self, *args: Any, code: str, year: int, term: int | None, division: str, out: Path, **options: Any
    ) -> None:
        try:
            spec = roster(code)
            batch = _frozen_batch(code, year, division)
            if term and spec.scope == "year":
                self.stderr.write(f"名冊 {code} 以學年度提交，不分學期；--term {term} 沒有作用。")
            for path, digest in export_to(batch, out, by=None, at=clock.now()).items():
                self.stdout.write(f"{path}\n  SHA-256 {digest}")
        except DomainError as error:
            raise CommandError(error.message) from error
        except OSError as error:
            raise CommandError(f"無法寫入 {out}：{error}") from error


def _frozen_batch(code: str, year: int, division: str) -> Batch:
    batch = Batch.objects.filter(roster_code=code, school_year=year, division=division).first()
    what = f"{year} 學年度{Division(division).label}的名冊 {code}"
    if batch is None:
        raise CommandError(f"{what}還沒有建立批次，請先在「提交作業」建立並凍結。")
    if batch.frozen_at is None:
        raise CommandError(f"{what}還沒有凍結（批次 {batch.pk}），請先在「提交作業」凍結。")
    return batch
