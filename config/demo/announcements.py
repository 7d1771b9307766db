"""The demo's announcements: news for everybody, and one by which students of a grade have to act."""

from datetime import timedelta

from accounts.domain.division import Division
from accounts.models import Announcement
from accounts.models.announcements import Audience
from accounts.services.announcements import publish_announcement
from config.demo.calendar import DemoCalendar
from config.demo.people import DemoPeople
from schedules.domain.periods import start_of

SHOWN = timedelta(days=14)


def make_announcements(people: DemoPeople, calendar: DemoCalendar) -> None:
    registry = people.by_username("registry1")
    at = start_of(calendar.today - timedelta(days=1)) + timedelta(hours=9)
    news = {
        "office": registry.holdings.get().post.office,
        "division": Division.DAY,
        "shown_until": calendar.today + SHOWN,
    }
    training = Announcement(
        audience=Audience.STAFF,
        subject="學習歷程系統操作說明會",
        body="下週三第五節在圖書館，歡迎導師與任課教師參加。",
        **news,
    )
    data = Announcement(
        audience=Audience.STUDENTS,
        grade=2,
        subject="請核對成績與幹部經歷",
        body="到「成績與幹部經歷」逐筆核對；有登錄錯誤時按「回報錯誤」。",
        act_by=calendar.today + timedelta(days=5),
        **news,
    )
    for announcement in (training, data):
        publish_announcement(announcement, by=registry, at=at)
