"""The history of a student's enrolment: who adds to it, and what follows (article 8, R0, R2)."""

import pytest

from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.models import AuditEntry, EnrolmentChange
from accounts.models.enrolment_changes import ChangeKind
from accounts.services.enrolments import record_change
from accounts.student_permissions import StudentAct
from tests.accounts.annex_staff import Staff, annex_staff
from tests.factories import AdminFactory, SchoolClassFactory, StudentFactory
from tests.moments import at, day

pytestmark = pytest.mark.django_db
NOW = at("2024-11-15 09:00")


@pytest.fixture
def staff() -> Staff:
    return annex_staff()


@pytest.fixture
def student():
    return StudentFactory.create(school_class=SchoolClassFactory.create())


def change(student, kind, on="2024-11-01", *, by, when=NOW, **given):
    return record_change(student, ChangeKind(kind), effective_on=day(on), by=by, at=when, **given)


def test_a_change_is_added_to_the_history_and_the_status_follows(staff, student):
    clerk = staff["registry-clerk"]
    change(student, "suspended", note="因病休學一年", by=clerk)
    student.refresh_from_db()
    assert student.status == "suspended"
    row = EnrolmentChange.objects.get()
    assert (row.kind, row.effective_on, row.recorded_by, row.recorded_at) == (
        "suspended",
        day("2024-11-01"),
        clerk,
        NOW,
    )
    entry = AuditEntry.objects.get(act=StudentAct.RECORD_ENROLMENT_CHANGE)
    assert (entry.actor, entry.object_id, entry.reason) == (clerk, str(student.pk), "因病休學一年")
    assert entry.changes["status"] == {"before": "enrolled", "after": "suspended"}


def test_suspension_and_return_are_both_kept_and_the_return_restores(staff, student):
    clerk = staff["registry-clerk"]
    change(student, "suspended", "2024-09-01", by=clerk)
    change(student, "returned", "2024-11-01", by=clerk)
    student.refresh_from_db()
    assert student.status == "enrolled"
    assert list(student.enrolment_changes.values_list("kind", flat=True)) == ["suspended", "returned"]


def test_recording_the_same_again_changes_nothing(staff, student):
    first = change(student, "suspended", by=staff["registry-clerk"])
    assert change(student, "suspended", by=staff["registry-clerk"]) == first
    assert (EnrolmentChange.objects.count(), AuditEntry.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("kind", "on", "given", "error", "words"),
    [
        ("returned", "2024-11-01", {}, Conflict, "目前為「在學」，不能登錄「復學」"),
        ("suspended", "2024-08-01", {}, Conflict, "生效日不可早於前一次異動（入學，113/08/30（五））"),
        ("suspended", "2024-11-16", {}, InvalidInput, "生效日還沒到"),
        ("transferred_out", "2024-11-01", {"other_school": " "}, InvalidInput, "請填寫對方學校"),
    ],
)
def test_what_does_not_follow_is_refused_and_changes_nothing(staff, student, kind, on, given, error, words):
    clerk = staff["registry-clerk"]
    change(student, "enrolled", "2024-08-30", by=clerk)
    with pytest.raises(error, match=words):
        change(student, kind, on, by=clerk, **given)
    student.refresh_from_db()
    assert student.status == "enrolled"
    assert EnrolmentChange.objects.count() == 1


@pytest.mark.parametrize("post", ["registry-head", "evening-academic-head", "discipline-head"])
def test_only_who_keeps_the_divisions_basic_data_records_a_change(staff, student, post):
    with pytest.raises(NotAllowed, match="註冊組幹事"):
        change(student, "suspended", by=staff[post])
    change(student, "suspended", by=AdminFactory.create())


def test_a_delegate_records_it_in_the_owners_name(staff, student):
    staff.is_away("registry-clerk", "2024-11-15", "2024-11-15")
    change(student, "suspended", by=staff["registry-head"])
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.on_behalf_of) == (staff["registry-head"], staff["registry-clerk"])


def test_a_student_in_the_evening_division_is_the_evening_divisions(staff):
    student = StudentFactory.create(school_class=SchoolClassFactory.create(division="evening"))
    with pytest.raises(NotAllowed):
        change(student, "suspended", by=staff["registry-clerk"])
    change(student, "suspended", by=staff["evening-academic-head"])
