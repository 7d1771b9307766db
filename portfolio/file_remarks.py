"""What the student, or who helps them, is told about the files of a piece."""

from collections.abc import Iterable, Iterator

from portfolio import storage
from portfolio.domain.file_remarks import Remark, words
from portfolio.domain.picture_metadata import tells_position
from portfolio.models import Attachment


def remarks_on(files: Iterable[Attachment]) -> list[str]:
    """One sentence or two for each thing worth knowing, with what to do; the files' order is kept."""
    return [
        words(remark, name=file.original_name, kind=file.file_kind)
        for file in files
        for remark in _remarks(file)
    ]


def _remarks(file: Attachment) -> Iterator[Remark]:
    yield from map(Remark, file.remarks)
    if _tells_position(file):
        yield Remark.POSITION


def _tells_position(file: Attachment) -> bool:
    try:
        with storage.open_blob(file.sha256) as content:
            return tells_position(file.file_kind, content)
    except storage.BlobMissing:  # said where the file itself is asked for
        return False
