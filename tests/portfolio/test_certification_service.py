"""The teacher's decisions (article 5-3, rules C1, C2, C5, E2): whose work, which course, never how good."""

import hashlib

import pytest

from accounts.domain.division import Division
from accounts.errors import Conflict, InvalidInput, NotAllowed, WindowClosed
from accounts.models import AuditEntry, Notice
from portfolio import demo_media
from portfolio.models import Certification, CourseOutcome
from portfolio.models.certifications import Decision
from portfolio.models.outcomes import OutcomeState
from portfolio.services.certification import certify, return_to_student
from portfolio.services.outcomes import withdraw_course_outcome
from schedules.domain.activities import Activity, Audience
from schedules.models import Window
from tests.factories import StudentFactory, UserFactory, term_113_1, term_with_dates
from tests.moments import at
from tests.portfolio.pieces import AV, DOCUMENT, NOW, enrolled, rows, sent, upload

pytestmark = pytest.mark.django_db
DOCUMENT_FILE, SOUND = demo_media.pdf("報告", ["內容"]), demo_media.mp3(1)


@pytest.fixture
def outcome():
    term_113_1()
    return upload(enrolled(), files={DOCUMENT: sent(DOCUMENT_FILE), AV: sent(SOUND)})


@pytest.fixture
def teacher(outcome):
    return outcome.enrolment.section.teacher


def test_the_courses_teacher_certifies_the_files_as_they_are(outcome, teacher):
    certify(outcome, by=teacher, at=NOW)
    decision = Certification.objects.get()
    assert (decision.decision, decision.decided_by, decision.decided_at) == (Decision.CERTIFIED, teacher, NOW)
    assert (decision.on_behalf_of, decision.reason, decision.voided_at) == (None, "", None)
    hashes = sorted(hashlib.sha256(content).hexdigest() for content in (DOCUMENT_FILE, SOUND))
    assert decision.file_hashes == hashes
    assert CourseOutcome.objects.get().state == OutcomeState.CERTIFIED


def test_a_return_tells_the_student_why(outcome, teacher):
    return_to_student(outcome, reason=" 檔案缺第二頁 ", by=teacher, at=NOW)
    assert CourseOutcome.objects.get().state == OutcomeState.RETURNED
    assert Certification.objects.get().reason == "檔案缺第二頁"
    notice = Notice.objects.get()
    assert notice.user == outcome.student.user
    assert outcome.enrolment.section.course.name in notice.subject
    assert "退件" in notice.subject
    assert notice.body == "檔案缺第二頁"
    assert notice.url.endswith(f"/{outcome.pk}/")


def test_a_certification_is_told_to_the_student_too(outcome, teacher):
    certify(outcome, by=teacher, at=NOW)
    notice = Notice.objects.get()
    assert (notice.user, notice.created_at) == (outcome.student.user, NOW)
    assert "已認證" in notice.subject


@pytest.mark.parametrize(
    ("reason", "said"),
    [("", "退件須填寫原因"), (" \u3000", "退件須填寫原因"), ("因" * 201, "共 201 字，上限 200 字")],
)
def test_a_return_needs_a_reason_that_fits(outcome, teacher, reason, said):
    before = rows()
    with pytest.raises(InvalidInput, match=said):
        return_to_student(outcome, reason=reason, by=teacher, at=NOW)
    assert rows() == before
    return_to_student(outcome, reason="因" * 200, by=teacher, at=NOW)


def test_both_decisions_are_on_the_trail_with_reason_and_standing(outcome, teacher):
    return_to_student(outcome, reason="檔案缺第二頁", by=teacher, at=NOW)
    entry = AuditEntry.objects.get(act="return")
    assert (entry.object_id, entry.actor, entry.at) == (str(outcome.pk), teacher, NOW)
    assert (entry.reason, entry.standing) == ("檔案缺第二頁", "任課教師")
    other = upload(outcome.enrolment)
    certify(other, by=teacher, at=NOW)
    assert AuditEntry.objects.get(act="certify").object_id == str(other.pk)


