"""Recording absences: who may, what follows, who is told, and that time alone ends them (rules P3)."""

import pytest
from django.urls import reverse

from accounts import clock
from accounts.absence_permissions import AbsenceAct
from accounts.absence_queries import planned_stand_ins
from accounts.duty_roster import DutyRoster
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.models import Absence, AuditEntry, Guardianship, Notice, User
from accounts.models.duties import DutyCode
from accounts.services.absences import end_absence, record_absence
from accounts.services.delegations import announce_delegations
from accounts.tasks import announce_delegations as sweep
from tests.accounts.annex_staff import Staff, annex_staff
from tests.admin_pages import said
from tests.factories import AdminFactory, StudentFactory, UserFactory
from tests.moments import at, day

pytestmark = pytest.mark.django_db
NOW = at("2024-10-02 09:00")


@pytest.fixture
def staff() -> Staff:
    return annex_staff()


def record(person, first="2024-10-02", last="2024-10-04", *, by=None, when=NOW, reason="公假"):
    return record_absence(
        person, starts_on=day(first), ends_on=day(last), reason=reason, by=by or person, at=when
    )


def acts(person, code=DutyCode.COURSE_OUTCOMES, division="day", *, when=NOW):
    return DutyRoster(when).authority(person, code, division).allowed


# ---------------------------------------------------------------- recording


def test_ones_own_absence_lets_the_delegate_act_and_is_on_the_trail(staff):
    absence = record(staff["registry-head"])
    assert acts(staff["registry-clerk"])
    entry = AuditEntry.objects.get(act=AbsenceAct.RECORD_ABSENCE)
    assert (entry.actor, entry.object_id, entry.reason) == (staff["registry-head"], str(absence.pk), "公假")
    assert entry.changes == {"starts_on": "2024-10-02", "ends_on": "2024-10-04"}


def test_recording_the_same_again_changes_nothing(staff):
    first = record(staff["registry-head"])
    assert record(staff["registry-head"]) == first
    assert (Absence.objects.count(), AuditEntry.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("recorder", "away", "allowed"),
    [
        ("registry-head", "discipline-head", True),
        ("evening-academic-head", "evening-director", True),
        ("registry-head", "evening-director", False),
        ("evening-academic-head", "discipline-head", False),
        ("registry-clerk", "discipline-head", False),
        ("discipline-head", "activities-head", False),
    ],
)
def test_the_registry_of_a_division_records_for_its_post_holders(staff, recorder, away, allowed):
    if allowed:
        assert record(staff[away], by=staff[recorder]).recorded_by == staff[recorder]
        return
    with pytest.raises(NotAllowed, match="本人、該部別的註冊組"):
        record(staff[away], by=staff[recorder])
    assert not Absence.objects.exists()


def test_whoever_stands_in_for_the_registry_head_records_in_their_name(staff):
    record(staff["registry-head"])
    record(staff["discipline-head"], by=staff["registry-clerk"])
    entry = AuditEntry.objects.filter(act=AbsenceAct.RECORD_ABSENCE).latest("pk")
    assert (entry.actor, entry.on_behalf_of) == (staff["registry-clerk"], staff["registry-head"])


def test_an_administrator_records_for_everyone_and_a_student_for_nobody(staff):
    admin = AdminFactory.create()
    record(staff["secretary"], by=admin)
    record(UserFactory.create(), by=admin)
    student = StudentFactory.create().user
    with pytest.raises(NotAllowed):
        record(student)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"reason": "  "}, "請填寫差假事由"),
        ({"first": "2024-10-05"}, "迄日不可早於起日"),
        ({"first": "2024-09-01", "last": "2024-10-01"}, "已經過去"),
    ],
)
def test_an_absence_that_makes_no_sense_is_refused(staff, changes, refusal):
    with pytest.raises(InvalidInput, match=refusal):
        record(staff["registry-head"], **changes)
    assert not Absence.objects.exists()


