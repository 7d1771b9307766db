"""Signs of intrusion in the trail, told to the people named for it, each once (security G3)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Count, QuerySet, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import acts
from accounts.account_permissions import SecurityAct
from accounts.acts import AccountAct
from accounts.domain.roc_calendar import roc_datetime
from accounts.models import AuditEntry, SecurityPolicy, User
from accounts.services import audit
from accounts.services.trail_chain import link_entries
from accounts.trail_check import TrailCheck
from accounts.trail_words import finding_in_words

AN_HOUR, A_DAY, A_WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
LOCKS_IN_AN_HOUR = 5
LOOKS_IN_AN_HOUR = 200
FINDINGS_TOLD = 20


@acts.register
class AlertAct(TextChoices):
    ALERT = "security_alert", gettext_lazy("資安警示")


@dataclass(frozen=True)
class Sign:
    """Something to be told; not again under the same `key` within `quiet`."""

    key: str
    subject: str
    body: str
    quiet: timedelta


def report_signs(at: datetime) -> int:
    """Tell what the trail shows and was not told yet; how many letters that were. May run twice."""
    signs = [*_locks(at), *_many_looks(at), *_privileges(at)]
    return sum(_tell(sign, at) for sign in signs)


def check_trail(at: datetime) -> int:
    """Go through the whole trail, and tell if it is not what was written; how many letters that were."""
    link_entries(at)
    findings = [finding_in_words(each) for each in islice(TrailCheck(at).findings(), FINDINGS_TOLD)]
    if not findings:
        return 0
    advice = _("請保全資料庫與記錄檔，並在伺服器執行 manage.py verify_trail 查看全部。")
    return _tell(Sign("trail", _("稽核紀錄與寫入時不符"), "\n".join([*findings, advice]), A_DAY), at)


def _locks(at: datetime) -> Iterator[Sign]:
    count = _since(at - AN_HOUR).filter(act=SecurityAct.LOCK).count()
    if count >= LOCKS_IN_AN_HOUR:
        words = _("一小時內有 %(count)d 次因登入失敗而鎖定，可能有人在猜密碼。")
        yield Sign("locks", _("大量登入失敗"), words % {"count": count}, AN_HOUR)


def _many_looks(at: datetime) -> Iterator[Sign]:
    """One person looking at more of other people's data than work asks for."""
    looks = _since(at - AN_HOUR).filter(act__in=acts.revealing(), actor__isnull=False)
    counts = looks.order_by().values("actor").annotate(count=Count("pk"))
    busy = {row["actor"]: row["count"] for row in counts.filter(count__gte=LOOKS_IN_AN_HOUR)}
    for user in User.objects.filter(pk__in=busy):
        words = _("%(user)s（%(username)s）一小時內查看了 %(count)d 次他人的檔案或資料。")
        body = words % {"user": user, "username": user.username, "count": busy[user.pk]}
        yield Sign(f"looks-{user.pk}", _("大量查看他人資料"), body, AN_HOUR)


def _privileges(at: datetime) -> Iterator[Sign]:
    changed = _since(at - A_WEEK).filter(act=AccountAct.CHANGE_PRIVILEGES).select_related("actor")
    for entry in changed:
        words = _("%(when)s，%(who)s 變更了 %(whom)s 的管理權限。理由：%(reason)s")
        body = words % {
            "when": roc_datetime(entry.at),
            "who": entry.actor or _("伺服器命令列"),
            "whom": entry.object_label,
            "reason": entry.reason or "—",
        }
        yield Sign(f"privileges-{entry.pk}", _("管理權限變更"), body, A_WEEK + A_DAY)


def _since(moment: datetime) -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(at__gt=moment)


@transaction.atomic
def _tell(sign: Sign, at: datetime) -> bool:
    """What was told is on the trail itself. A letter that cannot be sent is tried again the next time."""
    SecurityPolicy.objects.select_for_update().first()  # one at a time
    told = AuditEntry.objects.filter(act=AlertAct.ALERT, at__gt=at - sign.quiet, changes__sign=sign.key)
    if told.exists():
        return False
    people = settings.SECURITY_CONTACTS or _administrators()
    audit.record(AlertAct.ALERT, by=None, at=at, reason=sign.body, changes={"sign": sign.key, "told": people})
    send_mail(_("［資安警示］%(subject)s") % {"subject": sign.subject}, sign.body, None, people)
    return True


def _administrators() -> list[str]:
    people = User.objects.filter(is_superuser=True, is_active=True).exclude(email="")
    return list(people.order_by("pk").values_list("email", flat=True))
