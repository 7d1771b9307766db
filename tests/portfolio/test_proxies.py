"""Acting for a student without network (article 12-1-3): who may, which acts, and what is kept of it."""

import pytest

from accounts.authority import Standing, authority
from accounts.errors import InvalidInput, NotAllowed, QuotaExceeded, WindowClosed
from accounts.models import AuditEntry, Guardianship, Notice
from accounts.models.students import EnrolmentStatus
from portfolio.domain.proxies import REASON_LENGTH, Capacity, accepted_reason, shown_capacity
from portfolio.models import CourseOutcome, DiversePerformance, Selection
from portfolio.models.outcomes import OutcomeState
from portfolio.permissions import PortfolioAct
from portfolio.proxies import Helper
from portfolio.services.outcomes import revise_course_outcome, withdraw_course_outcome
from portfolio.services.performances import withdraw_performance
from portfolio.services.selection import select_items
from tests.factories import OutcomeFactory, term_113_1
from tests.moments import at, day
from tests.portfolio.helpers import MAY, MAY_NOT, REASON, People, departed, guardian_of
from tests.portfolio.pieces import CLOSED, LAST_MOMENT, NOW, nothing_stored, perform, rows, upload

pytestmark = pytest.mark.django_db

ACTS = (PortfolioAct.UPLOAD_OUTCOME, PortfolioAct.UPLOAD_PERFORMANCE, PortfolioAct.SELECT)
OWN_ACTS = (PortfolioAct.REVISE_OUTCOME, PortfolioAct.WITHDRAW_OUTCOME, PortfolioAct.WITHDRAW_PERFORMANCE)
SELECTING = at("2024-09-10 10:00")


@pytest.fixture
def people() -> People:
    term_113_1()
    return People()


@pytest.fixture
def homeroom(people):
    return people.somebody("homeroom teacher")


def select(people, *, by, when=SELECTING, reason=REASON, outcomes=()):
    chosen = [outcome.pk for outcome in outcomes]
    select_items(people.student, 112, outcomes=chosen, performances=[], by=by, at=when, proxy_reason=reason)


def certified_last_year(people, number=1):
    enrolment = people.student.enrolments.get(section__term__school_year=112)
    return OutcomeFactory.create_batch(number, enrolment=enrolment, state=OutcomeState.CERTIFIED)


# ---------------------------------------------------------------- who may help whom


@pytest.mark.parametrize("who", MAY)
def test_who_may_help_acts_for_the_student(people, who):
    for act in ACTS:
        answer = authority(people.somebody(who), act, people.student, NOW)
        assert answer.allowed
        assert (answer.standing, answer.principal) == (Standing.PROXY, people.student.user)
        assert answer.why == MAY[who]


@pytest.mark.parametrize("who", MAY_NOT)
def test_nobody_else_acts_for_the_student(people, who):
    for act in ACTS:
        answer = authority(people.somebody(who), act, people.student, NOW)
        assert not answer.allowed
        assert "父母／法定代理人、導師或任課教師" in answer.why


@pytest.mark.parametrize("who", MAY)
def test_revising_and_withdrawing_stay_the_students_own(people, who):
    for act in OWN_ACTS:
        assert not authority(people.somebody(who), act, people.student, NOW).allowed


def test_helpers_do_not_certify(people):
    outcome = upload(people.enrolment)
    for who in ("parent", "homeroom teacher"):
        assert not authority(people.somebody(who), PortfolioAct.CERTIFY, outcome, NOW).allowed


def test_the_student_acts_in_their_own_right(people):
    answer = authority(people.student.user, PortfolioAct.SELECT, people.student, NOW)
    assert (answer.standing, answer.principal) == (Standing.OWNER, None)


def test_a_helper_whose_account_has_ended_helps_nobody(people, homeroom):
    homeroom.is_active = False
    assert not authority(homeroom, PortfolioAct.SELECT, people.student, NOW).allowed


@pytest.mark.parametrize("moment, may", [("2024-10-31 23:59", True), ("2024-11-01 00:00", False)])
def test_a_guardianship_counts_through_its_last_day(people, moment, may):
    guardian = guardian_of(people.student, ends="2024-10-31")
    assert authority(guardian, PortfolioAct.UPLOAD_OUTCOME, people.student, at(moment)).allowed is may


@pytest.mark.parametrize("moment, may", [("2025-01-31 23:59", True), ("2025-02-01 00:00", False)])
def test_a_course_teacher_helps_until_the_term_ends(people, moment, may):
    teacher = people.somebody("course teacher")
    assert authority(teacher, PortfolioAct.UPLOAD_OUTCOME, people.student, at(moment)).allowed is may


@pytest.mark.parametrize("moment, may", [("2025-07-31 23:59", True), ("2025-08-01 00:00", False)])
def test_a_homeroom_teacher_helps_until_the_school_year_ends(people, homeroom, moment, may):
    assert authority(homeroom, PortfolioAct.UPLOAD_PERFORMANCE, people.student, at(moment)).allowed is may


