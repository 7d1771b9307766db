"""Importing a big school's enrolments, against bulk inserting the same rows in the same run.

The import reads the workbook, checks every row, compares with what is on record and writes; it must stay
under three times the plain insert. Runs in a database of its own, named like the tests' one.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from io import BytesIO

import django
from openpyxl import Workbook

STUDENTS, COURSES = 5_000, 12
MOST = 3.0
ROUNDS = 2  # the better one counts: a busy machine only ever makes things slower
HEADINGS = ["學號", "課程代碼", "部別", "班級／組別", "修課類別"]


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    with empty_database() as vendor:
        school = BigSchool()
        content = school.workbook()
        insert = min(timed(school.insert) for _ in range(ROUNDS))
        whole = min(timed(lambda: school.take_over(content)) for _ in range(ROUNDS))
        again = timed(lambda: school.take_over(content), after=lambda: school.take_over(content))
    ratio = whole / insert
    verdict = "ok" if ratio < MOST else "TOO SLOW"
    print(
        f"{vendor}: {STUDENTS * COURSES:,} enrolments: insert {insert:.2f} s, import {whole:.2f} s, "
        f"ratio {ratio:.2f} (must be < {MOST:g}): {verdict}; import again, nothing new: {again:.2f} s",
        flush=True,
    )
    return 0 if ratio < MOST else 1


@contextmanager
def empty_database() -> Iterator[str]:
    from django.db import connection

    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield connection.vendor
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def timed(act: Callable[[], None], *, after: Callable[[], None] = lambda: None) -> float:
    """Seconds that `act` takes once `after` is done; what they wrote is taken back."""
    from django.db import transaction

    with transaction.atomic():
        after()
        began = time.perf_counter()
        act()
        seconds = time.perf_counter() - began
        transaction.set_rollback(True)
    return seconds


class BigSchool:
    """Students and a term's sections; nobody is enrolled yet."""

    def __init__(self) -> None:
        from accounts.models import Student, User
        from portfolio.models import Course, CourseSection
        from schedules.models import Term

        self.term = Term.objects.create(school_year=113, number=1)
        teacher = User.objects.create(username="teacher", name="虛構教師")
        users = User.objects.bulk_create(
            User(username=f"113{number:05}", name=f"虛構{number}") for number in range(STUDENTS)
        )
        self.students = Student.objects.bulk_create(
            Student(
                user=user,
                student_number=user.username,
                birth_date=date(2008, 3, 15),
                national_id_cipher="-",
                national_id_hash=user.username,
            )
            for user in users
        )
        courses = Course.objects.bulk_create(
            Course(code=f"113999999V2130521{number:06}", name=f"虛構科目{number}", grade=1, credits=2)
            for number in range(COURSES)
        )
        self.sections = CourseSection.objects.bulk_create(
            CourseSection(course=course, term=self.term, division="day", group="全校", teacher=teacher)
            for course in courses
        )

    def workbook(self) -> bytes:
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        sheet.append(HEADINGS)
        for student in self.students:
            for section in self.sections:
                sheet.append([student.student_number, section.course.code, "日間部", "全校", "學期修課"])
        stream = BytesIO()
        book.save(stream)
        return stream.getvalue()

    def insert(self) -> None:
        from accounts.services.list_import import ROWS_AT_ONCE
        from portfolio.models import Enrolment

        rows = [
            Enrolment(student_id=student.pk, section_id=section.pk)
            for student in self.students
            for section in self.sections
        ]
        Enrolment.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)

    def take_over(self, content: bytes) -> None:
        from accounts import clock
        from accounts.services.list_import import import_list
        from portfolio.services.enrolment_import import Enrolments

        report = import_list(Enrolments(self.term), content, file_name="list.xlsx", by=None, at=clock.now())
        assert report.written, report.problems[:3]


if __name__ == "__main__":
    sys.exit(main())
