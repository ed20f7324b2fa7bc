"""Hits and a query's words become the ranges of text to mark, and how much of the query each hit covers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.german import Word
from index.occurrences import Occurrences

_PART = 5  # letters that a part of a compound must have to be marked; shorter ones stand in too many words
_ALIKE = 0.75  # share of letter pairs that a slip of the pen leaves alone

Range = tuple[int, int]


class Marks(NamedTuple):
    """The ranges (start, end) of a passage's text that a query's words match, and the share of the query they cover, 0 to 1."""

    ranges: tuple[Range, ...]
    coverage: float


def mark(occurrences: Occurrences, rows: Sequence[int], texts: Sequence[str], weights: Mapping[Word, float]) -> list[Marks]:
    """Return the marks of passages, given by their rows and texts, for the words of a query and how much each says.

    A word of the text is marked where it has the stem of a word asked for, or contains it (in a compound), or, for a word that
    stands in no passage at all, where it differs from it by a slip only.
    """
    tables = [occurrences.of(row) for row in rows]
    if not tables or not weights:
        return [Marks((), 0.0) for _ in tables]
    # all passages at once: a call of numpy costs as much as its work on a hundred words
    table = np.concatenate(tables)
    numbers, places = np.divmod(_matching(occurrences, list(weights), table[:, 0], rows).ravel().nonzero()[0], len(table) or 1)
    order = places.argsort(kind="stable")
    places = places[order]
    ends = places.searchsorted(list(accumulate(map(len, tables)))).tolist()
    ranges, words = table[places, 1:].tolist(), numbers[order].tolist()
    whole = sum(weights.values()) or 1.0
    shares = [weight / whole for weight in weights.values()]
    return [
        Marks(_merged(ranges[start:end], text), sum([shares[word] for word in sorted(set(words[start:end]))], 0.0))
        for text, start, end in zip(texts, [0, *ends], ends, strict=False)
    ]


def _matching(
    occurrences: Occurrences, wanted: Sequence[Word], stems: NDArray[np.int32], rows: Sequence[int]
) -> NDArray[np.bool_]:
    """Tell which words of some passages match which word asked for, shape (wanted, words)."""
    numbers = [occurrences.stem(word.stem) for word in wanted]
    asked = np.array([-1 if number is None else number for number in numbers], np.int32)
    matching: NDArray[np.bool_] = asked[:, np.newaxis] == stems
    lines = b"".join(map(occurrences.lines, rows))
    rows_inside: list[int] = []
    inside: list[int] = []
    for row, (word, number) in enumerate(zip(wanted, numbers, strict=True)):
        if word.is_stop_word or len(word.stem) < _PART:
            continue
        inside += _places(word.stem.encode(), lines)
        rows_inside += [row] * (len(inside) - len(rows_inside))
        if number is None:
            folded = lines.decode().split("\n")[:-1]
            alike = {other for other in set(folded) if _alike(word.folded, other)}
            matching[row] |= np.fromiter(map(alike.__contains__, folded), bool, len(folded))
    if inside:
        ends = (np.frombuffer(lines, np.uint8) == ord("\n")).nonzero()[0]
        matching[rows_inside, ends.searchsorted(inside)] = True
    return matching


def _places(part: bytes, text: bytes) -> Iterator[int]:
    """Yield where a part stands in a text."""
    found = text.find(part)
    while found >= 0:
        yield found
        found = text.find(part, found + len(part))


def _alike(one: str, other: str) -> bool:
    """Tell whether two words differ by a slip only: most of their letter pairs are the same (Dice 1945)."""
    if min(len(one), len(other)) < _PART or abs(len(one) - len(other)) > 2:
        return False
    pairs, others = _pairs(one), _pairs(other)
    return 2 * len(pairs & others) >= _ALIKE * (len(pairs) + len(others))


@lru_cache(maxsize=200_000)
def _pairs(word: str) -> frozenset[str]:
    return frozenset(map("".join, pairwise(word)))


def _merged(ranges: Sequence[Sequence[int]], text: str) -> tuple[Range, ...]:
    """Join ranges, given in order, that have only a blank or hyphen between them."""
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
