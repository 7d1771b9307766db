"""People, classes and posts as lists: their columns, and by which of them a record is found again."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from operator import attrgetter
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.fields import Field

from accounts import clock
from accounts.domain.division import Division
from accounts.list_cells import GRADES, Cell, Choice, Day, Key, Reference, WholeNumber, YesNo, text_of
from accounts.list_import import ListResource, Row, column
from accounts.models import ClassPlacement, Guardianship, Post, PostHolding, SchoolClass, Student, User
from accounts.models.guardians import Relation
from accounts.models.students import EnrolmentStatus
from accounts.services.enrolment_history import Histories, StatusChange, histories, record_status_changes
from accounts.validation import guardianship_problem, holding_problem, validated_national_id

LETTER_BATCHES = {1: gettext_lazy("第一梯次"), 2: gettext_lazy("第二梯次")}


def people() -> Mapping[Key, User]:
    return {(user.username,): user for user in User.objects.all()}


def students() -> Mapping[Key, Student]:
    return {(student.student_number,): student for student in Student.objects.select_related("user")}


def _classes() -> Mapping[Key, SchoolClass]:
    return {
        (str(row.school_year), row.get_division_display(), row.name): row for row in SchoolClass.objects.all()
    }


def _posts() -> Mapping[Key, Post]:
    return {(post.code,): post for post in Post.objects.all()}


def person_cell(heading: str, *, optional: bool = False) -> Reference:
    """A person by the account's name."""
    hint = gettext_lazy("請先在「帳號」新增，或檢查帳號名稱")
    return Reference((heading,), people, name=attrgetter("username"), hint=hint, optional=optional)


def student_cell() -> Reference:
    hint = gettext_lazy("請先在「學生」新增，或檢查學號")
    return Reference(("學號",), students, name=attrgetter("student_number"), hint=hint)


class UserResource(ListResource):
    """Accounts. What they may do and their passwords are no part of a list: new ones begin without one."""

    username = column("username", "帳號")
    name = column("name", "姓名")
    email = column("email", "電子郵件", Cell(optional=True))
    is_active = column("is_active", "啟用", YesNo())

    scopes = {"username": "username"}

    class Meta:
        model = User
        fields = ("username", "name", "email", "is_active")
        import_id_fields = ("username",)

    def init_instance(self, row: Row | None = None) -> User:
        user = User()
        user.set_unusable_password()
        return user


class NationalIdColumn(Field):  # type: ignore[misc]  # (the library has no types)
    """Goes out masked. Comes in whole for a new student; masked or empty leaves a known one as it is."""

    def get_value(self, instance: Student) -> str:
        return instance.national_id if instance.national_id_cipher else ""

    def export(self, instance: Student, **kwargs: Any) -> str:
        return instance.masked_national_id if instance.national_id_cipher else ""

    def save(self, instance: Student, row: Row, *args: Any, **kwargs: Any) -> None:
        text = text_of(row.get(self.column_name))
        if text in ("", self.export(instance)) and instance.national_id_cipher:
            return
        if not text:
            raise ValueError(_("新的學生須填身分證號。"))
        instance.national_id = validated_national_id(text, of=instance)


class StudentResource(ListResource):
    """Students. A status comes in only with the enrolment change that leads to it."""

    student_number = column("student_number", "學號")
    user = column("user", "帳號", person_cell("帳號"))
    name = column("user__name", "姓名", readonly=True)
    birth_date = column("birth_date", "出生日期", Day())
    national_id = NationalIdColumn(attribute="national_id", column_name="身分證號")
    status = column("status", "學籍狀態", Choice(EnrolmentStatus))

    scopes = {"student_number": "student_number"}
    optional = ("name",)
    blamed = {"national_id_hash": "national_id"}
    related = ("user",)

    class Meta:
        model = Student
        fields = ("student_number", "user", "name", "birth_date", "national_id", "status")
        import_id_fields = ("student_number",)

    @cached_property
    def _histories(self) -> Histories:
        return histories()

    def after_init_instance(self, instance: Student, new: bool, row: Row, **kwargs: Any) -> None:
        self._status_before = None if new else instance.status

    def validate_instance(self, instance: Student, *args: Any, **kwargs: Any) -> None:
        if problem := self._status_change(instance).problem(self._histories.get(instance.pk, ())):
            raise ValidationError({"status": problem})
        super().validate_instance(instance, *args, **kwargs)

    def after_save_instance(self, instance: Student, row: Row, **kwargs: Any) -> None:
        note = _("名單匯入：%(file)s") % {"file": kwargs["file_name"]}
        change = self._status_change(instance)
        record_status_changes([change], self._histories, note=note, by=kwargs["user"], at=clock.now())

    def _status_change(self, instance: Student) -> StatusChange:
        return StatusChange(instance, self._status_before, instance.status)


