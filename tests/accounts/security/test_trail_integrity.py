"""Whatever is done to the trail behind the platform's back is found, entry by entry (B4)."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from pytest_django import Settings

from accounts import trail_check, trail_seal
from accounts.domain.retention import Span
from accounts.models import AuditEntry, AuditLink, TrailPurge
from accounts.services import audit, trail, trail_chain
from accounts.services.trail import purge_trail
from accounts.services.trail_chain import link_entries
from accounts.trail_check import Finding, TrailCheck, Wrong
from accounts.trail_words import finding_in_words
from tests.accounts.security.tampering import copy_of, guards_down, sql, tamper, trigger_down
from tests.factories import UserFactory
from tests.moments import at

pytestmark = pytest.mark.django_db
NOW = at("2025-01-10 09:00")
OLD = at("2019-01-10 09:00")


@pytest.fixture(autouse=True)
def some_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few at a time, so that the trail is gone through in more than one go."""
    for module in (trail_chain, trail_check, trail):
        monkeypatch.setattr(module, "AT_ONCE", 3)


@pytest.fixture
def entries() -> list[int]:
    """The numbers of eight entries, all joined to the chain."""
    person = UserFactory.create()
    numbers = [
        audit.record("test_act", by=person, at=NOW - timedelta(minutes=n), reason=f"第 {n} 筆").pk
        for n in range(8)
    ]
    assert link_entries(NOW) == 8
    return numbers


def findings(*, now=NOW) -> list[Finding]:
    return list(TrailCheck(now).findings())


def kinds(*, now=NOW) -> list[Wrong]:
    return [finding.wrong for finding in findings(now=now)]


def test_a_trail_as_it_was_written_has_nothing_wrong(entries: list[int]) -> None:
    audit.record("test_act", by=None, at=NOW)
    check = TrailCheck(NOW)
    assert list(check.findings()) == []
    assert (check.seen["linked"], check.seen["waiting"]) == (8, 1)


def test_joining_twice_joins_nothing_twice(entries: list[int]) -> None:
    assert link_entries(NOW) == 0
    assert list(AuditLink.objects.values_list("position", "entry_id")) == list(enumerate(entries, start=1))


def test_an_entry_that_is_committed_late_is_joined_after_those_with_higher_numbers(
    entries: list[int],
) -> None:
    late, early = entries[-1] + 1, entries[-1] + 2
    for position, number in ((9, early), (10, late)):
        entry = AuditEntry(pk=number, at=NOW, act="test_act")
        entry.digest = trail_seal.new_digest(entry)
        entry.save()
        assert link_entries(NOW) == 1
        assert AuditLink.objects.get(entry_id=number).position == position
    assert findings() == []


# ---------------------------------------------------------------- the database's own refusal


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {entries} SET reason = 'x'",
        "UPDATE {entries} SET id = id + 1000",
        "DELETE FROM {entries}",
        "UPDATE {links} SET hash = 'x'",
        "DELETE FROM {links} WHERE position = 8",
    ],
)
def test_the_database_refuses_to_change_and_to_remove(entries: list[int], statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql(statement)
    assert findings() == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's way around its own triggers")
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR REPLACE INTO {entries} (id, at, standing, act, object_type, object_id, object_label,"
        " reason, changes, digest) VALUES (%s, '2025-01-01', '', 'x', '', '', '', '', '{}', '')",
        "UPDATE OR REPLACE {entries} SET id = %s WHERE id = (SELECT MAX(id) FROM {entries})",
        "INSERT OR REPLACE INTO {links} (position, entry_id, hash, linked_at)"
        " VALUES (99, %s, 'x', '2025-01-01')",
    ],
)
def test_an_entry_is_not_replaced_by_another_either(entries: list[int], statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql(statement.replace("'{}'", "'{{}}'"), entries[2])
    assert findings() == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no such trigger, and finds it")
def test_sqlite_refuses_an_entry_with_a_number_that_it_never_gives(entries: list[int]) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.create(pk=0, at=NOW, act="test_act")


def test_what_was_purged_by_the_rules_may_go_and_nothing_younger(entries: list[int]) -> None:
    TrailPurge.objects.create(before=NOW - timedelta(minutes=6, seconds=30), at=NOW, last_position=1)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql("DELETE FROM {entries} WHERE id = %s", entries[6])
    sql("DELETE FROM {entries} WHERE id = %s", entries[7])
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql("DELETE FROM {links} WHERE position = 2")
    sql("DELETE FROM {links} WHERE position = 1")


def test_guards_that_were_taken_away_are_missed(entries: list[int]) -> None:
    with guards_down():
        assert kinds() == [Wrong.GUARDS]
    assert kinds() == []


# ---------------------------------------------------------------- changed


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "2025-01-01 00:00:00"),
        ("actor_id", None),
        ("standing", "系統管理者"),
        ("act", "other_act"),
        ("object_type", "accounts.user"),
        ("object_id", "7"),
        ("object_label", "別人"),
        ("reason", "改過的原因"),
        ("changes", '{"a": 1}'),
        ("address", "203.0.113.9"),
        ("digest", "0" * 64),
        ("digest", ""),
    ],
)
def test_a_changed_column_is_found_once(entries: list[int], column: str, value: str | None) -> None:
    tamper("UPDATE {entries} SET {column} = %s WHERE id = %s".replace("{column}", column), value, entries[4])
    assert findings() == [Finding(Wrong.CHANGED, entries[4], 5)]


