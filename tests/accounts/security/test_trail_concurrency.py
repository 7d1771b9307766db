"""Joining entries to the chain while people act, and by several workers at once (B4)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.models import AuditEntry, AuditLink
from accounts.services import audit
from accounts.services.trail_chain import link_entries
from accounts.trail_check import TrailCheck
from tests.moments import at

pytestmark = pytest.mark.django_db(transaction=True)
NOW = at("2025-01-10 09:00")


def in_a_thread(act: Callable[[], object]) -> Callable[[], object]:
    def run() -> object:
        try:
            return act()
        finally:
            connection.close()

    return run


def act_some_times() -> None:
    for __ in range(10):
        audit.record("test_act", by=None, at=NOW)


def test_workers_that_join_at_the_same_time_make_one_whole_chain() -> None:
    with ThreadPoolExecutor(8) as pool:
        acts = [act_some_times, lambda: link_entries(NOW)] * 4
        runs = [pool.submit(in_a_thread(act)) for act in acts]
    assert [run.exception() for run in runs] == [None] * 8
    link_entries(NOW)
    assert AuditEntry.objects.count() == AuditLink.objects.count() == 40
    assert list(TrailCheck(NOW).findings()) == []


def test_the_trail_of_a_test_that_commits_is_gone_before_the_next_and_guarded_again() -> None:
    assert not AuditEntry.objects.exists()
    assert not AuditLink.objects.exists()
    assert list(TrailCheck(NOW).findings()) == [], "the guards stand"
