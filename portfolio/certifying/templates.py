"""Reasons for returning that are offered: a teacher's own first, then everybody's."""

from django.db.models import F, Q, QuerySet

from accounts.models import User
from portfolio.models import ReturnTemplate


def offered_to(user: User) -> QuerySet[ReturnTemplate]:
    offered = ReturnTemplate.objects.filter(Q(owner=user) | Q(owner=None))
    return offered.order_by(F("owner").asc(nulls_last=True), "order", "pk")


def own_of(user: User) -> QuerySet[ReturnTemplate]:
    return ReturnTemplate.objects.filter(owner=user).order_by("order", "pk")


def shared() -> QuerySet[ReturnTemplate]:
    return ReturnTemplate.objects.filter(owner=None).order_by("order", "pk")
