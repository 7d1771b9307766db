"""Importing a list from the school administration system: all of a file or nothing of it, told beforehand.

What a list consists of and how its rows are written, a `ListKind` says; one for each list.
"""

import hashlib
import logging
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, ClassVar, TypeVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.authority import require_or_console
from accounts.domain.list_checking import CheckedList, check_list
from accounts.domain.list_columns import Key, ListColumn, ListRow, Problem, duplicates, key_of
from accounts.domain.list_diff import ListDiff, compare
from accounts.domain.list_headings import HeadingMatch, match_headings
from accounts.domain.list_reading import ListTable, read_list
from accounts.errors import Conflict
from accounts.list_permissions import ListImportAct
from accounts.list_progress import ListStep, Progress, silent
from accounts.models import User
from accounts.services import audit
from accounts.services.list_headings import remembered

logger = logging.getLogger(__name__)

ROWS_AT_ONCE = 2000
UPDATED_AT_ONCE = 200  # an update names every row in its text

Row = TypeVar("Row")


@dataclass(frozen=True)
class ListSource:
    """Where a list comes from. `by` is None for the command line."""

    file_name: str
    sha256: str
    by: User | None
    at: datetime

    @classmethod
    def of(cls, content: bytes, *, file_name: str, by: User | None, at: datetime) -> "ListSource":
        return cls(file_name, hashlib.sha256(content).hexdigest(), by, at)


