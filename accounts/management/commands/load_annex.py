"""`manage.py load_annex`: the offices, posts, duties and delegates of the supplementary rules' annex."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import Duty
from accounts.services.annex import load_annex


class Command(BaseCommand):
    help = "Creates the annex's offices, posts, duties and delegates where they are missing."

    def handle(self, *args: Any, **options: Any) -> None:
        load_annex()
        self.stdout.write(f"職掌共 {Duty.objects.count()} 項。")
