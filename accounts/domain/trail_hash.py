"""The hashes that hold the trail together: one over each entry, and the chain over those (security B4)."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CONTEXT = b"audit trail"
SALT_LENGTH = 16
DIGEST_LENGTH = 64


@dataclass(frozen=True)
class Recorded:
    """What an entry says, apart from its number, which only the database gives it."""

    at: datetime
    actor: int | None
    on_behalf_of: int | None
    standing: str
    act: str
    object_type: str
    object_id: str
    object_label: str
    reason: str
    changes: Mapping[str, Any]
    address: str | None


def digest_of(recorded: Recorded, *, key: str, salt: str) -> str:
    """Over everything that was recorded; begins with `salt`, without which a copied entry would pass too."""
    return salt + _hmac(key, salt.encode() + canonical(recorded))[: DIGEST_LENGTH - SALT_LENGTH]


def is_genuine(digest: str, recorded: Recorded, *, key: str) -> bool:
    """Whether `digest` was made over exactly this, by who has the key."""
    return hmac.compare_digest(digest_of(recorded, key=key, salt=digest[:SALT_LENGTH]), digest)


def link_hash(previous: str, position: int, entry_id: int, digest: str, *, key: str) -> str:
    """Of one link of the chain: over the one before, its place, its entry's number and digest."""
    return _hmac(key, f"{previous}|{position}|{entry_id}|{digest}".encode())


def canonical(recorded: Recorded) -> bytes:
    """The same bytes for the same entry, whichever database gave it back."""
    values = {
        **asdict(recorded),
        "at": (recorded.at - _EPOCH) // timedelta(microseconds=1),
        "address": _address(recorded.address),
        "changes": _as_stored(recorded.changes),
    }
    return json.dumps(values, sort_keys=True, separators=(",", ":")).encode()


def _as_stored(changes: Mapping[str, Any]) -> Any:
    """PostgreSQL keeps numbers by their value: 1.0 and 1e0 come back as they please."""
    return json.loads(json.dumps(changes), parse_float=_number)


def _number(text: str) -> int | float:
    value = float(text)
    return int(value) if value.is_integer() else value


def _address(text: str | None) -> str | None:
    try:
        return ip_address(text).packed.hex() if text else None
    except ValueError:
        return text


def _hmac(key: str, content: bytes) -> str:
    return hmac.digest(_own_key(key), content, "sha256").hex()


@cache
def _own_key(key: str) -> bytes:
    """The key may serve other ends as well; what is made for one never fits another."""
    return hmac.digest(key.encode(), _CONTEXT, "sha256")
