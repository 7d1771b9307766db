"""The student's receipts: what has to be answered, what was sent and received, and who may not look."""

from datetime import timedelta

import pytest
from django.test import Client

from submissions.domain.receipt_state import NOT_A_GROUND
from submissions.services.confirmation import confirm_receipt
from submissions.services.receipts import open_receipt_period
from tests.moments import at, day
from tests.submissions.pages import queries_of, text_of, url
from tests.submissions.received import file_of, receipt, section
from tests.submissions.scene import CLOSED, OPENED, Scene, earlier_periods, own

pytestmark = pytest.mark.django_db
NOW = at("2024-10-10 12:00")
ID = "A123456789"


@pytest.fixture(autouse=True)
def while_open(set_clock):
    set_clock(NOW)


@pytest.fixture
def student(scene):
    student = scene.student(national_id=ID)
    scene.outcome(student, course={"name": "程式設計"}, description="排序演算法的比較。")
    return student


@pytest.fixture
def mine(scene, student):
    return own(student, scene.period())


@pytest.fixture
def browser(client_of, student):
    return client_of(student.user)


def received_instead(scene, *records):
    """A submitted batch whose receipts hold `records` for the student, and its period."""
    batch = scene.submitted()
    scene.imported(batch, file_of(section(receipt(ID, *records))))
    return scene.period(batch)


# ---------------------------------------------------------------- the list


def test_what_must_be_answered_says_so_and_until_when(browser, mine):
    page = text_of(browser.get(url("receipts")))
    assert "您必須在 <b>113/10/12（六）24:00</b> 前確認" in page
    assert "112 學年度 課程學習成果" in page
    assert "還有 2 天 12 小時" in page


def test_before_the_opening_it_is_announced_without_urging(browser, mine, set_clock):
    set_clock(OPENED - timedelta(seconds=1))
    page = text_of(browser.get(url("receipts")))
    assert "您必須" not in page
    assert "尚未開始確認" in page


def test_the_history_says_deemed_where_nobody_confirmed(browser, mine, set_clock):
    set_clock(CLOSED)
    page = text_of(browser.get(url("receipts")))
    assert "逾期視同正確" in page
    assert "已確認正確" not in page
    assert "目前沒有要確認的收訖明細" in page


def test_to_answer_comes_before_what_was_answered(scene, client_of):
    student = scene.student()
    scene.outcome(student)
    answered = own(student, scene.period())
    confirm_receipt(answered, by=student.user, at=NOW)
    performances = Scene(code="25")
    performances.performance(student)
    waiting = own(student, performances.period())
    page = text_of(client_of(student.user).get(url("receipts")))
    assert page.index(url("receipt", waiting.pk)) < page.index(url("receipt", answered.pk))


# ---------------------------------------------------------------- one receipt


def test_what_was_sent_stands_beside_what_was_received(browser, mine):
    page = text_of(browser.get(url("receipt", mine.pk)))
    assert '<td data-label="提交">排序演算法的比較。</td>' in page
    assert '<td data-label="收訖" class="echo">排序演算法的比較。</td>' in page
    assert "1 件都收到了，內容與提交的一致" in page


def test_the_own_national_id_is_masked_in_file_names_too(browser, mine):
    page = text_of(browser.get(url("receipt", mine.pk)))
    assert ID not in page
    assert "A12****789" in page
    assert "A12****789_26_1.pdf" in page


def test_what_differs_is_shown_on_both_sides(scene, student, browser):
    period = received_instead(
        scene, {"科目名稱": "程式設計", "成果簡述": "別的簡述。", "修課學分": "3", "開課年級": "2"}
    )
    page = text_of(browser.get(url("receipt", own(student, period).pk)))
    assert "1 處不同" in page
    assert "排序演算法的比較。" in page
    assert "別的簡述。" in page


def test_unknown_keys_are_shown_as_they_come(scene, student, browser):
    period = received_instead(scene, {"檔案雜湊": "ab12", "上傳時間": "113/10/07 下午 03:00", "身分證號": ID})
    page = text_of(browser.get(url("receipt", own(student, period).pk)))
    for words in ("檔案雜湊", "ab12", "113/10/07 下午 03:00", "請逐筆核對"):
        assert words in page
    assert ID not in page


def test_a_student_of_whom_nothing_was_received_is_told_so(scene, student, browser):
    period = received_instead(scene)
    page = text_of(browser.get(url("receipt", own(student, period).pk)))
    assert "收訖明細中沒有您的資料" in page
    assert "排序演算法的比較。" in page


def test_a_piece_that_did_not_arrive_is_pointed_out(scene, student, browser):
    scene.outcome(student, course={"name": "基礎電學"}, description="電路實驗。")
    period = received_instead(scene, {"科目名稱": "程式設計", "成果簡述": "排序演算法的比較。"})
    page = text_of(browser.get(url("receipt", own(student, period).pk)))
    assert "1 件在收訖明細中找不到" in page


def test_classmates_data_are_on_nobody_elses_page(scene, student, browser):
    other = scene.student()
    scene.outcome(other, description="別人的簡述。")
    page = text_of(browser.get(url("receipt", own(student, scene.period()).pk)))
    assert "別人的簡述。" not in page


# ---------------------------------------------------------------- answering


def test_confirming_is_one_press_and_is_shown(browser, mine):
    assert browser.post(url("confirm", mine.pk)).url == url("receipt", mine.pk)
    page = text_of(browser.get(url("receipt", mine.pk)))
    assert "您在 113/10/10（四）12:00 確認無誤" in page
    assert "改為回報疑義" in page