@pytest.mark.parametrize("moment, may", [("2024-10-15 23:59", True), ("2024-10-16 00:00", False)])
def test_a_homeroom_teacher_who_leaves_helps_through_the_last_day(people, homeroom, moment, may):
    departed(homeroom, "2024-10-15")
    assert authority(homeroom, PortfolioAct.UPLOAD_OUTCOME, people.student, at(moment)).allowed is may


def test_a_teacher_who_left_still_helps_their_own_child(people, homeroom):
    departed(homeroom, "2024-09-05")
    assert not authority(homeroom, PortfolioAct.UPLOAD_OUTCOME, people.student, NOW).allowed
    departed(people.somebody("parent"), "2024-09-05")
    assert authority(people.somebody("parent"), PortfolioAct.UPLOAD_OUTCOME, people.student, NOW).allowed


def test_for_a_suspended_student_nobody_uploads(people, homeroom):
    people.student.status = EnrolmentStatus.SUSPENDED
    people.student.save()
    with pytest.raises(NotAllowed, match="休學"):
        perform(people.student, by=homeroom, proxy_reason=REASON)


def test_everybody_sees_the_students_they_may_help_each_once(people, homeroom):
    people.takes(teacher=homeroom)
    students = list(Helper(homeroom, NOW).students())
    assert students.count(people.student) == 1
    assert len(students) == 3  # with the two classmates
    assert [aid.capacity for aid in Helper(homeroom, NOW).aids([people.student])] == [Capacity.HOMEROOM]
    assert [aid.student for aid in Helper(people.somebody("parent"), NOW).aids(students)] == [people.student]


@pytest.mark.parametrize(
    "who", ["teacher of last term", "guardian of the past", "classmate", "administrator"]
)
def test_who_has_nobody_to_help(people, who):
    helper = Helper(people.somebody(who), NOW)
    assert not helper.helps_anybody()
    assert not helper.students().exists()


def test_of_several_capacities_the_guardians_is_named():
    assert shown_capacity({Capacity.COURSE_TEACHER, Capacity.PARENT}) == Capacity.PARENT
    assert shown_capacity(set()) is None


# ---------------------------------------------------------------- the reason


@pytest.mark.parametrize("reason", ["", "  \n", "字" * (REASON_LENGTH + 1)])
def test_without_a_fitting_reason_no_proxy_does_anything(people, homeroom, reason):
    before = rows()
    for act in (
        lambda: upload(people.enrolment, by=homeroom, proxy_reason=reason),
        lambda: perform(people.student, by=homeroom, proxy_reason=reason),
        lambda: select(people, by=homeroom, reason=reason),
    ):
        with pytest.raises(InvalidInput, match="代為辦理的原因"):
            act()
    assert rows() == before


def test_the_refusal_of_a_missing_reason_names_the_article():
    with pytest.raises(InvalidInput, match="第 12 點（一）3"):
        accepted_reason(" ")


def test_a_reason_of_200_characters_is_kept_without_the_spaces_around_it():
    assert accepted_reason(f" {'字' * REASON_LENGTH} ") == "字" * REASON_LENGTH


def test_a_student_needs_no_reason_and_none_is_kept(people):
    outcome = upload(people.enrolment, proxy_reason="不需要")
    assert (outcome.proxy_reason, AuditEntry.objects.get().reason) == ("", "")
    assert not Notice.objects.exists()


# ---------------------------------------------------------------- what is kept, and whom it is told


def trail() -> tuple:
    entry = AuditEntry.objects.get()
    return entry.act, entry.actor, entry.on_behalf_of, entry.standing, entry.reason


def test_an_uploaded_outcome_says_who_for_whom_and_why(people, homeroom):
    outcome = upload(people.enrolment, by=homeroom, proxy_reason=f" {REASON} ")
    assert (outcome.uploaded_by, outcome.proxy_reason, outcome.student) == (homeroom, REASON, people.student)
    assert trail() == ("upload_outcome", homeroom, people.student.user, "導師", REASON)


def test_an_uploaded_performance_says_who_for_whom_and_why(people):
    parent = people.somebody("parent")
    performance = perform(people.student, by=parent, proxy_reason=REASON)
    assert (performance.uploaded_by, performance.proxy_reason) == (parent, REASON)
    assert trail() == ("upload_performance", parent, people.student.user, "父母", REASON)


def test_of_a_selection_the_student_reads_in_their_own_language(people, homeroom):
    people.student.user.language = "en"
    people.student.user.save()
    select(people, by=homeroom, outcomes=certified_last_year(people, 1))
    assert "School year 112" in Notice.objects.get().body


def test_a_selection_says_who_for_whom_and_why(people):
    teacher, (outcome,) = people.somebody("course teacher"), certified_last_year(people)
    select(people, by=teacher, outcomes=[outcome])
    assert Selection.objects.get().selected_by == teacher
    assert trail() == ("select", teacher, people.student.user, "任課教師", REASON)


