"""The heading paths of a publication's passages become its table of contents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from corpus.publication import Kind, Passage


@dataclass(frozen=True, slots=True)
class Entry:
    """A heading, the first passage under it, and the headings below it."""

    title: str
    passage: Passage
    entries: tuple[Entry, ...]


def table_of_contents(passages: Iterable[Passage]) -> tuple[Entry, ...]:
    """Return the headings of passages in reading order.

    Footnotes are left out, they stand behind the text; passages above the first heading have no entry.
    """
    return _entries([p for p in passages if p.heading_path and p.kind is not Kind.NOTE], 0)


def _entries(passages: list[Passage], depth: int) -> tuple[Entry, ...]:
    """Group neighbours that share the heading at ``depth``; a title that comes back later is another entry."""
    result: list[Entry] = []
    start = 0
    while start < len(passages):
        path = passages[start].heading_path
        end = start + 1
        while end < len(passages) and passages[end].heading_path[: depth + 1] == path[: depth + 1]:
            end += 1
        if len(path) > depth:
            below = [p for p in passages[start:end] if len(p.heading_path) > depth + 1]
            result.append(Entry(path[depth], passages[start], _entries(below, depth + 1)))
        start = end
    return tuple(result)
