"""Workbook and archive of a frozen batch: what is in them, built once, whole or not at all."""

import csv
import hashlib
import io
from datetime import timedelta
from threading import Thread
from zipfile import ZIP_STORED, ZipFile

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from accounts.domain.division import Division
from accounts.errors import Conflict, NotAllowed
from accounts.models import AuditEntry, School
from portfolio import storage
from portfolio.models.courses import StudyKind
from submissions.domain.workbook import COVER_HEADINGS, COVER_SHEET, read_workbook
from submissions.models import BatchFile, ExportJob
from submissions.models.exports import ExportKind, ExportState
from submissions.permissions import SubmissionAct
from submissions.services import exports
from submissions.services.exports import build, build_waiting, download, request_exports
from submissions.tasks import build_export
from tests.moments import at
from tests.submissions.scene import FROZEN, Scene

pytestmark = pytest.mark.django_db
NOW = at("2024-10-02 09:00")
LINKS = ["課程學習成果文件檔案連結", "課程學習成果影音檔案連結"]


def built(batch, kind, *, now=NOW):
    (job,) = request_exports(batch, kinds=[kind], by=None, at=now)
    build(job.pk, at=now)
    job.refresh_from_db()
    return job


def test_the_workbook_equals_one_made_by_hand_with_the_retake_in_its_own_sheet(scene):
    student = scene.student(national_id="A123456789")
    course = {"code": "112999999V21305211001", "name": "程式設計", "grade": 2, "credits": 3}
    scene.outcome(student, course=course, description="=SUM(1)：排序演算法的比較。")
    scene.outcome(
        student,
        course={**course, "code": "112999999V21305211002", "name": "基礎電學"},
        kind=StudyKind.RETAKE,
        original_school_year=111,
        original_term=2,
        method="3",
        term=1,
        description="重修後補作的電路實驗。",
    )
    job = built(scene.frozen(), ExportKind.WORKBOOK)
    who = ["A123456789", "0970315"]
    assert job.state == ExportState.DONE
    regular = [*who, "2", course["code"], "程式設計", "2", "3"]
    retake = [*who, "111", "2", "1", "112999999V21305211002", "基礎電學", "2", "3", "3"]
    assert read_workbook(job.path) == {
        COVER_SHEET: [list(COVER_HEADINGS), ["999999", "112", "0", "26"]],
        "學期課程學習成果": [
            headings("實際修課學期 課程代碼 科目名稱 開課年級 修課學分"),
            [*regular, "=SUM(1)：排序演算法的比較。", "A123456789_26_1.pdf", ""],
        ],
        "補修課程學習成果": [
            headings("應修課學年度 應修課學期 實際修課學期 課程代碼 科目名稱 開課年級 修課學分 補修方式")
        ],
        "重修課程學習成果": [
            headings(
                "原修課學年度 原修課學期 實際修課學期 原修課課程代碼 原修課科目名稱 "
                "原修課開課年級 原修課修課學分 重修方式"
            ),
            [*retake, "重修後補作的電路實驗。", "A123456789_26_2.pdf", ""],
        ],
        "重讀課程學習成果": [headings("實際修課學期 課程代碼 科目名稱 開課年級 修課學分")],
        "轉學轉科課程學習成果": [
            headings(
                "原修課學校代碼 原修課學年度 原修課學期 原修課課程代碼 原修課科目名稱 "
                "原修課開課年級 原修課修課學分"
            )
        ],
        "借讀課程學習成果": [
            headings(
                "借讀學校代碼 借讀修課學年度 借讀修課學期 借讀校課程代碼 借讀校科目名稱 "
                "借讀校開課年級 借讀校修課學分"
            )
        ],
    }


def headings(own):
    """Those of an outcome sheet around its own ones."""
    return ["身分證號", "出生日期", *own.split(), "成果簡述", *LINKS]


def test_the_evening_divisions_workbook_carries_its_own_code_and_periods():
    scene = Scene(code="28", division=Division.EVENING)
    scene.students_with_outcomes(1)
    sheets = read_workbook(built(scene.frozen(), ExportKind.WORKBOOK).path)
    assert sheets[COVER_SHEET][1] == ["999E99", "112", "0", "28"]
    assert "修課節數" in sheets["學期課程學習成果"][0]


