import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def person(label: str) -> models.ForeignKey:
    return models.ForeignKey(
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
        verbose_name=label,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_list_uploads_by_file"),
        ("portfolio", "0007_class_counsellors"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("certification", "taken_back_by", person("收回者")),
        migrations.AddField("certification", "taken_back_for", person("收回的代理對象")),
        migrations.AddField(
            "certification",
            "taken_back_reason",
            models.CharField(blank=True, max_length=200, verbose_name="收回原因"),
        ),
        migrations.AddConstraint(
            "certification",
            models.CheckConstraint(
                condition=models.Q(taken_back_by=None, taken_back_for=None, taken_back_reason="")
                | models.Q(taken_back_by__isnull=False, voided_at__isnull=False),
                name="taken_back_by_somebody_at_some_time",
            ),
        ),
        *(
            migrations.AddField(
                model,
                "proxy_standing",
                models.CharField(blank=True, max_length=100, verbose_name="代為上傳身分"),
            )
            for model in ("courseoutcome", "diverseperformance")
        ),
        migrations.CreateModel(
            name="RecordReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "division",
                    models.CharField(
                        choices=[("day", "日間部"), ("evening", "進修部")],
                        max_length=10,
                        verbose_name="部別",
                    ),
                ),
                ("explanation", models.CharField(max_length=200, verbose_name="哪裡有錯")),
                ("reported_at", models.DateTimeField(verbose_name="回報時間")),
                (
                    "finding",
                    models.CharField(
                        blank=True,
                        choices=[("corrected", "已更正"), ("right", "查證後資料無誤")],
                        max_length=10,
                        verbose_name="查證結果",
                    ),
                ),
                ("answer", models.CharField(blank=True, max_length=200, verbose_name="查證說明")),
                ("answered_at", models.DateTimeField(null=True, verbose_name="回覆時間")),
                ("answered_by", person("回覆者")),
                ("answered_for", person("代理對象")),
                (
                    "student",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="record_reports",
                        to="accounts.student",
                        verbose_name="學生",
                    ),
                ),
                (
                    "grade",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="portfolio.grade",
                        verbose_name="成績",
                    ),
                ),
                (
                    "cadre",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="portfolio.cadrerecord",
                        verbose_name="幹部經歷",
                    ),
                ),
            ],
            options={
                "verbose_name": "成績與幹部經歷的回報",
                "verbose_name_plural": "成績與幹部經歷的回報",
                "ordering": (
                    models.OrderBy(models.F("answered_at"), descending=True, nulls_first=True),
                    "reported_at",
                    "pk",
                ),
            },
        ),
        migrations.AddIndex(
            "recordreport", models.Index(fields=["division", "answered_at"], name="report_by_division")
        ),
        migrations.AddConstraint(
            "recordreport",
            models.CheckConstraint(
                condition=models.Q(grade=None, cadre__isnull=False)
                | models.Q(grade__isnull=False, cadre=None),
                name="report_is_about_one_record",
            ),
        ),
        migrations.AddConstraint(
            "recordreport",
            models.CheckConstraint(
                condition=models.Q(answered_at=None, answered_by=None, finding="")
                | (
                    models.Q(answered_at__isnull=False, answered_by__isnull=False)
                    & ~models.Q(finding="")
                    & ~models.Q(answer="")
                ),
                name="report_is_answered_with_a_finding",
            ),
        ),
    ]
