"""The demo's helpers: a parent of student1, and a piece that the homeroom teacher uploaded for student1."""

from datetime import date

from accounts.models import Guardianship
from accounts.models.guardians import Relation
from config.demo.calendar import DemoCalendar
from config.demo.courses import enrolments_in
from config.demo.items import demo_files
from config.demo.people import DemoPeople
from portfolio.services.outcomes import upload_course_outcome

DESCRIPTION = "電路量測紀錄：三種負載的電壓與電流，附誤差分析。"
REASON = "學生因病住院，病房沒有網路，由本人電話請託。"


def make_proxies(people: DemoPeople, calendar: DemoCalendar) -> None:
    student = people.students[0]
    Guardianship.objects.create(
        guardian=people.by_username("guardian1"),
        student=student,
        relation=Relation.PARENT,
        starts_on=date(calendar.school_year + 1911 - 1, 9, 1),
    )
    enrolment = enrolments_in(student, calendar.current)[3]
    section = enrolment.section
    upload_course_outcome(
        enrolment,
        description=DESCRIPTION,
        files=demo_files(6, section.course.name),
        by=people.by_username("homeroom1"),
        at=calendar.moment_in(section.term.code, section.division, day=9),
        proxy_reason=REASON,
    )
