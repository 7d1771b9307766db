"""Receipts of a student without network (article 12-1-3): who answers for them, what is kept, which pages."""

import pytest

from accounts.errors import Conflict, InvalidInput, NotAllowed, WindowClosed
from accounts.models import AuditEntry, Notice
from submissions.models import ReceiptConfirmation
from submissions.services.confirmation import confirm_receipt, report_error
from tests.factories import (
    SchoolClassFactory,
    SectionFactory,
    StudentFactory,
    TermFactory,
    UserFactory,
    place,
)
from tests.moments import at
from tests.portfolio.helpers import REASON, guardian_of
from tests.submissions.pages import queries_of, text_of, url
from tests.submissions.scene import CLOSED, OPENED, Scene, own

pytestmark = pytest.mark.django_db
NOW = at("2024-10-10 12:00")
GIVEN = {"reason": "wrong_file", "explanation": "檔案是別堂課的。"}


@pytest.fixture(autouse=True)
def while_open(set_clock):
    set_clock(NOW)


@pytest.fixture
def student(scene):
    student = scene.student()
    scene.outcome(student, description="排序演算法的比較。")
    place(student, SchoolClassFactory.create(school_year=113))
    return student


@pytest.fixture
def mine(scene, student):
    return own(student, scene.period())


@pytest.fixture
def people(student):
    """Who may and who may not answer for the student in 113-1."""
    this_term = SectionFactory.create(term=TermFactory.create(school_year=113, number=1))
    student.enrolments.create(section=this_term)
    return {
        "guardian": guardian_of(student),
        "homeroom": student.placements.get(school_year=113).school_class.homeroom_teacher,
        "teacher": this_term.teacher,
        "homeroom of last year": student.placements.get(school_year=112).school_class.homeroom_teacher,
        "teacher of last term": student.enrolments.get(section__term__school_year=112).section.teacher,
        "guardian of the past": guardian_of(student, ends="2024-10-09"),
        "guardian of another": guardian_of(StudentFactory.create()),
        "stranger": UserFactory.create(),
    }


MAY = {"guardian": "父母", "homeroom": "導師", "teacher": "任課教師"}
MAY_NOT = (
    "homeroom of last year",
    "teacher of last term",
    "guardian of the past",
    "guardian of another",
    "stranger",
)


def address(mine, name="proxy_receipt"):
    return url(name, mine.student_id, mine.pk)


# ---------------------------------------------------------------- the act


@pytest.mark.parametrize("who", MAY)
def test_a_confirmation_says_who_for_whom_and_why(mine, people, who):
    confirm_receipt(mine, by=people[who], at=NOW, proxy_reason=f" {REASON} ")
    mine.refresh_from_db()
    assert (mine.answer, mine.answered_by, mine.proxy_reason) == ("confirmed", people[who], REASON)
    entry = AuditEntry.objects.get(act="confirm_receipt")
    assert (entry.actor, entry.on_behalf_of) == (people[who], mine.student.user)
    assert (entry.standing, entry.reason) == (MAY[who], REASON)


def test_a_report_says_who_for_whom_and_why(mine, people):
    report_error(mine, **GIVEN, by=people["guardian"], at=NOW, proxy_reason=REASON)
    mine.refresh_from_db()
    assert (mine.answer, mine.reason, mine.proxy_reason) == ("disputed", "wrong_file", REASON)
    entry = AuditEntry.objects.get(act="dispute_receipt")
    assert (entry.on_behalf_of, entry.reason) == (mine.student.user, REASON)


@pytest.mark.parametrize("who", MAY_NOT)
def test_nobody_else_answers_for_the_student(mine, people, who):
    with pytest.raises(NotAllowed, match="父母／法定代理人、導師或任課教師"):
        confirm_receipt(mine, by=people[who], at=NOW, proxy_reason=REASON)
    with pytest.raises(NotAllowed):
        report_error(mine, **GIVEN, by=people[who], at=NOW, proxy_reason=REASON)
    assert not ReceiptConfirmation.objects.exclude(answer=None).exists()


def test_without_a_reason_a_proxy_answers_nothing(mine, people):
    with pytest.raises(InvalidInput, match="第 12 點（一）3"):
        confirm_receipt(mine, by=people["homeroom"], at=NOW)
    with pytest.raises(InvalidInput, match="第 12 點（一）3"):
        report_error(mine, **GIVEN, by=people["homeroom"], at=NOW, proxy_reason=" ")
    mine.refresh_from_db()
    assert mine.answer is None
    assert not Notice.objects.filter(key__startswith="proxy-").exists()


@pytest.mark.parametrize("moment", [at("2024-10-08 23:59"), CLOSED], ids=["before", "after"])
def test_a_proxy_keeps_to_the_students_window(mine, people, moment):
    with pytest.raises(WindowClosed):
        confirm_receipt(mine, by=people["guardian"], at=moment, proxy_reason=REASON)


def test_the_student_is_told_once_however_often_the_same_is_confirmed(mine, people):
    for __ in range(2):
        confirm_receipt(mine, by=people["homeroom"], at=NOW, proxy_reason=REASON)
    notice = Notice.objects.get(key__startswith="proxy-")
    assert notice.user == mine.student.user
    assert notice.subject == f"導師 {people['homeroom'].name} 代您確認了收訖明細無誤"
    assert REASON in notice.body


