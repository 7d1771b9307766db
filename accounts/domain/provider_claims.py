"""What an OpenID Connect provider says about the person who signed in there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Claims:
    """Empty text for what was not said."""

    email: str
    email_verified: bool
    student_number: str
    school: frozenset[str] = frozenset()


def claims_in(data: Mapping[str, Any], number_claim: str, school_claim: str = "") -> Claims:
    """The claims of an ID token and the user info beside it.

    `number_claim` names the student number's, `school_claim` that of the school or schools they belong to.

    Raises:
        ValueError: the two are about different subjects (OpenID Connect Core 5.3.2).
    """
    token, info = data.get("id_token") or {}, data.get("userinfo") or {}
    if token and info and token.get("sub") != info.get("sub"):
        raise ValueError("the user info is about another subject than the ID token")
    said = {**token, **info}
    return Claims(
        email=_text(said.get("email")),
        # Some providers say it in words; "false" must not count as said.
        email_verified=said.get("email_verified") in (True, "true"),
        student_number=_text(said.get(number_claim)) if number_claim else "",
        school=_texts(said.get(school_claim)) if school_claim else frozenset(),
    )


def _texts(value: object) -> frozenset[str]:
    """What is said once or several times over, in small letters."""
    values = value if isinstance(value, list) else [value]
    return frozenset(text.casefold() for text in map(_text, values) if text)


def _text(value: object) -> str:
    return str(value).strip() if isinstance(value, str | int) else ""
