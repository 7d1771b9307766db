"""Every page that says whether something is open, who looks at it, and when a look is worth most."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.test import Client

from accounts.models import User
from schedules.domain.activities import RECEIPT_ACTIVITIES, STUDENT_ACTIVITIES, Activity
from schedules.domain.window_state import CLOSING_SOON
from schedules.feed import feed_of
from schedules.models import Window
from tests.schedules.year_world import BEFORE_THE_YEAR, Readings, World

# What a page speaks of. Some say from when to when at any time alike, and are only looked at in quiet hours.
Activities = tuple[Activity, ...]
ANY, NONE = tuple(Activity), ()
UPLOAD, DESK = (Activity.OUTCOME_UPLOAD,), (Activity.OUTCOME_UPLOAD, Activity.CERTIFICATION)
PERFORMANCE, SELECTION = (Activity.PERFORMANCE_UPLOAD,), (Activity.SELECTION,)
CLASS = (*STUDENT_ACTIVITIES, *RECEIPT_ACTIVITIES, Activity.CERTIFICATION)
BATCH, RECEIPTS = (*SELECTION, *RECEIPT_ACTIVITIES), RECEIPT_ACTIVITIES
CADRE, GRADES = (Activity.CADRE_RECORDS,), (Activity.GRADES,)

# Address → activities. Names in braces are filled with what belongs to whoever looks.
OF_EVERY_STUDENT: dict[str, Activities] = {
    "/": ANY,
    "/announcements/": NONE,
    "/portfolio/": (*STUDENT_ACTIVITIES, Activity.CERTIFICATION),
    "/receipts/": RECEIPTS,
    "/receipts/{receipt}/": RECEIPTS,
    "/receipts/{receipt}/report/": RECEIPTS,
    "/schedule/my/": NONE,
    "/schedule/feed/{feed}.ics": NONE,
}
OF_ONE_STUDENT: dict[str, Activities] = {
    "/portfolio/outcomes/new/": UPLOAD,
    "/portfolio/outcomes/{outcome}/": DESK,
    "/portfolio/outcomes/{decided}/": DESK,
    "/portfolio/outcomes/{outcome}/edit/": DESK,
    "/portfolio/outcomes/{outcome}/receipt/": UPLOAD,
    "/portfolio/performances/new/": PERFORMANCE,
    "/portfolio/performances/new/work/": PERFORMANCE,
    "/portfolio/performances/{performance}/": PERFORMANCE,
    "/portfolio/performances/{performance}/receipt/": PERFORMANCE,
    "/portfolio/drafts/{unsent}/": UPLOAD,
    "/portfolio/selection/": SELECTION,
    "/portfolio/selection/compare/": SELECTION,
    "/portfolio/selection/sheet/": SELECTION,
    "/portfolio/archive/": NONE,
    "/portfolio/archive/{archive}/": NONE,
    "/portfolio/records/": NONE,
    "/portfolio/records/grade/{grade}/report/": NONE,
    "/portfolio/records/cadre/{cadre}/report/": NONE,
    "/portfolio/consultations/": NONE,
}
OF_HELPERS: dict[str, Activities] = {
    "/proxy/": NONE,
    "/proxy/{student}/": CLASS,
    "/proxy/{student}/outcomes/new/": UPLOAD,
    "/proxy/{student}/performances/new/": PERFORMANCE,
    "/proxy/{student}/performances/new/work/": PERFORMANCE,
    "/proxy/{student}/selection/": SELECTION,
    "/proxy/{student}/receipts/{receipt}/": RECEIPTS,
    "/proxy/{student}/receipts/{receipt}/report/": RECEIPTS,
}
PAGES: dict[str, dict[str, Activities]] = {
    "anybody": {
        "/schedule/": ANY,
        "/schedule/113-1/": ANY,
        "/schedule/113-2/": ANY,
        "/schedule/113-1.ics": NONE,
        "/schedule/113-1.json": NONE,
        "/schedule/113-2.ics": NONE,
        "/schedule/113-2.json": NONE,
    },
    "extended": OF_EVERY_STUDENT,
    "student": {**OF_EVERY_STUDENT, **OF_ONE_STUDENT},
    "grade 3": OF_EVERY_STUDENT,
    "guardian": {"/": ANY, **OF_HELPERS},
    "homeroom": {
        "/": ANY,
        "/class/": CLASS,
        "/class/{school_class}/confirmation/": SELECTION,
        "/class/{school_class}/print/": CLASS,
        "/class/{school_class}/students/{student}/": CLASS,
        "/proxy/{student}/": CLASS,
    },
    "teacher": {
        "/": DESK,
        "/certification/": DESK,
        "/certification/{outcome}/": DESK,
        "/certification/{decided}/": DESK,
        "/certification/templates/": NONE,
        "/proxy/{student}/": CLASS,
        "/people/absences/": NONE,
    },
    "counsellor": {
        "/": NONE,
        "/consultations/": NONE,
        "/consultations/coverage/": NONE,
        "/consultations/new/": NONE,
    },
    "office": {
        "/": BATCH,
        "/announcements/manage/": NONE,
        "/class/all/": CLASS,
        "/class/{school_class}/": CLASS,
        "/submissions/": BATCH,
        "/submissions/new/": SELECTION,
        "/submissions/{draft}/": BATCH,
        "/submissions/{draft}/freeze/": SELECTION,
        "/submissions/{draft}/rows/": SELECTION,
    },
    "registry": {
        "/": BATCH,
        "/receipts/manage/": RECEIPTS,
        "/receipts/manage/{period}/": RECEIPTS,
        "/schedule/extensions/": CLASS,
        "/submissions/{batch}/": RECEIPTS,
        "/submissions/{batch}/import/": RECEIPTS,
        "/submissions/{batch}/imports/1/": RECEIPTS,
        "/submissions/{batch}/open-period/": RECEIPTS,
        "/submissions/{batch}/rows/": RECEIPTS,
        "/submissions/{batch}/submitted/": RECEIPTS,
    },
    "clerk": {
        "/": (*GRADES, *CADRE),
        "/cadre/": CADRE,
        "/cadre/new/": CADRE,
        "/cadre/{cadre}/": CADRE,
        "/people/import/": (*GRADES, *CADRE),
        "/record-reports/": CADRE,
        "/record-reports/{report}/": CADRE,
    },
    "admin": {
        "/certification/departures/": NONE,
        "/certification/departures/{leaving}/": NONE,
        "/schedule/113-1/self-check/": NONE,
        "/schedule/113-2/self-check/": NONE,
        "/admin/schedules/term/": NONE,
        "/admin/schedules/term/{term}/setup/": DESK,
        "/admin/schedules/window/": ANY,
        "/admin/schedules/window/{upload}/change/": UPLOAD,
        "/admin/schedules/window/{upload}/override/": UPLOAD,
        "/admin/submissions/receiptperiod/": RECEIPTS,
        "/admin/submissions/receiptperiod/{period}/change/": RECEIPTS,
        "/admin/submissions/receiptconfirmation/": RECEIPTS,
        "/admin/submissions/receiptconfirmation/{receipt}/change/": RECEIPTS,
    },
}


# What addresses name of the world.
_NAMED = (
    "outcome",
    "decided",
    "performance",
    "unsent",
    "grade",
    "cadre",
    "report",
    "archive",
    "school_class",
    "leaving",
    "draft",
    "period",
    "term",
    "upload",
)


@dataclass(frozen=True)
class Page:
    """An address as somebody sees it; `turns` hint at when it may say something else, and may be too many."""

    who: str
    address: str
    turns: frozenset[datetime]

    def __str__(self) -> str:
        return f"{self.who} {self.address}"


class Pages:
    """The pages of `world`, each with somebody to look at it."""

    def __init__(self, world: World, client_of: Callable[[User], Client]) -> None:
        self._world, self._readings = world, Readings(world)
        self._students = {
            "extended": world.extended,
            "student": world.asked,
            "grade 3": world.confirming,
            "guardian": world.asked,
        }
        self._clients = {who: Client() if who == "anybody" else client_of(self._user(who)) for who in PAGES}
        self.all = list(self._pages())

    def look(self, page: Page) -> Any:
        """The response, as the test client gives it."""
        return self._clients[page.who].get(page.address)

    def _user(self, who: str) -> User:
        if who in ("extended", "student", "grade 3"):
            return self._students[who].user
        user: User = getattr(self._world, who)
        return user

    def _pages(self) -> Iterator[Page]:
        for who, addresses in PAGES.items():
            names, windows = self._names(who), self._windows(who)
            for address, activities in addresses.items():
                about = [window for window in windows if window.activity in activities]
                yield Page(who, address.format(**names), frozenset(turns(about)))

    def _names(self, who: str) -> dict[str, Any]:
        """What the names in addresses stand for where `who` looks."""
        world, student = self._world, self._students.get(who, self._world.asked)
        return {
            **{name: getattr(world, name).pk for name in _NAMED},
            "batch": world.period.batch_id,
            "student": student.pk,
            "receipt": next(one.pk for one in self._readings.confirmations if one.student_id == student.pk),
            "feed": feed_of(student.user, BEFORE_THE_YEAR).token,
        }

    def _windows(self, who: str) -> list[Window]:
        """Those of the student about whom it is; else the whole school's."""
        if student := self._students.get(who):
            receipts = [one for one in self._readings.confirmations if one.student_id == student.pk]
            return [*self._readings.of[student], *(one.window for one in receipts)]
        return [*self._readings.windows, *(one.window for one in self._readings.confirmations)]


def turns(windows: Iterable[Window]) -> set[datetime]:
    """When the state of any of `windows` changes, for whom they were read and for all."""
    windows = list(windows)
    ends = {end for window in windows for end in (window.ends_at, window.closes_at) if end}
    return (
        {window.opens_at for window in windows if window.opens_at}
        | ends
        | {end - CLOSING_SOON for end in ends}
    )


_PASSING = (
    re.compile(r'<input type="hidden"[^>]*>'),
    # What was told stays told, and only a scheduler tells it.
    re.compile(r'<section class="notices".*?</section>', re.DOTALL),
)


def said(response: Any) -> str:
    """What a page says, without what differs from one request to the next and without what was told."""
    content = "a file" if response.streaming else response.content.decode()
    if "<main" in content:
        content = content.split("<main", 1)[1].split("</main>", 1)[0]
    for passing in _PASSING:
        content = passing.sub("", content)
    return f"{response.status_code} {response.headers.get('Location', '')} {' '.join(content.split())}"