def certify_(outcome, by, when=NOW):
    return certify(outcome, by=by, at=when)


def return_(outcome, by, when=NOW):
    return return_to_student(outcome, reason="缺頁", by=by, at=when)


both = pytest.mark.parametrize("decide", [certify_, return_])


@both
def test_nobody_but_the_courses_teacher_decides_and_the_refusal_names_that_teacher(outcome, teacher, decide):
    before = rows()
    elsewhere = enrolled().section.teacher
    for stranger in (elsewhere, outcome.student.user, UserFactory.create(), StudentFactory.create().user):
        with pytest.raises(NotAllowed, match=teacher.name):
            decide(outcome, stranger)
    assert rows() == before


@both
def test_a_decision_is_made_once(outcome, teacher, decide):
    certify(outcome, by=teacher, at=NOW)
    before = rows()
    with pytest.raises(Conflict, match="目前是「已認證」"):
        decide(outcome, teacher)
    assert rows() == before


@both
def test_a_withdrawn_piece_waits_for_nobody(outcome, teacher, decide):
    withdraw_course_outcome(outcome, by=outcome.student.user, at=NOW)
    with pytest.raises(Conflict, match="目前是「已撤回」"):
        decide(outcome, teacher)


@both
def test_what_the_page_showed_does_not_count_but_what_the_database_says(outcome, teacher, decide):
    stale = CourseOutcome.objects.get()
    certify(outcome, by=teacher, at=NOW)
    assert stale.state == OutcomeState.WAITING
    with pytest.raises(Conflict):
        decide(stale, teacher)


@both
@pytest.mark.parametrize(
    ("when", "open_"),
    [
        ("2024-08-29 23:59:59", False),
        ("2024-08-30 00:00:00", True),
        ("2025-02-10 23:59:59.999999", True),
        ("2025-02-11 00:00:00", False),
    ],
)
def test_decisions_are_made_within_the_certification_window(outcome, teacher, decide, when, open_):
    if open_:
        assert decide(outcome, teacher, at(when)).decided_at == at(when)
        return
    before = rows()
    with pytest.raises(WindowClosed, match="113-1 課程學習成果認證"):
        decide(outcome, teacher, at(when))
    assert rows() == before


@both
def test_a_teacher_who_left_certifies_until_the_accounts_sunset(outcome, teacher, decide):
    teacher.expires_at = NOW
    teacher.save()
    with pytest.raises(NotAllowed, match="停用或到期"):
        decide(outcome, teacher)
    assert decide(outcome, teacher, at("2024-09-30 23:59"))


def test_evening_students_work_is_certified_in_their_divisions_window(outcome):
    evening = upload(enrolled(in_class={"division": Division.EVENING}, division=Division.EVENING))
    Window.objects.filter(activity=Activity.CERTIFICATION, division=Division.EVENING).update(
        closes_at=at("2024-09-30")
    )
    with pytest.raises(WindowClosed):
        certify(evening, by=evening.enrolment.section.teacher, at=NOW)
    assert certify(outcome, by=outcome.enrolment.section.teacher, at=NOW)


def test_grade_3s_second_term_is_certified_in_its_own_window(outcome):
    second = term_with_dates(113, 2, opening="2025-02-11", exam_end="2025-06-27", closing="2025-06-30")
    now = at("2025-05-08 00:00")
    third = upload(enrolled(in_class={"grade": 3}, term=second), when=at("2025-03-01"))
    other = upload(enrolled(term=second), when=at("2025-03-01"))
    Window.objects.filter(audience=Audience.GRADE3_FIRST, activity=Activity.CERTIFICATION).update(
        closes_at=now
    )
    with pytest.raises(WindowClosed, match="114/05/07"):
        certify(third, by=third.enrolment.section.teacher, at=now)
    assert certify(other, by=other.enrolment.section.teacher, at=now)
