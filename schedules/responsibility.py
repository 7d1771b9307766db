"""Which duty of the annex an activity belongs to (article 11, annex)."""

from accounts.models.duties import DutyCode
from schedules.domain.activities import Activity

_DUTIES: dict[str, tuple[DutyCode, ...]] = {
    Activity.BASIC_DATA: (DutyCode.BASIC_DATA,),
    # The evening annex has no row for cadre records alone.
    Activity.CADRE_RECORDS: (DutyCode.CADRE_RECORDS, DutyCode.CADRE_SUBMISSION),
    Activity.ELECTIVE_NAMES: (DutyCode.COURSE_PLATFORM,),
    Activity.CONSULTATION: (DutyCode.CONSULTATION_RECORDS,),
    Activity.GRADES: (DutyCode.COURSE_RECORDS,),
    Activity.OUTCOME_UPLOAD: (DutyCode.COURSE_OUTCOMES,),
    Activity.CERTIFICATION: (DutyCode.COURSE_OUTCOMES,),
    Activity.PERFORMANCE_UPLOAD: (DutyCode.DIVERSE_PERFORMANCE,),
    Activity.SELECTION: (DutyCode.COURSE_OUTCOMES,),
    Activity.PRE_CHECK: (DutyCode.COURSE_RECORDS,),
    Activity.SUBMISSION: (DutyCode.CENTRAL_DATABASE,),
    Activity.RECEIPT_FIRST: (DutyCode.RECEIPT_CONFIRMATION,),
    Activity.RECEIPT_LATER: (DutyCode.RECEIPT_CONFIRMATION,),
    Activity.RECEIPT_OFFICE_CHECK: (DutyCode.RECEIPT_CONFIRMATION,),
}


def duties_for(activity: str) -> tuple[DutyCode, ...]:
    """The duties that answer for `activity`, the one a division's annex has first."""
    return _DUTIES[activity]
