"""Hits and what a query asks for become the ranges of text to mark, and how much of the query each hit covers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.german import Word
from index.occurrences import Occurrences, Table
from index.vocabulary import Numbers

_SOME = 0.4  # of what an alternative is worth where only some of its words stand there

Range = tuple[int, int]


class Alternative(NamedTuple):
    """One way in which a word asked for may stand in a text: one word of each set.

    ``worth`` is how much of the word that covers, 0 to 1; ``sets`` are numbers of words of the vocabulary.
    """

    sets: tuple[Numbers, ...]
    worth: float


class Asked(NamedTuple):
    """A word of a query, how much it says beside the others, and the ways in which it may stand in a text, at least one."""

    word: Word
    weight: float
    alternatives: tuple[Alternative, ...]


class Marks(NamedTuple):
    """The ranges (start, end) of a passage's text that match a query, and the share of the query they cover, 0 to 1."""

    ranges: tuple[Range, ...]
    coverage: float


class _Found(NamedTuple):
    """The words of passages, where those of each end, and which of them, by their places, are in which set."""

    table: Table
    ends: NDArray[np.int64]
    places: NDArray[np.int64]
    sets: NDArray[np.int64]


def mark(occurrences: Occurrences, rows: Sequence[int], texts: Sequence[str], asked: Sequence[Asked]) -> list[Marks]:
    """Return the marks of passages, given by their rows and texts, for what is asked."""
    alternatives = [alternative for word in asked for alternative in word.alternatives]
    if not rows or not alternatives:
        return [Marks((), 0.0) for _ in rows]
    table, ends, places, found = _found(occurrences, rows, alternatives)
    of_passage = ends.searchsorted(places, side="right")
    shares = _shares(_present(of_passage, found, len(rows), alternatives), alternatives)
    coverage = _coverage(shares, alternatives, asked)
    of_set = np.repeat(np.arange(len(alternatives)), [len(alternative.sets) for alternative in alternatives])
    is_marked = np.zeros(len(table), np.bool_)
    is_marked[places[_explaining(shares, asked)[of_passage, of_set[found]]]] = True
    marked = is_marked.nonzero()[0]
    bounds = [0, *marked.searchsorted(ends).tolist()]
    ranges = table[marked, 1:].tolist()
    return [
        Marks(_merged(ranges[start:end], text), share)
        for text, start, end, share in zip(texts, bounds, bounds[1:], coverage.tolist(), strict=False)
    ]


def coverages(occurrences: Occurrences, rows: Sequence[int], asked: Sequence[Asked]) -> NDArray[np.float32]:
    """Return the share of what is asked that each of some passages covers, 0 to 1, shape (n,); ``mark`` says the same."""
    alternatives = [alternative for word in asked for alternative in word.alternatives]
    if not rows or not alternatives:
        return np.zeros(len(rows), np.float32)
    _, ends, places, found = _found(occurrences, rows, alternatives)
    present = _present(ends.searchsorted(places, side="right"), found, len(rows), alternatives)
    return _coverage(_shares(present, alternatives), alternatives, asked)


def _found(occurrences: Occurrences, rows: Sequence[int], alternatives: Sequence[Alternative]) -> _Found:
    """Look for the words of all alternatives in passages."""
    # all passages and all sets at once: a call of numpy costs as much as its work on a hundred words
    tables = [occurrences.of(row) for row in rows]
    table = np.concatenate(tables)
    sets = [numbers for alternative in alternatives for numbers in alternative.sets]
    return _Found(table, np.cumsum([len(table) for table in tables]), *_matches(table[:, 0], sets, len(occurrences.vocabulary)))


def _present(
    of_passage: NDArray[np.int64], found: NDArray[np.int64], passages: int, alternatives: Sequence[Alternative]
) -> NDArray[np.float32]:
    """Return 1 for each set that has a word in a passage, shape (passages, sets)."""
    present = np.zeros((passages, sum(len(alternative.sets) for alternative in alternatives)), np.float32)
    present[of_passage, found] = 1
    return present


def _matches(words: NDArray[np.int32], sets: Sequence[Numbers], vocabulary: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which words of a text are in which set, as places and numbers of sets side by side."""
    numbers = np.concatenate(sets)
    wanted = np.zeros(vocabulary, np.bool_)
    wanted[numbers] = True
    places = wanted[words].nonzero()[0]  # first: few words of a text are in any set, and to say in which takes a search
    order = numbers.argsort(kind="stable")
    sorted_numbers = numbers[order]
    first, last = (sorted_numbers.searchsorted(words[places], side=side) for side in ("left", "right"))
    counts = last - first
    at = np.repeat(first - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
    of_set = np.repeat(np.arange(len(sets)), [len(found) for found in sets])[order]
    return np.repeat(places, counts), of_set[at]


def _shares(present: NDArray[np.float32], alternatives: Sequence[Alternative]) -> NDArray[np.float32]:
    """Return the share of each alternative's sets that have a word in each passage, shape (passages, alternatives)."""
    sizes = np.array([len(alternative.sets) for alternative in alternatives])
    shares: NDArray[np.float32] = np.add.reduceat(present, np.cumsum(sizes) - sizes, axis=1) / sizes
    return shares


def _explaining(shares: NDArray[np.float32], asked: Sequence[Asked]) -> NDArray[np.bool_]:
    """Tell which alternatives say why a passage was found, shape (passages, alternatives).

    What stands there in part only, such as "alt" of "alte Menschen", does not, nor do the parts of a compound beside the compound
    itself: "Hauptamtliche" is no "Ehrenamtliche".
    """
    explaining: NDArray[np.bool_] = shares == 1
    first = 0
    for word in asked:
        several = [first + at for at, way in enumerate(word.alternatives) if len(way.sets) > 1]
        if several and len(word.alternatives[0].sets) == 1:
            explaining[:, several] &= ~explaining[:, [first]]
        first += len(word.alternatives)
    return explaining


def _coverage(shares: NDArray[np.float32], alternatives: Sequence[Alternative], asked: Sequence[Asked]) -> NDArray[np.float32]:
    """Return the share of the query that each passage covers, shape (passages,)."""
    worth = np.array([alternative.worth for alternative in alternatives], np.float32)
    values = np.where(shares < 1, shares * _SOME, shares) * worth
    ways = np.array([len(word.alternatives) for word in asked])
    best = np.maximum.reduceat(values, np.cumsum(ways) - ways, axis=1)
    weights = np.array([word.weight for word in asked], np.float32)
    covered: NDArray[np.float32] = (best * weights).sum(axis=1) / (weights.sum() or 1)
    return np.minimum(covered, 1)  # sums in another order differ in the last digit


def _merged(ranges: Sequence[Sequence[int]], text: str) -> tuple[Range, ...]:
    """Join ranges, given in order, that overlap or have only a blank or hyphen between them."""
    if not ranges:
        return ()
    result: list[Range] = []
    first, last = ranges[0]
    for start, end in ranges[1:]:
        if start <= last or text[last:start] in ("-", " "):
            last = max(last, end)
        else:
            result.append((first, last))
            first, last = start, end
    result.append((first, last))
    return tuple(result)
