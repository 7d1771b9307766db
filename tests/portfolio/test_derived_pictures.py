"""Pictures that are shown to others do not tell where, when and with what they were taken; thumbnails."""

import hashlib
import os
import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from django.conf import settings
from django.test import Client
from PIL import ExifTags, Image, PngImagePlugin

from accounts.models import AuditEntry, User
from accounts.models.duties import DutyCode
from portfolio import demo_media, derived, storage
from portfolio.domain.file_kinds import FileKind
from portfolio.domain.picture_metadata import png_without_metadata, tells_position
from portfolio.models import Attachment, CourseOutcome, Enrolment
from tests.conftest import SetClock
from tests.factories import (
    EnrolmentFactory,
    SchoolClassFactory,
    SectionFactory,
    StudentFactory,
    UserFactory,
    holder_of,
    term_113_1,
)
from tests.portfolio.pieces import DOCUMENT, NOW, sent, upload

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
CAMERA, SECRET = "Invented Camera X1", b"taken at home"


def gps_jpg(*, orientation: int = 1, size: tuple[int, int] = (60, 40)) -> bytes:
    """A photograph with its place, camera and a note: the left half red, the right one blue."""
    picture = Image.new("RGB", size, (200, 20, 20))
    picture.paste((20, 20, 200), (size[0] // 2, 0, *size))
    camera = Image.Exif()
    camera[ExifTags.Base.Model] = CAMERA
    camera[ExifTags.Base.Orientation] = orientation
    camera[ExifTags.IFD.GPSInfo] = {
        ExifTags.GPS.GPSLatitudeRef: "N",
        ExifTags.GPS.GPSLatitude: (25.0, 2.0, 0.0),
        ExifTags.GPS.GPSLongitudeRef: "E",
        ExifTags.GPS.GPSLongitude: (121.0, 30.0, 0.0),
    }
    target = BytesIO()
    place = b'<x:xmpmeta xmlns:x="adobe:ns:meta/" exif:GPSLatitude="25,2N"/>'
    picture.save(target, "JPEG", quality=92, exif=camera, xmp=place, comment=SECRET)
    return target.getvalue()


def gps_png() -> bytes:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", SECRET.decode())
    camera = Image.Exif()
    camera[ExifTags.IFD.GPSInfo] = {ExifTags.GPS.GPSLatitude: (25.0, 2.0, 0.0)}
    target = BytesIO()
    Image.new("RGBA", (60, 40), (20, 200, 20, 128)).save(target, "PNG", exif=camera, pnginfo=notes)
    return target.getvalue() + b"bytes behind the end: " + SECRET


@pytest.fixture
def enrolment(set_clock: SetClock) -> Enrolment:
    set_clock(NOW)
    term_113_1()
    student = StudentFactory.create(school_class=SchoolClassFactory.create())
    made: Enrolment = EnrolmentFactory.create(student=student, section=SectionFactory.create())
    return made


def uploaded(enrolment: Enrolment, content: bytes, name: str = "照片.jpg") -> Attachment:
    outcome: CourseOutcome = upload(enrolment, files={DOCUMENT: sent(content, name)})
    return outcome.attachments.get()


def body(client: Client, file: Attachment, query: str = "") -> bytes:
    response = client.get(f"/portfolio/files/{file.pk}/{query}")
    assert response.status_code == 200
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


# ---------------------------------------------------------------- what others see


@pytest.fixture
def others(enrolment: Enrolment) -> dict[str, User]:
    homeroom = enrolment.student.placements.get().school_class.homeroom_teacher
    assert homeroom
    return {
        "teacher": enrolment.section.teacher,
        "homeroom teacher": homeroom,
        "office": holder_of(DutyCode.COURSE_OUTCOMES),
    }


@pytest.mark.parametrize("who", ["teacher", "homeroom teacher", "office"])
@pytest.mark.parametrize("query", ["", "?download=1"])
@pytest.mark.parametrize("content, name", [(gps_jpg(), "照片.jpg"), (gps_png(), "圖.png")])
def test_others_get_the_picture_without_place_camera_and_notes(
    enrolment: Enrolment, others, client_of: ClientOf, who: str, query: str, content: bytes, name: str
):
    file = uploaded(enrolment, content, name)
    seen = body(client_of(others[who]), file, query)
    picture = opened(seen)
    assert not dict(picture.getexif())
    assert not {"exif", "xmp", "comment", "Comment"} & set(picture.info)
    assert SECRET in content
    for told in (b"Exif", b"eXIf", b"GPSLatitude", CAMERA.encode(), SECRET):
        assert told not in seen
    assert picture.size == opened(content).size


def test_the_student_and_the_stored_file_keep_every_byte(enrolment: Enrolment, client_of: ClientOf):
    content = gps_jpg()
    file = uploaded(enrolment, content)
    client_of(enrolment.section.teacher).get(f"/portfolio/files/{file.pk}/")
    assert body(client_of(enrolment.student.user), file) == content
    assert storage.blob_path(file.sha256).read_bytes() == content
    assert file.sha256 == hashlib.sha256(content).hexdigest()


def test_the_copy_looks_the_same_and_its_parts_fit_its_own_length(enrolment: Enrolment, client_of: ClientOf):
    content = gps_jpg()
    file, client = uploaded(enrolment, content), client_of(enrolment.section.teacher)
    seen = body(client, file)
    for spot in ((5, 5), (55, 35)):
        before, after = (opened(one).getpixel(spot) for one in (content, seen))
        assert isinstance(before, tuple) and isinstance(after, tuple)
        assert max(abs(a - b) for a, b in zip(before, after, strict=True)) <= 3
    part = client.get(f"/portfolio/files/{file.pk}/", headers={"Range": "bytes=10-"})
    assert b"".join(part.streaming_content) == seen[10:]  # type: ignore[attr-defined]
    assert part.headers["Content-Range"] == f"bytes 10-{len(seen) - 1}/{len(seen)}"


def test_a_picture_taken_with_the_telephone_turned_stands_upright(enrolment: Enrolment, client_of: ClientOf):
    file = uploaded(enrolment, gps_jpg(orientation=6))
    picture = opened(body(client_of(enrolment.section.teacher), file))
    assert picture.size == (40, 60)
    top = picture.getpixel((20, 5))
    assert isinstance(top, tuple) and top[0] > 150 > top[2]  # the red half was left and is now above


def test_where_no_copy_can_be_made_the_original_is_not_shown_instead(
    enrolment: Enrolment, client_of: ClientOf, monkeypatch, tmp_path: Path
):
    file = uploaded(enrolment, gps_jpg())
    monkeypatch.setattr(derived, "_MAKER", tmp_path / "missing.py")
    response = client_of(enrolment.section.teacher).get(f"/portfolio/files/{file.pk}/")
    assert response.status_code == 500 and CAMERA.encode() not in response.content


def test_a_png_loses_nothing_that_is_drawn():
    plain = BytesIO()
    Image.new("RGBA", (60, 40), (20, 200, 20, 128)).save(plain, "PNG")
    assert png_without_metadata(gps_png()) == plain.getvalue()


@pytest.mark.parametrize("content", [b"", b"GIF89a", gps_png()[:60], gps_png()[:8] + b"\xff" * 40])
def test_what_is_no_whole_png_is_refused(content: bytes):
    with pytest.raises(ValueError, match="PNG"):
        png_without_metadata(content)


# ---------------------------------------------------------------- telling the student


@pytest.mark.parametrize("content, kind", [(gps_jpg(), FileKind.JPG), (gps_png(), FileKind.PNG)])
def test_a_picture_that_tells_its_place_is_recognised(content: bytes, kind: FileKind):
    assert tells_position(kind, BytesIO(content))


@pytest.mark.parametrize(
    "content, kind",
    [
        (demo_media.jpg("a", 1), FileKind.JPG),
        (demo_media.png("a", 1), FileKind.PNG),
        (demo_media.pdf("a", []), FileKind.PDF),
        (b"\xff\xd8\xff broken", FileKind.JPG),
    ],
)
def test_any_other_file_is_not(content: bytes, kind: FileKind):
    assert not tells_position(kind, BytesIO(content))


def test_the_receipt_warns_of_the_place_and_only_then(enrolment: Enrolment, client_of: ClientOf):
    client = client_of(enrolment.student.user)
    warned = uploaded(enrolment, gps_jpg(), "海邊.jpg")
    plain = uploaded(enrolment, demo_media.jpg("a", 1))
    pages = [client.get(f"/portfolio/outcomes/{f.outcome_id}/").content.decode() for f in (warned, plain)]
    assert "「海邊.jpg」帶有拍攝地點（GPS）" in pages[0]
    assert "拍攝地點" not in pages[1]


# ---------------------------------------------------------------- thumbnails


def thumbnail(client: Client, file: Attachment):
    return client.get(f"/portfolio/files/{file.pk}/thumbnail/")


@pytest.mark.parametrize(
    "content, name, shape",
    [
        (demo_media.pdf("期末專題", ["研究動機"]), "專題.pdf", "tall"),
        (gps_jpg(size=(1200, 800)), "照片.jpg", "wide"),
        (gps_jpg(size=(1200, 800), orientation=6), "照片.jpg", "tall"),
        (gps_png(), "圖.png", "wide"),
    ],
)
def test_a_document_has_a_small_picture(
    enrolment: Enrolment, client_of: ClientOf, content: bytes, name: str, shape: str
):
    file = uploaded(enrolment, content, name)
    response = thumbnail(client_of(enrolment.section.teacher), file)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    picture = opened(b"".join(response.streaming_content))
    assert max(picture.size) <= 360 and not dict(picture.getexif()) and "comment" not in picture.info
    assert (picture.height > picture.width) == (shape == "tall")


def test_a_thumbnail_is_for_whom_the_file_is_and_no_look_at_it(enrolment: Enrolment, client_of: ClientOf):
    file = uploaded(enrolment, gps_jpg())
    assert thumbnail(client_of(enrolment.student.user), file).status_code == 200
    assert thumbnail(client_of(enrolment.section.teacher), file).status_code == 200
    assert thumbnail(client_of(UserFactory.create()), file).status_code == 404
    assert thumbnail(Client(), file).status_code == 302
    assert not AuditEntry.objects.filter(act="view_file").exists()


def test_it_is_made_once_and_again_after_it_was_thrown_away(
    enrolment: Enrolment, client_of: ClientOf, settings
):
    file, client = uploaded(enrolment, gps_jpg()), client_of(enrolment.student.user)
    thumbnail(client, file)
    (made,) = made_pictures()
    stamp = made.stat().st_ino
    thumbnail(client, file)
    assert made.stat().st_ino == stamp
    settings.DERIVED_FILES_BYTES = 0
    assert derived.keep_within_room() == 1 and made_pictures() == []
    assert thumbnail(client, file).status_code == 200


def test_the_least_recently_used_goes_first_and_no_more_than_needed(enrolment: Enrolment, settings):
    files = [uploaded(enrolment, demo_media.jpg("a", seed)) for seed in range(3)]
    paths = [derived.thumbnail(file) for file in files]
    for age, path in enumerate(paths):
        assert path
        os.utime(path, (1_700_000_000 + age, 1_700_000_000 + age))
    derived.thumbnail(files[0])  # used again
    settings.DERIVED_FILES_BYTES = sum(path.stat().st_size for path in paths if path) - 1
    assert derived.keep_within_room() == 1
    assert [path.exists() for path in paths if path] == [True, False, True]
    assert storage.verify(files[1].sha256)


def bomb_png(side: int = 30_000) -> bytes:
    """A few hundred kilobytes that unfold to almost a gigabyte."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(side + 1)) for __ in range(side)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def bomb_pdf() -> bytes:
    """A page larger than any paper, that draws a picture of many gigabytes."""
    document = pikepdf.new()
    page = document.add_blank_page(page_size=(14_400, 14_400))
    picture = document.make_stream(zlib.compress(bytes(10_000_000)))
    for name, value in {
        "/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Image, "/Width": 60_000, "/Height": 60_000,
        "/ColorSpace": pikepdf.Name.DeviceRGB, "/BitsPerComponent": 8, "/Filter": pikepdf.Name.FlateDecode,
    }.items():  # fmt: skip
        picture[name] = value
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=picture))
    page.obj.Contents = document.make_stream(b"14400 0 0 14400 0 0 cm /P Do")
    target = BytesIO()
    document.save(target)
    return target.getvalue()


@pytest.mark.parametrize(
    "content, kind",
    [(bomb_png(), "png"), (b"%PDF-1.4 no more than that", "pdf"), (b"\xff\xd8\xff\xe0 no picture", "jpg")],
)
def test_a_hostile_file_has_no_thumbnail_and_is_tried_once(
    enrolment: Enrolment, client_of: ClientOf, monkeypatch, content: bytes, kind: str
):
    file, client = as_if_taken_in(enrolment, content, kind), client_of(enrolment.student.user)
    assert thumbnail(client, file).status_code == 404
    monkeypatch.setattr("subprocess.run", None)
    assert thumbnail(client, file).status_code == 404


def test_a_huge_page_is_drawn_small_or_not_at_all(enrolment: Enrolment, client_of: ClientOf):
    file = as_if_taken_in(enrolment, bomb_pdf(), "pdf")
    assert thumbnail(client_of(enrolment.student.user), file).status_code in (200, 404)


def test_sound_has_no_thumbnail(enrolment: Enrolment):
    file = uploaded(enrolment, gps_jpg())
    file.kind = "mp3"
    assert derived.thumbnail(file) is None


def as_if_taken_in(enrolment: Enrolment, content: bytes, kind: str) -> Attachment:
    """The check at the door is another line of defence: here it is passed by."""
    file, stored = uploaded(enrolment, gps_jpg()), storage.store(BytesIO(content))
    Attachment.objects.filter(pk=file.pk).update(kind=kind, sha256=stored.sha256, size=stored.size)
    file.refresh_from_db()
    return file


def made_pictures() -> list[Path]:
    return [path for path in (Path(settings.PRIVATE_FILES_DIR) / "derived").rglob("*") if path.is_file()]
