"""The small words and shapes of every page: dates, sizes, time left, states, icons, form widgets."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.conf import settings
from django.template.loader import render_to_string

from accounts.domain.roc_calendar import first_day, last_day, roc_date, roc_datetime
from accounts.templatetags import ui

TAIPEI = ZoneInfo("Asia/Taipei")
FRIDAY = datetime(2024, 9, 20, 23, 59, tzinfo=TAIPEI)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=TAIPEI)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    "value, shown",
    [
        (date(2024, 9, 20), "113/09/20（五）"),
        (FRIDAY, "113/09/20（五）"),
        (date(2025, 2, 2), "114/02/02（日）"),
        (date(2010, 12, 31), "99/12/31（五）"),
        (datetime(2024, 9, 20, 16, 0, tzinfo=UTC), "113/09/21（六）"),
        (None, ""),
        ("", ""),
    ],
)
def test_a_date_is_shown_with_its_roc_year_and_weekday_in_taipei(value: date | None, shown: str) -> None:
    assert roc_date(value) == shown


def test_a_moment_adds_the_time_in_taipei() -> None:
    assert roc_datetime(FRIDAY.astimezone(UTC)) == "113/09/20（五）23:59"
    assert roc_datetime(None) == ""


def test_a_naive_moment_is_taken_to_be_in_taipei() -> None:
    assert roc_datetime(datetime(2024, 9, 20, 8, 5)) == "113/09/20（五）08:05"


@pytest.mark.parametrize(
    "closes_at, shown",
    [
        (at(2024, 9, 21), "113/09/20（五）24:00 止"),
        (at(2025, 1, 1), "113/12/31（二）24:00 止"),
        (datetime(2024, 9, 20, 16, 0, tzinfo=UTC), "113/09/20（五）24:00 止"),
        (at(2024, 9, 20, 17, 0), "113/09/20（五）17:00 止"),
        (at(2024, 9, 21, 0, 30), "113/09/21（六）00:30 止"),
        (None, ""),
    ],
)
def test_a_closing_at_midnight_is_named_by_the_day_that_still_counts(closes_at: datetime, shown: str) -> None:
    assert last_day(closes_at) == shown


def test_an_opening_at_midnight_is_named_by_its_day() -> None:
    assert first_day(at(2024, 9, 1)) == "113/09/01（日）起"
    assert first_day(at(2024, 9, 1, 8, 30)) == "113/09/01（日）08:30 起"
    assert first_day(None) == ""


@pytest.mark.parametrize(
    "count, shown",
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1 KB"),
        (340 * 1024, "340 KB"),
        (1023 * 1024 + 1, "1 MB"),
        (int(1.2 * ui.MB), "1.2 MB"),
        (4 * ui.MB, "4 MB"),
        (4 * ui.MB + 1, "4.1 MB"),
        (None, ""),
    ],
)
def test_a_size_never_reads_as_a_limit_that_it_exceeds(count: int | None, shown: str) -> None:
    assert ui.file_size(count) == shown


@pytest.mark.parametrize(
    "left, shown",
    [
        (timedelta(days=2, hours=3, minutes=59), "還有 2 天 3 小時"),
        (timedelta(days=1), "還有 1 天 0 小時"),
        (timedelta(hours=3, minutes=20), "還有 3 小時 20 分"),
        (timedelta(minutes=20, seconds=5), "還有 20 分 5 秒"),
        (timedelta(milliseconds=1), "還有 1 秒"),
        (timedelta(0), "時間已到"),
        (timedelta(seconds=-1), "時間已到"),
    ],
)
def test_time_left_gets_finer_and_ends_at_the_closing_moment(left: timedelta, shown: str) -> None:
    assert ui.time_left(FRIDAY + left, FRIDAY) == shown


def test_time_to_open() -> None:
    assert ui.time_to_open(FRIDAY + timedelta(hours=1), FRIDAY) == "再 1 小時 0 分開放"
    assert ui.time_to_open(FRIDAY, FRIDAY) == "已經開放"


def test_places_left_is_never_negative() -> None:
    assert (ui.places_left(10, 7), ui.places_left(10, 10), ui.places_left(10, 11)) == (3, 0, 0)


def icons_in_sprite() -> set[str]:
    sprite = (Path(settings.BASE_DIR) / "static" / "icons.svg").read_text(encoding="utf-8")
    return set(re.findall(r'<symbol id="([\w-]+)"', sprite))


def icons_named_in_templates() -> set[str]:
    pages = (Path(settings.BASE_DIR) / "templates").rglob("*.html")
    return {
        name for page in pages for name in re.findall(r'{% icon "([\w-]+)"', page.read_text(encoding="utf-8"))
    }


def test_every_icon_that_is_named_can_be_drawn() -> None:
    named = (
        icons_named_in_templates() | {state.icon for state in ui.STATES.values()} | {ui.UNKNOWN_STATE.icon}
    )
    assert named - icons_in_sprite() == set()


@pytest.mark.parametrize("state", ui.STATES)
def test_a_state_is_an_icon_and_words_besides_its_colour(state: str) -> None:
    badge = render_to_string("components/_state_badge.html", {"state": state})
    assert f"#{ui.state_icon(state)}" in badge
    assert str(ui.STATES[state].label) in badge


def test_a_state_may_be_said_in_other_words() -> None:
    assert "待確認" in render_to_string(
        "components/_state_badge.html", {"state": "waiting", "label": "待確認"}
    )


def test_an_unlisted_state_is_shown_as_it_is() -> None:
    assert "草稿" in render_to_string("components/_state_badge.html", {"state": "草稿"})


def test_an_unused_quota_states_the_limit_and_no_zero() -> None:
    unused = render_to_string("components/_quota.html", {"label": "課程學習成果", "used": 0, "limit": 10})
    assert "最多 10 件" in unused
    assert "<b>" not in unused


def test_a_full_quota_says_so_in_words() -> None:
    full = render_to_string("components/_quota.html", {"label": "課程學習成果", "used": 10, "limit": 10})
    assert "已達上限" in full


class UploadForm(forms.Form):
    description = forms.CharField(
        label="內容簡述", help_text="說明這件成果", max_length=100, widget=forms.Textarea
    )
    document = forms.FileField(label="文件檔", required=False)
    agreed = forms.BooleanField(label="是我本人的作品")
    kind = forms.ChoiceField(label="類別", choices=[("a", "甲"), ("b", "乙")], widget=forms.RadioSelect)


def rendered_field(form: forms.Form, name: str) -> str:
    return render_to_string("components/_field.html", {"field": form[name]})


def test_a_limited_text_area_is_counted_and_not_cut() -> None:
    shown = rendered_field(UploadForm(), "description")
    assert 'data-max-length="100"' in shown
    assert " maxlength=" not in shown


def test_help_and_error_are_tied_to_the_control() -> None:
    shown = rendered_field(UploadForm({}), "description")
    assert 'aria-describedby="id_description_helptext id_description_error"' in shown
    assert 'id="id_description_helptext"' in shown
    assert 'id="id_description_error"' in shown
    assert "is-invalid" in shown


def test_an_optional_field_says_so() -> None:
    assert "選填" in rendered_field(UploadForm(), "document")
    assert "選填" not in rendered_field(UploadForm(), "description")


def test_each_choice_has_its_own_label() -> None:
    shown = rendered_field(UploadForm(), "kind")
    assert "<legend" in shown
    assert 'for="id_kind_0"' in shown
    assert 'for="id_kind_1"' in shown


def test_the_error_summary_links_to_the_fields_and_is_absent_without_errors() -> None:
    summary = render_to_string("components/_form_errors.html", {"form": UploadForm({})})
    assert 'href="#id_description"' in summary
    assert 'href="#id_kind"' in summary
    assert render_to_string("components/_form_errors.html", {"form": UploadForm()}).strip() == ""


def test_server_error_page_stands_without_any_context() -> None:
    page = render_to_string("500.html")
    assert "系統發生問題" in page
    assert "需要協助" in page
