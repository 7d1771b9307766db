"""Suspended students and leavers look and change nothing; returning restores (article 7, R0)."""

import pytest
from django.urls import reverse

from accounts.errors import NotAllowed
from accounts.models import Student
from accounts.models.enrolment_changes import ChangeKind
from accounts.services.enrolments import record_change
from portfolio.domain.categories import CATEGORIES
from portfolio.domain.filetypes import Slot
from portfolio.models import CourseOutcome, DiversePerformance, Selection
from portfolio.models.outcomes import OutcomeState
from portfolio.services.outcomes import (
    revise_course_outcome,
    upload_course_outcome,
    withdraw_course_outcome,
)
from portfolio.services.performances import upload_performance, withdraw_performance
from portfolio.services.selection import select_items
from tests.admin_pages import said
from tests.factories import (
    AdminFactory,
    EnrolmentFactory,
    OutcomeFactory,
    PerformanceFactory,
    SchoolClassFactory,
    StudentFactory,
    attach_pdf,
    term_113_1,
    uploaded_pdf,
)
from tests.moments import at, day

pytestmark = pytest.mark.django_db
NOW = at("2024-10-01 09:00")
LEAVERS = ("graduated", "transferred_out", "withdrawn")


@pytest.fixture
def student():
    term_113_1()
    return StudentFactory.create(school_class=SchoolClassFactory.create())


def upload_outcome(student, outcome, performance):
    files = {Slot.DOCUMENT: uploaded_pdf("新的")}
    upload_course_outcome(outcome.enrolment, description="新的", files=files, by=student.user, at=NOW)


def revise(student, outcome, performance):
    revise_course_outcome(outcome, description="改過", files={}, by=student.user, at=NOW)


def withdraw(student, outcome, performance):
    withdraw_course_outcome(outcome, by=student.user, at=NOW)


def upload_a_performance(student, outcome, performance):
    typed = {"name": "新的", "date": "2024-10-01", "description": "新的"}
    files = {Slot.DOCUMENT: uploaded_pdf("新的")}
    upload_performance(student, CATEGORIES["work"], details=typed, files=files, by=student.user, at=NOW)


def withdraw_a_performance(student, outcome, performance):
    withdraw_performance(performance, by=student.user, at=NOW)


def select(student, outcome, performance):
    select_items(student, 112, outcomes=[], performances=[], by=student.user, at=NOW)


ACTS = [upload_outcome, revise, withdraw, upload_a_performance, withdraw_a_performance, select]


def pieces(student):
    enrolment = EnrolmentFactory.create(student=student)
    return (
        OutcomeFactory.create(enrolment=enrolment, state=OutcomeState.WAITING),
        PerformanceFactory.create(student=student),
    )


def everything():
    tables = (CourseOutcome, DiversePerformance, Selection)
    return [list(table.objects.order_by("pk").values()) for table in tables]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    ("status", "words"), [("suspended", "目前休學中"), *((each, "已停止上傳與勾選") for each in LEAVERS)]
)
def test_who_is_not_enrolled_changes_nothing_and_is_told_why(student, act, status, words):
    outcome, performance = pieces(student)
    Student.objects.filter(pk=student.pk).update(status=status)
    for row in (student, outcome.enrolment.student, performance.student):
        row.refresh_from_db()
    before = everything()
    with pytest.raises(NotAllowed, match=words):
        act(student, outcome, performance)
    assert everything() == before


@pytest.mark.parametrize("act", [upload_outcome, upload_a_performance, withdraw, withdraw_a_performance])
def test_who_has_returned_goes_on_as_before(student, act):
    outcome, performance = pieces(student)
    registry = AdminFactory.create()
    for kind in (ChangeKind.SUSPENDED, ChangeKind.RETURNED):
        record_change(student, kind, effective_on=day("2024-09-15"), by=registry, at=NOW)
    before = everything()
    act(student, outcome, performance)
    assert everything() != before


@pytest.mark.parametrize("status", ["suspended", *LEAVERS])
def test_they_still_see_pieces_files_and_receipts_but_no_way_to_upload(student, status, client_of, set_clock):
    set_clock(NOW)
    outcome, __ = pieces(student)
    attachment = attach_pdf(outcome)
    Student.objects.filter(pk=student.pk).update(status=status)
    client = client_of(student.user)
    index = client.get(reverse("portfolio:index"))
    assert reverse("portfolio:outcome_new") not in index.content.decode()
    assert "只能查看" in said(client, index)
    assert client.get(reverse("portfolio:file", args=[attachment.pk])).status_code == 200
    assert client.get(reverse("submissions:receipts")).status_code == 200
    home = client.get(reverse("home"))
    assert "只能查看" in said(client, home)
    assert reverse("portfolio:outcome_new") not in home.content.decode()


def test_an_enrolled_student_reads_nothing_of_it(student, client_of, set_clock):
    set_clock(NOW)
    client = client_of(student.user)
    assert "只能查看" not in said(client, client.get(reverse("portfolio:index")))
