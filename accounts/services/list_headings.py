"""The headings that this school's files use: what each stands for is said once and remembered."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import acts
from accounts.authority import require
from accounts.domain.list_columns import ListColumn
from accounts.domain.list_headings import SKIPPED, kept_form
from accounts.errors import InvalidInput
from accounts.list_permissions import ListHeadingAct
from accounts.models import ListHeading, User
from accounts.services import audit


def remembered(act: str) -> dict[str, str]:
    """Heading → name of the column, for the list that `act` imports; `SKIPPED` for one not needed."""
    return dict(ListHeading.objects.filter(act=act).values_list("heading", "column"))


@transaction.atomic
def remember(
    act: str, choices: Mapping[str, str], *, columns: Sequence[ListColumn], by: User, at: datetime
) -> int:
    """Remember for the list of `act` what headings stand for; how many of them are new or changed.

    Raises:
        NotAllowed: the list is another office's.
        InvalidInput: a choice is none of the list's `columns`, nor `SKIPPED`.
    """
    authority = require(by, act, (), at)
    names = {column.name: column.heading for column in columns} | {SKIPPED: gettext_lazy("略過")}
    if not names.keys() >= set(choices.values()):
        raise InvalidInput(_("請從這份名單的欄位中選擇。"))
    before = remembered(act)
    wanted = {kept_form(heading): column for heading, column in choices.items()}
    changed = {heading: column for heading, column in wanted.items() if before.get(heading) != column}
    ListHeading.objects.bulk_create(
        [ListHeading(act=act, heading=each, column=changed[each], set_by=by, set_at=at) for each in changed],
        update_conflicts=True,
        unique_fields=["act", "heading"],
        update_fields=["column", "set_by", "set_at"],
    )
    if changed:
        was = {
            heading: names.get(before[heading], before[heading]) for heading in changed if heading in before
        }
        told = {each: {"before": was.get(each), "after": names[changed[each]]} for each in changed}
        changes = {"list": acts.worded(act), **told}
        audit.record(ListHeadingAct.REMEMBER, by=by, at=at, authority=authority, changes=changes)
    return len(changed)


@transaction.atomic
def forget(act: str, headings: Collection[str], *, by: User, at: datetime) -> int:
    """Forget what `headings` of the list of `act` stand for; the next file that has them is asked about.

    Raises:
        NotAllowed: the list is another office's.
    """
    authority = require(by, act, (), at)
    rows = ListHeading.objects.filter(act=act, heading__in=headings)
    gone = sorted(rows.values_list("heading", flat=True))
    rows.delete()
    if gone:
        changes = {"list": acts.worded(act), "headings": gone}
        audit.record(ListHeadingAct.FORGET, by=by, at=at, authority=authority, changes=changes)
    return len(gone)
