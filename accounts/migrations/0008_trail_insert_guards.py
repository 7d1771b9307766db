from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# Each guard: its trigger, its table, when it stands, and which row it does not let in.
GUARDS = (
    (
        "accounts_auditentry_kept_insert",
        "BEFORE INSERT ON accounts_auditentry",
        "EXISTS (SELECT 1 FROM accounts_auditentry WHERE id = NEW.id)",
    ),
    # Before the insert SQLite does not say which number a row will get.
    ("accounts_auditentry_numbered_insert", "AFTER INSERT ON accounts_auditentry", "NEW.id < 1"),
    (
        "accounts_auditlink_kept_insert",
        "BEFORE INSERT ON accounts_auditlink",
        "EXISTS (SELECT 1 FROM accounts_auditlink WHERE position = NEW.position OR entry_id = NEW.entry_id)",
    ),
)
REFUSAL = "the trail is append-only"


def install(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for name, moment, unwanted in GUARDS if schema_editor.connection.vendor == "sqlite" else ():
        schema_editor.execute(
            f"CREATE TRIGGER IF NOT EXISTS {name} {moment} WHEN {unwanted}"
            f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def remove(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for name, __, __ in GUARDS if schema_editor.connection.vendor == "sqlite" else ():
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")


class Migration(migrations.Migration):
    """SQLite also refuses INSERT OR REPLACE, which takes a row away without calling the triggers of 0005.

    A migration that alters one of the tables begins with `remove` and ends with `install`, here as there.
    """

    dependencies = [("accounts", "0007_alerts_and_account_ends")]
    operations = [migrations.RunPython(install, remove)]
