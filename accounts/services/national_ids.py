"""Looking at a national ID in full: for those whose duty needs it, each look on record with its reason."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.authority import require
from accounts.errors import InvalidInput
from accounts.models import Student, User
from accounts.services import audit
from accounts.student_permissions import StudentAct


@transaction.atomic
def look_at_national_id(student: Student, *, reason: str, by: User, at: datetime) -> str:
    """The number of `student` in clear.

    Raises:
        NotAllowed: `by` does not keep the basic data of the student's division.
        InvalidInput: no reason.
    """
    authority = require(by, StudentAct.VIEW_NATIONAL_ID, student, at)
    if not reason.strip():
        raise InvalidInput(_("查看完整身分證號請填寫理由；理由會留存。"))
    audit.record(
        StudentAct.VIEW_NATIONAL_ID,
        by=by,
        at=at,
        subject=student,
        authority=authority,
        reason=reason.strip(),
    )
    return student.national_id
