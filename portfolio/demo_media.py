"""Small real files for the invented school and for tests: the same arguments always give the same bytes.

Nothing here depends on fonts or tools of the machine. Pictures and films are invented coloured shapes; Latin
letters and digits are drawn with Pillow's own font. Chinese in a PDF refers to a standard CJK font that the
reader's machine supplies. Every file passes `portfolio.domain.filetypes.inspect`.
"""

from __future__ import annotations

import colorsys
import math
from array import array
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cache
from io import BytesIO
from random import Random
from typing import TYPE_CHECKING, cast

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

# Encoding takes far longer than drawing, so films and sounds repeat after this many seeds.
VARIANTS = 8

_A4 = (595, 842)
_PICTURE = (640, 480)
_FILM = (320, 240)
_FRAMES_PER_SECOND = 12
_SAMPLES_PER_SECOND = 22050
_SAMPLES_PER_FRAME = 1024

_Colour = tuple[int, int, int]


def pdf(title: str, lines: Sequence[str]) -> bytes:
    """A one-page A4 PDF: `title` large above `lines`; what does not fit on the page is left out."""
    document = pikepdf.new()
    page = document.add_blank_page(page_size=_A4)
    page.obj.Resources = Dictionary(Font=Dictionary(F=document.make_indirect(_chinese_font())))
    page.obj.Contents = document.make_stream(_page_text(title, lines))
    target = BytesIO()
    document.save(target, deterministic_id=True)
    return target.getvalue()


def jpg(title: str, seed: int) -> bytes:
    """A JPEG of 640 × 480 pixels; of `title` only what is ASCII can be drawn."""
    target = BytesIO()
    _composition(title, seed).save(target, "JPEG", quality=80)
    return target.getvalue()


def png(title: str, seed: int) -> bytes:
    """A PNG of 640 × 480 pixels; of `title` only what is ASCII can be drawn."""
    target = BytesIO()
    _composition(title, seed).save(target, "PNG")
    return target.getvalue()


def mp4(seed: int, seconds: int = 2, *, sound: bool = True) -> bytes:
    """An MP4 of 320 × 240 pixels (H.264 where it can be made, AAC) with a moving disc and a tone."""
    return _film(seed % VARIANTS, seconds, sound)


def mp3(seed: int, seconds: int = 2) -> bytes:
    """An MP3 in mono with a short melody."""
    return _melody(seed % VARIANTS, seconds)


def _chinese_font() -> Dictionary:
    """A font by its standard name alone: readers take a CJK font of their own for it."""
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name("/MSung-Light"),
        Flags=4,
        FontBBox=Array([-160, -249, 1015, 888]),
        ItalicAngle=0,
        Ascent=880,
        Descent=-120,
        CapHeight=880,
        StemV=93,
    )
    glyphs = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType0,
        BaseFont=Name("/MSung-Light"),
        CIDSystemInfo=Dictionary(
            Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("CNS1"), Supplement=0
        ),
        FontDescriptor=descriptor,
        DW=1000,
        W=Array([1, 98, 500]),  # the Latin letters of this character collection
    )
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.Type0,
        BaseFont=Name("/MSung-Light-UniCNS-UCS2-H"),
        Encoding=Name("/UniCNS-UCS2-H"),
        DescendantFonts=Array([glyphs]),
    )


def _page_text(title: str, lines: Sequence[str]) -> bytes:
    rows = [f"BT /F 20 Tf 24 TL 56 770 Td {_shown(title)} Tj /F 12 Tf 0 -16 Td 20 TL"]
    rows += [f"T* {_shown(line)} Tj" for line in lines[:34]]
    return "\n".join([*rows, "ET"]).encode("ascii")


def _shown(text: str) -> str:
    """Text as a string of the font's two-byte encoding; signs beyond it become a question mark."""
    plane_zero = "".join(sign if ord(sign) < 0x10000 else "?" for sign in text)
    return f"<{plane_zero.encode('utf-16-be', 'replace').hex()}>"


def _composition(title: str, seed: int) -> Image.Image:
    random = Random(seed)
    hue = random.random()
    image = Image.new("RGB", _PICTURE, _colour(hue, 0.25, 0.95))
    draw = ImageDraw.Draw(image)
    for _ in range(9):
        _draw_shape(draw, random, hue)
    draw.rectangle((0, 400, 640, 480), fill=_colour(hue, 0.6, 0.3))
    draw.text((24, 418), _caption(title, seed), font=_font(36), fill="white")
    return image


