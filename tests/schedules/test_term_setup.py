"""Setting a term up: what would change, before it changes (rules D13, D14, D18, D22)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps

from accounts.domain.division import Division
from accounts.errors import InvalidInput, NotAllowed
from accounts.models import AuditEntry, Notice, SchoolClass, User
from accounts.models.duties import DutyCode
from accounts.models.students import EnrolmentStatus
from portfolio.models.outcomes import OutcomeState
from schedules.domain.activities import Activity, Audience
from schedules.models import Holiday, OfficialLetter, Term, TermDates, Window
from schedules.services.extensions import grant_extension
from schedules.services.overrides import override_window
from schedules.services.term_setup import (
    DivisionDates,
    SetupResult,
    SetupRow,
    SubmissionLetter,
    TermSetup,
    preview_term_setup,
    save_term_setup,
)
from tests.factories import (
    AdminFactory,
    EnrolmentFactory,
    OutcomeFactory,
    SchoolClassFactory,
    SectionFactory,
    StudentFactory,
    TermFactory,
    UserFactory,
    holder_of,
    term_113_1,
    term_with_dates,
)
from tests.moments import at, day

pytestmark = pytest.mark.django_db

NOW = at("2025-01-10 09:00")
FIRST, SECOND = Audience.GRADE3_FIRST, Audience.GRADE3_SECOND


@pytest.fixture
def admin() -> User:
    return AdminFactory.create()


@pytest.fixture
def second_term() -> Term:
    return term_with_dates(113, 2, opening="2025-02-11", exam_end="2025-06-27", closing="2025-06-30")


def setup(
    *letters: tuple[Audience, str],
    closing: str = "2025-01-20",
    evening_closing: str | None = None,
    exam_end: str = "2025-01-17",
    opening: str = "2024-08-30",
) -> TermSetup:
    """113-1's dates (or others) for both divisions, and letters for the day division."""
    ceremonies = {Division.DAY: closing, Division.EVENING: evening_closing or closing}
    return TermSetup(
        [
            DivisionDates(division, day(opening), day(exam_end), day(ceremony))
            for division, ceremony in ceremonies.items()
        ],
        [SubmissionLetter(Division.DAY, audience, day(due)) for audience, due in letters],
    )


