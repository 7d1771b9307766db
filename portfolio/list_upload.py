"""The lists that an office imports on the staff page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts.authority import authority
from accounts.duty_roster import read_once
from accounts.list_permissions import ListImportAct
from accounts.models import ListUpload, User
from accounts.services.class_import import Classes
from accounts.services.list_import import ListKind
from accounts.services.people_import import People
from portfolio.services.cadre_import import CadreRecords
from portfolio.services.course_import import Courses, Sections
from portfolio.services.enrolment_import import Enrolments
from portfolio.services.grade_import import Grades
from schedules.models import Term


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
    ListImportAct.GRADES.value: OfferedList(gettext_lazy("成績"), Grades, _in_term(Grades), True),
    ListImportAct.CADRE.value: OfferedList(
        gettext_lazy("幹部經歷"), CadreRecords, _in_term(CadreRecords), True
    ),
}


def lists_for(user: User, at: datetime) -> dict[str, OfferedList]:
    """The lists that `user` may import for one division at least."""
    with read_once():
        return {act: offered for act, offered in LISTS.items() if authority(user, act, (), at).allowed}


def kind_of(upload: ListUpload) -> ListKind:
    """A new instance of the list that `upload` is."""
    term = Term.objects.get(pk=upload.term) if upload.term else None
    return LISTS[upload.act].make(term)
