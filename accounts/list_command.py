"""What the commands that import a list have in common."""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import clock
from accounts.domain.joining import joined
from accounts.domain.list_columns import ListColumn
from accounts.errors import DomainError
from accounts.list_template import template
from accounts.services.list_import import ListKind, ListReport, import_list

SHOWN = 20


class ListCommand(BaseCommand):
    """Imports FILE as a list, or writes a template of it; prints counts, what changes and what is wrong."""

    columns: Sequence[ListColumn]

    @abstractmethod
    def kind(self, options: dict[str, Any]) -> ListKind:
        """The list that the options ask for."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")
        parser.add_argument(
            "--accept-warnings", action="store_true", help="import although something looks wrong"
        )
        parser.add_argument(
            "--template", type=Path, metavar="OUT.xlsx", help="write an empty list to fill in"
        )

    def handle(self, *args: Any, file: Path | None, **options: Any) -> None:
        try:
            if out := options["template"]:
                out.write_bytes(template(self.columns))
                self.stdout.write(f"範本已存成 {out}")
            elif file is None:
                raise CommandError("請指定要匯入的檔案，或以 --template 產生範本。")
            else:
                self._print(self._imported(file, options), options)
        except DomainError as error:
            raise CommandError(error.message) from error
        except OSError as error:
            raise CommandError(f"無法讀寫檔案：{error}") from error

    def _imported(self, file: Path, options: dict[str, Any]) -> ListReport:
        return import_list(
            self.kind(options),
            file.read_bytes(),
            file_name=file.name,
            by=None,
            at=clock.now(),
            dry_run=options["dry_run"],
            accept_warnings=options["accept_warnings"],
        )

    def _print(self, report: ListReport, options: dict[str, Any]) -> None:
        for note in report.notes:
            self.stdout.write(note)
        if report.unused:
            self.stdout.write(f"沒有用到的欄位：{joined(report.unused)}")
        self._print_some("錯誤", map(str, report.problems))
        self._print_some("警告", map(str, report.warnings))
        if report.problems:
            raise CommandError(f"有 {len(report.problems)} 個錯誤，這個檔案沒有匯入任何一列。")
        self._print_diff(report)
        if report.warnings and not options["accept_warnings"]:
            raise CommandError("有警告，沒有匯入。確認無誤後請加 --accept-warnings。")
        self.stdout.write("已匯入。" if report.written else "試算完成，沒有寫入。")

    def _print_diff(self, report: ListReport) -> None:
        counts = report.counts
        self.stdout.write(
            f"共 {report.rows} 列：新增 {counts['new']}、修改 {counts['changed']}、"
            f"未變動 {counts['same']}、名單已無（保留不動）{counts['gone']}"
        )
        headings = {column.name: column.heading for column in report.kind.columns}
        self._print_some(
            "修改",
            (
                f"第 {change.row.number} 列「{headings[name]}」："
                f"{report.kind.shown(name, old)} → {report.kind.shown(name, new)}"
                for change in report.diff.changed
                for name, (old, new) in change.values.items()
            ),
        )
        self._print_some(
            "名單已無",
            (
                " ".join(
                    report.kind.shown(name, part) for name, part in zip(report.kind.key, gone, strict=True)
                )
                for gone in report.diff.gone
            ),
        )

    def _print_some(self, title: str, lines: Iterable[str]) -> None:
        all_lines = list(lines)
        for line in all_lines[:SHOWN]:
            self.stdout.write(f"{title} {line}")
        if len(all_lines) > SHOWN:
            self.stdout.write(f"{title} 另有 {len(all_lines) - SHOWN} 項")