class SchoolClassResource(ListResource):
    school_year = column("school_year", "學年度", WholeNumber())
    division = column("division", "部別", Choice(Division))
    grade = column("grade", "年級", Choice(GRADES))
    name = column("name", "班級")
    letter_batch = column("letter_batch", "高三提交梯次", Choice(LETTER_BATCHES))
    homeroom_teacher = column("homeroom_teacher", "導師帳號", person_cell("導師帳號", optional=True))

    scopes = {"name": "name"}
    related = ("homeroom_teacher",)

    class Meta:
        model = SchoolClass
        fields = ("school_year", "division", "grade", "name", "letter_batch", "homeroom_teacher")
        import_id_fields = ("school_year", "division", "name")


class ClassPlacementResource(ListResource):
    """Who sits where. A student's row of a year is found again: another class there is a move."""

    school_year = column("school_class__school_year", "學年度", WholeNumber(), readonly=True)
    division = column("school_class__division", "部別", Choice(Division), readonly=True)
    school_class = column(
        "school_class",
        "班級",
        Reference(
            ("學年度", "部別", "班級"),
            _classes,
            name=attrgetter("name"),
            hint=gettext_lazy("請先在「班級」新增，或檢查學年度、部別與班級"),
        ),
    )
    seat_number = column("seat_number", "座號", WholeNumber())
    student = column("student", "學號", student_cell())
    student_name = column("student__user__name", "姓名", readonly=True)

    scopes = {"student": "student__student_number"}
    optional = ("student_name",)
    related = ("school_class", "student__user")

    class Meta:
        model = ClassPlacement
        fields = ("school_year", "division", "school_class", "seat_number", "student", "student_name")
        import_id_fields = ("school_year", "student")

    def validate_instance(self, instance: ClassPlacement, *args: Any, **kwargs: Any) -> None:
        if instance.school_class_id:
            instance.school_year = instance.school_class.school_year
        super().validate_instance(instance, *args, **kwargs)


class GuardianshipResource(ListResource):
    """Who is whose parent or legal guardian; found again by the student and the guardian."""

    student = column("student", "學號", student_cell())
    student_name = column("student__user__name", "學生姓名", readonly=True)
    guardian = column("guardian", "家長帳號", person_cell("家長帳號"))
    guardian_name = column("guardian__name", "家長姓名", readonly=True)
    relation = column("relation", "關係", Choice(Relation))
    starts_on = column("starts_on", "起日", Day())
    ends_on = column("ends_on", "迄日", Day(optional=True))

    scopes = {"student": "student__student_number"}
    optional = ("student_name", "guardian_name")
    related = ("student__user", "guardian")

    class Meta:
        model = Guardianship
        fields = (
            "student",
            "student_name",
            "guardian",
            "guardian_name",
            "relation",
            "starts_on",
            "ends_on",
        )
        import_id_fields = ("student", "guardian")

    def validate_instance(self, instance: Guardianship, *args: Any, **kwargs: Any) -> None:
        if problem := guardianship_problem(instance):
            raise ValidationError(problem)
        super().validate_instance(instance, *args, **kwargs)


class PostHoldingResource(ListResource):
    post = column(
        "post",
        "職務代碼",
        Reference(
            ("職務代碼",),
            _posts,
            name=attrgetter("code"),
            hint=gettext_lazy("請先在「職務」新增，或檢查職務代碼"),
        ),
    )
    post_name = column("post__name", "職稱", readonly=True)
    user = column("user", "帳號", person_cell("帳號"))
    user_name = column("user__name", "姓名", readonly=True)
    starts_on = column("starts_on", "起日", Day())
    ends_on = column("ends_on", "迄日", Day(optional=True))

    optional = ("post_name", "user_name")
    related = ("post", "user")

    class Meta:
        model = PostHolding
        fields = ("post", "post_name", "user", "user_name", "starts_on", "ends_on")
        import_id_fields = ("post", "user", "starts_on")

    def validate_instance(self, instance: PostHolding, *args: Any, **kwargs: Any) -> None:
        if problem := holding_problem(instance):
            raise ValidationError(problem)
        super().validate_instance(instance, *args, **kwargs)
