"""What a student typed is there when they come back, theirs alone, and gone once it is uploaded."""

import json
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.errors import Conflict, InvalidInput, NotAllowed, WindowClosed
from accounts.models import AuditEntry, Student, User
from portfolio.archives.contents import sections_of
from portfolio.domain.categories import CATEGORIES
from portfolio.drafts import version_of
from portfolio.models import CourseOutcome, DiversePerformance, Enrolment, UploadDraft
from portfolio.services.drafts import TEXT_LENGTH, save_draft
from tests.admin_pages import said
from tests.conftest import SetClock
from tests.factories import UserFactory, term_113_1, uploaded_pdf
from tests.moments import at
from tests.portfolio.helpers import REASON, guardian_of
from tests.portfolio.pieces import CLOSED, NOW, enrolled, perform, upload

pytestmark = pytest.mark.django_db

NEW, SAVE = "/portfolio/outcomes/new/", "/portfolio/drafts/"
WORK = "/portfolio/performances/new/work/"
TEXT = "以迴圈印出九九乘法表"


@pytest.fixture
def enrolment(set_clock: SetClock) -> Enrolment:
    set_clock(NOW)
    term_113_1()
    return enrolled()


@pytest.fixture
def student(enrolment: Enrolment) -> Student:
    return enrolment.student


@pytest.fixture
def client(student: Student, client_of: Callable[[User], Client]) -> Client:
    return client_of(student.user)


def keep(enrolment: Enrolment, text: str = TEXT, **options):
    student = enrolment.student
    options = {"by": student.user, "at": NOW, **options}
    return save_draft(student, enrolment, {"description": text}, **options)


def autosave(client: Client, **data):
    return client.post(SAVE, {"description": TEXT, "seen": "", **data})


def draft() -> UploadDraft:
    return UploadDraft.objects.get()


# ---------------------------------------------------------------- keeping


def test_what_is_typed_is_kept_and_back_in_the_form_with_a_note(client: Client, enrolment: Enrolment):
    response = autosave(client, enrolment=enrolment.pk)
    assert json.loads(response.content) == {"seen": version_of(draft())}
    page = client.get(NEW).content.decode()
    assert f"{TEXT}</textarea>" in page
    assert f'<option value="{enrolment.pk}" selected>' in page
    assert "的草稿，可以接著寫" in page


def test_a_category_keeps_all_its_own_fields_and_nothing_else(client: Client):
    typed = {
        "name": "校園地圖",
        "date": "2024-09",
        "external_link": "https://example.org/map",
        "admin": "yes",
    }
    autosave(client, category="work", **typed)
    assert draft().fields == {k: typed[k] for k in ("name", "date", "external_link")} | {"description": TEXT}
    page = client.get(WORK).content.decode()
    assert 'value="校園地圖"' in page and 'value="https://example.org/map"' in page


def test_typing_on_saves_over_the_version_one_saw(client: Client, enrolment: Enrolment, set_clock: SetClock):
    seen = json.loads(autosave(client, enrolment=enrolment.pk).content)["seen"]
    set_clock(at("2024-10-01 09:01"))
    assert autosave(client, enrolment=enrolment.pk, description="再寫", seen=seen).status_code == 200
    assert draft().fields == {"description": "再寫"}


def test_another_window_never_overwrites_what_one_kept(enrolment: Enrolment):
    keep(enrolment, seen="")
    with pytest.raises(Conflict, match="另一份草稿"):
        keep(enrolment, "另一個視窗的字", seen="")
    assert draft().fields == {"description": TEXT}


def test_an_autosave_on_its_way_does_not_bring_back_what_was_uploaded_meanwhile(enrolment: Enrolment):
    seen = version_of(keep(enrolment))
    upload(enrolment)
    with pytest.raises(Conflict):
        keep(enrolment, "遲到的字", seen=seen)
    assert not UploadDraft.objects.exists()


def test_choosing_another_course_takes_the_draft_along(enrolment: Enrolment):
    seen, other = version_of(keep(enrolment)), enrolled(enrolment.student)
    keep(other, seen=seen, moved_from=enrolment)
    assert draft().enrolment == other


def test_choosing_a_course_that_has_a_draft_leaves_both(enrolment: Enrolment):
    other = enrolled(enrolment.student)
    keep(other, "另一門課")
    seen = version_of(keep(enrolment, at=at("2024-10-01 09:05")))
    with pytest.raises(Conflict):
        keep(other, seen=seen, moved_from=enrolment)
    assert UploadDraft.objects.count() == 2


def test_nothing_typed_leaves_no_draft(enrolment: Enrolment):
    keep(enrolment)
    assert keep(enrolment, " \n ") is None
    assert not UploadDraft.objects.exists()


def test_more_than_the_field_takes_is_kept_to_be_shortened_but_not_without_end(enrolment: Enrolment):
    keep(enrolment, "長" * 300 + "\0")
    assert draft().fields["description"] == "長" * 300
    with pytest.raises(InvalidInput, match="請先縮短"):
        keep(enrolment, "長" * (TEXT_LENGTH + 1))


def test_a_note_leaves_nothing_in_the_trail(enrolment: Enrolment):
    keep(enrolment)
    assert not AuditEntry.objects.exists()


# ---------------------------------------------------------------- by hand, without JavaScript


def test_the_button_keeps_it_and_comes_back_to_the_form(client: Client, enrolment: Enrolment):
    response = client.post(NEW, {"enrolment": enrolment.pk, "description": TEXT, "draft": "save"})
    assert response.url == f"{NEW}?enrolment={enrolment.pk}"  # type: ignore[attr-defined]
    assert "草稿已儲存，還沒有送出" in said(client, response)
    assert not CourseOutcome.objects.exists()


