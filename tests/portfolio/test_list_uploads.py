"""An uploaded list: little work at once, long work by a worker that may die; what was shown is what comes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.domain.division import Division
from accounts.list_files import SealedUpload, uploads_folder
from accounts.list_progress import ListStep
from accounts.models import AuditEntry, ListHeading, ListUpload, SchoolClass, User
from accounts.models.duties import DutyCode
from accounts.services.class_import import Classes
from portfolio import tasks
from portfolio.list_progress import KeptProgress, Stand
from portfolio.services import list_uploads
from portfolio.services.list_uploads import ABANDONED, KEPT, Stage, remove_old, resume, work
from tests.accounts import lists
from tests.conftest import SetClock
from tests.factories import SchoolClassFactory, StudentFactory, holder_of
from tests.moments import at
from tests.portfolio.list_uploads import CLASSES, UPLOAD, confirm, hand_in, latest, page_of, said

pytestmark = pytest.mark.django_db

NOW = at("2024-09-02 09:00")
STRANGE: list[list[Any]] = [
    ["學年度", "部別", "級別", "班級", "備註"],
    [113, "日間部", 2, "資訊二甲", "新設"],
]


@pytest.fixture(autouse=True)
def clock_stands(set_clock: SetClock) -> None:
    set_clock(NOW)


@pytest.fixture
def registry() -> User:
    return holder_of(DutyCode.BASIC_DATA)


@pytest.fixture
def client(registry: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(registry)


@pytest.fixture
def colleague(client_of: Callable[[User], Client]) -> Client:
    """Somebody else who may import the same kinds of lists."""
    return client_of(holder_of(DutyCode.BASIC_DATA, Division.EVENING))


@pytest.fixture
def by_worker(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Every file counts as long work; the uploads that a worker was sent."""
    sent: list[int] = []
    monkeypatch.setattr(list_uploads, "QUICK_BYTES", 0)
    monkeypatch.setattr(tasks.work_on_list, "delay", sent.append)
    return sent


OnCommit = Callable[..., Any]


def handed_to_worker(client: Client, captured: OnCommit, rows: lists.Rows = CLASSES) -> Any:
    with captured(execute=True):
        return hand_in(client, "import_classes", rows)


# ---- headings


def test_strange_headings_are_asked_once_with_a_guess_and_samples(client: Client) -> None:
    page = hand_in(client, "import_classes", STRANGE)
    assert "這些標題還沒見過" in said(page)
    assert "新設" in said(page)
    assert [field.initial for __, field in page.context["form"].rows()] == ["grade", ""]
    answered = client.post(page_of(latest(), "headings/"), {"heading0": "grade", "heading1": ""}, follow=True)
    assert "共 1 列：新增 1 筆" in said(answered)
    assert not SchoolClass.objects.exists()
    confirm(client, answered)
    assert SchoolClass.objects.get().grade == 2
    assert "沒有用到的欄位：備註" in said(hand_in(client, "import_classes", STRANGE)), "and not asked again"


def test_headings_that_may_be_wrong_are_told_beside_the_choice(client: Client) -> None:
    hand_in(
        client, "import_classes", [["學年度", "部別", "級別", "班級", "年段"], [113, "日間部", 2, "甲", 2]]
    )
    page = page_of(latest(), "headings/")
    assert "還沒有選出必要的欄位：年級" in said(client.post(page, {"heading0": "", "heading1": ""}))
    assert "「級別」已選這一欄" in said(client.post(page, {"heading0": "grade", "heading1": "grade"}))
    assert not ListHeading.objects.exists()


def test_a_heading_that_the_file_has_twice_stands_for_nothing(client: Client) -> None:
    hand_in(
        client, "import_classes", [["學年度", "部別", "級別", "班級", "級別"], [113, "日間部", 2, "甲", 2]]
    )
    page = client.post(page_of(latest(), "headings/"), {"heading0": "grade"})
    assert "檔案有不只一欄叫這個名稱" in said(page)


def test_samples_never_show_a_whole_identity_number(client: Client) -> None:
    rows = [["身分", "姓名", "學號", "證件"], ["學生", "虛構", "1130001", "A123456789"]]
    shown = said(hand_in(client, "import_people", rows))
    assert "A12****789" in shown
    assert "A123456789" not in shown


def test_what_is_remembered_can_be_changed_and_forgotten_on_its_page(client: Client) -> None:
    hand_in(client, "import_classes", STRANGE)
    client.post(page_of(latest(), "headings/"), {"heading0": "grade", "heading1": ""})
    address = f"{UPLOAD}headings/import_classes/"
    page = client.get(address)
    assert [row.heading for row, __ in page.context["form"].rows()] == ["備註", "級別"]
    client.post(address, {"heading0": "homeroom_teacher", "heading1": "-"})
    assert list(ListHeading.objects.values_list("heading", "column")) == [("備註", "homeroom_teacher")]
    assert client.get(f"{UPLOAD}headings/import_enrolments/").status_code == 404


