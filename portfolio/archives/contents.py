"""What a student's archive consists of: every app adds the sections it has about the student."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath

from accounts.builders import Builders
from accounts.models import Student

FOLDER = "files"


@dataclass(frozen=True)
class ArchivedFile:
    """A stored file: what it is called in the archive, and the SHA-256 (hex) under which it lies."""

    path: str
    label: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Entry:
    """One thing on record: facts as (label, value), longer texts likewise, files, and what happened to it."""

    title: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)
    files: list[ArchivedFile] = field(default_factory=list)
    history: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Section:
    """`key` names it in data.json."""

    key: str
    title: str
    entries: list[Entry]


_builders: Builders[Student, Section] = Builders()
adds_to_archive = _builders.adding


def sections_of(student: Student) -> list[Section]:
    """Everything about `student`, sections without entries left out."""
    return [section for section in _builders(student) if section.entries]


def file_path(folder: str, number: int, name: str) -> str:
    """Where a file lies in the archive: numbered, so that equal names do not meet; safe on every system."""
    suffix = PurePosixPath(name).suffix.lower()
    return f"{FOLDER}/{folder}/{number}{suffix if suffix.isascii() and suffix[1:].isalnum() else ''}"
