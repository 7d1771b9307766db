"""Setting a term up in the admin (rules D13, D14, D18, D22): all of it is seen before any of it is saved."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, Notice, User
from schedules.domain.activities import Activity, Audience
from schedules.models import Holiday, OfficialLetter, Term, TermDates, Window
from schedules.permissions import ScheduleAct
from schedules.services.extensions import grant_extension
from schedules.services.overrides import override_window
from tests.admin_pages import said
from tests.conftest import SetClock
from tests.factories import (
    AdminFactory,
    SchoolClassFactory,
    StudentFactory,
    TermFactory,
    UserFactory,
    term_113_1,
    term_with_dates,
)
from tests.moments import at, day

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
DATES = {"opening": "2024-08-30", "final_exam_end": "2025-01-17", "closing_ceremony": "2025-01-20"}
IN_WORDS = "日間部 課程學習成果上傳 截止 114/02/03（一）24:00 止 → 114/02/10（一）24:00 止，影響 2 位學生"


@pytest.fixture
def admin() -> User:
    person: User = AdminFactory.create()
    return person


@pytest.fixture
def client(client_of: ClientOf, admin: User, set_clock: SetClock) -> Client:
    """An administrator's browser, in the middle of 113-1."""
    set_clock(at("2024-11-15 09:00"))
    return client_of(admin)


def page(term: Term) -> str:
    return reverse("admin:schedules_term_setup", args=[term.pk])


def entered(**changes: str) -> dict[str, str]:
    dates = {f"{division}-{name}": on for division in ("day", "evening") for name, on in DATES.items()}
    return dates | {name.replace("__", "-"): on for name, on in changes.items()}


def closing(on: str) -> dict[str, str]:
    return entered(day__closing_ceremony=on)


def preview(client: Client, term: Term, data: dict[str, str], **headers: Any) -> str:
    response = client.post(page(term), data, **headers)
    assert response.status_code == 200
    return said(client, response)


def confirm(client: Client, term: Term, data: dict[str, str]) -> Any:
    """Look at the preview and press its button."""
    seen = client.post(page(term), data).context["confirm"]
    assert seen
    return client.post(page(term), data | {"confirm": seen})


def upload(term: Term, division: str = "day", audience: Audience = Audience.GENERAL) -> Window:
    return Window.objects.get(
        term=term, activity=Activity.OUTCOME_UPLOAD, division=division, audience=audience
    )


def two_students() -> None:
    school_class = SchoolClassFactory.create()
    StudentFactory.create_batch(2, school_class=school_class)


# ---------------------------------------------------------------- before saving


def test_the_page_opens_with_the_dates_as_they_are(client: Client) -> None:
    term = term_113_1()
    content = client.get(page(term)).content.decode()
    assert 'name="day-closing_ceremony" value="2025-01-20"' in content
    assert 'name="evening-opening" value="2024-08-30"' in content


def test_every_window_is_shown_before_saving_with_the_moves_and_how_many_students_they_reach(
    client: Client,
) -> None:
    two_students()
    term = term_113_1()
    shown = preview(client, term, closing("2025-01-27"))
    assert IN_WORDS in shown.replace("　", " ")
    assert "休業式日 114/01/27（一） 後 2 週 第 11 點" in shown
    assert "進修部 課程學習成果上傳 113/08/30（五） 114/02/03（一）" in shown


def test_looking_saves_nothing_and_tells_nobody(client: Client) -> None:
    two_students()
    term = term_113_1()
    before = list(Window.objects.order_by("pk").values())
    preview(client, term, closing("2025-01-27"))
    assert list(Window.objects.order_by("pk").values()) == before
    assert TermDates.objects.get(term=term, division="day").closing_ceremony == day("2025-01-20")
    assert not Notice.objects.exists()
    assert not AuditEntry.objects.filter(act=ScheduleAct.SET_TERM_DATES).exists()


def test_unchanged_dates_move_nothing(client: Client) -> None:
    shown = preview(client, term_113_1(), entered())
    assert "沒有期程會變動。" in shown


def test_what_is_typed_is_answered_with_the_preview_alone(client: Client) -> None:
    """As htmx asks while the dates are being typed."""
    term = term_113_1()
    part = client.post(page(term), closing("2025-01-27"), headers={"HX-Request": "true"})
    content = part.content.decode()
    assert "儲存後的變動" in content
    assert "<html" not in content and "csrfmiddlewaretoken" not in content


def test_the_opening_day_moves_beginnings_and_they_are_listed_as_such(
    client: Client, set_clock: SetClock
) -> None:
    set_clock(at("2024-08-01 09:00"))
    shown = preview(client, term_113_1(), entered(day__opening="2024-09-02")).replace("　", " ")
    assert "日間部 課程學習成果上傳 開始 113/08/30（五）起 → 113/09/02（一）起" in shown
    assert "日間部 課程學習成果上傳 截止" not in shown, "its end stays"


