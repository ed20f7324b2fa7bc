"""The words that a reader chose to quote, as an address says them: "0123456789abcdef", "0123456789abcdef~120-260~300-340"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from citing.quotation import Quotation, Range, quote, quote_all
from corpus.publication import Passage

_MOST_RANGES = 50
_RANGE = re.compile(r"(\d{1,7})-(\d{1,7})")
_ID = re.compile(r"[0-9a-f]{16}(?:-\d{1,4})?")


@dataclass(frozen=True, slots=True)
class Selection:
    """A passage by its id, and the ranges of its text that are quoted; none means all of it."""

    passage_id: str
    ranges: tuple[Range, ...] = ()

    @classmethod
    def parse(cls, token: str) -> Selection | None:
        """Read what ``str`` writes, None where it is nothing like it."""
        passage_id, *ranges = token.split("~")
        found = parse_ranges(ranges)
        return cls(passage_id, found) if _ID.fullmatch(passage_id) and found is not None else None

    def __str__(self) -> str:
        return "~".join([self.passage_id, *self.written])

    @property
    def written(self) -> list[str]:
        """The ranges as an address lists them."""
        return [f"{start}-{end}" for start, end in self.ranges]

    def quotation(self, passage: Passage) -> Quotation:
        """Return the words of the passage that is meant; raises ValueError where its text has no such ranges."""
        return quote(passage, self.ranges) if self.ranges else quote_all(passage)


def selected(passage_id: str, ranges: Iterable[str]) -> Selection:
    """Return the selection of ranges as an address lists them; raises ValueError where they are none."""
    found = parse_ranges(list(ranges))
    if found is None:
        raise ValueError("no ranges")
    return Selection(passage_id, found)


def parse_ranges(texts: list[str]) -> tuple[Range, ...] | None:
    """Read ranges such as "120-260", None where one is none."""
    found = [_RANGE.fullmatch(text) for text in texts]
    if len(found) > _MOST_RANGES or not all(found):
        return None
    return tuple((int(match[1]), int(match[2])) for match in found if match)
