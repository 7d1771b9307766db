"""Looking at PDFs that were made to be printed."""

import os

import pytest
from pypdfium2 import PdfDocument


def require_printing() -> None:
    """Skips where the machine lacks the libraries that lay out pages; never where nothing may be left out."""
    try:
        import weasyprint  # noqa: F401
    except OSError as problem:
        if os.environ.get("REQUIRE_ALL", "") not in ("", "0"):
            raise
        pytest.skip(f"no PDFs on this machine: {problem}")


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page."""
    with PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_range() for page in document]
