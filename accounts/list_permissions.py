"""Who may import which list from the school administration system: whoever acts for its duty (annex)."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts import acts
from accounts.authority import Authority, first_granted, resolves
from accounts.domain.division import Division
from accounts.duty_roster import DutyRoster
from accounts.models import User
from accounts.models.duties import DutyCode


@acts.register
class ListImportAct(TextChoices):
    PEOPLE = "import_people", _("匯入人員名單")
    CLASSES = "import_classes", _("匯入班級")
    COURSES = "import_courses", _("匯入科目")
    SECTIONS = "import_sections", _("匯入開課")
    ENROLMENTS = "import_enrolments", _("匯入修課名單")


@resolves(ListImportAct.PEOPLE)
@resolves(ListImportAct.CLASSES)
def _who_keeps_people(user: User, divisions: Collection[str], at: datetime) -> Authority:
    return _acting_for(user, DutyCode.BASIC_DATA, divisions, at)


@resolves(ListImportAct.COURSES)
@resolves(ListImportAct.SECTIONS)
@resolves(ListImportAct.ENROLMENTS)
def _who_keeps_courses(user: User, divisions: Collection[str], at: datetime) -> Authority:
    return _acting_for(user, DutyCode.COURSE_PLATFORM, divisions, at)


def _acting_for(user: User, duty: DutyCode, divisions: Collection[str], at: datetime) -> Authority:
    """For every one of the `divisions` that the list speaks of; for any when it speaks of none."""
    roster = DutyRoster(at)
    answers = [roster.authority(user, duty, division) for division in sorted(divisions) or Division.values]
    if not divisions:
        return first_granted(*answers)
    return next((answer for answer in answers if not answer.allowed), answers[0])
