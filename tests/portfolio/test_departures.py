"""A teacher leaves (C5, article 12-2): recorded, handed over, told, previewed and undone."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.domain.division import Division
from accounts.errors import InvalidInput, NotAllowed
from accounts.models import AuditEntry, Departure, Notice, User
from accounts.models.duties import DutyCode
from portfolio.certification_authority import acting_certifier
from portfolio.departure_queries import leaving_sections
from portfolio.models import CourseSection
from portfolio.services.departures import (
    HandOver,
    Plan,
    hand_over,
    preview,
    record_departure,
    settle,
    withdraw_departure,
)
from tests.factories import (
    AdminFactory,
    EnrolmentFactory,
    SectionFactory,
    StudentFactory,
    UserFactory,
    holder_of,
)
from tests.moments import at, day
from tests.portfolio.chains import ORIGINAL, SUBMITTER, Links, leaves, links

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
NOW, AFTER = at("2024-12-10 09:00"), at("2025-01-01 00:00")
LAST_DAY, CLOSES = day("2024-12-31"), day("2025-02-10")
PAGES = "/certification/departures/"


@pytest.fixture
def chain(set_clock: Callable[[datetime], None]) -> Links:
    set_clock(NOW)
    chain = links()
    CourseSection.objects.update(successor=None, convener=None)
    return chain


@pytest.fixture
def office(chain: Links) -> User:
    return holder_of(DutyCode.COURSE_PLATFORM)


@pytest.fixture
def colleague() -> User:
    return UserFactory.create(name="陳接任")


def plan(chain: Links, successor: User | None = None, **changed: Any) -> Plan:
    given: dict[str, Any] = {
        "teacher": chain[ORIGINAL],
        "leaves_on": LAST_DAY,
        "kept_until": CLOSES,
        "is_retained": False,
        "reason": "退休",
        "hand_overs": (HandOver(chain.section, successor, None),),
    }
    return Plan(**(given | changed))


def section_at(chain: Links) -> CourseSection:
    return CourseSection.objects.get(pk=chain.section.pk)


def told(person: User) -> list[str]:
    return list(Notice.objects.filter(user=person).values_list("subject", flat=True))


def test_one_step_records_the_departure_and_hands_over(chain: Links, office: User, colleague: User):
    settle(plan(chain, colleague), by=office, at=NOW)
    departure = Departure.objects.get()
    assert (departure.user, departure.leaves_on, departure.recorded_by) == (chain[ORIGINAL], LAST_DAY, office)
    assert departure.user.expires_at == at("2025-02-11 00:00")
    assert acting_certifier(section_at(chain), at("2024-12-31 23:59")).person == chain[ORIGINAL]
    assert acting_certifier(section_at(chain), AFTER).person == colleague


def test_who_is_retained_goes_on_until_the_account_ends(chain: Links, office: User, colleague: User):
    settle(plan(chain, colleague, is_retained=True), by=office, at=NOW)
    assert acting_certifier(section_at(chain), at("2025-02-10 23:59")).person == chain[ORIGINAL]
    assert acting_certifier(section_at(chain), at("2025-02-11 00:00")).person == colleague


def test_those_concerned_are_told_once(chain: Links, office: User, colleague: User):
    student = chain.outcome.student.user
    for __ in range(2):
        settle(plan(chain, colleague), by=office, at=NOW)
    assert told(chain[ORIGINAL]) == ["離職登錄：最後在職日 113/12/31（二）"]
    assert len(told(colleague)) == 1
    assert told(student) == [f"「{chain.section.course}」的課程學習成果之後由 陳接任 認證"]
    assert AuditEntry.objects.filter(act__in=["record_departure", "hand_over"]).count() == 2


def test_without_a_successor_the_office_at_the_end_of_the_chain_is_told(chain: Links, office: User):
    settle(plan(chain), by=office, at=NOW)
    assert told(chain.outcome.student.user)[0].endswith(f"由 {chain[SUBMITTER]} 認證")


def test_the_trail_has_both_acts_with_from_and_to(chain: Links, office: User, colleague: User):
    settle(plan(chain, colleague), by=office, at=NOW)
    departure = AuditEntry.objects.get(act="record_departure")
    assert (departure.actor, departure.reason) == (office, "退休")
    assert departure.changes["leaves_on"] == [None, "2024-12-31"]
    assert departure.changes["expires_at"][1].startswith("2025-02-11T00:00")
    handing = AuditEntry.objects.get(act="hand_over")
    assert handing.changes == {"successor": [None, f"陳接任（{colleague.username}）"]}


def test_a_preview_says_what_will_be_and_changes_nothing(chain: Links, office: User, colleague: User):
    (after,) = preview(plan(chain, colleague), by=office, at=NOW)
    assert (after.certifier.person, after.certifier.link) == (colleague, 2)
    assert not Departure.objects.exists()
    assert not Notice.objects.exists()
    assert not AuditEntry.objects.exists()
    assert section_at(chain).successor is None
    assert User.objects.get(pk=chain[ORIGINAL].pk).expires_at is None


def test_all_or_nothing(chain: Links, office: User, colleague: User):
    other = SectionFactory.create(teacher=chain[ORIGINAL])
    bad = (HandOver(chain.section, colleague, None), HandOver(other, StudentFactory.create().user, None))
    with pytest.raises(InvalidInput, match="是學生"):
        settle(plan(chain, hand_overs=bad), by=office, at=NOW)
    assert not Departure.objects.exists()
    assert section_at(chain).successor is None


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"reason": " "}, "請填寫理由"), ({"kept_until": day("2024-12-30")}, "不可早於最後在職日")],
    ids=["no reason", "the account would end before the work"],
)
def test_what_makes_no_sense_is_refused(chain: Links, office: User, changed: dict[str, Any], said: str):
    with pytest.raises(InvalidInput, match=said):
        settle(plan(chain, **changed), by=office, at=NOW)
    assert not Departure.objects.exists()


def test_who_cannot_stand_in_is_refused(chain: Links, office: User, colleague: User):
    def give_to(person: User) -> None:
        hand_over(HandOver(chain.section, person, None), reason="交接", by=office, at=NOW)

    with pytest.raises(InvalidInput, match="本人"):
        give_to(chain[ORIGINAL])
    colleague.is_active = False
    colleague.save()
    with pytest.raises(InvalidInput, match="停用"):
        give_to(colleague)


def test_a_corrected_day_is_recorded_and_told(chain: Links, office: User, colleague: User):
    settle(plan(chain, colleague), by=office, at=NOW)
    settle(plan(chain, colleague, leaves_on=day("2025-01-15")), by=office, at=NOW)
    assert Departure.objects.get().leaves_on == day("2025-01-15")
    assert acting_certifier(section_at(chain), AFTER).person == chain[ORIGINAL]
    assert len(told(chain[ORIGINAL])) == 2
    changes = AuditEntry.objects.filter(act="record_departure").latest("pk").changes
    assert changes == {"leaves_on": ["2024-12-31", "2025-01-15"]}


def test_undone_the_original_teacher_is_back(chain: Links, office: User, colleague: User):
    settle(plan(chain, colleague, is_retained=True), by=office, at=NOW)
    withdraw_departure(Departure.objects.get(), reason="續聘", by=office, at=NOW)
    assert acting_certifier(section_at(chain), AFTER).person == chain[ORIGINAL]
    assert User.objects.get(pk=chain[ORIGINAL].pk).expires_at is None
    assert AuditEntry.objects.get(act="withdraw_departure").changes["leaves_on"] == ["2024-12-31", None]
    assert told(chain[ORIGINAL])[0] == "離職登錄已撤銷，您的帳號照常使用"


SOONER, MUCH_LATER = at("2025-01-15 00:00"), at("2026-08-01 00:00")


def ends_at(person: User, moment: datetime | None) -> None:
    User.objects.filter(pk=person.pk).update(expires_at=moment)


@pytest.mark.parametrize(
    ("former", "then"),
    [(SOONER, SOONER), (MUCH_LATER, at("2025-02-11 00:00")), (None, at("2025-02-11 00:00"))],
)
def test_leaving_only_ever_shortens_an_account_and_staying_gives_back_what_was(
    chain: Links, office: User, former: datetime | None, then: datetime
) -> None:
    ends_at(chain[ORIGINAL], former)
    settle(plan(chain), by=office, at=NOW)
    assert User.objects.get(pk=chain[ORIGINAL].pk).expires_at == then
    settle(plan(chain, kept_until=day("2025-02-20"), reason="改期"), by=office, at=NOW)
    withdraw_departure(Departure.objects.get(), reason="留任", by=office, at=NOW)
    assert User.objects.get(pk=chain[ORIGINAL].pk).expires_at == former


def test_what_an_administrator_set_meanwhile_stays(chain: Links, office: User) -> None:
    settle(plan(chain), by=office, at=NOW)
    ends_at(chain[ORIGINAL], SOONER)
    settle(plan(chain, kept_until=day("2025-02-20")), by=office, at=NOW)
    assert User.objects.get(pk=chain[ORIGINAL].pk).expires_at == SOONER
    withdraw_departure(Departure.objects.get(), reason="留任", by=office, at=NOW)
    assert User.objects.get(pk=chain[ORIGINAL].pk).expires_at == SOONER


def test_the_page_says_when_the_account_ends_sooner_anyway(
    chain: Links, office: User, client_of: ClientOf
) -> None:
    ends_at(chain[ORIGINAL], SOONER)
    page = client_of(office).get(f"{PAGES}{chain[ORIGINAL].pk}/").content.decode()
    assert "這個帳號原訂於 114/01/15（三）00:00 到期" in page


def test_clearing_the_successor_passes_the_turn_on(chain: Links, office: User, colleague: User):
    settle(plan(chain, colleague), by=office, at=NOW)
    settle(plan(chain, None), by=office, at=NOW)
    assert acting_certifier(section_at(chain), AFTER).person == chain[SUBMITTER]
    assert AuditEntry.objects.filter(act="hand_over").count() == 2


# ---------------------------------------------------------------- who


def test_the_office_of_the_division_and_administrators_only(chain: Links, office: User):
    def record(by: User) -> None:
        record_departure(chain[ORIGINAL], leaves_on=LAST_DAY, kept_until=CLOSES, reason="退休", by=by, at=NOW)

    others = [
        holder_of(DutyCode.COURSE_PLATFORM, Division.EVENING),
        chain[ORIGINAL],
        chain[SUBMITTER],
        chain.outcome.student.user,
    ]
    for other in others:
        with pytest.raises(NotAllowed, match="課程平台管理"):
            record(other)
        with pytest.raises(NotAllowed):
            hand_over(HandOver(chain.section, office, None), reason="交接", by=other, at=NOW)
    record(AdminFactory.create())
    record(office)


def test_an_administrators_account_is_an_administrators_matter(office: User):
    admin = AdminFactory.create()
    SectionFactory.create(teacher=admin)
    with pytest.raises(NotAllowed, match="系統管理者"):
        record_departure(admin, leaves_on=LAST_DAY, kept_until=CLOSES, reason="退休", by=office, at=NOW)


# ---------------------------------------------------------------- the pages


def posted(step: str, **given: str) -> dict[str, str]:
    return {
        "leaves_on": "2024-12-31",
        "kept_until": "2025-02-10",
        "reason": "退休",
        "step": step,
    } | given


def address(teacher: User, act: str = "") -> str:
    return f"{PAGES}{teacher.pk}/{act}"


def test_the_page_shows_what_is_pending_and_proposes_the_latest_close(
    chain: Links, office: User, client_of: ClientOf
):
    page = client_of(office).get(address(chain[ORIGINAL])).content.decode()
    assert str(chain.section.course) in page
    assert "待處理 1 件" in page
    assert 'value="2025-02-10"' in page


def test_what_can_no_longer_be_certified_is_not_handed_over(chain: Links):
    def offered(now: datetime) -> list[CourseSection]:
        return [row.section for row in leaving_sections(chain[ORIGINAL], [Division.DAY], now)]

    assert offered(at("2025-02-10 23:59")) == [chain.section]
    assert offered(at("2025-02-11 00:00")) == []
    assert leaving_sections(chain[ORIGINAL], [Division.EVENING], NOW) == []


def test_preview_then_save(chain: Links, office: User, colleague: User, client_of: ClientOf):
    SectionFactory.create(teacher=colleague)
    client = client_of(office)
    page = client.post(address(chain[ORIGINAL]), posted("preview", successor="陳接任")).content.decode()
    assert "預覽" in page and "陳接任（接任授課教師）" in page
    assert not Departure.objects.exists()
    back = client.post(address(chain[ORIGINAL]), posted("edit", successor="陳接任")).content.decode()
    assert 'value="陳接任"' in back
    saved = client.post(address(chain[ORIGINAL]), posted("save", successor="陳接任"))
    assert saved.headers["Location"] == PAGES
    assert Departure.objects.get().user == chain[ORIGINAL]
    assert section_at(chain).successor == colleague
    assert str(chain[ORIGINAL]) in client.get(PAGES).content.decode()


def test_a_section_of_its_own_goes_before_all(
    chain: Links, office: User, colleague: User, client_of: ClientOf
):
    other = SectionFactory.create(teacher=chain[ORIGINAL])
    EnrolmentFactory.create(section=other, student=chain.outcome.student)
    someone = UserFactory.create()
    own = {"successor": colleague.username, f"successor-{other.pk}": f"某人（{someone.username}）"}
    client_of(office).post(address(chain[ORIGINAL]), posted("save", **own))
    other.refresh_from_db()
    assert (section_at(chain).successor, other.successor) == (colleague, someone)


def test_unknown_or_unclear_names_are_said_beside_the_field(chain: Links, office: User, client_of: ClientOf):
    UserFactory.create_batch(2, name="同名")
    client, where = client_of(office), address(chain[ORIGINAL])
    unknown = client.post(where, posted("preview", successor="查無此人")).content.decode()
    assert "查無教職員「查無此人」" in unknown and 'value="查無此人"' in unknown
    assert "有 2 位「同名」" in client.post(where, posted("save", successor="同名")).content.decode()
    student = chain.outcome.student.user
    assert "查無教職員" in client.post(where, posted("save", successor=student.username)).content.decode()
    assert not Departure.objects.exists()


def test_withdrawing_needs_a_reason(chain: Links, office: User, client_of: ClientOf):
    settle(plan(chain), by=office, at=NOW)
    client, where = client_of(office), address(chain[ORIGINAL], "withdraw/")
    assert client.get(where).status_code == 405
    assert client.post(where, {"reason": " "}).status_code == 400
    assert Departure.objects.exists()
    assert client.post(where, {"reason": "續聘"}).status_code == 302
    assert not Departure.objects.exists()


def test_to_others_there_are_no_such_pages(chain: Links, office: User, client_of: ClientOf):
    elsewhere = SectionFactory.create(division=Division.EVENING).teacher
    assert client_of(office).get(address(elsewhere)).status_code == 404
    for person in (chain[ORIGINAL], chain.outcome.student.user, chain[SUBMITTER]):
        for where in (PAGES, address(chain[ORIGINAL])):
            assert client_of(person).get(where).status_code == 404
        assert client_of(person).post(address(chain[ORIGINAL]), posted("save")).status_code == 404
    assert Client().get(PAGES).headers["Location"].startswith("/accounts/login/")
    assert not Departure.objects.exists()


def test_the_home_page_leads_there(chain: Links, office: User, client_of: ClientOf):
    assert PAGES in client_of(office).get("/").content.decode()
    assert PAGES not in client_of(chain[SUBMITTER]).get("/").content.decode()


def test_the_list_costs_the_same_for_10_and_200_departures(office: User, client_of: ClientOf):
    client = client_of(office)

    def add(count: int) -> None:
        for section in SectionFactory.create_batch(count):
            leaves(section.teacher, "2024-12-31", recorded_at=NOW)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert "113/12/31" in client.get(PAGES).content.decode()
        return len(captured)

    add(10)
    few = queries()
    add(190)
    assert queries() == few