def _draw_shape(draw: ImageDraw.ImageDraw, random: Random, hue: float) -> None:
    x, y, size = random.randrange(-40, 600), random.randrange(-40, 380), random.randrange(60, 220)
    fill = _colour(hue + random.uniform(-0.15, 0.15), random.uniform(0.4, 0.8), random.uniform(0.5, 0.95))
    match random.randrange(3):
        case 0:
            draw.ellipse((x, y, x + size, y + size), fill=fill)
        case 1:
            draw.rectangle((x, y, x + size, y + size // 2), fill=fill)
        case _:
            draw.polygon([(x, y + size), (x + size // 2, y), (x + size, y + size)], fill=fill)


def _caption(title: str, seed: int) -> str:
    latin = " ".join("".join(sign if " " <= sign <= "~" else " " for sign in title).split())
    return f"{latin[:22]}  No. {seed}".strip()


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _colour(hue: float, saturation: float, value: float) -> _Colour:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)


@cache
def _film(variant: int, seconds: int, sound: bool) -> bytes:
    # Loading the codecs takes a moment that nobody but the maker of films should wait for.
    import av

    target = BytesIO()
    with av.open(target, "w", format="mp4", options={"fflags": "+bitexact"}) as container:
        picture = cast("VideoStream", container.add_stream(_film_codec(), rate=_FRAMES_PER_SECOND))
        picture.width, picture.height = _FILM
        picture.pix_fmt = "yuv420p"
        picture.codec_context.thread_count = 1  # several threads may cut the film differently each time
        tone = container.add_stream("aac", rate=_SAMPLES_PER_SECOND, layout="mono") if sound else None
        for image in _film_frames(variant, seconds):
            container.mux(picture.encode(image))
        container.mux(picture.encode(None))
        if tone is not None:
            for samples in _tone_frames(variant, seconds):
                container.mux(tone.encode(samples))
            container.mux(tone.encode(None))
    return target.getvalue()


def _film_codec() -> str:
    """The best of the encoders this build of the library has, for playing in every browser."""
    import av

    return next(c for c in ("libx264", "libopenh264", "libvpx-vp9", "libsvtav1") if c in av.codecs_available)


@cache
def _melody(variant: int, seconds: int) -> bytes:
    import av

    target = BytesIO()
    with av.open(target, "w", format="mp3", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libmp3lame", rate=_SAMPLES_PER_SECOND, layout="mono")
        stream.bit_rate = 32_000
        for samples in _tone_frames(variant, seconds):
            container.mux(stream.encode(samples))
        container.mux(stream.encode(None))
    return target.getvalue()


def _film_frames(variant: int, seconds: int) -> Iterator[VideoFrame]:
    from av import VideoFrame

    count = seconds * _FRAMES_PER_SECOND
    hue = variant / VARIANTS
    for index in range(count):
        image = Image.new("RGBA", _FILM, _colour(hue, 0.5, 0.35))
        draw = ImageDraw.Draw(image)
        x = round(40 + 200 * index / count)
        y = round(100 - 60 * abs(math.sin(2 * math.pi * index / _FRAMES_PER_SECOND)))
        draw.ellipse((x, y, x + 60, y + 60), fill=_colour(hue + 0.4, 0.7, 0.95))
        draw.text(
            (12, 205), f"No. {variant}   {index / _FRAMES_PER_SECOND:.1f} s", font=_font(20), fill="white"
        )
        frame = VideoFrame.from_bytes(image.tobytes(), *_FILM)
        frame.pts, frame.time_base = index, Fraction(1, _FRAMES_PER_SECOND)
        yield frame


def _tone_frames(variant: int, seconds: int) -> Iterator[AudioFrame]:
    from av import AudioFrame

    total = seconds * _SAMPLES_PER_SECOND
    for start in range(0, total, _SAMPLES_PER_FRAME):
        count = min(_SAMPLES_PER_FRAME, total - start)
        frame = AudioFrame(format="s16", layout="mono", samples=count)
        samples = array("h", (_sample(variant, index) for index in range(start, start + count)))
        frame.planes[0].update(samples.tobytes().ljust(frame.planes[0].buffer_size, b"\0"))
        frame.sample_rate = _SAMPLES_PER_SECOND
        frame.pts, frame.time_base = start, Fraction(1, _SAMPLES_PER_SECOND)
        yield frame


def _sample(variant: int, index: int) -> int:
    """One 16-bit sample of a melody of four notes a second on a five-note scale."""
    step = (0, 2, 4, 7, 9)[(index * 4 // _SAMPLES_PER_SECOND * (variant + 1)) % 5]
    pitch = 262 * 2 ** (step / 12)
    return round(6000 * math.sin(2 * math.pi * pitch * index / _SAMPLES_PER_SECOND))
