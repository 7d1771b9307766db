"""National IDs: never in clear at rest, found by a keyed hash, readable across a change of key (F2)."""

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.db import IntegrityError, connection, transaction

from accounts import personal_data
from accounts.models import Student
from accounts.services import audit, notices
from tests.factories import StudentFactory
from tests.moments import at

NUMBER = "A123456789"
NOW = at("2024-10-01 09:00")


def whole_database() -> str:
    """Every row of every table, as text."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        texts = []
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  (its own names)
            texts += [str(row) for row in cursor.fetchall()]
    return "\n".join(texts)


@pytest.mark.django_db
def test_a_national_id_is_nowhere_in_the_database_in_clear():
    student = StudentFactory.create(national_id=NUMBER)
    audit.record("test_act", by=student.user, at=NOW, subject=student)
    notices.tell([student.user], key="test", subject=str(student), at=NOW)
    everything = whole_database()
    assert student.student_number in everything  # the look does reach the rows
    assert NUMBER not in everything
    assert NUMBER[1:] not in everything


@pytest.mark.django_db
def test_it_can_be_read_by_those_whose_duty_needs_it_and_is_masked_for_all_others():
    StudentFactory.create(national_id="a123456789 ")
    student = Student.objects.get()
    assert student.national_id == NUMBER
    assert student.masked_national_id == "A12****789"
    assert NUMBER not in f"{student} {student!r}"


@pytest.mark.django_db
def test_a_student_is_found_by_the_hash_of_the_number_however_it_was_typed():
    student = StudentFactory.create(national_id=NUMBER)
    StudentFactory.create()
    for typed in (NUMBER, "a123456789", f" {NUMBER} "):
        assert Student.objects.get(national_id_hash=personal_data.look_up_hash(typed)) == student
    assert not Student.objects.filter(national_id_hash=personal_data.look_up_hash("A123456788")).exists()


@pytest.mark.django_db
def test_two_students_never_share_a_national_id():
    StudentFactory.create(national_id=NUMBER)
    with pytest.raises(IntegrityError), transaction.atomic():
        StudentFactory.create(national_id=NUMBER.lower())


def test_the_hash_needs_the_key_of_the_installation(settings):
    before = personal_data.look_up_hash(NUMBER)
    settings.PERSONAL_DATA_HASH_KEY = "another-installation"
    assert personal_data.look_up_hash(NUMBER) != before


def test_the_same_number_is_encrypted_differently_every_time():
    assert personal_data.encrypt(NUMBER) != personal_data.encrypt(NUMBER)


@pytest.mark.django_db
def test_after_a_new_key_came_first_the_old_ones_data_stay_readable(settings):
    student = StudentFactory.create(national_id=NUMBER)
    old, new = settings.PERSONAL_DATA_KEYS[0], Fernet.generate_key().decode()
    settings.PERSONAL_DATA_KEYS = [new, old]
    student = Student.objects.get()
    assert student.national_id == NUMBER
    student.national_id = student.national_id
    student.save()
    settings.PERSONAL_DATA_KEYS = [new]
    assert Student.objects.get().national_id == NUMBER
    assert Student.objects.get(national_id_hash=personal_data.look_up_hash(NUMBER)) == student


def test_without_its_key_nothing_can_be_read(settings):
    cipher = personal_data.encrypt(NUMBER)
    settings.PERSONAL_DATA_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(InvalidToken):
        personal_data.decrypt(cipher)
