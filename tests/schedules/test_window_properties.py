"""What holds of windows whatever dates a school enters (rules D13, D15, D18; issue 3)."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.domain.division import Division
from accounts.domain.roc_calendar import roc_date
from schedules.domain.activities import Activity, Audience
from schedules.domain.extensions import deciding
from schedules.domain.periods import Offset, Unit, closes_on, end_of, months_after, start_of
from schedules.domain.planning import PlannedWindow, TermFacts, plan
from schedules.domain.terms import TermCode, first_day_of_year, last_day_of_year, term_of
from schedules.domain.window_state import WindowState, is_open, window_state
from schedules.models import Term, TermDates, Window
from schedules.services.planning import replan
from tests.moments import at, day
from tests.schedules.article_11 import NEW_RULES, OLD_RULES
from tests.schedules.test_planning import terms

MICROSECOND = timedelta(microseconds=1)
LETTERS = {Audience.GRADE3_FIRST: day("2025-05-28")}


def facts(code: str, opening: str, ceremony: str, letters: dict[Audience, date] | None = None) -> TermFacts:
    closing = day(ceremony)
    return TermFacts(TermCode.parse(code), day(opening), closing, closing, letters or {})


TURNS = [
    facts("99-2", "2011-02-14", "2011-06-30"),  # the last term with a year of two digits
    facts("100-1", "2011-08-31", "2012-01-31"),  # … and the first with three; the 31st of January
    facts("112-2", "2024-02-29", "2024-06-28"),  # opened on a leap day
    facts("113-1", "2024-08-31", "2024-12-31"),  # ends with the year
    facts("113-2", "2025-02-11", "2025-06-30", LETTERS),
]


def dated(term: TermFacts) -> list[PlannedWindow]:
    return [window for window in plan(NEW_RULES, term) if window.opens_on and window.closes_on]


@pytest.mark.parametrize("term", TURNS, ids=lambda term: str(term.code))
@pytest.mark.parametrize("rules", [OLD_RULES, NEW_RULES], ids=["old", "new"])
def test_at_the_turns_of_the_calendar_windows_are_in_order_and_written_as_people_read_them(
    term: TermFacts, rules: list
) -> None:
    for window in plan(rules, term):
        if window.opens_on and window.closes_on:
            assert window.opens_on <= window.closes_on
            for on in (window.opens_on, window.closes_on):
                assert roc_date(on).startswith(f"{on.year - 1911}/{on:%m/%d}（")


@pytest.mark.parametrize(
    ("anchor", "months", "last"),
    [
        ("2011-01-31", 1, "2011-02-28"),
        ("2012-01-31", 1, "2012-02-29"),
        ("2012-02-29", 12, "2013-02-28"),
        ("2010-12-31", 1, "2011-01-31"),
        ("2010-12-31", 2, "2011-02-28"),  # from year 99 into year 100
        ("2024-01-30", 1, "2024-02-29"),
    ],
)
def test_months_over_the_turns_of_the_calendar(anchor: str, months: int, last: str) -> None:
    assert months_after(day(anchor), months) == day(last)


def test_the_school_years_99_and_100_meet_without_a_gap() -> None:
    assert last_day_of_year(99) + timedelta(days=1) == first_day_of_year(100)
    assert term_of(last_day_of_year(99)) == TermCode(99, 2)
    assert term_of(first_day_of_year(100)) == TermCode(100, 1)
    assert TermCode(100, 1).previous == TermCode(99, 2)
    assert TermCode.parse("99-2") < TermCode.parse("100-1")
    assert roc_date(last_day_of_year(99)).startswith("100/07/31")


@settings(max_examples=100)
@given(terms(), st.integers(0, 400), st.integers(0, 86_399))
@example(TURNS[1], 0, 0)
def test_a_window_is_open_from_its_first_midnight_to_its_last_whatever_the_moment(
    term: TermFacts, days_after: int, second: int
) -> None:
    now = start_of(term.opening) + timedelta(days=days_after, seconds=second)
    for window in dated(term):
        assert window.opens_on
        assert window.closes_on
        opens, closes = start_of(window.opens_on), end_of(window.closes_on)
        assert is_open(opens, closes, now) == (opens <= now < closes)
        assert is_open(opens, closes, opens)
        assert is_open(opens, closes, closes - MICROSECOND)
        assert not is_open(opens, closes, closes)
        assert not is_open(opens, closes, opens - MICROSECOND)
        open_states = (WindowState.OPEN, WindowState.CLOSING_SOON)
        assert (window_state(opens, closes, now) in open_states) == is_open(opens, closes, now)


@settings(max_examples=100)
@given(terms())
@example(TURNS[-1])
def test_what_follows_upload_begins_the_moment_upload_ends_never_together_with_it(term: TermFacts) -> None:
    windows = {(window.activity, window.audience): window for window in dated(term)}
    for audience in (Audience.GRADE3_FIRST, Audience.GRADE3_SECOND):
        upload = windows.get((Activity.OUTCOME_UPLOAD, audience))
        selection = windows.get((Activity.SELECTION, audience))
        if upload and selection and upload.closes_on and selection.opens_on:
            turn = end_of(upload.closes_on)
            assert turn == start_of(selection.opens_on)
            assert turn.utcoffset() == timedelta(hours=8)


MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2025, 3, 1)).map(lambda moment: at(moment.isoformat()))


@settings(max_examples=100)
@given(MOMENTS, st.lists(MOMENTS, max_size=4), st.lists(MOMENTS, max_size=4))
def test_no_extension_ever_ends_a_window_earlier_and_the_persons_own_always_decides(
    window: datetime, own: list[datetime], of_classes: list[datetime]
) -> None:
    end = deciding(window, for_person=own, for_classes=of_classes, closes_at=lambda moment: moment) or window
    assert end >= window
    assert end == max([*(own or of_classes), window])


YEARS = st.dates(date(2024, 7, 1), date(2024, 10, 15))


class ClosedWindows(TestCase):
    """A term in the database, its dates changed any number of times."""

    def setUp(self) -> None:
        self.term = Term.objects.create(school_year=113, number=1)
        self.dates = TermDates.objects.create(
            term=self.term,
            division=Division.DAY,
            opening=day("2024-08-30"),
            final_exam_end=day("2025-01-17"),
            closing_ceremony=day("2025-01-20"),
        )
        replan(self.term, at=at("2024-08-01"))

    @settings(max_examples=25, deadline=None)
    @given(
        st.lists(
            st.tuples(YEARS, st.integers(60, 150), st.integers(0, 14), st.integers(0, 40)),
            min_size=1,
            max_size=4,
        )
    )
    def test_a_closed_window_is_immutable_under_any_later_change_and_the_rest_is_idempotent(
        self, changes: list[tuple[date, int, int, int]]
    ) -> None:
        now = at("2024-09-01")
        for opening, exam, ceremony, later in changes:
            now += timedelta(days=later)
            closed = Window.objects.filter(term=self.term, closes_at__lte=now).order_by("pk")
            before = list(closed.values())
            self._enter(opening, exam, ceremony)
            replan(self.term, at=now)
            kept = Window.objects.filter(pk__in=[row["id"] for row in before]).order_by("pk")
            assert list(kept.values()) == before
            everything = list(Window.objects.order_by("pk").values())
            assert replan(self.term, at=now) == []
            assert list(Window.objects.order_by("pk").values()) == everything
            for window in Window.objects.all():
                assert window.opens_at
                assert window.closes_at
                assert window.opens_at < window.closes_at

    def _enter(self, opening: date, exam: int, ceremony: int) -> None:
        exam_end = opening + timedelta(days=exam)
        TermDates.objects.filter(pk=self.dates.pk).update(
            opening=opening, final_exam_end=exam_end, closing_ceremony=exam_end + timedelta(days=ceremony)
        )


def test_an_offset_of_nothing_ends_on_its_own_day() -> None:
    for unit in Unit:
        assert closes_on(day("2024-02-29"), Offset(0, unit)) == day("2024-02-29")
