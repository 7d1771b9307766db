"""What administrators post to the pages that every kind of record has in the admin."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import Model
from django.test import Client

from accounts.domain.division import Division
from accounts.models import Duty, Office, Post
from accounts.models.duties import DutyCode
from tests.admin_pages import filled
from tests.permissions.access import Role
from tests.permissions.scene import PermissionScene

Body = dict[str, Any]
NEW_PASSWORD = "Other-Invented-9-Words"
REASON = "核對資料"

# Record → what is typed into the empty form of a new one.
ADDED: dict[str, Callable[[PermissionScene], Body]] = {
    "accounts/absence": lambda scene: {
        "user": scene.users[Role.PRINCIPAL].pk,
        "starts_on": "2024-11-04",
        "ends_on": "2024-11-05",
        "reason": "公假",
    },
    "accounts/classplacement": lambda scene: {
        "school_class": scene.class_112.pk,
        "student": scene.bystander.pk,
        "seat_number": 40,
    },
    "accounts/duty": lambda scene: {**_free_duty(), "owner": _first(Post)},
    "accounts/guardianship": lambda scene: {
        "student": scene.owner.pk,
        "guardian": scene.users[Role.OTHER_GUARDIAN].pk,
        "relation": "parent",
        "starts_on": "2024-08-01",
    },
    "accounts/office": lambda scene: {"code": "reading-room", "name": "圖書館", "division": "day"},
    "accounts/post": lambda scene: {
        "code": "librarian",
        "name": "圖書館主任",
        "office": _first(Office),
    },
    "accounts/postholding": lambda scene: {
        "post": scene.staff["secretary"].holdings.get().post_id,
        "user": scene.other_teacher.pk,
        "starts_on": "2012-08-01",
        "ends_on": "2015-07-31",
    },
    "accounts/schoolclass": lambda scene: {
        "school_year": 113,
        "division": "day",
        "grade": 2,
        "name": "資訊二戊",
        "letter_batch": 1,
    },
    "accounts/student": lambda scene: {
        "user": scene.other_teacher.pk,
        "student_number": "1179998",
        "birth_date": "2008-05-01",
        "national_id": "A123456789",
    },
    "accounts/user": lambda scene: {
        "username": "newcomer",
        "name": "新進教師",
        "email": "newcomer@example.edu.tw",
        "usable_password": "true",
        "password1": NEW_PASSWORD,
        "password2": NEW_PASSWORD,
        "trail_reason": "新進教師",
    },
    "portfolio/classcounsellor": lambda scene: {
        "school_class": scene.class_112.pk,
        "counsellor": scene.other_teacher.pk,
    },
    "portfolio/codeentry": lambda scene: {
        "code_list": "幹部等級",
        "code": "99",
        "label": "其他",
        "position": 99,
    },
    "portfolio/course": lambda scene: {
        "code": "113999999V2130521100099",
        "name": "微電腦",
        "grade": 2,
        "credits": 2,
    },
    "portfolio/coursesection": lambda scene: {
        "course": scene.outcome.enrolment.section.course_id,
        "term": scene.term.pk,
        "division": "day",
        "group": "戊",
        "teacher": scene.other_teacher.pk,
    },
    "portfolio/enrolment": lambda scene: {
        "student": scene.owner.pk,
        "section": scene.decided_outcome.enrolment.section_id,
        "kind": "regular",
    },
    "portfolio/filelimit": lambda scene: {"slot": "document", "max_bytes": 1},
    "portfolio/returntemplate": lambda scene: {
        "owner": scene.users[Role.TEACHER].pk,
        "text": "附件打不開。",
        "order": 2,
    },
    "schedules/holiday": lambda scene: {"day": "2024-10-31", "name": "校慶"},
    "schedules/ruleversion": lambda scene: {
        "title": "新版補充規定",
        "approved_by": "school_affairs_meeting",
        "approved_on": "2030-06-30",
        "effective_from": "2030-08-01",
    },
    "schedules/term": lambda scene: {"school_year": 116, "number": 1},
}


def _free_duty() -> Body:
    """A row that the annex has not got."""
    taken = set(Duty.objects.values_list("code", "division"))
    free = [(code, division) for code in DutyCode.values for division in Division.values]
    code, division = next(each for each in free if each not in taken)
    return {"code": code, "division": division}


def _first(model: type[Model]) -> int:
    return int(model._default_manager.values_list("pk", flat=True)[0])


def admin_body(kind: str, record: str, address: str, scene: PermissionScene, administrator: Client) -> Body:
    """What `administrator` posts to a page of `record`; making it up leaves nothing behind."""
    with _taken_back():
        if kind == "add":
            return filled(administrator, address) | ADDED[record](scene)
        if kind == "change":
            return filled(administrator, address)
        export = administrator.post(f"/admin/{record}/export/", {"format": "0", "resource": "0"})
        file = SimpleUploadedFile("清單.xlsx", export.content)
        body = {"import_file": file, "resource": "0"}
        if kind == "import":
            return body
        form = administrator.post(f"/admin/{record}/import/", body).context["confirm_form"]
        return {bound.name: bound.value() for bound in form}


@contextmanager
def _taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
