import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portfolio", "0008_taken_back_and_reports"),
    ]

    operations = [
        migrations.CreateModel(
            name="OutcomeRevision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("description", models.CharField(max_length=100, verbose_name="修改前的簡述")),
                ("revised_at", models.DateTimeField(verbose_name="修改時間")),
                (
                    "outcome",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to="portfolio.courseoutcome",
                        verbose_name="課程學習成果",
                    ),
                ),
            ],
            options={
                "verbose_name": "課程學習成果的修改",
                "verbose_name_plural": "課程學習成果的修改",
                "ordering": ("revised_at", "pk"),
            },
        ),
        migrations.RemoveConstraint(
            model_name="uploaddraft",
            name="one_draft_per_course",
        ),
        migrations.AddField(
            model_name="attachment",
            name="remarks",
            field=models.JSONField(blank=True, default=list, verbose_name="檔案的提醒"),
        ),
        migrations.AddField(
            model_name="uploaddraft",
            name="outcome",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="draft",
                to="portfolio.courseoutcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="uploaddraft",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome", None), ("enrolment__isnull", False), _connector="OR"),
                name="draft_of_an_outcome_has_its_course",
            ),
        ),
        migrations.AddConstraint(
            model_name="uploaddraft",
            constraint=models.UniqueConstraint(
                condition=models.Q(("enrolment__isnull", False), ("outcome", None)),
                fields=("student", "enrolment"),
                name="one_draft_per_course",
            ),
        ),
    ]