def second(*letters: tuple[Audience, str], **changed: str) -> TermSetup:
    """113-2's dates, and letters for the day division."""
    dates = {"opening": "2025-02-11", "exam_end": "2025-06-27", "closing": "2025-06-30"}
    return setup(*letters, **(dates | changed))


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table that the project has."""
    models = [model for model in apps.get_models() if not model._meta.app_label.startswith("django")]
    return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in models}


def row_of(
    result: SetupResult,
    activity: Activity,
    audience: Audience = Audience.GENERAL,
    division: Division = Division.DAY,
) -> SetupRow:
    key = (activity, audience, division)
    (row,) = [r for r in result.rows if (r.window.activity, r.window.audience, r.window.division) == key]
    return row


def essence(result: SetupResult) -> list[tuple[Any, ...]]:
    """All that a preview shows, without the ids that new windows get."""
    rows = [
        (
            str(row.window),
            row.window.audience,
            row.window.opens_at,
            row.window.closes_at,
            row.window.sequence,
            row.window.explanation,
            row.is_moved,
            row.before,
            row.previous,
            row.people,
            row.day_off,
            tuple(row.warnings),
        )
        for row in result.rows
    ]
    return [*sorted(rows, key=str), tuple(result.warnings), tuple(result.stranded)]


def closing_of(term: Term, activity: Activity, audience: Audience = Audience.GENERAL) -> Any:
    return Window.objects.get(
        term=term, activity=activity, audience=audience, division=Division.DAY
    ).closes_at


def scene_with_work() -> Term:
    """113-1 with students in both divisions, work, an override, an extension and people on duty."""
    term = term_113_1()
    for division in Division:
        holder_of(DutyCode.COURSE_RECORDS, division)
        StudentFactory.create(school_class=SchoolClassFactory.create(division=division))
    enrolment = EnrolmentFactory.create(student=student_of(SchoolClassFactory.create()))
    OutcomeFactory.create(enrolment=enrolment, state=OutcomeState.WAITING)
    return term


def student_of(school_class: SchoolClass, **fields: Any) -> Any:
    return StudentFactory.create(school_class=school_class, **fields)


def test_a_preview_changes_nothing_at_all(admin: User) -> None:
    term = scene_with_work()
    before = everything()
    result = preview_term_setup(term, setup(closing="2025-01-27"), by=admin, at=NOW)
    assert result.moved
    assert everything() == before


def test_a_preview_of_a_term_without_dates_shows_all_its_windows_and_keeps_none(admin: User) -> None:
    term = TermFactory.create(school_year=113, number=2)
    before = everything()
    result = preview_term_setup(term, second((FIRST, "2025-05-28")), by=admin, at=NOW)
    assert row_of(result, Activity.OUTCOME_UPLOAD, FIRST).window.closes_at == at("2025-05-08")
    assert row_of(result, Activity.OUTCOME_UPLOAD, SECOND).window.closes_at is None
    assert everything() == before


@pytest.mark.parametrize(
    ("make", "entered"),
    [
        (scene_with_work, setup(closing="2025-01-27", evening_closing="2025-01-22")),
        (lambda: TermFactory.create(school_year=113, number=2), second((SECOND, "2025-05-28"))),
    ],
    ids=["dates that move", "a new term"],
)
def test_saving_does_exactly_what_the_preview_said(
    admin: User, make: Callable[[], Term], entered: TermSetup
) -> None:
    term = make()
    previewed = preview_term_setup(term, entered, by=admin, at=NOW)
    saved = save_term_setup(term, entered, by=admin, at=NOW)
    assert essence(saved) == essence(previewed)
    kept = {str(w): w.closes_at for w in Window.objects.filter(term=term, audience=Audience.GENERAL)}
    shown = {str(r.window): r.window.closes_at for r in previewed.rows if r.window.audience == "general"}
    assert kept == shown


def test_what_moves_is_said_from_when_to_when_for_how_many(admin: User) -> None:
    term = scene_with_work()
    result = preview_term_setup(term, setup(closing="2025-01-27"), by=admin, at=NOW)
    upload = row_of(result, Activity.OUTCOME_UPLOAD)
    assert (upload.before, upload.window.closes_at) == (at("2025-02-04"), at("2025-02-11"))
    assert upload.people == 2
    assert row_of(result, Activity.OUTCOME_UPLOAD, division=Division.EVENING).people == 1
    moved = {row.window.activity for row in result.moved}
    assert moved == {Activity.OUTCOME_UPLOAD, Activity.CERTIFICATION, Activity.PERFORMANCE_UPLOAD}


def test_the_same_window_a_year_ago_stands_beside_it(admin: User) -> None:
    term_with_dates(112, 1, opening="2023-08-30", exam_end="2024-01-16", closing="2024-01-19")
    result = preview_term_setup(term_113_1(), setup(), by=admin, at=NOW)
    previous = row_of(result, Activity.OUTCOME_UPLOAD).previous
    assert previous
    assert (previous.division, previous.closes_on) == (Division.DAY, day("2024-02-02"))


def test_closed_windows_stay_as_they_were(admin: User) -> None:
    term = scene_with_work()
    closed = Window.objects.filter(term=term, closes_at__lte=NOW).order_by("pk")
    before = list(closed.values())
    assert before
    result = save_term_setup(term, setup(opening="2024-09-09", closing="2025-01-27"), by=admin, at=NOW)
    assert list(closed.values()) == before
    assert not row_of(result, Activity.BASIC_DATA).is_moved
    assert row_of(result, Activity.BASIC_DATA).window.closes_at == at("2024-09-14")


def test_dates_and_letters_that_fit_together_only_together_are_accepted(
    admin: User, second_term: Term
) -> None:
    """The later opening alone would turn grade 3's windows round, which ended early by the first letter."""
    early, late = second((FIRST, "2025-03-18")), second((FIRST, "2025-05-28"), opening="2025-03-03")
    save_term_setup(second_term, early, by=admin, at=at("2025-01-20"))
    result = save_term_setup(second_term, late, by=admin, at=at("2025-01-21"))
    upload = row_of(result, Activity.OUTCOME_UPLOAD, FIRST).window
    assert (upload.opens_at, upload.closes_at, upload.sequence) == (at("2025-03-03"), at("2025-05-08"), 2)


