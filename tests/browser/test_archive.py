"""The personal archive at home: unpacked, opened from the disk without any network, and proven whole."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from accounts.models import Student
from portfolio import demo_media
from portfolio.domain.filetypes import Slot
from portfolio.services.archives import build_archive, path_of, request_archive
from tests.browser.conftest import PHONE
from tests.conftest import SetClock
from tests.factories import (
    EnrolmentFactory,
    OutcomeFactory,
    PerformanceFactory,
    SchoolClassFactory,
    StudentFactory,
    attach_pdf,
    school,
    term_113_1,
)
from tests.moments import at
from tests.portfolio.pieces import perform, sent

pytestmark = pytest.mark.django_db(transaction=True)

NOW = at("2024-10-01 09:00")


@pytest.fixture
def student(set_clock: SetClock) -> Student:
    """Has 60 pieces, one of them a picture with a name that links must quote."""
    set_clock(NOW)
    school()
    term_113_1()
    made: Student = StudentFactory.create(school_class=SchoolClassFactory.create())
    enrolment = EnrolmentFactory.create(student=made)
    for number in range(59):
        attach_pdf(
            OutcomeFactory.create(enrolment=enrolment, description=f"成果{number}")
            if number % 2
            else PerformanceFactory.create(student=made, description=f"表現{number}")
        )
    perform(made, files={Slot.DOCUMENT: sent(demo_media.jpg("Poster", 1), "海報 #1 100%.jpg")})
    return made


@pytest.fixture
def home(student: Student, tmp_path: Path) -> Path:
    """The unpacked archive."""
    archive = request_archive(student, by=student.user, at=NOW)
    assert build_archive(archive.pk, at=NOW)
    archive.refresh_from_db()
    with ZipFile(path_of(archive)) as file:
        file.extractall(tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture(params=[PHONE, ViewportSize(width=1280, height=900)], ids=["phone", "desktop"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=request.param, locale="zh-TW", offline=True)
    yield context.new_page()
    context.close()


def file_behind(address: str) -> Path:
    return Path(unquote(urlsplit(address).path))


def test_it_opens_from_the_disk_and_every_link_leads_to_a_file_with_the_hash_beside_it(
    page: Page, home: Path, student: Student
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((home / "index.html").as_uri())
    assert page.get_by_role("heading", level=1).inner_text().startswith(student.user.name)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    links = page.eval_on_selector_all(
        "li:has(> code) > a",
        "all => all.map(one => [one.href, one.parentElement.lastElementChild.textContent])",
    )
    assert len(links) == 60
    for address, digest in links:
        assert hashlib.sha256(file_behind(address).read_bytes()).hexdigest() == digest
    manifest = (home / "manifest.csv").read_text("utf-8-sig")
    assert all(digest in manifest for __, digest in links)
    assert [urlsplit(address).scheme for address in asked] == ["file"], "one file, and nothing of the network"


def test_a_click_shows_the_file_and_the_contents_lead_to_their_part(page: Page, home: Path) -> None:
    page.goto((home / "index.html").as_uri())
    page.get_by_role("navigation").get_by_role("link", name="多元表現").click()
    assert page.url.endswith("#diverse_performances")
    page.get_by_role("link", name="海報 #1 100%.jpg").click()
    page.wait_for_function("document.images[0]?.naturalWidth > 0")
