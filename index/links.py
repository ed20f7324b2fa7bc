"""A passage as it was once published becomes what is to be said of it today: unchanged, moved, changed, gone, or not certain."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache

import numpy as np

from corpus.marking import text_on
from corpus.publication import Passage
from index.alignment import NOWHERE, Numbers, Words, align, places
from index.fragments import Letters
from index.register import Edition, Record

_SURE = 12  # words: the same ones elsewhere, among others, are the passage that was moved; fewer may be a look-alike
_JUMP = 40  # words that may have been put into a part; what lies farther apart are two parts
_MOST_SHOWN = 6  # places that may be meant


class Fate(StrEnum):
    """What became of a passage that was published."""

    KEPT = "kept"  # word for word, perhaps in several places
    CHANGED = "changed"  # some of its sentences, or in other words
    GONE = "gone"
    UNCERTAIN = "uncertain"  # its words stand somewhere, but perhaps it is another passage


class Mark(StrEnum):
    """What became of a run of words."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Run:
    """Words of a passage, with the marks and blanks behind them, and what became of them."""

    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """A range of a passage's text, as it stands today."""

    passage: Passage
    start: int
    end: int

    @property
    def is_whole(self) -> bool:
        """True where it is all of the passage but for marks at its ends."""
        text = wording(self.passage)
        return not any(c.isalnum() for c in text[: self.start] + text[self.end :])

    @property
    def pages(self) -> tuple[int, ...]:
        """Indices of the pages it stands on, in order."""
        on = ((page, text_on(self.passage, page)) for page in self.passage.pages)
        return tuple(page for page, ranges in on if any(s < self.end and self.start < e for s, e in ranges))


@dataclass(frozen=True, slots=True)
class Part:
    """What stands together today of a passage, and how its words differ."""

    stretches: tuple[Stretch, ...]
    runs: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True)
class Resolution:
    """What became of a passage: the parts in which it stands today, or the places that may be meant where that is uncertain."""

    fate: Fate
    parts: tuple[Part, ...] = ()


def wording(item: Passage | Record) -> str:
    """Return the text of a passage with blanks in place of a footnote's number, which changes with every other footnote."""
    return " " * len(item.note) + item.text[len(item.note) :] if item.note and item.text.startswith(item.note) else item.text


class Reading:
    """A publication as it reads today: its passages in order, and their words."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.passages = tuple(passages)

    @cached_property
    def words(self) -> Words:
        """The words of its passages."""
        return Words.of(map(wording, self.passages))

    @cached_property
    def letters(self) -> Letters:
        """Their letters, in which wordings are looked up."""
        return Letters(self.words)

    def stretches(self, words: range) -> tuple[Stretch, ...]:
        """Return where words stand, one stretch a passage."""
        at = self.words.at
        result: list[Stretch] = []
        for number in range(at[words.start][0], at[words.stop - 1][0] + 1):
            own = self.words.of_text(number)
            first, last = max(words.start, own.start), min(words.stop, own.stop) - 1
            if first <= last:
                result.append(Stretch(self.passages[number], at[first][1], at[last][2]))
        return tuple(result)


def resolve(edition: Edition, position: int, today: Reading, others: Collection[str] = ()) -> Resolution:
    """Return what became of the passage of an edition by its position there.

    ``others`` are ids of passages that are known to be other ones, since they once stood beside it.
    """
    old, where = _beside(edition, today)
    words = old.of_text(position)
    found = where[words.start : words.stop] != NOWHERE
    if found.all() and len(words):
        together = _together(where[words.start : words.stop])
        return Resolution(Fate.KEPT, tuple(Part(today.stretches(span)) for span in together))
    if found.any():
        return Resolution(Fate.CHANGED, tuple(_parts(records_of(edition)[position], old, words, where, today)))
    return _by_wording(old, words, where, today, others)


@lru_cache(maxsize=8)
def _beside(edition: Edition, today: Reading) -> tuple[Words, Numbers]:
    """Lay an edition beside today's reading, which takes a tenth of a second for a book."""
    old = Words.of(map(wording, records_of(edition)))
    return old, align(old, today.words)


@lru_cache(maxsize=16)
def records_of(edition: Edition) -> tuple[Record, ...]:
    """Return the passages of an edition, unpacked once for many links."""
    return edition.records


