"""Files by content, proven by opening (rules 5.2, control G1 "Uploads, in detail")."""

import subprocess
import sys
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name
from PIL import Image

from accounts.errors import InvalidInput
from portfolio import demo_media
from portfolio.domain import file_proofs, pdf_reader
from portfolio.domain.file_remarks import Remark
from portfolio.domain.filetypes import MEGABYTE, FileFacts, FileKind, Slot, inspect

PDF = demo_media.pdf("期末專題報告", ["第一章　研究動機"])
JPG = demo_media.jpg("Plants", 1)
PNG = demo_media.png("Robot", 2)
MP3 = demo_media.mp3(3)
MP4 = demo_media.mp4(4)
SILENT_MP4 = demo_media.mp4(4, sound=False)
LIMITS = {Slot.DOCUMENT: 4 * MEGABYTE, Slot.AV: 10 * MEGABYTE}


def look(content: bytes, slot: Slot = Slot.DOCUMENT, name: str = "報告") -> FileFacts:
    return inspect(
        BytesIO(content), name=name, slot_label=slot.label, allowed=slot.kinds, max_bytes=LIMITS[slot]
    )


def refusal(content: bytes, slot: Slot = Slot.DOCUMENT, name: str = "報告.pdf") -> str:
    with pytest.raises(InvalidInput) as caught:
        look(content, slot, name)
    assert name in caught.value.message
    return caught.value.message


def pdf_of_size(size: int) -> bytes:
    """A sound PDF with a comment of the missing length before its last lines."""
    head, tail = PDF.rsplit(b"startxref", 1)
    missing = size - len(PDF) - 2
    return head + b"%" + b" " * missing + b"\nstartxref" + tail


def box(name: bytes, content: bytes) -> bytes:
    return (len(content) + 8).to_bytes(4) + name + content


def mp4_of_size(size: int) -> bytes:
    return MP4 + box(b"free", bytes(size - len(MP4) - 8))


def saved(document: pikepdf.Pdf, **options: Any) -> bytes:
    target = BytesIO()
    document.save(target, **options)
    return target.getvalue()


def pdf_with(change: Callable[[pikepdf.Pdf], object]) -> bytes:
    with pikepdf.open(BytesIO(PDF)) as document:
        change(document)
        return saved(document)


def image(format_name: str, size: tuple[int, int]) -> bytes:
    target = BytesIO()
    Image.new("L", size).save(target, format_name)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "slot", "kind", "media_type"),
    [
        (PDF, Slot.DOCUMENT, FileKind.PDF, "application/pdf"),
        (JPG, Slot.DOCUMENT, FileKind.JPG, "image/jpeg"),
        (PNG, Slot.DOCUMENT, FileKind.PNG, "image/png"),
        (MP3, Slot.AV, FileKind.MP3, "audio/mpeg"),
        (MP4, Slot.AV, FileKind.MP4, "video/mp4"),
        (SILENT_MP4, Slot.AV, FileKind.MP4, "video/mp4"),
    ],
)
def test_a_sound_file_is_known_by_its_content(content, slot, kind, media_type):
    facts = look(content, slot, f"作品{kind.extension}")
    assert facts == FileFacts(kind, len(content))
    assert (facts.kind.media_type, facts.kind.extension) == (media_type, f".{kind.value}")


@pytest.mark.parametrize("name", ["作品.JPG", "作品.jpeg", "作品"])
def test_usual_spellings_of_an_extension_are_not_remarked_upon(name):
    assert look(JPG, name=name).remarks == ()


def test_a_wrong_extension_is_corrected_with_a_remark():
    facts = look(JPG, name="獎狀.pdf")
    assert facts.kind is FileKind.JPG
    assert facts.remarks == (Remark.OTHER_KIND,)


def test_the_file_stands_at_its_beginning_afterwards():
    file = BytesIO(PDF)
    inspect(file, name="a.pdf", slot_label="文件", allowed=Slot.DOCUMENT.kinds, max_bytes=MEGABYTE)
    assert file.tell() == 0 and not file.closed


