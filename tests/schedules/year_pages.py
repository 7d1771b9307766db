"""Every page that says whether something is open, when it may say something else, and what it says."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.test import Client

from accounts.models import Student, User
from schedules.domain.activities import Activity
from schedules.domain.periods import start_of
from schedules.domain.window_state import CLOSING_SOON
from schedules.feed import feed_of
from schedules.models import SelfCheck, Window
from submissions.models import ReceiptConfirmation
from tests.moments import at
from tests.schedules.year_world import BEFORE_THE_YEAR, Readings, World

# What is listed a little before it opens, and a little after it closed.
LISTED_BEFORE, LISTED_AFTER = timedelta(days=45), timedelta(days=14)
SECOND_TERM = at("2025-02-01")


@dataclass(frozen=True)
class Page:
    """`turns`: when what it says of open and closed changes. `stirs`: when it may list other things."""

    who: str
    address: str
    turns: frozenset[datetime]
    stirs: frozenset[datetime]

    def __str__(self) -> str:
        return f"{self.who} {self.address}"

    def may_change(self, after: datetime, until: datetime) -> bool:
        """Whether anything happens to it later than `after` and not later than `until`."""
        return any(after < moment <= until for moment in self.turns | self.stirs)


class Pages:
    """The pages of `world`, each with somebody to look at it."""

    def __init__(self, world: World, client_of: Callable[[User], Client]) -> None:
        self._world, self._readings = world, Readings(world)
        people = {
            "extended": world.students[0].user,
            "student": world.asked.user,
            "grade 3": world.students[2].user,
            "guardian": world.guardian,
            "homeroom": world.homeroom,
            "teacher": world.teacher,
            "office": world.office,
            "registry": world.registry,
            "clerk": world.clerk,
            "admin": world.admin,
        }
        self._clients = {"anybody": Client(), **{name: client_of(user) for name, user in people.items()}}
        self.all = list(self._pages())

    def look(self, page: Page) -> Any:
        """The response, as the test client gives it."""
        return self._clients[page.who].get(page.address)

    def _pages(self) -> Iterator[Page]:
        yield from self._of_everybody()
        yield from self._of_students()
        yield from self._of_helpers()
        yield from self._of_staff()

    def _of_everybody(self) -> Iterator[Page]:
        windows = self._readings.windows
        uploads = turns(_about(windows, Activity.OUTCOME_UPLOAD))
        yield _page("anybody", "/schedule/", uploads, turns(windows))
        for number in (1, 2):
            yield _page(
                "anybody",
                f"/schedule/113-{number}/",
                turns(one for one in windows if one.term.number == number),
            )
            # From when to when is all that these say.
            yield _page("anybody", f"/schedule/113-{number}.ics")
            yield _page("anybody", f"/schedule/113-{number}.json")

    def _of_students(self) -> Iterator[Page]:
        extended, asked, third = self._world.students
        yield from self._of_student("extended", extended)
        yield from self._of_student("student", asked)
        yield from self._of_student("grade 3", third)
        (receipt,) = self._confirmations_of(asked)
        yield _page("student", f"/receipts/{receipt.pk}/report/", self._turns_of([receipt]))
        yield from self._of_uploads("student", asked, "/portfolio/")
        windows = self._readings.of[asked]
        pieces = {
            f"outcomes/{self._world.outcome.pk}/": (Activity.OUTCOME_UPLOAD, Activity.CERTIFICATION),
            f"outcomes/{self._world.outcome.pk}/edit/": (Activity.OUTCOME_UPLOAD, Activity.CERTIFICATION),
            f"performances/{self._world.performance.pk}/": (Activity.PERFORMANCE_UPLOAD,),
        }
        for address, activities in pieces.items():
            yield _page("student", f"/portfolio/{address}", turns(_about(windows, *activities)))

    def _of_student(self, who: str, student: Student) -> Iterator[Page]:
        windows = self._readings.of[student]
        confirmations = self._confirmations_of(student)
        receipts = self._turns_of(confirmations)
        yield _page(who, "/", turns(windows) | receipts, listed(windows))
        yield _page(who, "/portfolio/", turns(windows), listed(windows))
        for address in ("", *(f"{one.pk}/" for one in confirmations)):
            yield _page(who, f"/receipts/{address}", receipts)
        yield _page(who, "/schedule/my/")
        yield _page(who, f"/schedule/feed/{feed_of(student.user, BEFORE_THE_YEAR).token}.ics")

    def _of_uploads(self, who: str, student: Student, start: str) -> Iterator[Page]:
        """The forms for a student's work, for the student or for who helps."""
        for address, activity in (
            ("outcomes/new/", Activity.OUTCOME_UPLOAD),
            ("performances/new/", Activity.PERFORMANCE_UPLOAD),
            ("performances/new/work/", Activity.PERFORMANCE_UPLOAD),
            ("selection/", Activity.SELECTION),
        ):
            windows = _about(self._readings.of[student], activity)
            yield _page(who, f"{start}{address}", turns(windows), listed(windows))

    def _of_helpers(self) -> Iterator[Page]:
        student = self._world.asked
        (receipt,) = self._confirmations_of(student)
        windows, receipts = self._readings.of[student], self._turns_of([receipt])
        yield _page("guardian", "/", turns(windows) | receipts, listed(windows))
        yield _page("guardian", f"/proxy/{student.pk}/", receipts, turns(windows) | listed(windows))
        yield from self._of_uploads("guardian", student, f"/proxy/{student.pk}/")
        for address in ("", "report/"):
            yield _page("guardian", f"/proxy/{student.pk}/receipts/{receipt.pk}/{address}", receipts)
        yield _page("homeroom", f"/proxy/{student.pk}/", receipts, turns(windows) | listed(windows))

    def _of_staff(self) -> Iterator[Page]:
        world, windows = self._world, self._readings.windows
        yield _page("homeroom", "/", turns(one for one in windows if one.division == "day"))
        certified = _about(self._readings.of[world.asked], Activity.CERTIFICATION)
        # What is open for students and teachers stands on all staff's home pages, as on the homeroom's.
        anything = turns(windows) | listed(windows)
        yield _page("teacher", "/", turns(certified), anything)
        # It also says until when what is sent again can still be certified, which ends with uploading.
        both = _about(self._readings.of[world.asked], Activity.OUTCOME_UPLOAD, Activity.CERTIFICATION)
        yield _page("teacher", "/certification/", turns(both), listed(both))
        yield _page("teacher", f"/certification/{world.outcome.pk}/", turns(both))
        yield _page("clerk", "/", turns(_about(windows, Activity.GRADES)), anything)
        cadre = _about(windows, Activity.CADRE_RECORDS)
        yield _page("clerk", "/cadre/", turns(one for one in cadre if one.division == "day"))
        extendable = turns(_about(windows, Activity.OUTCOME_UPLOAD, Activity.CERTIFICATION))
        yield _page("registry", "/schedule/extensions/", extendable, anything | _reopenable(windows))
        yield from self._of_offices(anything)
        second = turns(window for window in windows if window.term == world.term)
        yield _page("admin", "/admin/schedules/window/", second, turns(windows))
        for number in (1, 2):
            yield _page("admin", f"/schedule/113-{number}/self-check/", _due_days(number))

    def _of_offices(self, anything: set[datetime]) -> Iterator[Page]:
        draft, period = self._world.draft, self._world.period
        receipts = turns([period.window]) | self._turns_of(self._readings.confirmations)
        selections = _about(self._readings.windows, Activity.SELECTION)
        selection = turns(one for one in selections if one.subject_year == draft.school_year)
        yield _page("office", "/", receipts | selection, anything)
        yield _page("office", "/submissions/", receipts | selection)
        yield _page("office", f"/submissions/{draft.pk}/", selection)
        yield _page("registry", f"/submissions/{period.batch.pk}/", receipts)
        yield _page("registry", "/", receipts, anything)
        yield _page("registry", "/receipts/manage/", receipts)
        yield _page("registry", f"/receipts/manage/{period.pk}/", receipts)

    def _turns_of(self, confirmations: Iterable[ReceiptConfirmation]) -> set[datetime]:
        """Those of the answers themselves, and when the scheduler writes down that the period is over."""
        ends = [one.window.ends_at for one in self._readings.confirmations if one.window.ends_at]
        return turns(one.window for one in confirmations) | {max(ends)}

    def _confirmations_of(self, student: Student) -> list[ReceiptConfirmation]:
        return [one for one in self._readings.confirmations if one.student_id == student.pk]


