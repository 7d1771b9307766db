"""A class at a glance: stages as facts, by seat, for those who look after it (rules E1; article 5)."""

from collections.abc import Callable
from random import Random

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.domain.division import Division
from accounts.models import ClassPlacement, Departure, Office, Post, PostHolding, SchoolClass, Student, User
from accounts.models.duties import DutyCode
from accounts.models.students import EnrolmentStatus
from portfolio.class_overview.queries import class_overview, school_overview
from portfolio.models import CourseOutcome, DiversePerformance, Selection, UploadDraft
from portfolio.models.outcomes import OutcomeState
from tests.conftest import SetClock
from tests.factories import (
    AdminFactory,
    EnrolmentFactory,
    OutcomeFactory,
    PerformanceFactory,
    SchoolClassFactory,
    SectionFactory,
    StudentFactory,
    UserFactory,
    attach_pdf,
    holder_of,
    place,
    school,
    select,
    term_113_1,
    term_with_dates,
)
from tests.moments import at, day

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
NOW = at("2024-11-20 09:00")
STATES = {
    "waiting": OutcomeState.WAITING,
    "returned": OutcomeState.RETURNED,
    "certified": OutcomeState.CERTIFIED,
}


@pytest.fixture(autouse=True)
def terms(set_clock: SetClock) -> None:
    set_clock(NOW)
    term_113_1()


@pytest.fixture
def school_class() -> SchoolClass:
    return SchoolClassFactory.create()


@pytest.fixture
def homeroom(school_class: SchoolClass, client_of: ClientOf) -> Client:
    assert school_class.homeroom_teacher
    return client_of(school_class.homeroom_teacher)


def outcome(student: Student, state: OutcomeState = OutcomeState.WAITING, year: int = 113) -> CourseOutcome:
    section = SectionFactory.create(term__school_year=year, term__number=1)
    enrolment = EnrolmentFactory.create(student=student, section=section)
    withdrawn_at = NOW if state == OutcomeState.WITHDRAWN else None
    return OutcomeFactory.create(enrolment=enrolment, state=state, withdrawn_at=withdrawn_at)


def numbers(school_class: SchoolClass) -> dict[str, list[int]]:
    """Stage → the numbers of the students by seat."""
    rows = class_overview(school_class, NOW).rows
    found: dict[str, list[int]] = {}
    for row in rows:
        for cell in row.cells:
            found.setdefault(cell.stage.key, []).append(cell.count)
    return found


# ---------------------------------------------------------------- what is counted


def test_a_students_outcomes_stand_under_their_states_and_withdrawn_ones_nowhere(school_class: SchoolClass):
    student = StudentFactory.create(school_class=school_class)
    for state in OutcomeState:
        outcome(student, state)
    outcome(student, OutcomeState.RETURNED)
    found = numbers(school_class)
    assert (found["waiting"], found["returned"], found["certified"]) == ([1], [2], [1])


def test_pieces_of_another_year_are_not_this_years(school_class: SchoolClass):
    student = StudentFactory.create(school_class=school_class)
    outcome(student, OutcomeState.RETURNED, year=112)
    PerformanceFactory.create(student=student, school_year=112)
    found = numbers(school_class)
    assert (found["returned"], found["performances"]) == ([0], [0])


def test_the_selection_counted_is_that_of_the_year_the_class_selects_of_now(school_class: SchoolClass):
    student = StudentFactory.create(school_class=school_class)
    select(outcome(student, OutcomeState.CERTIFIED, year=112))
    select(PerformanceFactory.create(student=student, school_year=112))
    select(PerformanceFactory.create(student=student, school_year=111))
    overview = class_overview(school_class, NOW)
    assert numbers(school_class)["selected"] == [2]
    assert [stage.note for stage in overview.stages if stage.key == "selected"] == ["112 學年度"]


