"""What the trail holds since it was last reviewed, by act, as reviewers look at it (security B4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import acts
from accounts.account_permissions import SecurityAct
from accounts.acts import AccountAct
from accounts.models import AuditEntry
from accounts.sign_in.acts import SignInAct
from accounts.student_permissions import StudentAct

FAILED = (AccountAct.SIGN_IN_FAILED, SignInAct.WRONG_FACTOR, SignInAct.REFUSE_PROVIDER)
PRIVILEGES = (AccountAct.CHANGE_PRIVILEGES, AccountAct.ENABLE_ACCOUNT, AccountAct.DISABLE_ACCOUNT)
# Whose change in the admin gives somebody a duty, or takes it.
DUTIES = ("accounts.post", "accounts.postholding", "accounts.duty")


@dataclass(frozen=True)
class ActLine:
    """How often one act was done, by how many people, and how often to posts and duties."""

    act: str
    count: int
    people: int
    duties: int
    url: str

    @property
    def label(self) -> str:
        return acts.label(self.act)


@dataclass(frozen=True)
class TrailSummary:
    """The entries after `since` (None: from the first) until `until`."""

    since: datetime | None
    until: datetime

    @cached_property
    def lines(self) -> list[ActLine]:
        counted = (
            self._entries()
            .order_by("act")
            .values("act")
            .annotate(
                count=Count("pk"),
                people=Count("actor", distinct=True),
                duties=Count("pk", filter=Q(object_type__in=DUTIES)),
            )
        )
        return [ActLine(**row, url=self._url(row["act"])) for row in counted]

    @property
    def total(self) -> int:
        return sum(line.count for line in self.lines)

    @property
    def marked(self) -> list[tuple[str, int]]:
        """What reviewers are to look at first: what it is, and how often."""
        return [
            (_("登入失敗"), self._sum(*FAILED)),
            (_("因失敗而鎖定"), self._sum(SecurityAct.LOCK)),
            (_("匯出與下載"), sum(line.count for line in self.lines if _takes_out(line.act))),
            (_("查看完整身分證號"), self._sum(StudentAct.VIEW_NATIONAL_ID)),
            (_("帳號啟用、停用與權限變更"), self._sum(*PRIVILEGES) + sum(line.duties for line in self.lines)),
            (_("資安警示"), self._sum("security_alert")),
        ]

    def _entries(self) -> QuerySet[AuditEntry]:
        entries = AuditEntry.objects.filter(at__lte=self.until)
        return entries.filter(at__gt=self.since) if self.since else entries

    def _sum(self, *codes: str) -> int:
        return sum(line.count for line in self.lines if line.act in codes)

    def _url(self, act: str) -> str:
        filters = {"act": act, "to": timezone.localdate(self.until).isoformat()}
        if self.since:
            filters["from"] = timezone.localdate(self.since).isoformat()
        return f"{reverse('admin:accounts_auditentry_changelist')}?{urlencode(filters)}"


def _takes_out(act: str) -> bool:
    return act.startswith(("export", "download"))


def table(summary: TrailSummary) -> list[list[str]]:
    """The summary as a list: headings first."""
    rows = [[line.label, line.act, str(line.count), str(line.people)] for line in summary.lines]
    return [[_("行為"), _("代碼"), _("次數"), _("人數")], *rows]
