"""Which pages are looked at, and as whom: all that the permission matrix shows to somebody, and more.

The platform's own as whoever they are for first in Chinese, as others and after sending something in English.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from tests.browser.accessibility.more_visits import MORE
from tests.browser.accessibility.school import Reply, School, Visit
from tests.permissions.access import Access, Answer, Role, Row
from tests.permissions.bodies import BODIES
from tests.permissions.matrix import ROWS
from tests.permissions.scene import PermissionScene
from tests.permissions.test_every_url import routes
from tests.permissions.visits import address_of

Body = Callable[[PermissionScene], dict[str, Any]]
# Answered with a file, with data, or with a part of a page.
FILES = {
    "accounts/idle/",
    "accounts/2fa/recovery-codes/download/",
    "healthz",
    "readyz",
    "schedule/<int:year>-<int:number>.ics",
    "schedule/<int:year>-<int:number>.json",
    "schedule/feed/<str:token>.ics",
    "cadre/export/",
    "class/<int:pk>/confirmation/",
    "people/import/template/<slug:act>/",
    "people/import/<int:pk>/progress/",
    "portfolio/archive/<int:pk>/",
    "portfolio/drafts/",
    "portfolio/files/<int:pk>/",
    "portfolio/files/<int:pk>/thumbnail/",
    "portfolio/outcomes/<int:pk>/receipt/",
    "portfolio/performances/<int:pk>/receipt/",
    "portfolio/selection/sheet/",
    "submissions/<int:pk>/exports/",
    "submissions/<int:pk>/practice-receipts/",
    "submissions/exports/<int:pk>/download/",
    "admin/jsi18n/",
    "admin/accounts/review/accounts/export/",
    "admin/accounts/review/trail/export/",
    "admin/accounts/auditentry/export/",
}
# Only leads on to another page, or nowhere.
LEADS_ON = {
    "accounts/2fa/passkeys/",
    "accounts/2fa/passkeys/login/",
    "accounts/oidc/<str:provider_id>/login/callback/",
    "admin/logout/",
    "admin/password_change/",
    "admin/r/<path:content_type_id>/<path:object_id>/",
    "admin/(?P<url>.*)$",
    "admin/…/<path:object_id>/",
}
# Sent empty, these have nothing to complain of.
CONTENT_WITH_NOTHING = {
    "portfolio/selection/",
    "accounts/2fa/recovery-codes/generate/",
}
# The stock admin's pages of a kind of record; of these it makes some alike for all: they are looked at once.
RECORDS = re.compile(r"^admin/\w+/\w+/")
ALIKE = re.compile(RECORDS.pattern + r"(?=(<path:object_id>/(delete/|history/)?|export/)$)")
NOTHING = {"csrfmiddlewaretoken": "x" * 32}  # a form without anything filled in still sends this


def kind(route: str) -> str:
    """The pattern, or what stands for all of the admin's that are alike."""
    return ALIKE.sub("admin/…/", route)


def unseen() -> list[str]:
    """Patterns of the site behind which there may be a page that nobody looks at."""
    seen = {kind(visit.route) for visit in VISITS} | FILES | LEADS_ON
    return sorted({route for route in routes() if kind(route) not in seen and _may_show_a_page(route)})


def _may_show_a_page(route: str) -> bool:
    reads = [row.get for row in ROWS if row.route == route]
    return not reads or any(
        access and _answers(access) - {Answer.NO_SUCH_METHOD, Answer.REFUSED} for access in reads
    )


def _answers(access: Access) -> set[Answer]:
    return {access.answer(role) for role in Role} - {Answer.SIGN_IN}


def _of(row: Row) -> Iterator[Visit]:
    if row.route in FILES:
        return
    if row.get:
        readers = _readers(row, row.get)
        yield from (_visit(row, role, brief=role is not readers[0]) for role in readers)
    if row.post and (not row.body or row.body in BODIES):  # the admin's forms are looked at empty alone
        yield from _sent(row, row.post)


def _readers(row: Row, access: Access) -> list[Role]:
    """The first and the last who get the page: mostly whose it is, and for whom it is all but empty."""
    readers = [role for role in Role if access.answer(role) is Answer.PAGE]
    return readers if row.route == "" else list(dict.fromkeys(readers[:1] + readers[-1:]))


def _sent(row: Row, access: Access) -> Iterator[Visit]:
    """What shows a page when sent, what is not accepted, and what is missing when nothing is filled in."""
    for answer in (Answer.PAGE, Answer.AGAIN):
        senders = [role for role in Role if access.answer(role) is answer]
        yield from (_visit(row, role, BODIES[row.body], brief=True) for role in senders[:1])
    doers = [role for role in Role if access.answer(role) is Answer.DONE]
    if doers and row.body and row.get and row.route not in CONTENT_WITH_NOTHING:
        yield _visit(row, doers[0], lambda scene: NOTHING, brief=True)


def _visit(row: Row, role: Role, body: Body | None = None, *, brief: bool = False) -> Visit:
    language = "en" if brief else ""

    def ask(school: School) -> Reply:
        sent = body and body(school.scene)
        return school.ask(role, address_of(row, school.scene), sent, language=language)

    how = "" if body is None else " sent" if body is BODIES.get(row.body) else " sent empty"
    return Visit(f"{row.route or 'home'} {row.what} {role.name}{how}", ask, row.route, brief)


def _all() -> Iterator[Visit]:
    shapes: set[str] = set()
    for visit in (visit for row in ROWS for visit in _of(row)):
        shape = RECORDS.sub("admin/…/", visit.route)
        if visit.own or shape not in shapes:
            yield visit
        elif not ALIKE.match(visit.route):
            yield replace(visit, brief=True)
        shapes.add(shape)
    yield from MORE


VISITS = list(_all())
