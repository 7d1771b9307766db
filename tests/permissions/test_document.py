"""docs/permissions.md is what the matrix says."""

from pathlib import Path

from django.conf import settings

from tests.permissions.document import markdown

DOCUMENT = Path(settings.BASE_DIR) / "docs" / "permissions.md"


def test_the_document_is_up_to_date() -> None:
    assert DOCUMENT.read_text() == markdown(), (
        "write it anew: python -m tests.permissions.document > docs/permissions.md"
    )
