"""The student's own pages, and the files behind them."""

from tests.permissions.access import OTHER_STUDENTS, STUDENTS, Answer, Role, Row, done_by, only

REFUSED = Answer.REFUSED
OWN_PAGE = only(Role.OWNER, missing=OTHER_STUDENTS, otherwise=REFUSED)
OWN_ACT = done_by(Role.OWNER, missing=OTHER_STUDENTS, otherwise=REFUSED)
ANY_STUDENTS_PAGE = only(STUDENTS, otherwise=REFUSED)
# The form is everybody's; what it names is the owner's.
OWN_CHOICE = done_by(Role.OWNER, again=OTHER_STUDENTS, otherwise=REFUSED)

ROWS = [
    Row("portfolio/", "我的學習歷程", get=ANY_STUDENTS_PAGE),
    Row(
        "portfolio/outcomes/new/",
        "上傳課程學習成果（到本人修習的課程）",
        get=ANY_STUDENTS_PAGE,
        post=OWN_CHOICE,
        body="outcome",
    ),
    Row("portfolio/outcomes/<int:pk>/", "課程學習成果", {"pk": "outcome"}, get=OWN_PAGE),
    Row(
        "portfolio/outcomes/<int:pk>/edit/",
        "修改課程學習成果",
        {"pk": "outcome"},
        get=OWN_PAGE,
        post=OWN_ACT,
        body="revision",
    ),
    Row("portfolio/outcomes/<int:pk>/withdraw/", "撤回課程學習成果", {"pk": "outcome"}, post=OWN_ACT),
    Row("portfolio/outcomes/<int:pk>/receipt/", "課程學習成果的上傳收據", {"pk": "outcome"}, get=OWN_PAGE),
    Row("portfolio/performances/new/", "選擇多元表現類別", get=ANY_STUDENTS_PAGE),
    Row(
        "portfolio/performances/new/<slug:category>/",
        "上傳自己的多元表現",
        {"category": "category"},
        get=ANY_STUDENTS_PAGE,
        post=done_by(STUDENTS, otherwise=REFUSED),
        body="performance",
    ),
    Row("portfolio/performances/<int:pk>/", "多元表現", {"pk": "performance"}, get=OWN_PAGE),
    Row("portfolio/performances/<int:pk>/withdraw/", "撤回多元表現", {"pk": "performance"}, post=OWN_ACT),
    Row(
        "portfolio/performances/<int:pk>/receipt/", "多元表現的上傳收據", {"pk": "performance"}, get=OWN_PAGE
    ),
    Row("portfolio/drafts/", "儲存草稿（本人修習的課程）", post=OWN_PAGE, body="draft"),
    Row(
        "portfolio/drafts/<int:pk>/",
        "接著寫草稿",
        {"pk": "unsent"},
        get=only(Role.OWNER, gives=Answer.ELSEWHERE, missing=OTHER_STUDENTS, otherwise=REFUSED),
    ),
    Row("portfolio/drafts/<int:pk>/discard/", "捨棄草稿", {"pk": "unsent"}, post=OWN_ACT),
    Row(
        "portfolio/selection/",
        "勾選（本人的項目）",
        get=ANY_STUDENTS_PAGE,
        post=OWN_CHOICE,
        body="selection",
    ),
    Row("portfolio/selection/compare/", "比較兩件（本人的項目）", get=ANY_STUDENTS_PAGE),
    Row("portfolio/selection/sheet/", "歷程確認單（本人的）", get=ANY_STUDENTS_PAGE),
    Row("portfolio/consultations/", "我的課程諮詢紀錄", get=ANY_STUDENTS_PAGE),
    Row("portfolio/archive/", "個人歷程備份", get=ANY_STUDENTS_PAGE),
    Row(
        "portfolio/archive/new/",
        "產生個人歷程備份",
        post=done_by(STUDENTS, otherwise=REFUSED),
    ),
    Row("portfolio/archive/<int:pk>/", "下載個人歷程備份", {"pk": "archive"}, get=OWN_PAGE),
    Row("portfolio/records/", "我的成績與幹部經歷", get=ANY_STUDENTS_PAGE),
    Row(
        "portfolio/records/<slug:kind>/<int:pk>/report/",
        "回報成績有誤",
        {"kind": "grade_kind", "pk": "grade"},
        get=OWN_PAGE,
        post=OWN_ACT,
        body="explanation",
    ),
    Row(
        "portfolio/records/<slug:kind>/<int:pk>/report/",
        "回報幹部經歷有誤",
        {"kind": "cadre_kind", "pk": "cadre"},
        get=OWN_PAGE,
        post=OWN_ACT,
        body="explanation",
    ),
    Row(
        "portfolio/files/<int:pk>/",
        "課程學習成果的檔案",
        {"pk": "outcome_file"},
        get=only(Role.OWNER, Role.GUARDIAN, Role.TEACHER, Role.HOMEROOM, Role.REGISTRY_HEAD),
    ),
    Row(
        "portfolio/files/<int:pk>/",
        "多元表現的檔案",
        {"pk": "performance_file"},
        get=only(Role.OWNER, Role.GUARDIAN, Role.HOMEROOM, Role.DISCIPLINE_HEAD),
    ),
    Row(
        "portfolio/files/<int:pk>/thumbnail/",
        "課程學習成果檔案的縮圖",
        {"pk": "outcome_file"},
        get=only(Role.OWNER, Role.GUARDIAN, Role.TEACHER, Role.HOMEROOM, Role.REGISTRY_HEAD),
    ),
    Row(
        "portfolio/files/<int:pk>/thumbnail/",
        "多元表現檔案的縮圖",
        {"pk": "performance_file"},
        get=only(Role.OWNER, Role.GUARDIAN, Role.HOMEROOM, Role.DISCIPLINE_HEAD),
    ),
]
