"""The personal archive: everything of a student's, offline, whole or not at all (article 7)."""

import hashlib
import json
import os
import re
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse

from accounts.errors import Conflict, NotAllowed
from accounts.models import AuditEntry, EnrolmentChange, Notice, Student, User
from accounts.models.enrolment_changes import ChangeKind
from accounts.models.students import EnrolmentStatus
from portfolio import storage
from portfolio.models import PersonalArchive, PortfolioPolicy
from portfolio.services import archives
from portfolio.services.archives import (
    ABANDONED,
    KEPT,
    build_archive,
    build_waiting,
    download_archive,
    path_of,
    request_archive,
)
from portfolio.services.leavers import tell_leavers
from portfolio.tasks import sweep_upload_leftovers
from tests.conftest import SetClock
from tests.factories import (
    EnrolmentFactory,
    OutcomeFactory,
    PerformanceFactory,
    SchoolClassFactory,
    SectionFactory,
    StudentFactory,
    UserFactory,
    attach_pdf,
    select,
    term_113_1,
)
from tests.moments import at, day

pytestmark = pytest.mark.django_db

NOW = at("2025-06-20 09:00")


@pytest.fixture(autouse=True)
def _now(set_clock: SetClock) -> None:
    set_clock(NOW)


@pytest.fixture
def student() -> Student:
    return StudentFactory.create(school_class=SchoolClassFactory.create())


def built(student: Student) -> PersonalArchive:
    archive = request_archive(student, by=student.user, at=NOW)
    assert build_archive(archive.pk, at=NOW)
    archive.refresh_from_db()
    return archive


def test_the_archive_of_60_items_opens_offline_and_its_hashes_match_the_manifest(
    student: Student, tmp_path: Path
) -> None:
    section = SectionFactory.create(term=term_113_1())
    enrolment = EnrolmentFactory.create(student=student, section=section)
    for number in range(60):
        item = (
            OutcomeFactory.create(enrolment=enrolment, description=f"成果{number}")
            if number % 2
            else PerformanceFactory.create(student=student, description=f"表現{number}")
        )
        attach_pdf(item)
    archive = built(student)
    with ZipFile(path_of(archive)) as file:
        file.extractall(tmp_path / "home")
    home = tmp_path / "home"
    rows = (home / "manifest.csv").read_text("utf-8-sig").splitlines()[1:]
    assert len(rows) == 62, "sixty files, the page and the data"
    for row in rows:
        name, size, digest = row.rsplit(",", 2)
        content = (home / name).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (int(size), digest)
    page = (home / "index.html").read_text("utf-8")
    links = re.findall(r'href="([^"#]+)"', page)
    assert len(links) == 60
    assert all((home / link).is_file() for link in links), "every link leads to a file beside the page"
    assert not re.search(r'(src|href)="(https?:)?//', page), "nothing is asked of the network"
    assert all(f"成果{number}" in page for number in range(1, 60, 2))
    data = json.loads((home / "data.json").read_text("utf-8"))
    assert data["format"] == "portfolio-archive-1"
    assert [len(data["sections"][key]) for key in ("course_outcomes", "diverse_performances")] == [30, 30]


def test_it_holds_replaced_files_and_what_happened(student: Student) -> None:
    outcome = OutcomeFactory.create(enrolment=EnrolmentFactory.create(student=student))
    old = attach_pdf(outcome)
    old.replaced_at = NOW
    old.save()
    attach_pdf(outcome)
    select(outcome)
    with ZipFile(path_of(built(student))) as file:
        assert len([name for name in file.namelist() if name.startswith("files/")]) == 2
        page = file.read("index.html").decode()
    assert "更換" in page
    assert "已勾選提交" in page


def test_it_speaks_the_language_that_its_student_chose(student: Student) -> None:
    student.user.language = "en"
    student.user.save()
    with ZipFile(path_of(built(student))) as file:
        page = file.read("index.html").decode()
    assert '<html lang="en">' in page
    assert "Enrolment status" in page and "學籍狀態" not in page


def test_nothing_of_another_student_is_in_it(student: Student) -> None:
    other = StudentFactory.create()
    attach_pdf(PerformanceFactory.create(student=other, description="別人的表現"))
    with ZipFile(path_of(built(student))) as file:
        assert "別人的表現" not in file.read("index.html").decode()
        assert not [name for name in file.namelist() if name.startswith("files/")]


def test_only_the_student_asks_for_it_and_takes_it(student: Student) -> None:
    other = UserFactory.create()
    with pytest.raises(NotAllowed):
        request_archive(student, by=other, at=NOW)
    archive = built(student)
    with pytest.raises(NotAllowed):
        download_archive(archive, by=other, at=NOW)
    download_archive(archive, by=student.user, at=NOW)
    assert AuditEntry.objects.get(act="download_archive").changes["sha256"] == archive.sha256


def test_asking_twice_builds_one_and_building_twice_too(student: Student) -> None:
    first = request_archive(student, by=student.user, at=NOW)
    assert request_archive(student, by=student.user, at=NOW) == first
    assert build_archive(first.pk, at=NOW)
    assert not build_archive(first.pk, at=NOW)
    assert Notice.objects.filter(user=student.user, key=f"archive-{first.pk}").count() == 1