def test_dates_that_turn_a_window_round_are_refused_and_nothing_is_kept(
    admin: User, second_term: Term
) -> None:
    before = everything()
    for act in (preview_term_setup, save_term_setup):
        with pytest.raises(InvalidInput, match="114/02/10"):
            act(second_term, second((FIRST, "2025-03-03")), by=admin, at=NOW)
    assert everything() == before


def test_only_administrators_may_even_look_ahead(second_term: Term) -> None:
    teacher = UserFactory.create()
    for act in (preview_term_setup, save_term_setup):
        with pytest.raises(NotAllowed, match="系統管理者"):
            act(second_term, second(), by=teacher, at=NOW)
    assert not AuditEntry.objects.exists()


def test_overrides_and_extensions_that_a_moved_date_strands_are_listed(admin: User) -> None:
    term = scene_with_work()
    upload = Window.objects.get(term=term, activity=Activity.OUTCOME_UPLOAD, division=Division.DAY)
    certification = Window.objects.get(term=term, activity=Activity.CERTIFICATION, division=Division.DAY)
    override_window(
        upload,
        opens_on=day("2024-08-30"),
        closes_on=day("2025-02-06"),
        reason="颱風補假",
        by=admin,
        at=NOW,
    )
    evening = Window.objects.get(term=term, activity=Activity.OUTCOME_UPLOAD, division=Division.EVENING)
    override_window(
        evening,
        opens_on=day("2024-08-30"),
        closes_on=day("2025-02-06"),
        reason="進修部調整",
        by=admin,
        at=NOW,
    )
    grant_extension(
        certification,
        SchoolClass.objects.filter(division=Division.DAY)[0],
        closes_on=day("2025-02-14"),
        reason="校外實習",
        by=admin,
        at=NOW,
    )
    moved = setup(closing="2025-01-22", evening_closing="2025-01-20")
    override, extension = sorted(preview_term_setup(term, moved, by=admin, at=NOW).stranded)
    if "校外實習" in override:
        override, extension = extension, override
    assert "颱風補假" in override
    assert "114/02/06" in override
    assert "校外實習" in extension
    assert "114/02/14" in extension
    assert save_term_setup(term, moved, by=admin, at=NOW).stranded
    assert save_term_setup(term, moved, by=admin, at=NOW).stranded == [], "nothing moved any more"


def test_each_window_counts_the_students_who_keep_to_it(admin: User, second_term: Term) -> None:
    day_classes = {
        (grade, batch): SchoolClassFactory.create(grade=grade, letter_batch=batch)
        for grade, batch in ((1, 1), (2, 2), (3, 1), (3, 2))
    }
    for count, school_class in enumerate(day_classes.values(), start=1):
        for __ in range(count):
            student_of(school_class)
    student_of(day_classes[1, 1], status=EnrolmentStatus.GRADUATED)
    student_of(SchoolClassFactory.create(school_year=112))
    student_of(SchoolClassFactory.create(division=Division.EVENING))
    result = preview_term_setup(second_term, second((FIRST, "2025-05-28")), by=admin, at=NOW)

    def people(activity: Activity, audience: Audience, division: Division = Division.DAY) -> int:
        return row_of(result, activity, audience, division).people

    assert people(Activity.OUTCOME_UPLOAD, Audience.GENERAL) == 1 + 2
    assert people(Activity.CERTIFICATION, Audience.GENERAL) == 1 + 2
    assert people(Activity.OUTCOME_UPLOAD, FIRST) == 3
    assert people(Activity.SELECTION, SECOND) == 4
    assert people(Activity.OUTCOME_UPLOAD, Audience.GENERAL, Division.EVENING) == 1
    # The offices keep the data of every grade in one window.
    assert people(Activity.BASIC_DATA, Audience.GENERAL) == 1 + 2 + 3 + 4


def test_a_letter_about_last_term_counts_that_terms_students(admin: User, second_term: Term) -> None:
    student_of(SchoolClassFactory.create(grade=1))
    student_of(SchoolClassFactory.create(grade=3))
    OfficialLetter.objects.create(term=second_term, division=Division.DAY, due_on=day("2025-04-01"))
    result = preview_term_setup(second_term, second(), by=admin, at=NOW)
    assert row_of(result, Activity.SUBMISSION).people == 2


