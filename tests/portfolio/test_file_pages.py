"""Uploaded files: to whom they are served (traps T5, T6), and how a browser must treat them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from django.test import Client

from accounts import clock
from accounts.domain.division import Division
from accounts.models import AuditEntry, User
from accounts.models.duties import DutyCode
from portfolio import storage
from portfolio.demo_media import mp3
from portfolio.models import Attachment
from tests.factories import (
    EnrolmentFactory,
    OutcomeFactory,
    PerformanceFactory,
    SchoolClassFactory,
    SectionFactory,
    StudentFactory,
    UserFactory,
    attach_pdf,
    holder_of,
    term_113_1,
)
from tests.moments import at

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
NOW = at("2024-11-01 10:00")


class World:
    """One student with an outcome and a performance, and everybody around."""

    def __init__(self) -> None:
        term_113_1()
        school_class = SchoolClassFactory.create()
        student = StudentFactory.create(school_class=school_class)
        section = SectionFactory.create()
        outcome = OutcomeFactory.create(enrolment=EnrolmentFactory.create(student=student, section=section))
        self.outcome_file = attach_pdf(outcome, "成果")
        self.performance_file = attach_pdf(PerformanceFactory.create(student=student), "表現")
        colleague = SectionFactory.create(term=section.term).teacher
        self.people: dict[str, User | None] = {
            "the student": student.user,
            "a classmate": StudentFactory.create(school_class=school_class).user,
            "the course's teacher": section.teacher,
            "a teacher of another course": colleague,
            "the homeroom teacher": school_class.homeroom_teacher,
            "another homeroom teacher": SchoolClassFactory.create().homeroom_teacher,
            "the outcomes' office": holder_of(DutyCode.COURSE_OUTCOMES),
            "the performances' office": holder_of(DutyCode.DIVERSE_PERFORMANCE),
            "the evening outcomes' office": holder_of(DutyCode.COURSE_OUTCOMES, Division.EVENING),
            "staff without a duty": UserFactory.create(),
            "nobody": None,
        }


@pytest.fixture
def world(set_clock: Callable[[datetime], None]) -> World:
    set_clock(NOW)
    return World()


@pytest.fixture
def student_client(world: World, client_of: ClientOf) -> Client:
    student = world.people["the student"]
    assert student
    return client_of(student)


def address(file: Attachment) -> str:
    return f"/portfolio/files/{file.pk}/"


@pytest.mark.parametrize(
    "who, outcome, performance",
    [
        ("the student", 200, 200),
        ("a classmate", 404, 404),
        ("the course's teacher", 200, 404),
        ("a teacher of another course", 404, 404),
        ("the homeroom teacher", 200, 200),
        ("another homeroom teacher", 404, 404),
        ("the outcomes' office", 200, 404),
        ("the performances' office", 404, 200),
        ("the evening outcomes' office", 404, 404),
        ("staff without a duty", 404, 404),
        ("nobody", 302, 302),
    ],
)
def test_a_file_is_served_to_who_may_look(
    world: World, client_of: ClientOf, who: str, outcome: int, performance: int
):
    user = world.people[who]
    client = client_of(user) if user else Client()
    assert client.get(address(world.outcome_file)).status_code == outcome
    assert client.get(address(world.performance_file)).status_code == performance


def test_looks_of_others_are_recorded_with_their_standing(world: World, client_of: ClientOf):
    teacher = world.people["the course's teacher"]
    assert teacher
    client_of(teacher).get(address(world.outcome_file))
    entry = AuditEntry.objects.get(act="view_file")
    assert (entry.actor, entry.standing, entry.object_id) == (teacher, "任課教師", str(world.outcome_file.pk))


def test_neither_the_students_own_look_nor_a_refused_one_is_recorded(
    world: World, student_client: Client, client_of: ClientOf
):
    student_client.get(address(world.outcome_file))
    stranger = world.people["a teacher of another course"]
    assert stranger
    client_of(stranger).get(address(world.outcome_file))
    assert not AuditEntry.objects.filter(act="view_file").exists()


def test_a_film_fetched_in_parts_is_one_look_and_tomorrows_is_another(world: World, client_of: ClientOf):
    teacher = world.people["the course's teacher"]
    assert teacher
    client = client_of(teacher)
    for first in (1, 10, 20):
        client.get(address(world.outcome_file), headers={"Range": f"bytes={first}-"})
    assert AuditEntry.objects.filter(act="view_file").count() == 1
    with clock.frozen_at(NOW + timedelta(days=1)):
        client.get(address(world.outcome_file))
    assert AuditEntry.objects.filter(act="view_file").count() == 2


# ---------------------------------------------------------------- headers


def test_a_file_is_shown_but_cannot_act_for_the_site(world: World, student_client: Client):
    response = student_client.get(address(world.outcome_file))
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "private" in response.headers["Cache-Control"]
    assert response.headers["Content-Disposition"] == "inline; filename*=utf-8''%E6%88%90%E6%9E%9C.pdf"
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert content == storage.blob_path(world.outcome_file.sha256).read_bytes()
    assert int(response.headers["Content-Length"]) == len(content)


def test_on_request_a_file_is_saved(world: World, student_client: Client):
    response = student_client.get(f"{address(world.outcome_file)}?download=1")
    assert response.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")


def test_what_could_run_something_is_only_ever_saved(world: World, student_client: Client):
    Attachment.objects.filter(pk=world.outcome_file.pk).update(active_content=True)
    response = student_client.get(address(world.outcome_file))
    assert response.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "name, saved_as",
    [
        ("report.pdf", 'filename="report.pdf"'),
        ("REPORT.PDF", 'filename="REPORT.PDF"'),
        ("page.html", 'filename="page.html.pdf"'),
        ("run.exe", 'filename="run.exe.pdf"'),
        ('a"b.pdf', r'filename="a\"b.pdf"'),
        ("a\r\nX-Evil: 1.pdf", "filename*=utf-8''a%0D%0AX-Evil%3A%201.pdf"),
    ],
)
def test_the_name_ends_as_the_content_is_and_cannot_break_the_header(
    world: World, student_client: Client, name: str, saved_as: str
):
    Attachment.objects.filter(pk=world.outcome_file.pk).update(original_name=name)
    response = student_client.get(f"{address(world.outcome_file)}?download=1")
    assert response.headers["Content-Disposition"] == f"attachment; {saved_as}"
    assert "X-Evil" not in response.headers


def test_a_replaced_file_stays_readable_to_its_student(world: World, student_client: Client):
    Attachment.objects.filter(pk=world.outcome_file.pk).update(replaced_at=NOW)
    assert student_client.get(address(world.outcome_file)).status_code == 200


def test_a_lost_file_is_said_to_be_lost(world: World, student_client: Client):
    storage.blob_path(world.outcome_file.sha256).unlink()
    response = student_client.get(address(world.outcome_file))
    assert response.status_code == 500
    assert "請通知系統管理者由備份還原" in response.content.decode()


# ---------------------------------------------------------------- parts, for players


@pytest.fixture
def sound(world: World) -> tuple[Attachment, bytes]:
    content = mp3(1)
    stored = storage.store(BytesIO(content))
    file = Attachment.objects.create(
        outcome=world.outcome_file.outcome,
        slot="av",
        kind="mp3",
        sha256=stored.sha256,
        size=stored.size,
        original_name="錄音.mp3",
        uploaded_at=NOW,
    )
    return file, content


@pytest.mark.parametrize(
    "wanted, part",
    [
        ("bytes=0-", slice(0, None)),
        ("bytes=0-1", slice(0, 2)),
        ("bytes=100-199", slice(100, 200)),
        ("bytes=-50", slice(-50, None)),
        ("bytes=100-99999999", slice(100, None)),
    ],
)
def test_a_player_gets_the_part_it_asks_for(
    sound: tuple[Attachment, bytes], student_client: Client, wanted: str, part: slice
):
    file, content = sound
    response = student_client.get(address(file), headers={"Range": wanted})
    expected = content[part]
    assert response.status_code == 206
    assert b"".join(response.streaming_content) == expected  # type: ignore[attr-defined]
    assert int(response.headers["Content-Length"]) == len(expected)
    first, end, __ = part.indices(len(content))
    assert response.headers["Content-Range"] == f"bytes {first}-{end - 1}/{len(content)}"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Type"] == "audio/mpeg"
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-same-origin; default-src 'none'")
    assert "allow-scripts" not in policy


@pytest.mark.parametrize("wanted", ["", "bytes=-", "bytes=5-2", "bytes=0-1,4-5", "lines=1-2"])
def test_a_part_that_cannot_be_read_gets_the_whole(
    sound: tuple[Attachment, bytes], student_client: Client, wanted: str
):
    file, content = sound
    response = student_client.get(address(file), headers={"Range": wanted})
    assert response.status_code == 200
    assert b"".join(response.streaming_content) == content  # type: ignore[attr-defined]


@pytest.mark.parametrize("wanted", ["bytes=99999999-", "bytes=-0"])
def test_a_part_beyond_the_end_is_refused(
    sound: tuple[Attachment, bytes], student_client: Client, wanted: str
):
    file, content = sound
    response = student_client.get(address(file), headers={"Range": wanted})
    assert response.status_code == 416
    assert response.headers["Content-Range"] == f"bytes */{len(content)}"