def test_the_same_term_a_year_ago_stands_beside(client: Client) -> None:
    term_with_dates(112, 1, opening="2023-08-30", exam_end="2024-01-17", closing="2024-01-19")
    shown = preview(client, term_113_1(), entered())
    assert "日間部 課程學習成果上傳 113/08/30（五） 114/02/03（一） 112/08/30（三） 113/02/02（五）" in shown


def test_days_off_and_make_up_workdays_are_marked(client: Client) -> None:
    Holiday.objects.update_or_create(
        day=day("2025-02-03"), defaults={"name": "校慶補假", "is_workday": False}
    )
    Holiday.objects.update_or_create(day=day("2025-02-08"), defaults={"name": "補行上班", "is_workday": True})
    term = term_113_1()
    shown = preview(client, term, entered())
    assert "114/02/03（一） 校慶補假" in shown
    assert "截止日 114/02/03（一） 是假日" in shown
    made_up = preview(client, term, closing("2025-01-25"))
    assert "114/02/08（六） 補行上班" in made_up
    assert "截止日 114/02/08（六） 是假日" not in made_up
    assert "休業式 114/01/25（六） 假日" in made_up


def test_an_override_and_an_extension_for_the_old_days_are_listed(client: Client, admin: User) -> None:
    term = term_113_1()
    now = at("2024-11-01 09:00")
    override_window(
        Window.objects.get(term=term, activity=Activity.CERTIFICATION, division="day"),
        opens_on=day("2024-08-30"),
        closes_on=day("2025-02-14"),
        reason="配合寒假",
        by=admin,
        at=now,
    )
    extended = SchoolClassFactory.create(name="資訊三乙")
    grant_extension(upload(term), extended, closes_on=day("2025-02-20"), reason="校外實習", by=admin, at=now)
    shown = preview(client, term, closing("2025-01-27"))
    assert "以下調整與展延是依原來的日期核定的" in shown
    assert "配合寒假" in shown and "校外實習" in shown and "資訊三乙" in shown


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    "changes, words",
    [
        (
            {"day__closing_ceremony": "2024-08-01"},
            "日間部 休業式日：日期順序應為開學日、期末考結束日、休業式日。",
        ),
        ({"evening__final_exam_end": "2024-08-30"}, "進修部 休業式日：日期順序"),
        ({"evening__opening": "2024-13-01"}, "進修部 開學日："),
    ],
)
def test_dates_that_cannot_be_are_said_with_their_division_and_kept(
    client: Client, changes: dict[str, str], words: str
) -> None:
    term = term_113_1()
    data = entered(**changes)
    response = client.post(page(term), data)
    assert words in said(client, response)
    assert response.context["confirm"] == ""
    for typed in data.values():
        assert f'value="{typed}"' in response.content.decode()


def test_what_is_still_missing_is_named_while_typing(client: Client) -> None:
    data = {"day-opening": "2025-02-11"}
    shown = preview(client, TermFactory.create(number=2), data, headers={"HX-Request": "true"})
    assert "還要填：日間部 期末考結束日、日間部 休業式日" in shown
    assert "進修部" not in shown


def test_a_form_left_empty_asks_for_dates(client: Client) -> None:
    assert "還要填：日間部 開學日" in preview(client, TermFactory.create(), {})


def test_dates_that_were_entered_cannot_be_emptied_again(client: Client) -> None:
    term = term_113_1()
    data = {name: "" if name.startswith("evening") else on for name, on in entered().items()}
    assert "還要填：進修部 開學日" in preview(client, term, data)
    assert TermDates.objects.filter(term=term, division="evening").exists()


# ---------------------------------------------------------------- saving


def test_confirming_saves_says_what_moved_and_tells_those_concerned_once(client: Client) -> None:
    two_students()
    term = term_113_1()
    response = confirm(client, term, closing("2025-01-27"))
    assert response.status_code == 302
    shown = said(client, response).replace("　", " ")
    assert "113-1 學期的日期已儲存。" in shown
    assert IN_WORDS in shown
    assert upload(term).closes_at == at("2025-02-11")
    assert TermDates.objects.get(term=term, division="day").closing_ceremony == day("2025-01-27")
    moved = Notice.objects.filter(subject__contains="課程學習成果上傳")
    assert moved.count() == 2
    assert "114/02/10（一）24:00 止" in moved[0].subject


def test_the_public_page_shows_the_new_day_at_once(client: Client) -> None:
    term = term_113_1()
    confirm(client, term, closing("2025-01-27"))
    assert "課程學習成果上傳 113-1 113/08/30（五）起 114/02/10（一）24:00 止" in said(
        Client(), Client().get("/schedule/113-1/")
    )


def test_what_was_changed_after_looking_is_shown_again_not_saved(client: Client) -> None:
    term = term_113_1()
    seen = client.post(page(term), closing("2025-01-27")).context["confirm"]
    response = client.post(page(term), closing("2025-01-28") | {"confirm": seen})
    assert response.status_code == 200
    assert "114/02/11（二）24:00 止" in said(client, response)
    assert upload(term).closes_at == at("2025-02-04")


