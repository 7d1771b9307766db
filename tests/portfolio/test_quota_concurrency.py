"""Requests at the same moment (rules Q5): the database makes them queue up: exactly one gets what is left."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.db import connection

from accounts.errors import Conflict, QuotaExceeded
from accounts.models import AuditEntry
from portfolio.models import Certification, CourseOutcome, DiversePerformance, QuotaLedger, Selection
from portfolio.models.outcomes import OutcomeState
from portfolio.services import outcomes, performances
from portfolio.services.certification import certify, return_to_student
from portfolio.services.outcomes import revise_course_outcome, withdraw_course_outcome
from portfolio.services.quota import take_place
from portfolio.services.selection import select_items
from schedules.domain.activities import Activity
from schedules.models import Window
from tests.factories import SchoolClassFactory, StudentFactory, term_113_1
from tests.moments import at
from tests.portfolio.pieces import NOW, enrolled, perform, upload

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL (see the marker)"),
]
AT_ONCE = 20


def at_once(*acts: Callable[[], object]) -> Counter[str]:
    """Do all `acts` at the same moment, each over a connection of its own; how often each ended how."""
    barrier = Barrier(len(acts))

    def ending(act: Callable[[], object]) -> str:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            act()
        except Exception as error:
            return type(error).__name__
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(acts)) as pool:
        return Counter(pool.map(ending, acts))


@pytest.fixture
def meet_at_the_quota(monkeypatch) -> Callable[[], None]:
    """From its call on, uploads reach the ledger only all together, however long each one's file took."""
    gate = Barrier(AT_ONCE)

    def take_place_together(*args, **kwargs):
        gate.wait(timeout=60)
        take_place(*args, **kwargs)

    def close_the_gate() -> None:
        for service in (outcomes, performances):
            monkeypatch.setattr(service, "take_place", take_place_together)

    return close_the_gate


@pytest.fixture(autouse=True)
def term():
    return term_113_1()


def test_of_twenty_uploads_at_nine_used_of_ten_exactly_one_wins(meet_at_the_quota):
    enrolment = enrolled()
    for _ in range(9):
        upload(enrolment)
    meet_at_the_quota()
    endings = at_once(*[lambda: upload(enrolment)] * AT_ONCE)
    assert endings == {"done": 1, QuotaExceeded.__name__: 19}
    assert QuotaLedger.objects.get().used == 10
    assert CourseOutcome.objects.standing().count() == 10
    assert AuditEntry.objects.filter(act="upload_outcome").count() == 10


def test_of_twenty_uploads_at_nineteen_performances_of_twenty_exactly_one_wins(meet_at_the_quota):
    student = StudentFactory.create(school_class=SchoolClassFactory.create())
    for _ in range(19):
        perform(student)
    meet_at_the_quota()
    endings = at_once(*[lambda: perform(student)] * AT_ONCE)
    assert endings == {"done": 1, QuotaExceeded.__name__: 19}
    assert QuotaLedger.objects.get().used == 20
    assert DiversePerformance.objects.standing().count() == 20


def test_the_first_uploads_of_a_term_at_the_same_moment_all_count(meet_at_the_quota):
    """The ledger's row is not there yet when they all look for it."""
    enrolment = enrolled()
    meet_at_the_quota()
    assert at_once(*[lambda: upload(enrolment)] * AT_ONCE) == {"done": 10, QuotaExceeded.__name__: 10}
    assert QuotaLedger.objects.get().used == CourseOutcome.objects.standing().count() == 10


def test_students_do_not_wait_for_each_others_quota():
    enrolments = [enrolled() for _ in range(AT_ONCE)]
    endings = at_once(*[partial(upload, one) for one in enrolments])
    assert endings == {"done": AT_ONCE}


def test_of_certifying_and_returning_at_the_same_moment_exactly_one_is_decided():
    outcome = upload(enrolled())
    teacher = outcome.enrolment.section.teacher
    acts = [
        lambda: certify(outcome, by=teacher, at=NOW),
        lambda: return_to_student(outcome, reason="缺頁", by=teacher, at=NOW),
    ] * (AT_ONCE // 2)
    assert at_once(*acts) == {"done": 1, Conflict.__name__: 19}
    decision = Certification.objects.get()
    assert CourseOutcome.objects.get().state == decision.decision
    assert AuditEntry.objects.filter(act__in=("certify", "return")).count() == 1


def test_a_piece_withdrawn_twice_at_the_same_moment_frees_one_place():
    enrolment = enrolled()
    outcome, *_ = [upload(enrolment) for _ in range(3)]
    endings = at_once(
        *[lambda: withdraw_course_outcome(outcome, by=enrolment.student.user, at=NOW)] * AT_ONCE
    )
    assert endings == {"done": 1, Conflict.__name__: 19}
    assert QuotaLedger.objects.get().used == CourseOutcome.objects.standing().count() == 2


def test_a_piece_is_never_both_selected_and_under_revision():
    """Where the school let upload and selection overlap, of the two at the same moment one is refused."""
    Window.objects.filter(activity=Activity.SELECTION).update(subject_year=113, closes_at=at("2025-02-04"))
    student = StudentFactory.create(school_class=SchoolClassFactory.create())
    for attempt in range(10):
        outcome = upload(enrolled(student))
        certify(outcome, by=outcome.enrolment.section.teacher, at=NOW)
        select = partial(
            select_items, student, 113, outcomes=[outcome.pk], performances=[], by=student.user, at=NOW
        )
        text = f"第 {attempt} 次修改"
        revise = partial(revise_course_outcome, outcome, description=text, files={}, by=student.user, at=NOW)
        at_once(select, revise)
        outcome.refresh_from_db()
        selected = Selection.objects.filter(outcome=outcome).exists()
        assert selected is (outcome.state == OutcomeState.CERTIFIED)
