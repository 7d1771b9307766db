"""Receipt periods for the offices: right numbers at the moment, students by state, disputes first."""

import re
from datetime import timedelta

import pytest

from accounts.domain.division import Division
from accounts.models import Student
from accounts.models.duties import DutyCode
from submissions.models import ReceiptConfirmation
from submissions.services.confirmation import confirm_receipt, report_error
from tests import factories
from tests.moments import at
from tests.submissions.pages import queries_of, text_of, url
from tests.submissions.scene import CLOSED, earlier_periods, holder, own

pytestmark = pytest.mark.django_db
NOW = at("2024-10-10 12:00")


@pytest.fixture(autouse=True)
def while_open(set_clock):
    set_clock(NOW)


def shown_numbers(page):
    """Words and figures of every row of numbers on the page."""
    pairs = re.findall(r"<dt>(.*?)</dt><dd>(\d+)</dd>", page)
    return [(words, int(figure)) for words, figure in pairs]


def answered(scene):
    """Seven students: three confirmed, two disputed, two silent."""
    students = scene.students_with_outcomes(7)
    period = scene.period()
    for student in students[:3]:
        confirm_receipt(own(student, period), by=student.user, at=NOW)
    for student in students[3:5]:
        report_error(
            own(student, period),
            reason="wrong_data",
            explanation=f"{student.student_number} 的學分有誤。",
            by=student.user,
            at=NOW,
        )
    return period, students


def test_t8_the_overviews_numbers_equal_a_hand_count_at_the_moment_they_are_read(scene, client_of, set_clock):
    period, _students = answered(scene)
    client = client_of(scene.registry)
    numbers = [("學生", 7), ("已確認", 3), ("疑義", 2), ("待確認", 2), ("視同正確", 0)]
    for address in (url("periods"), url("period", period.pk), url("batch", period.batch.pk)):
        assert shown_numbers(text_of(client.get(address))) == numbers
    set_clock(CLOSED)
    numbers[3:] = [("待確認", 0), ("視同正確", 2)]
    for address in (url("periods"), url("period", period.pk), url("batch", period.batch.pk)):
        assert shown_numbers(text_of(client.get(address))) == numbers


def test_disputes_come_first_with_reason_and_explanation(scene, client_of):
    period, students = answered(scene)
    page = text_of(client_of(scene.registry).get(url("period", period.pk)))
    places = [page.index(str(student)) for student in students]
    assert max(places[3:5]) < min(places[:3] + places[5:])
    assert "課程、成績或職務資料錯誤" in page
    assert f"{students[3].student_number} 的學分有誤。" in page
    assert scene.school_class.name in page


@pytest.mark.parametrize(
    ("state", "moment", "which"),
    [
        ("confirmed", NOW, slice(0, 3)),
        ("disputed", NOW, slice(3, 5)),
        ("waiting", NOW, slice(5, 7)),
        ("deemed_correct", CLOSED, slice(5, 7)),
        ("nonsense", NOW, slice(0, 7)),
        ("waiting", CLOSED, slice(0, 7)),
    ],
)
def test_students_are_filtered_by_where_they_stand(scene, client_of, set_clock, state, moment, which):
    period, students = answered(scene)
    set_clock(moment)
    page = text_of(client_of(scene.registry).get(url("period", period.pk), {"state": state}))
    assert [student for student in students if str(student) in page] == students[which]


def test_the_filter_stays_when_the_page_is_turned(scene, client_of):
    scene.students_with_outcomes(1)
    period = scene.period()
    more = factories.StudentFactory.create_batch(40)
    ReceiptConfirmation.objects.bulk_create(
        ReceiptConfirmation(period=period, student=student) for student in more
    )
    page = text_of(client_of(scene.registry).get(url("period", period.pk), {"state": "waiting"}))
    assert "?state=waiting&amp;page=2" in page


def test_whoever_handles_disputes_sees_the_divisions_periods(scene, client_of):
    period, _students = answered(scene)
    handler = holder(DutyCode.DISPUTE_HANDLING, Division.DAY)
    assert client_of(handler).get(url("period", period.pk)).status_code == 200
    elsewhere = holder(DutyCode.DISPUTE_HANDLING, Division.EVENING)
    assert client_of(elsewhere).get(url("period", period.pk)).status_code == 404


def test_the_overview_asks_as_often_for_200_periods_as_for_10(scene, client_of):
    (student,) = scene.students_with_outcomes(1)
    scene.period()
    client = client_of(scene.registry)
    earlier_periods(student, 10)
    few = queries_of(client, url("periods"))
    earlier_periods(student, 190)
    assert queries_of(client, url("periods")) == few


def test_a_periods_students_ask_as_often_for_200_as_for_10(scene, client_of):
    scene.students_with_outcomes(1)
    period = scene.period()
    client = client_of(scene.registry)

    def grow(count):
        before = set(Student.objects.values_list("pk", flat=True))
        for __ in range(count):
            scene.student()
        new = Student.objects.exclude(pk__in=before)
        ReceiptConfirmation.objects.bulk_create(
            ReceiptConfirmation(period=period, student=student) for student in new
        )

    grow(10)
    few = queries_of(client, url("period", period.pk))
    grow(190)
    assert queries_of(client, url("period", period.pk)) == few


def test_the_result_of_an_import_asks_as_often_for_200_missing_students_as_for_10(scene, client_of):
    scene.students_with_outcomes(2)
    batch = scene.submitted()
    imported = scene.imported(batch)
    imported.records.all().delete()
    client = client_of(scene.office)
    few = queries_of(client, url("import_result", batch.pk, 1))
    row = batch.rows.first()
    for position in range(10, 110):
        row.pk, row.position, row.outcome, row.student = None, position, None, scene.student()
        row._state.adding = True
        row.save()
    assert queries_of(client, url("import_result", batch.pk, 1)) == few


def test_home_says_what_waits_for_whom(scene, client_of, set_clock):
    _period, students = answered(scene)
    at_home = {person: text_of(client_of(person).get("/")) for person in (students[6].user, scene.registry)}
    assert "請確認 112 學年度 課程學習成果；逾期視同正確" in at_home[students[6].user]
    assert url("receipts") in at_home[students[6].user]
    assert "7 人，已確認 3，疑義 2，未回覆 2" in at_home[scene.registry]
    set_clock(CLOSED + timedelta(hours=1))
    handler = holder(DutyCode.DISPUTE_HANDLING, Division.DAY)
    assert "查明 2 件疑義" in text_of(client_of(handler).get("/"))
    assert "請確認 112" not in text_of(client_of(students[6].user).get("/"))


def test_home_names_the_office_whose_turn_it_is(scene, client_of):
    scene.students_with_outcomes(1)
    scene.created()
    assert "可以凍結名冊" in text_of(client_of(scene.office).get("/"))
    assert "目前沒有等您辦理的批次" in text_of(client_of(scene.registry).get("/"))


def test_the_menu_has_what_concerns_the_person_and_nothing_else(scene, client_of):
    (student,) = scene.students_with_outcomes(1)
    teacher = factories.UserFactory.create()
    menus = {person: text_of(client_of(person).get("/")) for person in (student.user, scene.office, teacher)}
    links = [url("receipts"), url("batches"), url("periods")]
    found = {person: [f'href="{link}"' in menu for link in links] for person, menu in menus.items()}
    assert found == {
        student.user: [True, False, False],
        scene.office: [False, True, True],
        teacher: [False, False, False],
    }
