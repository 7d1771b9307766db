"""Checks that forms and imported lists share; what they say is shown to people as it is."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts import personal_data
from accounts.domain import national_id
from accounts.domain.roc_calendar import roc_date
from accounts.models import Guardianship, PostHolding, Student


def validated_national_id(number: str, *, of: Student) -> str:
    """`number` as it is stored, for the student `of`.

    Raises:
        ValueError: the check digit is wrong, or the number is another student's. Neither repeats the number.
    """
    number = national_id.normalise(number)
    if not national_id.has_valid_check_digit(number):
        raise ValueError(
            _("身分證號或居留證號的檢查碼不符，請對照證件更正（1 或 2 個英文字母加數字，共 10 碼）。")
        )
    others = Student.objects.filter(national_id_hash=personal_data.look_up_hash(number)).exclude(pk=of.pk)
    if other := others.first():
        message = _("這個身分證號已登錄在學號 %(number)s，請確認是否重複建檔。")
        raise ValueError(message % {"number": other.student_number})
    return number


def holding_problem(holding: PostHolding) -> str:
    """Why `holding` cannot stand beside the others of its post, empty if it can."""
    if holding.ends_on and holding.starts_on and holding.ends_on < holding.starts_on:
        return _("迄日不可早於起日。")
    if holding.ends_on is None and holding.post_id:
        others = PostHolding.objects.filter(post=holding.post_id, ends_on=None).exclude(pk=holding.pk)
        if other := others.select_related("post", "user").first():
            message = _("「%(post)s」目前由%(person)s任職（%(day)s起），請先填其迄日。")
            parts = {"post": other.post, "person": other.user, "day": roc_date(other.starts_on)}
            return message % parts
    return ""


def guardianship_problem(guardianship: Guardianship) -> str:
    """Why `guardianship` cannot be, empty if it can."""
    ends_on, starts_on = guardianship.ends_on, guardianship.starts_on
    if ends_on and starts_on and ends_on < starts_on:
        return _("迄日不可早於起日。")
    if not (guardianship.guardian_id and guardianship.student_id):
        return ""
    if Student.objects.filter(user=guardianship.guardian_id).exists():
        return _("家長／法定代理人要有自己的帳號，不能使用學生的帳號。")
    return ""
