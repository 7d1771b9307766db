"""The term's self-check list: made from its windows, ticked by those whose duty it is (D17, B3)."""

from datetime import date, datetime
from typing import Any

import pytest

from accounts.domain.division import Division
from accounts.errors import NotAllowed
from accounts.models import Absence, AuditEntry, Post, PostHolding, User
from accounts.models.duties import Duty, DutyCode, DutyDelegate
from schedules.domain.activities import Activity, Audience
from schedules.models import DeadlineRule, OfficialLetter, SelfCheck, Term, Window
from schedules.queries import self_checks_of
from schedules.services.overrides import override_window, withdraw_override
from schedules.services.planning import replan
from schedules.services.receipt_windows import open_receipt_window
from schedules.services.self_checks import bring_up_to_date, tick
from schedules.services.terms import save_letter, save_term_dates
from tests.factories import AdminFactory, UserFactory, holder_of, term_113_1, term_with_dates
from tests.moments import at, day
from tests.schedules.test_replan import letter_for

pytestmark = pytest.mark.django_db

NOW = at("2025-01-10 09:00")


@pytest.fixture
def registry() -> User:
    return holder_of(DutyCode.COURSE_OUTCOMES)


def check_of(
    term: Term, activity: Activity, audience: Audience = Audience.GENERAL, division: Division = Division.DAY
) -> SelfCheck:
    return SelfCheck.objects.get(
        term=term, window__activity=activity, window__audience=audience, division=division
    )


def due(term: Term, activity: Activity, audience: Audience = Audience.GENERAL) -> date | None:
    return check_of(term, activity, audience).due_on


def ticked(check: SelfCheck, by: User, *, when: datetime = NOW, note: str = "已核對") -> SelfCheck:
    return tick(check, note=note, by=by, at=when)


def test_every_window_has_its_check_so_many_days_after_its_end_as_the_rule_says() -> None:
    DeadlineRule.objects.filter(activity=Activity.GRADES).update(self_check_after_days=0)
    DeadlineRule.objects.filter(activity=Activity.CERTIFICATION).update(self_check_after_days=5)
    term = term_113_1()
    assert SelfCheck.objects.count() == Window.objects.count() > 0
    assert due(term, Activity.OUTCOME_UPLOAD) == day("2025-02-06")
    assert due(term, Activity.CERTIFICATION) == day("2025-02-15")
    assert due(term, Activity.GRADES) == day("2025-01-31")


def test_letters_are_checked_on_their_day_and_what_awaits_one_has_no_day_yet() -> None:
    term = term_with_dates(113, 2, opening="2025-02-11", exam_end="2025-06-27", closing="2025-06-30")
    assert due(term, Activity.OUTCOME_UPLOAD, Audience.GRADE3_FIRST) is None
    save_letter(letter_for(term), by=AdminFactory.create(), at=at("2025-03-03"))
    assert due(term, Activity.OUTCOME_UPLOAD, Audience.GRADE3_FIRST) == day("2025-05-10")
    assert due(term, Activity.OUTCOME_UPLOAD, Audience.GRADE3_SECOND) is None
    assert due(term, Activity.SUBMISSION, Audience.GRADE3_FIRST) == day("2025-05-28")


def test_a_pre_check_is_checked_on_the_letters_day() -> None:
    term = term_113_1()
    letter = OfficialLetter(
        term=term, division=Division.DAY, activity=Activity.PRE_CHECK, due_on=day("2024-11-11")
    )
    save_letter(letter, by=AdminFactory.create(), at=at("2024-09-01"))
    assert due(term, Activity.PRE_CHECK) == day("2024-11-11")


def test_when_dates_move_unticked_checks_follow_and_ticked_ones_stay(registry: User) -> None:
    term = term_113_1()
    ticked(check_of(term, Activity.OUTCOME_UPLOAD), registry)
    dates = term.dates.get(division=Division.DAY)
    dates.closing_ceremony = day("2025-01-27")
    save_term_dates(dates, by=AdminFactory.create(), at=NOW)
    assert due(term, Activity.OUTCOME_UPLOAD) == day("2025-02-06")
    assert due(term, Activity.CERTIFICATION) == day("2025-02-20")


def test_an_override_takes_the_check_along_and_back() -> None:
    term, admin = term_113_1(), AdminFactory.create()
    window = check_of(term, Activity.OUTCOME_UPLOAD).window
    override_window(
        window, opens_on=day("2024-08-30"), closes_on=day("2025-02-12"), reason="颱風", by=admin, at=NOW
    )
    assert due(term, Activity.OUTCOME_UPLOAD) == day("2025-02-15")
    withdraw_override(window, by=admin, at=NOW)
    assert due(term, Activity.OUTCOME_UPLOAD) == day("2025-02-06")


