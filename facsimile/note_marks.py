"""Which figures of a line are note marks, that is, raised ones behind a word.

Runs in the worker process only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.characters import LINE_END_HYPHENS
from corpus.geometry import UNITS_PER_POINT, Box
from facsimile import calls

_RAISED = 0.1  # type sizes from the foot of the other letters to that of a note mark; an index stands lower than they
_RAISED_FIGURE = 0.2
# up to three digits behind a word, several of them apart or not; blanks before and after go with them
_MARK = re.compile(
    r"(?<=[^\W\d_]|[.,;:!?)“”\"»«’])"
    r"([ \u200b\u00a0]*\d{1,3}(?:[ ,\u200b\u00a0]*\d{1,3}){0,5}(?:[ \u200b\u00a0]+(?=[.,;:!?)]))?)(?!\d)"
)
_DIGIT = re.compile(r"\d")
# others of two letters are units and signs
_SHORT_WORDS = frozenset(("ab", "am", "an", "da", "du", "er", "es", "im", "in", "ja", "ob", "so", "um", "wo", "zu"))
_FORMULAS = frozenset(("CO", "NO", "SO"))
_LONGEST_WORD = 20
_BELOW = 0.6  # type sizes below a figure in which a denominator or a lower index stands
_TOUCHING = 0.1  # type sizes by which the letter before a mark may reach under it
_MARK_SIZE = 0.8  # a digit at this share of its line's size or less is a note mark


def note_marks(
    handle: Any, characters: str, edges: NDArray[np.int32], start: int, end: int, size: float, box: Box
) -> Iterator[tuple[int, int]]:
    """Yield the ranges of note numbers: up to three digits right behind a letter, raised.

    They are set smaller, or are the raised figures of the text's own font, which count as of its size.
    """
    if not _DIGIT.search(characters, start, end):
        return  # most lines, in a tenth of the time
    foot: float | None = None  # what most others need not know
    for match in _MARK.finditer(characters[start:end]):
        first, last = start + match.start(1), start + match.end(1)
        if not _bears_a_note(_before(characters, start, first), characters[first]):
            continue
        digits = [at for at in range(first, last) if characters[at].isdigit()]
        lowest = int(edges[digits[0], 1])
        if lowest <= (box.y0 + _RAISED * size) * UNITS_PER_POINT:
            continue
        if foot is None:
            whole = edges[start:end]
            feet = sorted(whole[whole[:, 2] > whole[:, 0], 1].tolist())  # for so few faster than numpy's median
            foot = (feet[(len(feet) - 1) // 2] + feet[len(feet) // 2]) / 2  # the median letter has nothing below its line
        if lowest <= foot + _RAISED * size * UNITS_PER_POINT:
            continue  # as nearly all; what follows takes ten times longer
        digits, last = _raised_ones(characters, edges, digits, last, foot + _RAISED * size * UNITS_PER_POINT)
        raised = int(edges[digits, 1].min()) - foot
        small = calls.sizes(handle, digits).max() <= _MARK_SIZE * size
        least = _RAISED if small else _RAISED_FIGURE
        is_raised = raised > least * size * UNITS_PER_POINT and (small or len(digits) == last - first)
        if is_raised and not _over_something(edges, digits, size):
            yield first, last


def _before(characters: str, start: int, first: int) -> str:
    """Return what stands before a figure of a line: with the end of the line above, where that breaks the word."""
    above = characters[max(0, start - _LONGEST_WORD) : start].rstrip("\r\n ")
    broken = first - start <= _LONGEST_WORD and above[-1:] in LINE_END_HYPHENS
    return (above[:-1] if broken else "") + characters[max(start, first - _LONGEST_WORD) : first]


def _raised_ones(characters: str, edges: NDArray[np.int32], digits: list[int], last: int, height: float) -> tuple[list[int], int]:
    """Return the digits before a number that stands on the line ("Jahr¹² 1704"), and where they end; all where there is none."""
    low = next((at for at in digits if edges[at, 1] <= height), None)
    if low is None or characters[low - 1].isdigit():
        return digits, last
    raised = [at for at in digits if at < low]
    return raised, raised[-1] + 1


def _bears_a_note(before: str, first: str) -> bool:
    """Tell whether a note mark may follow: behind letters that are a unit or a sign, a raised number is a power or an index."""
    word = re.search(r"[^\W\d_]*$", before)
    letters = word[0] if word else ""
    if not letters:  # punctuation
        return True
    if len(letters) <= 2:
        is_name = len(letters) == 2 and letters.isupper() and letters not in _FORMULAS
        return (is_name or letters.lower() in _SHORT_WORDS) and len(before) > len(letters)
    return letters.lower() not in ("chi", "cbm") and (first.isdigit() or len(letters) > 3)


def _over_something(edges: NDArray[np.int32], digits: Sequence[int], size: float) -> bool:
    """Tell whether something is printed right below figures, given in order, as in fractions."""
    low, left, right = edges[digits, 1].min(), edges[digits, 0].min(), edges[digits, 2].max()
    depth = _BELOW * size * UNITS_PER_POINT
    touching = _TOUCHING * size * UNITS_PER_POINT
    beside = (edges[:, 0] < right - touching) & (edges[:, 2] > left + touching) & (edges[:, 2] > edges[:, 0])
    below = (edges[:, 3] < low + depth / 3) & (edges[:, 3] > low - depth)
    beside[digits[0] : digits[-1] + 1] = False  # the commas between them
    return bool((beside & below).any())
