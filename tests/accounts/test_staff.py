"""Who counts as working at the school: what the staff's security rules and drafts are for."""

import pytest

from accounts.domain.division import Division
from accounts.models import Guardianship, User
from accounts.models.duties import DutyCode
from accounts.models.guardians import Relation
from accounts.staff import is_staff_member
from tests.factories import SchoolClassFactory, SectionFactory, StudentFactory, UserFactory, holder_of
from tests.moments import day

pytestmark = pytest.mark.django_db


def with_a_child_here(user: User) -> User:
    Guardianship.objects.create(
        guardian=user, student=StudentFactory.create(), relation=Relation.PARENT, starts_on=day("2024-08-01")
    )
    return user


def test_a_student_and_a_mere_parent_do_not_work_here() -> None:
    assert not is_staff_member(StudentFactory.create().user)
    assert not is_staff_member(with_a_child_here(UserFactory.create()))
    assert is_staff_member(UserFactory.create())


def test_a_parent_who_teaches_has_a_class_or_holds_a_post_works_here() -> None:
    teacher, homeroom = UserFactory.create(), UserFactory.create()
    SectionFactory.create(teacher=teacher)
    SchoolClassFactory.create(homeroom_teacher=homeroom)
    clerk = holder_of(DutyCode.BASIC_DATA, Division.DAY)
    assert all(is_staff_member(with_a_child_here(user)) for user in (teacher, homeroom, clerk))