# ---- long work


def test_little_work_is_done_at_once_and_long_work_is_sent_to_a_worker(
    client: Client, by_worker: list[int], django_capture_on_commit_callbacks: OnCommit
) -> None:
    page = handed_to_worker(client, django_capture_on_commit_callbacks)
    assert by_worker == [latest().pk]
    assert "正在檢查：班級與導師" in said(page)
    assert "重新整理查看進度" in said(page), "for those without JavaScript"
    work(latest().pk, at=NOW)
    page = client.get(page_of(latest()))
    assert "共 1 列：新增 1 筆" in said(page)
    with django_capture_on_commit_callbacks(execute=True):
        page = confirm(client, page)
    assert "正在匯入：班級與導師" in said(page)
    assert not SchoolClass.objects.exists()
    work(latest().pk, at=NOW)
    assert "匯入完成：新增 1 筆" in said(client.get(page_of(latest())))


def test_a_queue_that_does_not_answer_loses_nothing(
    client: Client,
    by_worker: list[int],
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: OnCommit,
) -> None:
    def unreachable(number: int) -> None:
        raise ConnectionError

    monkeypatch.setattr(tasks.work_on_list, "delay", unreachable)
    assert handed_to_worker(client, django_capture_on_commit_callbacks).status_code == 200
    assert resume(NOW + ABANDONED) == 0, "somebody may still be at it"
    assert resume(NOW + ABANDONED + timedelta(seconds=1)) == 1
    assert latest().stage == Stage.CHECKED


def killed(*args: Any, **kwargs: Any) -> None:
    raise KeyboardInterrupt


