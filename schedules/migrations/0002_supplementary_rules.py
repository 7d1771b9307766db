"""The school's supplementary rules as data, version by version."""

from datetime import date

from django.db import migrations

ARTICLE = "第 11 點"
RECEIPTS = "第 6 點（三）"

VERSIONS = [
    # The source does not tell how the first version differed: it begins with the numbers known later.
    {
        "title": "108 年 9 月 4 日訂定",
        "approved_by": "school_affairs_meeting",
        "approved_on": date(2019, 9, 4),
        "effective_from": date(2019, 9, 4),
    },
    {
        "title": "112 年 1 月 19 日修正",
        "approved_by": "school_affairs_meeting",
        "approved_on": date(2023, 1, 19),
        "effective_from": date(2023, 1, 19),
    },
    # The working group passed it on 2024-10-21; it became a rule with the school affairs meeting at the
    # end of 113-1. What 113-1 already did by it, it did by override.
    {
        "title": "113 學年度第一學期期末修正",
        "approved_by": "school_affairs_meeting",
        "approved_on": date(2025, 1, 20),
        "effective_from": date(2025, 2, 1),
    },
]

# activity, opens from, closes from, count, unit, further fields
GENERAL = [
    ("basic_data", "term_opening", "term_opening", 2, "weeks", {}),
    ("cadre_records", "term_opening", "term_opening", 2, "months", {}),
    ("elective_names", "term_opening", "term_opening", 1, "months", {}),
    ("consultation", "consultation_end", "consultation_end", 2, "months", {}),
    ("grades", "final_exam_end", "final_exam_end", 2, "weeks", {}),
    ("outcome_upload", "term_opening", "closing_ceremony", 2, "weeks", {}),
    ("certification", "term_opening", "closing_ceremony", 3, "weeks", {}),
    (
        "selection",
        "term_opening",
        "term_opening",
        3,
        "weeks",
        {"subject": "last_year", "first_term_only": True},
    ),
    (
        "receipt_first",
        "own_opening",
        "own_opening",
        4,
        "days",
        {"counts_first_day": True, "article": RECEIPTS},
    ),
    (
        "receipt_later",
        "own_opening",
        "own_opening",
        2,
        "days",
        {"counts_first_day": True, "article": RECEIPTS},
    ),
]
GRADE3 = [
    ("outcome_upload", "term_opening", "letter_due", 3, "weeks", {}),
    ("certification", "term_opening", "letter_due", 3, "weeks", {}),
    ("performance_upload", "year_start", "letter_due", 3, "weeks", {}),
    ("selection", "outcome_upload_close", "letter_due", 2, "weeks", {"subject": "this_year"}),
]
UNTIL_AFTER_CLOSING = ("performance_upload", "term_opening", "closing_ceremony", 2, "weeks", {})
WHOLE_YEAR = ("performance_upload", "year_start", "year_end", 0, "days", {})
PERFORMANCE = [UNTIL_AFTER_CLOSING, UNTIL_AFTER_CLOSING, WHOLE_YEAR]
QUOTAS = [
    ("outcomes_per_term", 10, "第 5 點（三）1"),
    ("performances_per_year", 20, "第 5 點（四）"),
    ("selected_outcomes", 6, "第 6 點（一）"),
    ("selected_performances", 10, "第 6 點（一）"),
]


def _rule(row, **fixed):
    activity, opens_from, closes_from, count, unit, further = row
    return {
        "activity": activity,
        "opens_from": opens_from,
        "closes_from": closes_from,
        "count": count,
        "unit": unit,
        "article": ARTICLE,
        **fixed,
        **further,
    }


def load(apps, schema_editor):
    Version = apps.get_model("schedules", "RuleVersion")
    Rule = apps.get_model("schedules", "DeadlineRule")
    Quota = apps.get_model("schedules", "QuotaRule")
    for fields, performance in zip(VERSIONS, PERFORMANCE, strict=True):
        version = Version.objects.create(**fields)
        rules = [_rule(row) for row in [*GENERAL, performance]]
        rules += [_rule(row, grade3=True, closes_before=True) for row in GRADE3]
        Rule.objects.bulk_create(Rule(version=version, **rule) for rule in rules)
        Quota.objects.bulk_create(
            Quota(version=version, quota=quota, limit=limit, article=article)
            for quota, limit, article in QUOTAS
        )


class Migration(migrations.Migration):
    dependencies = [("schedules", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
