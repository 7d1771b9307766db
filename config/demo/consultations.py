"""The demo's course consultations: one counsellor for grade 2 of the day division, some records."""

from datetime import date, time, timedelta

from accounts.domain.division import Division
from config.demo.calendar import DemoCalendar
from config.demo.people import DemoPeople
from portfolio.models import ClassCounsellor
from portfolio.models.consultations import ConsultationForm
from portfolio.services.consultations import Consultation, record_consultation
from schedules.domain.periods import start_of

GRADE = 2
FRIDAY = 4  # as `weekday` counts
TALKS = (
    (
        ConsultationForm.GROUP,
        12,
        "選課說明：加深加廣與校訂選修。",
        "看過選課手冊，列出三門想修的課。",
    ),
    (ConsultationForm.INDIVIDUAL, 6, "討論專題製作的題目與時間安排。", "把題目縮小到一個可以量測的問題。"),
    (
        ConsultationForm.INDIVIDUAL,
        3,
        "想轉資訊科，詢問轉科時程。",
        "先與家長討論，再問註冊組名額。",
    ),
)


def make_consultations(people: DemoPeople, calendar: DemoCalendar) -> None:
    counsellor = people.by_username("counsellor1")
    classes = [c for c in people.classes if c.grade == GRADE and c.division == Division.DAY]
    ClassCounsellor.objects.bulk_create(
        ClassCounsellor(school_class=one, counsellor=counsellor) for one in classes
    )
    group = [placement.student for placement in classes[0].placements.select_related("student")]
    for form, days_ago, content, advice in TALKS:
        held_on = _school_day(calendar.today - timedelta(days=days_ago))
        entry = Consultation(
            form=form,
            held_on=held_on,
            starts_at=time(12, 20),
            ends_at=time(12, 50),
            place="輔導室諮商區",
            students=group if form == ConsultationForm.GROUP else group[:1],
            content=content,
            advice=advice,
        )
        record_consultation(entry, by=counsellor, at=start_of(held_on + timedelta(days=1)))


def _school_day(day: date) -> date:
    """`day`, or the Friday before it."""
    return day - timedelta(days=max(0, day.weekday() - FRIDAY))
