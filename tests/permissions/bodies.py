"""What is posted to each address: what the person concerned would send themselves."""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from portfolio.domain.categories import CATEGORIES
from tests.accounts import lists
from tests.factories import PASSWORD, uploaded_pdf
from tests.permissions.access import Role
from tests.permissions.scene import PermissionScene
from tests.portfolio.test_performance_pages import filled
from tests.submissions.scene import practice_file

Body = dict[str, Any]
NEW_PASSWORD = "Other-Invented-9-Words"
CADRE_POST = {
    "unit": "學生會",
    "title": "會長",
    "level": "1",
    "starts_on": "2024-09-02",
    "ends_on": "2025-01-20",
}
HELPED = {"proxy_reason": "住院沒有網路"}
BODIES: dict[str, Callable[[PermissionScene], Body]] = {
    "": lambda scene: {},
    "language": lambda scene: {"language": "en"},
    "mail_choice": lambda scene: {"choice": "daily"},
    "wrong_password": lambda scene: {"username": scene.owner.user.username, "password": "wrong"},
    "password": lambda scene: {"password": PASSWORD},
    "password_change": lambda scene: {
        "old_password": PASSWORD,
        "new_password1": NEW_PASSWORD,
        "new_password2": NEW_PASSWORD,
    },
    "unknown_email": lambda scene: {"email": "nobody@example.edu.tw"},
    "explanation": lambda scene: {"explanation": "成績應為 78 分"},
    "slips": lambda scene: {"students": [scene.owner.pk], "reason": "首次發放"},
    "confirmed_upload": lambda scene: {"shown": scene.confirmed_upload.counts["fingerprint"]},
    "cadre": lambda scene: {
        "term": scene.term.pk,
        "student_number": scene.owner.student_number,
        **CADRE_POST,
    },
    "cadre_correction": lambda scene: {**CADRE_POST, "reason": "學生回報"},
    "cadre_withdrawal": lambda scene: {"withdraw-reason": "登錄重複"},
    "announcement": lambda scene: {
        "office": scene.announcement.office_id,
        "audience": "students",
        "division": "day",
        "subject": "選課說明會",
        "shown_until": "2024-10-31",
    },
    "consultation": lambda scene: {
        "form": "individual",
        "held_on": "2024-10-09",
        "starts_at": "12:20",
        "ends_at": "12:50",
        "place": "諮商室",
        "students": [scene.owner.pk],
        "content": "討論選修課",
        "advice": "先修數學",
    },
    "export": lambda scene: {"format": "csv"},
    "admin_export": lambda scene: {"format": "0", "resource": "0"},
    "confirmed_deletion": lambda scene: {"post": "yes"},
    "password_set": lambda scene: {
        "usable_password": "true",
        "password1": NEW_PASSWORD,
        "password2": NEW_PASSWORD,
    },
    "override": lambda scene: {"opens_on": "2024-09-02", "closes_on": "2025-02-14", "reason": "配合段考"},
    "holidays_of_a_year": lambda scene: {"year": "115"},
    "reason": lambda scene: {"reason": "核對資料"},
    "proxy_reason": lambda scene: HELPED,
    "return": lambda scene: {"reason": "檔案不完整"},
    "return_template": lambda scene: {"text": "簡述與檔案不符。"},
    "ticked": lambda scene: {"outcome": [scene.outcome.pk]},
    "undo": lambda scene: {"undo_reason": "點錯了"},
    "outcome": lambda scene: {
        "enrolment": scene.outcome.enrolment_id,
        "description": "新的簡述",
        "document": uploaded_pdf("新作品"),
        **HELPED,
    },
    "draft": lambda scene: {"enrolment": scene.outcome.enrolment_id, "description": "接著寫的草稿"},
    "revision": lambda scene: {"description": "改過的簡述"},
    "performance": lambda scene: {
        **filled(CATEGORIES[scene.category]),
        "description": "我的心得",
        "document": uploaded_pdf("新表現"),
        **HELPED,
    },
    "selection": lambda scene: {
        "outcomes": [scene.certified.pk],
        "performances": [scene.unselected.pk],
        **HELPED,
    },
    "report_answer": lambda scene: {"finding": "right", "answer": "與名冊相符。"},
    "report": lambda scene: {"reason": "missing", "explanation": "少一件作品", **HELPED},
    "class_reminder": lambda scene: {"kind": f"window-{scene.window.pk}"},
    "extension": lambda scene: {
        "window": scene.window.pk,
        "classes": [scene.school_class.pk],
        "closes_on": "2025-02-14",
        "reason": "住院",
    },
    "departure": lambda scene: {
        "step": "save",
        "leaves_on": "2024-10-31",
        "kept_until": "2025-02-10",
        "reason": "退休",
    },
    "new_batch": lambda scene: {"roster": "26-day", "school_year": "113"},
    "submitted": lambda scene: {"submitted_on": "2024-10-07", "letter_number": "第 1 號"},
    "receipts": lambda scene: {
        "file": SimpleUploadedFile("收訖明細.zip", practice_file(scene.submitted_batch).read())
    },
    "opening": lambda scene: {"opens_on": "2024-10-14"},
    "absence_of_teacher": lambda scene: _absence(scene, Role.TEACHER),
    "absence_of_holder": lambda scene: _absence(scene, Role.DISCIPLINE_HEAD),
    "enrolment_change": lambda scene: {"kind": "suspended", "effective_on": "2024-10-09"},
    "class_list": lambda scene: {
        "act": scene.class_list_act,
        "file": SimpleUploadedFile(
            "班級.xlsx", lists.xlsx([["學年度", "部別", "年級", "班級"], [113, "日間部", 2, "資訊二甲"]])
        ),
    },
}


def _absence(scene: PermissionScene, role: Role) -> Body:
    return {
        "person": scene.users[role].pk,
        "starts_on": "2024-11-04",
        "ends_on": "2024-11-05",
        "reason": "公假",
        "confirmed": "1",
    }
