"""The roster workbook: text cells only, whole or not there."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import gettempdir

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from accounts.errors import InvalidInput
from submissions.domain.rosters import render_row, roster
from submissions.domain.workbook import Cover, read_workbook, write_workbook

COVER = Cover(school_code="801M01", school_year=113, term=0, roster_code="26")
RISKY = ["=SUM(A1:A9)", "=", "+886", "-1", "@cmd", "#N/A", "TRUE", "0970131", "1e5", "2024-10-21", " 空格 "]


def write(path: Path, rows: list[list[str]], headings: tuple[str, ...] = ("甲", "乙")) -> None:
    write_workbook(path, cover=COVER, sheets=[("資料", headings, rows)])


def leftovers() -> set[Path]:
    return set(Path(gettempdir()).glob("openpyxl.*"))


def test_a_golden_roster_is_read_back_by_another_reader(tmp_path):
    """Trap T9: the retake row lies in 重修課程學習成果, and the other sheets are there and empty."""
    path = tmp_path / "26.xlsx"
    day = roster("26")
    facts = {
        "student.national_id": "A123456789",
        "student.birth_date": "2008-01-31",
        "course.original_school_year": 112,
        "course.original_term": 2,
        "course.term": 1,
        "course.code": "112060322H11101011010101",
        "course.name": "國語文",
        "course.grade": 1,
        "course.credits": 4,
        "course.method": "3",
        "item.description": '=HYPERLINK("http://x")\r\n第二行',
        "file.document": "A123456789_26_1.pdf",
    }
    rows = {"retake": [render_row(day.sheet("retake"), facts)]}
    write_workbook(
        path,
        cover=COVER,
        sheets=((sheet.name, sheet.headings, rows.get(sheet.key, [])) for sheet in day.sheets),
    )

    workbook = load_workbook(path)
    assert workbook.sheetnames == [
        "封面",
        "學期課程學習成果",
        "補修課程學習成果",
        "重修課程學習成果",
        "重讀課程學習成果",
        "轉學轉科課程學習成果",
        "借讀課程學習成果",
    ]
    cover = [[cell.value for cell in row] for row in workbook["封面"].iter_rows()]
    assert cover == [["學校代碼", "學年度", "學期", "名冊別"], ["801M01", "113", "0", "26"]]
    assert {name: workbook[name].max_row for name in workbook.sheetnames[1:]} == {
        "學期課程學習成果": 1,
        "補修課程學習成果": 1,
        "重修課程學習成果": 2,
        "重讀課程學習成果": 1,
        "轉學轉科課程學習成果": 1,
        "借讀課程學習成果": 1,
    }
    retake = workbook["重修課程學習成果"]
    by_heading = {heading.value: cell.value for heading, cell in zip(retake[1], retake[2], strict=False)}
    assert by_heading["身分證號"] == "A123456789"
    assert by_heading["出生日期"] == "0970131"
    assert by_heading["重修方式"] == "3"
    assert by_heading["成果簡述"] == '=HYPERLINK("http://x")\n第二行'
    filled = [
        cell for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.value is not None
    ]
    assert {cell.data_type for cell in filled} == {"s"}


def test_cells_that_look_like_formulas_numbers_or_errors_are_strings(tmp_path):
    path = tmp_path / "risky.xlsx"
    write(path, [[text, text] for text in RISKY])
    cells = list(load_workbook(path)["資料"].iter_rows(min_row=2))
    assert [[cell.value for cell in row] for row in cells] == [[text, text] for text in RISKY]
    assert {cell.data_type for row in cells for cell in row} == {"s"}
    assert cells[0][0].quotePrefix


def test_characters_xml_cannot_carry_are_left_out(tmp_path):
    path = tmp_path / "control.xlsx"
    write(path, [["甲\x00乙\x0b\ufffe\ud800丙", "一\r\n二\r三"]])
    assert read_workbook(path)["資料"][1] == ["甲乙丙", "一\n二\n三"]


def test_reading_gives_rows_as_wide_as_the_headings(tmp_path):
    path = tmp_path / "narrow.xlsx"
    write(path, [["", ""], ["甲", ""], ["", "乙"]])
    assert read_workbook(path) == {
        "封面": [["學校代碼", "學年度", "學期", "名冊別"], ["801M01", "113", "0", "26"]],
        "資料": [["甲", "乙"], ["", ""], ["甲", ""], ["", "乙"]],
    }


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(
            st.text(
                st.characters(codec="utf-8", exclude_categories=("Cc", "Cn"), include_characters="\n\t=+-@#")
            ),
            min_size=2,
            max_size=2,
        ),
        max_size=4,
    )
)
def test_any_text_is_read_back_as_it_was(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("any") / "any.xlsx"
    write(path, rows)
    assert read_workbook(path)["資料"][1:] == rows


def test_progress_counts_rows_over_all_sheets(tmp_path):
    told: list[int] = []
    sheets = [(name, ["甲"], ([str(n)] for n in range(250))) for name in ("一", "二")]
    write_workbook(tmp_path / "p.xlsx", cover=COVER, sheets=sheets, progress=told.append)
    assert told == [200, 400, 500]


def test_a_failure_half_way_leaves_nothing_and_keeps_the_former_file(tmp_path):
    path = tmp_path / "kept.xlsx"
    write(path, [["舊", "檔"]])
    before, temporary = path.read_bytes(), leftovers()

    def broken() -> Iterator[list[str]]:
        yield ["甲", "乙"]
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError, match="went away"):
        write_workbook(path, cover=COVER, sheets=[("資料", ["甲", "乙"], broken())])
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
    assert leftovers() <= temporary


def test_a_text_too_long_for_a_cell_is_refused_not_cut(tmp_path):
    with pytest.raises(InvalidInput, match="「資料」.*32767"):
        write(tmp_path / "long.xlsx", [["字" * 32768, ""]])
    assert list(tmp_path.iterdir()) == []
