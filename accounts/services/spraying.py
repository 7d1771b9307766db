"""Many names failing from one address: somebody tries a few passwords on all of them (baseline D4, D6).

An address is judged by how many names failed from it within an hour, whether or not they are somebody's,
never by how often: a class that mistypes is no attack, and signing in oneself makes up for nothing. Failures
at known devices do not count, and no known device is kept out. Of the school's own addresses it is only told.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from django.db import transaction
from django.db.models import Q

from accounts.account_permissions import SecurityAct
from accounts.domain.networks import lies_in
from accounts.models import FailedName, SecurityPolicy, SignInFailures
from accounts.personal_data import keyed_hash
from accounts.security_rules import policy
from accounts.services import audit

WINDOW = timedelta(hours=1)
ADDRESS = SignInFailures.Subject.ADDRESS


def locked_until(address: str | None, numbers: SecurityPolicy, at: datetime) -> datetime | None:
    """Until when nobody signs in from `address` at a device that is not known; None if they may try."""
    if not address or lies_in(address, numbers.own_networks):
        return None
    row = SignInFailures.objects.filter(subject=ADDRESS, key_hash=_key(address)).first()
    return row.locked_until if row and row.locked_until and at < row.locked_until else None


@transaction.atomic
def note(address: str, name_hash: str, at: datetime) -> None:
    """A sign-in as the name behind `name_hash` failed from `address`; too many names are put on the trail."""
    numbers, key = policy(), _key(address)
    counts = SignInFailures.objects.select_for_update()
    row, _ = counts.get_or_create(subject=ADDRESS, key_hash=key, defaults={"last_at": at})
    if row.locked_until and at < row.locked_until:
        return
    since = max(at - WINDOW, row.locked_until or at - WINDOW)
    FailedName.objects.update_or_create(address_hash=key, name_hash=name_hash, defaults={"last_at": at})
    row.failures = FailedName.objects.filter(address_hash=key, last_at__gte=since).count()
    row.last_at = at
    if row.failures >= numbers.names_per_address:
        row.locked_until = at + timedelta(minutes=numbers.lock_minutes)
        told = {"names": row.failures, "locked": not lies_in(address, numbers.own_networks)}
        audit.record(SecurityAct.SPRAYING, by=None, at=at, changes=told)
    row.save(update_fields=["failures", "last_at", "locked_until"])


def forgive(row: SignInFailures) -> None:
    """An administrator lifted the lock of the address that `row` is about: its names are counted anew."""
    FailedName.objects.filter(address_hash=row.key_hash).delete()


def forget_old(at: datetime) -> int:
    """Remove what no count asks for any more; how many rows."""
    long_ago = at - WINDOW
    is_open = Q(locked_until=None) | Q(locked_until__lt=at)
    counts = SignInFailures.objects.filter(
        is_open & (Q(subject=ADDRESS) | Q(failures=0)), last_at__lt=long_ago
    )
    names = FailedName.objects.filter(last_at__lt=long_ago)
    return counts.delete()[0] + names.delete()[0]


def _key(address: str) -> str:
    return keyed_hash(f"{ADDRESS}:{_network(address)}")


def _network(address: str) -> str:
    """An IPv6 host has a whole /64 to itself."""
    try:
        host = ip_address(address)
    except ValueError:
        return address
    if isinstance(host, IPv6Address):
        return str(host.ipv4_mapped or ip_network((host, 64), strict=False))
    return str(host)
