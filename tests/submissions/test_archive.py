"""The archive of a submission's files: every byte proven, or no archive at all."""

import csv
import hashlib
import io
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest

from portfolio.domain.archive import CHUNK_BYTES, FileLost, HashMismatch, write_archive


def stored(folder: Path, content: bytes) -> tuple[Path, str]:
    digest = hashlib.sha256(content).hexdigest()
    path = folder / digest
    path.write_bytes(content)
    return path, digest


@pytest.fixture
def files(tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    return folder


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def test_files_are_packed_uncompressed_with_a_manifest(files, out):
    small, small_sha = stored(files, b"%PDF-1.7 demo")
    large, large_sha = stored(files, b"x" * (2 * CHUNK_BYTES + 7))
    empty, empty_sha = stored(files, b"")
    told: list[int] = []
    write_archive(
        out / "a.zip",
        [
            ("A123456789_26_1.pdf", small, small_sha.upper()),
            ("A123456789_26_2.mp4", large, large_sha),
            ("空.jpg", empty, empty_sha),
        ],
        progress=told.append,
    )
    with ZipFile(out / "a.zip") as archive:
        assert archive.testzip() is None
        assert {info.compress_type for info in archive.infolist()} == {ZIP_STORED}
        assert archive.read("A123456789_26_1.pdf") == b"%PDF-1.7 demo"
        assert hashlib.sha256(archive.read("A123456789_26_2.mp4")).hexdigest() == large_sha
        manifest = archive.read("manifest.csv")
    assert manifest.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(manifest.decode("utf-8-sig")))) == [
        ["path", "bytes", "sha256"],
        ["A123456789_26_1.pdf", "13", small_sha],
        ["A123456789_26_2.mp4", str(2 * CHUNK_BYTES + 7), large_sha],
        ["空.jpg", "0", empty_sha],
    ]
    assert told == [1, 2, 3]
    assert [path.name for path in out.iterdir()] == ["a.zip"]


def test_the_same_files_make_the_same_archive(files, out):
    source, digest = stored(files, b"same")
    for name in ("a.zip", "b.zip"):
        write_archive(out / name, [("x.pdf", source, digest)])
    assert (out / "a.zip").read_bytes() == (out / "b.zip").read_bytes()


def test_an_altered_file_is_named_and_nothing_is_left(files, out):
    source, digest = stored(files, b"as uploaded")
    good, good_sha = stored(files, b"good")
    source.write_bytes(b"as uploadeD")
    with pytest.raises(HashMismatch, match="A123456789_26_2.pdf") as refusal:
        write_archive(out / "a.zip", [("x.pdf", good, good_sha), ("A123456789_26_2.pdf", source, digest)])
    assert refusal.value.member == "A123456789_26_2.pdf"
    assert list(out.iterdir()) == []


@pytest.mark.parametrize("lost", ["gone", "."])
def test_a_lost_file_is_named_and_the_former_archive_stays(files, out, lost):
    (out / "a.zip").write_bytes(b"former")
    with pytest.raises(FileLost, match="y.pdf"):
        write_archive(out / "a.zip", [("y.pdf", files / lost, "0" * 64)])
    assert (out / "a.zip").read_bytes() == b"former"
    assert [path.name for path in out.iterdir()] == ["a.zip"]


@pytest.mark.parametrize("name", ["../x.pdf", "/x.pdf", "a/../../x.pdf", "..\\x.pdf", "", "manifest.csv"])
def test_names_that_leave_the_folder_or_hide_the_manifest_are_refused(files, out, name):
    source, digest = stored(files, b"x")
    with pytest.raises(ValueError, match="archive"):
        write_archive(out / "a.zip", [(name, source, digest)])
    assert list(out.iterdir()) == []


def test_a_name_used_twice_is_refused(files, out):
    source, digest = stored(files, b"x")
    with pytest.raises(ValueError, match="twice"):
        write_archive(out / "a.zip", [("x.pdf", source, digest), ("x.pdf", source, digest)])
    assert list(out.iterdir()) == []
