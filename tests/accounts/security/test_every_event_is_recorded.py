"""Every event that the baseline names is on the trail, with who, when and from where (A1, B2, B3)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import trail_seal
from accounts.acts import AccountAct, label
from accounts.models import AuditEntry, User
from schedules.models import Holiday
from tests.accounts.security.world import NOW, WHY, World
from tests.admin_pages import said, save
from tests.conftest import SetClock
from tests.moments import day

pytestmark = pytest.mark.django_db

# What happens, and under which act it is found.
EVENTS: dict[str, tuple[Callable[[World], None], str]] = {
    "sign-in": (World.sign_in, "sign_in"),
    "failed sign-in": (World.sign_in_wrongly, "sign_in_failed"),
    "lockout": (World.sign_in_wrongly_often, "lock_sign_in"),
    "sign-out": (World.sign_out, "sign_out"),
    "password change": (World.change_password, "change_password"),
    "password set by an administrator": (World.set_password_for_another, "change_password"),
    "password set on the server": (World.set_password_on_the_server, "change_password"),
    "account created": (World.add_account, "admin_add"),
    "account changed": (World.correct_account, "admin_change"),
    "account disabled": (World.disable_account, "disable_account"),
    "account disabled by a list": (World.disable_account_by_list, "disable_account"),
    "account enabled": (World.enable_account, "enable_account"),
    "administration granted": (World.grant_administration, "change_privileges"),
    "administrator made on the server": (World.make_administrator_on_the_server, "change_privileges"),
    "post given": (World.give_a_post, "admin_add"),
    "settings changed": (World.change_settings, "admin_change"),
    "something deleted": (World.delete_something, "admin_delete"),
    "trail purged": (World.purge_the_trail, "purge_trail"),
    "student's record viewed": (World.look_at_a_student, "view_record"),
    "account viewed in the admin": (World.look_at_an_account_in_the_admin, "view_record"),
    "piece viewed in the admin": (World.look_at_a_piece_in_the_admin, "view_record"),
    "student viewed by a parent": (World.look_as_a_parent, "view_record"),
    "frozen rows viewed": (World.look_at_what_was_frozen, "view_record"),
    "confirmations viewed": (World.look_at_who_confirmed, "view_record"),
    "national ID viewed": (World.look_at_a_national_id, "view_national_id"),
    "file viewed": (World.look_at_a_file, "view_file"),
    "list exported": (World.export_a_list, "export_list"),
    "trail exported": (World.export_the_trail, "export_trail"),
    "accounts exported": (World.export_the_accounts, "export_review_list"),
    "review signed off": (World.sign_off_a_review, "sign_off_review"),
    "roster built": (World.take_out_the_roster, "export_batch"),
    "roster downloaded": (World.take_out_the_roster, "download_export"),
    "outcome uploaded": (World.upload, "upload_outcome"),
    "performance uploaded": (World.upload_performance, "upload_performance"),
    "outcome revised": (World.revise, "revise_outcome"),
    "outcome withdrawn": (World.withdraw, "withdraw_outcome"),
    "certified": (World.certify, "certify"),
    "returned": (World.return_it, "return"),
    "selected": (World.select, "select"),
    "batch created": (World.submit, "create_batch"),
    "batch frozen": (World.submit, "freeze_batch"),
    "submitted": (World.submit, "mark_submitted"),
    "receipts imported": (World.import_receipts, "import_receipts"),
    "list imported": (World.import_a_list, "import_classes"),
    "receipt confirmed": (World.answer, "confirm_receipt"),
    "receipt disputed": (World.dispute, "dispute_receipt"),
    "window overridden": (World.override, "override_window"),
    "extension granted": (World.extend, "grant_extension"),
    "extension withdrawn": (World.take_the_extension_back, "withdraw_extension"),
    "delegation begun": (World.delegate, "record_absence"),
    "delegation ended": (World.end_the_delegation, "end_absence"),
    "done on behalf of a student": (World.select_for_another, "select"),
}


@pytest.fixture
def world(client_of: Callable[[User], Client], set_clock: SetClock) -> World:
    set_clock(NOW)
    return World(client_of)


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_is_on_the_trail(world: World, event: str) -> None:
    happen, act = EVENTS[event]
    happen(world)
    entry = AuditEntry.objects.filter(act=act).first()
    assert entry, set(AuditEntry.objects.values_list("act", flat=True))
    assert trail_seal.is_genuine(entry)
    assert label(act) != act, "known in words"


@pytest.mark.parametrize(
    "event",
    ["account created", "account disabled", "account enabled", "administration granted", "account changed"],
)
def test_what_is_done_to_an_account_has_an_actor_and_a_reason(world: World, event: str) -> None:
    happen, act = EVENTS[event]
    happen(world)
    entry = AuditEntry.objects.get(act=act)
    assert (entry.actor, entry.reason, entry.object_type) == (world.admin, WHY, "accounts.user")
    assert "trail_reason" not in entry.changes


@pytest.mark.parametrize(
    "change", [{"is_active": ""}, {"is_superuser": "on"}, {"is_staff": "on"}, {"expires_at_0": "2025-01-01"}]
)
def test_nobody_is_kept_out_or_given_the_keys_without_a_reason(world: World, change: dict[str, str]) -> None:
    address = reverse("admin:accounts_user_change", args=[world.teacher.pk])
    times = {"expires_at_1": "00:00:00"} if "expires_at_0" in change else {}
    client = world.client_of(world.admin)
    response = save(client, address, **change, **times)
    assert "請填寫啟用、停用、變更到期時間或管理權限的理由。" in said(client, response)
    person = User.objects.get(pk=world.teacher.pk)
    assert (person.is_active, person.is_staff, person.is_superuser, person.expires_at) == (
        True,
        False,
        False,
        None,
    )


def test_nor_is_an_account_made_without_one(world: World) -> None:
    new = {"username": "new", "name": "新老師", "usable_password": "false"}
    save(world.client_of(world.admin), reverse("admin:accounts_user_add"), **new)
    assert not User.objects.filter(username="new").exists()


def test_a_person_with_records_is_not_deleted(world: World) -> None:
    world.upload()
    with pytest.raises(IntegrityError), transaction.atomic():
        world.student.user.delete()
    address = reverse("admin:accounts_user_delete", args=[world.student.user.pk])
    assert world.client_of(world.admin).post(address, {"post": "yes"}).status_code == 403


def test_what_is_done_for_somebody_says_for_whom(world: World) -> None:
    world.select_for_another()
    entry = AuditEntry.objects.get(act="select")
    assert entry.on_behalf_of == world.student.user
    assert (entry.actor != world.student.user, entry.reason) == (True, WHY)


def test_an_entry_says_when_in_utc_and_from_where(world: World) -> None:
    client = world.client_of(world.registrar)
    client.get(reverse("people:student", args=[world.student.pk]), REMOTE_ADDR="203.0.113.7")
    entry = AuditEntry.objects.get(act=AccountAct.VIEW_RECORD)
    assert entry.address == "203.0.113.7"
    assert entry.at == NOW
    assert entry.at.utcoffset() == timedelta(0) == timezone.now().utcoffset(), "stored as UTC"


def test_a_page_that_is_loaded_again_is_one_look(world: World, set_clock: SetClock) -> None:
    world.look_at_a_student()
    world.look_at_a_student()
    assert AuditEntry.objects.filter(act=AccountAct.VIEW_RECORD).count() == 1
    set_clock(NOW + timedelta(minutes=11))
    world.look_at_a_student()
    assert AuditEntry.objects.filter(act=AccountAct.VIEW_RECORD).count() == 2


def test_when_the_trail_cannot_be_written_the_account_stays_as_it_is(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = reverse("admin:accounts_user_change", args=[world.teacher.pk])
    client = world.client_of(world.admin)

    def disk_is_full(*args: object, **kwargs: object) -> None:
        raise DatabaseError

    save(client, address)  # so that the look at the page is on the trail already
    monkeypatch.setattr(AuditEntry, "save", disk_is_full)
    with pytest.raises(DatabaseError):
        save(client, address, is_active="", trail_reason=WHY)
    assert User.objects.get(pk=world.teacher.pk).is_active


def test_when_the_trail_cannot_be_written_nothing_is_deleted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = Holiday.objects.create(day=day("2024-10-11"), name="多填的假日")

    def disk_is_full(*args: object, **kwargs: object) -> None:
        raise DatabaseError

    client = world.client_of(world.admin)
    monkeypatch.setattr(AuditEntry, "save", disk_is_full)
    with pytest.raises(DatabaseError):
        client.post(reverse("admin:schedules_holiday_delete", args=[row.pk]), {"post": "yes"})
    assert Holiday.objects.filter(pk=row.pk).exists()
