"""A publication's headings become lines that lead to what stands under them: all of them, or those around a passage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.citation import locator
from index.library import Library
from index.outline import Entry

_BESIDE = 12  # headings shown on either side of the one that a passage stands under


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table of contents, with the lines below it; ``current`` tells that a passage stands under its heading."""

    title: str
    passage_id: str
    locator: str
    lines: tuple[Line, ...]
    current: bool = False


def table_of_contents(library: Library, entries: Sequence[Entry]) -> tuple[Line, ...]:
    """Return all headings."""
    library.passages_at(list(_rows(entries)))  # at once, which takes a fifth of the time
    return tuple(_line(library, entry, table_of_contents(library, entry.entries)) for entry in entries)


def chapters(library: Library, entries: Sequence[Entry]) -> tuple[Line, ...]:
    """Return headings without those below them."""
    return tuple(_line(library, entry) for entry in entries)


def contents_around(library: Library, entries: Sequence[Entry], row: int, path: Sequence[str]) -> tuple[Line, ...]:
    """Return the chapters, and below them only the headings beside those, given as ``path``, that a passage stands under.

    Of very many headings beside each other, only the nearest are returned.
    """
    titled = (at for at, entry in enumerate(entries) if path and entry.title == path[0] and entry.row <= row)
    current = max(titled, default=-1)
    first = max(0, min(current - _BESIDE, len(entries) - 2 * _BESIDE - 1))
    return tuple(
        _line(library, entry, contents_around(library, entry.entries, row, path[1:]), current=True)
        if at == current
        else _line(library, entry)
        for at, entry in enumerate(entries[first : first + 2 * _BESIDE + 1], first)
    )


def _rows(entries: Sequence[Entry]) -> Iterator[int]:
    for entry in entries:
        yield entry.row
        yield from _rows(entry.entries)


def _line(library: Library, entry: Entry, below: tuple[Line, ...] = (), *, current: bool = False) -> Line:
    passage = library.passage_at(entry.row)
    return Line(entry.title, passage.id, locator(library.places(passage)[:1]), below, current)
