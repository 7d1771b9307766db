"""What the school decides about portfolios, in the admin."""

from django.contrib import admin
from django.http import HttpRequest

from accounts.admin_base import AuditedAdmin
from portfolio.models import ClassCounsellor, PortfolioPolicy, ReturnTemplate


@admin.register(PortfolioPolicy)
class PortfolioPolicyAdmin(AuditedAdmin):
    list_display = ("__str__", "look_before_certifying", "publish_together", "archive_days_after_leaving")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(ReturnTemplate)
class ReturnTemplateAdmin(AuditedAdmin):
    """Reasons offered to those who return an outcome: facts about the piece, never how good it is (E2)."""

    deletable = True
    list_display = ("text", "owner", "order")
    list_select_related = ("owner",)
    search_fields = ("text", "owner__name")
    autocomplete_fields = ("owner",)


@admin.register(ClassCounsellor)
class ClassCounsellorAdmin(AuditedAdmin):
    deletable = True
    list_display = ("school_class", "counsellor")
    list_filter = ("school_class__school_year", "school_class__division", "school_class__grade")
    list_select_related = ("school_class", "counsellor")
    search_fields = ("school_class__name", "counsellor__name", "counsellor__username")
    autocomplete_fields = ("school_class", "counsellor")