def test_two_absences_of_a_person_do_not_overlap(staff):
    record(staff["registry-head"])
    with pytest.raises(Conflict, match="113/10/02（三） 至 113/10/04（五） 已登錄差假（公假）"):
        record(staff["registry-head"], "2024-10-04", "2024-10-06")
    record(staff["registry-head"], "2024-10-05", "2024-10-06")


# ---------------------------------------------------------------- ending


def test_coming_back_early_stops_the_delegate_at_once_and_past_days_stay(staff):
    absence = record(staff["registry-head"], "2024-10-01", "2024-10-04", when=at("2024-10-01"))
    end_absence(absence, by=staff["registry-head"], at=NOW)
    absence.refresh_from_db()
    assert absence.ends_on == day("2024-10-01")
    assert not acts(staff["registry-clerk"])
    assert AuditEntry.objects.get(act=AbsenceAct.END_ABSENCE).changes == {
        "ends_on": {"before": "2024-10-04", "after": "2024-10-01"}
    }


@pytest.mark.parametrize("first", ["2024-10-02", "2024-10-03"])
def test_an_absence_of_which_no_day_has_passed_is_taken_back_and_kept(staff, first):
    absence = record(staff["registry-head"], first, "2024-10-04")
    end_absence(absence, by=staff["registry-head"], at=NOW)
    assert not Absence.objects.standing().exists()
    absence.refresh_from_db()
    assert (absence.cancelled_at, absence.cancelled_by) == (NOW, staff["registry-head"])
    again = record(staff["registry-head"], first, "2024-10-04")
    assert again != absence, "the same days can be recorded anew"
    end_absence(again, by=staff["registry-head"], at=NOW)
    assert not acts(staff["registry-clerk"], when=at("2024-10-03 09:00"))


def test_ending_again_or_what_is_over_changes_nothing(staff):
    absence = record(staff["registry-head"])
    later = at("2024-10-10 09:00")
    end_absence(absence, by=staff["registry-head"], at=later)
    absence.refresh_from_db()
    assert absence.ends_on == day("2024-10-04")
    for __ in range(2):
        end_absence(absence, by=staff["registry-head"], at=NOW)
    assert AuditEntry.objects.filter(act=AbsenceAct.END_ABSENCE).count() == 1


def test_nobody_else_ends_it(staff):
    absence = record(staff["registry-head"])
    with pytest.raises(NotAllowed):
        end_absence(absence, by=staff["discipline-head"], at=NOW)


# ---------------------------------------------------------------- who is told


def told(person):
    return list(Notice.objects.filter(user=person).order_by("pk").values_list("subject", flat=True))


def test_both_are_told_when_it_begins_to_matter_and_only_once(staff):
    head, clerk = staff["registry-head"], staff["registry-clerk"]
    record(head, "2024-10-03", "2024-10-04")
    assert told(head) == told(clerk) == []
    for when in ("2024-10-03 00:10", "2024-10-03 12:00", "2024-10-04 09:00"):
        announce_delegations(at(when))
    assert told(clerk) == [f"您開始代理 {head}（差假至 113/10/04（五））"]
    assert told(head) == [f"您的職掌目前由 註冊組幹事 {clerk} 代理"]
    body = Notice.objects.get(user=clerk).body
    assert set(body.splitlines()) == {
        "日間部 課程學習成果（含提交）",
        "日間部 收訖明細確認",
        "日間部 疑義處置",
    }


def test_an_absence_that_begins_today_is_told_at_once_and_the_next_one_anew(staff):
    clerk = staff["registry-clerk"]
    record(staff["registry-head"], last="2024-10-02")
    assert len(told(clerk)) == 1
    record(staff["registry-head"], "2024-10-08", "2024-10-08", when=at("2024-10-08 08:00"))
    assert len(told(clerk)) == 2


def test_coming_back_early_is_told_to_the_delegate(staff):
    absence = record(staff["registry-head"])
    end_absence(absence, by=staff["registry-head"], at=NOW)
    assert told(staff["registry-clerk"])[-1] == f"{staff['registry-head']} 的差假已結束，代理停止"