def test_grade_3_selects_of_its_own_year_once_that_has_opened(set_clock: SetClock):
    graduates = SchoolClassFactory.create(grade=3)
    others = SchoolClassFactory.create(grade=2)
    for one in (graduates, others):
        select(PerformanceFactory.create(student=StudentFactory.create(school_class=one), school_year=113))
    term = term_with_dates(113, 2, opening="2025-02-11", exam_end="2025-06-27", closing="2025-06-30")
    own = term.windows.filter(activity="selection", division="day", audience="grade3_first", subject_year=113)
    assert numbers(graduates)["selected"] == [0], "while there is no letter, last year's is shown"
    assert own.update(opens_at=at("2024-11-19"), closes_at=at("2024-12-01")) == 1
    assert numbers(graduates)["selected"] == [1]
    assert numbers(others)["selected"] == [0]


def test_drafts_of_this_years_courses_and_of_categories_count(school_class: SchoolClass):
    student = StudentFactory.create(school_class=school_class)
    for year in (112, 113):
        enrolment = EnrolmentFactory.create(
            student=student, section=SectionFactory.create(term__school_year=year)
        )
        UploadDraft.objects.create(student=student, enrolment=enrolment, saved_at=NOW)
    UploadDraft.objects.create(student=student, category="work", saved_at=NOW)
    assert numbers(school_class)["drafts"] == [2]


def test_who_has_left_the_school_is_in_no_class_and_who_is_suspended_stays(
    school_class: SchoolClass, homeroom: Client
):
    left = StudentFactory.create(school_class=school_class, status=EnrolmentStatus.TRANSFERRED_OUT)
    suspended = StudentFactory.create(school_class=school_class, status=EnrolmentStatus.SUSPENDED)
    for student in (left, suspended):
        outcome(student)
    page = homeroom.get("/class/").content.decode()
    assert left.user.name not in page
    assert suspended.user.name in page
    assert "休學" in page
    (table,) = school_overview(SchoolClass.objects.all(), 113, NOW)
    assert table.students == 1
    assert [(bar.students, bar.pieces) for bar in table.bars if bar.stage.key == "waiting"] == [(1, 1)]


# ---------------------------------------------------------------- trap T8: every number equals a hand count


def test_t8_every_number_of_an_overview_equals_a_hand_count():
    chance = Random(20241120)
    classes = [
        SchoolClassFactory.create(division=division, grade=grade)
        for division in Division
        for grade in (1, 2, 3)
    ]
    for one in classes:
        for student in StudentFactory.create_batch(chance.randint(0, 5), school_class=one):
            for __ in range(chance.randint(0, 4)):
                outcome(student, chance.choice(list(OutcomeState)), chance.choice((112, 113)))
            for __ in range(chance.randint(0, 3)):
                piece = PerformanceFactory.create(student=student, school_year=chance.choice((112, 113)))
                if chance.random() < 0.5:
                    select(piece)
            if chance.random() < 0.5:
                UploadDraft.objects.create(student=student, category="work", saved_at=NOW)
    tables = {table.division: table for table in school_overview(SchoolClass.objects.all(), 113, NOW)}
    sums: dict[tuple[str, str], list[int]] = {}
    for one in classes:
        counted = by_hand(one)
        assert numbers_by_student(one) == counted
        (row,) = (row for row in tables[Division(one.division)].rows if row.school_class == one)
        assert row.students == len(counted)
        for cell in row.cells:
            if cell.stage.key in HAND:
                own = [counts[cell.stage.key] for counts in counted.values()]
                assert cell.count == len([number for number in own if number > 0])
                sums.setdefault((one.division, cell.stage.key), []).extend(own)
    for division, table in tables.items():
        for bar in table.bars:
            own = sums.get((division, bar.stage.key), [])
            assert bar.pieces == sum(own)
            assert bar.students == len([number for number in own if number > 0])
            assert bar.among == table.students


