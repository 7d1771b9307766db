"""What stood on the trail alone is kept where it belongs, once a school brings its database up to date."""

from importlib import import_module

import pytest
from django.apps import apps

from portfolio.models import CadreRecord, Certification, CourseOutcome, RecordReport
from portfolio.services.certification import certify
from portfolio.services.certification_undo import undo_decision
from portfolio.services.record_reports import report_error
from tests.accounts.annex_staff import annex_staff
from tests.factories import SchoolClassFactory, SectionFactory, StudentFactory, term_113_1
from tests.moments import at, day
from tests.portfolio.certifying import NOW, waiting
from tests.portfolio.chains import absent, links
from tests.portfolio.pieces import upload

pytestmark = pytest.mark.django_db

LATER = at("2024-11-05 10:00")


def bring_up_to_date() -> None:
    import_module("portfolio.migrations.0010_from_the_trail").from_the_trail(apps, None)


def test_who_took_a_decision_back_for_whom_and_why() -> None:
    chain = links()
    certify(chain.outcome, by=chain[1], at=NOW)
    absent(chain[1], "2024-11-05", "2024-11-08")
    undo_decision(chain.outcome, reason="放錯課程", by=chain[2], at=LATER)
    nothing = {"taken_back_by": None, "taken_back_for": None, "taken_back_reason": ""}
    Certification.objects.update(**nothing)
    bring_up_to_date()
    decision = Certification.objects.get()
    assert (decision.taken_back_by, decision.taken_back_for) == (chain[2], chain[1])
    assert (decision.taken_back_reason, decision.voided_at) == ("放錯課程", LATER)


def test_in_which_capacity_somebody_uploaded_for_the_student() -> None:
    term_113_1()
    [outcome] = waiting(SectionFactory.create())
    homeroom = outcome.student.placements.get().school_class.homeroom_teacher
    helped = upload(outcome.enrolment, by=homeroom, when=NOW, proxy_reason="停電")
    assert helped.proxy_standing == "導師"
    CourseOutcome.objects.update(proxy_standing="")
    bring_up_to_date()
    standings = dict(CourseOutcome.objects.values_list("pk", "proxy_standing"))
    assert standings == {outcome.pk: "", helped.pk: "導師"}


def test_what_students_reported_as_wrong() -> None:
    annex_staff()
    term = term_113_1()
    student = StudentFactory.create(school_class=SchoolClassFactory.create())
    record = CadreRecord.objects.create(
        student=student,
        term=term,
        unit="資訊二甲",
        title="班長",
        level="2",
        starts_on=day("2024-08-30"),
        ends_on=day("2025-01-20"),
        recorded_at=NOW,
    )
    report_error(record, explanation="應為副班長。", by=student.user, at=NOW)
    RecordReport.objects.all().delete()
    bring_up_to_date()
    report = RecordReport.objects.get()
    assert (report.cadre, report.student, report.division) == (record, student, "day")
    assert (report.explanation, report.reported_at, report.answered_at) == ("應為副班長。", NOW, None)
