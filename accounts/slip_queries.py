"""Reads for handing out first passwords, a class at a time."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Q, QuerySet

from accounts.domain.roc_calendar import school_year_of
from accounts.models import ClassPlacement, SchoolClass
from accounts.models.students import EnrolmentStatus

STAYING = (EnrolmentStatus.ENROLLED, EnrolmentStatus.SUSPENDED)


def classes_of(divisions: Iterable[str], day: date) -> QuerySet[SchoolClass]:
    """The classes of the school year of `day`, and of the next once they are there.

    Each with `students`, and how many of them are `waiting`: they have never signed in.
    """
    classes = SchoolClass.objects.filter(division__in=list(divisions), school_year__gte=school_year_of(day))
    there = _who_receives("placements__")
    never = there & Q(placements__student__user__last_login=None)
    counted = classes.annotate(
        students=Count("placements", filter=there), waiting=Count("placements", filter=never)
    )
    # Said again: rows that are counted lose the model's own order.
    return counted.select_related("homeroom_teacher").order_by("-school_year", "division", "grade", "name")


def receiving(school_class: SchoolClass) -> QuerySet[ClassPlacement]:
    """The students of `school_class` who may be handed a password, by their seats."""
    placements = ClassPlacement.objects.filter(_who_receives(), school_class=school_class)
    return placements.select_related("school_class", "student__user").order_by("seat_number")


def _who_receives(prefix: str = "") -> Q:
    """Who has not left, in an account that is enabled and does not reach the admin."""
    user = f"{prefix}student__user__"
    enabled = Q(**{f"{user}is_active": True, f"{user}is_staff": False, f"{user}is_superuser": False})
    return enabled & Q(**{f"{prefix}student__status__in": STAYING})