def by_hand(school_class: SchoolClass) -> dict[int, dict[str, int]]:
    """Student id → stage → number, one row after the other."""
    found = {}
    for placement in ClassPlacement.objects.filter(school_class=school_class):
        mine = [one for one in CourseOutcome.objects.all() if one.student.pk == placement.student_id]
        this_year = [one for one in mine if one.school_year == 113]
        counts = {key: sum(one.state == state for one in this_year) for key, state in STATES.items()}
        performances = DiversePerformance.objects.filter(student=placement.student_id)
        counts["performances"] = sum(one.school_year == 113 for one in performances)
        selections = Selection.objects.filter(student=placement.student_id)
        counts["selected"] = sum(one.school_year == 112 for one in selections)
        counts["drafts"] = sum(one.student_id == placement.student_id for one in UploadDraft.objects.all())
        found[placement.student_id] = counts
    return found


HAND = (*STATES, "performances", "selected", "drafts")


def numbers_by_student(school_class: SchoolClass) -> dict[int, dict[str, int]]:
    return {
        row.placement.student_id: {cell.stage.key: cell.count for cell in row.cells if cell.stage.key in HAND}
        for row in class_overview(school_class, NOW).rows
    }


# ---------------------------------------------------------------- the class's page


def test_students_stand_by_seat_however_much_they_have(school_class: SchoolClass, homeroom: Client):
    students = StudentFactory.create_batch(3, school_class=school_class)
    for number, student in enumerate(students):
        for __ in range(number):
            outcome(student)
    page = homeroom.get("/class/?sort=waiting&order=desc").content.decode()
    places = [page.index(f">{student.user.name}</a>") for student in students]
    assert places == sorted(places)


def test_who_has_nothing_is_shown_a_dash_and_no_zero(school_class: SchoolClass, homeroom: Client):
    StudentFactory.create(school_class=school_class)
    page = homeroom.get("/class/").content.decode()
    assert "—" in page
    for word in ("0 件", "0 人", "尚未上傳", "未上傳"):
        assert word not in page


def test_one_can_look_for_returned_outcomes_and_drafts(school_class: SchoolClass, homeroom: Client):
    returned, drafting, neither = StudentFactory.create_batch(3, school_class=school_class)
    outcome(returned, OutcomeState.RETURNED)
    UploadDraft.objects.create(student=drafting, category="work", saved_at=NOW)
    for key, who in (("returned", returned), ("drafts", drafting)):
        shown = homeroom.get(f"/class/?show={key}").context["rows"]
        assert [row.placement.student for row in shown] == [who]
    everybody = [returned, drafting, neither]
    for key in ("", "certified", "performances", "nothing", "'"):
        rows = homeroom.get("/class/", {"show": key}).context["rows"]
        assert [row.placement.student for row in rows] == everybody, "nobody is singled out for having little"


def test_a_class_without_students_has_a_page(school_class: SchoolClass, homeroom: Client):
    assert "這個班級目前沒有學生" in homeroom.get("/class/").content.decode()


def test_a_teacher_of_two_classes_goes_from_one_to_the_other(school_class: SchoolClass, homeroom: Client):
    other = SchoolClassFactory.create(homeroom_teacher=school_class.homeroom_teacher)
    page = homeroom.get("/class/").content.decode()
    assert f"/class/{other.pk}/" in page
    assert homeroom.get(f"/class/{other.pk}/").status_code == 200


def test_the_sheets_have_the_grid_and_a_line_to_sign_for_each_student(
    school_class: SchoolClass, homeroom: Client
):
    students = StudentFactory.create_batch(2, school_class=school_class)
    select(PerformanceFactory.create(student=students[0], school_year=112))
    page = homeroom.get(f"/class/{school_class.pk}/print/").content.decode()
    for student in students:
        assert page.count(student.user.name) == 2
    assert "學生簽名" in page
    assert "家長簽名" in page
    assert "1 件" in page


# ---------------------------------------------------------------- whose class it is


@pytest.fixture
def two_divisions(school_class: SchoolClass) -> dict[Division, SchoolClass]:
    school()
    return {
        Division.DAY: school_class,
        Division.EVENING: SchoolClassFactory.create(division=Division.EVENING),
    }


def addresses(one: SchoolClass) -> list[str]:
    return [f"/class/{one.pk}/", f"/class/{one.pk}/print/"]