def test_confirming_takes_a_post(browser, mine):
    assert browser.get(url("confirm", mine.pk)).status_code == 405
    mine.refresh_from_db()
    assert mine.answer is None


@pytest.mark.parametrize("moment", [OPENED - timedelta(seconds=1), CLOSED], ids=["before", "after"])
def test_t3_a_direct_post_outside_the_window_is_refused(browser, mine, set_clock, moment):
    set_clock(moment)
    given = {"reason": "missing", "explanation": "少一件"}
    for response in (
        browser.post(url("confirm", mine.pk)),
        browser.post(url("report", mine.pk), given),
        browser.get(url("report", mine.pk)),
    ):
        assert response.status_code == 409
        assert "收訖明細確認" in text_of(response)
    mine.refresh_from_db()
    assert mine.answer is None


def test_after_the_close_the_page_is_for_reading_and_deemed_is_not_called_confirmed(browser, mine, set_clock):
    set_clock(CLOSED)
    page = text_of(browser.get(url("receipt", mine.pk)))
    assert "視同正確" in page
    assert "您在" not in page
    assert url("confirm", mine.pk) not in page
    assert url("report", mine.pk) not in page


def test_an_error_is_reported_with_reason_and_explanation(browser, mine):
    given = {"reason": "wrong_file", "explanation": "檔案是別堂課的。"}
    assert browser.post(url("report", mine.pk), given).url == url("receipt", mine.pk)
    page = text_of(browser.get(url("receipt", mine.pk)))
    assert "檔案不符" in page
    assert "檔案是別堂課的。" in page
    assert url("confirm", mine.pk) not in page


def test_polishing_is_offered_explained_and_refused_with_the_article(browser, mine):
    assert "內容不夠精進" in text_of(browser.get(url("report", mine.pk)))
    given = {"reason": NOT_A_GROUND, "explanation": "我想補上心得。"}
    page = text_of(browser.post(url("report", mine.pk), given))
    assert "不能以不夠精進為由要求補件或修改內容（第 6 點（三））" in page
    assert "我想補上心得。" in page
    mine.refresh_from_db()
    assert mine.answer is None


@pytest.mark.parametrize(
    "given",
    [
        {"reason": "", "explanation": "少一件"},
        {"reason": "because", "explanation": "少一件"},
        {"reason": "missing", "explanation": ""},
        {"reason": "missing", "explanation": "字" * 301},
    ],
)
def test_an_incomplete_report_is_refused_and_nothing_is_kept(browser, mine, given):
    assert "還不能送出" in text_of(browser.post(url("report", mine.pk), given))
    mine.refresh_from_db()
    assert mine.answer is None


# ---------------------------------------------------------------- whose it is


def test_t4_another_students_receipt_is_not_there(scene, mine, client_of):
    stranger = client_of(scene.student().user)
    for response in (
        stranger.get(url("receipt", mine.pk)),
        stranger.get(url("report", mine.pk)),
        stranger.post(url("report", mine.pk), {"reason": "missing", "explanation": "x"}),
        stranger.post(url("confirm", mine.pk)),
    ):
        assert response.status_code == 404
    mine.refresh_from_db()
    assert mine.answer is None


def test_offices_have_no_receipts_of_their_own_and_answer_for_nobody(scene, mine, client_of):
    for person in (scene.office, scene.registry):
        client = client_of(person)
        assert client.get(url("receipts")).status_code == 403
        assert client.get(url("receipt", mine.pk)).status_code == 403
        assert client.post(url("confirm", mine.pk)).status_code == 403
    mine.refresh_from_db()
    assert mine.answer is None


def test_signing_in_comes_first(mine):
    for name, args in (("receipts", []), ("receipt", [mine.pk]), ("report", [mine.pk])):
        assert Client().get(url(name, *args)).headers["Location"].startswith("/accounts/login/")


# ---------------------------------------------------------------- as many queries for many as for few


def test_the_list_asks_as_often_for_200_receipts_as_for_10(student, mine, browser):
    earlier_periods(student, 10)
    few = queries_of(browser, url("receipts"))
    earlier_periods(student, 190)
    assert queries_of(browser, url("receipts")) == few


def test_a_receipt_asks_as_often_for_ten_pieces_as_for_one(scene, student, browser):
    counts = []
    for pieces in (1, 10):
        for __ in range(pieces - 1):
            scene.outcome(student)
        if pieces == 1:
            confirmation = own(student, scene.period())
        else:
            fuller = Scene(code="25")
            for __ in range(pieces):
                fuller.performance(student)
            confirmation = own(student, fuller.period())
        counts.append(queries_of(browser, url("receipt", confirmation.pk)))
    assert counts[0] == counts[1]


def test_a_second_period_is_named_as_such(scene, student, browser, set_clock):
    mine = own(student, scene.period())
    browser.post(url("report", mine.pk), {"reason": "missing", "explanation": "少一件"})
    set_clock(at("2024-10-16 09:00"))
    open_receipt_period(
        mine.period.batch, opens_on=day("2024-10-16"), by=scene.registry, at=at("2024-10-16 08:00")
    )
    page = text_of(browser.get(url("receipts")))
    assert "（第 2 次）" in page
    assert "您必須在 <b>113/10/17（四）24:00</b> 前確認" in page
