"""A teacher's own reasons for returning, kept to be used again; those of the school are the admin's."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.authority import require
from accounts.errors import Conflict
from accounts.models import User
from accounts.services import audit
from portfolio.models import ReturnTemplate
from portfolio.permissions import PortfolioAct
from portfolio.services.certification import return_reason

MOST = 30


@transaction.atomic
def add_template(text: str, *, by: User, at: datetime) -> ReturnTemplate:
    """Add a reason at the end of `by`'s own.

    Raises:
        InvalidInput: it is empty or too long.
        Conflict: there are as many as one can keep.
    """
    own = _own(by)
    if len(own) >= MOST:
        raise Conflict(_("範本最多 %(limit)d 個，請先刪除用不到的。") % {"limit": MOST})
    order = own[-1].order + 1 if own else 1
    template = ReturnTemplate.objects.create(owner=by, text=return_reason(text), order=order)
    _record(template, by=by, at=at, changes={"text": template.text})
    return template


@transaction.atomic
def change_template(template: ReturnTemplate, text: str, *, by: User, at: datetime) -> None:
    """Raises:
    NotAllowed: it is not `by`'s own.
    InvalidInput: it is empty or too long.
    """
    before, template.text = template.text, return_reason(text)
    _record(template, by=by, at=at, changes={"text": {"before": before, "after": template.text}})
    template.save(update_fields=["text"])


@transaction.atomic
def delete_template(template: ReturnTemplate, *, by: User, at: datetime) -> None:
    """Raises NotAllowed where it is not `by`'s own."""
    _record(template, by=by, at=at, changes={"text": {"before": template.text, "after": ""}})
    template.delete()


@transaction.atomic
def move_template(template: ReturnTemplate, *, up: bool, by: User, at: datetime) -> None:
    """Change places with the one above or below; at the end of the list it stays where it is.

    Raises NotAllowed where it is not `by`'s own.
    """
    own = _own(by)
    _record(template, by=by, at=at, changes={"order": gettext_lazy("往前") if up else gettext_lazy("往後")})
    place = own.index(template)
    other = place - 1 if up else place + 1
    if 0 <= other < len(own):
        own[place], own[other] = own[other], own[place]
    for order, one in enumerate(own, start=1):
        one.order = order
    ReturnTemplate.objects.bulk_update(own, ["order"])


def _own(user: User) -> list[ReturnTemplate]:
    return list(ReturnTemplate.objects.select_for_update().filter(owner=user).order_by("order", "pk"))


def _record(template: ReturnTemplate, *, by: User, at: datetime, changes: dict[str, object]) -> None:
    act = PortfolioAct.KEEP_RETURN_TEMPLATE
    authority = require(by, act, template, at)
    audit.record(act, by=by, at=at, subject=template, authority=authority, changes=changes)
