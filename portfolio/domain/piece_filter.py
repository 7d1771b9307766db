"""Looking for pieces: by words, by what kind they are, and by a state they have reached."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PieceFacts:
    """What one can look for in a piece: every kind it is of, every state it has reached, all its words."""

    kinds: frozenset[str]
    states: frozenset[str]
    text: str


@dataclass(frozen=True)
class PieceFilter:
    """What is looked for; an empty field asks for nothing."""

    words: str = ""
    kind: str = ""
    state: str = ""

    @property
    def is_set(self) -> bool:
        return bool(self.words.split() or self.kind or self.state)

    def keeps(self, piece: PieceFacts) -> bool:
        """Whether `piece` is of the kind, has reached the state, and has every one of the words."""
        text = piece.text.casefold()
        return (
            (not self.kind or self.kind in piece.kinds)
            and (not self.state or self.state in piece.states)
            and all(word in text for word in self.words.casefold().split())
        )
