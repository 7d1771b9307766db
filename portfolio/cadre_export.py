"""Cadre records as a file, under the headings by which they can be imported again."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from tablib import Dataset

from accounts.authority import require
from accounts.domain.division import Division
from accounts.list_files import ListFormat
from accounts.models import User
from accounts.services import audit
from portfolio.cadre_queries import CadreFilter
from portfolio.models import CadreRecord
from portfolio.record_permissions import RecordAct

HEADINGS = ("學號", "姓名", "班級", "單位名稱", "開始日期", "結束日期", "擔任職務", "幹部等級")


@transaction.atomic
def export_cadre(
    records: QuerySet[CadreRecord],
    chosen: CadreFilter,
    divisions: list[Division],
    file_format: ListFormat,
    *,
    by: User,
    at: datetime,
) -> bytes:
    """The records that `chosen` finds among those of `divisions`; that somebody took them is on the trail.

    Raises:
        NotAllowed: `by` does not keep the cadre records of all the divisions.
    """
    authorities = [require(by, RecordAct.EXPORT_CADRE, division, at) for division in divisions]
    dataset = Dataset(headers=HEADINGS)
    for record in chosen.apply(records):
        dataset.append(_row(record))
    changes = {
        "term": str(chosen.term),
        "divisions": [str(each.label) for each in divisions],
        "level": chosen.level,
        "words": chosen.words,
        "rows": len(dataset),
    }
    audit.record(RecordAct.EXPORT_CADRE, by=by, at=at, authority=authorities[0], changes=changes)
    content: bytes = file_format.export_data(dataset)
    return content


def _row(record: CadreRecord) -> list[str]:
    return [
        record.student.student_number,
        record.student.user.name,
        getattr(record, "class_name", ""),
        record.unit,
        record.starts_on.isoformat(),
        record.ends_on.isoformat(),
        record.title,
        record.level,
    ]
