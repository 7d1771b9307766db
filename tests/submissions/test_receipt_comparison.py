"""What was sent and what was received, side by side."""

from hypothesis import given
from hypothesis import strategies as st

from submissions.domain.receipt_comparison import Piece, compare

REGULAR, RETAKE = "學期課程學習成果", "重修課程學習成果"


def piece(name, text, *, sheet=REGULAR, grade="2"):
    return Piece(sheet, name, {"科目名稱": name, "開課年級": grade, "成果簡述": text})


def test_pieces_find_each_other_whatever_their_order():
    one, two = piece("程式設計", "排序"), piece("基礎電學", "電路")
    result = compare([one, two], [two, one])
    assert [(pair.sent, pair.received) for pair in result.pairs] == [(one, one), (two, two)]
    assert (result.different, result.not_received, result.not_sent) == (0, 0, 0)


def test_a_changed_field_is_the_only_one_that_differs():
    (pair,) = compare([piece("程式設計", "排序")], [piece("程式設計", "搜尋")]).pairs
    assert [line.heading for line in pair.lines if line.differs] == ["成果簡述"]
    assert pair.differences == 1


def test_what_did_not_arrive_and_what_was_never_sent_stand_alone():
    sent, extra = piece("程式設計", "排序"), piece("音樂", "合唱", grade="1")
    result = compare([sent], [extra])
    assert [(pair.sent, pair.received) for pair in result.pairs] == [(sent, None), (None, extra)]
    assert (result.not_received, result.not_sent, result.different) == (1, 1, 0)


def test_of_two_pieces_of_one_course_the_more_alike_belong_together():
    first, second = piece("程式設計", "排序"), piece("程式設計", "搜尋")
    result = compare([first, second], [second])
    assert [pair.received for pair in result.pairs] == [None, second]


def test_t9_a_retake_received_among_the_regular_ones_differs_in_its_sheet():
    (pair,) = compare([piece("程式設計", "排序", sheet=RETAKE)], [piece("程式設計", "排序")]).pairs
    assert pair.differences == 1
    assert (pair.lines[0].sent, pair.lines[0].received) == (RETAKE, REGULAR)


def test_an_evening_divisions_prefix_makes_no_difference():
    (pair,) = compare(
        [piece("程式設計", "排序")], [piece("程式設計", "排序", sheet="進修部" + REGULAR)]
    ).pairs
    assert pair.differences == 0


def test_line_breaks_and_spaces_make_no_difference():
    (pair,) = compare([piece("程式設計", "排序\r\n搜尋 ")], [piece("程式設計", "排序\n搜尋")]).pairs
    assert pair.differences == 0


def test_where_no_field_has_the_same_name_nothing_is_claimed():
    result = compare([piece("程式設計", "排序")], [Piece(REGULAR, "", {"課程": "程式設計"})])
    assert not result.can_tell
    assert len(result.pairs) == 2


def test_a_field_only_one_side_has_is_shown_and_is_no_difference():
    received = Piece(REGULAR, "", {**piece("程式設計", "排序").fields, "檔案雜湊": "ab12"})
    (pair,) = compare([piece("程式設計", "排序")], [received]).pairs
    assert pair.differences == 0
    assert (pair.lines[-1].heading, pair.lines[-1].sent, pair.lines[-1].received) == (
        "檔案雜湊",
        None,
        "ab12",
    )


def test_fields_empty_on_both_sides_are_left_out():
    empty = Piece(REGULAR, "甲", {"成果簡述": "甲", "影音": ""})
    (pair,) = compare([empty], [empty]).pairs
    assert [line.heading for line in pair.lines] == ["工作表", "成果簡述"]


fields = st.dictionaries(st.sampled_from("甲乙丙"), st.sampled_from(["", "1", "2", "3"]), max_size=3)
pieces = st.lists(st.builds(Piece, st.sampled_from([REGULAR, RETAKE]), st.just(""), fields), max_size=6)


@given(pieces, pieces)
def test_every_piece_appears_exactly_once(sent, received):
    pairs = compare(sent, received).pairs
    assert [pair.sent for pair in pairs if pair.sent] == sent
    assert sorted(map(repr, [pair.received for pair in pairs if pair.received])) == sorted(
        map(repr, received)
    )