def test_a_proxy_does_not_take_a_report_back(mine, people):
    report_error(mine, **GIVEN, by=mine.student.user, at=NOW)
    with pytest.raises(Conflict):
        confirm_receipt(mine, by=people["guardian"], at=NOW, proxy_reason=REASON)


def test_what_the_student_reports_after_a_proxy_confirmed_is_the_students_own(mine, people):
    confirm_receipt(mine, by=people["guardian"], at=NOW, proxy_reason=REASON)
    report_error(mine, **GIVEN, by=mine.student.user, at=NOW)
    mine.refresh_from_db()
    assert (mine.answered_by, mine.proxy_reason) == (mine.student.user, "")


# ---------------------------------------------------------------- the pages


@pytest.mark.parametrize("who", MAY)
def test_a_helper_compares_and_confirms_with_a_reason(mine, people, client_of, who):
    client = client_of(people[who])
    assert address(mine) in text_of(client.get(f"/proxy/{mine.student_id}/"))
    page = text_of(client.get(address(mine)))
    assert f"您正在代 {mine.student.user.name} 辦理（{MAY[who]}）" in page
    assert "排序演算法的比較。" in page
    assert "請填寫代為辦理的原因" in text_of(client.post(address(mine)))
    done = text_of(client.post(address(mine), {"proxy_reason": REASON}, follow=True))
    assert "已代為確認無誤" in done
    mine.refresh_from_db()
    assert (mine.answer, mine.proxy_reason) == ("confirmed", REASON)


def test_a_helper_reports_an_error_with_a_reason(mine, people, client_of):
    client, page = client_of(people["guardian"]), address(mine, "proxy_report")
    assert "您正在代" in text_of(client.get(page))
    refused = text_of(client.post(page, GIVEN))
    assert "請填寫代為辦理的原因" in refused
    assert "檔案是別堂課的。" in refused
    assert "已代為回報" in text_of(client.post(page, GIVEN | {"proxy_reason": REASON}, follow=True))
    mine.refresh_from_db()
    assert (mine.answer, mine.explanation) == ("disputed", "檔案是別堂課的。")


@pytest.mark.parametrize("who", MAY_NOT)
def test_to_everybody_else_the_receipt_is_not_there(mine, people, client_of, who):
    client = client_of(people[who])
    for page in (address(mine), address(mine, "proxy_report")):
        assert client.get(page).status_code == 404
        assert client.post(page, GIVEN | {"proxy_reason": REASON}).status_code == 404
    mine.refresh_from_db()
    assert mine.answer is None


def test_t4_a_helper_reaches_no_receipt_of_another_student_through_their_own(scene, mine, people, client_of):
    other = scene.student()
    performances = Scene(code="25")
    performances.performance(other)
    foreign = own(other, performances.period())
    client = client_of(people["guardian"])
    for name in ("proxy_receipt", "proxy_report"):
        assert client.get(url(name, mine.student_id, foreign.pk)).status_code == 404
        assert client.get(url(name, other.pk, foreign.pk)).status_code == 404


@pytest.mark.parametrize("moment", [at("2024-10-08 23:59"), CLOSED], ids=["before", "after"])
def test_outside_the_window_helpers_see_no_receipts(mine, people, client_of, set_clock, moment):
    set_clock(moment)
    client = client_of(people["homeroom"])
    assert client.get(address(mine)).status_code == 404
    assert client.post(address(mine), {"proxy_reason": REASON}).status_code == 404
    assert "收訖明細確認" not in text_of(client.get(f"/proxy/{mine.student_id}/"))


def test_a_guardian_reads_at_home_that_receipts_wait(mine, people, client_of):
    home = text_of(client_of(people["guardian"]).get("/"))
    assert "112 學年度 課程學習成果（" in home
    assert f'href="/proxy/{mine.student_id}/"' in home


def test_the_student_reads_who_confirmed_for_them_and_why(mine, people, client_of):
    confirm_receipt(mine, by=people["homeroom"], at=NOW, proxy_reason=REASON)
    page = text_of(client_of(mine.student.user).get(url("receipt", mine.pk)))
    assert f"{people['homeroom'].name}在 113/10/10（四）12:00 代您確認無誤，原因：{REASON}" in page
    assert "您在 113/10/10" not in page


def test_the_students_own_pages_ask_for_no_reason(mine, client_of):
    client = client_of(mine.student.user)
    for name in ("receipt", "report"):
        assert "proxy_reason" not in text_of(client.get(url(name, mine.pk)))


def test_the_page_asks_as_often_for_ten_pieces_as_for_one(scene, student, client_of):
    client = client_of(guardian_of(student))
    few = queries_of(client, address(own(student, scene.period())))
    fuller = Scene(code="25")
    for __ in range(10):
        fuller.performance(student)
    assert queries_of(client, address(own(student, fuller.period()))) == few


def test_it_opens_with_the_window(mine, people, client_of, set_clock):
    set_clock(OPENED)
    assert client_of(people["guardian"]).get(address(mine)).status_code == 200
