"""An upload whose connection broke is no upload.

A server hands the application what had arrived by then, and Django's parser takes the end of that for the end
of the form: files and fields that were already there would count, those still to come would be missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import IO, Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import QueryDict
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.utils.datastructures import MultiValueDict


class _Counted:
    """`source`, counting what is read of it."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.count = 0

    def read(self, size: int) -> bytes:
        content = self._source.read(size)
        self.count += len(content)
        return content


class WholeBodyHandler(FileUploadHandler):
    """Stands first of the upload handlers: refuses a body that is shorter than was announced.

    Leaves no temporary file of a refused one behind.
    """

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> tuple[QueryDict, MultiValueDict[str, UploadedFile]]:
        assert self.request is not None
        others = [handler for handler in self.request.upload_handlers if handler is not self]
        counted: Any = _Counted(input_data)
        files: Mapping[str, UploadedFile] = {}
        try:
            typed, files = MultiPartParser(META, counted, others, encoding).parse()
            if counted.count < content_length:
                raise MultiPartParserError("The connection broke before all of the form had arrived.")
        except Exception:
            _throw_away(files, others)
            raise
        return typed, files

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def _throw_away(files: Any, handlers: Iterable[FileUploadHandler]) -> None:
    for __, several in files.lists() if files else ():
        for file in several:
            file.close()
    for handler in handlers:
        handler.upload_interrupted()
