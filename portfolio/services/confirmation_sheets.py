"""Printing the confirmation sheets of a class: personal data of many, so it goes on record."""

from datetime import datetime

from django.db import transaction

from accounts.authority import require
from accounts.models import SchoolClass, User
from accounts.services import audit
from portfolio.class_overview.permissions import ClassAct
from portfolio.confirmation_sheets import Sheet, class_sheets


@transaction.atomic
def print_class_sheets(school_class: SchoolClass, year: int, *, by: User, at: datetime) -> list[Sheet]:
    """A sheet for everybody in the class, of what they selected of `year`.

    Raises:
        NotAllowed: `by` is not its homeroom teacher.
    """
    authority = require(by, ClassAct.PRINT_SHEETS, school_class, at)
    sheets = class_sheets(school_class, year, at)
    changes = {"school_year": year, "students": len(sheets)}
    audit.record(
        ClassAct.PRINT_SHEETS, by=by, at=at, subject=school_class, authority=authority, changes=changes
    )
    return sheets
