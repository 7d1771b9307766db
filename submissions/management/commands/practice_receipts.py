"""`manage.py practice_receipts --batch ID --out FILE`: invented receipts, to practise the journey with."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from submissions.models import Batch
from submissions.practice import write_practice_receipts


class Command(BaseCommand):
    help = "Writes a receipts ZIP as the central database would send it for a frozen batch. DEBUG only."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=int, required=True)
        parser.add_argument("--out", type=Path, required=True)

    def handle(self, *args: Any, batch: int, out: Path, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("練習用的收訖明細只能在 DEBUG 環境產生。")
        found = Batch.objects.filter(pk=batch, frozen_at__isnull=False).first()
        if found is None:
            raise CommandError(f"沒有編號 {batch} 的批次，或它還沒有凍結。")
        try:
            write_practice_receipts(found, out)
        except OSError as error:
            raise CommandError(f"無法寫入 {out}：{error}") from error
        self.stdout.write(f"{out}（練習資料）")
