"""What is worth telling who uploads a file that is accepted all the same: what it is, and what to do."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from portfolio.domain.file_kinds import FileKind

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Remark(StrEnum):
    """Kept with the file by its value; the words come with the page, in its language."""

    OTHER_KIND = "other_kind"
    MENDED = "mended"
    SCRIPT = "script"
    LAUNCH = "launch"
    EMBEDDED = "file"
    POSITION = "position"

    @property
    def acts(self) -> bool:
        """Whether it marks content that does something by itself when it is opened."""
        return self in (Remark.SCRIPT, Remark.LAUNCH, Remark.EMBEDDED)


def words(remark: Remark, *, name: str, kind: FileKind) -> str:
    return str(_WORDS[remark]) % {"name": name, "kind": kind.label, "extension": kind.extension}


_WORDS: dict[Remark, StrOrPromise] = {
    Remark.OTHER_KIND: gettext_lazy(
        "「%(name)s」的內容是 %(kind)s，系統以副檔名 %(extension)s 保存；內容沒有更動，不必重新上傳。"
    ),
    Remark.MENDED: gettext_lazy(
        "「%(name)s」的 PDF 內部結構有瑕疵，但仍可開啟。請下載確認每一頁都完整；缺頁的話，重新匯出後再上傳。"
    ),
    Remark.SCRIPT: gettext_lazy(
        "「%(name)s」內含程式碼（JavaScript），只能下載、不在瀏覽器中開啟。"
        "建議另存成不含程式碼的 PDF，再重新上傳。"
    ),
    Remark.LAUNCH: gettext_lazy(
        "「%(name)s」內含開啟其他程式的動作，只能下載、不在瀏覽器中開啟。建議移除後重新上傳。"
    ),
    Remark.EMBEDDED: gettext_lazy(
        "「%(name)s」內夾帶其他檔案，只能下載、不在瀏覽器中開啟；夾帶的檔案不會另外提交。"
        "需要的內容請併入 PDF 的頁面，再重新上傳。"
    ),
    Remark.POSITION: gettext_lazy(
        "「%(name)s」帶有拍攝地點（GPS）。老師與學校看到的是移除後的版本，但勾選提交的是原檔。"
        "不想提交拍攝地點的話，請用「合成 PDF」或重新存檔後更換。"
    ),
}
