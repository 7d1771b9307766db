from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Student
from portfolio.models.courses import Enrolment
from portfolio.models.items import Item


class OutcomeState(models.TextChoices):
    WAITING = "waiting", _("待認證")
    CERTIFIED = "certified", _("已認證")
    RETURNED = "returned", _("已退件")
    WITHDRAWN = "withdrawn", _("已撤回")


# What a certifier has decided, and may take back while the window is open.
DECIDED = (OutcomeState.CERTIFIED, OutcomeState.RETURNED)


class CourseOutcomeQuerySet(models.QuerySet["CourseOutcome"]):
    def standing(self) -> "CourseOutcomeQuerySet":
        """Not withdrawn: these fill the quota (rules Q5)."""
        return self.exclude(state=OutcomeState.WITHDRAWN)

    def of(self, student: Student) -> "CourseOutcomeQuerySet":
        return self.filter(enrolment__student=student)

    def of_year(self, school_year: int) -> "CourseOutcomeQuerySet":
        return self.filter(enrolment__section__term__school_year=school_year)

    def with_details(self) -> "CourseOutcomeQuerySet":
        """Everything a list shows of an outcome, in a constant number of queries."""
        return self.select_related(
            "enrolment__student__user",
            "enrolment__section__course",
            "enrolment__section__term",
            "enrolment__section__teacher",
            "enrolment__section__successor",
            "enrolment__section__convener",
        ).prefetch_related(
            "attachments",
            "certifications__decided_by",
            "certifications__on_behalf_of",
            "certifications__taken_back_by",
            "certifications__taken_back_for",
        )


class CourseOutcome(Item):
    """A piece of work from a credited course (課程學習成果, article 5-3)."""

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="outcomes", verbose_name=_("修課")
    )
    state = models.CharField(_("狀態"), max_length=10, choices=OutcomeState, default=OutcomeState.WAITING)

    objects = CourseOutcomeQuerySet.as_manager()

    class Meta:
        verbose_name = _("課程學習成果")
        verbose_name_plural = _("課程學習成果")
        ordering = ("-uploaded_at", "-pk")
        constraints = [
            models.CheckConstraint(condition=~Q(description=""), name="outcome_has_a_description"),
            models.CheckConstraint(
                condition=Q(state=OutcomeState.WITHDRAWN, withdrawn_at__isnull=False)
                | (~Q(state=OutcomeState.WITHDRAWN) & Q(withdrawn_at=None)),
                name="outcome_withdrawn_has_its_time",
            ),
        ]
        indexes = [models.Index(fields=["state", "enrolment"], name="outcome_by_state")]

    def __str__(self) -> str:
        return f"{self.enrolment.section} {self.enrolment.student}"

    @property
    def student(self) -> Student:
        return self.enrolment.student

    @property
    def school_year(self) -> int:
        return self.enrolment.section.term.school_year

    @property
    def title(self) -> str:
        """What people call it: the course's name."""
        return self.enrolment.section.course.name

    @property
    def is_certified(self) -> bool:
        return self.state == OutcomeState.CERTIFIED
