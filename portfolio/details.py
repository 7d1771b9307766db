"""One piece with everything its page says, for its student and for the course's teacher."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import prefetch_related_objects
from django.utils import timezone

from portfolio.certification_authority import ActingCertifier, acting_certifier
from portfolio.certification_ends import last_resend
from portfolio.domain.category_display import readable
from portfolio.file_remarks import remarks_on
from portfolio.history import Event, outcome_history, performance_history
from portfolio.models import Attachment, Certification, CourseOutcome, DiversePerformance
from portfolio.models.outcomes import DECIDED, OutcomeState
from portfolio.queries import valid_codes
from portfolio.student_windows import StudentWindows
from schedules.domain.activities import Activity
from schedules.domain.terms import school_year_of
from schedules.queries import ShownWindow, shown


@dataclass(frozen=True)
class OutcomeDetail:
    """`remarks` are what the student should know about the files; `decision` is the one in force;
    `revised_at` when it was last corrected,
    `can_change` whether the student may correct or withdraw it now,
    `last_resend` until when it can be sent again and still be certified,
    `certifier` who decides now, `can_decide` whether it waits for that now, and `can_undo` whether the
    decision may be taken back."""

    outcome: CourseOutcome
    files: list[Attachment]
    remarks: list[str]
    decision: Certification | None
    revised_at: datetime | None
    history: list[Event]
    upload: ShownWindow | None
    certification: ShownWindow | None
    is_selected: bool
    can_change: bool
    last_resend: datetime | None
    can_decide: bool
    can_undo: bool
    certifier: ActingCertifier


@dataclass(frozen=True)
class PerformanceDetail:
    performance: DiversePerformance
    files: list[Attachment]
    remarks: list[str]
    values: list[tuple[str, str]]
    history: list[Event]
    upload: ShownWindow | None
    is_selected: bool
    can_withdraw: bool


def outcome_detail(outcome: CourseOutcome, now: datetime) -> OutcomeDetail:
    """`outcome` comes `with_details`."""
    prefetch_related_objects([outcome], "revisions")
    windows, term = StudentWindows(outcome.student), outcome.enrolment.section.term.code
    upload, certification = (
        windows.of(activity, term) for activity in (Activity.OUTCOME_UPLOAD, Activity.CERTIFICATION)
    )
    is_selected = hasattr(outcome, "selection")
    is_open = upload is not None and upload.is_open(now)
    files = _current_files(outcome)
    is_decided_now = certification is not None and certification.is_open(now)
    return OutcomeDetail(
        outcome=outcome,
        files=files,
        remarks=remarks_on(files),
        decision=next((row for row in outcome.certifications.all() if row.voided_at is None), None),
        revised_at=max((row.revised_at for row in outcome.revisions.all()), default=None),
        history=outcome_history(outcome),
        upload=shown(upload, now) if upload else None,
        certification=shown(certification, now) if certification else None,
        is_selected=is_selected,
        can_change=is_open and not is_selected and not outcome.is_withdrawn,
        last_resend=last_resend(upload.ends_at, certification.ends_at) if upload and certification else None,
        can_decide=is_decided_now and outcome.state == OutcomeState.WAITING,
        can_undo=is_decided_now and outcome.state in DECIDED and not is_selected,
        certifier=acting_certifier(outcome.enrolment.section, now),
    )


def performance_detail(performance: DiversePerformance, now: datetime) -> PerformanceDetail:
    """`performance` comes `with_details`."""
    upload = None
    if performance.school_year == school_year_of(timezone.localdate(now)):
        upload = StudentWindows(performance.student).performance_upload(now)
    is_selected = hasattr(performance, "selection")
    is_open = upload is not None and upload.is_open(now)
    files = _current_files(performance)
    return PerformanceDetail(
        performance=performance,
        files=files,
        remarks=remarks_on(files),
        values=readable(performance.spec, performance.details, valid_codes()),
        history=performance_history(performance),
        upload=shown(upload, now) if upload else None,
        is_selected=is_selected,
        can_withdraw=is_open and not is_selected and not performance.is_withdrawn,
    )


def _current_files(item: CourseOutcome | DiversePerformance) -> list[Attachment]:
    return [file for file in item.attachments.all() if file.replaced_at is None]
