"""What one can look for in a student's pieces and drafts, and the names of what there is to choose from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from accounts.domain.joining import labelled
from accounts.templatetags.ui import STATES
from portfolio.domain.categories import CATEGORIES
from portfolio.domain.category_display import readable
from portfolio.domain.piece_filter import PieceFacts
from portfolio.journeys import Milestone
from portfolio.models import CourseOutcome, DiversePerformance, Enrolment, UploadDraft
from portfolio.models.courses import StudyKind

OUTCOMES, PERFORMANCES = "outcomes", "performances"
DRAFT, WITHDRAWN, SELECTED, UPLOADED = "draft", "withdrawn", "selected", "uploaded"

Codes = Mapping[str, Mapping[str, str]]


def piece_facts(
    piece: CourseOutcome | DiversePerformance, milestones: Iterable[Milestone], codes: Codes
) -> PieceFacts:
    """`piece` as portfolio.queries lists it."""
    if isinstance(piece, CourseOutcome):
        return _outcome_facts(piece, milestones)
    return _performance_facts(piece, milestones, codes)


def _outcome_facts(outcome: CourseOutcome, milestones: Iterable[Milestone]) -> PieceFacts:
    states = {outcome.state, *_reached(outcome, milestones)}
    enrolment = outcome.enrolment
    words = [
        *_course_words(enrolment),
        enrolment.section.teacher.name,
        outcome.description,
        *_file_names(outcome),
    ]
    return PieceFacts(_outcome_kinds(outcome.enrolment), frozenset(states), "\n".join(words))


def _performance_facts(
    performance: DiversePerformance, milestones: Iterable[Milestone], codes: Codes
) -> PieceFacts:
    states = {WITHDRAWN if performance.is_withdrawn else UPLOADED, *_reached(performance, milestones)}
    values = [value for __, value in readable(performance.spec, performance.details, codes)]
    link = performance.external_link
    words = [str(performance.spec.label), performance.description, link, *values, *_file_names(performance)]
    return PieceFacts(_performance_kinds(performance.category), frozenset(states), "\n".join(words))


def draft_facts(draft: UploadDraft) -> PieceFacts:
    typed = [str(value) for value in draft.fields.values()]
    if draft.enrolment:
        kinds, words = _outcome_kinds(draft.enrolment), _course_words(draft.enrolment)
    else:
        kinds, words = _performance_kinds(draft.category), [str(CATEGORIES[draft.category].label)]
    return PieceFacts(kinds, frozenset({DRAFT}), "\n".join([*words, *typed]))


def kind_choices(present: Iterable[str]) -> list[tuple[str, str]]:
    """Those of the kinds that are `present`, with their names, in a fixed order."""
    names = {
        OUTCOMES: _("課程學習成果"),
        **{_of(OUTCOMES, kind): labelled(_("課程學習成果"), kind.label) for kind in StudyKind},
        PERFORMANCES: _("多元表現"),
        **{_of(PERFORMANCES, c.code): labelled(_("多元表現"), c.label) for c in CATEGORIES.values()},
    }
    kinds = set(present)
    return [(kind, name) for kind, name in names.items() if kind in kinds]


def state_choices(present: Iterable[str]) -> list[tuple[str, str]]:
    """Likewise for states."""
    states = set(present)
    return [(state, str(shown.label)) for state, shown in STATES.items() if state in states]


def _reached(piece: CourseOutcome | DiversePerformance, milestones: Iterable[Milestone]) -> set[str]:
    selected = {SELECTED} if hasattr(piece, "selection") else set()
    return selected | {milestone.state for milestone in milestones}


def _outcome_kinds(enrolment: Enrolment) -> frozenset[str]:
    return frozenset({OUTCOMES, _of(OUTCOMES, enrolment.kind)})


def _performance_kinds(category: str) -> frozenset[str]:
    return frozenset({PERFORMANCES, _of(PERFORMANCES, category)})


def _of(group: str, kind: str) -> str:
    return f"{group}-{kind}"


def _course_words(enrolment: Enrolment) -> list[str]:
    section = enrolment.section
    return [section.course.name, section.course.code, str(section.term), str(enrolment.get_kind_display())]


def _file_names(piece: CourseOutcome | DiversePerformance) -> list[str]:
    return [file.original_name for file in getattr(piece, "current_files", [])]
