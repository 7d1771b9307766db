"""The steps of a batch as pages: what each says beforehand, does when posted, and refuses."""

import pytest

from accounts.models import AuditEntry
from submissions.models import Batch, ExportJob
from submissions.models.exports import ExportKind, ExportState
from submissions.permissions import SubmissionAct
from submissions.services.confirmation import report_error
from submissions.services.exports import build, request_exports
from submissions.tasks import build_export
from tests.moments import at
from tests.submissions.pages import text_of, url
from tests.submissions.scene import own, practice_file

pytestmark = pytest.mark.django_db
NOW = at("2024-10-09 09:00")
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def wednesday_morning(set_clock):
    set_clock(NOW)


def test_the_draft_shows_when_selection_closes(scene, office, set_clock):
    set_clock(at("2024-09-15 09:00"))
    scene.students_with_outcomes(2)
    page = text_of(office.get(url("batch", scene.created().pk)))
    assert "目前 2 位學生勾選，共 2 件" in page
    assert "113/09/20（五）24:00 止" in page
    assert url("freeze", Batch.objects.get().pk) not in page


def test_freezing_is_asked_first_and_done_by_post_alone(scene, office):
    scene.students_with_outcomes(2)
    batch = scene.created()
    assert "確定凍結" in text_of(office.get(url("freeze", batch.pk)))
    assert not Batch.objects.exclude(frozen_at=None).exists()
    assert office.post(url("freeze", batch.pk)).url == url("batch", batch.pk)
    assert Batch.objects.get().frozen_at == NOW
    assert batch.rows.count() == 2


def test_freezing_too_early_is_refused_on_the_page(scene, office, set_clock):
    set_clock(at("2024-09-20 23:59:59"))
    batch = scene.created()
    assert "截止後才能凍結" in text_of(office.post(url("freeze", batch.pk)))
    batch.refresh_from_db()
    assert batch.frozen_at is None


def test_who_may_not_take_a_step_reads_who_may(scene, registry):
    page = text_of(registry.get(url("batch", scene.created().pk)))
    assert str(scene.office) in page
    assert "確定凍結" not in page


def test_exports_are_queued_once_the_request_is_kept(
    scene, office, monkeypatch, django_capture_on_commit_callbacks
):
    queued: list[int] = []
    monkeypatch.setattr(build_export, "delay", queued.append)
    batch = scene.frozen()
    with django_capture_on_commit_callbacks(execute=True):
        office.post(url("build_exports", batch.pk))
    assert sorted(queued) == sorted(batch.exports.values_list("pk", flat=True))
    assert {job.kind for job in batch.exports.all()} == set(ExportKind)


def test_a_queue_that_does_not_answer_leaves_the_jobs_waiting_for_the_sweep(
    scene, office, monkeypatch, django_capture_on_commit_callbacks
):
    def refuse(pk):
        raise ConnectionError

    monkeypatch.setattr(build_export, "delay", refuse)
    batch = scene.frozen()
    with django_capture_on_commit_callbacks(execute=True):
        assert office.post(url("build_exports", batch.pk)).status_code == 302
    assert {job.state for job in batch.exports.all()} == {ExportState.WAITING}


def test_progress_is_polled_while_something_is_built_and_the_page_renewed_when_done(scene, office):
    batch = scene.frozen()
    jobs = request_exports(batch, by=scene.office, at=NOW)
    ExportJob.objects.filter(pk=jobs[0].pk).update(state=ExportState.RUNNING, total=200, done=84)
    page = text_of(office.get(url("batch", batch.pk)))
    assert f'hx-get="{url("exports", batch.pk)}"' in page
    part = office.get(url("exports", batch.pk), **HTMX)
    assert "42%" in text_of(part)
    assert "<html" not in text_of(part)
    ExportJob.objects.update(state=ExportState.DONE, size=1, sha256="0" * 64)
    assert office.get(url("exports", batch.pk), **HTMX).headers["HX-Refresh"] == "true"
    assert "hx-get" not in text_of(office.get(url("batch", batch.pk)))


def test_the_progress_part_alone_leads_back_to_its_page(scene, office):
    batch = scene.frozen()
    assert office.get(url("exports", batch.pk)).url == url("batch", batch.pk)


