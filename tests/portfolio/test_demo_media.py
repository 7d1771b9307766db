"""The invented school's files are real, small, and the same every time."""

from io import BytesIO

import av
import pikepdf
import pytest
from mutagen.mp3 import MPEGInfo
from PIL import Image

from portfolio import demo_media
from portfolio.domain.filetypes import FileFacts, FileKind, Slot, inspect

MAKERS = {
    "pdf": lambda seed: demo_media.pdf(f"專題報告 {seed}", ["第一章　動機", "ABC 123"]),
    "jpg": lambda seed: demo_media.jpg(f"校園 Plants {seed}", seed),
    "png": lambda seed: demo_media.png("機器人", seed),
    "mp3": demo_media.mp3,
    "mp4": demo_media.mp4,
}


def facts(content: bytes, kind: FileKind) -> FileFacts:
    return inspect(
        BytesIO(content), name=f"作品.{kind}", slot_label="檔案", allowed=list(FileKind), max_bytes=60 * 1024
    )


@pytest.mark.parametrize("kind", FileKind)
@pytest.mark.parametrize("seed", [0, 5, 1234])
def test_each_is_a_small_sound_file_without_remarks(kind, seed):
    content = MAKERS[kind](seed)
    assert facts(content, kind) == FileFacts(kind, len(content))


@pytest.mark.parametrize("kind", FileKind)
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(kind):
    first, other = MAKERS[kind](1), MAKERS[kind](2)
    demo_media._film.cache_clear()
    demo_media._melody.cache_clear()
    assert MAKERS[kind](1) == first != other


@pytest.mark.parametrize("seconds", [1, 3])
def test_films_and_sounds_play_for_the_seconds_asked_for(seconds):
    with av.open(BytesIO(demo_media.mp4(1, seconds)), "r") as film:
        assert len(list(film.decode(video=0))) == 12 * seconds
        assert film.streams.video[0].codec_context.name in ("h264", "vp9", "av1")
    assert MPEGInfo(BytesIO(demo_media.mp3(1, seconds))).length == pytest.approx(seconds, abs=0.1)


def test_a_film_may_be_silent():
    with av.open(BytesIO(demo_media.mp4(1, sound=False))) as film:
        assert not film.streams.audio


def test_pictures_open_in_full():
    for content in (demo_media.jpg("", 1), demo_media.png("A" * 200, -1)):
        with Image.open(BytesIO(content)) as picture:
            picture.load()
            assert picture.size == (640, 480)


def test_any_text_may_stand_in_a_pdf():
    content = demo_media.pdf("𠮷) Tj \\ (\ud800", ["行"] * 500)
    with pikepdf.open(BytesIO(content)) as document:
        assert len(document.pages) == 1
    assert Slot.DOCUMENT.kinds[0] is facts(content, FileKind.PDF).kind
