"""`manage.py createsuperuser`, Django's own, and on the trail."""

from typing import Any

from django.contrib.auth.management.commands import createsuperuser

from accounts import clock
from accounts.models import User
from accounts.services.console import record_new_administrator


class Command(createsuperuser.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        latest = User.objects.order_by("pk").last()
        super().handle(*args, **options)
        new = User.objects.filter(is_superuser=True, pk__gt=latest.pk if latest else 0)
        for user in new:
            record_new_administrator(user, at=clock.now())
