"""`manage.py verify_trail [--link] [--anchor]`: is the audit trail still what was written; exit 1 if not."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import clock
from accounts.models import AuditEntry
from accounts.services.trail import anchor_anew
from accounts.services.trail_chain import link_entries
from accounts.trail_check import TrailCheck
from accounts.trail_words import finding_in_words


class Command(BaseCommand):
    help = "Re-computes the seal of every trail entry and the chain over them; lists what is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--link", action="store_true", help="first join new entries to the chain")
        parser.add_argument(
            "--anchor", action="store_true", help="note the chain's end anew, once moved to another machine"
        )

    def handle(self, *args: Any, link: bool, anchor: bool, **options: Any) -> None:
        now = clock.now()
        if link:
            self.stdout.write(f"已編入雜湊鏈 {link_entries(now)} 筆。")
        if anchor:
            self.stdout.write(f"已重新錨定於第 {anchor_anew(now).position} 筆。")
        check, wrong = TrailCheck(now), 0
        for finding in check.findings():
            self.stdout.write(finding_in_words(finding))
            wrong += 1
        seen = check.seen
        self.stdout.write(
            f"共 {AuditEntry.objects.count()} 筆：雜湊鏈 {seen['linked']} 筆，尚待編入 {seen['waiting']} 筆。"
        )
        if wrong:
            raise CommandError(f"稽核紀錄有 {wrong} 處不符。請保全資料庫與記錄檔，並通報資安聯絡人。")
        self.stdout.write("稽核紀錄完整，與寫入時相同。")
