"""The seal of an entry is over everything it says, and the same whichever database gave it back (B4)."""

from dataclasses import replace
from typing import Any

import pytest

from accounts import trail_seal
from accounts.authority import Authority
from accounts.domain.trail_hash import Recorded, canonical, digest_of, is_genuine
from accounts.models import AuditEntry
from accounts.request_origin import serving
from accounts.services import audit
from tests.factories import UserFactory
from tests.moments import at

NOW = at("2024-10-01 09:00")
SAID = Recorded(
    at=NOW,
    actor=1,
    on_behalf_of=2,
    standing="代理註冊組長",
    act="certify",
    object_type="portfolio.courseoutcome",
    object_id="7",
    object_label="程式設計",
    reason="公假",
    changes={"state": ["waiting", "certified"]},
    address="2001:db8::7",
)
OTHERWISE: dict[str, Any] = {
    "at": at("2024-10-01 09:00:00.000001"),
    "actor": 3,
    "on_behalf_of": None,
    "standing": "",
    "act": "return",
    "object_type": "portfolio.diverseperformance",
    "object_id": "8",
    "object_label": "程式設計 ",
    "reason": "病假",
    "changes": {"state": ["certified", "waiting"]},
    "address": None,
}


@pytest.mark.parametrize("field", OTHERWISE)
def test_no_field_can_be_changed_under_the_seal(field: str) -> None:
    digest = digest_of(SAID, key="k", salt="0" * 16)
    assert is_genuine(digest, SAID, key="k")
    assert not is_genuine(digest, replace(SAID, **{field: OTHERWISE[field]}), key="k")


def test_without_the_key_nothing_can_be_sealed() -> None:
    assert not is_genuine(digest_of(SAID, key="guessed", salt="0" * 16), SAID, key="k")


@pytest.mark.parametrize(
    "same",
    [
        replace(SAID, at=NOW.astimezone(tz=None)),
        replace(SAID, address="2001:DB8:0::7"),
        replace(SAID, changes={"b": 1.0, "a": {"y": 2, "x": 1e22}}),
    ],
)
def test_what_databases_write_differently_is_the_same(same: Recorded) -> None:
    other = replace(SAID, changes={"a": {"x": 10**22, "y": 2.0}, "b": 1}) if "a" in same.changes else SAID
    assert canonical(same) == canonical(other)


@pytest.mark.django_db
def test_every_entry_is_sealed_when_it_is_written() -> None:
    owner, subject = UserFactory.create_batch(2)
    with serving("2001:DB8::7"):
        audit.record(
            "test_act",
            by=subject,
            at=NOW,
            subject=subject,
            authority=Authority(True, "代理", principal=owner),
            reason="原因",
            changes={"b": [1, 2.5, None, "甲"], "a": {"z": True}, 1: "數字"},  # type: ignore[dict-item]
        )
    entry = AuditEntry.objects.get()
    assert trail_seal.is_genuine(entry)
    assert len(entry.digest) == 64


@pytest.mark.django_db
def test_two_entries_that_say_the_same_are_sealed_differently() -> None:
    first, second = (audit.record("test_act", by=None, at=NOW) for __ in range(2))
    assert first.digest != second.digest
