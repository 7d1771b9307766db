"""Recomputing a term's windows: what has closed stays, what is open follows (rules D13, D18, D21, D22)."""

import pytest

from accounts.domain.division import Division
from accounts.errors import InvalidInput, NotAllowed
from accounts.models import AuditEntry
from schedules.domain.activities import GRADE3_AUDIENCES, Activity, Audience, Subject
from schedules.models import DeadlineRule, OfficialLetter, RuleVersion, TermDates, Window
from schedules.services.overrides import override_window
from schedules.services.planning import replan
from schedules.services.terms import save_letter, save_term_dates
from schedules.tasks import materialise_windows
from tests.factories import AdminFactory, TermFactory, UserFactory, term_113_1, term_with_dates
from tests.moments import at, day

pytestmark = pytest.mark.django_db
DAY = Division.DAY


@pytest.fixture
def admin():
    return AdminFactory.create()


@pytest.fixture
def second_term():
    return term_with_dates(113, 2, opening="2025-02-11", exam_end="2025-06-27", closing="2025-06-30")


def window(term, activity, audience=Audience.GENERAL, division=DAY):
    return Window.objects.get(term=term, division=division, activity=activity, audience=audience)


def letter_for(term, due="2025-05-28", audience=Audience.GRADE3_FIRST):
    return OfficialLetter(
        term=term, division=DAY, audience=audience, subject=Subject.THIS_TERM, due_on=day(due)
    )


def move_ceremony(term, to, *, by, when):
    dates = TermDates.objects.get(term=term, division=DAY)
    dates.closing_ceremony = day(to)
    return save_term_dates(dates, by=by, at=at(when))


def test_doing_it_again_changes_nothing(second_term):
    before = list(Window.objects.order_by("pk").values())
    assert replan(second_term, at=at("2025-03-01")) == []
    assert list(Window.objects.order_by("pk").values()) == before


def test_the_beat_does_it_for_every_term_and_normally_finds_nothing_to_do(second_term):
    term_113_1()
    TermFactory.create(school_year=114, number=1)  # without dates yet
    assert materialise_windows() == 0


def test_an_open_window_follows_the_closing_ceremony(admin):
    term = term_113_1()
    changes = move_ceremony(term, "2025-01-22", by=admin, when="2025-01-10 09:00")
    assert window(term, Activity.OUTCOME_UPLOAD).closes_at == at("2025-02-06")
    assert window(term, Activity.CERTIFICATION).closes_at == at("2025-02-13")
    moved = {change.window.activity: change.before[1] for change in changes}
    assert moved == {
        "outcome_upload": at("2025-02-04"),
        "certification": at("2025-02-11"),
        "performance_upload": at("2025-02-04"),
    }


def test_a_closed_window_never_moves_when_the_ceremony_changes(admin):
    term = term_113_1()
    upload = Window.objects.filter(pk=window(term, Activity.OUTCOME_UPLOAD).pk)
    before = upload.values().get()
    # The first moment after its last day: upload has closed, certification goes on for a week.
    move_ceremony(term, "2025-01-22", by=admin, when="2025-02-04 00:00")
    assert upload.values().get() == before
    assert window(term, Activity.CERTIFICATION).closes_at == at("2025-02-13")


def test_in_its_last_microsecond_a_window_is_still_open_and_moves(admin):
    term = term_113_1()
    move_ceremony(term, "2025-01-22", by=admin, when="2025-02-03 23:59:59.999999")
    assert window(term, Activity.OUTCOME_UPLOAD).closes_at == at("2025-02-06")


def test_each_division_has_dates_of_its_own(admin):
    term = term_113_1()
    move_ceremony(term, "2025-01-22", by=admin, when="2025-01-10")
    evening = window(term, Activity.OUTCOME_UPLOAD, division=Division.EVENING)
    assert evening.closes_at == at("2025-02-04")


def test_an_override_survives_recomputation_and_the_computed_days_move_beside_it(admin):
    term = term_113_1()
    override_window(
        window(term, Activity.OUTCOME_UPLOAD),
        opens_on=day("2024-09-02"),
        closes_on=day("2025-02-12"),
        reason="農曆年假",
        by=admin,
        at=at("2025-01-05"),
    )
    move_ceremony(term, "2025-01-22", by=admin, when="2025-01-10")
    upload = window(term, Activity.OUTCOME_UPLOAD)
    assert (upload.opens_at, upload.closes_at) == (at("2024-09-02"), at("2025-02-13"))
    assert (upload.computed_opens_on, upload.computed_closes_on) == (day("2024-08-30"), day("2025-02-05"))


def test_the_version_of_the_rules_in_force_when_the_term_opens_applies():
    old, new = RuleVersion.objects.order_by("-effective_from")[:2][::-1]
    assert old.effective_from < new.effective_from == day("2025-02-01")
    first, second = (
        term_with_dates(113, number, opening=opening, exam_end="2025-06-01", closing="2025-06-02")
        for number, opening in ((1, "2025-01-31"), (2, "2025-02-01"))
    )
    assert window(first, Activity.PERFORMANCE_UPLOAD).rule.version == old
    assert window(second, Activity.PERFORMANCE_UPLOAD).rule.version == new


