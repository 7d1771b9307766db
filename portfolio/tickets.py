"""A signed ticket given out with an upload form: proof that the upload began before the window closed.

An upload that was started in time counts for a while after the closing (the school says how long), so that
nobody loses their place for a slow line. The ticket says when the form was opened, and for whom.
"""

from datetime import datetime

from django.core import signing

from accounts.models import User

_SALT = "upload-ticket"


def give_ticket(user: User, now: datetime) -> str:
    """A ticket for a form that `user` opened at `now`."""
    return signing.dumps({"user": user.pk, "at": now.isoformat()}, salt=_SALT, compress=True)


def started_at(ticket: str, user: User) -> datetime | None:
    """When the form behind `ticket` was opened; None when it is no ticket of ours, or somebody else's."""
    try:
        content = signing.loads(ticket, salt=_SALT)
    except signing.BadSignature:
        return None
    return datetime.fromisoformat(content["at"]) if content["user"] == user.pk else None