def test_on_whose_behalf_is_under_the_seal_too(entries: list[int]) -> None:
    tamper("UPDATE {entries} SET on_behalf_of_id = %s WHERE id = %s", UserFactory.create().pk, entries[4])
    assert kinds() == [Wrong.CHANGED]


def test_entries_that_changed_places_are_found(entries: list[int]) -> None:
    first, second = entries[2:4]
    with guards_down():
        for before, after in ((first, -1), (second, first), (-1, second)):
            sql("UPDATE {entries} SET id = %s WHERE id = %s", after, before)
    assert [finding.entry for finding in findings()] == [first, second]


# ---------------------------------------------------------------- gone


def test_an_entry_removed_in_the_middle_is_missed(entries: list[int]) -> None:
    tamper("DELETE FROM {entries} WHERE id = %s", entries[3])
    assert findings() == [Finding(Wrong.MISSING, entries[3], 4)]


def test_removing_its_link_as_well_breaks_the_chain(entries: list[int]) -> None:
    with guards_down():
        sql("DELETE FROM {entries} WHERE id = %s", entries[3])
        sql("DELETE FROM {links} WHERE position = 4")
    assert findings() == [Finding(Wrong.LINK, position=4)]


def test_moving_the_later_links_up_does_not_help(entries: list[int]) -> None:
    with guards_down():
        sql("DELETE FROM {entries} WHERE id = %s", entries[3])
        sql("DELETE FROM {links} WHERE position = 4")
        for position in range(5, 9):
            sql("UPDATE {links} SET position = %s WHERE position = %s", position - 1, position)
    assert Wrong.LINK in kinds()


def cut_off_the_end(entries: list[int]) -> None:
    with guards_down():
        sql("DELETE FROM {entries} WHERE id >= %s", entries[6])
        sql("DELETE FROM {links} WHERE position > 6")


def test_an_end_that_was_cut_off_is_known_outside_the_database(entries: list[int]) -> None:
    cut_off_the_end(entries)
    assert findings() == [Finding(Wrong.TRUNCATED, position=7)]


def test_growing_on_does_not_hide_that_the_end_was_cut_off(entries: list[int]) -> None:
    cut_off_the_end(entries)
    for __ in range(5):
        audit.record("test_act", by=None, at=NOW)
    assert link_entries(NOW) == 5
    assert kinds() == [Wrong.TRUNCATED]


def test_a_line_that_was_not_written_out_is_passed_over(entries: list[int], settings: Settings) -> None:
    with Path(settings.TRAIL_ANCHORS).open("a") as file:
        file.write("9 0123")
    assert findings() == []
    cut_off_the_end(entries)
    assert kinds() == [Wrong.TRUNCATED]


# ---------------------------------------------------------------- put in


@pytest.mark.parametrize("digest", ["", "0" * 64])
def test_a_forged_entry_is_found(entries: list[int], digest: str) -> None:
    copy_of(entries[0], reason="冒名", digest=digest)
    assert findings() == [Finding(Wrong.INSERTED, AuditEntry.objects.latest("pk").pk)]
    link_entries(NOW)
    assert [finding.entry for finding in findings()] == [AuditEntry.objects.latest("pk").pk]


