"""Composition by inversion: a lower app keeps the list, the apps above add what they have to it."""

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Given = TypeVar("Given")
Builder = Callable[[Asked], Iterable[Given]]


class Builders(Generic[Asked, Given]):
    """Functions that each say what there is for something; called, it gathers what all of them have."""

    def __init__(self) -> None:
        self._kept: list[tuple[int, Builder[Asked, Given]]] = []

    def adding(self, order: int) -> Callable[[Builder[Asked, Given]], Builder[Asked, Given]]:
        """A decorator that adds a builder; smaller `order` comes first."""

        def keep(builder: Builder[Asked, Given]) -> Builder[Asked, Given]:
            self._kept.append((order, builder))
            self._kept.sort(key=lambda entry: entry[0])
            return builder

        return keep

    def __call__(self, asked: Asked) -> list[Given]:
        return [given for __, build in self._kept for given in build(asked)]