@lru_cache(maxsize=8)
def letters_of(edition: Edition) -> tuple[Words, Letters]:
    """Return the words of an edition, and their letters, in which wordings are looked up."""
    words = Words.of(map(wording, records_of(edition)))
    return words, Letters(words)


def _together(places: Numbers) -> Iterator[range]:
    """Yield the stretches of places that follow each other: something new may have come to stand inside a passage."""
    for stretch in np.split(places, np.flatnonzero(np.diff(places) != 1) + 1):
        yield range(int(stretch[0]), int(stretch[-1]) + 1)


def _by_wording(old: Words, words: range, where: Numbers, today: Reading, others: Collection[str]) -> Resolution:
    """Look for words that nothing around them places: where they are many, and stand once in both, they are the same passage."""
    wanted = old.written[words.start : words.stop]
    taken = set(where[where != NOWHERE].tolist())
    standing = (range(at, at + len(wanted)) for at in places(wanted, today.words))
    free = (today.stretches(place) for place in standing if not taken.intersection(place))
    found = [there for there in free if not any(stretch.passage.id in others for stretch in there)]
    if not found:
        return Resolution(Fate.GONE)
    parts = tuple(Part(there) for there in found[:_MOST_SHOWN])
    is_sure = len(found) == 1 and len(wanted) >= _SURE and len(list(places(wanted, old))) == 1
    return Resolution(Fate.KEPT if is_sure else Fate.UNCERTAIN, parts)


def _parts(record: Record, old: Words, words: range, where: Numbers, today: Reading) -> Iterator[Part]:
    """Yield the parts of a changed passage, in its own order; what is gone stays with what stood before it."""
    claimed = set(where[where != NOWHERE].tolist())
    groups: list[list[int]] = [[]]  # words of the passage, those of a part together
    last = NOWHERE
    for word in words:
        place = int(where[word])
        if place != NOWHERE:
            if last != NOWHERE and not 0 < place - last <= _JUMP + 1:
                groups.append([])
            last = place
        groups[-1].append(word)
    for group in groups:
        there = where[group][where[group] != NOWHERE]
        span = _rounded(range(int(there[0]), int(there[-1]) + 1), today.words, claimed)
        yield Part(today.stretches(span), tuple(_runs(record.text, old, group, where, span, today)))


def _rounded(span: range, words: Words, claimed: set[int]) -> range:
    """Return a span with what belongs to its first and its last sentence, unless that stood elsewhere before."""
    first, last = span.start, span.stop
    begin = max((s for s in words.sentences if s <= first), default=first)
    end = min((s for s in words.sentences if s >= last), default=last)
    while first > begin and first - 1 not in claimed:
        first -= 1
    while last < end and last not in claimed:
        last += 1
    return range(first, last)


def _runs(text: str, old: Words, group: Sequence[int], where: Numbers, span: range, today: Reading) -> Iterator[Run]:
    """Yield the runs of a part: what is kept and what is new as it stands today, what is gone as it stood."""
    marked: list[tuple[Mark, str]] = []
    done = span.start
    for word in group:
        place = int(where[word])
        if place == NOWHERE:
            marked.append((Mark.REMOVED, _shown(text, old, word)))
            continue
        marked += [(Mark.ADDED, _today(today, new)) for new in range(done, place)]
        marked.append((Mark.KEPT, _today(today, place)))
        done = place + 1
    marked += [(Mark.ADDED, _today(today, new)) for new in range(done, span.stop)]
    start = 0
    for end in range(1, len(marked) + 1):
        if end == len(marked) or marked[end][0] is not marked[start][0]:
            yield Run(marked[start][0], "".join(shown for _, shown in marked[start:end]))
            start = end


def _today(today: Reading, word: int) -> str:
    return _shown(today.passages[today.words.at[word][0]].text, today.words, word)


def _shown(text: str, words: Words, word: int) -> str:
    """Return a word with what stands behind it up to the next one, and what stands before the first one of a text."""
    number, start, _ = words.at[word]
    own = words.of_text(number)
    after = words.at[word + 1][1] if word + 1 < own.stop else len(text)
    return text[0 if word == own.start else start : after] + ("" if word + 1 < own.stop else "\n")
