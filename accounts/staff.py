"""Who works at the school: for whom absences, drafts and the staff's security rules are."""

from collections.abc import Callable

from accounts.models import Guardianship, PostHolding, SchoolClass, Student, User

Question = Callable[[User], bool]
_signs: list[Question] = []


def sign_of_staff(question: Question) -> Question:
    """Register a question to which yes means that somebody works here, though they may be a parent too."""
    _signs.append(question)
    return question


def is_staff_member(user: User) -> bool:
    """Whether `user` works at the school: neither a student nor merely somebody's guardian."""
    if Student.objects.filter(user=user).exists():
        return False
    return not Guardianship.objects.filter(guardian=user).exists() or any(sign(user) for sign in _signs)


@sign_of_staff
def holds_a_post(user: User) -> bool:
    return PostHolding.objects.filter(user=user).exists()


@sign_of_staff
def has_a_class(user: User) -> bool:
    return SchoolClass.objects.filter(homeroom_teacher=user).exists()
