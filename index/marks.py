"""Hits and what a query asks for become the ranges of text to mark, and how much of the query each hit covers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from index.german import Word
from index.occurrences import Occurrences, Table
from index.vocabulary import Numbers

_NOTHING: Table = np.empty((0, 3), np.int32)
_SOME = 0.4  # of what an alternative is worth where only some of its words stand there

Range = tuple[int, int]
#: Sets of words, numbered through all alternatives of all words asked for: the bits of a number.
Sets = int


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
    """The words of passages that are of some sets, in order: the place of the passage of each, its sets, and where it stands."""

    passages: list[int]
    sets: list[Sets]
    table: Table


class _Reading(NamedTuple):
    """What it means that words of some sets stand in a passage: how much that covers, and which of them say why it was found."""

    coverage: float
    explaining: Sets


def mark(occurrences: Occurrences, rows: Sequence[int], texts: Sequence[str], asked: Sequence[Asked]) -> list[Marks]:
    """Return the marks of passages, given by their rows and texts, for what is asked."""
    found = _found(occurrences, rows, asked)
    readings = _readings(found, len(rows), asked)
    marked: list[list[Range]] = [[] for _ in rows]
    for passage, sets, (_, start, end) in zip(found.passages, found.sets, found.table.tolist(), strict=True):
        if sets & readings[passage].explaining:
            marked[passage].append((start, end))
    return [Marks(_merged(ranges, text), read.coverage) for ranges, text, read in zip(marked, texts, readings, strict=True)]


def coverages(occurrences: Occurrences, rows: Sequence[int], asked: Sequence[Asked]) -> list[float]:
    """Return the share of what is asked that each of some passages covers, 0 to 1; ``mark`` says the same."""
    return [reading.coverage for reading in _readings(_found(occurrences, rows, asked), len(rows), asked)]


def _found(occurrences: Occurrences, rows: Sequence[int], asked: Sequence[Asked]) -> _Found:
    """Look for words of any set in passages."""
    if not rows or not asked:
        return _Found([], [], _NOTHING)
    tables = [occurrences.of(row) for row in rows]  # all passages at once: a call of numpy costs as much as its work on one
    table = np.concatenate(tables)
    words = table[:, 0]
    sets = _sets_of_words(asked)
    wanted = np.zeros(len(occurrences.vocabulary), np.bool_)
    wanted[list(sets)] = True
    places = wanted[words].nonzero()[0]
    found = table[places]
    ends = list(accumulate(map(len, tables)))
    passages = np.searchsorted(ends, places, side="right").tolist()
    return _Found(passages, [sets[word] for word in found[:, 0].tolist()], found)


def _sets_of_words(asked: Sequence[Asked]) -> dict[int, Sets]:
    """Return the sets that each word, by its number, is of."""
    of_word: dict[int, Sets] = {}
    every = (numbers for word in asked for way in word.alternatives for numbers in way.sets)
    for at, numbers in enumerate(every):
        for number in numbers.tolist():
            of_word[number] = of_word.get(number, 0) | 1 << at
    return of_word


def _readings(found: _Found, passages: int, asked: Sequence[Asked]) -> list[_Reading]:
    """Return the reading of each passage; many have words of the same sets."""
    standing = [0] * passages
    for passage, sets in zip(found.passages, found.sets, strict=True):
        standing[passage] |= sets
    readings = {sets: _read(sets, asked) for sets in set(standing)}
    return [readings[sets] for sets in standing]


def _read(standing: Sets, asked: Sequence[Asked]) -> _Reading:
    """Read sets of which words stand in a passage.

    What stands there in part only, such as "alt" of "alte Menschen", does not say why it was found, nor do the parts of a
    compound beside the compound itself: "Hauptamtliche" is no "Ehrenamtliche".
    """
    covered = total = 0.0
    explaining, first = 0, 1  # the bit of an alternative's first set
    for word in asked:
        best, itself = 0.0, False
        for at, way in enumerate(word.alternatives):
            every = (first << len(way.sets)) - first
            there = standing & every
            if there == every:
                best = max(best, way.worth)
                itself = itself or (not at and len(way.sets) == 1)
                explaining |= every if len(way.sets) == 1 or not itself else 0
            elif there:
                best = max(best, way.worth * _SOME * there.bit_count() / len(way.sets))
            first <<= len(way.sets)
        covered += word.weight * best
        total += word.weight
    return _Reading(min(covered / (total or 1), 1.0), explaining)


def _merged(ranges: Sequence[Range], text: str) -> tuple[Range, ...]:
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