def test_uploads_in_memory_and_on_disk_are_read_alike():
    in_memory = SimpleUploadedFile("作品.mp3", MP4, content_type="audio/mpeg")
    with TemporaryUploadedFile("作品.mp4", "text/html", len(MP4), None) as on_disk:
        on_disk.write(MP4)
        for upload in (in_memory, on_disk):
            facts = inspect(
                upload, name="作品", slot_label="影音檔案", allowed=Slot.AV.kinds, max_bytes=MEGABYTE
            )
            assert facts.kind is FileKind.MP4
            assert upload.read() == MP4


# The byte limits


def test_exactly_the_limit_passes():
    assert look(pdf_of_size(4 * MEGABYTE)).size == 4_194_304
    assert look(mp4_of_size(10 * MEGABYTE), Slot.AV).size == 10_485_760


def test_one_byte_more_than_the_limit_is_refused_with_the_numbers():
    message = refusal(pdf_of_size(4 * MEGABYTE + 1))
    assert "有 4,194,305 位元組" in message and "上限 4 MB（4,194,304 位元組）" in message
    message = refusal(mp4_of_size(10 * MEGABYTE + 1), Slot.AV, "影片.mp4")
    assert "上限 10 MB（10,485,760 位元組）" in message


def test_an_empty_file_is_refused():
    assert "空檔案（0 位元組）" in refusal(b"")


# What it really is


@pytest.mark.parametrize(
    ("content", "really"),
    [
        (b"MZ\x90\0" + bytes(200), "Windows 執行檔"),
        (b"PK\x03\x04" + bytes(26) + b"word/document.xml", "Word 文件"),
        (b"PK\x03\x04" + bytes(26), "ZIP 壓縮檔"),
        (b"\xd0\xcf\x11\xe0" + bytes(200), "舊版 Office 文件"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "WebP 圖片"),
        (box(b"ftyp", b"heic\0\0\0\0mif1heic"), "HEIC 圖片"),
        (box(b"ftyp", b"qt  \0\0\0\0qt  mp42") + MP4, "QuickTime（MOV）影片"),
        (b"<!DOCTYPE html><script>alert(1)</script>" + PDF, "網頁"),
        (b"\xef\xbb\xbf\n <html>" + PDF, "網頁"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "SVG 圖片"),
        (b"just words", "純文字檔"),
        (bytes(range(128, 256)), "無法辨識"),
        (b"GIF89a/*" + PDF, "GIF 圖片"),
        (b"\n" + PDF, "無法辨識"),
    ],
)
@pytest.mark.parametrize("slot", Slot)
def test_other_content_is_refused_by_its_true_name(content, really, slot):
    message = refusal(content, slot)
    assert really in message
    assert ("只收 PDF、JPG、PNG" if slot is Slot.DOCUMENT else "只收 MP3、MP4") in message


@pytest.mark.parametrize(
    ("content", "slot", "there"),
    [
        (MP4, Slot.DOCUMENT, "請改放到「影音檔案」"),
        (MP3, Slot.DOCUMENT, "影音檔案"),
        (PDF, Slot.AV, "「文件」"),
    ],
)
def test_the_wrong_slot_is_told_from_the_right_one(content, slot, there):
    assert there in refusal(content, slot)


def test_a_name_is_shown_without_folders_and_invisible_signs():
    with pytest.raises(InvalidInput) as caught:
        look(b"", name="..\\..\\/etc/報告\u202efdp\0.exe")
    assert caught.value.message.startswith("「報告fdp.exe」")


def test_a_long_name_is_shortened_in_messages():
    with pytest.raises(InvalidInput) as caught:
        look(b"", name="長" * 300 + ".pdf")
    assert len(caught.value.message) < 150 and ".pdf」" in caught.value.message


# Proof by opening


