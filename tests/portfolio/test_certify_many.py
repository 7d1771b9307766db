"""Many outcomes certified in one go: all or none, each opened before, as cheap as one."""

import time
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import trail_seal
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.models import AuditEntry, Notice, User
from portfolio.models import Certification, CourseSection, OutcomeLook
from portfolio.models.outcomes import OutcomeState
from portfolio.services.certification import certify, certify_many
from portfolio.services.deciding import SomeRefused
from portfolio.services.outcomes import revise_course_outcome
from schedules.domain.activities import Activity
from schedules.models import Window
from schedules.services.extensions import grant_extension
from tests.conftest import SetClock
from tests.factories import (
    AdminFactory,
    EnrolmentFactory,
    OutcomeFactory,
    SectionFactory,
    StudentFactory,
    term_113_1,
)
from tests.moments import day
from tests.portfolio.certifying import CLOSED, LAST_MOMENT, NOW, ids, look, school_decides, states, waiting
from tests.portfolio.chains import absent, links
from tests.portfolio.pieces import rows

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
QUEUE = "/certification/"


@pytest.fixture
def section() -> CourseSection:
    term_113_1()
    made: CourseSection = SectionFactory.create()
    return made


# ---------------------------------------------------------------- the cost


def test_a_hundred_cost_as_many_queries_as_ten_and_less_than_two_seconds(
    section: CourseSection, client_of: ClientOf, set_clock: SetClock
):
    set_clock(NOW)
    client = client_of(section.teacher)
    costs = {}
    for count in (10, 100):
        outcomes = waiting(section, count)
        look(outcomes)
        with CaptureQueriesContext(connection) as captured:
            began = time.perf_counter()
            response = client.post(QUEUE, {"outcome": ids(outcomes)})
            took = time.perf_counter() - began
        assert (response.status_code, states(outcomes)) == (302, {OutcomeState.CERTIFIED})
        print(f"{count} outcomes certified in one go: {took * 1000:.0f} ms, {len(captured)} queries")
        assert took < 2
        costs[count] = len(captured)
    assert costs[10] == costs[100]


def test_outcomes_of_many_courses_cost_no_more_than_those_of_one(section: CourseSection):
    def cost(outcomes) -> int:
        look(outcomes)
        with CaptureQueriesContext(connection) as captured:
            certify_many(ids(outcomes), by=section.teacher, at=NOW)
        return len(captured)

    of_one = cost(waiting(section, 12))
    sections = SectionFactory.create_batch(12, teacher=section.teacher)
    assert cost([waiting(one)[0] for one in sections]) == of_one


# ---------------------------------------------------------------- what is written


def test_each_has_its_decision_its_entry_on_the_trail_and_its_notice(section: CourseSection):
    outcomes = waiting(section, 3)
    look(outcomes)
    assert certify_many(ids(outcomes), by=section.teacher, at=NOW) == 3
    for outcome in outcomes:
        decision = Certification.objects.get(outcome=outcome)
        assert decision.file_hashes == [outcome.attachments.get().sha256]
        assert (decision.decided_by, decision.decided_at) == (section.teacher, NOW)
        entry = AuditEntry.objects.get(act="certify", object_id=str(outcome.pk))
        assert (entry.actor, entry.standing) == (section.teacher, "任課教師")
        assert trail_seal.is_genuine(entry)
        notice = Notice.objects.get(user=outcome.student.user)
        assert "已認證" in notice.subject


def test_it_writes_what_certifying_one_by_one_writes(section: CourseSection):
    one, many = waiting(section, 2)
    look([many])
    certify(one, by=section.teacher, at=NOW)
    certify_many([many.pk], by=section.teacher, at=NOW)
    own = {"id", "outcome_id", "file_hashes"}
    first, second = (
        {key: value for key, value in row.items() if key not in own}
        for row in Certification.objects.order_by("pk").values()
    )
    assert first == second
    assert len(set(Notice.objects.values_list("subject", "body"))) == 1