def test_a_performance_lies_in_its_categorys_sheet():
    scene = Scene(code="25")
    scene.performance(scene.student(national_id="A123456789"), external_link="https://example.org/v")
    sheets = read_workbook(built(scene.frozen(), ExportKind.WORKBOOK).path)
    assert len(sheets) == 11
    assert sheets["作品成果紀錄"][1] == [
        "A123456789",
        "0970315",
        "校園地圖",
        "1131001",
        "手繪校園地圖。",
        "A123456789_25_1.pdf",
        "",
        "https://example.org/v",
    ]


def test_the_archive_holds_every_file_under_the_name_of_its_link_and_lists_them(scene):
    scene.outcome(scene.student(national_id="A123456789"), title="甲")
    scene.outcome(scene.student(national_id="A223456781"), title="乙")
    batch = scene.frozen()
    job = built(batch, ExportKind.ARCHIVE)
    expected = {
        f"{number}_26_{position}.pdf": (file.size, file.sha256)
        for position, (number, file) in enumerate(
            zip(["A123456789", "A223456781"], BatchFile.objects.order_by("row__position"), strict=True), 1
        )
    }
    with ZipFile(job.path) as archive:
        assert set(archive.namelist()) == {*expected, "manifest.csv"}
        for name, (size, digest) in expected.items():
            content = archive.read(name)
            assert (len(content), hashlib.sha256(content).hexdigest()) == (size, digest)
            assert archive.getinfo(name).compress_type == ZIP_STORED
        lines = list(csv.reader(io.StringIO(archive.read("manifest.csv").decode("utf-8-sig"))))
    assert lines == [
        ["path", "bytes", "sha256"],
        *([name, str(size), digest] for name, (size, digest) in expected.items()),
    ]


