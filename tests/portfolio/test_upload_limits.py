"""4.0 MB of document beside 10.0 MB of film is what fits, and not a byte more."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from portfolio.domain.filetypes import MEGABYTE
from portfolio.models import CourseOutcome, Enrolment
from tests.conftest import SetClock
from tests.factories import term_113_1
from tests.portfolio.pieces import NOW, blobs, enrolled, mp4_of, pdf_of, sent

pytestmark = pytest.mark.django_db

NEW = "/portfolio/outcomes/new/"
DOCUMENT_LIMIT, AV_LIMIT = 4 * MEGABYTE, 10 * MEGABYTE


@pytest.fixture
def enrolment(set_clock: SetClock) -> Enrolment:
    set_clock(NOW)
    term_113_1()
    return enrolled()


def post(client: Client, enrolment: Enrolment, document: int, av: int):
    files = {"document": sent(pdf_of(document)), "av": sent(mp4_of(av), "示範.mp4")}
    return client.post(NEW, {"enrolment": enrolment.pk, "description": "九九乘法表", **files})


def test_both_files_at_their_limits_pass(enrolment: Enrolment, client_of: Callable[[User], Client]):
    response = post(client_of(enrolment.student.user), enrolment, DOCUMENT_LIMIT, AV_LIMIT)
    assert response.status_code == 302
    sizes = CourseOutcome.objects.get().attachments.values_list("slot", "size")
    assert dict(sizes) == {"document": DOCUMENT_LIMIT, "av": AV_LIMIT}


@pytest.mark.parametrize(
    "document, av, said",
    [
        (DOCUMENT_LIMIT + 1, AV_LIMIT, "超過「文件」的上限 4 MB（4,194,304 位元組）"),
        (DOCUMENT_LIMIT, AV_LIMIT + 1, "超過「影音檔案」的上限 10 MB（10,485,760 位元組）"),
    ],
)
def test_one_byte_more_is_refused_with_the_limit_and_nothing_is_kept_but_the_text(
    enrolment: Enrolment, client_of: Callable[[User], Client], document: int, av: int, said: str
):
    page = post(client_of(enrolment.student.user), enrolment, document, av).content.decode()
    assert said in page and "九九乘法表</textarea>" in page
    assert not CourseOutcome.objects.exists() and not blobs()
