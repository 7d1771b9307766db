"""Which version of a piece somebody looked at: text and files, whatever else may happen to it."""

import hashlib
import json
from collections.abc import Iterable

_LENGTH = 32


def version_of(description: str, hashes: Iterable[str]) -> str:
    """A short text that differs as soon as the description or a file differs."""
    content = json.dumps([description, sorted(hashes)])
    return hashlib.sha256(content.encode()).hexdigest()[:_LENGTH]
