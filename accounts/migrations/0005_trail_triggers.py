from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# Each guard: its trigger, its table, and what a row must be like to be let go of (never to be changed).
GUARDS = (
    (
        "accounts_auditentry_kept",
        "accounts_auditentry",
        "OLD.at < (SELECT MAX(before) FROM accounts_trailpurge)",
    ),
    (
        "accounts_auditlink_kept",
        "accounts_auditlink",
        "OLD.position <= (SELECT MAX(last_position) FROM accounts_trailpurge)",
    ),
)
REFUSAL = "the trail is append-only"


def installing(vendor: str) -> list[str]:
    """What puts the guards up; those that are up already stay."""
    write = _postgresql if vendor == "postgresql" else _sqlite
    return [statement for guard in GUARDS for statement in write(*guard)]


def removing(vendor: str) -> list[str]:
    """What takes them down."""
    if vendor == "postgresql":
        return [f"DROP FUNCTION {name}() CASCADE" for name, __, __ in GUARDS]
    return [f"DROP TRIGGER IF EXISTS {name}_{act}" for name, __, __ in GUARDS for act in ("update", "delete")]


def _postgresql(name: str, table: str, may_go: str) -> list[str]:
    return [
        f"""
        CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' AND ({may_go}) THEN
                RETURN OLD;
            END IF;
            RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation';
        END
        $$""",
        f"DROP TRIGGER IF EXISTS {name} ON {table}",
        f"CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


def _sqlite(name: str, table: str, may_go: str) -> list[str]:
    return [
        f"CREATE TRIGGER IF NOT EXISTS {name}_update BEFORE UPDATE ON {table}"
        f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
        f"CREATE TRIGGER IF NOT EXISTS {name}_delete BEFORE DELETE ON {table} WHEN ({may_go}) IS NOT TRUE"
        f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    ]


def install(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in installing(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def remove(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in removing(schema_editor.connection.vendor):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    """The database itself refuses to change the trail, and to let go of what was not purged by its rules.

    On SQLite a migration that alters one of the three tables makes it anew, without triggers: it begins with
    `remove` and ends with `install`.
    """

    dependencies = [("accounts", "0005_announcements_and_language")]
    operations = [migrations.RunPython(install, remove)]
