"""Putting chosen things into an order."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

Thing = TypeVar("Thing")


def moved(order: Sequence[int], item: int, places: int) -> list[int]:
    """`order` with `item` that many places further down (up if negative), at the end where there is no more.

    What is not in the order moves nowhere.
    """
    if item not in order:
        return list(order)
    rest = [one for one in order if one != item]
    place = min(max(order.index(item) + places, 0), len(rest))
    return [*rest[:place], item, *rest[place:]]


def chosen_first(things: Iterable[Thing], order: Sequence[int], key: Callable[[Thing], int]) -> list[Thing]:
    """The things in `order` by their keys, then the others as they came."""
    place = {pk: number for number, pk in enumerate(order)}
    return sorted(things, key=lambda thing: place.get(key(thing), len(place)))


def order_differs(before: Sequence[int], after: Sequence[int]) -> bool:
    """Whether what is in both stands in another order."""
    return [one for one in before if one in after] != [one for one in after if one in before]