def test_a_homeroom_teacher_sees_this_years_own_class_and_no_other(
    school_class: SchoolClass, homeroom: Client
):
    others = [
        SchoolClassFactory.create(),
        SchoolClassFactory.create(school_year=112, homeroom_teacher=school_class.homeroom_teacher),
    ]
    assert [homeroom.get(one).status_code for one in addresses(school_class)] == [200, 200]
    for other in others:
        assert [homeroom.get(one).status_code for one in addresses(other)] == [404, 404]
        assert homeroom.post(f"/class/{other.pk}/remind/", {"kind": "x"}).status_code == 404
    assert homeroom.get("/class/all/").status_code == 404


def test_a_teacher_who_left_sees_the_class_no_more(school_class: SchoolClass, homeroom: Client):
    assert school_class.homeroom_teacher
    Departure.objects.create(
        user=school_class.homeroom_teacher,
        leaves_on=day("2024-11-19"),
        reason="調校",
        recorded_by=AdminFactory.create(),
        recorded_at=NOW,
    )
    for address in ("/class/", *addresses(school_class)):
        assert homeroom.get(address).status_code == 404


@pytest.mark.parametrize(
    "duty", [DutyCode.COURSE_OUTCOMES, DutyCode.DIVERSE_PERFORMANCE, DutyCode.RECEIPT_CONFIRMATION]
)
def test_an_office_sees_the_classes_of_its_division_only(
    duty: DutyCode, two_divisions: dict[Division, SchoolClass], client_of: ClientOf
):
    office = client_of(holder_of(duty, Division.EVENING))
    assert office.get("/class/").headers["Location"] == "/class/all/"
    tables = office.get("/class/all/").context["tables"]
    assert [row.school_class for table in tables for row in table.rows] == [two_divisions[Division.EVENING]]
    assert office.get(f"/class/{two_divisions[Division.EVENING].pk}/").status_code == 200
    for address in addresses(two_divisions[Division.DAY]):
        assert office.get(address).status_code == 404


def test_another_duty_is_no_reason_to_look(two_divisions: dict, client_of: ClientOf):
    office = client_of(holder_of(DutyCode.CADRE_RECORDS))
    for address in ("/class/", "/class/all/", *addresses(two_divisions[Division.DAY])):
        assert office.get(address).status_code == 404


def secretary() -> User:
    post = Post.objects.create(
        code="director",
        name="教務主任",
        office=Office.objects.create(code="academic", name="教務處", division=Division.DAY),
    )
    the_school = school()
    the_school.executive_secretary = post
    the_school.save()
    holding = PostHolding.objects.create(post=post, user=UserFactory.create(), starts_on=day("2020-08-01"))
    return holding.user


@pytest.mark.parametrize("who", [secretary, AdminFactory.create])
def test_the_executive_secretary_and_administrators_see_both_divisions(
    who: Callable[[], User], two_divisions: dict[Division, SchoolClass], client_of: ClientOf
):
    client = client_of(who())
    tables = client.get("/class/all/").context["tables"]
    assert [table.division for table in tables] == [Division.DAY, Division.EVENING]
    for one in two_divisions.values():
        assert client.get(f"/class/{one.pk}/").status_code == 200


@pytest.mark.parametrize("who", ["student", "course teacher", "guardian"])
def test_nobody_else_is_shown_any_class(who: str, school_class: SchoolClass, client_of: ClientOf):
    student = StudentFactory.create(school_class=school_class)
    people = {
        "student": student.user,
        "course teacher": outcome(student).enrolment.section.teacher,
        "guardian": UserFactory.create(),
    }
    for address in ("/class/", "/class/all/", *addresses(school_class)):
        assert client_of(people[who]).get(address).status_code == 404
    assert Client().get("/class/").status_code == 302


# ---------------------------------------------------------------- a student's pieces


