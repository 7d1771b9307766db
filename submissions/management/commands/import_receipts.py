"""`manage.py import_receipts FILE --batch ID`: what the central database received of a batch."""

import os
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import clock
from accounts.errors import DomainError
from submissions.models import Batch, ReceiptImport
from submissions.receipt_queries import report_of
from submissions.services.receipts import import_receipts

VARIABLE = "RECEIPTS_PASSWORD"


class Command(BaseCommand):
    help = "Imports a receipts ZIP into a submitted batch; prints who was matched, unmatched and missing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--batch", type=int, required=True, help="the batch's number, see its address")
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help=f"read the ZIP's password from standard input (otherwise from {VARIABLE})",
        )

    def handle(self, *args: Any, file: Path, batch: int, password_stdin: bool, **options: Any) -> None:
        found = Batch.objects.filter(pk=batch).first()
        if found is None:
            raise CommandError(f"沒有編號 {batch} 的批次。")
        password = sys.stdin.readline().rstrip("\n") if password_stdin else os.environ.get(VARIABLE, "")
        try:
            with file.open("rb") as content:
                imported = import_receipts(
                    found, content, file_name=file.name, password=password, by=None, at=clock.now()
                )
        except DomainError as error:
            raise CommandError(error.message) from error
        except OSError as error:
            raise CommandError(f"無法讀取 {file}：{error}") from error
        self._print(imported)

    def _print(self, imported: ReceiptImport) -> None:
        report = report_of(imported)
        missing = [str(student) for student in report.missing]
        self.stdout.write(f"{imported.batch}：第 {imported.number} 次收訖明細")
        self.stdout.write(f"比對到 {report.matched} 位學生，{report.records} 筆")
        self._print_list("不在這個批次", imported.unmatched)
        self._print_list("沒有收訖紀錄", missing)
        self._print_list("略過的檔案", imported.ignored)

    def _print_list(self, title: str, entries: list[str]) -> None:
        self.stdout.write(f"{title} {len(entries)}")
        for entry in entries:
            self.stdout.write(f"  {entry}")
