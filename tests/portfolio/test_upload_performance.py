"""Uploading and withdrawing a diverse performance (article 5-4): ten categories, no certification."""

import pytest

from accounts.errors import Conflict, InvalidInput, NotAllowed, WindowClosed
from accounts.models import AuditEntry
from portfolio import demo_media
from portfolio.domain.categories import CATEGORIES, DetailsInvalid
from portfolio.models import DiversePerformance
from portfolio.services.performances import withdraw_performance
from schedules.services.planning import replan
from tests.factories import (
    SchoolClassFactory,
    StudentFactory,
    UserFactory,
    place,
    select,
    term_113_1,
    term_with_dates,
)
from tests.moments import at
from tests.portfolio.pieces import (
    AV,
    CLOSED,
    DOCUMENT,
    LAST_MOMENT,
    NOW,
    TOO_LARGE_MP4,
    TOO_LARGE_PDF,
    WINDOWS_PROGRAM,
    mp4_of,
    nothing_stored,
    pdf_of,
    perform,
    rows,
    sent,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def term():
    return term_113_1()


@pytest.fixture
def student():
    return StudentFactory.create(school_class=SchoolClassFactory.create())


def second_term():
    """113-2, by the rules that let the whole school year be used."""
    return term_with_dates(113, 2, opening="2025-02-11", exam_end="2025-06-27", closing="2025-06-30")


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_is_kept_with_its_own_fields_and_no_others(student, category):
    performance = perform(student, category, stray="不屬於這個類別")
    performance.refresh_from_db()
    assert set(performance.details) == {field.key for field in CATEGORIES[category].fields}
    assert (performance.category, performance.description) == (category, "虛構簡述")
    assert (performance.school_year, performance.uploaded_at) == (113, NOW)
    assert performance.attachments.current().get().kind == "pdf"
    assert not hasattr(performance, "state")  # it needs no certification and has none


def test_a_link_to_a_film_may_stand_for_a_file(student):
    performance = perform(student, files={}, external_link="https://video.example.edu.tw/1")
    assert performance.external_link == "https://video.example.edu.tw/1"
    assert not performance.attachments.exists()


def test_something_must_show_the_piece(student):
    with pytest.raises(InvalidInput, match="至少上傳一個檔案，或填寫外部影音連結"):
        perform(student, files={})
    assert nothing_stored()


def test_it_is_on_the_trail(student):
    performance = perform(student, "competition")
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.actor, entry.object_id) == (
        "upload_performance",
        student.user,
        str(performance.pk),
    )
    assert entry.changes["category"] == "competition"
    assert entry.changes["files"][0]["sha256"] == performance.attachments.get().sha256


def test_every_field_at_fault_is_named_at_once_and_nothing_is_stored(student):
    with pytest.raises(DetailsInvalid) as refusal:
        perform(
            student,
            "service",
            name="",
            hours="很多",
            description="字" * 101,
            external_link="javascript:alert(1)",
        )
    assert set(refusal.value.errors) == {"name", "hours", "description", "external_link"}
    assert "共 101 字，上限 100 字" in refusal.value.errors["description"]
    assert nothing_stored()


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({DOCUMENT: lambda: WINDOWS_PROGRAM}, ["Windows 執行檔", "只收 PDF、JPG、PNG"]),
        ({DOCUMENT: lambda: pdf_of(TOO_LARGE_PDF)}, ["上限 4 MB（4,194,304 位元組）", "減少頁數"]),
        ({AV: lambda: mp4_of(TOO_LARGE_MP4)}, ["上限 10 MB（10,485,760 位元組）", "縮短片長"]),
        ({DOCUMENT: lambda: b""}, ["空檔案"]),
        ({DOCUMENT: lambda: demo_media.pdf("獎狀", []), AV: lambda: WINDOWS_PROGRAM}, ["Windows 執行檔"]),
    ],
)
def test_a_file_that_cannot_be_kept_is_refused_and_nothing_is_stored(student, files, said):
    with pytest.raises(InvalidInput) as refusal:
        perform(student, files={slot: sent(make(), "獎狀.pdf") for slot, make in files.items()})
    assert [words for words in said if words not in refusal.value.message] == []
    assert nothing_stored()


def test_only_the_student_may(student):
    for stranger in (StudentFactory.create().user, UserFactory.create()):
        with pytest.raises(NotAllowed, match="學生本人"):
            perform(student, by=stranger)
    assert nothing_stored()


@pytest.mark.parametrize(
    ("when", "said"), [(CLOSED, "114/02/03"), (at("2024-08-29 12:00"), "尚未開放：113/08/30（五）起")]
)
def test_by_the_old_rule_it_closes_two_weeks_after_the_closing_ceremony(student, when, said):
    with pytest.raises(WindowClosed, match=said):
        perform(student, when=when)
    assert nothing_stored()


def test_the_last_moment_of_the_first_terms_window_lies_in_february_and_is_inside(student):
    assert perform(student, when=LAST_MOMENT).school_year == 113


def test_by_the_new_rule_a_piece_counts_to_the_school_year_of_its_moment(student):
    second_term()
    term_with_dates(114, 1, opening="2025-09-01", exam_end="2026-01-17", closing="2026-01-20")
    place(student, SchoolClassFactory.create(school_year=114, grade=3))
    assert perform(student, when=at("2025-07-31 23:59:59")).school_year == 113
    assert perform(student, when=at("2025-08-01 00:00")).school_year == 114


def test_year_and_term_of_an_activity_are_this_ones_or_earlier(student):
    with pytest.raises(DetailsInvalid, match="尚未開始"):
        perform(student, "group_activity", school_year="113", term="2")
    assert nothing_stored()


def test_withdrawing_keeps_files_and_record(student):
    performance = perform(student)
    withdraw_performance(performance, by=student.user, at=at("2024-10-02 09:00"))
    performance.refresh_from_db()
    assert performance.withdrawn_at == at("2024-10-02 09:00")
    assert performance.attachments.count() == 1
    assert not DiversePerformance.objects.standing().exists()
    assert AuditEntry.objects.get(act="withdraw_performance").object_id == str(performance.pk)


def test_what_cannot_be_withdrawn_stays_as_it_is(student):
    chosen, withdrawn = perform(student), perform(student)
    select(chosen)
    withdraw_performance(withdrawn, by=student.user, at=NOW)
    before = rows()
    with pytest.raises(Conflict, match="先取消勾選"):
        withdraw_performance(chosen, by=student.user, at=NOW)
    with pytest.raises(Conflict, match="已經撤回"):
        withdraw_performance(withdrawn, by=student.user, at=NOW)
    with pytest.raises(NotAllowed):
        withdraw_performance(chosen, by=UserFactory.create(), at=NOW)
    with pytest.raises(WindowClosed):
        withdraw_performance(chosen, by=student.user, at=CLOSED)
    assert rows() == before


def test_a_piece_of_an_earlier_year_is_no_longer_withdrawn(student):
    performance = perform(student)
    following = term_with_dates(114, 1, opening="2025-09-01", exam_end="2026-01-17", closing="2026-01-20")
    place(student, SchoolClassFactory.create(school_year=114, grade=3))
    replan(following, at=NOW)
    with pytest.raises(Conflict, match="以前的學年度"):
        withdraw_performance(performance, by=student.user, at=at("2025-09-10"))
