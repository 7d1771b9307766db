"""Uploading a course outcome (article 5-3): what is refused leaves nothing behind."""

import hashlib

import pytest

from accounts.domain.division import Division
from accounts.errors import InvalidInput, NotAllowed, WindowClosed
from accounts.models import AuditEntry
from portfolio import demo_media, storage
from portfolio.domain.filetypes import MEGABYTE
from portfolio.models import CourseOutcome, FileLimit
from portfolio.models.outcomes import OutcomeState
from schedules.domain.activities import Audience, Subject
from schedules.models import OfficialLetter, TermDates
from schedules.services.planning import replan
from tests.factories import (
    CourseFactory,
    SectionFactory,
    StudentFactory,
    UserFactory,
    term_113_1,
    term_with_dates,
)
from tests.moments import at, day
from tests.portfolio.pieces import (
    AV,
    CLOSED,
    DOCUMENT,
    LAST_MOMENT,
    NOW,
    TOO_LARGE_MP4,
    TOO_LARGE_PDF,
    WINDOWS_PROGRAM,
    blobs,
    enrolled,
    mp4_of,
    nothing_stored,
    pdf_of,
    sent,
    upload,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def term():
    return term_113_1()


@pytest.fixture
def enrolment():
    return enrolled()


def test_what_was_uploaded_is_kept_and_waits_for_certification(enrolment):
    document, film = demo_media.jpg("Poster", 1), demo_media.mp4(1)
    outcome = upload(
        enrolment,
        description=" 以迴圈印出九九乘法表。\r\n比較兩種寫法。 ",
        files={DOCUMENT: sent(document, "海報.jpg"), AV: sent(film, "示範.mp4")},
    )
    outcome = CourseOutcome.objects.get(pk=outcome.pk)
    assert outcome.description == "以迴圈印出九九乘法表。\n比較兩種寫法。"
    assert (outcome.state, outcome.uploaded_at) == (OutcomeState.WAITING, NOW)
    assert outcome.uploaded_by == enrolment.student.user
    kept = {file.slot: file for file in outcome.attachments.current()}
    assert (kept["document"].kind, kept["document"].original_name) == ("jpg", "海報.jpg")
    assert (kept["av"].kind, kept["av"].size) == ("mp4", len(film))
    assert kept["document"].sha256 == hashlib.sha256(document).hexdigest()
    with storage.open_blob(kept["document"].sha256) as blob:
        assert blob.read() == document


def test_an_upload_is_on_the_trail_with_its_files(enrolment):
    outcome = upload(enrolment)
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.actor, entry.at) == ("upload_outcome", enrolment.student.user, NOW)
    assert (entry.object_id, entry.standing) == (str(outcome.pk), "學生本人")
    (file,) = entry.changes["files"]
    assert file == {
        "slot": "document",
        "name": "作品.pdf",
        "size": outcome.attachments.get().size,
        "sha256": outcome.attachments.get().sha256,
    }


REFUSED_FILES = [
    # files, and what the message must say: what is wrong, the limit, the mend
    ({DOCUMENT: (WINDOWS_PROGRAM, "報告.pdf")}, ["報告.pdf", "Windows 執行檔", "只收 PDF、JPG、PNG", "另存"]),
    (
        {DOCUMENT: (lambda: pdf_of(TOO_LARGE_PDF), "報告.pdf")},
        ["報告.pdf", "4,299,161 位元組", "上限 4 MB（4,194,304 位元組）", "減少頁數"],
    ),
    (
        {AV: (lambda: mp4_of(TOO_LARGE_MP4), "示範.mp4")},
        ["示範.mp4", "10,590,617 位元組", "上限 10 MB（10,485,760 位元組）", "縮短片長"],
    ),
    ({DOCUMENT: (b"", "報告.pdf")}, ["報告.pdf", "空檔案", "重新選擇"]),
    ({AV: (lambda: demo_media.pdf("報告", []), "報告.pdf")}, ["PDF 文件", "只收 MP3、MP4", "「文件」欄位"]),
    (
        {
            DOCUMENT: (lambda: demo_media.pdf("報告", []), "報告.pdf"),
            AV: (WINDOWS_PROGRAM, "示範.mp4"),
        },
        ["示範.mp4", "Windows 執行檔"],
    ),
    ({}, ["至少上傳一個檔案"]),
]


@pytest.mark.parametrize(("files", "said"), REFUSED_FILES)
def test_a_file_that_cannot_be_kept_is_refused_with_limit_and_mend_and_nothing_is_stored(
    enrolment, files, said
):
    contents = {slot: (c() if callable(c) else c, name) for slot, (c, name) in files.items()}
    with pytest.raises(InvalidInput) as refusal:
        upload(enrolment, files={slot: sent(*each) for slot, each in contents.items()})
    assert [words for words in said if words not in refusal.value.message] == []
    assert nothing_stored()


