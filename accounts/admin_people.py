"""The admin of accounts and students."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as StockUserAdmin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.acts import AccountAct
from accounts.admin_account_life import AccountLifeAdmin
from accounts.admin_base import ReadOnlyInline, WordedForm
from accounts.admin_sign_in import SignInAdmin
from accounts.list_admin import ListAdmin
from accounts.models import ClassPlacement, EnrolmentChange, Guardianship, Student, User
from accounts.resources import GuardianshipResource, StudentResource, UserResource
from accounts.services.passwords import require_change
from accounts.validation import guardianship_problem, validated_national_id


@admin.register(User)
class UserAdmin(SignInAdmin, AccountLifeAdmin, ListAdmin, StockUserAdmin):
    """Accounts. Nobody's password can be read, only set anew; its owner then has to choose another."""

    personal = True
    resource_classes = (UserResource,)
    list_display = ("username", "name", "email", "is_active", "expires_at", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser", ("expires_at", admin.EmptyFieldListFilter))
    search_fields = ("username", "name", "email")
    filter_horizontal = ()
    readonly_fields = (
        "second_factors",
        "provider_links",
        "last_login",
        "date_joined",
        "password_changed_at",
        "reactivated_at",
    )
    fieldsets = (
        (None, {"fields": ("username", "password", "must_change_password", "name", "email")}),
        (_("可否使用"), {"fields": ("is_active", "expires_at")}),
        (_("登入方式"), {"fields": ("second_factors", "provider_links")}),
        (_("管理介面"), {"fields": ("is_staff", "is_superuser")}),
        (_("紀錄"), {"fields": ("last_login", "date_joined", "password_changed_at", "reactivated_at")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "name", "email", "usable_password", "password1", "password2")}),
    )

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change and obj.has_usable_password():
            require_change(obj)

    @transaction.atomic
    def user_change_password(self, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().user_change_password(*args, **kwargs)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Setting a password saves no admin form, so it is recorded here."""
        if request.resolver_match and request.resolver_match.url_name == "auth_user_password_change":
            if obj != request.user and obj.has_usable_password():
                require_change(obj)
            self.record(request, AccountAct.CHANGE_PASSWORD, obj)
        return super().log_change(request, obj, message)


class PlacementForm(forms.ModelForm):
    """Also checks what the database holds about the school year, which follows from the class."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if cleaned and cleaned.get("school_class"):
            # Also for the formset, which compares the rows of a student by what was cleaned.
            cleaned["school_year"] = self.instance.school_year = cleaned["school_class"].school_year
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"school_year"}  # type: ignore[misc,no-any-return]


class PlacementInline(admin.TabularInline):
    model = ClassPlacement
    form = PlacementForm
    extra = 0
    autocomplete_fields = ("school_class",)


class StudentForm(forms.ModelForm):
    national_id = forms.CharField(
        label=_("身分證號"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["national_id"]
        field.required = not self.instance.pk
        field.help_text = _("加密儲存。已登錄者留空表示不變更。")

    def clean_national_id(self) -> str:
        number: str = self.cleaned_data["national_id"]
        if not number:
            return ""
        try:
            return validated_national_id(number, of=self.instance)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if number := self.cleaned_data.get("national_id"):
            self.instance.national_id = number


class EnrolmentChangeInline(ReadOnlyInline):
    """The history; what is added to it is recorded on the student's own page."""

    model = EnrolmentChange
    fields = ("kind", "effective_on", "other_school", "note", "recorded_by", "recorded_at")
    readonly_fields = fields


@admin.register(Student)
class StudentAdmin(ListAdmin):
    """Students. The national ID is shown masked and is nowhere searched for in clear."""

    personal = True
    form = StudentForm
    inlines = (PlacementInline, EnrolmentChangeInline)
    resource_classes = (StudentResource,)
    list_display = ("student_number", "user_name", "current_class", "status")
    list_filter = ("status", "placements__school_year")
    search_fields = ("student_number", "user__name", "user__username")
    list_select_related = ("user",)
    autocomplete_fields = ("user",)
    # The status follows from the changes that are recorded.
    readonly_fields = ("shown_national_id", "status", "record_change_link")
    fields = (
        "user",
        "student_number",
        "birth_date",
        "shown_national_id",
        "national_id",
        "status",
        "record_change_link",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Student]:
        return super().get_queryset(request).prefetch_related("placements__school_class")

    @admin.display(description=_("姓名"), ordering="user__name")
    def user_name(self, student: Student) -> str:
        return student.user.name

    @admin.display(description=_("班級"))
    def current_class(self, student: Student) -> str:
        latest = max(student.placements.all(), key=lambda row: row.school_year, default=None)
        return str(latest.school_class) if latest else ""

    @admin.display(description=_("已登錄的身分證號"))
    def shown_national_id(self, student: Student) -> str:
        return student.masked_national_id if student.national_id_cipher else "—"

    @admin.display(description=_("學籍異動"))
    def record_change_link(self, student: Student) -> str:
        if not student.pk:
            return "—"
        return format_html(
            '<a href="{}">{}</a>', reverse("people:student", args=[student.pk]), gettext("登錄學籍異動")
        )


class GuardianshipForm(WordedForm):
    problem = staticmethod(guardianship_problem)


@admin.register(Guardianship)
class GuardianshipAdmin(ListAdmin):
    """Parents and legal guardians. One whose task ends gets a last day; the record stays."""

    personal = True
    form = GuardianshipForm
    resource_classes = (GuardianshipResource,)
    list_display = ("student", "guardian", "relation", "starts_on", "ends_on")
    list_filter = ("relation", ("ends_on", admin.EmptyFieldListFilter))
    search_fields = (
        "student__student_number",
        "student__user__name",
        "guardian__name",
        "guardian__username",
    )
    list_select_related = ("student__user", "guardian")
    autocomplete_fields = ("student", "guardian")
