from accounts.models.alerts import Alert
from accounts.models.announcements import Announcement
from accounts.models.audit import AuditEntry, AuditLink, TrailPurge
from accounts.models.classes import ClassPlacement, SchoolClass
from accounts.models.departures import Departure
from accounts.models.duties import Absence, Duty, DutyDelegate
from accounts.models.enrolment_changes import EnrolmentChange
from accounts.models.guardians import Guardianship
from accounts.models.list_uploads import ListHeading, ListUpload
from accounts.models.notices import Notice
from accounts.models.offices import Office, Post, PostHolding
from accounts.models.reminders import MailPreference
from accounts.models.school import School
from accounts.models.security import FailedName, PasswordRecord, Review, SecurityPolicy, SignInFailures
from accounts.models.students import Student
from accounts.models.user import User

__all__ = [
    "Absence",
    "Alert",
    "Announcement",
    "AuditEntry",
    "AuditLink",
    "ClassPlacement",
    "Departure",
    "Duty",
    "DutyDelegate",
    "EnrolmentChange",
    "FailedName",
    "Guardianship",
    "ListHeading",
    "ListUpload",
    "MailPreference",
    "Notice",
    "Office",
    "PasswordRecord",
    "Post",
    "PostHolding",
    "Review",
    "School",
    "SchoolClass",
    "SecurityPolicy",
    "SignInFailures",
    "Student",
    "TrailPurge",
    "User",
]
