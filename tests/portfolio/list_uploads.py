"""Handing lists in on the staff page, as a browser does it."""

import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import ListUpload
from tests.accounts import lists

UPLOAD = "/people/import/"
CLASSES: list[list[Any]] = [["學年度", "部別", "年級", "班級"], [113, "日間部", 2, "資訊二甲"]]


def hand_in(client: Client, act: str, rows: lists.Rows, **chosen: Any) -> Any:
    file = SimpleUploadedFile("名單.xlsx", lists.xlsx(rows))
    return client.post(UPLOAD, {"act": act, "file": file, **chosen}, follow=True)


def latest() -> ListUpload:
    return ListUpload.objects.latest("pk")


def page_of(upload: ListUpload, part: str = "") -> str:
    return f"{UPLOAD}{upload.pk}/{part}"


def confirm(client: Client, page: Any, **given: Any) -> Any:
    """Press the button on the report that `page` shows."""
    shown = re.search(r'name="shown" value="(\w+)"', page.content.decode())
    data = {"shown": shown[1] if shown else "", **given}
    return client.post(page_of(latest(), "confirm/"), data, follow=True)


def said(page: Any) -> str:
    return " ".join(page.content.decode().split())
