"""Failed sign-ins are counted, and too many of them lock the account name and the address (baseline D4).

A try is counted *before* the password is looked at and taken back when it was right: of any number of tries
at the same moment no more are judged than the policy allows. Names are counted whether or not they are
somebody's, and kept as keyed hashes: people type their password into the wrong box.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.account_permissions import SecurityAct
from accounts.authority import require
from accounts.errors import InvalidInput
from accounts.models import SecurityPolicy, SignInFailures, User
from accounts.personal_data import keyed_hash
from accounts.security_rules import policy
from accounts.services import audit

# A school shares one address, where most people get it right: each success there makes up for some failures.
MADE_UP_BY_A_SUCCESS = 10
Subject = SignInFailures.Subject


@dataclass(frozen=True)
class Try:
    """A try that was counted. `locked_until` is set when it must not be judged at all."""

    username: str
    address: str | None
    locked_until: datetime | None = None
    reached: tuple[str, ...] = ()


def locked_until(username: str, address: str | None, at: datetime) -> datetime | None:
    """Until when nobody signs in as `username`, or from `address`; None if they may try."""
    rows = SignInFailures.objects.filter(key_hash__in=_keys(username, address).values())
    return max((row.locked_until for row in rows if row.locked_until and at < row.locked_until), default=None)


def begin(username: str, address: str | None, at: datetime) -> Try:
    """Count a try that begins now. It stays counted unless `succeed` takes it back.

    Call it outside of any transaction that the refusal may roll back.
    """
    numbers = policy()
    with transaction.atomic():
        # The account's row first, the address's after it, always: nobody waits in a circle.
        rows = [_row(subject, key, at) for subject, key in _keys(username, address).items()]
        locks = [row.locked_until for row in rows if row.locked_until and at < row.locked_until]
        if locks:
            return Try(username, address, locked_until=max(locks))
        reached = tuple(row.subject for row in rows if _count(row, numbers, at))
    return Try(username, address, reached=reached)


@transaction.atomic
def fail(attempt: Try, at: datetime) -> None:
    """The try was wrong: put the locks that it brought about on the trail."""
    for subject in attempt.reached:
        known = User.objects.filter(username=attempt.username).first() if subject == Subject.ACCOUNT else None
        label = str(Subject(subject).label)
        audit.record(SecurityAct.LOCK, by=None, at=at, subject=known, changes={"subject": label})


@transaction.atomic
def succeed(attempt: Try, at: datetime) -> None:
    """The try was right: the account's count starts anew, the address's goes down."""
    for subject, key in _keys(attempt.username, attempt.address).items():
        row = _row(subject, key, at)
        is_account = subject == Subject.ACCOUNT
        row.failures = 0 if is_account else max(row.failures - MADE_UP_BY_A_SUCCESS - 1, 0)
        if is_account or subject in attempt.reached:
            row.locked_until = None
        row.save(update_fields=["failures", "locked_until"])


@transaction.atomic
def unlock(failures: SignInFailures, *, reason: str, by: User, at: datetime) -> bool:
    """Let people try again before the lock is over; False if there was nothing to lift.

    Raises:
        NotAllowed: `by` is no administrator.
        InvalidInput: no reason.
    """
    row = SignInFailures.objects.select_for_update().get(pk=failures.pk)
    known = account_behind(row)
    authority = require(by, SecurityAct.UNLOCK, known, at)
    if not reason.strip():
        raise InvalidInput(_("解除登入鎖定請填寫理由；理由會留存。"))
    if not row.failures and row.locked_until is None:
        return False
    changes = {"subject": str(row.get_subject_display()), "failures": {"before": row.failures, "after": 0}}
    row.failures, row.locked_until = 0, None
    row.save(update_fields=["failures", "locked_until"])
    audit.record(
        SecurityAct.UNLOCK,
        by=by,
        at=at,
        subject=known,
        authority=authority,
        reason=reason.strip(),
        changes=changes,
    )
    return True


def failures_of(username: str) -> SignInFailures | None:
    """The count of the account name `username`, if it ever failed."""
    key = _key(Subject.ACCOUNT, _normal(username))
    return SignInFailures.objects.filter(subject=Subject.ACCOUNT, key_hash=key).first()


def accounts_by_key() -> dict[str, str]:
    """Key hash → name, of every account there is: to say whose a count is."""
    names = User.objects.values_list("username", flat=True)
    return {_key(Subject.ACCOUNT, _normal(name)): name for name in names}


def account_behind(failures: SignInFailures) -> User | None:
    """Whose count it is; None for an address and for a name that is nobody's."""
    return User.objects.filter(username=accounts_by_key().get(failures.key_hash, "")).first()


def _row(subject: str, key: str, at: datetime) -> SignInFailures:
    """The count, locked: it is there from the first try on."""
    counts = SignInFailures.objects.select_for_update()
    return counts.get_or_create(subject=subject, key_hash=key, defaults={"last_at": at})[0]


def _count(row: SignInFailures, numbers: SecurityPolicy, at: datetime) -> bool:
    """One more failure, from one on again after a lock; whether it reached the limit."""
    lock = timedelta(minutes=numbers.lock_minutes)
    quiet = row.subject == Subject.ADDRESS and at - row.last_at >= lock
    row.failures = 1 if row.locked_until or quiet else row.failures + 1
    row.last_at = at
    limit = numbers.failures_before_lock if row.subject == Subject.ACCOUNT else numbers.failures_per_address
    row.locked_until = at + lock if row.failures >= limit else None
    row.save(update_fields=["failures", "last_at", "locked_until"])
    return row.locked_until is not None


def _keys(username: str, address: str | None) -> dict[str, str]:
    keys: dict[str, str] = {Subject.ACCOUNT: _key(Subject.ACCOUNT, _normal(username))}
    if address:
        keys[Subject.ADDRESS] = _key(Subject.ADDRESS, _network(address))
    return keys


def _key(subject: str, name: str) -> str:
    return keyed_hash(f"{subject}:{name}")


def _normal(username: str) -> str:
    """However it is typed: whoever compares names more loosely must not give more tries."""
    return unicodedata.normalize("NFKC", username).strip().casefold()


def _network(address: str) -> str:
    """An IPv6 host has a whole /64 to itself."""
    try:
        host = ip_address(address)
    except ValueError:
        return address
    if isinstance(host, IPv6Address):
        return str(host.ipv4_mapped or ip_network((host, 64), strict=False))
    return str(host)