def test_a_copy_of_a_genuine_entry_is_found(entries: list[int]) -> None:
    copy_of(entries[0])
    link_entries(NOW)
    assert findings() == [Finding(Wrong.COPIED, AuditEntry.objects.latest("pk").pk)]


def test_a_forged_entry_with_a_link_of_its_own_is_found(entries: list[int]) -> None:
    copy_of(entries[0], reason="冒名")
    forged = AuditEntry.objects.latest("pk").pk
    AuditLink.objects.create(position=-1, entry_id=forged, hash="0" * 64, linked_at=NOW)
    assert Finding(Wrong.INSERTED, forged) in findings()


def test_an_entry_that_is_not_joined_within_the_hour_is_found(entries: list[int]) -> None:
    late = audit.record("test_act", by=None, at=NOW)
    assert findings(now=NOW + timedelta(minutes=59)) == []
    assert findings(now=NOW + timedelta(minutes=61)) == [Finding(Wrong.LATE, late.pk)]


@pytest.mark.parametrize("number", [0, -5])
def test_an_entry_without_a_seal_is_found_wherever_it_was_put(
    entries: list[int], number: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with trigger_down("accounts_auditentry_numbered_insert"):
        AuditEntry.objects.create(pk=number, at=NOW, act="test_act")
        found = [finding for finding in findings() if finding.wrong is not Wrong.GUARDS]
    assert found == [Finding(Wrong.INSERTED, number)]
    assert finding_in_words(found[0]).startswith(f"紀錄 {number}（")


def test_no_entry_is_without_a_seal_not_even_the_first() -> None:
    first = AuditEntry.objects.create(at=NOW, act="test_act")
    audit.record("test_act", by=None, at=NOW)
    assert link_entries(NOW) == 1
    assert findings() == [Finding(Wrong.INSERTED, first.pk)]


# ---------------------------------------------------------------- its end, noted outside


@pytest.mark.parametrize(
    "damage", [Path.unlink, lambda path: path.write_text(""), lambda path: path.write_text("?")]
)
def test_a_note_of_the_end_that_is_gone_is_missed_and_does_not_come_back_by_itself(
    entries: list[int], settings: Settings, damage: Callable[[Path], object]
) -> None:
    damage(Path(settings.TRAIL_ANCHORS))
    assert findings() == [Finding(Wrong.UNANCHORED)]
    audit.record("test_act", by=None, at=NOW)
    link_entries(NOW)
    assert kinds() == [Wrong.UNANCHORED]


def test_before_the_first_entry_there_is_nothing_to_note() -> None:
    assert link_entries(NOW) == 0
    assert findings() == []


def test_a_first_run_that_broke_off_before_the_note_is_no_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    audit.record("test_act", by=None, at=NOW)
    with monkeypatch.context() as broken:
        broken.setattr(trail_chain, "_note_end", full)
        with pytest.raises(OSError, match="full"):
            link_entries(NOW)
    assert findings() == []


def full(at: object) -> None:
    raise OSError("full")


def test_who_moves_the_installation_notes_the_end_anew_and_that_is_on_the_trail(
    entries: list[int], settings: Settings, set_clock: Callable
) -> None:
    set_clock(NOW)
    Path(settings.TRAIL_ANCHORS).unlink()
    call_command("verify_trail", "--anchor")
    assert findings() == []
    entry = AuditEntry.objects.get(act=trail.TrailAct.ANCHOR_TRAIL)
    assert entry.changes == {"position": {"before": None, "after": 8}}


def test_with_nothing_to_join_nobody_is_kept_waiting(
    entries: list[int], django_assert_num_queries: Callable
) -> None:
    with django_assert_num_queries(2) as asked:
        assert link_entries(NOW) == 0
    assert not [query for query in asked.captured_queries if not query["sql"].startswith("SELECT")]


# ---------------------------------------------------------------- purged


@pytest.fixture
def old_and_new() -> list[int]:
    """Three entries past their time, three younger ones; all joined."""
    numbers = [
        audit.record("test_act", by=None, at=moment, reason=str(n)).pk
        for n, moment in enumerate([OLD] * 3 + [NOW] * 3)
    ]
    link_entries(NOW)
    return numbers


FIVE_YEARS = Span.parse("5y")


def test_after_a_purge_the_rest_still_joins_on(old_and_new: list[int]) -> None:
    assert purge_trail(FIVE_YEARS, at=NOW) == 3
    assert not AuditEntry.objects.filter(pk__in=old_and_new[:3]).exists()
    assert AuditLink.objects.earliest("position").position == 4
    assert findings() == []
    link_entries(NOW)
    check = TrailCheck(NOW)
    assert list(check.findings()) == []
    assert check.seen["linked"] == 4, "three younger ones, and that there was a purge"


def test_everything_may_be_purged_and_the_chain_goes_on() -> None:
    audit.record("test_act", by=None, at=OLD)
    assert purge_trail(FIVE_YEARS, at=NOW) == 1
    link_entries(NOW)
    assert list(AuditLink.objects.values_list("position", flat=True)) == [2]
    assert findings() == []


def test_an_old_entry_behind_a_younger_one_in_the_chain_waits_for_it(old_and_new: list[int]) -> None:
    behind = audit.record("test_act", by=None, at=OLD)
    assert purge_trail(FIVE_YEARS, at=NOW) == 3
    assert AuditEntry.objects.filter(pk=behind.pk).exists()
    assert findings() == []


def test_a_purge_that_broke_off_is_finished_by_the_next(
    old_and_new: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(ids: list[int]) -> None:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(trail, "_remove", break_off)
        with pytest.raises(ConnectionError):
            purge_trail(FIVE_YEARS, at=NOW)
    assert findings() == []
    assert purge_trail(FIVE_YEARS, at=NOW) == 3
    assert AuditEntry.objects.filter(pk__in=old_and_new).count() == 3
    assert findings() == []


def test_a_purge_says_what_was_gone_before_it(old_and_new: list[int]) -> None:
    tamper("DELETE FROM {entries} WHERE id = %s", old_and_new[1])
    purge_trail(FIVE_YEARS, at=NOW)
    assert AuditEntry.objects.get(act=trail.TrailAct.PURGE_TRAIL).changes["lost_before"] == 1


def test_a_purge_that_nobody_made_is_found(entries: list[int]) -> None:
    end = AuditLink.objects.get(position=6)
    soon = NOW + timedelta(hours=1)
    TrailPurge.objects.create(before=soon, at=NOW, last_position=6, last_hash=end.hash)
    sql("DELETE FROM {entries} WHERE id <= %s", entries[5])
    sql("DELETE FROM {links} WHERE position <= 6")
    assert Wrong.PURGE in kinds()


def test_taking_back_that_there_was_a_purge_breaks_the_chain(old_and_new: list[int]) -> None:
    purge_trail(FIVE_YEARS, at=NOW)
    sql("DELETE FROM {purges}")
    assert Finding(Wrong.LINK, position=1) in findings()


# ---------------------------------------------------------------- the command


def test_the_command_prints_counts_when_all_is_well(
    entries: list[int], set_clock: Callable, capsys: pytest.CaptureFixture[str]
) -> None:
    set_clock(NOW)
    audit.record("test_act", by=None, at=NOW)
    call_command("verify_trail", "--link")
    said = capsys.readouterr().out
    assert "已編入雜湊鏈 1 筆" in said
    assert "共 9 筆：雜湊鏈 9 筆，尚待編入 0 筆" in said
    assert "完整" in said


def test_the_command_lists_what_is_wrong_and_fails(
    entries: list[int], set_clock: Callable, capsys: pytest.CaptureFixture[str]
) -> None:
    set_clock(NOW)
    tamper("UPDATE {entries} SET reason = 'x' WHERE id = %s", entries[4])
    tamper("DELETE FROM {entries} WHERE id = %s", entries[3])
    with pytest.raises(CommandError, match="2 處不符"):
        call_command("verify_trail")
    said = capsys.readouterr().out
    assert f"紀錄 {entries[3]}（鏈 4）：紀錄不見了" in said
    assert f"紀錄 {entries[4]}（鏈 5，114/01/10（五）08:56 test_act）：內容與寫入時不同" in said


def test_another_key_fits_nothing(entries: list[int], settings: Settings) -> None:
    settings.TRAIL_KEY = "another"
    assert set(kinds()) == {Wrong.CHANGED}


def test_checking_asks_the_database_no_more_often_for_more_than_in_pieces(
    entries: list[int], django_assert_max_num_queries: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trail_check, "AT_ONCE", 1000)
    with django_assert_max_num_queries(15):
        assert findings() == []
