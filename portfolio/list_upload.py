"""The lists that an office imports on the staff page, and an upload that waits to be confirmed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.authority import authority
from accounts.list_files import SealedUpload
from accounts.list_permissions import ListImportAct
from accounts.models import User
from accounts.services.class_import import Classes
from accounts.services.list_import import ListKind, ListReport, import_list
from accounts.services.people_import import People
from portfolio.services.course_import import Courses, Sections
from portfolio.services.enrolment_import import Enrolments
from schedules.models import Term

_SESSION_KEY = "list_upload"


@dataclass(frozen=True)
class OfferedList:
    label: str | Promise
    kind: type[ListKind]
    make: Callable[[Term | None], ListKind]
    of_a_term: bool = False


def _in_term(kind: Callable[[Term], ListKind]) -> Callable[[Term | None], ListKind]:
    def make(term: Term | None) -> ListKind:
        assert term is not None, "the form asks for a term"
        return kind(term)

    return make


LISTS = {
    ListImportAct.CLASSES.value: OfferedList(gettext_lazy("班級與導師"), Classes, lambda __: Classes()),
    ListImportAct.PEOPLE.value: OfferedList(gettext_lazy("人員（學生與教師）"), People, lambda __: People()),
    ListImportAct.COURSES.value: OfferedList(gettext_lazy("科目"), Courses, lambda __: Courses()),
    ListImportAct.SECTIONS.value: OfferedList(
        gettext_lazy("開課與任課教師"), Sections, _in_term(Sections), True
    ),
    ListImportAct.ENROLMENTS.value: OfferedList(
        gettext_lazy("修課名單"), Enrolments, _in_term(Enrolments), True
    ),
}


def lists_for(user: User, at: datetime) -> dict[str, OfferedList]:
    """The lists that `user` may import for one division at least."""
    return {act: offered for act, offered in LISTS.items() if authority(user, act, (), at).allowed}


@dataclass(frozen=True)
class WaitingUpload:
    """A list that was handed in and waits, encrypted, for its confirmation in this session."""

    act: str
    term: int | None
    file: str
    file_name: str

    @classmethod
    def keep(
        cls, request: HttpRequest, act: str, term: Term | None, content: bytes, file_name: str
    ) -> WaitingUpload:
        """Keep an upload in place of the one before."""
        if before := cls.of(request):
            before.drop(request)
        storage = SealedUpload()
        storage.save(content)
        waiting = cls(act, term.pk if term else None, storage.name, file_name)
        request.session[_SESSION_KEY] = vars(waiting)
        return waiting

    @classmethod
    def of(cls, request: HttpRequest) -> WaitingUpload | None:
        kept = request.session.get(_SESSION_KEY)
        return cls(**kept) if kept else None

    @property
    def offered(self) -> OfferedList:
        return LISTS[self.act]

    def drop(self, request: HttpRequest) -> None:
        SealedUpload(name=self.file).remove()
        request.session.pop(_SESSION_KEY, None)

    def imported(self, *, by: User, at: datetime, dry_run: bool, accept_warnings: bool = False) -> ListReport:
        """What importing it does, or would do.

        Raises:
            FileNotFoundError: it has been imported or is too old.
            DomainError: as `import_list`.
        """
        term = Term.objects.get(pk=self.term) if self.term else None
        return import_list(
            self.offered.make(term),
            SealedUpload(name=self.file).read(),
            file_name=self.file_name,
            by=by,
            at=at,
            dry_run=dry_run,
            accept_warnings=accept_warnings,
        )


@dataclass(frozen=True)
class ReviewLine:
    """One line of the report. `tone` is a class of the stylesheet."""

    tone: str
    state: str
    row: int | None
    what: str
    detail: str = ""


def review_lines(report: ListReport) -> Iterator[ReviewLine]:
    """What needs attention first: errors, warnings, changes, who is gone, then what is new."""
    kind = report.kind
    headings = {column.name: column.heading for column in kind.columns}
    for problem in report.problems:
        yield ReviewLine("stop", _("錯誤"), problem.row, problem.heading, problem.message)
    for warning in report.warnings:
        yield ReviewLine("heed", _("警告"), warning.row, warning.heading, warning.message)
    for change in report.diff.changed:
        for name, (old, new) in change.values.items():
            detail = f"{kind.shown(name, old)} → {kind.shown(name, new)}"
            what = f"{_named(kind, change.row.values)}：{headings[name]}"
            yield ReviewLine("info", _("修改"), change.row.number, what, detail)
    for key in report.diff.gone:
        values = dict(zip(kind.key, key, strict=True))
        yield ReviewLine("still", _("名單已無"), None, _named(kind, values), _("保留不動"))
    for row in report.diff.new:
        yield ReviewLine("go", _("新增"), row.number, _named(kind, row.values))


def _named(kind: ListKind, values: dict[str, object]) -> str:
    return " ".join(kind.shown(name, values.get(name)) for name in kind.key)
