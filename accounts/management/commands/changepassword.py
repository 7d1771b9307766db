"""`manage.py changepassword`, Django's own, and on the trail."""

import getpass
from typing import Any

from django.contrib.auth.management.commands import changepassword

from accounts import clock
from accounts.models import User
from accounts.services.console import record_new_password


class Command(changepassword.Command):
    def handle(self, *args: Any, **options: Any) -> str | None:
        options["username"] = options["username"] or getpass.getuser()
        said = super().handle(*args, **options)
        record_new_password(User.objects.get(username=options["username"]), at=clock.now())
        return said
