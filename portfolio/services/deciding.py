"""Outcomes that are about to be decided, locked and judged together: a hundred cost no more than one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.authority import Authority, authority
from accounts.errors import Conflict, DomainError, InvalidInput, NotAllowed, WindowClosed
from accounts.language import speaking
from accounts.models import User
from portfolio.certification_authority import ActingCertifier, CertificationChains, ChainedSection
from portfolio.certification_ends import held_windows
from portfolio.domain.piece_version import version_of
from portfolio.models import CourseOutcome, OutcomeLook, PortfolioPolicy
from portfolio.models.certifications import Decision
from portfolio.models.outcomes import OutcomeState
from portfolio.permissions import PortfolioAct
from schedules.models import Window

Check = Callable[[CourseOutcome], None]


@dataclass(frozen=True)
class Ruling:
    """What is decided of an outcome; a return says why."""

    decision: Decision
    reason: str = ""


@dataclass(frozen=True)
class Refused:
    outcome: CourseOutcome
    why: str

    def __str__(self) -> str:
        parts = {
            "student": self.outcome.student.user,
            "course": self.outcome.enrolment.section.course,
            "why": self.why,
        }
        return _("%(student)s「%(course)s」：%(why)s") % parts


class SomeRefused(Conflict):
    """Some of several outcomes cannot be decided, so that none of them was; `refused` says which and why."""

    def __init__(self, refused: list[Refused]) -> None:
        lead = _("有 %(count)d 件不能處理，所以一件都沒有變動：") % {"count": len(refused)}
        super().__init__("\n".join([lead, *map(str, refused)]))
        self.refused = refused


@dataclass(frozen=True)
class Docket:
    """Locked outcomes that one person may decide, with what their decisions are to say and keep to."""

    outcomes: list[CourseOutcome]
    _authorities: Mapping[int, Authority]
    _certifiers: Mapping[int, ActingCertifier]
    _windows: Mapping[int, Window]

    def authority(self, outcome: CourseOutcome) -> Authority:
        return self._authorities[outcome.enrolment.section_id]

    def certifier(self, outcome: CourseOutcome) -> ActingCertifier:
        return self._certifiers[outcome.enrolment.section_id]

    def in_time(self, at: datetime) -> Check:
        """Within the window as it ends for the outcome's own student."""

        def check(outcome: CourseOutcome) -> None:
            window = self._windows.get(outcome.pk)
            if window is None:
                message = _("%(term)s 課程學習成果認證沒有適用於這位學生的期程，請洽註冊組。")
                raise WindowClosed(message % {"term": outcome.enrolment.section.term})
            window.require_open(at)

        return check

    def require(self, *checks: Check) -> None:
        """All outcomes pass all checks.

        Raises:
            DomainError: what the check of a single outcome says.
            SomeRefused: of several outcomes, which do not pass.
        """
        found = [(outcome, _obstacle(outcome, checks)) for outcome in self.outcomes]
        refusals = [(outcome, refusal) for outcome, refusal in found if refusal]
        if refusals and len(self.outcomes) == 1:
            raise refusals[0][1]
        if refusals:
            raise SomeRefused([Refused(outcome, refusal.message) for outcome, refusal in refusals])


def open_docket(acts: Mapping[int, PortfolioAct], *, by: User, at: datetime) -> Docket:
    """Lock the outcomes (by id), each for its act.

    Raises:
        InvalidInput: one of them is not there.
        NotAllowed: `by` does not certify in one of their sections now; says who does.
    """
    outcomes = list(
        CourseOutcome.objects.select_for_update(of=("self",))
        .with_details()
        .filter(pk__in=list(acts))
        .order_by("pk")
    )
    if not outcomes or len(outcomes) != len(acts):
        raise InvalidInput(_("勾選的項目無法辨識，請重新整理頁面再勾選。"))
    chains = CertificationChains(at)
    sections = {outcome.enrolment.section_id: outcome.enrolment.section for outcome in outcomes}
    asked = {(acts[outcome.pk], outcome.enrolment.section_id) for outcome in outcomes}

    def answers() -> list[tuple[int, Authority]]:
        return [
            (section, authority(by, act, ChainedSection(sections[section], chains), at))
            for act, section in sorted(asked)
        ]

    with speaking():  # as on the trail
        allowed = answers()
        certifiers = {pk: chains.acting(section) for pk, section in sections.items()}
    if not all(answer.allowed for __, answer in allowed):
        refusals = dict.fromkeys(answer.why for __, answer in answers() if not answer.allowed)
        raise NotAllowed("\n".join(refusals))
    return Docket(
        outcomes,
        dict(allowed),
        certifiers,
        held_windows(CourseOutcome.objects.filter(pk__in=list(acts))),
    )


def waits(outcome: CourseOutcome) -> None:
    if outcome.state != OutcomeState.WAITING:
        message = _("這件課程學習成果目前是「%(state)s」，不是待認證。請重新整理頁面。")
        raise Conflict(message % {"state": outcome.get_state_display()})


def looked_at(outcomes: Iterable[int], by: User) -> Check:
    """That `by` has opened the outcome as it is now, where the school asks for that."""
    if not PortfolioPolicy.current().look_before_certifying:
        return lambda outcome: None
    seen = set(
        OutcomeLook.objects.filter(by=by, outcome__in=list(outcomes)).values_list("outcome", flat=True)
    )

    def check(outcome: CourseOutcome) -> None:
        if outcome.pk not in seen:
            raise Conflict(_("您還沒有開啟過，或學生在您開啟後修改過。請先開啟查看。"))

    return check


def unchanged_since(version: str) -> Check:
    """That the outcome is still the one whose page gave `version`; an empty one claims nothing."""

    def check(outcome: CourseOutcome) -> None:
        if version and version != current_version(outcome):
            raise Conflict(_("學生在您開啟這一頁之後修改了內容，請重新查看後再決定。"))

    return check


def current_version(outcome: CourseOutcome) -> str:
    """Which version the outcome, read `with_details`, is now."""
    return version_of(outcome.description, current_hashes(outcome))


def current_hashes(outcome: CourseOutcome) -> list[str]:
    return sorted(file.sha256 for file in outcome.attachments.all() if file.replaced_at is None)


def _obstacle(outcome: CourseOutcome, checks: Iterable[Check]) -> DomainError | None:
    try:
        for check in checks:
            check(outcome)
    except DomainError as refusal:
        return refusal
    return None
