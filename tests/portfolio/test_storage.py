"""Nothing that was taken in is ever lost (rules 5.8; design: files are content-addressed)."""

import hashlib
import os
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

from portfolio import storage
from portfolio.storage import BlobMissing, StorageFailed, Stored

CONTENT = "學習歷程".encode() * 100_000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def root(settings, tmp_path) -> Path:
    folder: Path = tmp_path / "data" / "files"
    settings.PRIVATE_FILES_DIR = folder
    return folder


def files_below(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def disk_failure(*_args: object, **_options: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_content_lies_under_its_hash(root):
    assert storage.store(BytesIO(CONTENT)) == Stored(SHA256, len(CONTENT))
    assert files_below(root) == [root / SHA256[:2] / SHA256[2:4] / SHA256]
    assert storage.blob_path(SHA256).read_bytes() == CONTENT
    with storage.open_blob(SHA256) as blob:
        assert blob.read() == CONTENT


def test_the_whole_file_is_stored_wherever_it_stood(root):
    file = BytesIO(CONTENT)
    file.read(10)
    assert storage.store(file).sha256 == SHA256


def test_nobody_else_on_the_machine_may_look(root):
    storage.store(BytesIO(CONTENT))
    assert mode(root) == 0o700
    for path in root.rglob("*"):
        assert mode(path) == (0o600 if path.is_file() else 0o700)


def test_the_same_content_is_kept_once(root):
    assert storage.store(BytesIO(CONTENT)) == storage.store(BytesIO(CONTENT))
    assert len(files_below(root)) == 1


def test_storing_again_mends_a_damaged_copy(root):
    storage.store(BytesIO(CONTENT))
    storage.blob_path(SHA256).write_bytes(CONTENT[:-1] + b"?")
    assert not storage.verify(SHA256)
    storage.store(BytesIO(CONTENT))
    assert storage.verify(SHA256)


def test_many_writers_of_the_same_contents_do_not_disturb_one_another(root):
    contents = [bytes([number]) * 300_000 for number in range(4)]
    with ThreadPoolExecutor(8) as pool:
        stored = list(pool.map(storage.store, (BytesIO(content) for content in contents * 8)))
    assert len(files_below(root)) == len({one.sha256 for one in stored}) == 4
    assert all(storage.verify(one.sha256) for one in stored)


@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.replace", "pathlib.Path.mkdir"])
def test_a_failing_disk_leaves_nothing_behind_and_says_so(root, monkeypatch, step):
    monkeypatch.setattr(step, disk_failure)
    with pytest.raises(StorageFailed, match="檔案沒有存成，請稍後再試"):
        storage.store(BytesIO(CONTENT))
    assert files_below(root) == []


def test_an_upload_that_cannot_be_read_leaves_nothing_behind(root):
    class Broken(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(StorageFailed):
        storage.store(Broken(CONTENT))
    assert files_below(root) == []


def test_an_interruption_between_writing_and_naming_leaves_nothing_behind(root, monkeypatch):
    def interrupted(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        storage.store(BytesIO(CONTENT))
    assert files_below(root) == []


def test_a_failure_does_not_touch_the_copy_that_was_there(root, monkeypatch):
    storage.store(BytesIO(CONTENT))
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", disk_failure)
        with pytest.raises(StorageFailed):
            storage.store(BytesIO(CONTENT))
    assert storage.verify(SHA256)


def test_content_is_on_disk_before_it_has_its_name_and_the_name_afterwards(root, monkeypatch):
    steps: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def watched_fsync(descriptor: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "content")
        fsync(descriptor)

    def watched_replace(path: Path, target: Path) -> Path:
        steps.append("name")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", watched_fsync)
    monkeypatch.setattr(Path, "replace", watched_replace)
    storage.store(BytesIO(CONTENT))
    assert steps == ["content", "name", "folder", "folder", "folder"]


@pytest.mark.parametrize(
    "sha256", ["", "../../etc/passwd", SHA256.upper(), SHA256[:-1], SHA256 + "\n", "/" + SHA256[1:]]
)
def test_only_a_hash_leads_to_a_path(root, sha256):
    with pytest.raises(ValueError, match="SHA-256"):
        storage.blob_path(sha256)


def test_a_lost_file_is_noticed(root):
    assert not storage.verify(SHA256)
    with pytest.raises(BlobMissing, match="備份還原"):
        storage.open_blob(SHA256)


def test_only_old_temporary_files_are_swept(root):
    assert storage.sweep_temporary(timedelta(days=1)) == 0
    storage.store(BytesIO(CONTENT))
    fresh, stale = root / "incoming" / "fresh", root / "incoming" / "stale"
    for path in (fresh, stale):
        path.write_bytes(b"half a film")
    two_days_ago = time.time() - 2 * 24 * 3600
    os.utime(stale, (two_days_ago, two_days_ago))
    assert storage.sweep_temporary(timedelta(days=1)) == 1
    assert fresh.exists() and not stale.exists() and storage.verify(SHA256)
