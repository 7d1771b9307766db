"""What the central database says it received, taken over whole or not at all (rule S3)."""

from io import BytesIO

import pytest

from accounts.domain.division import Division
from accounts.errors import Conflict, NotAllowed
from accounts.models import AuditEntry
from submissions.domain.receipt_file import ReceiptFileInvalid, ReceiptKind
from submissions.models import ReceiptImport
from submissions.models import ReceiptRecord as StoredRecord
from submissions.permissions import SubmissionAct
from submissions.receipt_queries import received_of, report_of
from submissions.services.receipts import import_receipts
from tests.submissions.received import described, file_of, receipt, section
from tests.submissions.scene import RECEIVED, Scene, practice_file

pytestmark = pytest.mark.django_db


def came_back(batch, student):
    received = received_of(batch, student)
    assert received
    return received


def descriptions(batch, student):
    return [record.data["成果簡述"] for record in came_back(batch, student).records]


def test_receipts_find_their_students_by_national_id_whatever_its_case(scene):
    student = scene.student(national_id="A123456789")
    scene.outcome(student)
    batch = scene.submitted()
    scene.imported(batch, file_of(section(receipt("a123456789", *described("甲", "乙")))))
    assert descriptions(batch, student) == ["甲", "乙"]


def test_unmatched_ids_are_masked_and_missing_students_are_named(scene):
    there, missing = scene.student(national_id="A123456789"), scene.student()
    for student in (there, missing):
        scene.outcome(student)
    batch = scene.submitted()
    imported = scene.imported(
        batch,
        file_of(section(receipt("A123456789", *described("甲")), receipt("B287654321", *described("乙")))),
    )
    report = report_of(imported)
    assert imported.unmatched == ["B28****321"]
    assert (report.matched, report.records, list(report.missing)) == (1, 1, [missing])
    assert "B287654321" not in str(list(AuditEntry.objects.values_list("changes", flat=True)))


def test_a_student_who_stands_in_the_file_without_a_record_received_nothing(scene):
    student = scene.student(national_id="A123456789")
    scene.outcome(student)
    imported = scene.imported(scene.submitted(), file_of(section(receipt("A123456789"))))
    assert list(report_of(imported).missing) == [student]


def test_t1_one_flipped_byte_refuses_everything_and_stores_nothing(scene):
    scene.students_with_outcomes(2)
    batch = scene.submitted()
    content = bytearray(practice_file(batch).getvalue())
    position = content.index("課程學習成果.json".encode()) + 40  # inside the JSON's packed content
    content[position] ^= 1
    with pytest.raises(ReceiptFileInvalid):
        scene.imported(batch, BytesIO(bytes(content)))
    assert not ReceiptImport.objects.exists()
    assert not StoredRecord.objects.exists()
    assert not AuditEntry.objects.filter(act=SubmissionAct.IMPORT_RECEIPTS).exists()


def test_t2_receipts_of_one_kind_imported_again_leave_the_other_kind_to_the_student(scene):
    performances = Scene(code="25")
    student = scene.student(national_id="A123456789")
    scene.outcome(student)
    performances.performance(student)
    outcome_batch, performance_batch = scene.submitted(), performances.submitted()
    scene.imported(outcome_batch)
    performances.imported(performance_batch)
    scene.imported(outcome_batch, file_of(section(receipt("A123456789", *described("第二次")))))
    assert descriptions(outcome_batch, student) == ["第二次"]
    assert came_back(performance_batch, student).records


def test_other_kinds_in_the_same_file_are_left_alone_and_named(scene):
    student = scene.student(national_id="A123456789")
    scene.outcome(student)
    batch = scene.submitted()
    imported = scene.imported(
        batch,
        file_of(
            section(receipt("A123456789", *described("甲"))),
            section(receipt("A123456789", *described("乙")), kind=ReceiptKind.DIVERSE_PERFORMANCE),
        ),
    )
    assert imported.ignored == ["112_多元表現.json"]
    assert descriptions(batch, student) == ["甲"]


def test_a_file_of_another_kind_alone_is_refused(scene):
    scene.students_with_outcomes(1)
    wrong = file_of(section(receipt("A123456789", *described("甲")), kind=ReceiptKind.CADRE))
    with pytest.raises(ReceiptFileInvalid, match="校內幹部經歷"):
        scene.imported(scene.submitted(), wrong)


def test_the_same_file_again_is_the_same_import(scene):
    scene.students_with_outcomes(2)
    batch = scene.submitted()
    first = scene.imported(batch)
    assert scene.imported(batch) == first
    assert StoredRecord.objects.count() == 2
    assert AuditEntry.objects.filter(act=SubmissionAct.IMPORT_RECEIPTS).count() == 1


def test_the_newest_import_counts_and_whoever_is_not_in_it_is_told(scene):
    staying, corrected = scene.student(), scene.student(national_id="A123456789")
    for student in (staying, corrected):
        scene.outcome(student, description="第一次")
    batch = scene.submitted()
    scene.imported(batch)
    scene.imported(batch, file_of(section(receipt("A123456789", *described("更正後")))))
    assert descriptions(batch, corrected) == ["更正後"]
    assert came_back(batch, corrected).is_newest
    assert descriptions(batch, staying) == ["第一次"]
    assert not came_back(batch, staying).is_newest


def test_receipts_of_an_evening_division_in_its_own_sheets_are_taken():
    scene = Scene(code="28", division=Division.EVENING)
    student = scene.student(national_id="A123456789")
    scene.outcome(student)
    batch = scene.submitted()
    evening = receipt("A123456789", *described("甲"), sheet="進修部學期課程學習成果")
    scene.imported(batch, file_of(section(evening)))
    assert descriptions(batch, student) == ["甲"]


def test_nothing_is_imported_before_the_batch_was_submitted(scene):
    batch = scene.frozen()
    with pytest.raises(Conflict, match="請先登錄提交日期"):
        scene.imported(batch)


def test_only_the_submitting_office_imports(scene):
    batch = scene.submitted()
    with pytest.raises(NotAllowed):
        import_receipts(batch, practice_file(batch), file_name="x.zip", by=scene.registry, at=RECEIVED)


def test_practice_receipts_say_that_everything_arrived_as_it_was_sent(scene):
    student = scene.student()
    scene.outcome(student, description="原來的簡述")
    batch = scene.submitted()
    report = report_of(scene.imported(batch))
    (record,) = came_back(batch, student).records
    (row,) = batch.rows.all()
    headings = row.sheet.headings
    assert record.data == dict(zip(headings[2:], row.cells[2:], strict=True))
    assert (report.matched, list(report.missing)) == (1, [])
