"""The headings above all passages become tables of contents, chapters, and what stands under each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.publication import Kind
from index.german import fold
from index.library import Library
from index.vectors import Rows

_KINDS = tuple(Kind)


@dataclass(frozen=True, slots=True)
class Entry:
    """A heading, the row of the first passage under it, how many passages stand under it, and the headings below it."""

    title: str
    row: int
    passages: int
    entries: tuple[Entry, ...]


class Chapter(NamedTuple):
    """A heading of the first level of a publication; of whatever publication and level where that is empty."""

    publication_id: str
    title: str

    @property
    def name(self) -> str:
        """What filters call it: "buch/Wer fehlt"."""
        return f"{self.publication_id}/{self.title}" if self.publication_id else self.title


def chapter_named(name: str, publication_ids: Container[str]) -> Chapter:
    """Return the chapter that a filter calls so; what does not begin with a publication's id is only a title."""
    publication_id, _, title = name.partition("/")
    return Chapter(publication_id, title) if title and publication_id in publication_ids else Chapter("", name)


class Outline:
    """The headings of one generation, read when they are first asked for, and kept; may be used by many threads."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._contents: dict[str, tuple[Entry, ...]] = {}

    @cached_property
    def _headed(self) -> list[tuple[str, Kind, tuple[str, ...]]]:
        return self._library.headed()

    @cached_property
    def paths(self) -> tuple[tuple[str, ...], ...]:
        """The headings above each passage, by its row."""
        return tuple(path for _, _, path in self._headed)

    @cached_property
    def _numbered(self) -> tuple[tuple[tuple[str, ...], ...], NDArray[np.int32]]:
        """All different paths of headings, and the number of its own for each passage, by row."""
        numbers: dict[tuple[str, ...], int] = {}
        rows = np.array([numbers.setdefault(path, len(numbers)) for path in self.paths], np.int32)
        return tuple(numbers), rows

    @cached_property
    def _kind_numbers(self) -> NDArray[np.int8]:
        numbers = {kind: number for number, kind in enumerate(_KINDS)}
        return np.array([numbers[kind] for _, kind, _ in self._headed], np.int8)

    @cached_property
    def of_text(self) -> NDArray[np.bool_]:
        """Which passages are text themselves, instead of leading to it, by row."""
        return ~np.isin(self._kind_numbers, [number for number, kind in enumerate(_KINDS) if kind.leads_elsewhere])

    @cached_property
    def chapters(self) -> tuple[Chapter, ...]:
        """All chapters, each once, in the order in which they come."""
        return tuple(dict.fromkeys(Chapter(id_, path[0]) for id_, _, path in self._headed if path))

    @cached_property
    def chapter_numbers(self) -> NDArray[np.int32]:
        """The number of its chapter for each passage, by row; -1 where it has none."""
        numbers = {chapter: number for number, chapter in enumerate(self.chapters)}
        return np.array([numbers[Chapter(id_, path[0])] if path else -1 for id_, _, path in self._headed], np.int32)

    def kinds_of(self, rows: Rows) -> list[Kind]:
        """Return the kinds of some passages."""
        return [_KINDS[number] for number in self._kind_numbers[rows].tolist()]

    def of_kind(self, kind: Kind) -> Rows:
        """Return the passages of a kind."""
        return np.flatnonzero(self._kind_numbers == _KINDS.index(kind))

    def kinds_in(self, publication_id: str) -> dict[Kind, int]:
        """Return how many passages of each kind a publication has."""
        counts = Counter(kind for id_, kind, _ in self._headed if id_ == publication_id)
        return {kind: counts[kind] for kind in Kind if counts[kind]}

    def under(self, name: str) -> Rows:
        """Return the passages under the headings, of whatever level, that filters call so: by a title, or in one publication."""
        own_id, title = chapter_named(name, {publication.id for publication in self._library.publications})
        wanted = fold(title)
        rows = np.flatnonzero(self.under_any(heading for heading in self.titles if fold(heading) == wanted))
        return np.array([row for row in rows.tolist() if self._headed[row][0] == own_id], np.int64) if own_id else rows

    @cached_property
    def titles(self) -> frozenset[str]:
        """The titles of all headings."""
        return frozenset(title for path in self._numbered[0] for title in path)

    def under_any(self, titles: Iterable[str]) -> NDArray[np.bool_]:
        """Tell which passages stand under a heading, of whatever level, that has one of some titles, by row."""
        wanted = frozenset(titles)
        paths, numbers = self._numbered
        under: NDArray[np.bool_] = np.fromiter((not wanted.isdisjoint(path) for path in paths), np.bool_)[numbers]
        return under

    def chapter(self, publication_id: str, title: str) -> Rows:
        """Return the passages of a publication's chapter, but for those that only lead elsewhere."""
        mine = [id_ == publication_id and path[:1] == (title,) for id_, _, path in self._headed]
        return np.flatnonzero(np.array(mine, np.bool_) & self.of_text)

    def contents(self, publication_id: str) -> tuple[Entry, ...]:
        """Return a publication's headings in reading order.

        Footnotes are left out, they stand behind the text; passages above the first heading have no entry.
        """
        if publication_id not in self._contents:
            headed = enumerate(self._headed)
            mine = [(row, path) for row, (id_, kind, path) in headed if id_ == publication_id and kind is not Kind.NOTE and path]
            self._contents[publication_id] = _entries(mine, 0)
        return self._contents[publication_id]


def _entries(passages: Sequence[tuple[int, tuple[str, ...]]], depth: int) -> tuple[Entry, ...]:
    """Group neighbours that share the heading at ``depth``; a title that comes back later is another entry."""
    result: list[Entry] = []
    start = 0
    while start < len(passages):
        row, path = passages[start]
        end = start + 1
        while end < len(passages) and passages[end][1][: depth + 1] == path[: depth + 1]:
            end += 1
        if len(path) > depth:
            below = [passage for passage in passages[start:end] if len(passage[1]) > depth + 1]
            result.append(Entry(path[depth], row, end - start, _entries(below, depth + 1)))
        start = end
    return tuple(result)
