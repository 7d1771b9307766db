from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import OuterRef, Subquery


def note_account_ends(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Departures so far have set the end that their accounts have now; what it was before is not known."""
    end = apps.get_model("accounts", "User").objects.filter(pk=OuterRef("user")).values("expires_at")
    apps.get_model("accounts", "Departure").objects.update(account_end=Subquery(end))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_list_uploads_by_file")]

    operations = [
        migrations.CreateModel(
            name="Alert",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=60)),
                ("subject", models.CharField(max_length=100, verbose_name="主旨")),
                ("body", models.TextField(verbose_name="內容")),
                ("raised_at", models.DateTimeField(verbose_name="發現時間")),
                ("mailing_since", models.DateTimeField(null=True)),
                ("told_at", models.DateTimeField(null=True, verbose_name="通知時間")),
            ],
            options={
                "verbose_name": "資安警示",
                "verbose_name_plural": "資安警示",
                "ordering": ("raised_at", "pk"),
                "indexes": [models.Index(fields=["key", "raised_at"], name="alert_by_key")],
            },
        ),
        migrations.AddField(
            model_name="departure",
            name="account_end",
            field=models.DateTimeField(editable=False, null=True, verbose_name="離職後帳號到期時間"),
        ),
        migrations.AddField(
            model_name="departure",
            name="former_end",
            field=models.DateTimeField(editable=False, null=True, verbose_name="原帳號到期時間"),
        ),
        migrations.AddField(
            model_name="notice",
            name="mailing_since",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.RunPython(note_account_ends, migrations.RunPython.noop, elidable=True),
    ]