@pytest.mark.parametrize(
    ("content", "slot"),
    [
        (PDF[:-200], Slot.DOCUMENT),
        (PDF[: len(PDF) // 2], Slot.DOCUMENT),
        (b"%PDF-1.7\n%%EOF", Slot.DOCUMENT),
        (JPG[:-2000], Slot.DOCUMENT),
        (PNG[:-200], Slot.DOCUMENT),
        (PNG[:60] + b"\xff" + PNG[61:], Slot.DOCUMENT),
        (MP4[:-200], Slot.AV),
        (SILENT_MP4[:-1], Slot.AV),
        (b"ID3\x04\0\0\0\0\0\0" + bytes(4000), Slot.AV),
        (MP3[:150], Slot.AV),
        (b"\xff\xfb" + bytes(4000), Slot.AV),
        (box(b"ftyp", b"isom\0\0\0\0"), Slot.AV),
        (box(b"ftyp", b"isom\0\0\0\0") + box(b"moov", b"") + box(b"mdat", b"data"), Slot.AV),
    ],
)
def test_a_damaged_file_is_refused(content, slot):
    message = refusal(content, slot)
    assert "不是完好的" in message and "重新匯出" in message


def test_a_pdf_whose_table_of_contents_is_off_is_accepted_with_a_remark():
    facts = look(PDF.replace(b"startxref\n", b"startxref\n9"))
    assert facts.kind is FileKind.PDF and not facts.active_content
    assert facts.remarks == (Remark.MENDED,)


def test_a_pdf_that_needs_a_password_is_refused():
    def locked(password: str) -> bytes:
        with pikepdf.open(BytesIO(PDF)) as document:
            return saved(document, encryption=pikepdf.Encryption(user=password, owner="teacher"))

    assert "密碼" in refusal(locked("secret"))
    assert look(locked("")).kind is FileKind.PDF


def test_a_pdf_without_a_page_is_refused():
    assert "沒有任何一頁" in refusal(saved(pikepdf.new()))


def _script(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=pikepdf.String("app.alert(1)"))


def _launch_on_a_link(document: pikepdf.Pdf) -> None:
    action = document.make_indirect(Dictionary(S=Name.Launch, F=pikepdf.String("calc.exe")))
    document.pages[0].obj.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Link, A=action)])


def _embedded_file(document: pikepdf.Pdf) -> None:
    document.attachments["virus.exe"] = b"MZ"


@pytest.mark.parametrize(
    ("change", "remark"),
    [(_script, Remark.SCRIPT), (_launch_on_a_link, Remark.LAUNCH), (_embedded_file, Remark.EMBEDDED)],
)
def test_a_pdf_that_could_act_is_accepted_and_flagged(change, remark):
    facts = look(pdf_with(change))
    assert facts.active_content
    assert facts.remarks == (remark,)


def test_a_pdf_that_crashes_the_parser_is_refused_and_nothing_else_happens():
    # Two objects of one number: reading the second frees the first, which is being read (pikepdf 10.18).
    assert "不是完好的" in refusal(PDF.replace(b"\n4 0 obj", b"\n3 0 obj"))


def test_a_pdf_reader_that_never_ends_is_given_up(monkeypatch):
    monkeypatch.setattr(file_proofs, "_PDF_SECONDS", 0.01)
    assert "不是完好的" in refusal(PDF)


def test_an_installation_that_cannot_read_pdfs_blames_no_upload(monkeypatch, tmp_path):
    broken = tmp_path / "reader.py"
    broken.write_text("import nothing_of_this_name")
    monkeypatch.setattr(file_proofs, "_PDF_READER", broken)
    with pytest.raises(file_proofs.ReaderBroken, match="nothing_of_this_name"):
        look(PDF)


def test_the_reader_and_its_caller_mean_the_same_by_unreadable():
    assert file_proofs._PDF_UNREADABLE == pdf_reader.UNREADABLE


def test_a_pdf_that_refers_to_itself_in_circles_comes_to_an_end():
    def circle(document: pikepdf.Pdf) -> None:
        document.Root.Loop = document.make_indirect(Array([document.Root, document.pages[0].obj]))
        document.Root.Loop.append(document.Root.Loop)

    assert look(pdf_with(circle)).remarks == ()


