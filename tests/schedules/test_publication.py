"""Publishing a term's schedule: complete, by the executive secretary, once (article 4, rules D17)."""

import pytest
from django.test import Client

from accounts.errors import Conflict, NotAllowed
from accounts.models import AuditEntry, Office, Post, PostHolding, School, User
from schedules.domain.activities import Activity, Audience
from schedules.models import SelfCheck, Term, Window
from schedules.services.publication import publish_schedule, what_is_missing
from tests.factories import AdminFactory, TermFactory, UserFactory, school, term_with_dates
from tests.moments import at, day

pytestmark = pytest.mark.django_db

NOW = at("2025-01-20 09:00")


@pytest.fixture
def term() -> Term:
    """113-2, planned: grade 3 awaits its letters, everybody else has dates."""
    planned = term_with_dates(113, 2, opening="2025-02-11", exam_end="2025-06-27", closing="2025-06-30")
    Term.objects.update(published_at=None)
    planned.refresh_from_db()
    return planned


@pytest.fixture
def secretary() -> User:
    office = Office.objects.create(code="academic", name="教務處", division="day")
    post = Post.objects.create(code="dean", name="教務主任", office=office)
    school()
    School.objects.update(executive_secretary=post)
    person: User = UserFactory.create()
    PostHolding.objects.create(post=post, user=person, starts_on=day("2020-08-01"))
    return person


def upload_of(term: Term) -> Window:
    return Window.objects.get(
        term=term, activity=Activity.OUTCOME_UPLOAD, division="day", audience=Audience.GENERAL
    )


def test_a_complete_schedule_is_published_and_then_everybody_sees_it(
    term: Term, secretary: User, client: Client
) -> None:
    assert client.get("/schedule/113-2/").status_code == 404
    publish_schedule(term, by=secretary, at=NOW)
    term.refresh_from_db()
    assert (term.published_at, term.published_by) == (NOW, secretary)
    assert client.get("/schedule/113-2/").status_code == 200
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.actor, entry.at) == ("publish_schedule", secretary, NOW)


def test_windows_that_await_their_letter_do_not_keep_it_back(term: Term, secretary: User) -> None:
    assert Window.objects.filter(term=term, closes_at=None).exists()
    assert what_is_missing(term) == []
    assert publish_schedule(term, by=secretary, at=NOW).published_at


def test_a_window_without_its_days_keeps_it_back_and_is_named(term: Term, secretary: User) -> None:
    Window.objects.filter(pk=upload_of(term).pk).update(closes_at=None, computed_closes_on=None)
    with pytest.raises(Conflict) as refusal:
        publish_schedule(term, by=secretary, at=NOW)
    assert "113-2 日間部 課程學習成果上傳」的起訖時間" in refusal.value.message
    assert "113-2 日間部 課程學習成果上傳」的自我檢核日" in refusal.value.message
    assert "進修部" not in refusal.value.message
    term.refresh_from_db()
    assert term.published_at is None
    assert not AuditEntry.objects.exists()


def test_a_window_without_its_self_check_is_named_and_gets_it_when_published(
    term: Term, secretary: User
) -> None:
    SelfCheck.objects.filter(window=upload_of(term)).delete()
    assert what_is_missing(term) == ["「113-2 日間部 課程學習成果上傳」的自我檢核日"]
    publish_schedule(term, by=secretary, at=NOW)
    assert SelfCheck.objects.get(window=upload_of(term)).due_on == day("2025-07-17")


def test_a_term_without_dates_cannot_be_published(secretary: User) -> None:
    with pytest.raises(Conflict, match="尚未設定學期日期"):
        publish_schedule(TermFactory.create(), by=secretary, at=NOW)


def test_only_who_holds_the_secretarys_post_then_and_administrators_may(term: Term, secretary: User) -> None:
    successor = UserFactory.create()
    holding = PostHolding.objects.get(user=secretary)
    holding.ends_on = day("2025-01-20")
    holding.save()
    PostHolding.objects.create(post=holding.post, user=successor, starts_on=day("2025-01-21"))
    for somebody, when in (
        (UserFactory.create(), NOW),
        (successor, NOW),
        (secretary, at("2025-01-21 00:00")),
    ):
        with pytest.raises(NotAllowed, match="執行秘書"):
            publish_schedule(term, by=somebody, at=when)
    assert publish_schedule(term, by=AdminFactory.create(), at=NOW).published_at == NOW


def test_before_the_school_has_named_the_post_only_administrators_may(term: Term) -> None:
    school()
    with pytest.raises(NotAllowed, match="執行秘書"):
        publish_schedule(term, by=UserFactory.create(), at=NOW)
    assert publish_schedule(term, by=AdminFactory.create(), at=NOW).published_at


def test_publishing_it_again_changes_nothing(term: Term, secretary: User) -> None:
    publish_schedule(term, by=secretary, at=NOW)
    publish_schedule(term, by=AdminFactory.create(), at=at("2025-01-21"))
    term.refresh_from_db()
    assert (term.published_at, term.published_by) == (NOW, secretary)
    assert AuditEntry.objects.count() == 1
