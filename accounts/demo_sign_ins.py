"""The invented school's sign-ins, shown on the sign-in page where DEBUG is on and nowhere else."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PASSWORD = "demo-portfolio"

PEOPLE: dict[str, str | Promise] = {
    "student1": _("學生（日間部高二）"),
    "student2": _("學生（進修部高二）"),
    "guardian1": _("家長（student1 的父母）"),
    "teacher1": _("任課教師"),
    "homeroom1": _("導師（高二）"),
    "counsellor1": _("課程諮詢教師"),
    "registry1": _("教務處註冊組長"),
    "affairs1": _("學務處訓育組長"),
    "evening1": _("進修部教務組長"),
    "secretary1": _("秘書"),
    "admin": _("系統管理者"),
}