def test_an_import_whose_worker_is_killed_amid_writing_is_taken_up_again_and_written_once(
    client: Client, by_worker: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(client, "import_classes", CLASSES)
    work(latest().pk, at=NOW)
    confirm(client, client.get(page_of(latest())))
    with monkeypatch.context() as patched:
        patched.setattr("accounts.services.list_import.audit.record", killed)
        with pytest.raises(KeyboardInterrupt):
            work(latest().pk, at=NOW)
    assert not SchoolClass.objects.exists()
    assert latest().stage == Stage.IMPORTING
    later = NOW + ABANDONED + timedelta(seconds=1)
    assert (resume(later), resume(later)) == (1, 0)
    assert (latest().stage, SchoolClass.objects.count()) == (Stage.DONE, 1)
    work(latest().pk, at=later)
    assert AuditEntry.objects.filter(act="import_classes").count() == 1


def test_a_long_file_that_is_no_list_is_refused_on_its_page(client: Client, by_worker: list[int]) -> None:
    file = SimpleUploadedFile("名單.xlsx", lists.with_macros(lists.xlsx(CLASSES)))
    client.post(UPLOAD, {"act": "import_classes", "file": file})
    work(latest().pk, at=NOW)
    page = client.get(page_of(latest()))
    assert "含有巨集" in said(page)
    assert "這個檔案沒有寫入任何一列" in said(page)
    assert not list(uploads_folder().iterdir())


def test_a_fault_of_ours_is_told_and_raised(
    client: Client, by_worker: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Classes, rows: Any) -> Any:
        raise ZeroDivisionError

    hand_in(client, "import_classes", CLASSES)
    monkeypatch.setattr(Classes, "judge", broken)
    with pytest.raises(ZeroDivisionError):
        work(latest().pk, at=NOW)
    assert "發生系統錯誤" in said(client.get(page_of(latest())))


# ---- what is confirmed is what was shown


def test_records_that_changed_since_are_shown_anew_instead_of_imported(
    client: Client, by_worker: list[int]
) -> None:
    hand_in(client, "import_classes", CLASSES)
    work(latest().pk, at=NOW)
    confirm(client, client.get(page_of(latest())))
    SchoolClassFactory.create(name="資訊二甲", grade=1)
    work(latest().pk, at=NOW)
    page = client.get(page_of(latest()))
    assert "現有資料有變動，所以沒有匯入" in said(page)
    assert "新增 0 筆、修改 1 筆" in said(page)
    assert SchoolClass.objects.get().grade == 1
    confirm(client, page)
    work(latest().pk, at=NOW)
    assert SchoolClass.objects.get().grade == 2


def test_a_report_from_an_older_page_confirms_nothing(client: Client) -> None:
    page = hand_in(client, "import_classes", CLASSES)
    ListUpload.objects.update(counts={**latest().counts, "fingerprint": "another"})
    assert "核對結果已經更新" in said(confirm(client, page))
    assert not SchoolClass.objects.exists()


def test_an_office_that_lost_its_duty_meanwhile_imports_nothing(client: Client, registry: User) -> None:
    page = hand_in(client, "import_classes", CLASSES)
    registry.holdings.update(ends_on=(NOW - timedelta(days=1)).date())
    assert confirm(client, page).status_code == 404
    assert not SchoolClass.objects.exists()


# ---- progress


def test_progress_is_seen_while_the_import_is_in_its_transaction(
    client: Client, by_worker: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Stand] = []
    noted = KeptProgress.__call__

    def watched(self: KeptProgress, step: ListStep, done: int, total: int) -> None:
        noted(self, step, done, total)
        seen.append(KeptProgress(latest().file).stand())

    monkeypatch.setattr(KeptProgress, "__call__", watched)
    hand_in(client, "import_classes", CLASSES)
    work(latest().pk, at=NOW)
    confirm(client, client.get(page_of(latest())))
    seen.clear()
    work(latest().pk, at=NOW)
    assert [stand.step for stand in seen[:3]] == ["checking", "comparing", "writing"]


def test_the_progress_asks_for_itself_and_then_for_the_page(client: Client, by_worker: list[int]) -> None:
    hand_in(client, "import_classes", CLASSES)
    address = page_of(latest(), "progress/")
    KeptProgress(latest().file)(ListStep.CHECKING, 30, 120)
    part = client.get(address, headers={"HX-Request": "true"})
    assert "25%" in said(part)
    assert f'hx-get="{address}"' in said(part)
    assert client.get(address).headers["Location"] == page_of(latest())
    work(latest().pk, at=NOW)
    assert client.get(address, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"


# ---- whose it is, and for how long


@pytest.mark.parametrize("part", ["", "progress/", "headings/"])
def test_an_upload_is_seen_by_whoever_handed_it_in_alone(
    client: Client, colleague: Client, client_of: Callable[[User], Client], part: str
) -> None:
    hand_in(client, "import_classes", STRANGE)
    address = page_of(latest(), part)
    assert colleague.get(address).status_code == 404
    assert "名單.xlsx" not in said(colleague.get(UPLOAD))
    assert client_of(StudentFactory.create().user).get(address).status_code == 404
    assert client.get(address, follow=True).status_code == 200


@pytest.mark.parametrize("part", ["confirm/", "drop/", "headings/"])
def test_an_upload_is_acted_on_by_whoever_handed_it_in_alone(
    client: Client, colleague: Client, part: str
) -> None:
    hand_in(client, "import_classes", CLASSES)
    given = {"shown": latest().counts["fingerprint"]}
    assert colleague.post(page_of(latest(), part), given).status_code == 404
    assert latest().stage == Stage.CHECKED


def test_an_upload_lies_encrypted_and_goes_when_it_is_dropped(client: Client) -> None:
    page = hand_in(client, "import_classes", CLASSES)
    assert "名單.xlsx" in said(client.get(UPLOAD))
    kept = [path.read_text() for path in uploads_folder().iterdir()]
    assert len(kept) == 3
    assert not any("資訊二甲" in text for text in kept)
    client.post(page_of(latest(), "drop/"))
    assert not ListUpload.objects.exists()
    assert not list(uploads_folder().iterdir())
    assert "共 1 列" in said(page)


def test_an_upload_that_is_being_imported_cannot_be_dropped(client: Client, by_worker: list[int]) -> None:
    hand_in(client, "import_classes", CLASSES)
    ListUpload.objects.update(stage=Stage.IMPORTING)
    assert client.post(page_of(latest(), "drop/")).status_code == 409
    assert latest().stage == Stage.IMPORTING


def test_uploads_are_gone_a_day_later(client: Client) -> None:
    hand_in(client, "import_classes", CLASSES)
    assert remove_old(NOW + KEPT) == 0
    assert remove_old(NOW + KEPT + timedelta(seconds=1)) == 1
    assert not ListUpload.objects.exists()
    assert not list(uploads_folder().iterdir())


def test_an_upload_whose_file_is_gone_says_so(client: Client, by_worker: list[int]) -> None:
    hand_in(client, "import_classes", CLASSES)
    SealedUpload(name=latest().file).remove()
    work(latest().pk, at=NOW)
    assert "檔案已過期" in said(client.get(page_of(latest())))


def test_the_sweeps_run_by_themselves() -> None:
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {tasks.resume_lists.name, tasks.remove_old_lists.name} <= scheduled


def test_a_page_of_a_long_report_takes_as_many_queries_as_one_of_a_short_one(client: Client) -> None:
    def queries(count: int) -> int:
        rows = [CLASSES[0], *([113, "日間部", 2, f"班{number}"] for number in range(count))]
        hand_in(client, "import_classes", rows)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(page_of(latest())).status_code == 200
        return len(captured)

    assert queries(3) == queries(900)
