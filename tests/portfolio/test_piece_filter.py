"""Looking for pieces, and putting chosen ones into an order: the pure rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.domain.ordering import chosen_first, moved, order_differs
from portfolio.domain.piece_filter import PieceFacts, PieceFilter

PIECE = PieceFacts(
    kinds=frozenset({"outcomes", "outcomes-retake"}),
    states=frozenset({"certified", "selected"}),
    text="程式設計\nPython 期末專題.PDF",
)


@pytest.mark.parametrize(
    "wanted",
    [
        PieceFilter(),
        PieceFilter(words="  "),
        PieceFilter(words="python"),
        PieceFilter(words="專題 程式"),
        PieceFilter(words=".pdf", kind="outcomes-retake", state="selected"),
        PieceFilter(kind="outcomes", state="certified"),
    ],
)
def test_a_piece_that_has_everything_looked_for_is_kept(wanted):
    assert wanted.keeps(PIECE)


@pytest.mark.parametrize(
    "wanted",
    [
        PieceFilter(words="程式 化學"),
        PieceFilter(kind="performances"),
        PieceFilter(kind="outcomes-makeup"),
        PieceFilter(state="submitted"),
        PieceFilter(words="程式", state="returned"),
    ],
)
def test_a_piece_that_lacks_one_of_them_is_not(wanted):
    assert wanted.is_set
    assert not wanted.keeps(PIECE)


def test_blanks_look_for_nothing():
    assert not PieceFilter(words="  ").is_set


@pytest.mark.parametrize(
    "item, places, order",
    [
        (3, -1, [1, 3, 2]),
        (1, 1, [2, 1, 3]),
        (1, -1, [1, 2, 3]),
        (3, 1, [1, 2, 3]),
        (1, 2, [2, 3, 1]),
        (9, -1, [1, 2, 3]),
    ],
)
def test_an_item_moves_by_places_and_stops_at_the_ends(item, places, order):
    assert moved([1, 2, 3], item, places) == order


@given(st.lists(st.integers(0, 20), unique=True, min_size=1), st.data(), st.integers(-5, 5))
def test_moving_loses_and_doubles_nothing(order, data, places):
    assert sorted(moved(order, data.draw(st.sampled_from(order)), places)) == sorted(order)


def test_what_is_chosen_comes_first_in_its_order_and_the_rest_as_it_came():
    assert chosen_first([5, 4, 3, 2, 1], [1, 4], int) == [1, 4, 5, 3, 2]


@pytest.mark.parametrize(
    "before, after, differs",
    [
        ([1, 2], [1, 2], False),
        ([1, 2], [2, 1], True),
        ([1, 2, 3], [1, 3], False),
        ([1, 2], [3, 1, 2], False),
        ([1, 2], [2, 3, 1], True),
        ([], [1], False),
    ],
)
def test_adding_and_dropping_alone_is_no_other_order(before, after, differs):
    assert order_differs(before, after) is differs
