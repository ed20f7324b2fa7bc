"""The passages that a reader has collected: a list that fits into a cookie, and into an address that is passed on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from search_app.selection import Selection

#: As many as a seminar reads, and as many as their addresses can name.
MOST = 100
_LONGEST = 3000  # characters: browsers keep cookies up to 4,096, servers read a first line up to 4,094
_BETWEEN = "|"


class Full(Exception):
    """Another passage has no room in the list."""


@dataclass(frozen=True, slots=True)
class Collection:
    """Selections in the order that the reader gave them, each once."""

    selections: tuple[Selection, ...] = ()

    @classmethod
    def parse(cls, tokens: Iterable[str]) -> Collection:
        """Read selections as addresses name them; what can't be read is passed over, and what is too much is left out."""
        found: dict[str, Selection] = {}
        for token in tokens:
            selection = Selection.parse(token)
            if selection and _fits([*found, token]):
                found.setdefault(str(selection), selection)
        return cls(tuple(found.values()))

    @classmethod
    def of_cookie(cls, value: str) -> Collection:
        """Read what ``cookie`` writes."""
        return cls.parse(value.split(_BETWEEN))

    @property
    def cookie(self) -> str:
        """The list as a cookie keeps it."""
        return _BETWEEN.join(self.tokens)

    @property
    def tokens(self) -> tuple[str, ...]:
        """The selections as addresses name them."""
        return tuple(map(str, self.selections))

    def with_all(self, more: Collection) -> Collection:
        """Return the list with others at its end; raises Full where they have no room."""
        tokens = list(dict.fromkeys((*self.tokens, *more.tokens)))
        if not _fits(tokens):
            raise Full
        return Collection.parse(tokens)

    def without(self, token: str) -> Collection:
        """Return the list without a selection."""
        return Collection.parse(other for other in self.tokens if other != token)

    def moved(self, token: str, by: int) -> Collection:
        """Return the list with a selection so many places further down, or up where ``by`` is negative."""
        tokens = [other for other in self.tokens if other != token]
        if token in self.tokens:
            tokens.insert(max(0, self.tokens.index(token) + by), token)
        return Collection.parse(tokens)


def _fits(tokens: list[str]) -> bool:
    return len(tokens) <= MOST and len(_BETWEEN.join(tokens)) + 2 * len(tokens) <= _LONGEST