def test_a_changed_rule_reaches_open_windows_only():
    term = term_113_1()
    DeadlineRule.objects.filter(grade3=False).update(count=4)
    replan(term, at=at("2025-01-10"))
    assert window(term, Activity.CERTIFICATION).closes_at == at("2025-02-18")
    assert window(term, Activity.SELECTION).closes_at == at("2024-09-21")


def test_a_term_from_before_all_rules_is_refused_with_the_mend(admin):
    RuleVersion.objects.filter(effective_from__lt=day("2024-09-01")).delete()
    term = TermFactory.create()
    dates = TermDates(
        term=term,
        division=DAY,
        opening=day("2024-08-30"),
        final_exam_end=day("2025-01-17"),
        closing_ceremony=day("2025-01-20"),
    )
    with pytest.raises(InvalidInput, match="補充規定"):
        save_term_dates(dates, by=admin, at=at("2024-08-01"))
    assert not TermDates.objects.exists()


def test_a_letter_changes_the_windows_of_its_grade_3_batch_and_nothing_else(second_term, admin):
    others = Window.objects.exclude(audience=Audience.GRADE3_FIRST, division=DAY).order_by("pk")
    before = list(others.values())
    changes = save_letter(letter_for(second_term), by=admin, at=at("2025-03-03"))
    assert {(c.window.audience, c.window.division) for c in changes} == {(Audience.GRADE3_FIRST, DAY)}
    assert list(others.values()) == before
    assert window(second_term, Activity.OUTCOME_UPLOAD, Audience.GRADE3_FIRST).closes_at == at("2025-05-08")


def test_a_later_letter_moves_what_has_not_closed(second_term, admin):
    letter = letter_for(second_term)
    save_letter(letter, by=admin, at=at("2025-03-03"))
    letter.due_on = day("2025-06-04")
    save_letter(letter, by=admin, at=at("2025-05-08 00:00"))  # upload has just closed
    assert window(second_term, Activity.OUTCOME_UPLOAD, Audience.GRADE3_FIRST).closes_at == at("2025-05-08")
    assert window(second_term, Activity.SELECTION, Audience.GRADE3_FIRST).closes_at == at("2025-05-22")


def test_a_letter_that_would_close_a_window_before_it_opens_is_refused_and_nothing_changes(
    second_term, admin
):
    before = list(Window.objects.order_by("pk").values())
    with pytest.raises(InvalidInput) as refusal:
        save_letter(letter_for(second_term, due="2025-03-03"), by=admin, at=at("2025-02-20"))
    assert "114/02/10" in refusal.value.message
    assert "114/02/11" in refusal.value.message
    assert list(Window.objects.order_by("pk").values()) == before
    assert not OfficialLetter.objects.exists()
    assert not AuditEntry.objects.exists()


def test_grade_3_windows_are_counted_from_the_letters_of_both_batches(second_term, admin):
    for audience, due in zip(GRADE3_AUDIENCES.values(), ("2025-04-30", "2025-05-28"), strict=True):
        save_letter(letter_for(second_term, due, audience), by=admin, at=at("2025-03-03"))
    closes = [
        window(second_term, Activity.OUTCOME_UPLOAD, audience).computed_closes_on
        for audience in GRADE3_AUDIENCES.values()
    ]
    assert closes == [day("2025-04-09"), day("2025-05-07")]


def test_only_an_administrator_enters_dates_and_letters(second_term):
    teacher = UserFactory.create()
    with pytest.raises(NotAllowed, match="系統管理者"):
        save_letter(letter_for(second_term), by=teacher, at=at("2025-03-03"))
    with pytest.raises(NotAllowed, match="系統管理者"):
        move_ceremony(second_term, "2025-07-01", by=teacher, when="2025-03-03")
    assert TermDates.objects.filter(closing_ceremony=day("2025-07-01")).count() == 0
    assert not OfficialLetter.objects.exists()


def test_who_entered_what_and_what_moved_is_on_the_trail(second_term, admin):
    save_letter(letter_for(second_term), by=admin, at=at("2025-03-03 10:00"))
    move_ceremony(second_term, "2025-07-01", by=admin, when="2025-03-04 10:00")
    dates, letter = AuditEntry.objects.all()
    assert (letter.act, letter.actor, letter.at) == ("record_letter", admin, at("2025-03-03 10:00"))
    assert letter.changes["due_on"] == "2025-05-28"
    assert (dates.act, dates.changes["closing_ceremony"]) == ("set_term_dates", "2025-07-01")
    moved = {row["window"]: row["closes"] for row in dates.changes["windows"]}
    assert len(moved) == 2
    assert any("上傳" in name for name in moved)