@pytest.mark.parametrize("kind", ExportKind)
def test_a_built_job_says_how_large_it_is_and_proves_its_content(scene, kind):
    scene.students_with_outcomes(2)
    job = built(scene.frozen(), kind)
    content = job.path.read_bytes()
    assert (job.size, job.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert (job.percent, job.done, job.total) == (100, 2, 2)


def test_a_file_altered_since_its_upload_fails_the_archive_with_the_reason(scene):
    scene.students_with_outcomes(1)
    batch = scene.frozen()
    digest = BatchFile.objects.get().sha256
    storage.blob_path(digest).write_bytes(b"%PDF-1.7 something else")
    job = built(batch, ExportKind.ARCHIVE)
    assert job.state == ExportState.FAILED
    assert "SHA-256 不符" in job.error
    assert not job.path.exists()


def test_a_lost_file_fails_the_archive_and_leaves_the_workbook_alone(scene):
    scene.students_with_outcomes(1)
    batch = scene.frozen()
    storage.blob_path(BatchFile.objects.get().sha256).unlink()
    jobs = request_exports(batch, by=scene.office, at=NOW)
    assert [build(job.pk, at=NOW) for job in jobs] == [True, False]
    workbook, archive = ExportJob.objects.order_by("pk")
    assert (workbook.state, archive.state) == (ExportState.DONE, ExportState.FAILED)
    assert "讀不到" in archive.error


def test_an_unforeseen_error_fails_the_job_with_words_for_people(scene, monkeypatch):
    batch = scene.frozen()
    (job,) = request_exports(batch, kinds=[ExportKind.WORKBOOK], by=None, at=NOW)
    monkeypatch.setattr(exports, "write_workbook", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        build(job.pk, at=NOW)
    job.refresh_from_db()
    assert job.state == ExportState.FAILED
    assert "系統錯誤" in job.error


def test_a_school_without_its_code_is_told_so(scene):
    batch = scene.frozen()
    School.objects.all().delete()
    job = built(batch, ExportKind.WORKBOOK)
    assert job.state == ExportState.FAILED
    assert "學校" in job.error


def test_building_twice_builds_once(scene):
    (job,) = request_exports(scene.frozen(), kinds=[ExportKind.WORKBOOK], by=None, at=NOW)
    assert build_export(job.pk) is True
    first = job.path.stat().st_mtime_ns
    assert build_export(job.pk) is False
    assert job.path.stat().st_mtime_ns == first


def test_a_job_under_way_is_not_asked_for_again_and_a_failed_one_is(scene):
    batch = scene.frozen()
    first = request_exports(batch, by=scene.office, at=NOW)
    assert request_exports(batch, by=scene.office, at=NOW) == first
    ExportJob.objects.filter(pk=first[1].pk).update(state=ExportState.FAILED)
    (again,) = request_exports(batch, kinds=[ExportKind.ARCHIVE], by=scene.office, at=NOW)
    assert again not in first
    assert batch.exports.count() == 3


def test_a_job_left_by_a_dead_worker_is_built_again_and_a_live_one_is_not(scene):
    (job,) = request_exports(scene.frozen(), kinds=[ExportKind.WORKBOOK], by=None, at=NOW)
    ExportJob.objects.filter(pk=job.pk).update(state=ExportState.RUNNING, started_at=NOW)
    assert build_waiting(NOW + timedelta(minutes=30)) == 0
    assert build_waiting(NOW + timedelta(minutes=31)) == 1
    job.refresh_from_db()
    assert job.state == ExportState.DONE


def test_the_sweep_builds_what_a_lost_message_left(scene):
    request_exports(scene.frozen(), by=scene.office, at=NOW)
    assert build_waiting(NOW) == 2
    assert build_waiting(NOW) == 0


def test_progress_is_noted_once_per_percent_not_per_file(scene):
    job = ExportJob.objects.create(batch=scene.frozen(), kind="archive", total=10_000, requested_at=NOW)
    note = exports._progress(job)
    with CaptureQueriesContext(connection) as writes:
        for done in range(1, 10_001):
            note(done)
    assert len(writes) == 101
    job.refresh_from_db()
    assert job.done == 10_000


@pytest.mark.django_db(transaction=True)
def test_an_export_goes_on_while_others_write(scene, monkeypatch):
    """On SQLite a reader that has seen an old state cannot write: each piece must be read to its end."""
    monkeypatch.setattr(exports, "ROWS_AT_ONCE", 1)
    scene.students_with_outcomes(3)
    batch = scene.frozen()
    (job,) = request_exports(batch, kinds=[ExportKind.ARCHIVE], by=None, at=NOW)
    original = exports._progress

    def noting_beside_others(job):
        note = original(job)

        def noted(done):
            with_another_connection(lambda: School.objects.update(contact=f"分機 {done}"))
            note(done)

        return noted

    monkeypatch.setattr(exports, "_progress", noting_beside_others)
    assert build(job.pk, at=NOW) is True


def with_another_connection(act):
    def run():
        try:
            act()
        finally:
            connections.close_all()

    thread = Thread(target=run)
    thread.start()
    thread.join()


def test_only_a_frozen_batch_is_exported(scene):
    with pytest.raises(Conflict, match="請先凍結"):
        request_exports(scene.created(), by=scene.office, at=NOW)


def test_another_office_neither_exports_nor_downloads(scene):
    batch = scene.frozen()
    with pytest.raises(NotAllowed):
        request_exports(batch, by=scene.registry, at=NOW)
    job = built(batch, ExportKind.WORKBOOK)
    with pytest.raises(NotAllowed):
        download(job, by=scene.registry, at=NOW)
    assert not AuditEntry.objects.filter(act=SubmissionAct.DOWNLOAD_EXPORT).exists()


def test_a_download_leaves_who_took_which_file(scene):
    job = built(scene.frozen(), ExportKind.WORKBOOK)
    assert download(job, by=scene.office, at=NOW) == job.path
    entry = AuditEntry.objects.get(act=SubmissionAct.DOWNLOAD_EXPORT)
    assert entry.actor == scene.office
    assert entry.changes == {"file": "112-day-26.xlsx", "sha256": job.sha256}


def test_what_is_not_built_or_gone_cannot_be_downloaded(scene):
    batch = scene.frozen()
    (waiting,) = request_exports(batch, kinds=[ExportKind.ARCHIVE], by=None, at=FROZEN)
    with pytest.raises(Conflict, match="還沒有產生完成"):
        download(waiting, by=scene.office, at=NOW)
    job = built(batch, ExportKind.WORKBOOK)
    job.path.unlink()
    with pytest.raises(Conflict, match="重新產生"):
        download(job, by=scene.office, at=NOW)


def test_exports_lie_in_a_folder_nobody_else_reads(scene):
    job = built(scene.frozen(), ExportKind.WORKBOOK)
    assert job.path.parent.stat().st_mode & 0o077 == 0
