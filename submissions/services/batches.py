"""A batch from its creation to the day it was submitted (article 6-2)."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.authority import require
from accounts.domain.division import Division
from accounts.domain.joining import labelled
from accounts.domain.roc_calendar import last_day
from accounts.errors import Conflict, InvalidInput
from accounts.models import User
from accounts.services import audit
from portfolio.domain.filetypes import Slot
from portfolio.models import Attachment
from submissions.domain.rosters import render_row, roster, row_problems
from submissions.facts import RowFacts, rows_of
from submissions.models import Batch, BatchFile, BatchRow
from submissions.permissions import SubmissionAct
from submissions.queries import selection_window

PROBLEMS_SHOWN = 5
ROWS_AT_ONCE = 500


@transaction.atomic
def create_batch(roster_code: str, division: str, school_year: int, *, by: User, at: datetime) -> Batch:
    """Begin the batch of a roster; there is one per division and year.

    Raises:
        NotAllowed: the roster is another office's; the message names whose.
        InvalidInput: no such roster, or not of this division.
        Conflict: it exists already.
    """
    spec = roster(roster_code)
    if spec.division not in (division, "both"):
        message = _("名冊 %(code)s「%(name)s」不適用於%(division)s。")
        parts = {"code": spec.code, "name": spec.official_name, "division": Division(division).label}
        raise InvalidInput(message % parts)
    batch = Batch(
        roster_code=roster_code, division=division, school_year=school_year, created_by=by, created_at=at
    )
    authority = require(by, SubmissionAct.CREATE_BATCH, batch, at)
    batch, created = Batch.objects.get_or_create(
        roster_code=roster_code,
        division=division,
        school_year=school_year,
        defaults={"created_by": by, "created_at": at},
    )
    if not created:
        raise Conflict(_("「%(batch)s」已經建立，請在清單中開啟。") % {"batch": batch})
    audit.record(SubmissionAct.CREATE_BATCH, by=by, at=at, subject=batch, authority=authority)
    return batch


@transaction.atomic
def freeze_batch(batch: Batch, *, by: User, at: datetime) -> Batch:
    """Take down every selected item and the hashes of its files; nothing else is ever sent of this batch.

    Raises:
        NotAllowed: it is another office's.
        Conflict: it is frozen already, or selection is not over.
        InvalidInput: rows that the roster's format refuses; the message names the first of them.
    """
    authority = require(by, SubmissionAct.FREEZE_BATCH, batch, at)
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.frozen_at:
        raise Conflict(_("這個批次已經凍結。"))
    _require_selection_over(batch, at)
    _write_rows(batch)
    batch.frozen_at, batch.frozen_by = at, by
    batch.save(update_fields=["frozen_at", "frozen_by"])
    changes = {"rows": batch.rows.count(), "files": BatchFile.objects.filter(row__batch=batch).count()}
    audit.record(
        SubmissionAct.FREEZE_BATCH, by=by, at=at, subject=batch, authority=authority, changes=changes
    )
    return batch


@transaction.atomic
def mark_submitted(batch: Batch, *, submitted_on: date, letter_number: str, by: User, at: datetime) -> Batch:
    """Record that the batch was sent to the central database on `submitted_on`.

    Raises:
        NotAllowed: it is another office's.
        Conflict: it is not frozen, or was submitted already.
        InvalidInput: the day lies in the future or before the freeze.
    """
    authority = require(by, SubmissionAct.MARK_SUBMITTED, batch, at)
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.frozen_at is None:
        raise Conflict(_("請先凍結批次並產生名冊，再登錄提交。"))
    if batch.submitted_on:
        raise Conflict(_("這個批次已經登錄提交。"))
    if not timezone.localdate(batch.frozen_at) <= submitted_on <= timezone.localdate(at):
        raise InvalidInput(_("提交日期須在凍結日與今天之間。"))
    batch.submitted_on, batch.submitted_by, batch.letter_number = submitted_on, by, letter_number.strip()
    batch.save(update_fields=["submitted_on", "submitted_by", "letter_number"])
    changes = {"submitted_on": submitted_on.isoformat(), "letter_number": batch.letter_number}
    audit.record(
        SubmissionAct.MARK_SUBMITTED, by=by, at=at, subject=batch, authority=authority, changes=changes
    )
    return batch


def _require_selection_over(batch: Batch, at: datetime) -> None:
    """A selection may change until it closes (S1), with an extension later, so nothing is frozen before."""
    window = selection_window(batch)
    ends_at = window.last_end if window else None
    if ends_at is None:
        raise Conflict(_("%(year)s 學年度的勾選期程還沒有定案，不能凍結。") % {"year": batch.school_year})
    if at < ends_at:
        message = _("學生可勾選至 %(closes)s，截止後才能凍結。")
        raise Conflict(message % {"closes": last_day(ends_at)})


def _write_rows(batch: Batch) -> None:
    rows: list[tuple[BatchRow, dict[Slot, Attachment]]] = []
    problems: list[str] = []
    for position, row in enumerate(rows_of(batch), start=1):
        if found := _problems(batch, row):
            problems += found
        else:
            rows.append((_frozen_row(batch, row, position), row.files))
    if problems:
        raise InvalidInput(_summary(problems))
    BatchRow.objects.bulk_create([row for row, __ in rows], batch_size=ROWS_AT_ONCE)
    BatchFile.objects.bulk_create(
        [
            BatchFile(row=row, slot=slot, sha256=file.sha256, size=file.size)
            for row, files in rows
            for slot, file in files.items()
        ],
        batch_size=ROWS_AT_ONCE,
    )


def _frozen_row(batch: Batch, row: RowFacts, position: int) -> BatchRow:
    kind = "outcome" if batch.spec.kind == "course_outcomes" else "performance"
    frozen = BatchRow(
        batch=batch, student=row.student, sheet_key=row.sheet_key, position=position, **{kind: row.item}
    )
    frozen.cells = render_row(batch.spec.sheet(row.sheet_key), row.facts)
    return frozen


def _problems(batch: Batch, row: RowFacts) -> list[str]:
    try:
        found = row_problems(batch.spec.sheet(row.sheet_key), row.facts)
    except InvalidInput as error:
        found = [error.message]
    return [labelled(row.student, problem) for problem in found]


def _summary(problems: list[str]) -> str:
    """The first problems, a line each, and how many more there are."""
    more = len(problems) - PROBLEMS_SHOWN
    lines = [
        _("名冊有 %(count)d 處不符格式，未凍結：") % {"count": len(problems)},
        *problems[:PROBLEMS_SHOWN],
    ]
    return "\n".join(lines + ([_("…另有 %(more)d 處。") % {"more": more}] if more > 0 else []))