class ListKind(ABC):
    """One list: its columns, what is on record, how it is written. An instance serves one import.

    `source` says whose list it is; it is known before anything is judged.
    """

    source: ListSource
    progress: Progress = staticmethod(silent)
    _written = 0
    _to_write = 0

    act: ClassVar[ListImportAct]
    # How often `write` goes over the rows in batches.
    passes: ClassVar[int] = 1
    columns: ClassVar[Sequence[ListColumn]]
    key: ClassVar[tuple[str, ...]]
    # Further columns that name one thing together, besides the key.
    unique: ClassVar[tuple[tuple[str, ...], ...]] = ()

    def prepare(self, rows: Sequence[ListRow]) -> None:
        """Fill in what empty cells stand for."""
        return

    @abstractmethod
    def judge(self, rows: Sequence[ListRow]) -> tuple[list[Problem], list[Problem]]:
        """Problems that refuse the file, and warnings that the school may accept."""

    @abstractmethod
    def known(self) -> Mapping[Key, Mapping[str, Any]]:
        """What is on record, by key; values as the cells have them. Called after `judge`."""

    @abstractmethod
    def expected(self, rows: Sequence[ListRow]) -> Collection[Key]:
        """The keys on record that a complete list would name."""

    @abstractmethod
    def write(self, diff: ListDiff) -> None:
        """Write what is new and what changed."""

    def take(self, diff: ListDiff, progress: Progress) -> None:
        """Write `diff`, telling `progress` how far it is."""
        self.progress = progress
        self._to_write = self.passes * (len(diff.new) + len(diff.changed))
        self.progress(ListStep.WRITING, 0, self._to_write)
        self.write(diff)

    def in_batches(self, rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
        """`rows` some thousands at once; each batch counts as written when the next one is asked for."""
        for start in range(0, len(rows), ROWS_AT_ONCE):
            batch = rows[start : start + ROWS_AT_ONCE]
            yield batch
            self._written += len(batch)
            self.progress(ListStep.WRITING, self._written, self._to_write)

    def divisions(self, rows: Sequence[ListRow]) -> set[str]:
        return {row.values["division"] for row in rows if row.values.get("division")}

    def told(self, diff: ListDiff) -> dict[str, Any]:
        """What of the changes the trail keeps one by one, from–to; fit for JSON."""
        return {}

    def shown(self, name: str, value: Any) -> str:
        """A value of a column as people read it."""
        column = next(column for column in self.columns if column.name == name)
        return str(column.cell.render(value)) or _("（空白）")


@dataclass(frozen=True)
class ListReport:
    """What an import does, or would do. With `problems` nothing was written."""

    kind: ListKind
    sha256: str
    rows: int
    problems: list[Problem]
    warnings: list[Problem]
    unused: list[str]
    notes: list[str]
    diff: ListDiff = field(default_factory=ListDiff)
    written: bool = False

    @property
    def counts(self) -> dict[str, int]:
        diff = self.diff
        return {
            "new": len(diff.new),
            "changed": len(diff.changed),
            "same": diff.same,
            "gone": len(diff.gone),
        }

    @property
    def fingerprint(self) -> str:
        """The same for two reports that say the same of the same file."""
        diff = self.diff
        said = hashlib.sha256(self.sha256.encode())
        for part in (self.problems, self.warnings, diff.new, diff.changed, sorted(map(repr, diff.gone))):
            for line in part:
                said.update(repr(line).encode())
            said.update(b"\n")
        return said.hexdigest()


@dataclass(frozen=True)
class OpenedList:
    """A file that can be read, and which columns its headings stand for."""

    table: ListTable
    match: HeadingMatch


def open_list(kind: ListKind, content: bytes, *, file_name: str) -> OpenedList:
    """Read the file as it stands; headings stand for what the school said that they do.

    Raises:
        ListFileInvalid: it cannot be read as a list, or two headings mean the same column.
    """
    table = read_list(content, file_name=file_name)
    return OpenedList(table, match_headings(table.headings, kind.columns, remembered(kind.act)))


def check_rows(kind: ListKind, opened: OpenedList, progress: Progress = silent) -> CheckedList:
    """Read every cell; touches no record.

    Raises:
        ListFileInvalid: a needed column is missing.
    """
    total = len(opened.table.rows)
    advanced = partial(_checked_some, progress, total)
    return check_list(opened.table, kind.columns, opened.match, advanced=advanced)


def _checked_some(progress: Progress, total: int, done: int) -> None:
    progress(ListStep.CHECKING, done, total)


def import_list(
    kind: ListKind,
    content: bytes,
    *,
    file_name: str,
    by: User | None,
    at: datetime,
    dry_run: bool = False,
    accept_warnings: bool = False,
) -> ListReport:
    """Take over the list in `content`, unless it has a problem or a warning that is not accepted.

    What the list no longer names stays as it is and is reported as gone. `by` is None for the command line.

    Raises:
        ListFileInvalid: the file cannot be read as this list.
        NotAllowed: the list is another office's.
        Conflict: the database refuses it although every row is right by itself.
    """
    source = ListSource.of(content, file_name=file_name, by=by, at=at)
    checked = check_rows(kind, open_list(kind, content, file_name=file_name))
    return take_over(kind, checked, source, dry_run=dry_run, accept_warnings=accept_warnings)


def take_over(
    kind: ListKind,
    checked: CheckedList,
    source: ListSource,
    *,
    dry_run: bool = False,
    accept_warnings: bool = False,
    shown: str | None = None,
    progress: Progress = silent,
) -> ListReport:
    """As `import_list`, of a list whose cells are read; in one transaction.

    With `shown`, the fingerprint of the report that people confirmed, only if it would still be the same.

    Raises:
        NotAllowed, Conflict: as `import_list`.
    """
    kind.source = source
    authority = require_or_console(source.by, kind.act, kind.divisions(checked.rows), source.at)
    # A dry run holds no lock: what is confirmed later is compared anyway.
    with nullcontext() if dry_run else transaction.atomic():
        progress(ListStep.COMPARING, 0, 0)
        report = _judged(kind, checked, source.sha256)
        if report.problems or dry_run or (report.warnings and not accept_warnings):
            return report
        if shown is not None and report.fingerprint != shown:
            return report
        _write(kind, report.diff, progress)
        changes = {"file": source.file_name, "sha256": report.sha256, **report.counts}
        changes |= {"warnings": len(report.warnings), **kind.told(report.diff)}
        audit.record(kind.act, by=source.by, at=source.at, authority=authority, changes=changes)
    return replace(report, written=True)


def _judged(kind: ListKind, checked: CheckedList, sha256: str) -> ListReport:
    kind.prepare(checked.rows)
    problems = list(checked.problems)
    for unique in (kind.key, *kind.unique):
        problems += duplicates(checked.rows, kind.columns, unique)
    found, warnings = kind.judge(checked.rows)
    problems = sorted(problems + found, key=lambda problem: problem.row)
    report = ListReport(kind, sha256, len(checked.rows), problems, warnings, checked.unused, checked.notes)
    if problems:
        return report
    pairs = ((key_of(row.values, kind.key), row) for row in checked.rows)
    diff = compare(pairs, kind.known(), expected=kind.expected(checked.rows))
    return replace(report, diff=diff)


def _write(kind: ListKind, diff: ListDiff, progress: Progress) -> None:
    try:
        with transaction.atomic():
            kind.take(diff, progress)
    except IntegrityError as error:
        logger.exception("a list could not be written")
        raise Conflict(
            _("存不進資料庫：名單與現有資料衝突（例如兩人對調號碼），請先在管理介面更正。")
        ) from error
