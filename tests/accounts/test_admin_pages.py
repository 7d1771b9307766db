"""The admin as a whole: every page opens for an administrator, for nobody else, at a constant cost."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import clock
from accounts.acts import AccountAct
from accounts.demo_people import invented_national_id
from accounts.models import (
    Absence,
    AuditEntry,
    ClassPlacement,
    ListHeading,
    Notice,
    Review,
    SchoolClass,
    Student,
    User,
)
from accounts.models.duties import DutyCode
from accounts.services import audit, sign_in_guard
from portfolio.models import (
    Certification,
    ClassCounsellor,
    Course,
    CourseOutcome,
    DiversePerformance,
    Enrolment,
)
from portfolio.models.outcomes import OutcomeState
from schedules.models import Holiday, OfficialLetter, Window
from schedules.services.overrides import override_window
from submissions.models import (
    Batch,
    BatchRow,
    ExportJob,
    ReceiptConfirmation,
    ReceiptImport,
    ReceiptPeriod,
    ReceiptRecord,
)
from tests.factories import (
    AdminFactory,
    CourseFactory,
    EnrolmentFactory,
    OutcomeFactory,
    PerformanceFactory,
    SchoolClassFactory,
    StudentFactory,
    UserFactory,
    attach_pdf,
    holder_of,
    school,
    select,
    term_113_1,
)
from tests.moments import at, day

ClientOf = Callable[[User], Client]

PAGES = sorted(admin.site._registry, key=lambda model: model._meta.label)
NOW = at("2024-10-09 12:00")
SEALED_NUMBER = invented_national_id(5000)


@pytest.fixture
def administrator() -> User:
    return AdminFactory.create()


@pytest.fixture
def some_of_everything(administrator: User) -> None:
    """A row of every kind that has a page."""
    school()
    term = term_113_1()
    OfficialLetter.objects.create(term=term, division="day", due_on=day("2025-03-03"))
    Holiday.objects.create(day=day("2024-10-10"), name="國慶日")
    window = Window.objects.filter(term=term).earliest("pk")
    override_window(
        window,
        opens_on=day("2024-09-01"),
        closes_on=day("2024-09-30"),
        reason="颱風停課",
        by=administrator,
        at=NOW,
    )
    holder = holder_of(DutyCode.BASIC_DATA)
    Absence.objects.create(
        user=holder, starts_on=day("2024-10-01"), ends_on=day("2024-10-02"), reason="公假", recorded_by=holder
    )
    _pieces(administrator)
    _receipts(administrator, window)
    ClassCounsellor.objects.create(school_class=SchoolClass.objects.latest("pk"), counsellor=holder)
    audit.record(AccountAct.SIGN_IN, by=administrator, at=NOW)
    Notice.objects.create(user=holder, key="k", subject="通知", created_at=NOW)
    ListHeading.objects.create(act="import_people", heading="座號碼", column="seat_number", set_at=NOW)
    sign_in_guard.begin(holder.username, "192.0.2.1", NOW)
    Review.objects.create(kind="trail", reviewed_at=NOW, reviewed_by=administrator, remark="看過", rows=1)


def _pieces(by: User) -> None:
    student = StudentFactory.create(school_class=SchoolClassFactory.create())
    outcome = OutcomeFactory.create(enrolment__student=student, state=OutcomeState.CERTIFIED)
    attach_pdf(outcome)
    Certification.objects.create(outcome=outcome, decision="certified", decided_by=by, decided_at=NOW)
    select(outcome)
    select(PerformanceFactory.create(student=student))


def _receipts(by: User, window: Window) -> None:
    outcome = OutcomeFactory.create()
    batch = Batch.objects.create(
        roster_code="26", division="day", school_year=112, created_by=by, created_at=NOW, frozen_at=NOW
    )
    row = BatchRow(batch=batch, student=outcome.student, sheet_key="regular", position=1, outcome=outcome)
    row.cells = [SEALED_NUMBER, "內容"]
    row.save()
    ExportJob.objects.create(batch=batch, kind="workbook", requested_at=NOW)
    receipts = ReceiptImport.objects.create(
        batch=batch, number=1, file_name="receipts.zip", sha256="0" * 64, imported_at=NOW
    )
    ReceiptRecord.objects.create(
        receipt_import=receipts,
        student=outcome.student,
        position=1,
        sheet="課程學習成果",
        data={"身分證號": SEALED_NUMBER},
    )
    period = ReceiptPeriod.objects.create(batch=batch, window=window, opened_by=by, opened_at=NOW)
    ReceiptConfirmation.objects.create(period=period, student=outcome.student)


def url(model: type[Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def pages_of(model: type[Model]) -> Iterator[str]:
    """The addresses of the list and of every page it leads to."""
    page = admin.site._registry[model]
    yield url(model, "changelist")
    yield url(model, "add")
    yield from (url(model, "change", row.pk) for row in model._default_manager.all()[:1])
    yield from (url(model, name) for name in ("import", "export") if hasattr(page, f"{name}_action"))


@pytest.mark.django_db
@pytest.mark.usefixtures("some_of_everything")
@pytest.mark.parametrize("model", PAGES, ids=lambda model: model._meta.label)
def test_every_admin_page_opens_for_an_administrator(
    model: type[Model], administrator: User, client_of: ClientOf
) -> None:
    client, pages = client_of(administrator), list(pages_of(model))
    may_add = client.get(pages[0]).context["has_add_permission"]
    assert len(pages) >= 3, "there is a row whose page can be opened"
    for page in pages:
        expected = 403 if page.endswith("/add/") and not may_add else 200
        assert client.get(page).status_code == expected, page


@pytest.mark.django_db
@pytest.mark.usefixtures("some_of_everything")
@pytest.mark.parametrize("model", PAGES, ids=lambda model: model._meta.label)
def test_no_admin_page_opens_for_others(model: type[Model], client_of: ClientOf) -> None:
    teacher, staff = UserFactory.create(), UserFactory.create(is_staff=True)
    for page in pages_of(model):
        assert client_of(teacher).get(page).status_code == 302, page
        assert client_of(staff).get(page).status_code == 403, page


@pytest.mark.django_db
@pytest.mark.usefixtures("some_of_everything")
def test_every_list_that_can_be_searched_finds_without_fail(administrator: User, client_of: ClientOf) -> None:
    client = client_of(administrator)
    searchable = [model for model in PAGES if admin.site._registry[model].search_fields]
    assert len(searchable) > 15
    for model in searchable:
        assert client.get(url(model, "changelist"), {"q": "113 甲"}).status_code == 200, model


@pytest.mark.django_db
@pytest.mark.usefixtures("some_of_everything")
def test_no_admin_page_shows_a_national_id_in_clear(administrator: User, client_of: ClientOf) -> None:
    client = client_of(administrator)
    for model in PAGES:
        for page in pages_of(model):
            content = client.get(page).content.decode()
            assert not [number for number in _numbers_on_record() if number in content], page


def _numbers_on_record() -> set[str]:
    return {SEALED_NUMBER, *(student.national_id for student in Student.objects.all())}


@pytest.mark.django_db
def test_the_admin_is_named_in_chinese(administrator: User, client_of: ClientOf) -> None:
    page = client_of(administrator).get(reverse("admin:index")).content.decode()
    assert "學習歷程檔案管理" in page
    assert "人員與職掌" in page


def _courses(count: int) -> type[Model]:
    CourseFactory.create_batch(count)
    return Course


def _students(count: int) -> type[Model]:
    StudentFactory.create_batch(count, school_class=SchoolClassFactory.create())
    return Student


def _enrolments(count: int) -> type[Model]:
    EnrolmentFactory.create_batch(count)
    return Enrolment


def _outcomes(count: int) -> type[Model]:
    OutcomeFactory.create_batch(count)
    return CourseOutcome


def _performances(count: int) -> type[Model]:
    PerformanceFactory.create_batch(count)
    return DiversePerformance


def _trail(count: int) -> type[Model]:
    for number in range(count):
        person = UserFactory.create()
        audit.record(AccountAct.SIGN_IN, by=person, at=NOW + timedelta(minutes=number), subject=person)
    return AuditEntry


def _confirmations(count: int) -> type[Model]:
    by = UserFactory.create()
    term = term_113_1() if not Window.objects.exists() else Window.objects.earliest("pk").term
    window = Window.objects.create(
        term=term,
        division="day",
        activity="receipt_first",
        reference=str(count),
        subject_year=112,
        subject_term=2,
        changed_at=NOW,
    )
    batch = Batch.objects.create(
        roster_code="26", division="day", school_year=count, created_by=by, created_at=NOW
    )
    period = ReceiptPeriod.objects.create(batch=batch, window=window, opened_by=by, opened_at=NOW)
    for student in StudentFactory.create_batch(count):
        ReceiptConfirmation.objects.create(period=period, student=student, answered_by=student.user)
    return ReceiptConfirmation


def _people(count: int) -> type[Model]:
    UserFactory.create_batch(count)
    return User


def _placements(count: int) -> type[Model]:
    _students(count)
    return ClassPlacement


def _classes(count: int) -> type[Model]:
    SchoolClassFactory.create_batch(count)
    return SchoolClass


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fill",
    [
        _people,
        _students,
        _classes,
        _placements,
        _courses,
        _enrolments,
        _outcomes,
        _performances,
        _trail,
        _confirmations,
    ],
)
def test_a_list_costs_the_same_for_10_and_for_200_rows(
    fill: Callable[[int], type[Model]], administrator: User, client_of: ClientOf
) -> None:
    client = client_of(administrator)

    def cost(rows: int) -> int:
        address = url(fill(rows), "changelist")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    with clock.frozen_at(NOW):
        cost(1)  # what is asked once and remembered
        assert cost(10) == cost(200)