def test_a_vacant_post_is_told_to_the_delegate_alone(staff):
    staff.leaves("registry-head")
    announce_delegations(NOW)
    announce_delegations(at("2024-10-09"))
    assert told(staff["registry-clerk"]) == ["您開始代理 註冊組長（出缺）"]
    assert told(staff["registry-head"]) == []


def test_a_disabled_account_is_told_to_the_delegate(staff):
    User.objects.filter(pk=staff["registry-head"].pk).update(is_active=False)
    announce_delegations(NOW)
    assert told(staff["registry-clerk"]) == [f"您開始代理 {staff['registry-head']}（帳號停用）"]


def test_with_both_away_the_executive_secretary_is_told_once_a_day(staff, set_clock):
    staff.is_away("registry-head")
    staff.is_away("registry-clerk")
    for moment in ("2024-10-02 08:00", "2024-10-02 16:00", "2024-10-03 08:00"):
        set_clock(at(moment))
        sweep()
    director = staff["academic-director"]
    assert told(director) == ["5 項職掌目前無人可辦理"] * 2
    assert "日間部 課程學習成果（含提交）（註冊組長：公假）" in Notice.objects.filter(user=director)[0].body
    assert told(staff["registry-head"]) == ["您的職掌目前無人可代理"]
    set_clock(at("2024-10-05 08:00"))
    sweep()
    assert len(told(director)) == 2


def test_the_sweep_that_tells_is_scheduled(settings):
    assert sweep.name in {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}


def test_without_an_executive_secretary_the_administrators_are_told(staff):
    admin = AdminFactory.create()
    staff.leaves("academic-director")
    staff.is_away("registry-head")
    staff.is_away("registry-clerk")
    announce_delegations(NOW)
    assert told(admin) == ["5 項職掌目前無人可辦理"]


def test_with_everybody_there_nobody_is_told_anything(staff):
    assert announce_delegations(NOW) == 0
    assert not Notice.objects.exists()


# ---------------------------------------------------------------- what it would mean


def plan(person, first, last):
    return [
        (each.one.code, str(each.one.delegate), f"{each.starts_on:%m-%d}", f"{each.ends_on:%m-%d}")
        for each in planned_stand_ins(person, day(first), day(last), "公假")
    ]


def test_the_preview_follows_what_is_known_of_the_delegates_day_by_day(staff):
    staff.is_away("activities-head", "2024-10-09", "2024-10-10")
    affairs = str(staff["activities-head"])
    assert plan(staff["discipline-head"], "2024-10-08", "2024-10-12") == [
        (DutyCode.CADRE_SUBMISSION, affairs, "10-08", "10-08"),
        (DutyCode.CADRE_SUBMISSION, "None", "10-09", "10-10"),
        (DutyCode.CADRE_SUBMISSION, affairs, "10-11", "10-12"),
        (DutyCode.DIVERSE_PERFORMANCE, affairs, "10-08", "10-08"),
        (DutyCode.DIVERSE_PERFORMANCE, "None", "10-09", "10-10"),
        (DutyCode.DIVERSE_PERFORMANCE, affairs, "10-11", "10-12"),
    ]
    assert not Absence.objects.filter(user=staff["discipline-head"]).exists()


def test_the_preview_sees_a_holder_change(staff):
    staff.leaves("activities-head", "2024-10-09")
    assert [row[1:] for row in plan(staff["discipline-head"], "2024-10-08", "2024-10-12")][:2] == [
        (str(staff["activities-head"]), "10-08", "10-09"),
        ("None", "10-10", "10-12"),
    ]


# ---------------------------------------------------------------- pages

PAGE = "/people/absences/"


@pytest.fixture
def browser(client_of, set_clock):
    set_clock(NOW)
    return client_of


def filled(person, **changes):
    return {
        "person": person.pk,
        "starts_on": "2024-10-02",
        "ends_on": "2024-10-04",
        "reason": "公假出差",
        **changes,
    }