def test_without_a_course_it_says_so_and_the_text_stays(client: Client):
    page = client.post(NEW, {"description": TEXT, "draft": "save"}).content.decode()
    assert "請選擇課程。" in page and f"{TEXT}</textarea>" in page
    assert not UploadDraft.objects.exists()


def test_a_performances_button_works_alike(client: Client):
    client.post(WORK, {"name": "校園地圖", "description": TEXT, "draft": "save"})
    assert draft().fields["name"] == "校園地圖"
    assert not DiversePerformance.objects.exists()


def test_there_is_nothing_to_keep_of_an_empty_form(client: Client, enrolment: Enrolment):
    page = client.post(NEW, {"enrolment": enrolment.pk, "description": "", "draft": "save"}).content.decode()
    assert "沒有草稿可以儲存" in page


# ---------------------------------------------------------------- whose


def test_nobody_else_keeps_or_throws_away_a_students_draft(
    enrolment: Enrolment, client_of: Callable[[User], Client]
):
    keep(enrolment)
    parent = guardian_of(enrolment.student)
    with pytest.raises(NotAllowed):
        keep(enrolment, by=parent)
    stranger = client_of(enrolled().student.user)
    for address in (f"{SAVE}{draft().pk}/", f"{NEW}?enrolment={enrolment.pk}"):
        assert TEXT not in stranger.get(address).content.decode()
    assert stranger.post(f"{SAVE}{draft().pk}/discard/").status_code == 404
    assert autosave(stranger, enrolment=enrolment.pk).status_code == 404
    assert client_of(UserFactory.create()).get(f"{SAVE}{draft().pk}/").status_code == 403
    assert draft().fields == {"description": TEXT}


def test_who_helps_a_student_neither_sees_nor_ends_their_draft(
    enrolment: Enrolment, client_of: Callable[[User], Client]
):
    keep(enrolment)
    parent = guardian_of(enrolment.student)
    page = client_of(parent).get(f"/proxy/{enrolment.student.pk}/outcomes/new/").content.decode()
    assert "簡述" in page and TEXT not in page and "儲存草稿" not in page
    upload(enrolment, by=parent, proxy_reason=REASON)
    assert UploadDraft.objects.exists()


def test_the_students_archive_has_their_drafts(enrolment: Enrolment):
    keep(enrolment)
    section = next(one for one in sections_of(enrolment.student) if one.key == "drafts")
    assert [entry.texts for entry in section.entries] == [[("簡述", TEXT)]]


# ---------------------------------------------------------------- its end


def test_uploading_the_course_or_the_category_ends_its_draft_only(enrolment: Enrolment):
    other = enrolled(enrolment.student)
    for one in (enrolment, other, CATEGORIES["work"], CATEGORIES["service"]):
        save_draft(enrolment.student, one, {"description": TEXT}, by=enrolment.student.user, at=NOW)
    upload(enrolment)
    perform(enrolment.student, "work")
    left = UploadDraft.objects.values_list("enrolment", "category")
    assert set(left) == {(other.pk, ""), (None, "service")}


def test_a_refused_upload_leaves_the_draft(client: Client, enrolment: Enrolment):
    keep(enrolment)
    client.post(NEW, {"enrolment": enrolment.pk, "description": TEXT})
    assert UploadDraft.objects.exists()


def test_discarding_it_begins_afresh(client: Client, enrolment: Enrolment):
    keep(enrolment)
    assert "草稿已捨棄" in said(client, client.post(f"{SAVE}{draft().pk}/discard/"))
    assert TEXT not in client.get(NEW).content.decode()


def test_another_piece_can_be_begun_beside_a_draft(client: Client, enrolment: Enrolment):
    keep(enrolment)
    page = client.get(f"{NEW}?new").content.decode()
    assert TEXT not in page and "還有草稿：" in page


def test_the_overview_lists_drafts_and_leads_back_to_the_form(client: Client, enrolment: Enrolment):
    keep(enrolment)
    page = client.get("/portfolio/").content.decode()
    assert "草稿" in page and TEXT in page and f'href="{SAVE}{draft().pk}/"' in page
    response = client.get(f"{SAVE}{draft().pk}/")
    assert response.url == f"{NEW}?enrolment={enrolment.pk}"  # type: ignore[attr-defined]


def test_after_the_closing_it_can_be_read_but_not_sent(
    client: Client, enrolment: Enrolment, set_clock: SetClock
):
    keep(enrolment)
    set_clock(CLOSED)
    page = client.get(f"{SAVE}{draft().pk}/").content.decode()
    assert TEXT in page and "草稿不能送出" in page
    with pytest.raises(WindowClosed):
        upload(enrolment, when=CLOSED)
    sent = {"enrolment": enrolment.pk, "description": TEXT, "document": uploaded_pdf()}
    assert client.post(NEW, sent).status_code == 200
    assert not CourseOutcome.objects.exists() and UploadDraft.objects.exists()


def test_a_half_written_performance_is_read_after_the_closing_as_it_was_typed(
    client: Client, student: Student, set_clock: SetClock
):
    typed = {"name": "校園地圖", "date": "2024-1", "description": TEXT}
    save_draft(student, CATEGORIES["work"], typed, by=student.user, at=NOW)
    set_clock(CLOSED)
    page = client.get(f"{SAVE}{draft().pk}/").content.decode()
    assert "校園地圖" in page and "2024-1" in page