def test_a_student_with_several_is_told_once(section: CourseSection):
    first = waiting(section)[0]
    outcomes = [
        first,
        OutcomeFactory.create(
            enrolment=EnrolmentFactory.create(
                student=first.student, section=SectionFactory.create(teacher=section.teacher)
            )
        ),
    ]
    look(outcomes)
    certify_many(ids(outcomes), by=section.teacher, at=NOW)
    notice = Notice.objects.get(user=first.student.user)
    assert "2 件課程學習成果" in notice.subject
    for outcome in outcomes:
        assert f"「{outcome.enrolment.section.course}」：已認證" in notice.body


def test_the_stand_in_and_the_reason_are_on_every_decision():
    chain = links()
    absent(chain[1], "2024-10-28", "2024-11-08")
    outcomes = [chain.outcome, chain.waiting()]
    look(outcomes, chain[2])
    certify_many(ids(outcomes), by=chain[2], at=NOW)
    for decision in Certification.objects.all():
        assert (decision.chain_link, decision.on_behalf_of) == (2, chain[1])
        assert "差假" in decision.chain_reason
    assert {entry.on_behalf_of for entry in AuditEntry.objects.filter(act="certify")} == {chain[1]}


# ---------------------------------------------------------------- all or none


def refusal(outcomes, by: User, when=NOW) -> SomeRefused:
    before = rows()
    with pytest.raises(SomeRefused) as raised:
        certify_many(ids(outcomes), by=by, at=when)
    assert rows() == before
    return raised.value


def test_what_was_not_opened_is_named_and_nothing_is_certified(section: CourseSection):
    outcomes = waiting(section, 3)
    look(outcomes[:2])
    refused = refusal(outcomes, section.teacher)
    assert [one.outcome for one in refused.refused] == [outcomes[2]]
    assert f"{outcomes[2].student.user}「{section.course}」：您還沒有開啟過" in refused.message


def test_even_a_single_ticked_one_must_have_been_opened(section: CourseSection):
    outcome = waiting(section)[0]
    with pytest.raises(Conflict, match="還沒有開啟過"):
        certify_many([outcome.pk], by=section.teacher, at=NOW)


def test_a_change_after_the_look_asks_for_another(section: CourseSection):
    outcomes = waiting(section, 2)
    look(outcomes)
    changed = outcomes[0]
    revise_course_outcome(changed, description="改過的簡述", files={}, by=changed.student.user, at=NOW)
    assert [one.outcome for one in refusal(outcomes, section.teacher).refused] == [changed]


def test_sending_the_same_again_asks_for_no_other_look(section: CourseSection):
    outcome = waiting(section)[0]
    look([outcome])
    student = outcome.student.user
    revise_course_outcome(outcome, description=outcome.description, files={}, by=student, at=NOW)
    assert certify_many([outcome.pk], by=section.teacher, at=NOW) == 1


def test_somebody_elses_look_does_not_count(section: CourseSection):
    outcomes = waiting(section, 2)
    look(outcomes, AdminFactory.create())
    assert len(refusal(outcomes, section.teacher).refused) == 2


def test_the_school_may_do_without_looks(section: CourseSection):
    school_decides(look_before_certifying=False)
    assert certify_many(ids(waiting(section, 2)), by=section.teacher, at=NOW) == 2


def test_each_keeps_to_its_own_extended_end(section: CourseSection):
    outcomes = waiting(section, 2)
    look(outcomes)
    window = Window.objects.get(activity=Activity.CERTIFICATION, division="day", audience="general")
    grant_extension(
        window,
        outcomes[0].student,
        closes_on=day("2025-02-20"),
        reason="住院",
        by=AdminFactory.create(),
        at=NOW,
    )
    refused = refusal(outcomes, section.teacher, CLOSED)
    assert [one.outcome for one in refused.refused] == [outcomes[1]]
    assert "已截止：114/02/10" in refused.message
    assert certify_many([outcomes[0].pk], by=section.teacher, at=CLOSED) == 1
    assert certify_many([outcomes[1].pk], by=section.teacher, at=LAST_MOMENT) == 1


def test_what_is_decided_or_withdrawn_meanwhile_is_named(section: CourseSection):
    outcomes = waiting(section, 3)
    look(outcomes)
    certify(outcomes[0], by=section.teacher, at=NOW)
    refused = refusal(outcomes, section.teacher)
    assert [one.outcome for one in refused.refused] == [outcomes[0]]
    assert "目前是「已認證」" in refused.message


