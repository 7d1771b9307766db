"""Changing the key of personal data: all of it comes along, and the old key can be dropped."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import models

from accounts import personal_data
from accounts.models import AuditEntry, Student
from config import personal_data_rotation
from config.personal_data_rotation import KeyAct, encrypted_fields
from submissions.models import Batch, BatchRow
from tests.factories import StudentFactory, UserFactory
from tests.moments import at

pytestmark = pytest.mark.django_db
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture
def stored(settings):
    """Students and frozen rows under the old key; from then on the new one comes first."""
    settings.PERSONAL_DATA_KEYS = [OLD]
    students = StudentFactory.create_batch(5)
    batch = Batch.objects.create(
        roster_code="26",
        division="day",
        school_year=113,
        created_by=UserFactory.create(),
        created_at=at("2024-10-01"),
    )
    for position, student in enumerate(students, start=1):
        row = BatchRow(batch=batch, student=student, sheet_key="outcomes", position=position)
        row.cells = [student.national_id, "資料"]
        row.save()
    settings.PERSONAL_DATA_KEYS = [NEW, OLD]
    return {student.pk: student.national_id for student in students}


def rotate(capsys):
    call_command("rotate_personal_data_keys")
    return capsys.readouterr().out


def test_afterwards_the_old_key_can_be_dropped(stored, settings, capsys):
    said = rotate(capsys)
    assert "accounts.Student.national_id_cipher：重新加密 5，已是新金鑰 0，無法解密 0" in said
    assert "submissions.BatchRow.cells_cipher：重新加密 5，已是新金鑰 0，無法解密 0" in said
    settings.PERSONAL_DATA_KEYS = [NEW]
    assert {student.pk: student.national_id for student in Student.objects.all()} == stored
    assert {row.student_id: row.cells[0] for row in BatchRow.objects.all()} == stored


def test_before_it_the_old_key_cannot(stored, settings):
    settings.PERSONAL_DATA_KEYS = [NEW]
    with pytest.raises(InvalidToken):
        _ = Student.objects.earliest("pk").national_id


def test_students_are_still_found_by_their_number(stored, capsys):
    rotate(capsys)
    for pk, number in stored.items():
        assert Student.objects.get(national_id_hash=personal_data.look_up_hash(number)).pk == pk


def test_a_second_run_has_nothing_left_to_do(stored, capsys):
    rotate(capsys)
    before = list(Student.objects.order_by("pk").values_list("national_id_cipher"))
    assert "accounts.Student.national_id_cipher：重新加密 0，已是新金鑰 5" in rotate(capsys)
    assert list(Student.objects.order_by("pk").values_list("national_id_cipher")) == before


def test_a_run_that_was_cut_short_goes_on_where_it_was_left(stored, settings, capsys, monkeypatch):
    monkeypatch.setattr(personal_data_rotation, "BATCH", 2)
    renewed, calls = personal_data.renewed, []

    def failing(cipher):
        calls.append(cipher)
        if len(calls) == 4:
            raise OSError("power cut")
        return renewed(cipher)

    monkeypatch.setattr(personal_data, "renewed", failing)
    with pytest.raises(OSError, match="power cut"):
        rotate(capsys)
    said = rotate(capsys)
    names = ("accounts.Student.national_id_cipher", "submissions.BatchRow.cells_cipher")
    assert sum(f"{name}：重新加密 3，已是新金鑰 2" in said for name in names) == 1
    settings.PERSONAL_DATA_KEYS = [NEW]
    assert {student.pk: student.national_id for student in Student.objects.all()} == stored
    assert {row.student_id: row.cells[0] for row in BatchRow.objects.all()} == stored


def test_what_fits_no_key_is_left_named_and_the_command_fails(stored, capsys):
    lost = Student.objects.earliest("pk")
    cipher = Fernet(Fernet.generate_key()).encrypt(b"A123456789").decode()
    Student.objects.filter(pk=lost.pk).update(national_id_cipher=cipher)
    with pytest.raises(CommandError, match=f"編號 {lost.pk}…），請勿移除舊金鑰"):
        rotate(capsys)
    lost.refresh_from_db()
    assert lost.national_id_cipher == cipher
    assert Student.objects.exclude(pk=lost.pk).earliest("pk").national_id in stored.values()


def test_it_is_on_the_trail_without_a_number(stored, capsys):
    rotate(capsys)
    entry = AuditEntry.objects.get(act=KeyAct.ROTATE_KEYS)
    assert entry.changes["accounts.Student.national_id_cipher"] == {"renewed": 5, "unreadable": 0}
    assert not any(number in str(entry.changes) for number in stored.values())


def test_second_factors_come_along(settings, capsys):
    settings.PERSONAL_DATA_KEYS = [OLD]
    user, secret = UserFactory.create(), generate_totp_secret()
    TOTP.activate(user, secret)
    codes = RecoveryCodes.activate(user).generate_codes()
    settings.PERSONAL_DATA_KEYS = [NEW, OLD]
    assert "mfa.Authenticator.data：重新加密 2，已是新金鑰 0，無法解密 0" in rotate(capsys)
    assert "mfa.Authenticator.data：重新加密 0，已是新金鑰 2，無法解密 0" in rotate(capsys)
    settings.PERSONAL_DATA_KEYS = [NEW]
    app, recovery = (factor.wrap() for factor in Authenticator.objects.order_by("pk"))
    assert app.validate_code(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))
    assert recovery.get_unused_codes() == codes


def test_every_field_that_is_encrypted_is_found():
    found = {(model, name) for model, name in encrypted_fields()}
    assert {(Student, "national_id_cipher"), (BatchRow, "cells_cipher")} <= found
    text = {
        (model, column.name)
        for model in apps.get_models()
        for column in model._meta.concrete_fields
        if "cipher" in column.name or "encrypted" in column.name or "sealed" in column.name
        if isinstance(column, models.TextField)
    }
    assert text == found
