"""Who may do what to a student's pieces."""

from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import acts
from accounts.authority import Authority, first_granted, granted, refused, resolves
from accounts.duty_roster import DutyRoster
from accounts.models import ClassPlacement, Student, User
from accounts.models.duties import DutyCode
from portfolio.models import Attachment, CourseOutcome


@acts.register
class PortfolioAct(TextChoices):
    UPLOAD_OUTCOME = "upload_outcome", _("上傳課程學習成果")
    REVISE_OUTCOME = "revise_outcome", _("修改課程學習成果")
    WITHDRAW_OUTCOME = "withdraw_outcome", _("撤回課程學習成果")
    UPLOAD_PERFORMANCE = "upload_performance", _("上傳多元表現")
    WITHDRAW_PERFORMANCE = "withdraw_performance", _("撤回多元表現")
    SELECT = "select", _("勾選")
    CERTIFY = "certify", _("認證")
    RETURN = "return", _("退件")
    VIEW_FILE = "view_file", _("查看檔案")


@resolves(PortfolioAct.UPLOAD_OUTCOME)
@resolves(PortfolioAct.REVISE_OUTCOME)
@resolves(PortfolioAct.WITHDRAW_OUTCOME)
@resolves(PortfolioAct.UPLOAD_PERFORMANCE)
@resolves(PortfolioAct.WITHDRAW_PERFORMANCE)
@resolves(PortfolioAct.SELECT)
def _the_student(user: User, student: Student, at: datetime) -> Authority:
    if student.user_id == user.pk:
        return granted(gettext("學生本人"))
    return refused(gettext("只有學生本人可以上傳、撤回與勾選自己的資料。"))


@resolves(PortfolioAct.CERTIFY)
@resolves(PortfolioAct.RETURN)
def _the_course_teacher(user: User, outcome: CourseOutcome, at: datetime) -> Authority:
    """The course's teacher attests that the work is this student's in this course (rules C1)."""
    section = outcome.enrolment.section
    if section.teacher_id == user.pk:
        return granted(gettext("任課教師"))
    message = gettext("「%(section)s」的課程學習成果由任課教師 %(teacher)s 認證。")
    return refused(message % {"section": section, "teacher": section.teacher})


@resolves(PortfolioAct.VIEW_FILE)
def _who_may_look(user: User, attachment: Attachment, at: datetime) -> Authority:
    """The student, the course's teacher, the student's homeroom teacher, the office that submits it."""
    item = attachment.item
    return first_granted(
        _the_student(user, item.student, at),
        *(_the_course_teacher(user, item, at) for item in [attachment.outcome] if item),
        _the_homeroom_teacher(user, item.student, item.school_year),
        _the_submitting_office(user, attachment, at),
    )


def _the_homeroom_teacher(user: User, student: Student, school_year: int) -> Authority:
    placements = ClassPlacement.objects.filter(student=student, school_year__gte=school_year)
    if placements.filter(school_class__homeroom_teacher=user).exists():
        return granted(gettext("導師"))
    return refused(gettext("只有學生的導師可以查看。"))


def _the_submitting_office(user: User, attachment: Attachment, at: datetime) -> Authority:
    duty = DutyCode.COURSE_OUTCOMES if attachment.outcome_id else DutyCode.DIVERSE_PERFORMANCE
    item = attachment.item
    placement = (
        item.student.placements.select_related("school_class").filter(school_year=item.school_year).first()
    )
    if placement is None:
        return refused(gettext("這位學生該學年度沒有編班資料。"))
    return DutyRoster(at).authority(user, duty, placement.school_class.division)
