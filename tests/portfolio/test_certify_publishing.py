"""Deciding first, publishing together: nothing reaches the student before, nothing happens by itself."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.errors import Conflict, InvalidInput, NotAllowed, WindowClosed
from accounts.models import AuditEntry, Notice, User
from portfolio.models import Certification, CourseOutcome, CourseSection, PendingDecision
from portfolio.models.certifications import Decision
from portfolio.models.outcomes import OutcomeState
from portfolio.services.certification import certify
from portfolio.services.deciding import SomeRefused
from portfolio.services.outcomes import revise_course_outcome, withdraw_course_outcome
from portfolio.services.pending_decisions import (
    drop_prepared,
    prepare_certification,
    prepare_many,
    prepare_return,
    publish,
)
from portfolio.services.reminders import remind_unpublished
from tests.conftest import SetClock
from tests.factories import SectionFactory, school, term_113_1
from tests.moments import at
from tests.portfolio.certifying import CLOSED, LAST_MOMENT, NOW, ids, look, school_decides, states, waiting
from tests.portfolio.chains import absent, links

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
QUEUE = "/certification/"
LATER = at("2024-11-05 10:00")


@pytest.fixture
def section() -> CourseSection:
    school()
    term_113_1()
    school_decides(publish_together=True)
    made: CourseSection = SectionFactory.create()
    return made


@pytest.fixture
def outcomes(section: CourseSection) -> list[CourseOutcome]:
    """Two that were decided, and a third that was not."""
    made = waiting(section, 3)
    prepare_certification(made[0], by=section.teacher, at=NOW)
    prepare_return(made[1], reason=" 缺頁 ", by=section.teacher, at=NOW)
    return made


# ---------------------------------------------------------------- until then


def test_until_it_is_published_the_student_sees_nothing_of_it(
    outcomes: list[CourseOutcome], client_of: ClientOf, set_clock: SetClock
):
    set_clock(LATER)
    assert states(outcomes) == {OutcomeState.WAITING}
    assert not Certification.objects.exists() and not Notice.objects.exists()
    for outcome in outcomes[:2]:
        client = client_of(outcome.student.user)
        for address in ("/portfolio/", f"/portfolio/outcomes/{outcome.pk}/"):
            page = client.get(address).content.decode()
            assert "待認證" in page
            assert "缺頁" not in page and "已退件" not in page and "存下" not in page


def test_each_kept_decision_is_on_the_trail(section: CourseSection, outcomes: list[CourseOutcome]):
    entries = AuditEntry.objects.filter(act="prepare_decision").order_by("pk")
    assert [(entry.object_id, entry.reason) for entry in entries] == [
        (str(outcomes[0].pk), ""),
        (str(outcomes[1].pk), "缺頁"),
    ]


def test_a_later_decision_takes_the_place_of_the_earlier(
    section: CourseSection, outcomes: list[CourseOutcome]
):
    prepare_certification(outcomes[1], by=section.teacher, at=LATER)
    pending = PendingDecision.objects.get(outcome=outcomes[1])
    assert (pending.decision, pending.reason, pending.decided_at) == (Decision.CERTIFIED, "", LATER)


def test_keeping_asks_what_deciding_asks(section: CourseSection):
    outcome = waiting(section)[0]
    with pytest.raises(NotAllowed):
        prepare_certification(outcome, by=outcome.student.user, at=NOW)
    with pytest.raises(WindowClosed):
        prepare_certification(outcome, by=section.teacher, at=CLOSED)
    with pytest.raises(InvalidInput, match="退件須填寫原因"):
        prepare_return(outcome, reason=" ", by=section.teacher, at=NOW)
    with pytest.raises(Conflict, match="還沒有開啟過"):
        prepare_many([outcome.pk], by=section.teacher, at=NOW)
    school_decides(publish_together=False)
    with pytest.raises(Conflict, match="沒有開放"):
        prepare_certification(outcome, by=section.teacher, at=NOW)
    assert not PendingDecision.objects.exists()


@pytest.mark.parametrize("change", ["revised", "withdrawn"])
def test_what_the_student_changes_is_to_be_decided_anew(outcomes: list[CourseOutcome], change: str):
    outcome, student = outcomes[0], outcomes[0].student.user
    if change == "revised":
        revise_course_outcome(outcome, description="改過", files={}, by=student, at=LATER)
    else:
        outcome.student.refresh_from_db()
        withdraw_course_outcome(outcome, by=student, at=LATER)
    assert not PendingDecision.objects.filter(outcome=outcome).exists()


def test_a_kept_decision_can_be_dropped(section: CourseSection, outcomes: list[CourseOutcome]):
    drop_prepared(outcomes[1], by=section.teacher, at=LATER)
    assert AuditEntry.objects.get(act="drop_decision").changes == {"decision": "returned"}
    with pytest.raises(Conflict, match="沒有存下的決定"):
        drop_prepared(outcomes[1], by=section.teacher, at=LATER)


def test_deciding_at_once_leaves_nothing_kept(section: CourseSection, outcomes: list[CourseOutcome]):
    certify(outcomes[1], by=section.teacher, at=LATER)
    assert not PendingDecision.objects.filter(outcome=outcomes[1]).exists()


# ---------------------------------------------------------------- publishing


def test_publishing_makes_every_decision_and_tells_every_student(
    section: CourseSection, outcomes: list[CourseOutcome]
):
    assert len(publish(by=section.teacher, at=LATER)) == 2
    assert [CourseOutcome.objects.get(pk=one.pk).state for one in outcomes] == [
        OutcomeState.CERTIFIED,
        OutcomeState.RETURNED,
        OutcomeState.WAITING,
    ]
    assert Certification.objects.get(outcome=outcomes[1]).reason == "缺頁"
    assert {(one.user, one.body) for one in Notice.objects.all()} == {
        (outcomes[0].student.user, ""),
        (outcomes[1].student.user, "缺頁"),
    }
    assert AuditEntry.objects.filter(act__in=["certify", "return"]).count() == 2
    assert not PendingDecision.objects.exists()
    assert publish(by=section.teacher, at=LATER) == []


def test_publishing_a_hundred_costs_what_ten_cost(section: CourseSection):
    costs = []
    for count in (10, 100):
        outcomes = waiting(section, count)
        look(outcomes)
        prepare_many(ids(outcomes[:-1]), by=section.teacher, at=NOW)
        prepare_return(outcomes[-1], reason="缺頁", by=section.teacher, at=NOW)
        with CaptureQueriesContext(connection) as captured:
            assert len(publish(by=section.teacher, at=LATER)) == count
        costs.append(len(captured))
    assert costs[0] == costs[1]


def test_publishable_until_the_close_and_not_after(section: CourseSection, outcomes: list[CourseOutcome]):
    assert publish(by=section.teacher, at=CLOSED) == []
    assert states(outcomes) == {OutcomeState.WAITING}
    assert PendingDecision.objects.count() == 2, "what came too late stays to be seen"
    assert len(publish(by=section.teacher, at=LAST_MOMENT)) == 2


def test_t5_nobody_publishes_what_another_keeps_or_certifies():
    school()
    chain = links()
    school_decides(publish_together=True)
    prepare_certification(chain.outcome, by=chain[1], at=NOW)
    absent(chain[1], "2024-11-04", "2024-11-08")
    for person in (chain[1], chain[2], SectionFactory.create().teacher):
        assert publish(by=person, at=LATER) == []
    certify(chain.outcome, by=chain[2], at=LATER)
    assert Certification.objects.get().decided_by == chain[2]


def test_all_or_none_says_who_stands_in_the_way(section: CourseSection, outcomes: list[CourseOutcome]):
    CourseOutcome.objects.filter(pk=outcomes[0].pk).update(state=OutcomeState.CERTIFIED)
    with pytest.raises(SomeRefused) as refused:
        publish(by=section.teacher, at=LATER)
    assert str(outcomes[0].student.user) in refused.value.message
    assert not Certification.objects.exists()


# ---------------------------------------------------------------- warnings


def told() -> list[tuple[User, str]]:
    return [(one.user, one.subject) for one in Notice.objects.order_by("pk")]


def test_three_days_and_one_day_before_the_close_whoever_keeps_decisions_is_warned(
    section: CourseSection, outcomes: list[CourseOutcome]
):
    assert remind_unpublished(at("2025-02-07 23:59")) == 0
    for moment in ("2025-02-08 00:00", "2025-02-09 12:00", "2025-02-10 00:00", "2025-02-10 23:00"):
        assert remind_unpublished(at(moment)) == 1
    assert [person for person, __ in told()] == [section.teacher, section.teacher]
    subject = told()[0][1]
    assert subject.startswith("[請於 114/02/10（一） 前處理] 尚未發布的認證決定 2 件")
    assert "不生效" in Notice.objects.latest("pk").body
    assert remind_unpublished(CLOSED) == 0
    assert not Certification.objects.exists(), "nothing is published by itself"


def test_who_has_published_is_not_warned(section: CourseSection, outcomes: list[CourseOutcome]):
    publish(by=section.teacher, at=LATER)
    Notice.objects.all().delete()
    assert remind_unpublished(at("2025-02-09 12:00")) == 0


# ---------------------------------------------------------------- pages


def test_the_desk_keeps_publishes_and_says_until_when(
    section: CourseSection, client_of: ClientOf, set_clock: SetClock
):
    set_clock(NOW)
    first, second, third = waiting(section, 3)
    client = client_of(section.teacher)
    answer = client.post(f"/certification/{first.pk}/certify/", {"later": "1"})
    assert answer.headers["Location"] == f"/certification/{second.pk}/"
    client.post(f"/certification/{second.pk}/return/", {"reason": "缺頁", "later": "1"})
    look([third])
    client.post(QUEUE, {"outcome": [third.pk], "later": "1"})
    page = client.get(QUEUE).content.decode()
    assert "發布 3 件決定" in page
    assert "114/02/10（一）24:00 止；到期未發布就不生效，也不會自動發布" in page
    kept = client.get(f"{QUEUE}?state=pending").content.decode()
    assert f"/certification/{second.pk}/?state=pending" in kept and "存下的決定：退件" in kept
    assert "已存下的決定：退件" in client.get(f"/certification/{second.pk}/").content.decode()
    client.post(f"/certification/{first.pk}/drop/")
    assert "已發布 2 件決定" in client.post(f"{QUEUE}publish/", follow=True).content.decode()
    assert states([second]) == {OutcomeState.RETURNED} and states([third]) == {OutcomeState.CERTIFIED}
    assert "沒有可以發布的決定" in client.post(f"{QUEUE}publish/", follow=True).content.decode()


def test_what_came_too_late_is_said_and_not_offered(
    outcomes: list[CourseOutcome], section: CourseSection, client_of: ClientOf, set_clock: SetClock
):
    set_clock(CLOSED)
    page = client_of(section.teacher).get(QUEUE).content.decode()
    assert "2 件決定在截止前沒有發布" in page and "publish/" not in page


def test_where_the_school_did_not_choose_it_deciding_is_at_once(
    section: CourseSection, client_of: ClientOf, set_clock: SetClock
):
    set_clock(NOW)
    school_decides(publish_together=False)
    outcome = waiting(section)[0]
    client = client_of(section.teacher)
    assert "稍後發布" not in client.get(f"/certification/{outcome.pk}/").content.decode()
    client.post(f"/certification/{outcome.pk}/certify/", {"later": "1"})
    assert states([outcome]) == {OutcomeState.CERTIFIED}