def test_the_pdf_reader_stops_when_its_memory_is_used_up():
    with Path("/dev/zero").open("rb") as endless:
        reader = subprocess.run(
            [sys.executable, "-I", "-B", pdf_reader.__file__],
            stdin=endless,
            capture_output=True,
            timeout=30,
            check=False,
        )
    assert reader.returncode == pdf_reader.UNREADABLE


@pytest.mark.parametrize("format_name", ["PNG", "JPEG"])
def test_an_image_with_too_many_pixels_is_refused_before_it_is_decoded(format_name, monkeypatch):
    monkeypatch.setattr(file_proofs, "MAX_PIXELS", 640 * 480)
    assert "超過上限 307,200 像素" in refusal(image(format_name, (641, 480)))
    assert look(JPG).kind is FileKind.JPG


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [9_500, 30_000])
def test_a_picture_of_a_few_kilobytes_does_not_unfold_to_gigabytes(side):
    assert "80,000,000 像素" in refusal(_png_header_only(side))


def _png_header_only(side: int) -> bytes:
    """A PNG that claims to be `side` pixels wide and high, and is cut off after its first row."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return len(content).to_bytes(4) + name + content + zlib.crc32(name + content).to_bytes(4)

    header = side.to_bytes(4) * 2 + b"\x08\x02\0\0\0"
    rows = zlib.compress(bytes(side * 3 + 1))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("format_name", ["PNG", "JPEG"])
@pytest.mark.parametrize("size", [(1, 1), (7, 2000)])
def test_the_smallest_pictures_pass(format_name, size):
    assert look(image(format_name, size)).remarks == ()


def test_a_jpg_with_endless_scans_is_refused():
    scan = JPG.index(b"\xff\xda")
    assert "掃描次數" in refusal(JPG[:scan] + JPG[scan : scan + 14] * 200 + JPG[scan:])


def test_a_film_without_length_is_refused():
    at = MP4.index(b"mvhd") + 4 + 16
    assert "0 秒" in refusal(MP4[:at] + bytes(4) + MP4[at + 4 :], Slot.AV)


def test_a_film_recorded_in_pieces_needs_no_length_of_its_own():
    at = MP4.index(b"mvhd") + 4 + 16
    pieces = MP4[:at] + bytes(4) + MP4[at + 4 :] + box(b"moof", b"") + box(b"mdat", b"data")
    assert look(pieces, Slot.AV).kind is FileKind.MP4


def test_sound_of_another_layer_is_no_mp3():
    layer_two = bytes([MP3[MP3.index(b"\xff")], 0xFD])
    assert "無法辨識" in refusal(layer_two + MP3[MP3.index(b"\xff") + 2 :], Slot.AV)


# Hostile content never gets past the one refusal

SAMPLES = [PDF, pdf_with(_script), JPG, PNG, MP3, MP4, SILENT_MP4]
MUTATIONS = st.lists(
    st.tuples(st.sampled_from(["cut", "write", "insert", "double"]), st.floats(0, 1), st.binary(max_size=12)),
    min_size=1,
    max_size=6,
)


def mutated(content: bytes, mutations: list[tuple[str, float, bytes]]) -> bytes:
    for how, where, piece in mutations:
        at = int(where * len(content))
        after = {"cut": b"", "write": content[at + len(piece) :], "insert": content[at:], "double": content}[
            how
        ]
        content = content[:at] + piece + after
    return content


def look_in_both_slots(content: bytes) -> None:
    for slot in Slot:
        try:
            facts = look(content, slot)
        except InvalidInput as refused:
            assert refused.message
        else:
            assert facts.kind in slot.kinds and facts.size == len(content)


@hypothesis_settings(max_examples=100, deadline=None)
@given(st.sampled_from(SAMPLES), MUTATIONS)
def test_mutated_files_are_accepted_or_refused(content, mutations):
    look_in_both_slots(mutated(content, mutations))


@hypothesis_settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(
        [b"", b"%PDF-1.7\n", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"ID3", b"\xff\xfb", MP4[:32]]
    ),
    st.binary(max_size=400),
)
def test_noise_is_accepted_or_refused(start, noise):
    look_in_both_slots(start + noise)