def test_letters_for_two_batches_move_and_tell_only_their_own(admin: User, second_term: Term) -> None:
    first, later = (SchoolClassFactory.create(grade=3, letter_batch=batch) for batch in (1, 2))
    of_first, of_second, of_grade_1 = (
        student_of(one) for one in (first, later, SchoolClassFactory.create(grade=1))
    )
    sections = SectionFactory.create_batch(3, term=second_term)
    for student, section in zip((of_first, of_second, of_grade_1), sections, strict=True):
        OutcomeFactory.create(enrolment=EnrolmentFactory.create(student=student, section=section))
    others = Window.objects.exclude(audience=FIRST, division=Division.DAY).order_by("pk")
    before = list(others.values())
    result = save_term_setup(second_term, second((FIRST, "2025-05-28")), by=admin, at=at("2025-03-03"))
    assert {(row.window.audience, row.window.division) for row in result.moved} == {(FIRST, Division.DAY)}
    assert list(others.values()) == before
    told = {notice.user for notice in Notice.objects.all()}
    assert told == {of_first.user, sections[0].teacher}

    Notice.objects.all().delete()
    both = second((FIRST, "2025-05-28"), (SECOND, "2025-06-11"))
    result = save_term_setup(second_term, both, by=admin, at=at("2025-03-04"))
    assert {row.window.audience for row in result.moved} == {SECOND}
    assert closing_of(second_term, Activity.OUTCOME_UPLOAD, SECOND) == at("2025-05-22")
    assert closing_of(second_term, Activity.OUTCOME_UPLOAD, FIRST) == at("2025-05-08")
    assert {notice.user for notice in Notice.objects.all()} == {of_second.user, sections[1].teacher}


def test_those_concerned_hear_of_a_moved_window_once_even_when_it_is_saved_twice(admin: User) -> None:
    term = scene_with_work()
    for __ in range(2):
        save_term_setup(term, setup(closing="2025-01-27"), by=admin, at=NOW)
    uploads = Notice.objects.filter(subject__contains="課程學習成果上傳")
    students = User.objects.filter(student__isnull=False)
    assert sorted(notice.user_id for notice in uploads) == sorted(user.pk for user in students)
    notice = uploads[0]
    assert "114/02/10（一）24:00 止" in notice.subject
    assert "114/02/03（一）24:00 止" in notice.body
    certification = Notice.objects.filter(subject__contains="認證")
    assert [n.user.sections.count() for n in certification] == [1], "the teacher whose course has a piece"


def test_going_back_to_the_days_of_before_is_news_too(admin: User) -> None:
    term = scene_with_work()
    save_term_setup(term, setup(closing="2025-01-27"), by=admin, at=NOW)
    save_term_setup(term, setup(closing="2025-01-20"), by=admin, at=NOW + timedelta(hours=1))
    save_term_setup(term, setup(closing="2025-01-27"), by=admin, at=NOW + timedelta(hours=2))
    student = User.objects.filter(student__isnull=False)[0]
    said = [n.subject for n in student.notices.filter(subject__contains="課程學習成果上傳").order_by("pk")]
    assert ["02/10" in subject for subject in said] == [True, False, True]


def test_a_moved_opening_is_not_called_a_moved_end(admin: User) -> None:
    term = scene_with_work()
    save_term_setup(term, setup(opening="2024-09-02"), by=admin, at=at("2024-08-20"))
    notice = Notice.objects.filter(subject__contains="課程學習成果上傳")[0]
    assert "113/09/02（一）起，114/02/03（一）24:00 止" in notice.subject
    assert "113/08/30（五）起，114/02/03（一）24:00 止" in notice.body


def test_a_new_terms_windows_are_no_news(admin: User) -> None:
    holder_of(DutyCode.BASIC_DATA)
    student_of(SchoolClassFactory.create())
    save_term_setup(TermFactory.create(), setup(), by=admin, at=at("2024-08-01"))
    assert Window.objects.exists()
    assert not Notice.objects.exists()


def test_saving_leaves_an_entry_for_each_divisions_dates_and_each_letter(
    admin: User, second_term: Term
) -> None:
    entered = second((FIRST, "2025-05-28"), closing="2025-07-01", evening_closing="2025-06-30")
    save_term_setup(second_term, entered, by=admin, at=NOW)
    acts = AuditEntry.objects.order_by("pk").values_list("act", "object_label")
    assert list(acts) == [
        ("set_term_dates", "113-2 日間部"),
        ("set_term_dates", "113-2 進修部"),
        ("record_letter", "113-2 日間部 提交中央資料庫"),
    ]
    moves = [entry.changes["windows"] for entry in AuditEntry.objects.order_by("pk")]
    assert all("日間部" in move["window"] for move in moves[0])
    assert moves[0]
    assert moves[1] == []