def _about(windows: Iterable[Window], *activities: Activity) -> list[Window]:
    return [window for window in windows if window.activity in activities]


def _page(who: str, address: str, turns_: Iterable[datetime] = (), stirs: Iterable[datetime] = ()) -> Page:
    # Work belongs to the calendar's term, whatever is open.
    return Page(who, address, frozenset(turns_), frozenset({SECOND_TERM, *stirs}))


def turns(windows: Iterable[Window]) -> set[datetime]:
    """When the state of any of `windows` changes, for whom they were read."""
    windows = list(windows)
    ends = {window.ends_at for window in windows if window.ends_at}
    general = {window.closes_at for window in windows if window.closes_at}
    opened = {window.opens_at for window in windows if window.opens_at}
    return opened | ends | {end - CLOSING_SOON for end in ends} | general


def listed(windows: Iterable[Window]) -> set[datetime]:
    """When one of `windows` comes onto a list of what is near, and when it leaves that."""
    windows = list(windows)
    comes = {window.opens_at - LISTED_BEFORE for window in windows if window.opens_at}
    return comes | {window.ends_at + LISTED_AFTER for window in windows if window.ends_at}


def _reopenable(windows: Iterable[Window]) -> set[datetime]:
    return {window.closes_at + timedelta(days=60) for window in windows if window.closes_at}


def _due_days(number: int) -> set[datetime]:
    checks = SelfCheck.objects.filter(term__number=number)
    return {start_of(check.due_on) for check in checks if check.due_on}


_TOKEN = re.compile(r'<input type="hidden"[^>]*>')
_NOTICES = re.compile(r'<section class="notices".*?</section>', re.DOTALL)
_PASSING = (
    re.compile(r'<strong class="countdown".*?</strong>', re.DOTALL),
    re.compile(r'<span class="time-left">[^<]*</span>'),
    re.compile(r"今天是 [^<]*"),
    re.compile(r'<line class="timeline-today".*?</text>', re.DOTALL),
)


def said(response: Any) -> str:
    """What a page says, without what differs from one request to the next and without what was told."""
    content = response.content.decode()
    if "<main" in content:
        content = content.split("<main", 1)[1].split("</main>", 1)[0]
    content = " ".join(_NOTICES.sub("", _TOKEN.sub("", content)).split())
    return f"{response.status_code} {response.headers.get('Location', '')} {content}"


def lasting(text: str) -> str:
    """What a page said, without the time left and the day."""
    for passing in _PASSING:
        text = passing.sub("", text)
    return " ".join(text.split())