def test_what_a_killed_worker_left_is_built_again(student: Student) -> None:
    archive = request_archive(student, by=student.user, at=NOW)
    PersonalArchive.objects.update(state=PersonalArchive.State.BUILDING)
    assert build_waiting(NOW + ABANDONED) == 0
    with pytest.raises(Conflict):
        download_archive(archive, by=student.user, at=NOW)
    assert build_waiting(NOW + ABANDONED + timedelta(seconds=1)) == 1


def test_a_lost_file_fails_the_archive_and_leaves_no_half_of_it(student: Student) -> None:
    file = attach_pdf(PerformanceFactory.create(student=student))
    storage.blob_path(file.sha256).unlink()
    archive = request_archive(student, by=student.user, at=NOW)
    assert not build_archive(archive.pk, at=NOW)
    archive.refresh_from_db()
    assert archive.state == PersonalArchive.State.FAILED
    assert not list(path_of(archive).parent.glob("*.zip"))


def test_a_file_written_by_a_worker_that_died_before_recording_it_is_swept(
    student: Student, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = path_of(built(student))
    with monkeypatch.context() as crash:
        crash.setattr(archives, "_finish", lambda *_: (_ for _ in ()).throw(SystemExit))
        archive = request_archive(student, by=student.user, at=NOW)
        with pytest.raises(SystemExit):
            build_archive(archive.pk, at=NOW)
    orphan = next(path for path in kept.parent.glob("*.zip") if path != kept)
    half = kept.parent / ".half.zip.0.part"
    half.write_bytes(b"PK")
    sweep_upload_leftovers()
    assert orphan.exists() and half.exists(), "somebody may be about to record them"
    for path in (kept, orphan, half):
        os.utime(path, (time.time() - 3700,) * 2)
    assert sweep_upload_leftovers() == 2
    assert list(kept.parent.iterdir()) == [kept]
    assert build_waiting(NOW + ABANDONED + timedelta(seconds=1)) == 1, "and the archive is built again"


def test_it_is_kept_for_a_week_whether_the_sweep_runs_or_not(student: Student) -> None:
    archive = built(student)
    later = NOW + KEPT
    download_archive(archive, by=student.user, at=later - timedelta(seconds=1))
    with pytest.raises(Conflict):
        download_archive(archive, by=student.user, at=later)
    build_waiting(later)
    archive.refresh_from_db()
    assert archive.state == PersonalArchive.State.EXPIRED
    assert not path_of(archive).exists()


# ---------------------------------------------------------------- leavers


def leave(student: Student, on: str) -> None:
    student.status = EnrolmentStatus.GRADUATED
    student.save()
    EnrolmentChange.objects.create(
        student=student, kind=ChangeKind.GRADUATED, effective_on=day(on), recorded_at=NOW
    )


def test_a_leaver_is_told_once_and_reads_and_downloads_for_the_set_time(
    student: Student, client_of: Callable[[User], Client], set_clock: SetClock
) -> None:
    leave(student, "2025-06-10")
    PortfolioPolicy.objects.update(archive_days_after_leaving=100)
    for __ in range(2):
        tell_leavers(NOW)
    assert "114/09/18" in Notice.objects.get(user=student.user).subject
    client = client_of(student.user)
    set_clock(at("2025-09-18 23:59"))
    assert "114/09/18" in client.get(reverse("portfolio:archive")).content.decode()
    request_archive(student, by=student.user, at=at("2025-09-18 23:59"))
    set_clock(at("2025-09-19 00:00"))
    for name in ("portfolio:archive", "portfolio:index"):
        assert client.get(reverse(name)).status_code == 403
    with pytest.raises(NotAllowed, match="已封存"):
        request_archive(student, by=student.user, at=at("2025-09-19 00:00"))


def test_a_suspended_student_is_no_leaver(student: Student) -> None:
    student.status = EnrolmentStatus.SUSPENDED
    student.save()
    EnrolmentChange.objects.create(
        student=student, kind=ChangeKind.SUSPENDED, effective_on=day("2025-06-10"), recorded_at=NOW
    )
    assert tell_leavers(NOW) == 0


# ---------------------------------------------------------------- pages


def test_asking_and_downloading_on_the_pages(student: Student, client_of: Callable[[User], Client]) -> None:
    client = client_of(student.user)
    assert "產生備份" in client.get(reverse("portfolio:archive")).content.decode()
    assert "正在產生" in client.post(reverse("portfolio:archive_ask"), follow=True).content.decode()
    build_waiting(NOW)
    archive = PersonalArchive.objects.get()
    assert "可以下載了" in client.get(reverse("portfolio:archive")).content.decode()
    address = reverse("portfolio:archive_file", args=[archive.pk])
    answer: Any = client.get(address)
    assert hashlib.sha256(b"".join(answer.streaming_content)).hexdigest() == archive.sha256
    assert client_of(StudentFactory.create().user).get(address).status_code == 404
