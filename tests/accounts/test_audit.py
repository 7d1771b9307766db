"""The trail: who, for whom, what, when, from where and why; written with the act, never changed (B2–B4)."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from accounts.acts import AccountAct
from accounts.authority import Authority, Standing
from accounts.domain.division import Division
from accounts.models import AuditEntry
from accounts.models.audit import AuditEntryQuerySet
from accounts.services import audit
from portfolio.domain.filetypes import Slot
from portfolio.models import Certification, CourseOutcome, QuotaLedger, Selection
from portfolio.models.outcomes import OutcomeState
from portfolio.services.certification import certify
from portfolio.services.outcomes import upload_course_outcome, withdraw_course_outcome
from portfolio.services.selection import select_items
from schedules.domain.activities import Activity
from schedules.models import OfficialLetter, TermDates, Window, WindowOverride
from schedules.services.overrides import override_window
from schedules.services.terms import save_letter, save_term_dates
from tests.factories import (
    PASSWORD,
    AdminFactory,
    EnrolmentFactory,
    OutcomeFactory,
    SchoolClassFactory,
    StudentFactory,
    TermFactory,
    UserFactory,
    term_113_1,
    uploaded_pdf,
)
from tests.moments import at, day

pytestmark = pytest.mark.django_db
NOW = at("2024-10-01 09:00")


@pytest.fixture
def entry():
    return audit.record("test_act", by=UserFactory.create(), at=NOW, reason="原因")


def test_an_entry_cannot_be_changed_nor_removed(entry):
    entry.reason = "改過的原因"
    with pytest.raises(TypeError, match="append-only"):
        entry.save()
    with pytest.raises(TypeError, match="append-only"):
        entry.delete()
    assert AuditEntry.objects.get().reason == "原因"


def test_nor_can_many_at_once(entry):
    entry.reason = "改過的原因"
    for change in (
        lambda: AuditEntry.objects.update(reason="改過的原因"),
        lambda: AuditEntry.objects.filter(pk=entry.pk).delete(),
        lambda: AuditEntry.objects.bulk_update([entry], ["reason"]),
    ):
        with pytest.raises(TypeError, match="append-only"), transaction.atomic():
            change()
    assert AuditEntry.objects.get().reason == "原因"


def test_a_new_entry_never_takes_the_place_of_one_that_is_there(entry):
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEntry(pk=entry.pk, at=NOW, act="test_act", reason="冒名").save()
    assert AuditEntry.objects.get().reason == "原因"


def test_a_person_on_the_trail_cannot_be_deleted(entry):
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.actor.delete()


def test_it_holds_for_whom_in_which_standing_and_to_what():
    owner, delegate, subject = UserFactory.create_batch(3)
    acting_for = Authority(True, "註冊組幹事代理註冊組長（公假）", Standing.DELEGATE, owner)
    entry = audit.record(
        "test_act", by=delegate, at=NOW, subject=subject, authority=acting_for, changes={"a": 1}
    )
    entry.refresh_from_db()
    assert (entry.actor, entry.on_behalf_of, entry.at) == (delegate, owner, NOW)
    assert entry.standing == "註冊組幹事代理註冊組長（公假）"
    assert (entry.object_type, entry.object_id) == ("accounts.user", str(subject.pk))
    assert (entry.object_label, entry.changes) == (subject.name, {"a": 1})


def test_what_is_too_long_for_a_column_is_cut_and_recorded():
    long = UserFactory.build(pk=1, name="長" * 300)
    entry = audit.record(
        "test_act", by=None, at=NOW, subject=long, reason="因" * 900, authority=Authority(True, "職" * 300)
    )
    assert (len(entry.object_label), len(entry.reason), len(entry.standing)) == (200, 500, 100)


def test_outside_a_request_there_is_no_address(entry):
    assert entry.address is None


# ------------------------------------------------------------ an act whose trail fails does not happen


@pytest.fixture
def scene():
    """A student with a piece that waits and one that is certified, in an open term."""
    term_113_1()
    Window.objects.filter(activity=Activity.SELECTION).update(subject_year=113)  # open in September
    student = StudentFactory.create(school_class=SchoolClassFactory.create())
    enrolment = EnrolmentFactory.create(student=student)
    waiting = OutcomeFactory.create(enrolment=enrolment)
    certified = OutcomeFactory.create(enrolment=enrolment, state=OutcomeState.CERTIFIED)
    return enrolment, waiting, certified, AdminFactory.create()


def upload(enrolment, waiting, certified, admin):
    upload_course_outcome(
        enrolment,
        description="新作品",
        files={Slot.DOCUMENT: uploaded_pdf()},
        by=enrolment.student.user,
        at=NOW,
    )


def withdraw(enrolment, waiting, certified, admin):
    withdraw_course_outcome(waiting, by=enrolment.student.user, at=NOW)


def certify_it(enrolment, waiting, certified, admin):
    certify(waiting, by=enrolment.section.teacher, at=NOW)


def select(enrolment, waiting, certified, admin):
    student = enrolment.student
    select_items(student, 113, outcomes=[certified.pk], performances=[], by=student.user, at=at("2024-09-10"))


def override(enrolment, waiting, certified, admin):
    window = Window.objects.get(activity=Activity.OUTCOME_UPLOAD, division=Division.DAY)
    override_window(
        window, opens_on=day("2024-09-01"), closes_on=day("2025-03-01"), reason="因故", by=admin, at=NOW
    )


def letter(enrolment, waiting, certified, admin):
    save_letter(
        OfficialLetter(term=enrolment.section.term, division=Division.DAY, due_on=day("2024-10-07")),
        by=admin,
        at=NOW,
    )


def dates(enrolment, waiting, certified, admin):
    row = TermDates(
        term=TermFactory.create(number=2),
        division=Division.DAY,
        opening=day("2025-02-11"),
        final_exam_end=day("2025-06-27"),
        closing_ceremony=day("2025-06-30"),
    )
    save_term_dates(row, by=admin, at=NOW)


def everything():
    tables = (CourseOutcome, Certification, Selection, QuotaLedger, Window, WindowOverride, OfficialLetter)
    return [list(table.objects.order_by("pk").values()) for table in (*tables, TermDates)]


def disk_is_full(*args, **kwargs):
    raise DatabaseError


@pytest.mark.parametrize("act", [upload, withdraw, certify_it, select, override, letter, dates])
def test_an_act_whose_trail_cannot_be_written_does_not_happen(scene, act, monkeypatch):
    before = everything()
    with monkeypatch.context() as broken:
        broken.setattr(AuditEntry, "save", disk_is_full)
        broken.setattr(AuditEntryQuerySet, "bulk_create", disk_is_full)
        with pytest.raises(DatabaseError):
            act(*scene)
    assert everything() == before
    act(*scene)
    assert everything() != before
    assert AuditEntry.objects.count() == 1


# ------------------------------------------------------------ signing in and out


def sign_in(client, username, password=PASSWORD):
    return client.post(
        reverse("accounts:login"), {"username": username, "password": password}, REMOTE_ADDR="203.0.113.7"
    )


def test_signing_in_and_out_is_recorded_with_the_address(client, set_clock):
    set_clock(NOW)
    user = UserFactory.create()
    sign_in(client, user.username)
    client.post(reverse("accounts:logout"), REMOTE_ADDR="2001:db8::7")
    left, came = AuditEntry.objects.all()
    assert (came.act, came.actor, came.at, came.address) == (AccountAct.SIGN_IN, user, NOW, "203.0.113.7")
    assert (left.act, left.actor, left.address) == (AccountAct.SIGN_OUT, user, "2001:db8::7")


def test_a_failed_sign_in_is_recorded_for_the_account_it_was_tried_on(client):
    user = UserFactory.create()
    sign_in(client, user.username, "wrong")
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.actor, entry.address) == (AccountAct.SIGN_IN_FAILED, user, "203.0.113.7")


def test_what_was_typed_for_an_unknown_name_is_not_kept(client):
    sign_in(client, "my-secret-password-in-the-wrong-box", "another-secret")
    assert AuditEntry.objects.get().actor is None
    assert "secret" not in str(AuditEntry.objects.values().get())


def test_a_failed_sign_in_to_an_account_past_its_time_is_recorded(client):
    user = UserFactory.create(expires_at=at("2024-01-01"))
    sign_in(client, user.username)
    assert AuditEntry.objects.get().act == AccountAct.SIGN_IN_FAILED


def test_changing_the_password_is_recorded(client_of):
    user = UserFactory.create()
    client = client_of(user)
    new = {
        "old_password": PASSWORD,
        "new_password1": "a-quite-new-pass-9",
        "new_password2": "a-quite-new-pass-9",
    }
    assert client.post(reverse("accounts:password_change"), new).status_code == 302
    changed = AuditEntry.objects.filter(act=AccountAct.CHANGE_PASSWORD)
    assert changed.get().actor == user
    assert "new-pass" not in str(changed.values().get())


def test_a_failed_change_is_none(client_of):
    client = client_of(UserFactory.create())
    client.post(reverse("accounts:password_change"), {"old_password": "wrong"})
    assert not AuditEntry.objects.filter(act=AccountAct.CHANGE_PASSWORD).exists()
