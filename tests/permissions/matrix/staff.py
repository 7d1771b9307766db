"""People: absences, students' basic data, lists from the school administration system."""

from tests.permissions.access import STAFF, Answer, Role, Row, done_by, only, roles

# Who keeps the day division's basic data.
KEEPERS = roles(Role.REGISTRY_CLERK, Role.ADMIN)
# Who imports some list; classes and people are imported by those who keep the basic data.
IMPORTERS = roles(
    Role.REGISTRY_CLERK,
    Role.INSTRUCTION_HEAD,
    Role.ACTIVITIES_HEAD,
    Role.DISCIPLINE_HEAD,
    Role.EVENING_ACADEMIC,
    Role.EVENING_AFFAIRS,
)
CLASS_IMPORTERS = roles(Role.REGISTRY_CLERK, Role.EVENING_ACADEMIC)
CLERK = roles(Role.REGISTRY_CLERK)
# Who keeps the day division's cadre records.
CADRE_KEEPERS = roles(Role.ACTIVITIES_HEAD, Role.DISCIPLINE_HEAD)
ANY_CADRE = CADRE_KEEPERS | {Role.EVENING_AFFAIRS}
EMPLOYED = STAFF | {Role.DEPARTED}
OF_TEACHER = roles(Role.TEACHER)
# The day division's post holders have their absences recorded by themselves, registry and administrators.
OF_HOLDER = roles(Role.DISCIPLINE_HEAD, Role.REGISTRY_HEAD, Role.ADMIN)

UPLOAD = {"pk": "upload"}
IMPORTS = [
    Row(
        "people/import/",
        "匯入名單（上傳：日間部班級）",
        get=only(IMPORTERS),
        post=done_by(CLERK, again=IMPORTERS - CLASS_IMPORTERS, refused=CLASS_IMPORTERS),
        body="class_list",
    ),
    Row("people/import/<int:pk>/", "檢視上傳的名單（本人上傳的）", UPLOAD, get=only(CLERK)),
    Row(
        "people/import/<int:pk>/progress/",
        "匯入進度（本人上傳的）",
        UPLOAD,
        get=only(CLERK, gives=Answer.ELSEWHERE),
    ),
    Row(
        "people/import/<int:pk>/confirm/",
        "確認匯入（本人上傳的）",
        {"pk": "confirmed_upload"},
        post=done_by(CLERK),
        body="confirmed_upload",
    ),
    Row(
        "people/import/<int:pk>/drop/",
        "放棄上傳（本人上傳的）",
        {"pk": "dropped_upload"},
        post=done_by(CLERK),
    ),
    Row(
        "people/import/<int:pk>/headings/",
        "上傳名單的欄位（沒有要問的）",
        UPLOAD,
        get=only(CLERK, gives=Answer.ELSEWHERE),
        post=only(CLERK, gives=Answer.ELSEWHERE),
    ),
    Row(
        "people/import/headings/<slug:act>/",
        "班級名單記住的欄位",
        {"act": "class_list_act"},
        get=only(CLASS_IMPORTERS),
        post=only(CLASS_IMPORTERS, gives=Answer.ELSEWHERE),
    ),
    Row(
        "people/import/template/<slug:act>/",
        "空白的班級名單",
        {"act": "class_list_act"},
        get=only(CLASS_IMPORTERS),
    ),
]
CADRE = [
    Row("cadre/", "幹部經歷", get=only(ANY_CADRE)),
    Row(
        "cadre/new/",
        "登錄日間部學生的幹部經歷",
        get=only(ANY_CADRE),
        post=done_by(CADRE_KEEPERS, again=roles(Role.EVENING_AFFAIRS)),
        body="cadre",
    ),
    Row("cadre/export/", "匯出自己部別的幹部經歷", post=only(ANY_CADRE), body="export"),
    Row(
        "cadre/<int:pk>/",
        "更正日間部學生的幹部經歷",
        {"pk": "cadre"},
        get=only(CADRE_KEEPERS),
        post=done_by(CADRE_KEEPERS),
        body="cadre_correction",
    ),
    Row(
        "cadre/<int:pk>/withdraw/",
        "撤銷日間部學生的幹部經歷",
        {"pk": "cadre"},
        post=done_by(CADRE_KEEPERS),
        body="cadre_withdrawal",
    ),
]
REPORTS = [
    Row("record-reports/", "學生回報的成績與幹部經歷", get=only(ANY_CADRE, CLERK, Role.EVENING_ACADEMIC)),
    Row(
        "record-reports/<int:pk>/",
        "回覆日間部成績的回報",
        {"pk": "grade_report"},
        get=only(CLERK),
        post=done_by(CLERK),
        body="report_answer",
    ),
    Row(
        "record-reports/<int:pk>/",
        "回覆日間部幹部經歷的回報",
        {"pk": "cadre_report"},
        get=only(CADRE_KEEPERS),
        post=done_by(CADRE_KEEPERS),
        body="report_answer",
    ),
]
ROWS = [
    Row(
        "people/absences/",
        "差假（登錄：任課教師本人）",
        get=only(EMPLOYED),
        post=done_by(OF_TEACHER, again=EMPLOYED - OF_TEACHER),
        body="absence_of_teacher",
    ),
    Row(
        "people/absences/",
        "差假（登錄：訓育組長）",
        get=only(EMPLOYED),
        post=done_by(OF_HOLDER, again=EMPLOYED - OF_HOLDER),
        body="absence_of_holder",
    ),
    Row("people/absences/<int:pk>/end/", "結束訓育組長的差假", {"pk": "absence"}, post=done_by(OF_HOLDER)),
    Row("people/students/", "學生名單", get=only(KEEPERS, Role.EVENING_ACADEMIC)),
    Row("people/students/<int:pk>/", "學生基本資料", {"pk": "student"}, get=only(KEEPERS)),
    Row(
        "people/students/<int:pk>/changes/",
        "登錄學籍異動",
        {"pk": "student"},
        post=done_by(KEEPERS),
        body="enrolment_change",
    ),
    Row(
        "people/students/<int:pk>/national-id/",
        "查看完整身分證號",
        {"pk": "student"},
        post=only(Role.REGISTRY_CLERK, refused=roles(Role.ADMIN)),
        body="reason",
    ),
    Row(
        "people/students/<int:pk>/account/",
        "重新啟用學生帳號",
        {"pk": "student"},
        post=only(KEEPERS, gives=Answer.ELSEWHERE),
        body="reason",
    ),
    Row("people/slips/", "首次密碼條：班級", get=only(KEEPERS, Role.EVENING_ACADEMIC)),
    Row(
        "people/slips/<int:pk>/",
        "發給一班的首次密碼",
        {"pk": "school_class"},
        get=only(KEEPERS),
        post=only(KEEPERS),
        body="slips",
    ),
    *IMPORTS,
    *CADRE,
    *REPORTS,
]