def test_the_student_is_told_once_for_each_act(people, homeroom):
    upload(people.enrolment, by=homeroom, proxy_reason=REASON)
    perform(people.student, by=homeroom, proxy_reason=REASON)
    select(people, by=homeroom)
    notices = Notice.objects.filter(user=people.student.user)
    assert Notice.objects.count() == notices.count() == 3
    words = {
        f"導師 {homeroom.name} 代您{what}" for what in ("上傳了課程學習成果", "上傳了多元表現", "更改了勾選")
    }
    assert {notice.subject for notice in notices} == words
    assert all(REASON in notice.body for notice in notices)


# ---------------------------------------------------------------- as for the student


def test_a_proxy_keeps_to_the_students_upload_window(people, homeroom):
    assert upload(people.enrolment, by=people.somebody("parent"), when=LAST_MOMENT, proxy_reason=REASON)
    with pytest.raises(WindowClosed):
        upload(people.enrolment, by=homeroom, when=CLOSED, proxy_reason=REASON)
    assert CourseOutcome.objects.count() == 1


def test_a_proxy_keeps_to_the_students_selection_window(people, homeroom):
    with pytest.raises(WindowClosed):
        select(people, by=homeroom, when=at("2024-09-21 00:00"))
    assert not Notice.objects.exists()


def test_a_proxys_uploads_fill_the_students_places(people, homeroom):
    for number in range(10):
        own = number % 2
        upload(people.enrolment, by=people.student.user if own else homeroom, proxy_reason=REASON)
    with pytest.raises(QuotaExceeded):
        upload(people.enrolment, by=homeroom, proxy_reason=REASON)
    with pytest.raises(QuotaExceeded):
        upload(people.enrolment)
    assert CourseOutcome.objects.count() == 10


def test_a_proxys_performances_fill_the_students_places(people):
    parent = people.somebody("parent")
    for __ in range(20):
        perform(people.student, by=parent, proxy_reason=REASON)
    with pytest.raises(QuotaExceeded):
        perform(people.student, by=parent, proxy_reason=REASON)
    assert DiversePerformance.objects.count() == 20


def test_a_proxy_selects_no_more_than_the_student_could(people, homeroom):
    with pytest.raises(QuotaExceeded, match="上限 6 件"):
        select(people, by=homeroom, outcomes=certified_last_year(people, 7))
    assert not Selection.objects.exists()


@pytest.mark.parametrize("who", MAY_NOT)
def test_the_services_refuse_everybody_else(people, who):
    stranger = people.somebody(who)
    with pytest.raises(NotAllowed):
        upload(people.enrolment, by=stranger, proxy_reason=REASON)
    with pytest.raises(NotAllowed):
        perform(people.student, by=stranger, proxy_reason=REASON)
    with pytest.raises(NotAllowed):
        select(people, by=stranger)
    assert nothing_stored()


def test_what_a_proxy_uploaded_they_neither_change_nor_take_back(people, homeroom):
    outcome = upload(people.enrolment, by=homeroom, proxy_reason=REASON)
    performance = perform(people.student, by=homeroom, proxy_reason=REASON)
    before = rows()
    for act in (
        lambda: revise_course_outcome(outcome, description="改", files={}, by=homeroom, at=NOW),
        lambda: withdraw_course_outcome(outcome, by=homeroom, at=NOW),
        lambda: withdraw_performance(performance, by=homeroom, at=NOW),
    ):
        with pytest.raises(NotAllowed, match="學生本人"):
            act()
    assert rows() == before


def test_the_student_changes_and_takes_back_what_a_proxy_uploaded(people, homeroom):
    outcome = upload(people.enrolment, by=homeroom, proxy_reason=REASON)
    withdraw_course_outcome(outcome, by=people.student.user, at=NOW)
    outcome.refresh_from_db()
    assert outcome.is_withdrawn


# ---------------------------------------------------------------- files


@pytest.mark.parametrize(
    "who, sees",
    [
        ("parent", True),
        ("legal guardian", True),
        ("homeroom teacher", True),
        ("course teacher", False),
        ("guardian to come", False),
        ("guardian of the past", False),
        ("guardian of another", False),
        ("homeroom teacher of another class", False),
        ("classmate", False),
    ],
)
def test_whose_files_a_helper_sees(people, who, sees):
    file = perform(people.student).attachments.get()
    assert authority(people.somebody(who), PortfolioAct.VIEW_FILE, file, NOW).allowed is sees


def test_a_course_teacher_sees_what_they_uploaded_for_the_student_while_they_may_help(people):
    teacher = people.somebody("course teacher")
    file = perform(people.student, by=teacher, proxy_reason=REASON).attachments.get()
    assert authority(teacher, PortfolioAct.VIEW_FILE, file, NOW).allowed
    assert not authority(teacher, PortfolioAct.VIEW_FILE, file, at("2025-02-01")).allowed


def test_after_the_guardianship_ended_the_files_are_closed_again(people):
    parent, file = people.somebody("parent"), perform(people.student).attachments.get()
    Guardianship.objects.filter(guardian=parent).update(ends_on=day("2024-10-10"))
    assert authority(parent, PortfolioAct.VIEW_FILE, file, at("2024-10-10 23:59")).allowed
    assert not authority(parent, PortfolioAct.VIEW_FILE, file, at("2024-10-11")).allowed
