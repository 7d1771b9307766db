"""What a student typed into the correction of a piece outlives a broken connection, as with a new one."""

import json
from collections.abc import Callable

import pytest
from django.db import IntegrityError
from django.test import Client

from accounts.errors import Conflict, NotAllowed
from accounts.models import User
from portfolio.drafts import version_of
from portfolio.models import CourseOutcome, UploadDraft
from portfolio.services.drafts import save_draft
from portfolio.services.outcomes import revise_course_outcome, withdraw_course_outcome
from tests.admin_pages import said
from tests.conftest import SetClock
from tests.factories import select, term_113_1
from tests.moments import at
from tests.portfolio.pieces import CLOSED, NOW, enrolled, upload

pytestmark = pytest.mark.django_db

SAVE, TEXT = "/portfolio/drafts/", "補上第二頁的實作照片"
LATER = at("2024-10-01 09:10")


@pytest.fixture
def outcome(set_clock: SetClock) -> CourseOutcome:
    set_clock(NOW)
    term_113_1()
    made: CourseOutcome = upload(enrolled())
    return made


@pytest.fixture
def client(outcome: CourseOutcome, client_of: Callable[[User], Client]) -> Client:
    return client_of(outcome.student.user)


def keep(outcome: CourseOutcome, text: str = TEXT, **options) -> UploadDraft | None:
    student = outcome.student
    options = {"by": student.user, "at": NOW, **options}
    return save_draft(student, outcome, {"description": text}, **options)


def draft() -> UploadDraft:
    return UploadDraft.objects.get()


def edit_page(outcome: CourseOutcome) -> str:
    return f"/portfolio/outcomes/{outcome.pk}/edit/"


def test_what_is_typed_is_kept_and_back_in_the_correction(client: Client, outcome: CourseOutcome):
    response = client.post(SAVE, {"outcome": outcome.pk, "description": TEXT, "seen": ""})
    assert json.loads(response.content) == {"seen": version_of(draft())}
    page = client.get(edit_page(outcome)).content.decode()
    assert f"{TEXT}</textarea>" in page and "的草稿，可以接著寫" in page


def test_the_piece_itself_stays_as_it_was_and_says_that_something_is_not_sent(
    client: Client, outcome: CourseOutcome
):
    keep(outcome)
    page = client.get(f"/portfolio/outcomes/{outcome.pk}/").content.decode()
    assert outcome.description in page and TEXT not in page
    assert "寫到一半的修改，還沒有送出" in page and f'href="{SAVE}{draft().pk}/"' in page


def test_the_teacher_knows_nothing_of_it(outcome: CourseOutcome, client_of: Callable[[User], Client]):
    keep(outcome)
    teacher = client_of(outcome.enrolment.section.teacher)
    page = teacher.get(f"/certification/{outcome.pk}/").content.decode()
    assert outcome.description in page
    assert TEXT not in page and "寫到一半" not in page


def test_the_overview_lists_it_as_a_correction_and_leads_to_its_form(client: Client, outcome: CourseOutcome):
    keep(outcome)
    page = client.get("/portfolio/").content.decode()
    assert "修改的草稿" in page and TEXT in page
    assert client.get(f"{SAVE}{draft().pk}/").url == edit_page(outcome)  # type: ignore[attr-defined]


def test_the_form_of_a_new_piece_of_the_course_does_not_take_it_up(client: Client, outcome: CourseOutcome):
    keep(outcome)
    page = client.get(f"/portfolio/outcomes/new/?enrolment={outcome.enrolment_id}").content.decode()
    assert TEXT not in page and "還有草稿" not in page


def test_a_new_piece_and_a_correction_in_one_course_are_kept_side_by_side(outcome: CourseOutcome):
    enrolment = outcome.enrolment
    keep(outcome)
    save_draft(outcome.student, enrolment, {"description": "另一件"}, by=outcome.student.user, at=NOW)
    assert UploadDraft.objects.count() == 2
    upload(enrolment)
    assert draft().outcome == outcome


