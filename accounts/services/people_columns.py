"""The columns of the list of people: students with their class and seat, and teachers."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy

from accounts.domain.division import Division
from accounts.domain.list_columns import ListColumn
from accounts.domain.list_values import AccountName, IdentityNumber, MailAddress, NumberBetween, ShortText
from accounts.list_cells import Choice, Day
from accounts.models.students import EnrolmentStatus


class Role(TextChoices):
    STUDENT = "student", gettext_lazy("學生")
    TEACHER = "teacher", gettext_lazy("教師")


OF_STUDENTS = ("student_number", "birth_date", "national_id")
PLACE = ("school_year", "division", "class_name", "seat_number")
STUDENTS_ONLY = (*OF_STUDENTS, *PLACE, "status")
_MOST_SEATS = 999
_STUDENTS_ONLY = gettext_lazy("新的學生必填，教師留空")
_PLACE_NOTE = gettext_lazy("學生的班級與座號：四欄一起填或一起留空")

COLUMNS = (
    ListColumn(
        "role",
        "身分",
        Choice(Role),
        ("人員類別", "身份"),
        example="學生",
        note=gettext_lazy("學生或教師"),
    ),
    ListColumn("name", "姓名", ShortText(50), ("中文姓名", "學生姓名"), example="陳宥安"),
    ListColumn(
        "username",
        "帳號",
        AccountName(150, optional=True),
        ("登入帳號",),
        needed=False,
        example="1130001",
        note=gettext_lazy("學生留空即以學號為帳號；教師必填"),
    ),
    ListColumn(
        "email",
        "電子郵件",
        MailAddress(254, optional=True),
        ("信箱", "電子信箱", "Email", "E-mail"),
        needed=False,
        example="1130001@example.edu.tw",
        note=gettext_lazy("可留空"),
    ),
    ListColumn(
        "student_number",
        "學號",
        AccountName(20, optional=True),
        ("學生學號",),
        needed=False,
        example="1130001",
        note=_STUDENTS_ONLY,
    ),
    ListColumn(
        "birth_date",
        "出生日期",
        Day(optional=True),
        ("生日", "出生年月日"),
        needed=False,
        example="097/03/15",
        note=_STUDENTS_ONLY,
    ),
    ListColumn(
        "national_id",
        "身分證號",
        IdentityNumber(optional=True),
        ("身分證字號", "身分證統一編號", "國民身分證統一編號", "身分證號／居留證號"),
        needed=False,
        example="A123456789",
        note=gettext_lazy("新的學生必填；已在系統的學生可留空，即不變"),
    ),
    ListColumn(
        "school_year",
        "學年度",
        NumberBetween(80, 300, optional=True),
        ("學年",),
        False,
        "113",
        _PLACE_NOTE,
    ),
    ListColumn(
        "division",
        "部別",
        Choice(Division, optional=True),
        ("學制", "日夜別"),
        False,
        "日間部",
        _PLACE_NOTE,
    ),
    ListColumn(
        "class_name",
        "班級",
        ShortText(20, optional=True),
        ("班級名稱", "班名"),
        False,
        "資訊一甲",
        _PLACE_NOTE,
    ),
    ListColumn(
        "seat_number",
        "座號",
        NumberBetween(1, _MOST_SEATS, optional=True),
        (),
        False,
        "1",
        _PLACE_NOTE,
    ),
    ListColumn(
        "status",
        "學籍狀態",
        Choice(EnrolmentStatus, optional=True),
        ("在學狀態", "在學狀況"),
        False,
        "在學",
        gettext_lazy("可留空，即不變（新的學生為在學）；有變動即登錄學籍異動，生效日為匯入當天"),
    ),
)
