"""The pages of those who act for a student without network: the list, what is open, uploading, selecting."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry, Notice, User
from accounts.models.students import EnrolmentStatus
from portfolio.models import CourseOutcome, DiversePerformance, Selection
from portfolio.models.outcomes import OutcomeState
from tests.factories import (
    EnrolmentFactory,
    OutcomeFactory,
    PerformanceFactory,
    SchoolClassFactory,
    StudentFactory,
    UserFactory,
    attach_pdf,
    place,
    term_113_1,
    uploaded_pdf,
)
from tests.moments import at
from tests.portfolio.helpers import MAY, MAY_NOT, REASON, People, guardian_of
from tests.portfolio.pieces import CLOSED, NOW, perform, upload

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
SetClock = Callable[[datetime], None]
SELECTING = at("2024-09-10 10:00")


@pytest.fixture
def people(set_clock: SetClock) -> People:
    set_clock(NOW)
    term_113_1()
    return People()


@pytest.fixture
def homeroom(people: People, client_of: ClientOf) -> Client:
    return client_of(people.somebody("homeroom teacher"))


def page(people: People, rest: str = "") -> str:
    return f"/proxy/{people.student.pk}/{rest}"


def pages(people: People) -> list[str]:
    rest = ("", "outcomes/new/", "performances/new/", "performances/new/work/", "selection/")
    return [page(people, one) for one in rest]


def text(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def send_outcome(client: Client, people: People, **changes: object) -> str:
    given = {
        "enrolment": people.enrolment.pk,
        "description": "九九乘法表",
        "document": uploaded_pdf(),
        "proxy_reason": REASON,
    }
    return client.post(page(people, "outcomes/new/"), given | changes, follow=True).content.decode()


# ---------------------------------------------------------------- whose pages these are


@pytest.mark.parametrize("who", MAY)
def test_who_may_help_opens_every_page_and_reads_for_whom(people: People, client_of: ClientOf, who: str):
    client, name = client_of(people.somebody(who)), people.student.user.name
    for address in pages(people):
        assert f"您正在代 {name} 辦理（{MAY[who]}）" in text(client, address)


@pytest.mark.parametrize("who", [*MAY_NOT, "the student"])
def test_to_everybody_else_the_student_is_not_there(people: People, client_of: ClientOf, who: str):
    client = client_of(people.student.user if who == "the student" else people.somebody(who))
    for address in pages(people):
        assert client.get(address).status_code == 404
    for address in (page(people, "outcomes/new/"), page(people, "performances/new/work/")):
        assert client.post(address, {"proxy_reason": REASON}).status_code == 404
    assert client.post(page(people, "selection/"), {"proxy_reason": REASON}).status_code == 404
    assert not AuditEntry.objects.exclude(act="sign_in").exists()


def test_signing_in_comes_first(people: People):
    for address in ("/proxy/", *pages(people)):
        assert Client().get(address).headers["Location"].startswith("/accounts/login/")


def test_withdrawing_and_revising_have_no_page_for_helpers(people: People, homeroom: Client):
    outcome = upload(people.enrolment)
    performance = perform(people.student)
    assert homeroom.post(f"/portfolio/outcomes/{outcome.pk}/withdraw/").status_code == 403
    assert homeroom.post(f"/portfolio/outcomes/{outcome.pk}/edit/", {"description": "改"}).status_code == 403
    assert homeroom.post(f"/portfolio/performances/{performance.pk}/withdraw/").status_code == 403
    outcome.refresh_from_db()
    assert (outcome.description, outcome.is_withdrawn) == ("九九乘法表", False)


# ---------------------------------------------------------------- the list


def test_the_list_shows_own_students_only(people: People, homeroom: Client):
    listed = text(homeroom, "/proxy/")
    assert people.student.student_number in listed
    assert people.school_class.name in listed
    assert "導師" in listed
    other = StudentFactory.create(school_class=SchoolClassFactory.create())
    assert other.student_number not in text(homeroom, "/proxy/")


def test_students_are_found_by_number_and_by_name_among_the_own(people: People, homeroom: Client):
    for words in (people.student.student_number, people.student.user.name):
        found = text(homeroom, f"/proxy/?q={words}")
        assert page(people) in found
    other = StudentFactory.create(school_class=SchoolClassFactory.create())
    assert "找不到這位學生" in text(homeroom, f"/proxy/?q={other.student_number}")


@pytest.mark.parametrize(
    "who", ["teacher of last term", "guardian of the past", "classmate", "administrator"]
)
def test_who_has_nobody_to_help_has_no_list_and_no_menu_entry(people: People, client_of: ClientOf, who: str):
    client = client_of(people.somebody(who))
    assert client.get("/proxy/").status_code == 403
    assert 'href="/proxy/"' not in text(client, "/")


@pytest.mark.parametrize("who", MAY)
def test_the_menu_leads_there(people: People, client_of: ClientOf, who: str):
    assert 'href="/proxy/"' in text(client_of(people.somebody(who)), "/")


def test_a_long_list_comes_in_pages(people: People, homeroom: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("portfolio.proxy_views.STUDENTS_A_PAGE", 2)
    assert "第 1／2 頁，共 3 筆" in text(homeroom, "/proxy/")


# ---------------------------------------------------------------- a guardian's home, a student's page


def test_a_guardian_sees_at_home_what_is_open_for_each_child(people: People, client_of: ClientOf):
    guardian = people.somebody("parent")
    sibling = StudentFactory.create(school_class=people.school_class)
    sibling.guardianships.create(guardian=guardian, relation="parent", starts_on="2024-01-01")
    home = text(client_of(guardian), "/")
    for child in (people.student, sibling):
        assert child.user.name in home
        assert f'href="/proxy/{child.pk}/"' in home
    assert home.count("<span>113-1 課程學習成果上傳</span>") == 2
    assert "勾選" not in home


def test_a_homeroom_teachers_home_does_not_list_the_class(people: People, homeroom: Client):
    assert page(people) not in text(homeroom, "/")


def test_a_students_page_offers_what_is_open(people: People, homeroom: Client, set_clock: SetClock):
    offered = text(homeroom, page(people))
    assert page(people, "outcomes/new/") in offered
    assert page(people, "performances/new/") in offered
    assert page(people, "selection/") not in offered
    set_clock(SELECTING)
    assert page(people, "selection/") in text(homeroom, page(people))
    set_clock(CLOSED)
    assert page(people, "outcomes/new/") not in text(homeroom, page(people))


def test_for_a_suspended_student_nothing_is_offered(people: People, homeroom: Client):
    people.student.status = EnrolmentStatus.SUSPENDED
    people.student.save()
    shown = text(homeroom, page(people))
    assert "休學中" in shown
    assert page(people, "outcomes/new/") not in shown


# ---------------------------------------------------------------- uploading


def test_an_outcome_is_uploaded_with_a_reason_and_the_helper_sees_it(people: People, homeroom: Client):
    shown = send_outcome(homeroom, people)
    assert "已代為上傳" in shown
    assert "您代為上傳的" in shown
    assert REASON in shown
    outcome = CourseOutcome.objects.get()
    assert (outcome.student, outcome.proxy_reason) == (people.student, REASON)
    file = outcome.attachments.get()
    assert homeroom.get(f"/portfolio/files/{file.pk}/").status_code == 200


def test_without_a_reason_nothing_is_uploaded_and_the_text_stays(people: People, homeroom: Client):
    shown = send_outcome(homeroom, people, proxy_reason=" ", description="打好的簡述")
    assert "請填寫代為辦理的原因" in shown
    assert "打好的簡述" in shown
    assert not CourseOutcome.objects.exists()


def test_a_course_of_another_student_is_refused(people: People, homeroom: Client):
    other = EnrolmentFactory.create(student=StudentFactory.create(school_class=people.school_class))
    assert "還不能送出" in send_outcome(homeroom, people, enrolment=other.pk)
    assert not CourseOutcome.objects.exists()


def test_after_the_window_a_direct_post_is_refused(people: People, homeroom: Client, set_clock: SetClock):
    set_clock(CLOSED)
    assert "已截止" in send_outcome(homeroom, people)
    assert not CourseOutcome.objects.exists()


def test_a_performance_is_uploaded_with_a_reason(people: People, client_of: ClientOf):
    client = client_of(people.somebody("parent"))
    given = {
        "name": "校園地圖",
        "date": "2024-09-28",
        "description": "手繪校園地圖。",
        "document": uploaded_pdf(),
    }
    address = page(people, "performances/new/work/")
    assert "請填寫代為辦理的原因" in client.post(address, given).content.decode()
    given["document"] = uploaded_pdf()
    assert (
        "已代為上傳" in client.post(address, given | {"proxy_reason": REASON}, follow=True).content.decode()
    )
    performance = DiversePerformance.objects.get()
    assert (performance.student, performance.proxy_reason) == (people.student, REASON)
    assert "proxy_reason" not in performance.details


def test_an_unknown_category_is_not_there(people: People, homeroom: Client):
    assert homeroom.get(page(people, "performances/new/nothing/")).status_code == 404


def test_the_students_own_form_asks_for_no_reason(people: People, client_of: ClientOf):
    client = client_of(people.student.user)
    for address in ("/portfolio/outcomes/new/", "/portfolio/performances/new/work/"):
        assert "proxy_reason" not in text(client, address)


def test_the_students_page_says_who_uploaded_it_and_why(
    people: People, homeroom: Client, client_of: ClientOf
):
    send_outcome(homeroom, people)
    parent = people.somebody("parent")
    performance = perform(people.student, by=parent, proxy_reason="停電")
    mine = client_of(people.student.user)
    teacher = people.somebody("homeroom teacher")
    outcome = text(mine, f"/portfolio/outcomes/{CourseOutcome.objects.get().pk}/")
    assert f"由導師 {teacher.name} 代為上傳，原因：{REASON}" in outcome
    assert f"由父母 {parent.name} 代為上傳，原因：停電" in text(
        mine, f"/portfolio/performances/{performance.pk}/"
    )
    assert "代為上傳" not in text(mine, f"/portfolio/outcomes/{upload(people.enrolment).pk}/")


def test_the_certifier_reads_that_somebody_uploaded_it_for_the_student(
    people: People, homeroom: Client, client_of: ClientOf
):
    send_outcome(homeroom, people)
    shown = text(
        client_of(people.enrolment.section.teacher), f"/certification/{CourseOutcome.objects.get().pk}/"
    )
    assert "代為上傳，原因" in shown


# ---------------------------------------------------------------- selecting


def selectable(people: People) -> tuple[CourseOutcome, DiversePerformance]:
    enrolment = people.student.enrolments.get(section__term__school_year=112)
    outcome = OutcomeFactory.create(enrolment=enrolment, state=OutcomeState.CERTIFIED)
    performance = PerformanceFactory.create(student=people.student, school_year=112)
    attach_pdf(outcome)
    attach_pdf(performance)
    return outcome, performance


def test_a_selection_is_saved_with_a_reason_and_the_student_is_told(
    people: People, homeroom: Client, set_clock: SetClock
):
    set_clock(SELECTING)
    outcome, performance = selectable(people)
    given = {"outcomes": [outcome.pk], "performances": [performance.pk]}
    refused = homeroom.post(page(people, "selection/"), given).content.decode()
    assert "請填寫代為辦理的原因" in refused
    assert refused.count(" checked>") == 2
    assert not Selection.objects.exists()
    saved = homeroom.post(page(people, "selection/"), given | {"proxy_reason": REASON}, follow=True)
    assert "已代為儲存勾選" in saved.content.decode()
    assert Selection.objects.filter(student=people.student).count() == 2
    assert Notice.objects.get(user=people.student.user).subject.endswith("代您更改了勾選")


def test_outside_its_window_a_selection_is_refused(people: People, homeroom: Client):
    outcome, __ = selectable(people)
    assert "現在不能勾選" in text(homeroom, page(people, "selection/"))
    given = {"outcomes": [outcome.pk], "proxy_reason": REASON}
    assert "已截止" in homeroom.post(page(people, "selection/"), given).content.decode()
    assert not Selection.objects.exists()


def test_files_beside_the_ticks_are_for_who_may_open_them(
    people: People, client_of: ClientOf, set_clock: SetClock
):
    set_clock(SELECTING)
    outcome, performance = selectable(people)
    links = [f"/portfolio/files/{piece.attachments.get().pk}/" for piece in (outcome, performance)]
    for who, sees in (("parent", True), ("homeroom teacher", True), ("course teacher", False)):
        client = client_of(people.somebody(who))
        shown = text(client, page(people, "selection/"))
        for link in links:
            assert (link in shown) is sees
            assert (client.get(link).status_code == 200) is sees


def test_the_students_own_selection_page_asks_for_no_reason(
    people: People, client_of: ClientOf, set_clock: SetClock
):
    set_clock(SELECTING)
    assert "proxy_reason" not in text(client_of(people.student.user), "/portfolio/selection/")


# ---------------------------------------------------------------- as many queries for many as for few


def queries_of(client: Client, address: str, mark: str, rows: int) -> int:
    text(client, address)  # the first look is put on the trail
    with CaptureQueriesContext(connection) as captured:
        shown = text(client, address)
    assert shown.count(mark) == rows
    return len(captured)


def test_the_list_asks_as_often_for_200_students_as_for_10(
    people: People, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("portfolio.proxy_views.STUDENTS_A_PAGE", 500)
    teacher = UserFactory.create()
    school_class = SchoolClassFactory.create(homeroom_teacher=teacher)
    client = client_of(teacher)
    for student in StudentFactory.create_batch(10):
        place(student, school_class)
    few = queries_of(client, "/proxy/", '<th scope="row">', 10)
    for student in StudentFactory.create_batch(190):
        place(student, school_class)
    assert queries_of(client, "/proxy/", '<th scope="row">', 200) == few


def test_a_students_page_asks_as_often_for_many_pieces_as_for_few(people: People, client_of: ClientOf):
    guardian = guardian_of(people.student)
    client = client_of(guardian)

    def add(count: int) -> None:
        for __ in range(count):
            own = {"uploaded_by": guardian, "proxy_reason": REASON}
            attach_pdf(OutcomeFactory.create(enrolment=people.enrolment, **own))
            attach_pdf(PerformanceFactory.create(student=people.student, **own))

    add(2)
    few = queries_of(client, page(people), f"原因：{REASON}", 4)
    add(20)
    assert queries_of(client, page(people), f"原因：{REASON}", 44) == few
