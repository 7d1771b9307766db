"""Pages laid out for paper. The one place that knows the library which does it."""

from typing import Any

from django.utils.translation import gettext as _
from PIL import ImageFile

from accounts.errors import NotInstalled


def pdf_of(html: str) -> bytes:
    """`html` as a PDF.

    Raises:
        NotInstalled: the libraries that lay out pages are missing.
    """
    try:
        document = _library()
    except OSError as problem:
        raise NotInstalled(_("這台主機沒有安裝製作 PDF 的元件，請聯絡系統管理者。")) from problem
    made: bytes = document(string=html).write_pdf()
    return made


def _library() -> Any:
    """WeasyPrint, slow to import. It bids the whole process load pictures that are cut off, which uploads are
    to be refused for: that is taken back."""
    bidden = ImageFile.LOAD_TRUNCATED_IMAGES
    from weasyprint import HTML

    ImageFile.LOAD_TRUNCATED_IMAGES = bidden
    return HTML
