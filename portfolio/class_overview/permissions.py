"""Who looks after which classes: homeroom teachers after theirs, offices after those of their division."""

from datetime import datetime

from django.db.models import Q, QuerySet, TextChoices
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import acts
from accounts.authority import Authority, first_granted, granted, has_left, refused, resolves
from accounts.domain.division import Division
from accounts.domain.roc_calendar import school_year_of
from accounts.duty_roster import roster_at
from accounts.models import PostHolding, School, SchoolClass, User
from accounts.models.duties import DutyCode

OVERSEEING = (DutyCode.COURSE_OUTCOMES, DutyCode.DIVERSE_PERFORMANCE, DutyCode.RECEIPT_CONFIRMATION)


@acts.register
class ClassAct(TextChoices):
    REMIND_CLASS = "remind_class", _("提醒班級")
    PRINT_SHEETS = "print_sheets", _("列印全班歷程確認單")


@resolves(ClassAct.REMIND_CLASS)
def _who_looks_after(user: User, school_class: SchoolClass, at: datetime) -> Authority:
    if school_class.school_year != this_year(at):
        return refused(gettext("只能提醒本學年度的班級。"))
    if school_class.homeroom_teacher_id == user.pk:
        return granted(gettext("導師"))
    if sees_whole_school(user, at):
        return granted(gettext("系統管理者") if user.is_superuser else gettext("執行秘書"))
    roster = roster_at(at)
    answers = [roster.authority(user, code, school_class.division) for code in OVERSEEING]
    return first_granted(refused(gettext("這個班級由導師或承辦處室提醒。")), *answers)


@resolves(ClassAct.PRINT_SHEETS)
def _the_homeroom_teacher(user: User, school_class: SchoolClass, at: datetime) -> Authority:
    if homeroom_classes(user, at).filter(pk=school_class.pk).exists():
        return granted(gettext("導師"))
    return refused(gettext("全班的歷程確認單由導師列印。"))


def this_year(at: datetime) -> int:
    return school_year_of(timezone.localdate(at))


def homeroom_classes(user: User, at: datetime) -> QuerySet[SchoolClass]:
    """The classes of this school year that have `user` as their homeroom teacher."""
    classes = SchoolClass.objects.filter(school_year=this_year(at), homeroom_teacher=user)
    return classes.none() if has_left(user, at) else classes


def visible_classes(user: User, at: datetime) -> QuerySet[SchoolClass]:
    """This year's classes that `user` looks after, as their homeroom teacher or for an office."""
    if has_left(user, at):
        return SchoolClass.objects.none()
    mine = Q(homeroom_teacher=user) | Q(division__in=overseen_divisions(user, at))
    return SchoolClass.objects.filter(mine, school_year=this_year(at)).select_related("homeroom_teacher")


def overseen_divisions(user: User, at: datetime) -> list[Division]:
    """The divisions whose classes are `user`'s business, all of them."""
    if has_left(user, at):
        return []
    if sees_whole_school(user, at):
        return list(Division)
    roster = roster_at(at)
    return [
        division
        for division in Division
        if any(roster.authority(user, code, division).allowed for code in OVERSEEING)
    ]


def sees_whole_school(user: User, at: datetime) -> bool:
    """Administrators, and the executive secretary, who plans for both divisions (article 4)."""
    if user.is_superuser:
        return True
    school = School.objects.first()
    post = school.executive_secretary_id if school else None
    holdings = PostHolding.objects.on(timezone.localdate(at)).filter(user=user)
    return post is not None and holdings.filter(post=post).exists()
