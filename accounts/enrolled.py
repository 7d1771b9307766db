"""What only enrolled students do: a suspended one, and one who has left, only look (article 7, R0)."""

from django.utils.translation import gettext as _

from accounts.authority import Authority, refused
from accounts.domain.enrolment import has_left
from accounts.models import Student
from accounts.models.students import EnrolmentStatus


def read_only_reason(student: Student) -> str:
    """Why the student's data can only be looked at, in words for them; empty while enrolled."""
    if student.status == EnrolmentStatus.ENROLLED:
        return ""
    if has_left(student.status):
        message = _("學籍狀態為「%(status)s」，資料已停止上傳與勾選，只能查看；收訖明細仍可查看。")
        return message % {"status": student.get_status_display()}
    return _("目前休學中，資料全部保留、只能查看；復學後可以繼續上傳與勾選。")


def while_enrolled(student: Student, answer: Authority) -> Authority:
    """`answer`, or a no that says why, when the student is not enrolled."""
    reason = read_only_reason(student)
    return refused(reason) if answer.allowed and reason else answer
