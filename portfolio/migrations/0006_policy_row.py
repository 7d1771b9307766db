from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# Reasons that say what is wrong with the piece, never how good it is (rules E2).
REASONS = (
    "這份檔案不是本課程的作品，請確認課程後重新上傳。",
    "檔案無法開啟或內容不完整，請重新上傳。",
    "無法確認為本人作品，請與任課教師聯繫說明。",
    "簡述與檔案內容不符，請更正簡述。",
)


def load(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("portfolio", "PortfolioPolicy").objects.get_or_create(pk=1)
    template = apps.get_model("portfolio", "ReturnTemplate")
    for order, text in enumerate(REASONS, start=1):
        template.objects.get_or_create(owner=None, text=text, defaults={"order": order})


class Migration(migrations.Migration):
    """The school's own choices begin with their defaults, and a few factual reasons are offered."""

    dependencies = [("portfolio", "0005_daily_work")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
