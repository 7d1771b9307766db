"""National and resident identity numbers (身分證字號、居留證統一證號): check digit and mask."""

import re

_LETTERS = {letter: value for value, letter in enumerate("ABCDEFGHJKLMNPQRSTUVXYWZIO", start=10)}
_DIGITS = re.compile("[0-9]+")
_WEIGHTS = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)


def normalise(national_id: str) -> str:
    """The number as it is compared and stored: no spaces, upper case."""
    return national_id.strip().upper()


def has_valid_check_digit(national_id: str) -> bool:
    """Whether a ten-character number passes the weighted sum (both kinds of resident number included)."""
    number = normalise(national_id)
    if len(number) != 10 or number[0] not in _LETTERS or not _DIGITS.fullmatch(number[2:]):
        return False
    second = _second_digit(number[1])
    if second is None:
        return False
    digits = [*divmod(_LETTERS[number[0]], 10), second, *map(int, number[2:])]
    return sum(digit * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 10 == 0


def _second_digit(character: str) -> int | None:
    """The second character's value: a sex digit, or the last digit of an old resident number's letter."""
    if character in "1289":
        return int(character)
    return _LETTERS[character] % 10 if character in "ABCD" else None


def mask(national_id: str) -> str:
    """`A123456789` → `A12****789`: enough to tell two people apart, not enough to use.

    Of a shorter number (a passport's, say) a third stays hidden as well.
    """
    shown = min(3, len(national_id) // 3)
    hidden = len(national_id) - 2 * shown
    return national_id[:shown] + "*" * hidden + national_id[shown + hidden :]
