"""The admin of people and duties: the school, its offices and posts, the annex, classes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Count, Prefetch, QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import (  # noqa: F401  (these pages register themselves)
    admin_absences,
    admin_lists,
    admin_reviews,
    admin_trail,
    clock,
)
from accounts.admin_base import AuditedAdmin, WordedForm
from accounts.admin_people import PlacementForm
from accounts.domain.joining import joined
from accounts.list_admin import ListAdmin
from accounts.models import (
    ClassPlacement,
    Duty,
    DutyDelegate,
    Office,
    Post,
    PostHolding,
    School,
    SchoolClass,
)
from accounts.resources import ClassPlacementResource, PostHoldingResource, SchoolClassResource
from accounts.validation import holding_problem

admin.site.site_header = gettext_lazy("學習歷程檔案管理")
admin.site.site_title = gettext_lazy("學習歷程檔案管理")
admin.site.index_title = gettext_lazy("管理項目")
admin.site.enable_nav_sidebar = False  # the lists need the width
# What a person may do follows from posts, classes and sections; there are no groups.
admin.site.unregister(Group)


@admin.register(School)
class SchoolAdmin(AuditedAdmin):
    list_display = ("name", "code", "evening_code", "contact")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not School.objects.exists()

    def save_model(self, request: HttpRequest, obj: School, form: Any, change: bool) -> None:
        obj.pk = 1
        super().save_model(request, obj, form, change)


@admin.register(Office)
class OfficeAdmin(AuditedAdmin):
    list_display = ("name", "code", "division")
    list_filter = ("division",)
    search_fields = ("name", "code")


@admin.register(Post)
class PostAdmin(AuditedAdmin):
    """Posts, each with who holds it now and who did before."""

    list_display = ("name", "code", "office", "holders")
    list_filter = ("office__division", "office")
    search_fields = ("name", "code", "office__name")
    list_select_related = ("office",)
    autocomplete_fields = ("office",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        current = PostHolding.objects.on(clock.today()).select_related("user")
        return super().get_queryset(request).prefetch_related(Prefetch("holdings", current, "current"))

    @admin.display(description=gettext_lazy("現任"))
    def holders(self, post: Any) -> str:
        return joined(str(holding.user) for holding in post.current) or _("出缺")


class HoldingForm(WordedForm):
    problem = staticmethod(holding_problem)


@admin.register(PostHolding)
class PostHoldingAdmin(ListAdmin):
    personal = True
    form = HoldingForm
    resource_classes = (PostHoldingResource,)
    list_display = ("post", "user", "starts_on", "ends_on")
    list_filter = ("post__office__division", ("ends_on", admin.EmptyFieldListFilter))
    search_fields = ("post__name", "post__code", "user__name", "user__username")
    list_select_related = ("post", "user")
    autocomplete_fields = ("post", "user")


class DelegateForm(forms.ModelForm):
    """Order and post are looked at over all rows together: the formset puts them in place as a whole."""

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() | {"order", "post"}  # type: ignore[misc,no-any-return]


class DelegateFormSet(BaseInlineFormSet):
    """The whole chain of a duty at once, so that two delegates can change places."""

    def clean(self) -> None:
        super().clean()
        posts = [form.cleaned_data["post"] for form in self._chain()]
        if len(set(posts)) < len(posts):
            raise forms.ValidationError(_("同一職務只能列一個順位。"))
        if self.instance.owner_id in {post.pk for post in posts}:
            raise forms.ValidationError(_("負責人不能同時是自己的代理人。"))

    def save(self, commit: bool = True) -> Any:
        """Write the chain anew, numbered from 1 in the order that was typed."""
        rows = super().save(commit=False)
        chain = [form.cleaned_data["post"] for form in self._chain()]
        standing = self.instance.delegate_rows.select_related("post")
        self.chain_before = [row.post.name for row in standing]
        standing.delete()
        for order, post in enumerate(chain, start=1):
            DutyDelegate.objects.create(duty=self.instance, post=post, order=order)
        return rows

    def _chain(self) -> list[Any]:
        filled = [form for form in self.forms if getattr(form, "cleaned_data", {}).get("post")]
        kept = [form for form in filled if form not in self.deleted_forms]
        return sorted(kept, key=lambda form: form.cleaned_data["order"])


class DelegateInline(admin.TabularInline):
    model = DutyDelegate
    form = DelegateForm
    formset = DelegateFormSet
    extra = 1
    autocomplete_fields = ("post",)


@admin.register(Duty)
class DutyAdmin(AuditedAdmin):
    """The annex (附件): who answers for what, and who stands in, in which order."""

    inlines = (DelegateInline,)
    list_display = ("__str__", "owner", "chain", "article")
    list_filter = ("division",)
    search_fields = ("owner__name", "delegates__name")
    list_select_related = ("owner",)
    autocomplete_fields = ("owner",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Duty]:
        return super().get_queryset(request).prefetch_related("delegate_rows__post")

    @admin.display(description=gettext_lazy("代理順位"))
    def chain(self, duty: Duty) -> str:
        return " → ".join(row.post.name for row in duty.delegate_rows.all())

    def changed_rows(self, formset: Any) -> dict[str, Any]:
        before = formset.chain_before
        after = [row.post.name for row in formset.instance.delegate_rows.select_related("post")]
        return {"delegates": {"before": before, "after": after}} if before != after else {}


@admin.register(SchoolClass)
class SchoolClassAdmin(ListAdmin):
    resource_classes = (SchoolClassResource,)
    list_display = (
        "name",
        "school_year",
        "division",
        "grade",
        "letter_batch",
        "homeroom_teacher",
        "students",
    )
    list_filter = ("school_year", "division", "grade")
    search_fields = ("name", "school_year", "homeroom_teacher__name")
    list_select_related = ("homeroom_teacher",)
    autocomplete_fields = ("homeroom_teacher",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[SchoolClass]:
        classes: QuerySet[SchoolClass] = super().get_queryset(request)
        return classes.annotate(student_count=Count("placements"))

    @admin.display(description=gettext_lazy("人數"))
    def students(self, school_class: Any) -> int:
        return int(school_class.student_count)


@admin.register(ClassPlacement)
class ClassPlacementAdmin(ListAdmin):
    personal = True
    form = PlacementForm
    deletable = True
    resource_classes = (ClassPlacementResource,)
    list_display = ("school_class", "seat_number", "student")
    list_filter = ("school_year", "school_class__division", "school_class__grade")
    search_fields = ("school_class__name", "student__student_number", "student__user__name")
    list_select_related = ("school_class", "student__user")
    autocomplete_fields = ("school_class", "student")
