"""`manage.py purge_trail [--older-than 5y] [--dry-run]`: lets go of the oldest entries of the trail."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import clock
from accounts.domain.retention import BadSpan, Span
from accounts.services.trail import old_entries, purge_trail


class Command(BaseCommand):
    help = "Removes trail entries older than a span such as 5y, 18m or 400d; never younger than six months."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--older-than", default=settings.TRAIL_KEPT, help="%(default)s unless given (setting TRAIL_KEPT)"
        )
        parser.add_argument("--dry-run", action="store_true", help="only say how many there are")

    def handle(self, *args: Any, older_than: str, dry_run: bool, **options: Any) -> None:
        try:
            span, now = Span.parse(older_than), clock.now()
            if dry_run:
                self.stdout.write(f"可清除 {old_entries(span, now).count()} 筆，未變更任何資料。")
            else:
                self.stdout.write(f"已清除 {purge_trail(span, at=now)} 筆。")
        except BadSpan as error:
            message = f"「{error}」不能用：請寫成 5y、18m 或 400d，且不可少於 6 個月。"
            raise CommandError(message) from error
