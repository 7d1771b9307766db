"""Every row of the annex, both divisions: who acts, who does not, and for whom (rules P2, P3)."""

import pytest

from accounts.authority import Standing
from accounts.domain.division import Division
from accounts.duty_roster import DutyRoster
from accounts.errors import NotAllowed
from accounts.models import AuditEntry, User
from accounts.models.duties import DutyCode
from accounts.services.annex import DUTIES, POSTS
from schedules.domain.activities import Activity
from schedules.models import SelfCheck, Window
from schedules.permissions import ScheduleAct
from schedules.services.self_checks import tick
from submissions.domain.rosters import ROSTERS
from submissions.permissions import SubmissionAct
from submissions.services.batches import create_batch
from tests.accounts.annex_staff import Staff, annex_staff
from tests.factories import TermFactory
from tests.moments import at

pytestmark = pytest.mark.django_db

BEFORE, DURING, AFTER = at("2024-10-01 09:00"), at("2024-10-03 09:00"), at("2024-10-05 00:00")
each_row = pytest.mark.parametrize(
    ("code", "division", "owner", "delegate"),
    [
        pytest.param(code, division, owner, delegate, id=f"{division}-{code}-{place}")
        for code, division, owner, delegates in DUTIES
        for place, delegate in enumerate(delegates, start=1)
    ],
)


@pytest.fixture
def staff() -> Staff:
    return annex_staff()


def task_of(code: DutyCode, division: Division) -> SelfCheck:
    """Something that only who acts for the duty may do: its item on the term's self-check list."""
    term = TermFactory.create()
    window = Window.objects.create(
        term=term,
        division=division,
        activity=Activity.GRADES,
        subject_year=113,
        subject_term=1,
        changed_at=BEFORE,
    )
    return SelfCheck.objects.create(term=term, division=division, window=window, duty=code)


def test_the_annex_has_its_twenty_rows():
    assert len({(code, division) for code, division, *rest in DUTIES}) == 20
    assert {post for *__, owner, delegates in DUTIES for post in (owner, *delegates)} <= set(POSTS)


@each_row
def test_the_owner_may_and_the_delegate_may_not(staff, code, division, owner, delegate):
    check = task_of(code, division)
    with pytest.raises(NotAllowed, match=POSTS[owner][1]):
        tick(check, note="", by=staff[delegate], at=BEFORE)
    done = tick(check, note="", by=staff[owner], at=BEFORE)
    assert (done.ticked_by, done.on_behalf_of) == (staff[owner], None)
    entry = AuditEntry.objects.get(act=ScheduleAct.TICK_SELF_CHECK)
    assert (entry.actor, entry.on_behalf_of, entry.standing) == (
        staff[owner],
        None,
        POSTS[owner][1],
    )


@each_row
def test_nobody_else_may(staff, code, division, owner, delegate):
    roster = DutyRoster(BEFORE)
    others = [person for post, person in staff.people.items() if post != owner]
    assert [person for person in others if roster.authority(person, code, division).allowed] == []


@each_row
def test_during_an_absence_the_delegate_acts_and_the_record_says_for_whom(
    staff, code, division, owner, delegate
):
    staff.is_away(owner)
    done = tick(task_of(code, division), note="", by=staff[delegate], at=DURING)
    assert (done.ticked_by, done.on_behalf_of) == (staff[delegate], staff[owner])
    entry = AuditEntry.objects.get(act=ScheduleAct.TICK_SELF_CHECK)
    assert (entry.actor, entry.on_behalf_of) == (staff[delegate], staff[owner])
    assert entry.standing == f"{POSTS[delegate][1]}代理{POSTS[owner][1]}（公假）"


@each_row
def test_when_the_absence_is_over_the_delegate_may_no_more_though_nothing_has_run(
    staff, code, division, owner, delegate
):
    staff.is_away(owner)
    check = task_of(code, division)
    with pytest.raises(NotAllowed):
        tick(check, note="", by=staff[delegate], at=AFTER)
    assert tick(check, note="", by=staff[owner], at=AFTER).on_behalf_of is None


@each_row
def test_for_a_vacant_post_the_delegate_acts_in_nobodys_name(staff, code, division, owner, delegate):
    staff.leaves(owner)
    check = task_of(code, division)
    with pytest.raises(NotAllowed):
        tick(check, note="", by=staff[owner], at=DURING)
    done = tick(check, note="", by=staff[delegate], at=DURING)
    assert (done.ticked_by, done.on_behalf_of) == (staff[delegate], None)
    assert AuditEntry.objects.get().standing == f"{POSTS[delegate][1]}代理{POSTS[owner][1]}（出缺）"


@each_row
@pytest.mark.parametrize("how", [{"is_active": False}, {"expires_at": at("2024-10-02")}])
def test_for_a_disabled_or_expired_account_the_delegate_acts(staff, code, division, owner, delegate, how):
    User.objects.filter(pk=staff[owner].pk).update(**how)
    staff[owner].refresh_from_db()
    check = task_of(code, division)
    with pytest.raises(NotAllowed, match="停用或到期"):
        tick(check, note="", by=staff[owner], at=DURING)
    done = tick(check, note="", by=staff[delegate], at=DURING)
    assert (done.ticked_by, done.on_behalf_of) == (staff[delegate], staff[owner])


@each_row
def test_with_owner_and_delegate_away_nobody_stands_in(staff, code, division, owner, delegate):
    staff.is_away(owner)
    staff.is_away(delegate)
    roster = DutyRoster(DURING)
    assert roster.acting_person(code, division) is None
    assert not roster.authority(staff[delegate], code, division).allowed
    assert roster.authority(staff[owner], code, division).standing is Standing.OWNER


@pytest.mark.parametrize(
    ("roster_code", "division"),
    [
        (spec.code, division)
        for spec in ROSTERS.values()
        for division in Division
        if spec.division in (division, "both")
    ],
)
def test_a_roster_is_begun_by_the_delegate_during_the_absence_only(staff, roster_code, division):
    duty = ROSTERS[roster_code].submitting_duty
    owner, delegate = next(
        (owner, delegates[0]) for code, where, owner, delegates in DUTIES if (code, where) == (duty, division)
    )
    staff.is_away(owner)
    for moment in (BEFORE, AFTER):
        with pytest.raises(NotAllowed):
            create_batch(roster_code, division, 112, by=staff[delegate], at=moment)
    create_batch(roster_code, division, 112, by=staff[delegate], at=DURING)
    entry = AuditEntry.objects.get(act=SubmissionAct.CREATE_BATCH)
    assert (entry.actor, entry.on_behalf_of) == (staff[delegate], staff[owner])