def test_the_homeroom_teacher_looks_at_a_students_pieces_and_opens_their_files(
    school_class: SchoolClass, homeroom: Client
):
    student = StudentFactory.create(school_class=school_class)
    piece = outcome(student, OutcomeState.RETURNED)
    piece.certifications.create(
        decision="returned",
        reason="第 2 頁是空白頁",
        decided_by=piece.enrolment.section.teacher,
        decided_at=NOW,
    )
    file = attach_pdf(piece, "報告")
    outcome(student, OutcomeState.WITHDRAWN)
    earlier = PerformanceFactory.create(student=student, school_year=112, description="去年的作品")
    address = f"/class/{school_class.pk}/students/{student.pk}/"
    response = homeroom.get(address)
    page = response.content.decode()
    assert response.context["pieces"].outcomes == [piece]
    assert "第 2 頁是空白頁" in page
    assert f"/portfolio/files/{file.pk}/" in page
    assert f"/proxy/{student.pk}/" in page
    assert homeroom.get(f"/portfolio/files/{file.pk}/").status_code == 200
    assert homeroom.get(f"{address}?year=112").context["pieces"].performances == [earlier]
    assert homeroom.get(f"{address}?year=99").status_code == 404


def test_pieces_are_shown_to_the_homeroom_teacher_alone(
    school_class: SchoolClass, homeroom: Client, client_of: ClientOf
):
    school()
    student = StudentFactory.create(school_class=school_class)
    other = StudentFactory.create(school_class=SchoolClassFactory.create())
    address = f"/class/{school_class.pk}/students/{student.pk}/"
    assert homeroom.get(f"/class/{school_class.pk}/students/{other.pk}/").status_code == 404
    office = client_of(holder_of(DutyCode.COURSE_OUTCOMES))
    assert office.get(address).status_code == 404
    page = office.get(f"/class/{school_class.pk}/").content.decode()
    assert student.user.name in page
    assert address not in page
    assert "代為辦理" not in page


# ---------------------------------------------------------------- menus, queries


def test_the_home_page_and_the_menu_lead_to_the_class(
    school_class: SchoolClass, homeroom: Client, client_of: ClientOf
):
    school()
    for student in StudentFactory.create_batch(2, school_class=school_class):
        outcome(student, OutcomeState.RETURNED)
    page = homeroom.get("/").content.decode()
    assert "已退件：2 位學生" in page
    assert 'href="/class/"' in page
    assert 'href="/class/all/"' not in page
    office = client_of(holder_of(DutyCode.COURSE_OUTCOMES)).get("/").content.decode()
    assert 'href="/class/all/"' in office
    assert "導師班" not in office


def add_students(school_class: SchoolClass, count: int) -> None:
    section = SectionFactory.create()
    for number, student in enumerate(StudentFactory.create_batch(count, school_class=school_class)):
        place(student, SchoolClassFactory.create(school_year=112, grade=1)) if number < 5 else None
        enrolment = EnrolmentFactory.create(student=student, section=section)
        state = [OutcomeState.CERTIFIED, OutcomeState.RETURNED][number % 2]
        OutcomeFactory.create(enrolment=enrolment, state=state)
        select(PerformanceFactory.create(student=student, school_year=112))
        UploadDraft.objects.create(student=student, enrolment=enrolment, saved_at=NOW)


def queries_of(client: Client, address: str, rows: int) -> int:
    with CaptureQueriesContext(connection) as captured:
        page = client.get(address).content.decode()
    assert page.count('class="seat"') == rows or page.count('class="class-size"') == rows
    return len(captured)


def test_a_class_costs_the_same_number_of_queries_for_10_and_for_200_students(
    school_class: SchoolClass, homeroom: Client
):
    add_students(school_class, 10)
    few = queries_of(homeroom, "/class/", 10)
    add_students(school_class, 190)
    assert queries_of(homeroom, "/class/", 200) == few


def test_the_school_costs_the_same_number_of_queries_for_10_and_for_200_classes(client_of: ClientOf):
    admin = client_of(AdminFactory.create())

    def add(count: int) -> None:
        for one in SchoolClassFactory.create_batch(count):
            outcome(StudentFactory.create(school_class=one))

    add(10)
    few = queries_of(admin, "/class/all/", 11)
    add(190)
    assert queries_of(admin, "/class/all/", 201) == few
