"""Faults found in other schools' platforms, each a test by the number of its trap."""

import pytest

from tests.permissions.access import Answer, Role
from tests.permissions.visits import Visitors

pytestmark = pytest.mark.django_db

COLLEAGUES = (Role.OTHER_TEACHER, Role.OTHER_HOMEROOM, Role.DEPARTED, Role.COUNSELLOR)


@pytest.mark.parametrize("role", [Role.CLASSMATE, Role.EVENING_STUDENT, Role.OTHER_GUARDIAN])
@pytest.mark.parametrize("path", ["", "confirm/", "report/"])
def test_t4_a_students_receipts_do_not_open_for_whoever_asks_with_their_id(
    role: Role, path: str, visitors: Visitors
) -> None:
    address = f"/receipts/{visitors.scene.confirmation.pk}/{path}"
    body = {"student": visitors.scene.owner.pk, "reason": "missing", "explanation": "少一件"}
    visit = visitors.ask(role, "get" if path == "" else "post", address, body)
    assert (visit.status in (403, 404), visit.changed) == (True, False)
    assert "獨有".encode() not in visit.content


@pytest.mark.parametrize("role", COLLEAGUES)
@pytest.mark.parametrize("act", ["certify", "return"])
def test_t5_a_teacher_of_another_course_certifies_and_returns_nothing(
    role: Role, act: str, visitors: Visitors
) -> None:
    """Whatever the posted form says about who acts."""
    scene = visitors.scene
    teacher = scene.outcome.enrolment.section.teacher
    body = {"reason": "檔案不完整", "teacher": teacher.pk, "by": teacher.pk, "decided_by": teacher.pk}
    visit = visitors.ask(role, "post", f"/certification/{scene.outcome.pk}/{act}/", body)
    assert not visit.problem(Answer.REFUSED)


@pytest.mark.parametrize("role", COLLEAGUES)
def test_t6_a_file_is_not_served_to_a_teacher_who_is_not_of_this_course(
    role: Role, visitors: Visitors
) -> None:
    for file in (visitors.scene.outcome_file, visitors.scene.performance_file):
        for way in ("", "?download=1"):
            visit = visitors.ask(role, "get", f"/portfolio/files/{file.pk}/{way}")
            assert not visit.problem(Answer.MISSING)
            assert b"%PDF" not in visit.content


def test_t6_the_teacher_of_this_course_gets_its_file_and_no_other_of_the_student(visitors: Visitors) -> None:
    scene = visitors.scene
    visit = visitors.ask(Role.TEACHER, "get", f"/portfolio/files/{scene.outcome_file.pk}/")
    assert visit.content.startswith(b"%PDF")
    other = visitors.ask(Role.TEACHER, "get", f"/portfolio/files/{scene.performance_file.pk}/")
    assert not other.problem(Answer.MISSING)
