"""Reasons for returning that are kept: the school's for everybody, a teacher's own for them alone."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.models import AuditEntry, User
from portfolio.models import Certification, CourseSection, ReturnTemplate
from portfolio.services.return_templates import (
    MOST,
    add_template,
    change_template,
    delete_template,
    move_template,
)
from tests.conftest import SetClock
from tests.factories import SectionFactory, term_113_1
from tests.portfolio.certifying import NOW, waiting

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
PAGE = "/certification/templates/"


@pytest.fixture
def section(set_clock: SetClock) -> CourseSection:
    set_clock(NOW)
    term_113_1()
    made: CourseSection = SectionFactory.create()
    return made


@pytest.fixture
def client(section: CourseSection, client_of: ClientOf) -> Client:
    return client_of(section.teacher)


def own(person: User) -> list[str]:
    return list(ReturnTemplate.objects.filter(owner=person).order_by("order").values_list("text", flat=True))


def test_a_teacher_adds_changes_orders_and_deletes_their_own(section: CourseSection, client: Client):
    for text in ("缺頁", "放錯課程", "打不開"):
        client.post(PAGE, {"text": text})
    first, second, third = ReturnTemplate.objects.filter(owner=section.teacher).order_by("order")
    client.post(f"{PAGE}{third.pk}/move/", {"direction": "up"})
    client.post(f"{PAGE}{first.pk}/move/", {"direction": "up"})
    client.post(f"{PAGE}{first.pk}/move/", {"direction": "down"})
    assert own(section.teacher) == ["打不開", "缺頁", "放錯課程"]
    client.post(f"{PAGE}{first.pk}/", {"text": "缺第二頁"})
    client.post(f"{PAGE}{second.pk}/delete/")
    assert own(section.teacher) == ["打不開", "缺第二頁"]
    acts = AuditEntry.objects.filter(act="keep_return_template")
    assert acts.count() == 8 and acts.latest("pk").changes == {"text": {"before": "放錯課程", "after": ""}}


@pytest.mark.parametrize("text", [" ", "因" * 201])
def test_an_empty_or_too_long_one_is_refused_and_what_was_typed_stays(
    section: CourseSection, client: Client, text: str
):
    page = client.post(PAGE, {"text": text}).content.decode()
    assert "error-summary" in page and text in page
    assert own(section.teacher) == []
    with pytest.raises(InvalidInput):
        add_template(text, by=section.teacher, at=NOW)


def test_nobody_changes_another_persons_or_the_schools(section: CourseSection, client: Client):
    others = add_template("別人的", by=SectionFactory.create().teacher, at=NOW)
    shared = ReturnTemplate.objects.filter(owner=None).earliest("pk")
    for template in (others, shared):
        for path in ("", "move/", "delete/"):
            assert client.post(f"{PAGE}{template.pk}/{path}", {"text": "改"}).status_code == 404
        for act in (
            lambda one: change_template(one, "改", by=section.teacher, at=NOW),
            lambda one: delete_template(one, by=section.teacher, at=NOW),
            lambda one: move_template(one, up=True, by=section.teacher, at=NOW),
        ):
            with pytest.raises(NotAllowed):
                act(template)
    assert "別人的" not in client.get(PAGE).content.decode()
    assert shared.text in client.get(PAGE).content.decode()


def test_there_is_an_end_to_how_many_one_keeps(section: CourseSection):
    for number in range(MOST):
        add_template(f"原因{number}", by=section.teacher, at=NOW)
    with pytest.raises(Conflict, match=f"最多 {MOST} 個"):
        add_template("再一個", by=section.teacher, at=NOW)


def test_own_reasons_are_offered_first_then_the_schools(section: CourseSection, client: Client):
    add_template("缺第二頁", by=section.teacher, at=NOW)
    page = client.get(f"/certification/{waiting(section)[0].pk}/").content.decode()
    shared = ReturnTemplate.objects.filter(owner=None).order_by("order").values_list("text", flat=True)
    places = [page.index(f">{text}</option>") for text in ("缺第二頁", *shared)]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("typed", "kept"), [("", "缺第二頁"), ("請補上。", "缺第二頁\n請補上。")], ids=["alone", "with more"]
)
def test_a_chosen_reason_is_enough_and_free_text_may_be_added(
    section: CourseSection, client: Client, typed: str, kept: str
):
    template = add_template("缺第二頁", by=section.teacher, at=NOW)
    outcome = waiting(section)[0]
    client.post(f"/certification/{outcome.pk}/return/", {"template": template.pk, "reason": typed})
    assert Certification.objects.get().reason == kept


def test_a_reason_that_is_not_offered_does_not_count(section: CourseSection, client: Client):
    others = add_template("別人的", by=SectionFactory.create().teacher, at=NOW)
    address = f"/certification/{waiting(section)[0].pk}/return/"
    page = client.post(address, {"template": others.pk, "reason": ""}).content.decode()
    assert "退件須填寫原因" in page
    assert not Certification.objects.exists()