def test_windows_that_closed_stay_where_they_were(client: Client) -> None:
    term = term_113_1()
    shown = preview(client, term, entered(day__opening="2024-09-02"))
    assert "日間部 學生基本資料登錄　開始" not in shown
    confirm(client, term, entered(day__opening="2024-09-02"))
    basic_data = Window.objects.get(term=term, activity=Activity.BASIC_DATA, division="day")
    assert (basic_data.opens_at, basic_data.closes_at) == (at("2024-08-30"), at("2024-09-14"))


def test_a_school_without_an_evening_division_leaves_it_empty(client: Client, set_clock: SetClock) -> None:
    set_clock(at("2024-08-01 09:00"))
    term = TermFactory.create()
    data = {name: "" if name.startswith("evening") else on for name, on in entered().items()}
    assert confirm(client, term, data).status_code == 302
    assert upload(term).closes_at == at("2025-02-04")
    assert set(Window.objects.filter(term=term).values_list("division", flat=True)) == {"day"}


def second_term(**changes: str) -> dict[str, str]:
    dates = {"opening": "2025-02-11", "final_exam_end": "2025-06-27", "closing_ceremony": "2025-06-30"}
    data = {f"{division}-{name}": on for division in ("day", "evening") for name, on in dates.items()}
    return data | {name.replace("__", "-"): on for name, on in changes.items()}


def test_a_second_term_has_grade_3s_letters_and_a_first_term_has_not(client: Client) -> None:
    first = client.get(page(term_113_1())).content.decode()
    second = client.get(page(TermFactory.create(number=2))).content.decode()
    assert "三年級下學期（第一梯次）來文提交日" in second
    assert "三年級下學期" not in first
    assert "上學期資料來文提交日" in first


def test_a_letter_of_each_batch_sets_that_batchs_windows(client: Client) -> None:
    term = TermFactory.create(number=2)
    data = second_term(
        **{
            f"day__{Audience.GRADE3_FIRST}-due_on": "2025-05-06",
            f"day__{Audience.GRADE3_FIRST}-number": "臺教國署高字第1140000001號",
        }
    )
    shown = preview(client, term, data)
    assert "上傳與認證同一天截止" in shown
    confirm(client, term, data)
    letter = OfficialLetter.objects.get(term=term, activity=Activity.SUBMISSION)
    assert (letter.due_on, letter.number) == (day("2025-05-06"), "臺教國署高字第1140000001號")
    assert upload(term, audience=Audience.GRADE3_FIRST).closes_on == day("2025-04-15")
    assert upload(term, audience=Audience.GRADE3_SECOND).closes_on is None, "awaits its own letter"
    assert upload(term, "evening", Audience.GRADE3_FIRST).closes_on is None


# ---------------------------------------------------------------- who


@pytest.mark.parametrize(
    "person, status",
    [
        (UserFactory.create, 302),
        (lambda: StudentFactory.create().user, 302),
        (lambda: UserFactory.create(is_staff=True), 403),
    ],
    ids=["teacher", "student", "staff of the admin for other things"],
)
def test_only_who_administers_terms_reaches_the_page(
    client_of: ClientOf, person: Callable[[], User], status: int
) -> None:
    term, client = term_113_1(), client_of(person())
    assert client.get(page(term)).status_code == status
    assert client.post(page(term), closing("2025-01-27")).status_code == status
    assert upload(term).closes_at == at("2025-02-04")


def test_who_may_look_at_terms_but_not_set_them_is_told_whose_it_is(client_of: ClientOf) -> None:
    term, person = term_113_1(), UserFactory.create(is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename__in=["view_term", "change_term"]))
    client = client_of(person)
    shown = preview(client, term, closing("2025-01-27"))
    assert "期程由系統管理者於管理介面設定。" in shown
    assert "確認儲存" not in shown


def test_signed_out_one_is_asked_to_sign_in() -> None:
    assert Client().get(page(term_113_1()))["Location"].startswith("/admin/login/")


def test_a_term_that_is_not_there_is_not_found(client: Client) -> None:
    assert client.get("/admin/schedules/term/999/setup/").status_code == 404


def test_the_list_of_terms_leads_to_the_page(client: Client) -> None:
    term = term_113_1()
    content = client.get(reverse("admin:schedules_term_changelist")).content.decode()
    assert f'href="{page(term)}"' in content


def test_the_letter_for_last_terms_data_sets_its_submission_and_cannot_be_cleared(client: Client) -> None:
    term = TermFactory.create(number=2)
    data = second_term(**{"day__general-due_on": "2025-04-07", "day__general-number": "虛構字第1號"})
    confirm = client.post(page(term), data).context["confirm"]
    client.post(page(term), data | {"confirm": confirm})
    window = Window.objects.get(term=term, division="day", activity="submission")
    assert (window.subject_label, window.closes_on) == ("113-1", day("2025-04-07"))
    refused = client.post(page(term), second_term())
    assert "不能清空" in refused.content.decode()
