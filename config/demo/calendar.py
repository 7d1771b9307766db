"""The demo's terms: 112-2 and 113-1 with the minutes' dates, and terms around the day of the demo."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.domain.division import Division
from accounts.models import User
from schedules.domain.activities import Activity, Audience, Subject
from schedules.domain.periods import start_of
from schedules.domain.terms import TermCode, term_of
from schedules.models import OfficialLetter, Term, TermDates, Window
from schedules.services.holidays import seed_holidays
from schedules.services.overrides import override_window
from schedules.services.publication import publish_schedule
from schedules.services.receipt_windows import open_receipt_window
from schedules.services.terms import save_letter, save_term_dates

GOLDEN = {
    TermCode(112, 2): (date(2024, 2, 16), date(2024, 6, 27), date(2024, 6, 28)),
    TermCode(113, 1): (date(2024, 8, 30), date(2025, 1, 17), date(2025, 1, 20)),
}
TERM_LENGTH = timedelta(days=140)
# The day division began two weeks ago, so selection is open; the evening division's is over.
BEGAN = {Division.DAY: timedelta(days=14), Division.EVENING: timedelta(days=45)}
SELECTION_REASON = "因校務行政系統維護，補辦勾選一週"


@dataclass(frozen=True)
class DemoCalendar:
    """The terms that the demo's items are made in."""

    today: date
    current: TermCode

    @property
    def school_year(self) -> int:
        return self.current.school_year

    def moment_in(self, code: TermCode, division: str, *, day: int, hour: int = 20) -> datetime:
        """A moment `day` days after the term's opening, never after today."""
        opening = TermDates.objects.get(
            term__school_year=code.school_year, term__number=code.number, division=division
        ).opening
        chosen = min(opening + timedelta(days=day), self.today - timedelta(days=1))
        return start_of(chosen) + timedelta(hours=hour)

    @property
    def past_terms(self) -> list[TermCode]:
        """The terms before the current one that students of grade 3 went through, oldest first."""
        first = TermCode(self.school_year - 2, 1)
        terms = [self.current.previous]
        while terms[0] != first:
            terms.insert(0, terms[0].previous)
        return terms


def make_calendar(today: date, admin: User) -> DemoCalendar:
    calendar = DemoCalendar(today, term_of(today))
    years = {code.school_year + 1911 for code in (*GOLDEN, *calendar.past_terms, calendar.current)}
    seed_holidays(sorted(years | {year + 1 for year in years}))
    for code in sorted({*GOLDEN, *calendar.past_terms, calendar.current}):
        for division in Division:
            _make_term(code, division, calendar, admin)
    _golden_letters_and_overrides(admin)
    _open_selection(calendar, admin)
    _publish(admin, calendar)
    return calendar


def _publish(admin: User, calendar: DemoCalendar) -> None:
    for term in Term.objects.all():
        opening = TermDates.objects.filter(term=term).earliest("opening").opening
        publish_schedule(term, by=admin, at=start_of(min(opening, calendar.today)))


def _make_term(code: TermCode, division: Division, calendar: DemoCalendar, admin: User) -> None:
    opening, exam_end, closing = _dates(code, division, calendar)
    term, __ = Term.objects.get_or_create(school_year=code.school_year, number=code.number)
    dates = TermDates(
        term=term, division=division, opening=opening, final_exam_end=exam_end, closing_ceremony=closing
    )
    save_term_dates(dates, by=admin, at=start_of(opening) - timedelta(days=30))


def _dates(code: TermCode, division: Division, calendar: DemoCalendar) -> tuple[date, date, date]:
    if code in GOLDEN:
        return GOLDEN[code]
    if code == calendar.current:
        opening = calendar.today - BEGAN[division]
        closing = opening + TERM_LENGTH
        return opening, closing - timedelta(days=3), closing
    year = code.school_year + 1911
    if code.number == 1:
        return date(year, 9, 1), date(year + 1, 1, 17), date(year + 1, 1, 20)
    return date(year + 1, 2, 11), date(year + 1, 6, 27), date(year + 1, 6, 30)


def _golden_letters_and_overrides(admin: User) -> None:
    """What the minutes of 113-1 say beyond the term's own dates."""
    term = Term.objects.get(school_year=113, number=1)
    for division in Division:
        for activity, opens_on, due_on in (
            (Activity.SUBMISSION, date(2024, 10, 7), date(2024, 10, 7)),
            (Activity.PRE_CHECK, date(2024, 9, 12), date(2024, 11, 11)),
            (Activity.RECEIPT_OFFICE_CHECK, date(2024, 10, 9), date(2024, 10, 18)),
        ):
            subject = Subject.THIS_TERM if activity == Activity.PRE_CHECK else Subject.LAST_TERM
            letter = OfficialLetter(
                term=term,
                division=division,
                activity=activity,
                subject=subject,
                number="臺教國署高字第1135404632號" if activity == Activity.PRE_CHECK else "",
                opens_on=opens_on,
                due_on=due_on,
            )
            save_letter(letter, by=admin, at=start_of(date(2024, 8, 30)))
        _golden_receipts(term, division, admin)
        # Decided by the working group on 21 October, before the amended rule was in force.
        override_window(
            Window.objects.get(term=term, division=division, activity=Activity.PERFORMANCE_UPLOAD),
            opens_on=date(2024, 8, 1),
            closes_on=date(2025, 7, 31),
            reason="113 年 10 月 21 日工作小組決議：為維護學生權益，全學年期間皆可上傳",
            by=admin,
            at=start_of(date(2024, 10, 21)) + timedelta(hours=13),
        )


def _golden_receipts(term: Term, division: Division, admin: User) -> None:
    submitted = start_of(date(2024, 10, 7)) + timedelta(hours=17)
    first = open_receipt_window(term, division, subject=(112, 2), opens_on=date(2024, 10, 9), at=submitted)
    override_window(
        first,
        opens_on=date(2024, 10, 9),
        closes_on=date(2024, 10, 14),
        reason="4 天，因國慶日調整",
        by=admin,
        at=submitted,
    )
    later = start_of(date(2024, 10, 15)) + timedelta(hours=17)
    open_receipt_window(term, division, subject=(112, 2), opens_on=date(2024, 10, 16), at=later)


def _open_selection(calendar: DemoCalendar, admin: User) -> None:
    """See to it that the day division can select today, whatever the season of the demo."""
    year = calendar.school_year - 1
    window = Window.objects.get(
        activity=Activity.SELECTION,
        division=Division.DAY,
        audience=Audience.GENERAL,
        subject_year=year,
        subject_term=0,
    )
    now = start_of(calendar.today) + timedelta(hours=12)
    if not window.is_open(now):
        override_window(
            window,
            opens_on=calendar.today - timedelta(days=3),
            closes_on=calendar.today + timedelta(days=4),
            reason=SELECTION_REASON,
            by=admin,
            at=start_of(calendar.today - timedelta(days=4)),
        )