def test_a_receipt_window_has_its_check_as_soon_as_it_is_opened() -> None:
    term = term_113_1()
    window = open_receipt_window(
        term, Division.DAY, subject=(112, 2), opens_on=day("2024-10-09"), at=at("2024-10-08")
    )
    assert window.self_check.due_on == day("2024-10-15")


def test_doing_it_again_makes_no_second_check() -> None:
    term = term_113_1()
    before = list(SelfCheck.objects.order_by("pk").values())
    assert bring_up_to_date(term) == 0
    replan(term, at=NOW)
    assert list(SelfCheck.objects.order_by("pk").values()) == before


def test_it_names_the_post_of_the_annex_also_when_the_annex_is_filled_in_later() -> None:
    term = term_113_1()
    assert check_of(term, Activity.GRADES).post is None
    holder_of(DutyCode.COURSE_RECORDS)
    holder_of(DutyCode.CADRE_SUBMISSION)  # the evening's annex has no row for cadre records alone
    bring_up_to_date(term)
    grades, cadre = check_of(term, Activity.GRADES), check_of(term, Activity.CADRE_RECORDS)
    assert grades.post == Duty.objects.get(code=DutyCode.COURSE_RECORDS).owner
    assert (cadre.duty, cadre.post) == (
        DutyCode.CADRE_SUBMISSION,
        Duty.objects.get(code=DutyCode.CADRE_SUBMISSION).owner,
    )


def test_the_holder_of_the_duty_ticks_with_name_time_and_note(registry: User) -> None:
    check = ticked(check_of(term_113_1(), Activity.OUTCOME_UPLOAD), registry, note="  全數到齊 ")
    check.refresh_from_db()
    assert (check.ticked_by, check.ticked_at, check.on_behalf_of, check.note) == (
        registry,
        NOW,
        None,
        "全數到齊",
    )
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.actor, entry.reason) == ("tick_self_check", registry, "全數到齊")


def test_ticking_twice_is_once(registry: User) -> None:
    check = check_of(term_113_1(), Activity.OUTCOME_UPLOAD)
    ticked(check, registry)
    again = ticked(check, registry, when=at("2025-01-11 09:00"), note="別的")
    assert (again.ticked_at, again.note) == (NOW, "已核對")
    assert AuditEntry.objects.count() == 1


def test_nobody_else_ticks_not_even_an_administrator_or_the_other_division(registry: User) -> None:
    check = check_of(term_113_1(), Activity.OUTCOME_UPLOAD)
    others = [
        AdminFactory.create(),
        UserFactory.create(),
        holder_of(DutyCode.COURSE_OUTCOMES, Division.EVENING),
        holder_of(DutyCode.BASIC_DATA),
    ]
    for somebody in others:
        with pytest.raises(NotAllowed, match="課程學習成果"):
            ticked(check, somebody)
    check.refresh_from_db()
    assert check.ticked_at is None


def test_a_delegate_ticks_only_while_acting_and_for_whom_is_kept(registry: User) -> None:
    term = term_113_1()
    duty = Duty.objects.get(code=DutyCode.COURSE_OUTCOMES)
    post = Post.objects.create(code="clerk", name="註冊組幹事", office=duty.owner.office)
    DutyDelegate.objects.create(duty=duty, post=post)
    delegate = UserFactory.create()
    PostHolding.objects.create(post=post, user=delegate, starts_on=day("2020-08-01"))
    check = check_of(term, Activity.OUTCOME_UPLOAD)
    with pytest.raises(NotAllowed):
        ticked(check, delegate)
    Absence.objects.create(
        user=registry, starts_on=NOW.date(), ends_on=NOW.date(), reason="公假", recorded_by=registry
    )
    check = ticked(check, delegate)
    assert (check.ticked_by, check.on_behalf_of) == (delegate, registry)


def test_the_list_shows_what_may_be_ticked_and_what_is_due(registry: User) -> None:
    term = term_113_1()
    # Upload is checked on 6 February.
    for moment, late in (("2025-02-05 23:59", False), ("2025-02-06 00:00", True)):
        shown = {row.check.window: row for row in self_checks_of(term, registry, at(moment))}
        upload: Any = shown[check_of(term, Activity.OUTCOME_UPLOAD).window]
        assert (upload.may_tick, upload.is_late) == (True, late)
        assert not shown[check_of(term, Activity.GRADES).window].may_tick
    ticked(check_of(term, Activity.OUTCOME_UPLOAD), registry)
    (upload,) = [
        row
        for row in self_checks_of(term, registry, at("2025-02-09"))
        if row.check.window.activity == Activity.OUTCOME_UPLOAD and row.check.division == Division.DAY
    ]
    assert not upload.is_late
