"""The stages that the portfolio knows of: drafts, course outcomes, diverse performances, selection."""

from collections.abc import Iterable, Iterator, Mapping

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import SchoolClass
from portfolio.class_overview.stages import Scope, Stage, StageCounts, adds_stages
from portfolio.models import CourseOutcome, DiversePerformance, Selection, UploadDraft
from portfolio.models.outcomes import OutcomeState
from schedules.domain.activities import GRADE3_AUDIENCES, Activity
from schedules.models import Window

PIECES = gettext_lazy("件")
DRAFTS = Stage("drafts", gettext_lazy("草稿"), "pencil", "still", PIECES, waits_for_somebody=True)
OUTCOMES = {
    OutcomeState.WAITING: Stage(
        "waiting", gettext_lazy("待認證"), "hourglass-split", "info", PIECES, waits_for_somebody=True
    ),
    OutcomeState.RETURNED: Stage(
        "returned", gettext_lazy("已退件"), "arrow-return-left", "stop", PIECES, waits_for_somebody=True
    ),
    OutcomeState.CERTIFIED: Stage("certified", gettext_lazy("已認證"), "patch-check", "go", PIECES),
}
PERFORMANCES = Stage("performances", gettext_lazy("多元表現"), "award", "plain", PIECES)
RETURNED = OUTCOMES[OutcomeState.RETURNED]


@adds_stages(10)
def draft_stage(scope: Scope) -> Iterator[StageCounts]:
    """How many pieces somebody has begun to write; what is in them is nobody else's business."""
    this_year = Q(enrolment=None) | Q(enrolment__section__term__school_year=scope.school_year)
    drafts = UploadDraft.objects.filter(scope.holds("student"), this_year)
    counted = drafts.order_by().values_list("student").annotate(Count("pk"))
    yield StageCounts(DRAFTS, dict(counted))


@adds_stages(20)
def outcome_stages(scope: Scope) -> Iterator[StageCounts]:
    """This year's course outcomes by state; those that were withdrawn are in none."""
    outcomes = CourseOutcome.objects.of_year(scope.school_year).filter(scope.holds("enrolment__student"))
    counted = outcomes.order_by().values_list("enrolment__student", "state").annotate(Count("pk"))
    found = [(student, state, count) for student, state, count in counted]
    for state, stage in OUTCOMES.items():
        yield StageCounts(stage, {student: count for student, one, count in found if one == state})


@adds_stages(30)
def performance_stage(scope: Scope) -> Iterator[StageCounts]:
    standing = DiversePerformance.objects.standing().filter(
        scope.holds("student"), school_year=scope.school_year
    )
    yield StageCounts(PERFORMANCES, dict(standing.order_by().values_list("student").annotate(Count("pk"))))


@adds_stages(40)
def selection_stage(scope: Scope) -> Iterator[StageCounts]:
    """What is selected of the school year that the student's class selects of now."""
    years = selection_years(scope.classes, scope)
    selections = Selection.objects.filter(scope.holds("student"), school_year__in=set(years.values()))
    counted = selections.order_by().values_list("student", "school_year").annotate(Count("pk"))
    yield StageCounts(
        _selected(set(years.values())),
        {
            student: count
            for student, year, count in counted
            if student in scope.class_of and years[scope.class_of[student]] == year
        },
    )


def selection_years(classes: Iterable[SchoolClass], scope: Scope) -> Mapping[int, int]:
    """Class id → the year it selects of: the last one, and grade 3 its own once that has opened (D9, D13)."""
    this_year = scope.school_year
    opened = Window.objects.filter(
        activity=Activity.SELECTION, subject_year=this_year, opens_at__lte=scope.now
    )
    groups = set(opened.values_list("division", "audience"))
    return {
        one.pk: this_year
        if one.grade == 3 and (one.division, GRADE3_AUDIENCES[one.letter_batch]) in groups
        else this_year - 1
        for one in classes
    }


def _selected(years: set[int]) -> Stage:
    note = (
        _("%(year)s 學年度") % {"year": min(years)}
        if len(years) == 1
        else _("上學年度；三年級下學期起為本學年度")
    )
    return Stage(
        "selected", gettext_lazy("已勾選"), "bookmark-check", "go", PIECES, note=note, signed_for=True
    )
