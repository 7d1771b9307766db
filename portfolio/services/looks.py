"""Who of those who certify has opened an outcome as it is now, and what they prepared for it."""

from datetime import datetime

from accounts.models import User
from portfolio.certification_authority import acting_certifier
from portfolio.models import CourseOutcome, OutcomeLook, PendingDecision


def note_look(outcome: CourseOutcome, *, by: User, at: datetime) -> None:
    """`by` opens the outcome or a file of it; to be called before it is read. Counts for who certifies it."""
    if OutcomeLook.objects.filter(outcome=outcome, by=by).exists():
        return
    if acting_certifier(outcome.enrolment.section, at).person == by:
        look = OutcomeLook(outcome=outcome, by=by, at=at)
        OutcomeLook.objects.bulk_create([look], ignore_conflicts=True)


def begin_anew(outcome: CourseOutcome) -> None:
    """The outcome becomes another: nobody has seen it like that, and nothing prepared for it holds."""
    OutcomeLook.objects.filter(outcome=outcome).delete()
    PendingDecision.objects.filter(outcome=outcome).delete()
