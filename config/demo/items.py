"""The demo's pieces: course outcomes in every state, diverse performances of every category, selections."""

from datetime import datetime, timedelta
from itertools import count, islice

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Student
from config.demo.calendar import DemoCalendar
from config.demo.courses import enrolments_in
from config.demo.people import DemoPeople
from config.demo.performances import PERFORMANCES
from portfolio import demo_media
from portfolio.domain.categories import CATEGORIES
from portfolio.domain.filetypes import Slot
from portfolio.models import CourseOutcome, Enrolment
from portfolio.models.courses import StudyKind
from portfolio.queries import selectable_outcomes, selectable_performances
from portfolio.services.certification import certify, return_to_student
from portfolio.services.files import Files
from portfolio.services.outcomes import upload_course_outcome
from portfolio.services.performances import upload_performance
from portfolio.services.selection import select_items
from schedules.domain.activities import Activity
from schedules.domain.terms import TermCode, school_year_of
from schedules.queries import placement_of, student_window

# Beyond these, students of a larger demo have no pieces: to upload nothing is everyone's right.
OTHERS_WITH_ITEMS = 60
DESCRIPTIONS = (
    "期中專題：以迴圈與條件式完成猜數字遊戲，附測試結果與心得。",
    "小組報告：訪談社區店家，整理問卷並繪製統計圖表。",
    "實作紀錄：依電路圖完成焊接，量測各點電壓並說明誤差來源。",
    "閱讀心得：比較兩篇散文的敘事觀點，並仿寫一段。",
    "自選主題海報：說明家鄉水圳的歷史，附手繪地圖。",
)
RETURN_REASON = "檔案第 2 頁是空白頁，請補上實作照片後重新送出。"


def make_items(people: DemoPeople, calendar: DemoCalendar) -> None:
    maker = _Maker(calendar)
    first, second, *others = people.students
    maker.last_year(first, outcomes=4, performances=len(PERFORMANCES) + 1)
    maker.this_year(first)
    maker.last_year(second, outcomes=2, performances=4)
    maker.this_year(second)
    for number, student in enumerate(others[:OTHERS_WITH_ITEMS]):
        if number % 3:
            maker.last_year(student, outcomes=number % 3, performances=number % 3)
        maker.waiting(student, number % 2 + 1)
    maker.retaken()
    _select(people, calendar)


class _Maker:
    """Uploads and certifies at moments when the real school would have."""

    def __init__(self, calendar: DemoCalendar) -> None:
        self._calendar = calendar
        self._numbers = count()

    def last_year(self, student: Student, *, outcomes: int, performances: int) -> None:
        """Certified outcomes in both terms, and performances; nothing for who was not here yet."""
        year = self._calendar.school_year - 1
        placement = placement_of(student, year)
        if placement is None:
            return
        for term in (TermCode(year, 1), TermCode(year, 2)):
            for enrolment in islice(enrolments_in(student, term), outcomes):
                self.certified(enrolment, day=30)
        at = self._calendar.moment_in(TermCode(year, 1), placement.school_class.division, day=50)
        for number in range(performances):
            self.performance(student, number, at + timedelta(minutes=number))

    def this_year(self, student: Student) -> None:
        """One outcome in each state, and three performances."""
        certified, returned, waiting = enrolments_in(student, self._calendar.current)[:3]
        self.certified(certified, day=3)
        outcome = self.outcome(returned, day=4)
        reviewed = self._moment(returned, day=5)
        return_to_student(outcome, reason=RETURN_REASON, by=returned.section.teacher, at=reviewed)
        self.outcome(waiting, day=6)
        for number in range(3):
            self.performance(student, number + 3, self._moment(waiting, day=7) + timedelta(minutes=number))

    def waiting(self, student: Student, number: int) -> None:
        for enrolment in islice(enrolments_in(student, self._calendar.current), number):
            self.outcome(enrolment, day=8)

    def retaken(self) -> None:
        """A certified outcome of a retaken course, which has a sheet of its own in the roster."""
        for enrolment in Enrolment.objects.filter(kind=StudyKind.RETAKE).select_related("student__user"):
            self.certified(enrolment, day=40)

    def certified(self, enrolment: Enrolment, *, day: int) -> None:
        outcome = self.outcome(enrolment, day=day)
        certify(outcome, by=enrolment.section.teacher, at=self._moment(enrolment, day=day + 2))

    def outcome(self, enrolment: Enrolment, *, day: int) -> CourseOutcome:
        number = next(self._numbers)
        return upload_course_outcome(
            enrolment,
            description=DESCRIPTIONS[number % len(DESCRIPTIONS)],
            files=demo_files(number, enrolment.section.course.name),
            by=enrolment.student.user,
            at=self._moment(enrolment, day=day),
        )

    def performance(self, student: Student, number: int, at: datetime) -> None:
        category, typed = PERFORMANCES[number % len(PERFORMANCES)]
        year = {"school_year": str(school_year_of(at.date()))} if "school_year" in typed else {}
        details = typed | year
        upload_performance(
            student,
            CATEGORIES[category],
            details=details,
            files=demo_files(next(self._numbers), details.get("name", category)),
            by=student.user,
            at=at,
        )

    def _moment(self, enrolment: Enrolment, *, day: int) -> datetime:
        section = enrolment.section
        return self._calendar.moment_in(section.term.code, section.division, day=day)


def demo_files(number: int, title: str) -> Files:
    """A document, a film or a sound, or a document with a film: by turns."""
    document = SimpleUploadedFile("作品.jpg", demo_media.jpg(f"Work {number}", number))
    if number % 6 == 0:
        document = SimpleUploadedFile("報告.pdf", demo_media.pdf(title, DESCRIPTIONS))
    elif number % 6 == 1:
        document = SimpleUploadedFile("海報.png", demo_media.png(f"Poster {number}", number))
    elif number % 6 == 2:
        return {Slot.AV: SimpleUploadedFile("錄音.mp3", demo_media.mp3(number))}
    elif number % 6 == 3:
        return {Slot.DOCUMENT: document, Slot.AV: SimpleUploadedFile("示範.mp4", demo_media.mp4(number))}
    return {Slot.DOCUMENT: document}


def _select(people: DemoPeople, calendar: DemoCalendar) -> None:
    """student1 has chosen some and may go on; the evening division has chosen and its window is over."""
    year = calendar.school_year - 1
    for student in people.students[: OTHERS_WITH_ITEMS + 2]:
        placement = placement_of(student, year)
        if placement is None or placement.school_class.grade == 3:
            continue
        moment = _selection_moment(student, placement.school_class.division, calendar)
        if moment is not None:
            select_items(
                student,
                year,
                outcomes=list(selectable_outcomes(student, year).values_list("pk", flat=True)[:5]),
                performances=list(selectable_performances(student, year).values_list("pk", flat=True)[:8]),
                by=student.user,
                at=moment,
            )


def _selection_moment(student: Student, division: str, calendar: DemoCalendar) -> datetime | None:
    """When the student selected: yesterday where that is possible, else soon after the window opened."""
    year = calendar.school_year - 1
    window = student_window(student, Activity.SELECTION, TermCode(year, 2), whole_year=True)
    yesterday = calendar.moment_in(calendar.current, division, day=1000)
    if window.is_open(yesterday):
        return yesterday
    assert window.opens_at
    moment = window.opens_at + timedelta(days=5, hours=20)
    return moment if window.is_open(moment) and moment < yesterday else None