def test_a_failed_export_says_why_and_only_it_is_tried_again(scene, office):
    batch = scene.frozen()
    jobs = request_exports(batch, by=scene.office, at=NOW)
    ExportJob.objects.filter(pk=jobs[0].pk).update(state=ExportState.DONE, size=1, sha256="0" * 64)
    ExportJob.objects.filter(pk=jobs[1].pk).update(state=ExportState.FAILED, error="檔案「x」讀不到。")
    page = text_of(office.get(url("batch", batch.pk)))
    assert "檔案「x」讀不到。" in page
    assert "再試一次" in page
    office.post(url("build_exports", batch.pk), {"kind": "archive"})
    assert [job.kind for job in batch.exports.filter(state=ExportState.WAITING)] == ["archive"]


def test_a_download_is_the_built_file_and_is_recorded(scene, office):
    batch = scene.frozen()
    (job,) = request_exports(batch, kinds=[ExportKind.ARCHIVE], by=None, at=NOW)
    build(job.pk, at=NOW)
    response = office.get(url("download", job.pk))
    assert b"".join(response.streaming_content) == job.path.read_bytes()
    assert response.headers["Content-Disposition"] == 'attachment; filename="112-day-26.zip"'
    assert AuditEntry.objects.filter(act=SubmissionAct.DOWNLOAD_EXPORT, actor=scene.office).count() == 1


def test_submission_is_marked_with_day_and_letter(scene, office):
    batch = scene.frozen()
    office.post(url("submitted", batch.pk), {"submitted_on": "2024-10-07", "letter_number": " 臺教 1 號 "})
    batch.refresh_from_db()
    assert (batch.submitted_on.isoformat(), batch.letter_number) == ("2024-10-07", "臺教 1 號")


def test_a_wrong_day_is_refused_and_what_was_typed_is_kept(scene, office):
    batch = scene.frozen()
    page = text_of(
        office.post(url("submitted", batch.pk), {"submitted_on": "2024-09-01", "letter_number": "臺教 1 號"})
    )
    assert "凍結日與今天之間" in page
    assert 'value="臺教 1 號"' in page


def test_receipts_are_imported_and_the_result_named(scene, office):
    scene.students_with_outcomes(2)
    batch = scene.submitted()
    response = office.post(url("import", batch.pk), {"file": practice_file(batch), "password": ""})
    assert response.url == url("import_result", batch.pk, 1)
    page = text_of(office.get(response.url))
    assert "<b>2</b> 位學生比對成功" in page
    assert "收訖明細沒有的學生：0 位" in page


def test_a_damaged_file_is_refused_beside_the_form(scene, office):
    scene.students_with_outcomes(1)
    batch = scene.submitted()
    file = practice_file(batch)
    file.truncate(200)
    page = text_of(office.post(url("import", batch.pk), {"file": file}))
    assert "不完整" in page
    assert not batch.imports.exists()


def test_missing_students_are_named_on_the_result(scene, office):
    student = scene.students_with_outcomes(1)[0]
    batch = scene.submitted()
    imported = scene.imported(batch)
    imported.records.all().delete()
    assert str(student) in text_of(office.get(url("import_result", batch.pk, 1)))


def test_opening_a_period_is_previewed_with_its_last_day(scene, registry):
    scene.students_with_outcomes(2)
    batch = scene.received()
    page = text_of(registry.get(url("open_period", batch.pk), {"opens_on": "2024-10-09"}))
    assert "113/10/12（六）24:00 止" in page
    assert "將通知 2 位學生" in page
    assert not batch.periods.exists()
    registry.post(url("open_period", batch.pk), {"opens_on": "2024-10-09"})
    assert batch.periods.get().confirmations.count() == 2


def test_a_past_day_is_refused_in_the_preview_and_by_post(scene, registry):
    scene.students_with_outcomes(1)
    batch = scene.received()
    for response in (
        registry.get(url("open_period", batch.pk), {"opens_on": "2024-10-08"}),
        registry.post(url("open_period", batch.pk), {"opens_on": "2024-10-08"}),
    ):
        assert "不能早於今天" in text_of(response)
    assert not batch.periods.exists()


def test_a_second_period_of_two_days_shows_the_standing_warning(scene, registry, set_clock):
    (student,) = scene.students_with_outcomes(1)
    period = scene.period()
    report_error(own(student, period), reason="missing", explanation="少一件", by=student.user, at=NOW)
    set_clock(at("2024-10-15 09:00"))
    page = text_of(registry.get(url("open_period", period.batch.pk), {"opens_on": "2024-10-16"}))
    assert "113/10/17（四）24:00 止" in page
    assert "不少於 3 天" in page
