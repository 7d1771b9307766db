"""What describes a diverse-performance category: its fields, their kinds and their limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from accounts.errors import InvalidInput

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class FieldKind(StrEnum):
    TEXT = "text"
    DATE = "date"
    INTEGER = "integer"
    DECIMAL = "decimal"
    CODE = "code"
    SCHOOL_YEAR = "school_year"
    TERM = "term"


@dataclass(frozen=True)
class FieldSpec:
    """One field of a category.

    `heading` is the column's official heading in the roster and is never translated; `label` is what people
    read. `max_length` counts code points; `places` are the decimals allowed; `code_list` names an entry of
    `CODE_LISTS`.
    """

    key: str
    label: "StrOrPromise"
    heading: str
    kind: FieldKind = FieldKind.TEXT
    required: bool = True
    max_length: int | None = None
    places: int = 0
    code_list: str = ""
    minimum: int | Decimal | None = None
    maximum: int | Decimal | None = None
    help: "StrOrPromise" = ""


@dataclass(frozen=True)
class Category:
    """A diverse-performance category: one sheet of the roster 學生自填多元表現名冊.

    `fields` stand in the sheet's column order. The description's column follows the field
    `description_after`, or all of them when that is empty. Description, attachments and external link are
    common to all categories.
    """

    code: str
    label: "StrOrPromise"
    sheet_name: str
    admission_hint: "StrOrPromise"
    fields: tuple[FieldSpec, ...]
    description_after: str = ""


class DetailsInvalid(InvalidInput):
    """What a person typed cannot be accepted; `errors` gives each field's message by its key."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = dict(errors)
