"""The school's own dates for a window, with a reason; the computed ones stay visible (rules D14, D16)."""

import pytest

from accounts.domain.division import Division
from accounts.errors import InvalidInput, NotAllowed, WindowClosed
from accounts.models import AuditEntry
from schedules.domain.activities import Activity
from schedules.models import Window, WindowOverride
from schedules.services.overrides import override_window, withdraw_override
from tests.factories import AdminFactory, UserFactory, term_113_1
from tests.moments import at, day

pytestmark = pytest.mark.django_db
NOW = at("2025-01-10 09:00")


@pytest.fixture
def admin():
    return AdminFactory.create()


@pytest.fixture
def upload():
    term = term_113_1()
    return Window.objects.get(term=term, division=Division.DAY, activity=Activity.OUTCOME_UPLOAD)


def override(window, admin, opens="2024-08-30", closes="2025-02-12", reason="颱風停課補假", now=NOW):
    return override_window(
        window, opens_on=day(opens), closes_on=day(closes), reason=reason, by=admin, at=now
    )


def test_the_overridden_days_are_in_force_and_the_computed_ones_stay(upload, admin):
    assert override(upload, admin) == []
    upload.refresh_from_db()
    assert upload.closes_at == at("2025-02-13")
    assert upload.computed_closes_on == day("2025-02-03")
    upload.require_open(at("2025-02-12 23:59:59.999999"))
    with pytest.raises(WindowClosed, match="114/02/12"):
        upload.require_open(at("2025-02-13 00:00"))


def test_it_says_who_decided_when_and_why(upload, admin):
    override(upload, admin, reason="  颱風停課補假  ")
    row = upload.overrides.get()
    assert (row.reason, row.decided_by, row.decided_at) == ("颱風停課補假", admin, NOW)
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.actor, entry.reason) == ("override_window", admin, "颱風停課補假")
    assert entry.changes == {"opens_on": "2024-08-30", "closes_on": "2025-02-12"}


@pytest.mark.parametrize("reason", ["", " \u3000\n"])
def test_without_a_reason_it_is_refused(upload, admin, reason):
    with pytest.raises(InvalidInput, match="理由"):
        override(upload, admin, reason=reason)
    assert not WindowOverride.objects.exists()


def test_a_reason_longer_than_the_record_holds_is_refused_with_the_limit(upload, admin):
    with pytest.raises(InvalidInput, match="200"):
        override(upload, admin, reason="長" * 201)
    override(upload, admin, reason="長" * 200)
    assert len(upload.overrides.get().reason) == 200


def test_days_in_the_wrong_order_are_refused(upload, admin):
    with pytest.raises(InvalidInput, match="起日不可晚於迄日"):
        override(upload, admin, opens="2025-02-13", closes="2025-02-12")
    assert not WindowOverride.objects.exists()


def test_only_an_administrator_may(upload, admin):
    teacher = UserFactory.create()
    with pytest.raises(NotAllowed):
        override(upload, teacher)
    override(upload, admin)
    with pytest.raises(NotAllowed):
        withdraw_override(upload, by=teacher, at=NOW)
    assert upload.overrides.get().withdrawn_at is None


def test_below_the_floor_it_warns_and_is_done(upload, admin):
    (warning,) = override(upload, admin, closes="2025-02-01")
    assert "114/02/03" in warning
    upload.refresh_from_db()
    assert upload.closes_at == at("2025-02-02")


def test_a_second_override_replaces_the_first_which_stays_on_record(upload, admin):
    override(upload, admin, closes="2025-02-12")
    override(upload, admin, closes="2025-02-14", now=at("2025-01-11"))
    assert {(row.closes_on, row.withdrawn_at) for row in upload.overrides.all()} == {
        (day("2025-02-12"), at("2025-01-11")),
        (day("2025-02-14"), None),
    }
    upload.refresh_from_db()
    assert upload.closes_at == at("2025-02-15")


def test_an_override_moves_even_what_has_closed(upload, admin):
    override(upload, admin, now=at("2025-02-06 09:00"))
    upload.refresh_from_db()
    assert upload.is_open(at("2025-02-06 09:00"))


def test_withdrawing_goes_back_to_the_computed_days_and_keeps_the_record(upload, admin):
    override(upload, admin)
    withdraw_override(upload, by=admin, at=at("2025-01-12"))
    upload.refresh_from_db()
    assert upload.closes_at == at("2025-02-04")
    row = upload.overrides.get()
    assert (row.withdrawn_at, row.withdrawn_by) == (at("2025-01-12"), admin)


def test_withdrawing_twice_or_without_an_override_does_nothing_more(upload, admin):
    withdraw_override(upload, by=admin, at=NOW)
    assert not AuditEntry.objects.exists()
    override(upload, admin)
    withdraw_override(upload, by=admin, at=at("2025-01-12"))
    withdraw_override(upload, by=admin, at=at("2025-01-13"))
    assert upload.overrides.get().withdrawn_at == at("2025-01-12")
    assert AuditEntry.objects.filter(act="withdraw_override").count() == 1


def test_the_refusal_names_the_activity_its_days_and_its_article(upload):
    with pytest.raises(WindowClosed) as early:
        upload.require_open(at("2024-08-29"))
    assert early.value.message == (
        "113-1 課程學習成果上傳尚未開放：113/08/30（五）起，114/02/03（一）24:00 止（第 11 點）。"
    )
    with pytest.raises(WindowClosed) as late:
        upload.require_open(at("2025-02-04"))
    assert "113-1 課程學習成果上傳已截止：114/02/03（一）24:00 止（第 11 點）" in late.value.message


def test_before_its_first_day_a_window_that_awaits_its_letter_says_both():
    window = Window(activity=Activity.OUTCOME_UPLOAD, subject_year=113, subject_term=2, article="第 11 點")
    with pytest.raises(WindowClosed, match="待來文"):
        window.require_open(NOW)
    window.opens_at = at("2025-02-11")
    with pytest.raises(WindowClosed) as early:
        window.require_open(NOW)
    assert "114/02/11（二）起，截止日待來文" in early.value.message
