"""For the admin's first page: which periodic reviews are overdue."""

from typing import Any

from django import template

from accounts import clock
from accounts.admin_reviews import address_of
from accounts.services.reviews import overdue

register = template.Library()


@register.inclusion_tag("admin/accounts/review/_overdue.html", takes_context=True)
def overdue_reviews(context: dict[str, Any]) -> dict[str, Any]:
    """Said to those who do reviews."""
    kinds = overdue(clock.now()) if context["user"].is_superuser else []
    return {"reviews": [(kind.label, address_of(kind)) for kind in kinds]}
