"""Who may import which list from the school administration system: whoever acts for its duty (annex)."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts import acts
from accounts.authority import Authority, first_granted, resolves
from accounts.domain.division import Division
from accounts.duty_roster import roster_at
from accounts.models import User
from accounts.models.duties import DutyCode


@acts.register
class ListImportAct(TextChoices):
    PEOPLE = "import_people", _("匯入人員名單")
    CLASSES = "import_classes", _("匯入班級")
    COURSES = "import_courses", _("匯入科目")
    SECTIONS = "import_sections", _("匯入開課")
    ENROLMENTS = "import_enrolments", _("匯入修課名單")
    GRADES = "import_grades", _("匯入成績")
    CADRE = "import_cadre", _("匯入幹部經歷")


# Records are one office's and their submission another's; the evening annex has a row for both together.
CADRE_DUTIES = (DutyCode.CADRE_SUBMISSION, DutyCode.CADRE_RECORDS)


@acts.register
class ListHeadingAct(TextChoices):
    """Asked of whoever may import the list."""

    REMEMBER = "remember_list_headings", _("設定名單欄位對應")
    FORGET = "forget_list_headings", _("忘記名單欄位對應")


@acts.register
class ListUploadAct(TextChoices):
    """Asked of whoever may import the list; what was written stands under the import itself."""

    CONFIRM = "confirm_list_upload", _("確認匯入名單")


@resolves(ListImportAct.PEOPLE)
@resolves(ListImportAct.CLASSES)
def _who_keeps_people(user: User, divisions: Collection[str], at: datetime) -> Authority:
    return _acting_for(user, [DutyCode.BASIC_DATA], divisions, at)


@resolves(ListImportAct.COURSES)
@resolves(ListImportAct.SECTIONS)
@resolves(ListImportAct.ENROLMENTS)
def _who_keeps_courses(user: User, divisions: Collection[str], at: datetime) -> Authority:
    return _acting_for(user, [DutyCode.COURSE_PLATFORM], divisions, at)


@resolves(ListImportAct.GRADES)
def _who_submits_courses(user: User, divisions: Collection[str], at: datetime) -> Authority:
    return _acting_for(user, [DutyCode.COURSE_RECORDS], divisions, at)


@resolves(ListImportAct.CADRE)
def _who_keeps_cadre(user: User, divisions: Collection[str], at: datetime) -> Authority:
    return _acting_for(user, CADRE_DUTIES, divisions, at)


def _acting_for(
    user: User, duties: Sequence[DutyCode], divisions: Collection[str], at: datetime
) -> Authority:
    """For every one of the `divisions` that the list speaks of; for any when it speaks of none.

    Any one of `duties` will do.
    """
    roster = roster_at(at)
    answers = [
        first_granted(*(roster.authority(user, duty, division) for duty in duties))
        for division in sorted(divisions) or Division.values
    ]
    if not divisions:
        return first_granted(*answers)
    return next((answer for answer in answers if not answer.allowed), answers[0])
