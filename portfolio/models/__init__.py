from portfolio.models.archives import PersonalArchive
from portfolio.models.attachments import Attachment, FileLimit
from portfolio.models.cadre import CadreRecord
from portfolio.models.certifications import Certification, OutcomeLook, PendingDecision, ReturnTemplate
from portfolio.models.codes import CodeEntry
from portfolio.models.consultations import ClassCounsellor, ConsultationRecord
from portfolio.models.courses import Course, CourseSection, Enrolment
from portfolio.models.drafts import UploadDraft
from portfolio.models.grades import Grade
from portfolio.models.ledger import QuotaLedger
from portfolio.models.outcomes import CourseOutcome
from portfolio.models.performances import DiversePerformance
from portfolio.models.policy import PortfolioPolicy
from portfolio.models.record_reports import RecordReport
from portfolio.models.revisions import OutcomeRevision
from portfolio.models.selections import Selection

__all__ = [
    "Attachment",
    "CadreRecord",
    "Certification",
    "ClassCounsellor",
    "CodeEntry",
    "ConsultationRecord",
    "Course",
    "CourseOutcome",
    "CourseSection",
    "DiversePerformance",
    "Enrolment",
    "FileLimit",
    "Grade",
    "OutcomeLook",
    "OutcomeRevision",
    "PendingDecision",
    "PersonalArchive",
    "PortfolioPolicy",
    "QuotaLedger",
    "RecordReport",
    "ReturnTemplate",
    "Selection",
    "UploadDraft",
]
