from portfolio.models.attachments import Attachment, FileLimit
from portfolio.models.cadre import CadreRecord
from portfolio.models.certifications import Certification
from portfolio.models.codes import CodeEntry
from portfolio.models.courses import Course, CourseSection, Enrolment
from portfolio.models.grades import Grade
from portfolio.models.ledger import QuotaLedger
from portfolio.models.outcomes import CourseOutcome
from portfolio.models.performances import DiversePerformance
from portfolio.models.selections import Selection

__all__ = [
    "Attachment",
    "CadreRecord",
    "Certification",
    "CodeEntry",
    "Course",
    "CourseOutcome",
    "CourseSection",
    "DiversePerformance",
    "Enrolment",
    "FileLimit",
    "Grade",
    "QuotaLedger",
    "Selection",
]
