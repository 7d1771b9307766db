"""Code lists and file limits to begin with; afterwards the school edits them."""

from django.db import migrations

from portfolio.domain.code_lists import CODE_LISTS

MEGABYTE = 1024 * 1024
LIMITS = [("document", 4 * MEGABYTE), ("av", 10 * MEGABYTE)]


def load(apps, schema_editor):
    CodeEntry = apps.get_model("portfolio", "CodeEntry")
    CodeEntry.objects.bulk_create(
        CodeEntry(code_list=name, code=code, label=label, position=position)
        for name, entries in CODE_LISTS.items()
        for position, (code, label) in enumerate(entries)
    )
    FileLimit = apps.get_model("portfolio", "FileLimit")
    FileLimit.objects.bulk_create(
        FileLimit(slot=slot, max_bytes=size, article="國教署 109 學年度起檔案大小上限")
        for slot, size in LIMITS
    )


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
