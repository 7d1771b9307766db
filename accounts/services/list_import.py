"""Importing a list from the school administration system: all of a file or nothing of it, told beforehand.

What a list consists of and how its rows are written, a `ListKind` says; one for each list.
"""

import hashlib
import logging
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.authority import require_or_console
from accounts.domain.list_columns import (
    CheckedList,
    Key,
    ListColumn,
    ListRow,
    Problem,
    check_list,
    duplicates,
    key_of,
)
from accounts.domain.list_diff import ListDiff, compare
from accounts.domain.list_reading import read_list
from accounts.errors import Conflict
from accounts.list_permissions import ListImportAct
from accounts.models import User
from accounts.services import audit

logger = logging.getLogger(__name__)

ROWS_AT_ONCE = 2000
UPDATED_AT_ONCE = 200  # an update names every row in its text


class ListKind(ABC):
    """One list: its columns, what is on record, how it is written. An instance serves one import."""

    act: ClassVar[ListImportAct]
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

    def divisions(self, rows: Sequence[ListRow]) -> set[str]:
        return {row.values["division"] for row in rows if row.values.get("division")}

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
    checked = check_list(read_list(content, file_name=file_name), kind.columns)
    authority = require_or_console(by, kind.act, kind.divisions(checked.rows), at)
    with transaction.atomic():
        report = _judged(kind, checked, hashlib.sha256(content).hexdigest())
        if report.problems or dry_run or (report.warnings and not accept_warnings):
            return report
        _write(kind, report.diff)
        changes = {"file": file_name, "sha256": report.sha256, **report.counts}
        changes["warnings"] = len(report.warnings)
        audit.record(kind.act, by=by, at=at, authority=authority, changes=changes)
    return ListReport(**{**vars(report), "written": True})


def _judged(kind: ListKind, checked: CheckedList, sha256: str) -> ListReport:
    kind.prepare(checked.rows)
    problems = list(checked.problems)
    for unique in (kind.key, *kind.unique):
        problems += duplicates(checked.rows, kind.columns, unique)
    found, warnings = kind.judge(checked.rows)
    problems = sorted(problems + found, key=lambda problem: problem.row)
    rows = len(checked.rows)
    if problems:
        return ListReport(kind, sha256, rows, problems, warnings, checked.unused)
    pairs = ((key_of(row.values, kind.key), row) for row in checked.rows)
    diff = compare(pairs, kind.known(), expected=kind.expected(checked.rows))
    return ListReport(kind, sha256, rows, [], warnings, checked.unused, diff)


def _write(kind: ListKind, diff: ListDiff) -> None:
    try:
        with transaction.atomic():
            kind.write(diff)
    except IntegrityError as error:
        logger.exception("a list could not be written")
        raise Conflict(
            _("存不進資料庫：名單與現有資料衝突（例如兩人對調號碼），請先在管理介面更正。")
        ) from error
