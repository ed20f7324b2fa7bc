"""Ranges of a passage become a quotation: its exact words with the omissions marked, and the pages of just these words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from citing.marks import turned
from corpus.citation import Place
from corpus.headings import is_heading
from corpus.marking import pages_of
from corpus.publication import Passage
from corpus.sentences import sentence_ranges

Range = tuple[int, int]

#: What stands for words that were left out.
OMISSION = "[…]"
# a gender sign or a hyphen does not end a word
_WORD = re.compile(r"\w+(?:[*:/’'·.-]\w+)*")


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words of a passage: ``ranges`` of its text, in order, with words between them that are left out.

    Made by ``quote`` and ``quote_all``, which see to it that no range cuts a word.
    """

    passage: Passage
    ranges: tuple[Range, ...]

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The words as they stand in the passage, a string a paragraph, with a mark for what was left out."""
        text = self.passage.text
        words = [text[start:end] for start, end in self.ranges]
        joined = words[0]
        for (_, end), (start, _), part in zip(self.ranges, self.ranges[1:], words[1:], strict=False):
            joined += f" {OMISSION}" + ("\n" if "\n" in text[end:start] else " ") + part
        starts, ends = _edges(self.passage)
        first, last = self.ranges[0][0], self.ranges[-1][1]
        before = "" if first in starts else f"{OMISSION} "
        after = "" if last in ends else f" {OMISSION}"
        return tuple(line.strip() for line in (before + joined + after).split("\n") if line.strip())

    @property
    def text(self) -> str:
        """The words in one line."""
        return " ".join(self.paragraphs)

    @property
    def quoted(self) -> str:
        """The words in one line between German quotation marks, the marks inside them turned."""
        return f"„{turned(self.text)}“"

    @property
    def pages(self) -> tuple[int, ...]:
        """Indices of the pages that the words stand on, in order: those of the quoted letters, not of the whole passage."""
        return tuple(sorted({page for start, end in self.ranges for page in pages_of(self.passage, start, end)}))

    @property
    def recognised(self) -> bool:
        """True where some of the words were recognised in a picture."""
        return not set(self.pages).isdisjoint(self.passage.recognised)

    @property
    def doubtful(self) -> bool:
        """True where some of the words were not recognised for sure."""
        return any(a < end and start < b for a, b in self.passage.doubtful for start, end in self.ranges)

    def places(self, places: Sequence[Place]) -> tuple[Place, ...]:
        """Return those of the passage's places that the words stand at."""
        return tuple(place for place in places if place[0] in self.pages)


def sentences(passage: Passage) -> tuple[Range, ...]:
    """Return (start, end) of the sentences of a passage in order, line by line, without the headings above its text."""
    found: list[Range] = []
    at = 0
    for line in passage.text.split("\n"):
        if found or not is_heading(line, passage.heading_path):
            found += [(at + start, at + end) for start, end in (sentence_ranges(line) if line.strip() else ())]
        at += len(line) + 1
    if found:
        found[0] = (max(found[0][0], len(passage.own_mark)), found[0][1])
    stripped = [_stripped(passage.text, range_) for range_ in found]
    return tuple(range_ for range_ in stripped if range_) or _all_of(passage)


def quote_all(passage: Passage) -> Quotation:
    """Return all that a passage says, without the headings above it."""
    found = sentences(passage)
    return Quotation(passage, ((found[0][0], found[-1][1]),))


def quote(passage: Passage, ranges: Iterable[Range]) -> Quotation:
    """Return the words of some ranges of a passage's text, in the order in which they stand, each widened to whole words.

    Raises ValueError where a range is not one of the text, or holds no words.
    """
    text = passage.text
    words = [match.span() for match in _WORD.finditer(text)]
    starts, ends = _edges(passage)
    wanted: list[Range] = []
    behind = len(passage.own_mark)
    for start, end in sorted(ranges):
        start = behind if 0 <= start < behind < end else start
        inside = _stripped(text, (start, end)) if 0 <= start < end <= len(text) else None
        if inside is None or not any(map(str.isalnum, text[start:end])):
            raise ValueError(f"{start} to {end} is no part of a text of {len(text)} characters")
        start, end = inside
        if start not in starts:
            start = next((first for first, last in words if first < start < last), start)
        if end not in ends:  # a sentence may end without a blank behind it
            end = next((last for first, last in words if first < end < last), end)
        if wanted and not text[wanted[-1][1] : start].strip():
            wanted[-1] = (wanted[-1][0], max(wanted[-1][1], end))
        else:
            wanted.append((start, end))
    if not wanted:
        raise ValueError("nothing is quoted")
    assert all(one[1] < other[0] for one, other in pairwise(wanted))
    return Quotation(passage, tuple(wanted))


def _edges(passage: Passage) -> tuple[set[int], set[int]]:
    """Return where a quotation may begin, and where it may end, without cutting a sentence."""
    whole = _all_of(passage)[0]
    found = sentences(passage)
    return {whole[0], *(start for start, _ in found)}, {whole[1], *(end for _, end in found)}


def _all_of(passage: Passage) -> tuple[Range, ...]:
    return (_stripped(passage.text, (0, len(passage.text))) or (0, len(passage.text)),)


def _stripped(text: str, range_: Range) -> Range | None:
    """Return a range without the white space at its ends, None where nothing is left."""
    start, end = range_
    inside = text[start:end]
    if not inside.strip():
        return None
    return start + len(inside) - len(inside.lstrip()), start + len(inside.rstrip())
