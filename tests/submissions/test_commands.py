"""What is done on the server's own command line; the trail names no person for it."""

import hashlib
import io

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEntry
from portfolio import storage
from submissions.domain.workbook import read_workbook
from submissions.models import BatchFile
from submissions.permissions import SubmissionAct
from tests.moments import at
from tests.submissions.received import described, file_of, receipt, section
from tests.submissions.zipcrypto import encrypted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def the_day_receipts_came(set_clock):
    set_clock(at("2024-10-08 10:00"))


def run(*arguments):
    out, err = io.StringIO(), io.StringIO()
    call_command(*map(str, arguments), stdout=out, stderr=err)
    return out.getvalue() + err.getvalue()


def export(folder, *more):
    return run("export_roster", "26", "--year", "112", "--division", "day", "--out", folder, *more)


def test_a_frozen_batch_is_written_with_paths_and_hashes(scene, tmp_path):
    scene.students_with_outcomes(2)
    scene.frozen()
    printed = export(tmp_path / "out")
    for name in ("112-day-26.xlsx", "112-day-26.zip"):
        path = tmp_path / "out" / name
        assert str(path) in printed
        assert hashlib.sha256(path.read_bytes()).hexdigest() in printed
    assert len(read_workbook(tmp_path / "out" / "112-day-26.xlsx")["學期課程學習成果"]) == 3
    entry = AuditEntry.objects.get(act=SubmissionAct.EXPORT_BATCH)
    assert (entry.actor, entry.standing) == (None, "伺服器命令列")


def test_a_term_given_for_a_years_roster_is_said_to_have_no_effect(scene, tmp_path):
    scene.frozen()
    assert "--term 1 沒有作用" in export(tmp_path, "--term", "1")


def test_without_a_frozen_batch_the_command_says_what_is_missing(scene, tmp_path):
    with pytest.raises(CommandError, match="還沒有建立批次"):
        export(tmp_path)
    scene.created()
    with pytest.raises(CommandError, match="還沒有凍結"):
        export(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_roster_is_refused_with_those_there_are(tmp_path):
    with pytest.raises(CommandError, match="26"):
        run("export_roster", "99", "--year", "112", "--division", "day", "--out", tmp_path)


def test_a_lost_file_leaves_no_archive_behind(scene, tmp_path):
    scene.students_with_outcomes(1)
    scene.frozen()
    storage.blob_path(BatchFile.objects.get().sha256).unlink()
    with pytest.raises(CommandError, match="讀不到"):
        export(tmp_path)
    assert not (tmp_path / "112-day-26.zip").exists()


def test_a_folder_that_cannot_be_written_is_told(scene, tmp_path):
    scene.frozen()
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="無法寫入"):
        export(tmp_path / "file")


def received(scene, tmp_path, *receipts):
    """A submitted batch, and a file with `receipts`."""
    file = tmp_path / "receipts.zip"
    file.write_bytes(file_of(section(*receipts)).getvalue())
    return scene.submitted(), file


def test_imported_receipts_print_matched_unmatched_and_missing(scene, tmp_path):
    there, missing = scene.student(national_id="A123456789"), scene.student()
    scene.outcome(there)
    scene.outcome(missing)
    batch, file = received(
        scene,
        tmp_path,
        receipt("A123456789", *described("甲", "乙")),
        receipt("B287654321", *described("丙")),
    )
    printed = run("import_receipts", file, "--batch", batch.pk)
    assert "比對到 1 位學生，2 筆" in printed
    assert "不在這個批次 1\n  B28****321\n" in printed
    assert f"沒有收訖紀錄 1\n  {missing}\n" in printed
    assert AuditEntry.objects.get(act=SubmissionAct.IMPORT_RECEIPTS).actor is None


@pytest.mark.parametrize("way", ["environment", "standard input"])
def test_the_files_password_comes_from_the_environment_or_standard_input(scene, tmp_path, monkeypatch, way):
    scene.outcome(scene.student(national_id="A123456789"))
    batch, file = received(scene, tmp_path, receipt("A123456789", *described("甲")))
    file.write_bytes(encrypted(file.read_bytes(), "開門"))
    with pytest.raises(CommandError, match="密碼"):
        run("import_receipts", file, "--batch", batch.pk)
    if way == "environment":
        monkeypatch.setenv("RECEIPTS_PASSWORD", "開門")
        printed = run("import_receipts", file, "--batch", batch.pk)
    else:
        monkeypatch.setattr("sys.stdin", io.StringIO("開門\n"))
        printed = run("import_receipts", file, "--batch", batch.pk, "--password-stdin")
    assert "比對到 1 位學生" in printed


def test_a_refused_import_fails_and_stores_nothing(scene, tmp_path):
    batch, file = received(scene, tmp_path, receipt("A123456789", *described("甲")))
    file.write_bytes(file.read_bytes()[:-40])
    with pytest.raises(CommandError, match="不完整"):
        run("import_receipts", file, "--batch", batch.pk)
    assert not batch.imports.exists()


def test_a_batch_or_file_that_is_not_there_is_told(scene, tmp_path):
    with pytest.raises(CommandError, match="沒有編號 999 的批次"):
        run("import_receipts", tmp_path / "x.zip", "--batch", 999)
    with pytest.raises(CommandError, match="無法讀取"):
        run("import_receipts", tmp_path / "x.zip", "--batch", scene.submitted().pk)


def test_practice_receipts_are_written_and_can_be_imported(scene, tmp_path, settings):
    settings.DEBUG = True
    scene.students_with_outcomes(2)
    batch = scene.submitted()
    assert "練習資料" in run("practice_receipts", "--batch", batch.pk, "--out", tmp_path / "p.zip")
    assert "比對到 2 位學生，2 筆" in run("import_receipts", tmp_path / "p.zip", "--batch", batch.pk)


def test_practice_receipts_are_refused_where_data_may_be_real(scene, tmp_path, settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="DEBUG"):
        run("practice_receipts", "--batch", scene.frozen().pk, "--out", tmp_path / "p.zip")
    assert not (tmp_path / "p.zip").exists()


def test_practice_receipts_need_a_frozen_batch(scene, tmp_path, settings):
    settings.DEBUG = True
    with pytest.raises(CommandError, match="還沒有凍結"):
        run("practice_receipts", "--batch", scene.created().pk, "--out", tmp_path / "p.zip")
