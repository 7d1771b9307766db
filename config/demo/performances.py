"""What invented students typed for each of the ten categories."""

PERFORMANCES: tuple[tuple[str, dict[str, str]], ...] = (
    (
        "cadre",
        {
            "unit": "資訊二甲",
            "start_date": "2024-09-01",
            "end_date": "2025-01-20",
            "post": "學藝股長",
            "level": "2",
            "description": "彙整班級作業與教室日誌，學會把工作排出先後。",
        },
    ),
    (
        "competition",
        {
            "name": "虛構盃程式解題競賽",
            "event": "高中職組",
            "level": "2",
            "award": "佳作",
            "result_date": "2024-11-16",
            "participation": "2",
            "description": "三人一隊，負責圖論題與隊內除錯流程。",
        },
    ),
    (
        "certificate",
        {
            "certificate_code": "11900",
            "obtained_date": "2024-08-20",
            "number": "119-000000",
            "score": "86.5",
            "description": "電腦軟體應用丙級，術科練習約四十小時。",
        },
    ),
    (
        "service",
        {
            "name": "社區圖書室整理",
            "unit": "虛構社區發展協會",
            "start_date": "2024-07-08",
            "end_date": "2024-07-12",
            "hours": "16",
            "description": "重新編目兒童讀物並設計借閱卡。",
        },
    ),
    (
        "flexible_learning",
        {
            "kind": "1",
            "title": "自製氣象站",
            "unit": "教務處",
            "school_year": "113",
            "term": "1",
            "weekly_periods": "2",
            "weeks": "12",
            "description": "以單晶片量測溫溼度，繪出一週變化。",
        },
    ),
    (
        "group_activity",
        {
            "kind": "2",
            "unit": "吉他社",
            "title": "成果發表會",
            "school_year": "113",
            "term": "1",
            "periods": "18",
            "description": "擔任節奏吉他，並負責場地音響。",
        },
    ),
    (
        "workplace",
        {
            "kind": "2",
            "unit": "虛構資訊有限公司",
            "post": "見習生",
            "start_date": "2024-07-15",
            "end_date": "2024-07-19",
            "hours": "40",
            "description": "跟著工程師處理報修單，記錄常見問題。",
        },
    ),
    (
        "work",
        {"name": "校園導覽網頁", "date": "2024-10-05", "description": "以地圖串起十個地點的照片與故事。"},
    ),
    (
        "advanced_course",
        {
            "unit": "虛構科技大學",
            "course": "計算機概論先修",
            "start_date": "2024-07-01",
            "end_date": "2024-07-26",
            "credits": "2",
            "hours": "36",
            "description": "完成四次程式作業與期末測驗。",
        },
    ),
    (
        "other",
        {
            "name": "鐵道攝影展",
            "unit": "虛構文化中心",
            "start_date": "2024-10-01",
            "end_date": "2024-10-13",
            "description": "入選兩幅，撰寫創作說明。",
            "external_link": "https://video.example.edu.tw/railway",
        },
    ),
)
