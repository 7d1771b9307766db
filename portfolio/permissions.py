"""Who may do what to a student's pieces."""

from datetime import datetime

from django.db.models import Q, TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import acts
from accounts.authority import Authority, Standing, first_granted, granted, has_left, refused, resolves
from accounts.domain.division import Division
from accounts.duty_roster import roster_at
from accounts.enrolled import while_enrolled
from accounts.models import ClassPlacement, Student, User
from accounts.models.duties import DutyCode
from accounts.staff import sign_of_staff
from portfolio.certification_authority import CertificationChains, ChainedSection, certifying_authority
from portfolio.domain.proxies import ARTICLE
from portfolio.models import Attachment, CourseOutcome, CourseSection, DiversePerformance, ReturnTemplate
from portfolio.proxies import Helper


@acts.register
class PortfolioAct(TextChoices):
    UPLOAD_OUTCOME = "upload_outcome", _("上傳課程學習成果")
    REVISE_OUTCOME = "revise_outcome", _("修改課程學習成果")
    WITHDRAW_OUTCOME = "withdraw_outcome", _("撤回課程學習成果")
    UPLOAD_PERFORMANCE = "upload_performance", _("上傳多元表現")
    WITHDRAW_PERFORMANCE = "withdraw_performance", _("撤回多元表現")
    KEEP_DRAFT = "keep_draft", _("儲存草稿")
    SELECT = "select", _("勾選")
    CERTIFY = "certify", _("認證")
    RETURN = "return", _("退件")
    PREPARE_DECISION = "prepare_decision", _("存下認證決定")
    DROP_DECISION = "drop_decision", _("刪除存下的認證決定")
    UNDO_DECISION = "undo_decision", _("收回認證或退件")
    KEEP_RETURN_TEMPLATE = "keep_return_template", _("整理退件原因範本")
    VIEW_FILE = "view_file", _("查看檔案")
    RECORD_DEPARTURE = "record_departure", _("登錄教師離職")
    WITHDRAW_DEPARTURE = "withdraw_departure", _("撤銷離職登錄")
    HAND_OVER = "hand_over", _("交接課程認證")


acts.reveals(PortfolioAct.VIEW_FILE)


@sign_of_staff
def teaches(user: User) -> bool:
    """A parent of a student here who teaches works here too."""
    return CourseSection.objects.filter(Q(teacher=user) | Q(successor=user)).exists()


@resolves(PortfolioAct.REVISE_OUTCOME)
@resolves(PortfolioAct.WITHDRAW_OUTCOME)
@resolves(PortfolioAct.WITHDRAW_PERFORMANCE)
@resolves(PortfolioAct.KEEP_DRAFT)
def _the_enrolled_student(user: User, student: Student, at: datetime) -> Authority:
    return while_enrolled(student, _the_student(user, student, at))


def _the_student(user: User, student: Student, at: datetime) -> Authority:
    if student.user_id == user.pk:
        return granted(gettext("學生本人"))
    return refused(gettext("只有學生本人可以修改與撤回自己的資料。"))


# A teacher who has left may still be a parent here.
@resolves(PortfolioAct.UPLOAD_OUTCOME, after_leaving=True)
@resolves(PortfolioAct.UPLOAD_PERFORMANCE, after_leaving=True)
@resolves(PortfolioAct.SELECT, after_leaving=True)
def _the_enrolled_student_or_a_proxy(user: User, student: Student, at: datetime) -> Authority:
    return while_enrolled(student, the_student_or_a_proxy(user, student, at))


def the_student_or_a_proxy(user: User, student: Student, at: datetime) -> Authority:
    """The student, or for one without network a guardian, the homeroom or a course teacher (rules P4)."""
    own = _the_student(user, student, at)
    if own.allowed:
        return own
    if given := Helper(user, at).aid_for(student):
        return Authority(True, str(given.capacity.label), Standing.PROXY, student.user)
    message = gettext(
        "只有學生本人可以辦理；學生無法使用網路時，由父母／法定代理人、導師或任課教師代為辦理（%(article)s）。"
    )
    return refused(message % {"article": ARTICLE})


