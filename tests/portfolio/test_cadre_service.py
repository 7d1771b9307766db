"""Entering, correcting and withdrawing cadre records (rules D2, P2)."""

from dataclasses import replace
from typing import Any

import pytest

from accounts.domain.division import Division
from accounts.errors import Conflict, InvalidInput, NotAllowed, WindowClosed
from accounts.models import AuditEntry, Student, User
from portfolio.domain.cadre import CadrePost
from portfolio.models import CadreRecord
from portfolio.record_permissions import RecordAct
from portfolio.services.cadre import correct_post, record_post, withdraw_post
from schedules.models import Term
from tests.accounts.annex_staff import Staff, annex_staff
from tests.factories import AdminFactory, SchoolClassFactory, StudentFactory, term_113_1
from tests.moments import at, day

pytestmark = pytest.mark.django_db

NOW, LATER = at("2024-09-20 09:00"), at("2025-03-01 09:00")
POST = CadrePost("資訊二甲", "班長", "2", day("2024-08-30"), day("2025-01-20"))


@pytest.fixture
def term() -> Term:
    return term_113_1()


@pytest.fixture
def staff() -> Staff:
    return annex_staff()


@pytest.fixture
def student() -> Student:
    return StudentFactory.create(school_class=SchoolClassFactory.create())


def entered(student: Student, term: Term, by: User, post: CadrePost = POST, **options: Any) -> CadreRecord:
    return record_post(student, term, post, by=by, **{"at": NOW, **options})


def test_a_record_is_entered_and_on_the_trail(term: Term, staff: Staff, student: Student) -> None:
    record = entered(student, term, staff["activities-head"])
    assert (record.unit, record.recorded_by, record.recorded_at) == (
        "資訊二甲",
        staff["activities-head"],
        NOW,
    )
    entry = AuditEntry.objects.get(act=RecordAct.RECORD_CADRE)
    assert (entry.actor, entry.object_id, entry.changes["title"]) == (
        staff["activities-head"],
        str(record.pk),
        "班長",
    )


@pytest.mark.parametrize(
    "post, division, allowed",
    [
        ("activities-head", Division.DAY, True),
        ("discipline-head", Division.DAY, True),
        ("evening-affairs-head", Division.DAY, False),
        ("registry-head", Division.DAY, False),
        ("evening-affairs-head", Division.EVENING, True),
        ("evening-academic-head", Division.EVENING, False),
        ("activities-head", Division.EVENING, False),
    ],
)
def test_each_division_has_its_own_keepers(
    term: Term, staff: Staff, post: str, division: Division, allowed: bool
) -> None:
    student = StudentFactory.create(school_class=SchoolClassFactory.create(division=division))
    if allowed:
        assert entered(student, term, staff[post])
        return
    with pytest.raises(NotAllowed, match="由.*辦理"):
        entered(student, term, staff[post])


def test_an_administrator_does_not_keep_cadre_records(term: Term, staff: Staff, student: Student) -> None:
    with pytest.raises(NotAllowed):
        entered(student, term, AdminFactory.create())


def test_the_delegate_acts_for_the_owner_who_is_away(term: Term, staff: Staff) -> None:
    student = StudentFactory.create(school_class=SchoolClassFactory.create(division=Division.EVENING))
    delegate = staff["evening-academic-head"]
    staff.is_away("evening-affairs-head", "2024-09-20", "2024-09-21")
    entered(student, term, delegate)
    entry = AuditEntry.objects.get(act=RecordAct.RECORD_CADRE)
    assert (entry.actor, entry.on_behalf_of) == (delegate, staff["evening-affairs-head"])
    with pytest.raises(NotAllowed):
        entered(student, term, delegate, at=at("2024-09-22"))


@pytest.mark.parametrize(
    "moment, is_open",
    [
        (at("2024-08-29 23:59"), False),
        (at("2024-08-30"), True),
        (at("2024-10-30 23:59"), True),
        (at("2024-10-31"), False),
    ],
)
def test_records_are_entered_in_the_two_months_after_the_opening(
    term: Term, staff: Staff, student: Student, moment: Any, is_open: bool
) -> None:
    if is_open:
        assert entered(student, term, staff["activities-head"], at=moment)
        return
    with pytest.raises(WindowClosed, match="幹部經歷登錄"):
        entered(student, term, staff["activities-head"], at=moment)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"level": "4"}, "不是校內幹部的等級"),
        ({"level": ""}, "不是校內幹部的等級"),
        ({"unit": ""}, "請填寫單位名稱"),
        ({"title": "長" * 61}, "最多 60 字"),
        ({"ends_on": day("2024-08-29")}, "不可早於"),
    ],
)
def test_a_post_that_cannot_be_is_refused(
    term: Term, staff: Staff, student: Student, change: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidInput, match=message):
        entered(student, term, staff["activities-head"], replace(POST, **change))
    assert not CadreRecord.objects.exists()


def test_the_same_post_is_entered_once_until_it_is_withdrawn(
    term: Term, staff: Staff, student: Student
) -> None:
    keeper = staff["activities-head"]
    record = entered(student, term, keeper)
    with pytest.raises(Conflict, match="已經登錄過"):
        entered(student, term, keeper)
    withdraw_post(record, reason="登錯人", by=keeper, at=NOW)
    assert entered(student, term, keeper).pk != record.pk


def test_who_was_in_no_class_that_year_has_no_record(term: Term, staff: Staff) -> None:
    with pytest.raises(InvalidInput, match="113 學年度沒有編班"):
        entered(StudentFactory.create(), term, staff["activities-head"])


def test_a_correction_keeps_from_what_to_what_and_why_also_after_the_window(
    term: Term, staff: Staff, student: Student
) -> None:
    keeper = staff["discipline-head"]
    record = entered(student, term, keeper)
    correct_post(record, replace(POST, title="副班長"), reason="學生回報", by=keeper, at=LATER)
    entry = AuditEntry.objects.get(act=RecordAct.CORRECT_CADRE)
    assert entry.changes == {"title": {"before": "班長", "after": "副班長"}}
    assert entry.reason == "學生回報"
    correct_post(record, replace(POST, title="副班長"), reason="再按一次", by=keeper, at=LATER)
    assert AuditEntry.objects.filter(act=RecordAct.CORRECT_CADRE).count() == 1


def test_a_withdrawn_record_stays_on_file_and_is_final(term: Term, staff: Staff, student: Student) -> None:
    keeper = staff["activities-head"]
    record = entered(student, term, keeper)
    with pytest.raises(InvalidInput, match="請填寫理由"):
        withdraw_post(record, reason=" ", by=keeper, at=LATER)
    withdraw_post(record, reason="登錯人", by=keeper, at=LATER)
    record.refresh_from_db()
    assert record.withdrawn_at == LATER
    assert AuditEntry.objects.get(act=RecordAct.WITHDRAW_CADRE).reason == "登錯人"
    with pytest.raises(Conflict, match="已經撤銷"):
        withdraw_post(record, reason="登錯人", by=keeper, at=LATER)
    with pytest.raises(Conflict, match="已經撤銷"):
        correct_post(record, POST, reason="更正", by=keeper, at=LATER)


def test_the_other_division_corrects_and_withdraws_nothing(
    term: Term, staff: Staff, student: Student
) -> None:
    record = entered(student, term, staff["activities-head"])
    stranger = staff["evening-affairs-head"]
    with pytest.raises(NotAllowed):
        correct_post(record, replace(POST, title="會長"), reason="更正", by=stranger, at=NOW)
    with pytest.raises(NotAllowed):
        withdraw_post(record, reason="撤銷", by=stranger, at=NOW)
