"""What a list is read from: every bad file is refused in words that say what to do."""

from collections.abc import Callable

import pytest

from accounts.domain.list_reading import read_list
from accounts.domain.list_workbook import ListFileInvalid, ListLimits
from tests.accounts import lists

ROWS = [["學號", "姓名"], ["1130001", "陳宥安"], ["1130002", "林語彤"]]
AS_READ = [(2, ["1130001", "陳宥安"]), (3, ["1130002", "林語彤"])]

REFUSALS: list[tuple[Callable[[bytes], bytes], str]] = [
    (lists.tampered, "已損毀或不完整"),
    (lists.truncated, "已損毀或不完整"),
    (lists.locked, "有密碼保護"),
    (lists.old_format, "舊版 Excel"),
    (lists.with_macros, "含有巨集"),
    (lists.macro_enabled, "含有巨集"),
    (lists.expanding, "解開後超過 64 MB"),
    (lists.lying, "已損毀或不完整"),
    (lists.far_cell, "超過 99999 列或 52 欄"),
    (lists.with_entities, "已損毀或不完整"),
    (lists.no_workbook, "這不是 Excel 活頁簿"),
]


@pytest.mark.parametrize("spoil, message", REFUSALS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_bad_workbook_is_refused_with_what_to_do(spoil: Callable[[bytes], bytes], message: str) -> None:
    with pytest.raises(ListFileInvalid, match=message):
        read_list(spoil(lists.xlsx(ROWS)), file_name="名單.xlsx")


def test_a_workbook_cut_anywhere_is_refused() -> None:
    content = lists.xlsx(ROWS)
    for length in range(0, len(content), 97):
        with pytest.raises(ListFileInvalid):
            read_list(content[:length], file_name="名單.xlsx")


def test_a_workbook_reads_with_the_row_numbers_of_the_sheet() -> None:
    assert read_list(lists.xlsx(ROWS), file_name="a.xlsx").rows == AS_READ
    gap = [ROWS[0], [], ROWS[1]]
    assert read_list(lists.xlsx(gap), file_name="a.xlsx").rows == [(3, ["1130001", "陳宥安"])]


def test_a_number_reads_as_it_looks() -> None:
    rows = read_list(lists.xlsx([["學號"], [1130001], [1130002.0]]), file_name="a.xlsx").rows
    assert rows == [(2, ["1130001"]), (3, ["1130002"])]


def test_a_formula_is_refused_with_its_cell() -> None:
    content = lists.xlsx([*ROWS, ["1130003", '=A2&"x"']])
    with pytest.raises(ListFileInvalid, match="儲存格 B4 是公式"):
        read_list(content, file_name="a.xlsx")


def test_a_text_that_looks_like_a_formula_in_a_csv_stays_a_text() -> None:
    content = lists.csv([["學號", "姓名"], ["1130001", "=1+1"]])
    assert read_list(content, file_name="a.csv").rows == [(2, ["1130001", "=1+1"])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp950"])
def test_a_csv_reads_in_each_encoding_that_excel_here_writes(encoding: str) -> None:
    table = read_list(lists.csv(ROWS, encoding=encoding), file_name="名單.csv")
    assert table.headings == ["學號", "姓名"]
    assert table.rows == AS_READ


@pytest.mark.parametrize(
    "content, message",
    [
        (b'a,b\r\n"1,2\r\n', "CSV 第 2 行"),
        (b"\xff\xfe\xff\xff", "文字編碼"),
        (b"a\x00b,c", "不是文字檔"),
        (b"", "沒有標題"),
        (b"\r\n,,\r\n", "沒有標題"),
    ],
)
def test_a_bad_csv_is_refused_with_what_to_do(content: bytes, message: str) -> None:
    with pytest.raises(ListFileInvalid, match=message):
        read_list(content, file_name="a.csv")


def test_a_list_longer_or_wider_than_the_limits_is_refused() -> None:
    limits = ListLimits(rows=3, columns=2)
    assert read_list(lists.csv(ROWS), file_name="a.csv", limits=limits).rows == AS_READ
    for rows in ([*ROWS, ["1130003", "x"]], [["a", "b", "c"]]):
        with pytest.raises(ListFileInvalid, match="超過 3 列或 2 欄"):
            read_list(lists.csv(rows), file_name="a.csv", limits=limits)