@resolves(PortfolioAct.CERTIFY, after_leaving=True)
@resolves(PortfolioAct.RETURN, after_leaving=True)
@resolves(PortfolioAct.PREPARE_DECISION, after_leaving=True)
@resolves(PortfolioAct.DROP_DECISION, after_leaving=True)
@resolves(PortfolioAct.UNDO_DECISION, after_leaving=True)
def _the_certifier(user: User, asked: CourseOutcome | ChainedSection, at: datetime) -> Authority:
    """The course's teacher, or whose turn it is instead (rules C1, C4)."""
    if isinstance(asked, CourseOutcome):
        asked = ChainedSection(asked.enrolment.section, CertificationChains(at))
    return certifying_authority(user, asked)


@resolves(PortfolioAct.KEEP_RETURN_TEMPLATE, after_leaving=True)
def _whose_template(user: User, template: ReturnTemplate, at: datetime) -> Authority:
    if template.owner_id == user.pk:
        return granted(gettext("範本的教師本人"))
    return refused(gettext("這個範本不是您的；全校共用的範本由系統管理者維護。"))


@resolves(PortfolioAct.RECORD_DEPARTURE)
@resolves(PortfolioAct.WITHDRAW_DEPARTURE)
def _the_course_platform(user: User, teacher: User, at: datetime) -> Authority:
    """Whoever keeps the course platform of a division in which `teacher` has courses, or an administrator."""
    if teacher.is_superuser and not user.is_superuser:
        return refused(gettext("系統管理者的帳號由系統管理者辦理。"))
    divisions = teacher.sections.order_by().values_list("division", flat=True).distinct()
    return _keeps_platform(user, list(divisions), at)


@resolves(PortfolioAct.HAND_OVER)
def _the_sections_platform(user: User, section: CourseSection, at: datetime) -> Authority:
    return _keeps_platform(user, [section.division], at)


def _keeps_platform(user: User, divisions: list[str], at: datetime) -> Authority:
    if user.is_superuser:
        return granted(gettext("系統管理者"))
    roster = roster_at(at)
    answers = [roster.authority(user, DutyCode.COURSE_PLATFORM, division) for division in divisions]
    return first_granted(*answers, refused(gettext("教師離職與認證交接由課程平台管理負責人辦理。")))


def divisions_handed_over_by(user: User, at: datetime) -> list[Division]:
    """The divisions whose teachers' departures `user` may record."""
    if has_left(user, at):
        return []
    if user.is_superuser:
        return list(Division)
    roster = roster_at(at)
    return [d for d in Division if roster.authority(user, DutyCode.COURSE_PLATFORM, d).allowed]


@resolves(PortfolioAct.VIEW_FILE, after_leaving=True)
def _who_may_look(user: User, attachment: Attachment, at: datetime) -> Authority:
    """The student, who certifies it now, the homeroom teacher, who helps, the submitting office."""
    item = attachment.item
    certifier = [_the_certifier(user, outcome, at) for outcome in [attachment.outcome] if outcome]
    if has_left(user, at):
        return first_granted(*certifier, _a_proxy(user, item, at))
    return first_granted(
        _the_student(user, item.student, at),
        *certifier,
        _the_homeroom_teacher(user, item.student, item.school_year),
        _a_proxy(user, item, at),
        _the_submitting_office(user, attachment, at),
    )


def _the_homeroom_teacher(user: User, student: Student, school_year: int) -> Authority:
    placements = ClassPlacement.objects.filter(student=student, school_year__gte=school_year)
    if placements.filter(school_class__homeroom_teacher=user).exists():
        return granted(gettext("導師"))
    return refused(gettext("只有學生的導師可以查看。"))


def _a_proxy(user: User, item: CourseOutcome | DiversePerformance, at: datetime) -> Authority:
    """A guardian sees their child's files; any other helper only what they uploaded for the student."""
    given = Helper(user, at).aid_for(item.student)
    if given and (given.capacity.is_guardian or item.uploaded_by_id == user.pk):
        return granted(str(given.capacity.label))
    return refused(gettext("只有學生的家長或代為上傳的人可以查看。"))


def _the_submitting_office(user: User, attachment: Attachment, at: datetime) -> Authority:
    duty = DutyCode.COURSE_OUTCOMES if attachment.outcome_id else DutyCode.DIVERSE_PERFORMANCE
    item = attachment.item
    placement = (
        item.student.placements.select_related("school_class").filter(school_year=item.school_year).first()
    )
    if placement is None:
        return refused(gettext("這位學生該學年度沒有編班資料。"))
    return roster_at(at).authority(user, duty, placement.school_class.division)
