from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def load(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("accounts", "SecurityPolicy").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    """Every installation starts from the baseline's own numbers."""

    dependencies = [("accounts", "0003_sign_in_and_lists")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
