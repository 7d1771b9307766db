"""Whom an announcement is for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.domain.enrolment import LEAVERS
from accounts.domain.roc_calendar import school_year_of
from accounts.models import (
    Announcement,
    ClassPlacement,
    Guardianship,
    PostHolding,
    SchoolClass,
    Student,
    User,
)
from accounts.models.announcements import Audience

Seat = tuple[str, int, int]
_SEAT = ("division", "grade", "pk")


def recipients(announcement: Announcement, day: date) -> QuerySet[User]:
    """The people whom `announcement` is for on `day`, whose accounts are enabled; each once."""
    students = _students(announcement, day)
    parts = {
        Audience.STUDENTS: Q(student__in=students),
        Audience.GUARDIANS: Q(
            pk__in=Guardianship.objects.on(day).filter(student__in=students).order_by().values("guardian")
        ),
        Audience.STAFF: Q(pk__in=_staff(announcement, day).order_by().values("pk")),
    }
    wanted = [announcement.audience] if announcement.audience in parts else list(parts)
    everybody = Q()
    for part in wanted:
        everybody |= parts[Audience(part)]
    return User.objects.filter(everybody, is_active=True)


@dataclass(frozen=True)
class Reader:
    """A person as far as audiences are concerned, read once. Answers as `recipients` does.

    `seats` and `children` are (division, grade, class id) of this year; `homerooms` likewise.
    """

    seats: frozenset[Seat]
    children: frozenset[Seat]
    homerooms: frozenset[Seat]
    divisions: frozenset[str]
    is_staff: bool

    @classmethod
    def of(cls, user: User, day: date) -> Reader:
        year = school_year_of(day)
        students = Student.objects.exclude(status__in=LEAVERS)
        guarded = Guardianship.objects.on(day).filter(guardian=user)
        is_student = Student.objects.filter(user=user).exists()
        posts = PostHolding.objects.on(day).filter(user=user)
        return cls(
            seats=_seats(students.filter(user=user), year),
            children=_seats(students.filter(pk__in=guarded.values("student")), year),
            homerooms=frozenset(
                SchoolClass.objects.filter(school_year=year, homeroom_teacher=user).values_list(*_SEAT)
            ),
            divisions=frozenset(posts.values_list("post__office__division", flat=True)),
            is_staff=not is_student and (not guarded.exists() or user.holdings.exists()),
        )

    def is_meant(self, one: Announcement) -> bool:
        wanted = one.audience
        return (
            (wanted in (Audience.STUDENTS, Audience.EVERYBODY) and _any(self.seats, one))
            or (wanted in (Audience.GUARDIANS, Audience.EVERYBODY) and _any(self.children, one))
            or (wanted in (Audience.STAFF, Audience.EVERYBODY) and self._is_meant_as_staff(one))
        )

    def _is_meant_as_staff(self, one: Announcement) -> bool:
        if one.division and not one.grade and not one.school_class_id:
            return one.division in self.divisions or _any(self.homerooms, one)
        if one.grade or one.school_class_id:
            return _any(self.homerooms, one)
        return self.is_staff


def announcements_for(user: User, at: datetime) -> list[Announcement]:
    """What `user` is to see at `at`, newest first."""
    day = timezone.localdate(at)
    shown = Announcement.objects.filter(published_at__lte=at, shown_until__gte=day, withdrawn_at=None)
    candidates = list(shown.select_related("office", "school_class").order_by("-published_at", "-pk"))
    if not candidates:
        return []
    reader = Reader.of(user, day)
    return [one for one in candidates if reader.is_meant(one)]


def _seats(students: QuerySet[Student], year: int) -> frozenset[Seat]:
    placements = ClassPlacement.objects.filter(student__in=students, school_year=year)
    return frozenset(placements.values_list(*(f"school_class__{name}" for name in _SEAT)))


def _any(seats: frozenset[Seat], one: Announcement) -> bool:
    wanted = (one.division, one.grade, one.school_class_id)
    return any(all(w in (None, "", s) for w, s in zip(wanted, seat, strict=True)) for seat in seats)


def _students(announcement: Announcement, day: date) -> QuerySet[Student]:
    placements = ClassPlacement.objects.filter(school_year=school_year_of(day))
    for name, value in (
        ("school_class__division", announcement.division),
        ("school_class__grade", announcement.grade),
        ("school_class", announcement.school_class_id),
    ):
        if value:
            placements = placements.filter(**{name: value})
    return Student.objects.filter(pk__in=placements.order_by().values("student")).exclude(status__in=LEAVERS)


def _staff(announcement: Announcement, day: date) -> QuerySet[User]:
    """Everybody who is neither a student nor merely a guardian; narrowed to a division, those who hold its
    posts or have its classes; narrowed to a grade or class, its homeroom teachers."""
    classes = SchoolClass.objects.filter(school_year=school_year_of(day), homeroom_teacher__isnull=False)
    holdings = PostHolding.objects.on(day)
    if announcement.school_class_id or announcement.grade:
        narrowed = {"pk": announcement.school_class_id} if announcement.school_class_id else {}
        if announcement.grade:
            narrowed["grade"] = announcement.grade
        if announcement.division:
            classes = classes.filter(division=announcement.division)
        return User.objects.filter(homerooms__in=classes.filter(**narrowed)).distinct()
    if announcement.division:
        classes = classes.filter(division=announcement.division)
        holdings = holdings.filter(post__office__division=announcement.division)
        mine = Q(pk__in=classes.order_by().values("homeroom_teacher")) | Q(
            pk__in=holdings.order_by().values("user")
        )
        return User.objects.filter(mine)
    guardians = Guardianship.objects.on(day).order_by().values("guardian")
    return User.objects.filter(student=None).exclude(pk__in=guardians, holdings=None)
