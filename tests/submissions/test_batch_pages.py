"""The offices' pages about batches: who sees what, what is in them, what comes next."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.domain.division import Division
from accounts.models import Absence, AuditEntry, Duty, DutyDelegate, Post, PostHolding
from accounts.models.duties import DutyCode
from submissions.models import Batch, BatchRow, ExportJob
from submissions.models.batches import BatchStage
from submissions.models.exports import ExportKind
from submissions.permissions import SubmissionAct
from submissions.services.exports import build, request_exports
from tests import factories
from tests.moments import at
from tests.submissions.pages import queries_of, text_of, url
from tests.submissions.scene import CREATED, FROZEN, OPENED, SUBMITTED, Scene, holder

pytestmark = pytest.mark.django_db
NOW = at("2024-10-09 09:00")
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def wednesday_morning(set_clock):
    set_clock(NOW)


# ---------------------------------------------------------------- who sees what

ALL_AREAS = {"office": 200, "registry": 200, "student affairs": 200, "evening": 200}
ITS_PEOPLE = {"office": 200, "registry": 200, "student affairs": 404, "evening": 404}
ITS_OFFICE = {"office": 200, "registry": 403, "student affairs": 404, "evening": 404}
ITS_REGISTRY = {"office": 403, "registry": 200, "student affairs": 404, "evening": 404}
NOBODY_ELSE = {"student": 403, "teacher": 403, "anonymous": 302}
MATRIX = {
    "batches": ALL_AREAS,
    "new_batch": ALL_AREAS,
    "periods": ALL_AREAS,
    "batch": ITS_PEOPLE,
    "rows": ITS_PEOPLE,
    "import_result": ITS_PEOPLE,
    "period": ITS_PEOPLE,
    "exports": {**ITS_PEOPLE, "office": 302, "registry": 302},
    "freeze": ITS_OFFICE,
    "submitted": ITS_OFFICE,
    "import": ITS_OFFICE,
    "download": ITS_OFFICE,
    "open_period": ITS_REGISTRY,
}


@pytest.mark.parametrize(
    ("name", "role", "status"),
    [(name, role, status) for name, row in MATRIX.items() for role, status in {**row, **NOBODY_ELSE}.items()],
)
def test_every_page_is_for_the_people_it_concerns(scene, client_of, name, role, status):
    people = {
        "office": scene.office,
        "registry": scene.registry,
        "student affairs": holder(DutyCode.DIVERSE_PERFORMANCE, Division.DAY),
        "evening": holder(DutyCode.COURSE_OUTCOMES, Division.EVENING),
        "student": scene.students_with_outcomes(1)[0].user,
        "teacher": factories.UserFactory.create(),
    }
    period = scene.period()
    batch = period.batch
    (job,) = request_exports(batch, kinds=[ExportKind.WORKBOOK], by=None, at=NOW)
    build(job.pk, at=NOW)
    arguments = {
        "period": [period.pk],
        "download": [job.pk],
        "import_result": [batch.pk, 1],
        "batches": [],
        "new_batch": [],
        "periods": [],
    }
    client = client_of(people[role]) if role in people else Client()
    assert client.get(url(name, *arguments.get(name, [batch.pk]))).status_code == status


def test_another_offices_batch_is_in_no_list(scene, client_of):
    mine, theirs = scene.created(), Scene(code="25").created()
    listed = text_of(client_of(scene.office).get(url("batches")))
    assert url("batch", mine.pk) in listed
    assert url("batch", theirs.pk) not in listed
    both = text_of(client_of(scene.registry).get(url("batches")))
    assert url("batch", mine.pk) in both
    assert url("batch", theirs.pk) in both


def test_the_acting_delegate_sees_the_batches_while_the_owner_is_away(scene, client_of):
    batch, delegate = scene.created(), factories.UserFactory.create()
    duty = Duty.objects.get(code=DutyCode.COURSE_OUTCOMES, division=Division.DAY)
    post = Post.objects.create(code="clerk", name="註冊組幹事", office=duty.owner.office)
    PostHolding.objects.create(post=post, user=delegate, starts_on=CREATED.date())
    DutyDelegate.objects.create(duty=duty, post=post)
    client = client_of(delegate)
    assert client.get(url("batch", batch.pk)).status_code == 403
    Absence.objects.create(
        user=scene.office, starts_on=NOW.date(), ends_on=NOW.date(), reason="公假", recorded_by=scene.registry
    )
    assert client.get(url("batch", batch.pk)).status_code == 200
    client.post(url("freeze", batch.pk))
    entry = AuditEntry.objects.get(act=SubmissionAct.FREEZE_BATCH)
    assert (entry.actor, entry.on_behalf_of) == (delegate, scene.office)


# ---------------------------------------------------------------- the list and a new batch


def test_the_list_says_how_much_and_what_comes_next(scene, office):
    scene.students_with_outcomes(3)
    scene.created()
    page = text_of(office.get(url("batches")))
    assert "準備中" in page
    assert "勾選已截止，可以凍結名冊" in page
    assert '<td data-label="學生" class="number">3</td>' in page


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        (BatchStage.DRAFT, "可以凍結名冊"),
        (BatchStage.FROZEN, "產生名冊與附件"),
        (BatchStage.SUBMITTED, "收到收訖明細後匯入"),
        (BatchStage.RECEIVED, "開放學生確認收訖明細"),
        (BatchStage.CONFIRMING, "學生確認中，113/10/12"),
    ],
)
def test_every_stage_has_its_next_step(scene, office, stage, words):
    scene.students_with_outcomes(1)
    {
        BatchStage.DRAFT: scene.created,
        BatchStage.FROZEN: scene.frozen,
        BatchStage.SUBMITTED: scene.submitted,
        BatchStage.RECEIVED: scene.received,
        BatchStage.CONFIRMING: scene.period,
    }[stage]()
    assert Batch.objects.get().stage == stage
    for page in (url("batches"), url("batch", Batch.objects.get().pk)):
        assert words in text_of(office.get(page))


def test_only_ones_own_rosters_are_offered(scene, office):
    page = text_of(office.get(url("new_batch")))
    assert 'value="26-day"' in page
    assert 'value="25-day"' not in page
    assert 'value="28-evening"' not in page


def test_a_batch_is_begun_and_opened(scene, office):
    response = office.post(url("new_batch"), {"roster": "26-day", "school_year": "112"})
    batch = Batch.objects.get()
    assert (batch.roster_code, batch.division, batch.school_year) == ("26", "day", 112)
    assert response.url == url("batch", batch.pk)


def test_beginning_it_again_is_refused_beside_the_form(scene, office):
    scene.created()
    page = text_of(office.post(url("new_batch"), {"roster": "26-day", "school_year": "112"}))
    assert "已經建立" in page
    assert 'value="26-day"' in page


@pytest.mark.parametrize(
    "given", [{"roster": "25-day", "school_year": "112"}, {"roster": "26-day", "school_year": "90"}, {}]
)
def test_what_is_not_offered_cannot_be_posted(scene, office, given):
    assert office.post(url("new_batch"), given).status_code == 200
    assert not Batch.objects.exists()


# ---------------------------------------------------------------- frozen rows and practice data


def test_frozen_rows_show_course_description_and_files_but_no_whole_national_id(scene, registry):
    student = scene.student(national_id="A123456789")
    scene.outcome(student, course={"name": "程式設計"}, description="排序演算法的比較。")
    page = text_of(registry.get(url("rows", scene.frozen().pk)))
    for words in ("程式設計", "排序演算法的比較。", "A12****789", str(student), "文件"):
        assert words in page
    assert "A123456789" not in page


def test_practice_receipts_are_offered_in_debug_only(scene, office, settings):
    batch = scene.submitted()
    settings.DEBUG = True
    assert "非真實資料" in text_of(office.get(url("batch", batch.pk)))
    assert office.get(url("practice_receipts", batch.pk)).status_code == 200
    settings.DEBUG = False
    assert "practice" not in text_of(office.get(url("batch", batch.pk)))
    assert office.get(url("practice_receipts", batch.pk)).status_code == 404


def test_practice_receipts_need_a_frozen_batch_and_its_office(scene, office, registry, settings):
    settings.DEBUG = True
    batch = scene.created()
    assert office.get(url("practice_receipts", batch.pk)).status_code == 404
    assert registry.get(url("practice_receipts", batch.pk)).status_code == 403


# ---------------------------------------------------------------- as many queries for many as for few


def test_the_list_asks_as_often_for_200_batches_as_for_10(scene, office):
    def grow(count):
        first = Batch.objects.count()
        years = range(100 - first, 100 - first - count, -1)
        Batch.objects.bulk_create(
            Batch(
                roster_code=("26", "36")[year % 2],
                division=Division.DAY,
                school_year=1000 + year,
                created_by=scene.office,
                created_at=CREATED,
                frozen_at=FROZEN if year % 3 else None,
                submitted_on=SUBMITTED.date() if year % 3 == 2 else None,
            )
            for year in years
        )

    grow(10)
    few = queries_of(office, url("batches"))
    grow(190)
    assert queries_of(office, url("batches")) == few


def test_the_frozen_rows_ask_as_often_for_200_as_for_10(scene, office):
    student = scene.student()
    batch = scene.frozen()

    def grow(count):
        rows = []
        for position in range(batch.rows.count() + 1, batch.rows.count() + count + 1):
            row = BatchRow(batch=batch, student=student, sheet_key="regular", position=position)
            row.cells = ["A123456789", "0970315", "1", "C", "程式設計", "2", "3", "簡述", "", ""]
            rows.append(row)
        BatchRow.objects.bulk_create(rows)

    grow(10)
    few = queries_of(office, url("rows", batch.pk))
    grow(190)
    assert queries_of(office, url("rows", batch.pk)) == few


def test_the_batch_page_asks_as_often_after_many_periods_imports_and_exports(scene, office):
    scene.students_with_outcomes(1)
    batch = scene.period().batch
    few = queries_of(office, url("batch", batch.pk))
    for number in range(20):
        job = ExportJob(batch=batch, kind="archive", state="failed", requested_at=OPENED)
        job.requested_at += timedelta(minutes=number)
        job.save()
    assert queries_of(office, url("batch", batch.pk)) == few
