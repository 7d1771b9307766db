"""The files that lists come in and go out as: Excel and CSV, every cell a text on the way out."""

from __future__ import annotations

import base64
import csv
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from io import BytesIO, StringIO
from itertools import islice
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from import_export.formats.base_formats import Format
from import_export.tmp_storages import BaseStorage
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from tablib import Dataset

from accounts import personal_data
from accounts.domain.list_reading import LIMITS, decoded
from accounts.domain.list_workbook import require_safe_workbook
from accounts.list_cells import guarded, text_of, unguarded
from accounts.list_import import MOST_ROWS

KEPT_SECONDS = 24 * 3600
# What XML 1.0 cannot carry.
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Table = Iterable[Iterable[object]]


class ListFormat(Format):  # type: ignore[misc]  # (the library has no types)
    title: str | Promise = ""
    extension = ""
    content_type = ""

    def __init__(self, encoding: str | None = None) -> None:
        self.encoding = encoding

    def get_title(self) -> str:
        return str(self.title)

    def get_extension(self) -> str:
        return self.extension

    def get_content_type(self) -> str:
        return self.content_type

    def can_import(self) -> bool:
        return True

    def can_export(self) -> bool:
        return True


class ExcelFormat(ListFormat):
    title = _("Excel（.xlsx）")
    extension = "xlsx"
    content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def create_dataset(self, content: bytes) -> Dataset:
        require_safe_workbook(content, LIMITS)
        book = load_workbook(BytesIO(content), read_only=True, data_only=True)
        try:
            return _dataset(book.worksheets[0].iter_rows(values_only=True))
        finally:
            book.close()

    def export_data(self, dataset: Dataset, **kwargs: object) -> bytes:
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        for row in _rows(dataset):
            cells = [WriteOnlyCell(sheet, value=_NOT_XML.sub("", text)) for text in row]
            for cell in cells:
                # Text for the library and on editing in a spreadsheet, also where it looks like a formula.
                cell.data_type, cell.quotePrefix = "s", True
            sheet.append(cells)
        stream = BytesIO()
        book.save(stream)
        return stream.getvalue()


class CsvFormat(ListFormat):
    title = _("CSV（UTF-8）")
    extension = "csv"
    content_type = "text/csv; charset=utf-8"

    def create_dataset(self, content: bytes) -> Dataset:
        rows = csv.reader(StringIO(decoded(content), newline=""), strict=True)
        return _dataset([unguarded(cell) for cell in row] for row in rows)

    def export_data(self, dataset: Dataset, **kwargs: object) -> bytes:
        stream = StringIO(newline="")
        csv.writer(stream).writerows([guarded(text) for text in row] for row in _rows(dataset))
        return stream.getvalue().encode("utf-8-sig")  # the signature lets Excel see that it is UTF-8


FORMATS = (ExcelFormat, CsvFormat)


def _dataset(rows: Table) -> Dataset:
    """The first row as headings; columns without a heading that hold nothing are left out."""
    table = [list(row) for row in islice(rows, MOST_ROWS + 2)]
    headings = [text_of(cell) for cell in table[0]] if table else []
    while headings and not headings[-1]:
        headings.pop()
    dataset = Dataset(headers=headings)
    for row in table[1:]:
        dataset.append([*row, *[""] * len(headings)][: len(headings)])
    return dataset


def _rows(dataset: Dataset) -> Iterator[list[str]]:
    yield list(dataset.headers)
    for row in dataset:
        yield [text_of(cell) for cell in row]


class SealedUpload(BaseStorage):  # type: ignore[misc]
    """An uploaded list between its preview and its confirmation: encrypted, for a day at most."""

    def save(self, content: bytes) -> None:
        self.name = uuid4().hex
        uploads_folder().mkdir(parents=True, exist_ok=True)
        remove_old_uploads()
        sealed = personal_data.encrypt(base64.b64encode(content).decode())
        self.path.write_text(sealed, encoding="ascii")

    def read(self) -> bytes:
        sealed = self.path.read_text(encoding="ascii")
        return base64.b64decode(personal_data.decrypt(sealed))

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)

    @property
    def path(self) -> Path:
        return uploads_folder() / self.name


def uploads_folder() -> Path:
    """Where uploaded lists wait, and what belongs to them; nothing in it is older than a day for long."""
    return Path(settings.EXPORTS_DIR) / "uploaded-lists"


def write_whole(path: Path, text: str) -> None:
    """Write a file that others may be reading: they see the old text or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{uuid4().hex}.part")
    part.write_text(text, encoding="ascii")
    part.replace(path)


def remove_old_uploads() -> None:
    for path in uploads_folder().iterdir():
        with suppress(FileNotFoundError):  # somebody else may be removing it too
            if time.time() - path.stat().st_mtime > KEPT_SECONDS:
                path.unlink()
