"""Failed sign-ins are counted, and too many of them in a row lock the account name (baseline D4).

Strangers and the devices that somebody signed in at before are counted apart (OWASP's "device cookies"):
whoever guesses at a name locks out strangers, not its owner at a known device, which has tries of its own.

A try is counted *before* the password is looked at and taken back when it was right: of any number of tries
at the same moment no more are judged than the policy allows. Names are counted whether or not they are
somebody's, and kept as keyed hashes: people type their password into the wrong box.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.account_permissions import SecurityAct
from accounts.authority import require
from accounts.errors import InvalidInput
from accounts.models import SecurityPolicy, SignInFailures, User
from accounts.personal_data import keyed_hash
from accounts.security_rules import policy
from accounts.services import audit, spraying

Subject = SignInFailures.Subject
# How much of a key says whose it is; the rest of it tells known devices apart.
OF_THE_NAME = 32


@dataclass(frozen=True)
class Try:
    """A try that was counted. `locked_until` is set when it must not be judged at all.

    `device` is what the known device that it comes from is called, empty for a stranger's.
    """

    username: str
    address: str | None
    device: str = ""
    locked_until: datetime | None = None
    reached_limit: bool = False

    @property
    def subject(self) -> Subject:
        return Subject.DEVICE if self.device else Subject.ACCOUNT


def begin(username: str, address: str | None, at: datetime, *, device: str = "") -> Try:
    """Count a try that begins now. It stays counted unless `succeed` takes it back.

    Call it outside of any transaction that the refusal may roll back.
    """
    attempt, numbers = Try(username, address, device), policy()
    with transaction.atomic():
        row = _row(attempt, at)
        locks = [row.locked_until, None if device else spraying.locked_until(address, numbers, at)]
        until = max((lock for lock in locks if lock and at < lock), default=None)
        if until:
            return replace(attempt, locked_until=until)
        return replace(attempt, reached_limit=_count(row, numbers, at))


@transaction.atomic
def fail(attempt: Try, at: datetime) -> None:
    """The try was wrong: put the lock it brought about on the trail; a stranger's counts for the address."""
    if attempt.reached_limit:
        known = User.objects.filter(username=attempt.username).first()
        changes = {"subject": attempt.subject.label}
        audit.record(SecurityAct.LOCK, by=None, at=at, subject=known, changes=changes)
    if attempt.address and not attempt.device:
        spraying.note(attempt.address, name_key(attempt.username), at)


@transaction.atomic
def succeed(attempt: Try, at: datetime) -> None:
    """The try was right: the count starts anew, the stranger's or the device's; never the address's."""
    row = _row(attempt, at)
    row.failures, row.locked_until = 0, None
    row.save(update_fields=["failures", "locked_until"])


@transaction.atomic
def unlock(failures: SignInFailures, *, reason: str, by: User, at: datetime) -> bool:
    """Let people try again before the lock is over; False if there was nothing to lift.

    Raises:
        NotAllowed: `by` is no administrator.
        InvalidInput: no reason.
    """
    row = SignInFailures.objects.select_for_update().get(pk=failures.pk)
    known = User.objects.filter(username=name_accounts([row]).get(row.pk, "")).first()
    authority = require(by, SecurityAct.UNLOCK, known, at)
    if not reason.strip():
        raise InvalidInput(_("解除登入鎖定請填寫理由；理由會留存。"))
    if not row.failures and row.locked_until is None:
        return False
    changes = {"subject": Subject(row.subject).label, "failures": {"before": row.failures, "after": 0}}
    row.failures, row.locked_until = 0, None
    row.save(update_fields=["failures", "locked_until"])
    spraying.forgive(row)
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


def name_key(username: str) -> str:
    """What stands for an account name wherever failures are kept; the same however it is typed."""
    return keyed_hash(f"{Subject.ACCOUNT}:{_normal(username)}")


def failures_of(username: str) -> QuerySet[SignInFailures]:
    """The counts of the account name `username`: the strangers' and those of its known devices."""
    return SignInFailures.objects.exclude(subject=Subject.ADDRESS).filter(
        key_hash__startswith=name_key(username)[:OF_THE_NAME]
    )


def name_accounts(counts: Iterable[SignInFailures]) -> dict[int, str]:
    """Number of a count → the account that it is about; without those of addresses and of nobody's names."""
    names = User.objects.values_list("username", flat=True)
    by_key = {name_key(name)[:OF_THE_NAME]: name for name in names}
    known = {count.pk: by_key.get(count.key_hash[:OF_THE_NAME], "") for count in counts}
    return {pk: name for pk, name in known.items() if name}


def _row(attempt: Try, at: datetime) -> SignInFailures:
    """The count, locked: it is there from the first try on."""
    key = name_key(attempt.username)
    if attempt.device:
        of_the_device = keyed_hash(f"{Subject.DEVICE}:{key}:{attempt.device}")
        key = key[:OF_THE_NAME] + of_the_device[OF_THE_NAME:]
    counts = SignInFailures.objects.select_for_update()
    return counts.get_or_create(subject=attempt.subject, key_hash=key, defaults={"last_at": at})[0]


def _count(row: SignInFailures, numbers: SecurityPolicy, at: datetime) -> bool:
    """One more failure, from one on again after a lock; whether it reached the limit."""
    row.failures = 1 if row.locked_until else row.failures + 1
    row.last_at = at
    is_reached = row.failures >= numbers.failures_before_lock
    row.locked_until = at + timedelta(minutes=numbers.lock_minutes) if is_reached else None
    row.save(update_fields=["failures", "last_at", "locked_until"])
    return is_reached


def _normal(username: str) -> str:
    """However it is typed: whoever compares names more loosely must not give more tries."""
    return unicodedata.normalize("NFKC", username).strip().casefold()
