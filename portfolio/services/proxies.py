"""Acting for a student who has no network: the reason is kept, and the student is told (article 12-1-3)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.authority import Authority, Standing
from accounts.models import User
from accounts.services import audit, notices
from portfolio.domain.proxies import accepted_reason


def reason_under(authority: Authority, reason: str) -> str:
    """Why the act is done for the student: required of a proxy, of nobody else.

    Raises:
        InvalidInput: a proxy gave none, or too long a one.
    """
    return accepted_reason(reason) if authority.standing == Standing.PROXY else ""


@dataclass(frozen=True)
class Done:
    """What was done for the student, with which piece, and where they see it; 「代您」 goes before `what`."""

    what: str | Promise
    about: object
    url: str


def record_and_tell(
    act: str,
    done: Done,
    *,
    by: User,
    at: datetime,
    subject: Model,
    authority: Authority,
    reason: str,
    changes: dict[str, Any],
) -> None:
    """Put an act of a student's on the trail; when a proxy did it, the student is told."""
    entry = audit.record(
        act, by=by, at=at, subject=subject, authority=authority, reason=reason, changes=changes
    )
    if authority.standing != Standing.PROXY or authority.principal is None:
        return

    def parts() -> dict[str, str]:
        return {
            "capacity": _(authority.why),  # a word of the catalogue
            "person": str(by),
            "what": str(done.what),
            "about": str(done.about),
            "reason": entry.reason,
        }

    notices.tell(
        [authority.principal],
        key=f"proxy-{entry.pk}",
        subject=lambda: _("%(capacity)s %(person)s 代您%(what)s") % parts(),
        body=lambda: _("%(about)s。原因：「%(reason)s」如果您沒有請人協助，請洽註冊組。") % parts(),
        url=done.url,
        at=at,
    )