def test_first_the_preview_then_the_absence(staff, browser):
    head = staff["registry-head"]
    client = browser(head)
    shown = said(client, client.post(PAGE, filled(head)))
    assert f"註冊組幹事 {staff['registry-clerk']}" in shown
    assert not Absence.objects.exists()
    assert "差假已登錄" in said(client, client.post(PAGE, filled(head, confirmed="1")))
    assert Absence.objects.get().user == head


def test_a_refusal_is_said_beside_what_was_typed(staff, browser):
    head = staff["registry-head"]
    record(head)
    client = browser(head)
    response = client.post(PAGE, filled(head, starts_on="2024-10-03", reason="另一件事", confirmed="1"))
    assert "已登錄差假" in said(client, response)
    assert "另一件事" in response.content.decode()


def test_one_sees_ones_own_absences_and_the_registry_those_of_its_division(staff, browser):
    for post in ("discipline-head", "evening-director"):
        staff.is_away(post)
    for viewer, seen in (
        ("discipline-head", ["discipline-head"]),
        ("registry-head", ["discipline-head"]),
        ("evening-academic-head", ["evening-director"]),
        ("activities-head", []),
    ):
        rows = browser(staff[viewer]).get(PAGE).context["page_obj"].object_list
        assert [row.user for row in rows] == [staff[post] for post in seen]


def test_another_persons_absence_cannot_be_recorded_nor_ended_by_address(staff, browser):
    client, other = browser(staff["activities-head"]), staff["discipline-head"]
    absence = staff.is_away("discipline-head")
    assert client.post(PAGE, filled(other, confirmed="1")).status_code == 200
    assert client.post(reverse("people:end_absence", args=[absence.pk])).status_code == 404
    assert list(Absence.objects.all()) == [absence]


def test_ending_from_the_page(staff, browser):
    absence = staff.is_away("registry-head", "2024-10-01")
    client = browser(staff["registry-head"])
    assert "差假已結束" in said(client, client.post(reverse("people:end_absence", args=[absence.pk])))
    absence.refresh_from_db()
    assert absence.ends_on == day("2024-10-01")


def test_students_and_guardians_have_no_such_page(staff, browser):
    guardian, student = UserFactory.create(), StudentFactory.create()
    Guardianship.objects.create(
        guardian=guardian, student=student, relation="parent", starts_on=day("2024-08-01")
    )
    for person in (student.user, guardian):
        client = browser(person)
        assert client.get(PAGE).status_code == 404
        assert "差假代理" not in client.get(reverse("home")).content.decode()
    assert "差假代理" in browser(staff["counsellor"]).get(reverse("home")).content.decode()


def test_the_home_page_says_for_whom_one_acts_until_when_and_for_what(staff, browser, set_clock):
    staff.is_away("registry-head")
    client = browser(staff["registry-clerk"])
    shown = said(client, client.get(reverse("home")))
    assert f"您正代理 {staff['registry-head']}（差假至 113/10/04（五））" in shown
    assert "日間部 收訖明細確認" in shown
    set_clock(at("2024-10-05 00:00"))
    assert "您正代理" not in said(client, client.get(reverse("home")))


def test_the_home_page_names_the_vacant_post(staff, browser):
    staff.leaves("registry-head")
    client = browser(staff["registry-clerk"])
    assert "您正代理 註冊組長（出缺）" in said(client, client.get(reverse("home")))


def test_the_list_takes_the_same_queries_however_long(staff, browser, django_assert_max_num_queries):
    client = browser(staff["registry-head"])
    staff.is_away("discipline-head", "2024-09-01", "2024-09-01")
    with django_assert_max_num_queries(60) as few:
        client.get(PAGE)
    for each in range(1, 29):
        staff.is_away("discipline-head", f"2024-09-{each + 1:02}", f"2024-09-{each + 1:02}")
    with django_assert_max_num_queries(len(few)):
        client.get(PAGE)
    assert clock.now() == NOW