@pytest.mark.parametrize(
    ("description", "said"),
    [("字" * 101, "共 101 字，上限 100 字"), ("", "請填寫簡述"), ("\u3000\n", "請填寫簡述")],
)
def test_a_description_is_required_and_has_at_most_100_characters(enrolment, description, said):
    with pytest.raises(InvalidInput, match=said):
        upload(enrolment, description=description)
    assert nothing_stored()


def test_100_characters_pass_a_line_break_counting_once(enrolment):
    assert len(upload(enrolment, description="字" * 49 + "\r\n" + "字" * 50).description) == 100


def test_a_course_without_credits_takes_no_outcomes():
    uncredited = enrolled(course=CourseFactory.create(name="班級活動", credits=0))
    with pytest.raises(InvalidInput, match="「班級活動」不計學分.*第 11 點"):
        upload(uncredited)
    assert nothing_stored()


def test_nobody_uploads_to_somebody_elses_course(enrolment):
    another_teacher = SectionFactory.create().teacher
    for stranger in (StudentFactory.create().user, another_teacher, UserFactory.create()):
        with pytest.raises(NotAllowed, match="學生本人"):
            upload(enrolment, by=stranger)
    assert nothing_stored()


def test_an_account_past_its_time_uploads_nothing(enrolment):
    enrolment.student.user.expires_at = NOW
    enrolment.student.user.save()
    with pytest.raises(NotAllowed, match="停用或到期"):
        upload(enrolment)
    assert nothing_stored()


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (CLOSED, "113-1 課程學習成果上傳已截止：114/02/03（一）24:00 止"),
        (at("2024-08-29 23:59:59"), "尚未開放：113/08/30（五）起"),
    ],
)
def test_outside_the_window_it_is_refused_with_the_windows_dates(enrolment, when, said):
    with pytest.raises(WindowClosed) as refusal:
        upload(enrolment, when=when)
    assert said in refusal.value.message
    assert nothing_stored()


@pytest.mark.parametrize("when", [LAST_MOMENT, at("2024-08-30 00:00")])
def test_the_first_and_the_last_moment_of_the_window_are_inside(enrolment, when):
    assert upload(enrolment, when=when).uploaded_at == when


@pytest.mark.parametrize(
    ("slot", "content", "limit"), [(DOCUMENT, pdf_of, 4 * MEGABYTE), (AV, mp4_of, 10 * MEGABYTE)]
)
def test_exactly_the_limit_passes_and_one_byte_more_does_not(enrolment, slot, content, limit):
    with pytest.raises(InvalidInput):
        upload(enrolment, files={slot: sent(content(limit + 1), "作品")})
    assert nothing_stored()
    assert upload(enrolment, files={slot: sent(content(limit), "作品")}).attachments.get().size == limit


def test_the_limit_is_the_schools_data(enrolment):
    FileLimit.objects.filter(slot="document").update(max_bytes=2 * MEGABYTE)
    with pytest.raises(InvalidInput, match="上限 2 MB"):
        upload(enrolment, files={DOCUMENT: sent(pdf_of(3 * MEGABYTE))})


def test_the_same_file_is_stored_once_however_often_it_is_uploaded(enrolment):
    upload(enrolment)
    upload(enrolment)
    assert len(blobs()) == 1
    assert CourseOutcome.objects.count() == 2


def test_evening_students_keep_to_their_divisions_window(term):
    dates = TermDates.objects.get(term=term, division=Division.EVENING)
    dates.closing_ceremony = day("2025-01-24")
    dates.save()
    replan(term, at=NOW)
    evening = enrolled(in_class={"division": Division.EVENING}, division=Division.EVENING)
    assert upload(evening, when=CLOSED)
    with pytest.raises(WindowClosed, match="114/02/07"):
        upload(evening, when=at("2025-02-08 00:00"))


def test_grade_3_uploads_its_second_terms_work_until_three_weeks_before_the_letter():
    second = term_with_dates(113, 2, opening="2025-02-11", exam_end="2025-06-27", closing="2025-06-30")
    third, other = enrolled(in_class={"grade": 3}, term=second), enrolled(term=second)
    assert upload(third, when=at("2025-03-01"))  # the letter is still awaited
    OfficialLetter.objects.create(
        term=second,
        division=Division.DAY,
        audience=Audience.GRADE3_FIRST,
        subject=Subject.THIS_TERM,
        due_on=day("2025-05-28"),
    )
    replan(second, at=at("2025-03-03"))
    assert upload(third, when=at("2025-05-07 23:59:59.999999"))
    with pytest.raises(WindowClosed, match="114/05/07"):
        upload(third, when=at("2025-05-08 00:00"))
    assert upload(other, when=at("2025-05-08 00:00"))
