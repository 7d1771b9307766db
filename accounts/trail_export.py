"""The trail as a file: every column, each act and object in words."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from tablib import Dataset

from accounts import acts
from accounts.domain.roc_calendar import roc_datetime
from accounts.list_files import FORMATS, ListFormat
from accounts.models import AuditEntry
from accounts.trail_words import changes_in_words, object_kind

MOST_ROWS = 50_000
AT_ONCE = 2000


def format_called(extension: str) -> ListFormat | None:
    """None for a format that the trail does not come in."""
    return next((kind() for kind in FORMATS if kind.extension == extension), None)


def trail_file(entries: QuerySet[AuditEntry], file_format: ListFormat) -> bytes:
    """`entries` as they are ordered, with who acted for whom and from where."""
    dataset = Dataset(headers=_headings())
    for row in _rows(entries):
        dataset.append(row)
    content: bytes = file_format.export_data(dataset)
    return content


def _headings() -> list[str]:
    return [
        _("時間"),
        _("時間（ISO 8601）"),
        _("行為人帳號"),
        _("行為人"),
        _("身分"),
        _("代理對象"),
        _("行為"),
        _("對象類別"),
        _("對象編號"),
        _("對象"),
        _("理由"),
        _("內容"),
        _("來源位址"),
    ]


def _rows(entries: QuerySet[AuditEntry]) -> Iterator[list[str]]:
    for entry in entries.select_related("actor", "on_behalf_of").iterator(chunk_size=AT_ONCE):
        yield [
            roc_datetime(entry.at),
            entry.at.isoformat(),
            entry.actor.username if entry.actor else "",
            str(entry.actor or ""),
            entry.standing,
            str(entry.on_behalf_of or ""),
            acts.label(entry.act),
            object_kind(entry),
            entry.object_id,
            entry.object_label,
            entry.reason,
            changes_in_words(entry),
            entry.address or "",
        ]
