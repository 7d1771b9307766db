"""A decision taken back while its window is open: the outcome waits again, and the student knows."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.errors import Conflict, InvalidInput, NotAllowed, WindowClosed
from accounts.models import AuditEntry, Notice, User
from portfolio.history import outcome_history
from portfolio.models import Certification, CourseOutcome, CourseSection
from portfolio.models.outcomes import OutcomeState
from portfolio.services.certification import certify, return_to_student
from portfolio.services.certification_undo import undo_decision
from portfolio.services.outcomes import revise_course_outcome
from schedules.domain.activities import Activity
from schedules.models import Window
from schedules.services.extensions import grant_extension
from tests.conftest import SetClock
from tests.factories import AdminFactory, SectionFactory, select, term_113_1
from tests.moments import at, day
from tests.portfolio.certifying import CLOSED, LAST_MOMENT, NOW, states, waiting
from tests.portfolio.chains import absent, links
from tests.portfolio.pieces import rows

pytestmark = pytest.mark.django_db

LATER = at("2024-11-05 10:00")


@pytest.fixture
def section() -> CourseSection:
    term_113_1()
    made: CourseSection = SectionFactory.create()
    return made


@pytest.fixture
def certified(section: CourseSection) -> CourseOutcome:
    outcome = waiting(section)[0]
    certify(outcome, by=section.teacher, at=NOW)
    return outcome


@pytest.fixture
def returned(section: CourseSection) -> CourseOutcome:
    outcome = waiting(section)[0]
    return_to_student(outcome, reason="缺頁", by=section.teacher, at=NOW)
    return outcome


def test_a_certification_taken_back_waits_again_with_its_reason_on_the_trail(
    section: CourseSection, certified: CourseOutcome
):
    undo_decision(certified, reason=" 點錯了 ", by=section.teacher, at=LATER)
    assert states([certified]) == {OutcomeState.WAITING}
    decision = Certification.objects.get()
    assert (decision.voided_at, decision.taken_back_by) == (LATER, section.teacher)
    assert (decision.taken_back_for, decision.taken_back_reason) == (None, "點錯了")
    entry = AuditEntry.objects.get(act="undo_decision")
    assert (entry.object_id, entry.actor, entry.reason) == (str(certified.pk), section.teacher, "點錯了")
    assert entry.changes == {"decision": "certified"}
    notice = Notice.objects.get(key__startswith="certification-undone")
    assert notice.user == certified.student.user
    assert "恢復為待認證" in notice.subject and "點錯了" in notice.body
    certify(certified, by=section.teacher, at=LATER)
    assert states([certified]) == {OutcomeState.CERTIFIED}


def test_a_return_may_be_taken_back_without_a_reason(section: CourseSection, returned: CourseOutcome):
    undo_decision(returned, reason="", by=section.teacher, at=LATER)
    assert states([returned]) == {OutcomeState.WAITING}
    assert Notice.objects.get(key__startswith="certification-undone").body == "認證教師收回了退件。"


@pytest.mark.parametrize(
    ("reason", "said"), [(" ", "收回認證須填寫原因"), ("因" * 201, "共 201 字，上限 200 字")]
)
def test_taking_a_certification_back_needs_a_reason_that_fits(
    section: CourseSection, certified: CourseOutcome, reason: str, said: str
):
    before = rows()
    with pytest.raises(InvalidInput, match=said):
        undo_decision(certified, reason=reason, by=section.teacher, at=LATER)
    assert rows() == before


def test_only_while_the_window_is_open_as_it_ends_for_the_student(
    section: CourseSection, certified: CourseOutcome, returned: CourseOutcome
):
    undo_decision(certified, reason="點錯了", by=section.teacher, at=LAST_MOMENT)
    with pytest.raises(WindowClosed, match="114/02/10"):
        undo_decision(returned, reason="", by=section.teacher, at=CLOSED)
    window = Window.objects.get(activity=Activity.CERTIFICATION, division="day", audience="general")
    admin, until = AdminFactory.create(), day("2025-02-20")
    grant_extension(window, returned.student, closes_on=until, reason="住院", by=admin, at=NOW)
    undo_decision(returned, reason="", by=section.teacher, at=CLOSED)
    assert states([returned]) == {OutcomeState.WAITING}


def test_not_once_the_student_has_selected_it(section: CourseSection, certified: CourseOutcome):
    select(certified)
    with pytest.raises(Conflict, match="已勾選提交"):
        undo_decision(certified, reason="點錯了", by=section.teacher, at=LATER)
    assert states([certified]) == {OutcomeState.CERTIFIED}


def test_not_what_waits_or_was_sent_again(section: CourseSection, returned: CourseOutcome):
    student = returned.student.user
    revise_course_outcome(returned, description="改過", files={}, by=student, at=LATER)
    for outcome in (returned, waiting(section)[0]):
        with pytest.raises(Conflict, match="沒有可以收回的決定"):
            undo_decision(outcome, reason="", by=section.teacher, at=LATER)


def test_t5_not_by_the_teacher_of_another_course(certified: CourseOutcome):
    for stranger in (SectionFactory.create().teacher, certified.student.user):
        with pytest.raises(NotAllowed, match=certified.enrolment.section.teacher.name):
            undo_decision(certified, reason="點錯了", by=stranger, at=LATER)


def test_both_sides_read_in_the_history_what_was_taken_back_and_why(
    section: CourseSection,
    certified: CourseOutcome,
    set_clock: SetClock,
    client_of: Callable[[User], Client],
):
    set_clock(LATER)
    teacher, student = client_of(section.teacher), client_of(certified.student.user)
    address = f"/certification/{certified.pk}/"
    assert "收回認證須填寫原因" in teacher.post(f"{address}undo/", {"undo_reason": ""}).content.decode()
    answer = teacher.post(f"{address}undo/", {"undo_reason": "點錯了"})
    assert answer.headers["Location"] == address
    for page in (teacher.get(address), student.get(f"/portfolio/outcomes/{certified.pk}/")):
        text = page.content.decode()
        assert "收回認證" in text and "點錯了" in text
        assert "修改內容後失效" not in text


def test_who_took_it_back_when_and_why_is_read_without_the_trail(
    section: CourseSection,
    certified: CourseOutcome,
    set_clock: SetClock,
    client_of: Callable[[User], Client],
):
    """A school may cut the trail off; a decision must not change its meaning with it."""
    undo_decision(certified, reason="點錯了", by=section.teacher, at=LATER)
    set_clock(LATER)
    student = client_of(certified.student.user)
    with CaptureQueriesContext(connection) as captured:
        page = student.get(f"/portfolio/outcomes/{certified.pk}/").content.decode()
    assert "收回認證" in page and "點錯了" in page and "修改內容後失效" not in page
    assert not [query for query in captured if "accounts_auditentry" in query["sql"]]


def test_one_who_stands_in_takes_back_in_the_name_of_whom_they_stand_in_for():
    chain = links()
    certify(chain.outcome, by=chain[1], at=NOW)
    absent(chain[1], "2024-11-05", "2024-11-08")
    undo_decision(chain.outcome, reason="放錯課程", by=chain[2], at=LATER)
    decision = Certification.objects.get()
    assert (decision.decided_by, decision.on_behalf_of) == (chain[1], None)
    assert (decision.taken_back_by, decision.taken_back_for) == (chain[2], chain[1])
    [event] = [one for one in outcome_history(chain.outcome) if one.title == "收回認證"]
    assert event.by == f"認證者 {chain[2]}（代 {chain[1]}）"


def test_a_decision_in_force_cannot_be_taken_back_by_somebody(certified: CourseOutcome):
    with pytest.raises(IntegrityError):
        Certification.objects.update(taken_back_by=certified.enrolment.section.teacher)


def test_a_change_by_the_student_still_reads_as_one(
    section: CourseSection,
    certified: CourseOutcome,
    set_clock: SetClock,
    client_of: Callable[[User], Client],
):
    set_clock(LATER)
    student = certified.student.user
    revise_course_outcome(certified, description="改過", files={}, by=student, at=LATER)
    page = client_of(section.teacher).get(f"/certification/{certified.pk}/").content.decode()
    assert "修改內容後失效" in page and "收回認證" not in page


def test_the_button_is_there_only_where_it_may_be_pressed(
    section: CourseSection,
    certified: CourseOutcome,
    set_clock: SetClock,
    client_of: Callable[[User], Client],
):
    client = client_of(section.teacher)

    def offered() -> bool:
        return "/undo/" in client.get(f"/certification/{certified.pk}/").content.decode()

    set_clock(LATER)
    assert offered()
    chosen = select(certified)
    assert not offered()
    chosen.delete()
    set_clock(CLOSED)
    assert not offered()
