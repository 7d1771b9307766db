"""Bringing everything that is encrypted under the newest key, so that an old one can be dropped.

What is encrypted lies in text fields called `…_cipher`; a new one is found here by its name. Only the
secrets of second factors lie inside django-allauth's JSON.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.apps import apps
from django.db import transaction
from django.db.models import Model, TextChoices
from django.utils.translation import gettext_lazy as _

from accounts import acts, personal_data
from accounts.services import audit

BATCH = 500
FACTOR_SECRETS = ("secret", "seed")


@acts.register
class KeyAct(TextChoices):
    ROTATE_KEYS = "rotate_personal_data_keys", _("更換個人資料加密金鑰")


@dataclass
class Rotation:
    """What happened to one field: how many were re-encrypted, were in order already, or fit no key (ids)."""

    model: type[Model]
    name: str
    renewed: int = 0
    current: int = 0
    unreadable: list[Any] = field(default_factory=list)

    @property
    def label(self) -> str:
        return f"{self.model._meta.label}.{self.name}"


def encrypted_fields() -> Iterator[tuple[type[Model], str]]:
    for model in apps.get_models():
        for column in model._meta.concrete_fields:
            if column.name.endswith("_cipher"):
                yield model, column.name


def rotate_everything(*, at: datetime) -> list[Rotation]:
    """Re-encrypt under the newest key, batch by batch; a run that was cut short goes on where it was left.

    What no key fits stays as it is and is named.
    """
    rotations = [_rotate(Rotation(model, name)) for model, name in encrypted_fields()]
    rotations.append(_rotate_second_factors(Rotation(Authenticator, "data")))
    changes = {
        rotation.label: {"renewed": rotation.renewed, "unreadable": len(rotation.unreadable)}
        for rotation in rotations
    }
    audit.record(KeyAct.ROTATE_KEYS, by=None, at=at, changes=changes)
    return rotations


def _rotate(rotation: Rotation) -> Rotation:
    rows = rotation.model._base_manager.exclude(**{rotation.name: ""}).order_by("pk")
    last: Any = None
    while batch := list(_after(rows, last).values_list("pk", rotation.name)[:BATCH]):
        with transaction.atomic():
            for pk, cipher in batch:
                _renew(rotation, pk, cipher)
        last = batch[-1][0]
    return rotation


def _after(rows: Any, last: Any) -> Any:
    return rows if last is None else rows.filter(pk__gt=last)


def _renew(rotation: Rotation, pk: Any, cipher: str) -> None:
    """Only if nobody has changed it meanwhile; what is written now is under the newest key anyway."""
    try:
        new = personal_data.renewed(cipher)
    except InvalidToken:
        rotation.unreadable.append(pk)
        return
    if new == cipher:
        rotation.current += 1
    else:
        row = rotation.model._base_manager.filter(**{"pk": pk, rotation.name: cipher})
        rotation.renewed += row.update(**{rotation.name: new})


def _rotate_second_factors(rotation: Rotation) -> Rotation:
    for pk in Authenticator.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            # Gone when its owner removed it meanwhile; locked, as using a recovery code writes there too.
            for factor in Authenticator.objects.select_for_update().filter(pk=pk):
                _renew_secrets(rotation, factor)
    return rotation


def _renew_secrets(rotation: Rotation, factor: Authenticator) -> None:
    old = {name: factor.data[name] for name in FACTOR_SECRETS if name in factor.data}
    try:
        new = {name: personal_data.renewed(cipher) for name, cipher in old.items()}
    except InvalidToken:
        rotation.unreadable.append(factor.pk)
        return
    if new != old:
        factor.data |= new
        factor.save(update_fields=["data"])
        rotation.renewed += 1
    elif old:
        rotation.current += 1
