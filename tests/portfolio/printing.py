"""Looking at PDFs that were made to be printed."""

import os

import pytest
from pypdfium2 import PdfDocument

from accounts.errors import NotInstalled
from portfolio.pdf import pdf_of


def require_printing() -> None:
    """Skips where the machine lacks the libraries that lay out pages; never where nothing may be left out."""
    try:
        pdf_of("")
    except NotInstalled as problem:
        if os.environ.get("REQUIRE_ALL", "") not in ("", "0"):
            raise
        pytest.skip(f"no PDFs on this machine: {problem}")


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page."""
    with PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_range() for page in document]
