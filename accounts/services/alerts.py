"""Signs of intrusion in the trail, told to the people named for it, each once (security G3)."""

import logging
from collections.abc import Iterable, Iterator
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
from accounts.domain.joining import joined
from accounts.domain.roc_calendar import roc_datetime
from accounts.models import Alert, AuditEntry, SecurityPolicy, User
from accounts.security_rules import policy
from accounts.services import audit
from accounts.services.mailing import claimed
from accounts.services.trail_chain import link_entries
from accounts.sign_in.acts import SignInAct
from accounts.trail_check import TrailCheck
from accounts.trail_words import finding_in_words

AN_HOUR, A_DAY, A_WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
LOCKS_IN_AN_HOUR = 5
LOOKS_IN_AN_HOUR = 200
FINDINGS_TOLD = 20

log = logging.getLogger(__name__)


@acts.register
class AlertAct(TextChoices):
    ALERT = "security_alert", gettext_lazy("資安警示")
    TELL_ALERT = "tell_security_alert", gettext_lazy("寄出資安警示")


@dataclass(frozen=True)
class Sign:
    """Something to be told; not again under the same `key` within `quiet`."""

    key: str
    subject: str
    body: str
    quiet: timedelta


def report_signs(at: datetime) -> int:
    """Tell what the trail shows and was not told yet; how many letters that were. May run twice."""
    signs = [*_locks(at), *_failures(at), *_spraying(at), *_many_looks(at), *_privileges(at)]
    return _tell_all(signs, at)


def check_trail(at: datetime) -> int:
    """Go through the whole trail, and tell if it is not what was written; how many letters that were."""
    link_entries(at)
    findings = [finding_in_words(each) for each in islice(TrailCheck(at).findings(), FINDINGS_TOLD)]
    advice = _("請保全資料庫與記錄檔，並在伺服器執行 manage.py verify_trail 查看全部。")
    sign = Sign("trail", _("稽核紀錄與寫入時不符"), "\n".join([*findings, advice]), A_DAY)
    return _tell_all([sign] if findings else [], at)


def _locks(at: datetime) -> Iterator[Sign]:
    count = _since(at - AN_HOUR).filter(act=SecurityAct.LOCK).count()
    if count >= LOCKS_IN_AN_HOUR:
        words = _("一小時內有 %(count)d 次因登入失敗而鎖定，可能有人在猜密碼。")
        yield Sign("locks", _("大量登入失敗"), words % {"count": count}, AN_HOUR)


def _failures(at: datetime) -> Iterator[Sign]:
    """More failed sign-ins in an hour, whoever's and wherever from, than the policy takes for usual."""
    failed = _since(at - AN_HOUR).filter(act__in=[AccountAct.SIGN_IN_FAILED, SignInAct.WRONG_FACTOR])
    count = failed.count()
    if count >= policy().failures_an_hour:
        words = _("一小時內有 %(count)d 次登入失敗，請查看稽核紀錄中的來源位址。")
        yield Sign("failures", _("登入失敗次數異常"), words % {"count": count}, AN_HOUR)


def _spraying(at: datetime) -> Iterator[Sign]:
    noticed = _since(at - AN_HOUR).filter(act=SecurityAct.SPRAYING)
    addresses = sorted({entry.address or "—" for entry in noticed})
    if addresses:
        words = _(
            "許多不同的帳號從同一位址登入失敗，可能有人用幾組密碼試遍帳號：%(addresses)s。"
            "若是全校共用的位址，請在帳號安全設定填入「校內共用的對外位址」，以後只通報、不鎖定。"
        )
        yield Sign("spraying", _("同一位址試許多帳號"), words % {"addresses": joined(addresses)}, AN_HOUR)


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


def _tell_all(signs: Iterable[Sign], at: datetime) -> int:
    """Keep what is new of `signs`, then send everything that nobody was told of yet."""
    for sign in signs:
        _keep(sign, at)
    return sum(_tell(alert, at) for alert in Alert.objects.filter(told_at=None).values_list("pk", flat=True))


@transaction.atomic
def _keep(sign: Sign, at: datetime) -> None:
    SecurityPolicy.objects.select_for_update().first()  # one at a time
    if Alert.objects.filter(key=sign.key, raised_at__gt=at - sign.quiet).exists():
        return
    alert = Alert.objects.create(key=sign.key, subject=sign.subject, body=sign.body, raised_at=at)
    audit.record(AlertAct.ALERT, by=None, at=at, subject=alert, reason=sign.body, changes={"sign": sign.key})


def _tell(pk: int, at: datetime) -> bool:
    """One that nobody can be told of, or that cannot be sent, waits and is shown to administrators."""
    people = settings.SECURITY_CONTACTS or _administrators()
    if not people:
        log.error("Alert %s waits: no SECURITY_CONTACTS, and no administrator has an address", pk)
        return False
    with claimed(Alert.objects.filter(pk=pk, told_at=None), at) as alerts:
        for alert in alerts:
            send_mail(_("［資安警示］%(subject)s") % {"subject": alert.subject}, alert.body, None, people)
    for alert in alerts:
        _mark_told(alert, people, at)
    return bool(alerts)


@transaction.atomic
def _mark_told(alert: Alert, people: list[str], at: datetime) -> None:
    alert.told_at = at
    alert.save(update_fields=["told_at"])
    audit.record(AlertAct.TELL_ALERT, by=None, at=at, subject=alert, changes={"told": people})


def _administrators() -> list[str]:
    people = User.objects.filter(is_superuser=True, is_active=True).exclude(email="")
    return list(people.order_by("pk").values_list("email", flat=True))
