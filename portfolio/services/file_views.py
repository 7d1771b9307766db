"""Looking at a student's file leaves a trail, unless it is the student who looks."""

from datetime import datetime, timedelta

from accounts.authority import Authority
from accounts.models import AuditEntry, User
from accounts.services import audit
from portfolio.models import Attachment
from portfolio.permissions import PortfolioAct

# A player asks for a film piece by piece: that is one look.
_ONE_LOOK = timedelta(minutes=10)


def record_view(attachment: Attachment, *, by: User, authority: Authority, at: datetime) -> None:
    """Record that `by` looks at `attachment`, once in ten minutes."""
    if attachment.item.student.user_id == by.pk or _is_recorded(attachment, by, at):
        return
    audit.record(PortfolioAct.VIEW_FILE, by=by, at=at, subject=attachment, authority=authority)


def _is_recorded(attachment: Attachment, by: User, at: datetime) -> bool:
    entries = AuditEntry.objects.filter(actor=by, act=PortfolioAct.VIEW_FILE, at__gt=at - _ONE_LOOK)
    return entries.filter(object_type=attachment._meta.label_lower, object_id=str(attachment.pk)).exists()
