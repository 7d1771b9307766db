"""The annex with a person in every post, for tests of who stands in for whom."""

from dataclasses import dataclass

from accounts.models import Absence, PostHolding, User
from accounts.services.annex import load_annex
from tests.factories import UserFactory, school
from tests.moments import day


@dataclass
class Staff:
    """Post code → who holds it."""

    people: dict[str, User]

    def __getitem__(self, post: str) -> User:
        return self.people[post]

    def leaves(self, post: str, last: str = "2024-10-01") -> None:
        PostHolding.objects.filter(post__code=post).update(ends_on=day(last))

    def is_away(self, post: str, first: str = "2024-10-02", last: str = "2024-10-04") -> Absence:
        person = self.people[post]
        return Absence.objects.create(
            user=person, starts_on=day(first), ends_on=day(last), reason="公假", recorded_by=person
        )


def annex_staff() -> Staff:
    school()
    people = {}
    for code, post in load_annex().items():
        people[code] = UserFactory.create()
        PostHolding.objects.create(post=post, user=people[code], starts_on=day("2020-08-01"))
    return Staff(people)