def test_t5_one_outcome_of_another_course_stops_them_all(section: CourseSection):
    own, foreign = waiting(section, 2), waiting(SectionFactory.create())
    look([*own, *foreign], section.teacher)
    before = rows()
    with pytest.raises(NotAllowed, match=foreign[0].enrolment.section.teacher.name) as refused:
        certify_many(ids([*own, *foreign]), by=section.teacher, at=NOW)
    assert foreign[0].student.user.name not in refused.value.message
    assert rows() == before


@pytest.mark.parametrize("chosen", [[], [10**9]], ids=["none", "one that is not there"])
def test_nothing_and_the_unknown_are_refused(section: CourseSection, chosen: list[int]):
    with pytest.raises(InvalidInput, match="重新整理頁面"):
        certify_many(chosen, by=section.teacher, at=NOW)


def test_ticking_twice_certifies_once(section: CourseSection, client_of: ClientOf, set_clock: SetClock):
    set_clock(NOW)
    outcome = waiting(section)[0]
    look([outcome])
    client_of(section.teacher).post(QUEUE, {"outcome": [outcome.pk, outcome.pk]})
    assert Certification.objects.count() == 1


# ---------------------------------------------------------------- the page


def test_the_page_says_which_are_missing_and_keeps_the_ticks(
    section: CourseSection, client_of: ClientOf, set_clock: SetClock
):
    set_clock(NOW)
    outcomes = waiting(section, 2)
    look(outcomes[:1])
    client = client_of(section.teacher)
    page = client.post(f"{QUEUE}?section={section.pk}", {"outcome": ids(outcomes)}).content.decode()
    assert "沒有認證任何一件" in page
    assert f'<a href="/certification/{outcomes[1].pk}/?section={section.pk}">' in page
    assert page.count("checked data-unseen") == 1 and page.count(' form="ticked" checked') == 2
    assert not Certification.objects.exists()


def test_opening_the_page_or_a_file_is_a_look_and_a_thumbnail_is_none(
    section: CourseSection, client_of: ClientOf, set_clock: SetClock
):
    set_clock(NOW)
    by_page, by_file, by_list = waiting(section, 3)
    client = client_of(section.teacher)
    client.get(f"/certification/{by_page.pk}/")
    client.get(f"/portfolio/files/{by_file.attachments.get().pk}/")
    client.get(f"/portfolio/files/{by_list.attachments.get().pk}/thumbnail/")
    client.get(QUEUE)
    assert set(OutcomeLook.objects.values_list("outcome", "by")) == {
        (by_page.pk, section.teacher.pk),
        (by_file.pk, section.teacher.pk),
    }


def test_others_who_may_see_the_file_leave_no_look(
    section: CourseSection, client_of: ClientOf, set_clock: SetClock
):
    set_clock(NOW)
    outcome = waiting(section)[0]
    homeroom = outcome.student.placements.get().school_class.homeroom_teacher
    assert homeroom is not None
    for person in (outcome.student.user, homeroom):
        assert client_of(person).get(f"/portfolio/files/{outcome.attachments.get().pk}/").status_code == 200
    assert not OutcomeLook.objects.exists()


def test_a_link_ticks_what_was_opened(section: CourseSection, client_of: ClientOf, set_clock: SetClock):
    set_clock(NOW)
    look(waiting(section, 3)[:2])
    page = client_of(section.teacher).get(f"{QUEUE}?tick=seen").content.decode()
    assert page.count(' form="ticked" checked') == 2


def test_no_box_after_the_close(section: CourseSection, client_of: ClientOf, set_clock: SetClock):
    set_clock(CLOSED)
    waiting(section)
    assert 'type="checkbox" name="outcome"' not in client_of(section.teacher).get(QUEUE).content.decode()


def test_a_student_without_a_class_has_no_window(section: CourseSection):
    placeless = EnrolmentFactory.create(student=StudentFactory.create(), section=section)
    outcomes = [OutcomeFactory.create(enrolment=placeless), *waiting(section)]
    look(outcomes)
    assert "沒有適用於這位學生的期程" in refusal(outcomes, section.teacher).message
