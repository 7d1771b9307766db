"""Makes a picture of the file on standard input, in a process of its own; writes it to standard output.

Run by `portfolio.derived`, by path, and imports nothing of the project: decoders of strangers' files are
native code, and what a malicious file does to them ends here. The arguments say what to make:

`thumbnail pdf`, `thumbnail jpg`, `thumbnail png`: a small JPEG of the first page or of the picture;
`clean jpg`: the same picture, upright, with nothing but its pixels and colours.

Exits with another status than 0 when it cannot be made.
"""

import io
import resource
import sys

import pypdfium2
from PIL import Image, ImageOps, JpegImagePlugin

MAX_PIXELS = 80_000_000

_LONGER_SIDE = 360
_MEMORY_BYTES = 1536 * 1024**2
_COMPUTING_SECONDS = 10


def main() -> int:
    """Limit this process, read standard input, write the picture; the exit status."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_COMPUTING_SECONDS, _COMPUTING_SECONDS))
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS // 2  # Pillow refuses what has twice as many
    make, kind = sys.argv[1:]
    content = sys.stdin.buffer.read()
    sys.stdout.buffer.write(thumbnail(content, kind) if make == "thumbnail" else clean_jpg(content))
    return 0


def thumbnail(content: bytes, kind: str) -> bytes:
    """A JPEG whose longer side has `_LONGER_SIDE` pixels at most."""
    picture = _first_page(content) if kind == "pdf" else _picture(content, kind)
    picture.thumbnail((_LONGER_SIDE, _LONGER_SIDE))
    target = io.BytesIO()
    _on_white(ImageOps.exif_transpose(picture)).save(target, "JPEG", quality=78, comment=b"")
    return target.getvalue()


def clean_jpg(content: bytes) -> bytes:
    """The picture again, compressed as it was, so that next to nothing is lost."""
    picture = Image.open(io.BytesIO(content), formats=["JPEG"])
    assert isinstance(picture, JpegImagePlugin.JpegImageFile)
    colours, tables = picture.info.get("icc_profile"), picture.quantization
    sampling = JpegImagePlugin.get_sampling(picture)
    target = io.BytesIO()
    ImageOps.exif_transpose(picture).save(
        target,
        "JPEG",
        qtables=tables,
        subsampling=sampling,
        icc_profile=colours,
        exif=b"",
        xmp=b"",
        comment=b"",
    )
    return target.getvalue()


def _first_page(content: bytes) -> Image.Image:
    page = pypdfium2.PdfDocument(content)[0]
    picture: Image.Image = page.render(scale=_LONGER_SIDE / max(page.get_size())).to_pil()
    return picture


def _picture(content: bytes, kind: str) -> Image.Image:
    picture = Image.open(io.BytesIO(content), formats=["JPEG" if kind == "jpg" else "PNG"])
    picture.draft(picture.mode, (_LONGER_SIDE * 2, _LONGER_SIDE * 2))
    return picture


def _on_white(picture: Image.Image) -> Image.Image:
    """In colours that a JPEG has; what was transparent becomes white paper."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    paper = Image.new("RGB", layer.size, "white")
    paper.paste(layer, mask=layer.getchannel("A"))
    return paper


if __name__ == "__main__":
    sys.exit(main())
