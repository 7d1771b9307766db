"""`manage.py demo [--students N] [--today YYYY-MM-DD] [--fresh]`: loads the invented school."""

from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts import clock
from accounts.demo_sign_ins import PASSWORD, PEOPLE
from accounts.models import User
from accounts.services.notices import mark_read
from accounts.services.trail_chain import link_entries
from config.demo.announcements import make_announcements
from config.demo.calendar import DemoCalendar, make_calendar
from config.demo.class_life import make_class_life
from config.demo.consultations import make_consultations
from config.demo.courses import make_courses
from config.demo.extensions import make_extensions
from config.demo.items import make_items
from config.demo.people import DEFAULT_STUDENTS, make_admin, make_people
from config.demo.proxies import make_proxies
from config.demo.records import make_records
from config.demo.submissions import make_submissions
from config.demo.unguarded import trail_unguarded
from schedules.domain.periods import start_of
from schedules.models import Term
from schedules.services.self_checks import bring_up_to_date

# What migrations put into a new database, and flushing takes away.
INITIAL_DATA = (
    ("accounts.migrations.0004_security_policy_row", "load"),
    ("schedules.migrations.0002_supplementary_rules", "load"),
    ("portfolio.migrations.0002_code_lists_and_file_limits", "load"),
    ("portfolio.migrations.0006_policy_row", "load"),
)
RECENT = timedelta(days=10)
FEWEST_STUDENTS = 48  # four in each of twelve classes


class Command(BaseCommand):
    help = "Loads an invented school around a day (today unless told), the same every time. DEBUG only."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--students", type=int, default=DEFAULT_STUDENTS)
        parser.add_argument("--today", type=date.fromisoformat, help="the day it lies around")
        parser.add_argument("--fresh", action="store_true", help="empty the database first")

    def handle(self, *args: Any, students: int, today: date | None, fresh: bool, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("示範帳號的密碼是公開的，只能在 DEBUG 環境載入。")
        if students < FEWEST_STUDENTS:
            raise CommandError(f"學生至少 {FEWEST_STUDENTS} 人。")
        if fresh:
            _empty()
        if User.objects.exists():
            raise CommandError("資料庫裡已經有資料；要重新載入請加 --fresh（會清空全部資料）。")
        with transaction.atomic():
            _load(students, today or clock.today())
        link_entries(clock.now())
        self.stdout.write(f"示範學校已載入，密碼都是 {PASSWORD}：")
        for username, role in PEOPLE.items():
            self.stdout.write(f"  {username:<14}{role}")


def _empty() -> None:
    with trail_unguarded():
        call_command("flush", interactive=False, verbosity=0)
    Path(settings.TRAIL_ANCHORS).unlink(missing_ok=True)
    for module, load in INITIAL_DATA:
        getattr(import_module(module), load)(apps, None)


def _load(students: int, today: date) -> None:
    admin = make_admin()
    calendar = make_calendar(today, admin)
    people = make_people(admin, calendar, students)
    for term in Term.objects.all():
        bring_up_to_date(term)  # now that the self-checks' posts are there
    make_courses(people, calendar)
    make_items(people, calendar)
    make_class_life(people, calendar)
    make_submissions(people, calendar)
    make_extensions(people, calendar)
    make_proxies(people, calendar)
    make_consultations(people, calendar)
    make_records(people, calendar)
    make_announcements(people, calendar)
    _read_old_notices(calendar)


def _read_old_notices(calendar: DemoCalendar) -> None:
    """Nobody leaves the certifications of last year unread."""
    recent = start_of(calendar.today) - RECENT
    for user in User.objects.filter(notices__created_at__lt=recent).distinct():
        mark_read(user, at=recent)
