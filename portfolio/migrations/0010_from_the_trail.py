from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

UPLOADS = {
    "upload_outcome": ("CourseOutcome", "portfolio.courseoutcome"),
    "upload_performance": ("DiversePerformance", "portfolio.diverseperformance"),
}


def from_the_trail(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What until now stood on the trail alone, which a school may cut off after some months."""
    trail = apps.get_model("accounts", "AuditEntry")
    _taken_back(apps, trail.objects.filter(act="undo_decision"))
    for act, (model, object_type) in UPLOADS.items():
        helped = apps.get_model("portfolio", model).objects.exclude(proxy_reason="")
        for pk in helped.values_list("pk", flat=True):
            uploads = trail.objects.filter(act=act, object_type=object_type, object_id=str(pk))
            standing = uploads.order_by("pk").values_list("standing", flat=True).first() or ""
            helped.filter(pk=pk).update(proxy_standing=standing)
    for entry in trail.objects.filter(act="report_record_error").order_by("at", "pk"):
        _report(apps, entry)


def _taken_back(apps: Apps, entries: Any) -> None:
    decisions = apps.get_model("portfolio", "Certification").objects
    for entry in entries.exclude(actor=None):
        decisions.filter(outcome=int(entry.object_id), voided_at=entry.at).update(
            taken_back_by=entry.actor_id,
            taken_back_for=entry.on_behalf_of_id,
            taken_back_reason=entry.reason[:200],
        )


def _report(apps: Apps, entry: Any) -> None:
    kind = "grade" if entry.object_type == "portfolio.grade" else "cadre"
    model = apps.get_model("portfolio", "Grade" if kind == "grade" else "CadreRecord")
    record = model.objects.select_related("term").filter(pk=int(entry.object_id)).first()
    if record is None:
        return
    apps.get_model("portfolio", "RecordReport").objects.create(
        student_id=record.student_id,
        division=record.division if kind == "grade" else _division(apps, record),
        explanation=entry.reason[:200],
        reported_at=entry.at,
        **{kind: record},
    )


def _division(apps: Apps, record: Any) -> str:
    placements = apps.get_model("accounts", "ClassPlacement").objects
    placement = placements.filter(student=record.student_id, school_year=record.term.school_year)
    return placement.values_list("school_class__division", flat=True).first() or "day"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_list_uploads_by_file"),
        ("portfolio", "0009_corrections_and_remarks"),
    ]
    operations = [migrations.RunPython(from_the_trail, migrations.RunPython.noop)]
