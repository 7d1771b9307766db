"""How a password must be made (baseline D5), and new ones that are easy to read off a slip of paper."""

import secrets
from collections.abc import Callable

CLASSES_NEEDED = 3
# Without the letters and digits that look like one another on paper: i, l, o, 0, 1.
_LETTERS = "abcdefghjkmnpqrstuvwxyz"
_READABLE = _LETTERS + "23456789"
_GROUPS, _GROUP_LENGTH = 3, 4

_CLASSES: tuple[Callable[[str], bool], ...] = (
    str.islower,
    str.isupper,
    str.isdigit,
    lambda sign: not (sign.islower() or sign.isupper() or sign.isdigit()),
)


def classes_in(password: str) -> int:
    """How many of the four kinds of characters are in `password`: lower case, upper case, digits, others."""
    return sum(any(is_one(sign) for sign in password) for is_one in _CLASSES)


def readable_password() -> str:
    """A random password such as "k7mt-p3xw-9hqd": some 59 bits, three kinds of characters."""
    while True:
        groups = ("".join(secrets.choice(_READABLE) for __ in range(_GROUP_LENGTH)) for __ in range(_GROUPS))
        password = "-".join(groups)
        if classes_in(password) >= CLASSES_NEEDED:
            return password