def warnings_of(result: SetupResult, activity: Activity, audience: Audience = Audience.GENERAL) -> str:
    return "".join(row_of(result, activity, audience).warnings)


def test_a_last_day_off_is_warned_of_and_a_saturday_that_is_worked_is_not(admin: User) -> None:
    # Upload would end on Saturday 2025-02-08, certification on Saturday 2025-02-15.
    Holiday.objects.create(day=day("2025-02-08"), name="補行上班", is_workday=True)
    term = term_113_1()
    result = preview_term_setup(term, setup(closing="2025-01-25"), by=admin, at=NOW)
    assert "假日" not in warnings_of(result, Activity.OUTCOME_UPLOAD)
    assert row_of(result, Activity.OUTCOME_UPLOAD).day_off == "補行上班"
    assert "114/02/15（六） 是假日" in warnings_of(result, Activity.CERTIFICATION)
    Holiday.objects.create(day=day("2025-02-03"), name="春節")
    result = preview_term_setup(term, setup(), by=admin, at=NOW)
    assert "假日" in warnings_of(result, Activity.OUTCOME_UPLOAD)
    assert row_of(result, Activity.OUTCOME_UPLOAD).day_off == "春節"


def test_an_upload_that_ends_below_the_national_floor_is_warned_of(admin: User) -> None:
    term = term_113_1()
    upload = Window.objects.get(term=term, activity=Activity.OUTCOME_UPLOAD, division=Division.DAY)
    override_window(
        upload, opens_on=day("2024-08-30"), closes_on=day("2025-02-03"), reason="寒假", by=admin, at=NOW
    )
    assert "下限" not in warnings_of(
        preview_term_setup(term, setup(), by=admin, at=NOW), Activity.OUTCOME_UPLOAD
    )
    later = preview_term_setup(term, setup(closing="2025-01-22"), by=admin, at=NOW)
    assert "114/02/05" in warnings_of(later, Activity.OUTCOME_UPLOAD)


def test_grade_3_is_warned_that_upload_and_certification_end_the_same_day(
    admin: User, second_term: Term
) -> None:
    result = preview_term_setup(second_term, second((FIRST, "2025-05-28")), by=admin, at=NOW)
    assert "同一天截止" in warnings_of(result, Activity.OUTCOME_UPLOAD, FIRST)
    assert "同一天截止" not in warnings_of(result, Activity.OUTCOME_UPLOAD, SECOND)
    assert "同一天截止" not in warnings_of(result, Activity.OUTCOME_UPLOAD)


def test_certification_that_ends_before_upload_is_warned_of(admin: User) -> None:
    term = term_113_1()
    certification = Window.objects.get(term=term, activity=Activity.CERTIFICATION, division=Division.EVENING)
    override_window(
        certification,
        opens_on=day("2024-08-30"),
        closes_on=day("2025-02-02"),
        reason="測試",
        by=admin,
        at=NOW,
    )
    (warning,) = preview_term_setup(term, setup(), by=admin, at=NOW).warnings
    assert "進修部" in warning
    assert "認證截止早於上傳截止" in warning


def test_students_who_must_decide_in_the_days_of_their_exams_are_warned_for(admin: User) -> None:
    term = TermFactory.create()
    exam = setup(opening="2024-12-20", exam_end="2025-01-10", closing="2025-01-20")
    assert "期末考" in warnings_of(preview_term_setup(term, exam, by=admin, at=NOW), Activity.SELECTION)
    later = setup(opening="2024-12-20", exam_end="2025-01-16", closing="2025-01-20")
    result = preview_term_setup(term, later, by=admin, at=NOW)
    assert "期末考" not in warnings_of(result, Activity.SELECTION)
    assert "期末考" not in warnings_of(result, Activity.BASIC_DATA)


def test_dates_entered_before_are_changed_not_added_again(admin: User) -> None:
    term = term_113_1()
    save_term_setup(term, setup(closing="2025-01-27"), by=admin, at=NOW)
    assert TermDates.objects.filter(term=term).count() == 2
