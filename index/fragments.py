"""The part of an address that quotes: [prefix-,]start[,end][,-suffix], each percent-encoded, as text fragments have it.

It names words of a publication by themselves, whatever breaks the line, and whatever the case, the spacing and the marks.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from urllib.parse import quote, unquote_plus

from index.alignment import Words

_LONGEST = 2_000  # letters of each part of an address
_WIDEST = 6_000  # letters from start to end: some pages
_EDGE, _BESIDE = 6, 4  # words that a link of ours quotes at either end, and of what stands beside
_SURE = 12  # words: standing once, they need nothing beside them
_LIKELY = 6  # words: what stands on one side tells them apart


@dataclass(frozen=True, slots=True)
class Fragment:
    """Words that a link quotes, from ``start`` to ``end`` or ``start`` alone, and what stands right before and behind them."""

    start: str
    end: str = ""
    prefix: str = ""
    suffix: str = ""

    def __str__(self) -> str:
        parts = [f"{_written(self.prefix)}-"] if self.prefix else []
        parts += [_written(self.start)] + ([_written(self.end)] if self.end else [])
        return ",".join(parts + ([f"-{_written(self.suffix)}"] if self.suffix else []))


def _written(text: str) -> str:
    return quote(text, safe="").replace("-", "%2D")


def parse(value: str) -> tuple[Fragment, ...]:
    """Return what a value as it stands in an address may mean, none where it makes no sense.

    Some programs encode once more what they pass on, commas and hyphens too; so it is also taken apart after decoding.
    """
    whole = unquote_plus(value)
    read = (_parse(value), _parse(whole) if whole != value else None)
    return tuple(dict.fromkeys(fragment for fragment in read if fragment))


def _parse(value: str) -> Fragment | None:
    parts = value.split(",")
    prefix = parts.pop(0)[:-1] if len(parts) > 1 and parts[0].endswith("-") else ""
    suffix = parts.pop()[1:] if len(parts) > 1 and parts[-1].startswith("-") else ""
    if not 1 <= len(parts) <= 2:
        return None
    start, end, before, behind = (unquote_plus(part)[:_LONGEST] for part in (parts[0], "".join(parts[1:]), prefix, suffix))
    return Fragment(start, end, before, behind) if _letters(start) and (not end or _letters(end)) else None


def fragment_of(text: str, before: str = "", behind: str = "") -> Fragment | None:
    """Return the fragment that names a text, told apart by what stands before and behind it; None for a text without words."""
    words = _as_written(text)
    if not words:
        return None
    start, end = _edges(text, words)
    return Fragment(start, end, " ".join(_as_written(before)[-_BESIDE:]), " ".join(_as_written(behind)[:_BESIDE]))


def _edges(text: str, words: Sequence[str]) -> tuple[str, str]:
    """Return so many of the first and of the last words of a text that they do not stand a second time in it."""
    within = Letters(Words.of([text]))
    for edge in (_EDGE, 2 * _EDGE, 4 * _EDGE):
        start, end = _split(words, edge)
        if within.find(Fragment(start, end))[0] == [range(len(words))]:
            return start, end
    return _split(words, _EDGE)


def _split(words: Sequence[str], edge: int) -> tuple[str, str]:
    is_long = len(words) > 2 * edge
    return " ".join(words[:edge] if is_long else words), " ".join(words[-edge:]) if is_long else ""


def whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a range of a text with all of the words that it cuts: a page may end inside one."""
    cut = [(first, last) for _, first, last in Words.of([text]).at if first < end and start < last]
    return (min(start, cut[0][0]), max(end, cut[-1][1])) if cut else (start, end)


def _as_written(text: str) -> list[str]:
    return [text[start:end] for _, start, end in Words.of([text]).at]


def _letters(text: str) -> str:
    return "".join(Words.of([text]).folded)


class Letters:
    """The words of a reading without anything between them, in which fragments are looked up."""

    def __init__(self, words: Words) -> None:
        self._joined = "".join(words.folded)
        self._begins = [0, *accumulate(map(len, words.folded))]

    def find(self, fragment: Fragment) -> tuple[list[range], list[range]]:
        """Return the words that a fragment means, and all that read like it.

        It means those with what stands beside it on both sides; else, of enough words, on one; else those that stand once.
        """
        alike = list(self._alike(_letters(fragment.start), _letters(fragment.end)))
        sides = [side for side in (_letters(fragment.prefix), _letters(fragment.suffix)) if side]
        if not sides:
            return alike, alike
        fitting = [self._fits(span, _letters(fragment.prefix), _letters(fragment.suffix)) for span in alike]
        meant = [span for span, fits in zip(alike, fitting, strict=True) if fits == len(sides)]
        if not meant:
            meant = [span for span, fits in zip(alike, fitting, strict=True) if fits and len(span) >= _LIKELY]
        if not meant and len(alike) == 1 and len(alike[0]) >= _SURE:
            meant = alike
        return meant, alike

    def _alike(self, start: str, end: str) -> Iterator[range]:
        for first in self._places(start):
            stop = first + len(start)
            if end:
                last = next(self._places(end, stop, stop + _WIDEST), None)
                if last is None:
                    continue
                stop = last + len(end)
            yield range(self._word(first), self._word(stop))

    def _places(self, part: str, start: int = 0, stop: int | None = None) -> Iterator[int]:
        """Yield where letters stand from the beginning of a word to the end of one."""
        at = self._joined.find(part, start, stop)
        while at >= 0:
            if self._is_edge(at) and self._is_edge(at + len(part)):
                yield at
            at = self._joined.find(part, at + 1, stop)

    def _fits(self, span: range, prefix: str, suffix: str) -> int:
        first, last = self._begins[span.start], self._begins[span.stop]
        before = bool(prefix) and self._joined.endswith(prefix, 0, first)
        return before + (bool(suffix) and self._joined.startswith(suffix, last))

    def _word(self, letter: int) -> int:
        return bisect_left(self._begins, letter)

    def _is_edge(self, letter: int) -> bool:
        return self._begins[self._word(letter)] == letter
