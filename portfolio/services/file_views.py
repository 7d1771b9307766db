"""Looking at a student's file leaves a trail, unless it is the student who looks."""

from datetime import datetime

from accounts.authority import Authority
from accounts.models import User
from accounts.services import record_views
from portfolio.models import Attachment
from portfolio.permissions import PortfolioAct
from portfolio.services.looks import note_look


def record_view(attachment: Attachment, *, by: User, authority: Authority, at: datetime) -> None:
    """Record that `by` looks at `attachment`; a film that a player asks for piece by piece is one look."""
    if attachment.item.student.user_id != by.pk:
        act = PortfolioAct.VIEW_FILE
        record_views.record_view(attachment, by=by, at=at, authority=authority, act=act)
        if attachment.outcome and attachment.replaced_at is None:
            note_look(attachment.outcome, by=by, at=at)