@pytest.mark.parametrize("text", ["九九乘法表", " 九九乘法表\r\n", ""])
def test_what_changes_nothing_leaves_no_draft(outcome: CourseOutcome, text: str):
    keep(outcome)
    assert keep(outcome, text) is None
    assert not UploadDraft.objects.exists()


def test_another_window_never_overwrites_what_one_kept(outcome: CourseOutcome):
    keep(outcome, seen="")
    with pytest.raises(Conflict):
        keep(outcome, "另一個視窗", seen="")
    assert draft().fields == {"description": TEXT}


def test_sending_the_correction_ends_its_draft(outcome: CourseOutcome):
    keep(outcome)
    revise_course_outcome(outcome, description=TEXT, files={}, by=outcome.student.user, at=LATER)
    assert not UploadDraft.objects.exists()


def test_withdrawing_the_piece_ends_it_too(outcome: CourseOutcome):
    keep(outcome)
    withdraw_course_outcome(outcome, by=outcome.student.user, at=LATER)
    assert not UploadDraft.objects.exists()


def test_a_refused_correction_leaves_the_draft(client: Client, outcome: CourseOutcome):
    keep(outcome)
    page = client.post(edit_page(outcome), {"description": "長" * 101}).content.decode()
    assert "長" * 101 in page and draft().fields == {"description": TEXT}


def test_the_button_keeps_it_without_javascript(client: Client, outcome: CourseOutcome):
    response = client.post(edit_page(outcome), {"description": TEXT, "draft": "save"})
    assert response.url == edit_page(outcome)  # type: ignore[attr-defined]
    assert "草稿已儲存，還沒有送出" in said(client, response)
    outcome.refresh_from_db()
    assert outcome.description == "九九乘法表"


def test_unchanged_text_is_nothing_to_keep(client: Client, outcome: CourseOutcome):
    answer = client.post(edit_page(outcome), {"description": "九九乘法表", "draft": "save"})
    assert "文字沒有改變" in answer.content.decode()


def test_discarding_it_leads_back_to_the_piece(client: Client, outcome: CourseOutcome):
    keep(outcome)
    response = client.post(f"{SAVE}{draft().pk}/discard/")
    assert response.url == f"/portfolio/outcomes/{outcome.pk}/"  # type: ignore[attr-defined]
    assert "九九乘法表</textarea>" in client.get(edit_page(outcome)).content.decode()


def test_while_the_piece_is_selected_it_can_be_read_and_is_told_why_it_cannot_be_sent(
    client: Client, outcome: CourseOutcome
):
    keep(outcome)
    select(outcome)
    page = client.get(f"{SAVE}{draft().pk}/").content.decode()
    assert TEXT in page and "先到「勾選」頁取消勾選" in page


def test_after_the_closing_it_can_be_read(client: Client, outcome: CourseOutcome, set_clock: SetClock):
    keep(outcome)
    set_clock(CLOSED)
    page = client.get(f"{SAVE}{draft().pk}/").content.decode()
    assert TEXT in page and "現在不是上傳期間" in page


def test_nobody_else_keeps_a_correction_for_the_student(
    outcome: CourseOutcome, client_of: Callable[[User], Client]
):
    stranger = enrolled().student
    sent = {"outcome": outcome.pk, "description": TEXT, "seen": ""}
    assert client_of(stranger.user).post(SAVE, sent).status_code == 404
    with pytest.raises(NotAllowed):
        save_draft(stranger, outcome, {"description": TEXT}, by=stranger.user, at=NOW)
    assert not UploadDraft.objects.exists()


@pytest.mark.parametrize("number", ["x", "-1", "9" * 30, "0"])
def test_what_names_no_piece_is_not_found(client: Client, number: str):
    assert client.post(SAVE, {"outcome": number, "description": TEXT, "seen": ""}).status_code == 404


def test_the_database_keeps_a_correction_with_its_course(outcome: CourseOutcome):
    with pytest.raises(IntegrityError):
        UploadDraft.objects.create(student=outcome.student, outcome=outcome, category="work", saved_at=NOW)
