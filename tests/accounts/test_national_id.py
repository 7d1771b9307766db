"""Identity numbers: check digit, comparison, mask (rosters §7)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.demo_people import invented_national_id
from accounts.domain.national_id import has_valid_check_digit, mask, normalise


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("A123456789", True),
        ("A123456788", False),
        ("A800000014", True),  # resident number since 2021
        ("A800000015", False),
        ("AC01234567", True),  # resident number before
        ("AC01234568", False),
        ("a123456789", True),
        (" A123456789 ", True),
    ],
)
def test_the_check_digit_of_all_three_kinds_of_number(number, valid):
    assert has_valid_check_digit(number) is valid


@pytest.mark.parametrize(
    "number",
    [
        "",
        "A12345678",
        "A1234567890",
        "1123456789",
        "A323456789",  # neither of the sexes nor of the kinds
        "AE01234567",
        "A12345678X",
        "A12345678９",  # a full-width digit
        "A1234567²9",
        "P123456789 ABC",
    ],
)
def test_what_is_no_such_number_is_not_valid_and_no_error(number):
    assert has_valid_check_digit(number) is False


CODES = (
    10,
    11,
    12,
    13,
    14,
    15,
    16,
    17,
    34,
    18,
    19,
    20,
    21,
    22,
    35,
    23,
    24,
    25,
    26,
    27,
    28,
    29,
    32,
    30,
    31,
    33,
)
LETTERS = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", CODES, strict=True))


@settings(max_examples=100)
@given(st.sampled_from(sorted(LETTERS)), st.sampled_from("1289"), st.from_regex(r"[0-9]{7}", fullmatch=True))
def test_exactly_one_digit_completes_a_number_and_it_is_the_weighted_sums(letter, second, middle):
    tens, ones = divmod(LETTERS[letter], 10)
    total = tens + 9 * ones + sum(w * int(d) for w, d in zip(range(8, 0, -1), second + middle, strict=True))
    completing = [c for c in "0123456789" if has_valid_check_digit(letter + second + middle + c)]
    assert completing == [str(-total % 10)]


@settings(max_examples=100)
@given(st.text(max_size=12))
def test_no_text_makes_the_check_fail(text):
    assert has_valid_check_digit(text) in (True, False)


def test_the_invented_numbers_are_valid_and_all_different():
    numbers = [invented_national_id(n) for n in range(500)]
    assert len(set(numbers)) == 500
    assert all(has_valid_check_digit(number) for number in numbers)


def test_numbers_are_compared_in_upper_case_without_spaces_around():
    assert normalise(" a123456789\n") == "A123456789"


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("A123456789", "A12****789"),
        ("310123456", "310***456"),  # a passport's
        ("TEMP12", "TE**12"),
        ("AB", "**"),
        ("", ""),
    ],
)
def test_the_mask_tells_two_people_apart_and_leaves_no_number_readable(number, shown):
    assert mask(number) == shown


@settings(max_examples=100)
@given(st.text(alphabet="ABC123", min_size=1, max_size=30))
def test_at_least_a_third_of_a_number_is_hidden_whatever_its_length(number):
    assert len(mask(number)) == len(number)
    assert mask(number).count("*") * 3 >= len(number)
