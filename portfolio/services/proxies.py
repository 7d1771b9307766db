"""Acting for a student who has no network: the reason is kept, and the student is told (article 12-1-3)."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.authority import Authority, Standing
from accounts.models import AuditEntry
from accounts.services import notices
from portfolio.domain.proxies import accepted_reason


def reason_under(authority: Authority, reason: str) -> str:
    """Why the act is done for the student: required of a proxy, of nobody else.

    Raises:
        InvalidInput: a proxy gave none, or too long a one.
    """
    return accepted_reason(reason) if authority.standing == Standing.PROXY else ""


def tell_student(
    entry: AuditEntry, authority: Authority, *, what: str, about: object, url: str, at: datetime
) -> None:
    """Tell the student that a proxy did `what` for them, and with which piece; `entry` is the act's trail."""
    if authority.standing != Standing.PROXY or authority.principal is None:
        return
    parts = {
        "capacity": authority.why,
        "person": str(entry.actor),
        "what": what,
        "about": str(about),
        "reason": entry.reason,
    }
    notices.tell(
        [authority.principal],
        key=f"proxy-{entry.pk}",
        subject=_("%(capacity)s %(person)s 代您%(what)s") % parts,
        body=_("%(about)s。原因：「%(reason)s」如果您沒有請人協助，請洽註冊組。") % parts,
        url=url,
        at=at,
    )
