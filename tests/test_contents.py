"""Headings as lines: all of a publication, or those around a passage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.publication import Document, Kind
from index.home import Home
from index.search import Searcher
from search_app.contents import Line, contents_around, table_of_contents
from tests.fakes import document_of
from tests.shelf import EMBEDDER, REPORT, publish

PATHS = ((), ("A", "A1", "A1a"), ("A", "A1"), ("A", "A2"), ("B",), ("A",), ("A",))
KINDS = (Kind.TEXT, Kind.TEXT, Kind.TEXT, Kind.TEXT, Kind.CONTENTS, Kind.TEXT, Kind.NOTE)


def with_headings(paths: tuple[tuple[str, ...], ...], kinds: tuple[Kind, ...]) -> Document:
    document = document_of(REPORT, [[f"Satz {number}."] for number in range(len(paths))])
    passages = zip(document.passages, paths, kinds, strict=True)
    return replace(document, passages=tuple(replace(p, heading_path=path, kind=kind) for p, path, kind in passages))


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Searcher]:
    publish(Home(tmp_path), with_headings(PATHS, KINDS))
    searcher = Searcher(Home(tmp_path).live(), EMBEDDER)
    yield searcher
    searcher.close()


def outlined(lines: tuple[Line, ...]) -> str:
    """Write lines down as in "A[A1 A2*] B", a star behind those that are current."""
    return " ".join(line.title + "*" * line.current + (f"[{outlined(line.lines)}]" if line.lines else "") for line in lines)


def test_contents_name_every_heading_once_where_it_begins(opened: Searcher) -> None:
    lines = table_of_contents(opened.library, opened.outline.contents(REPORT.id))
    assert outlined(lines) == "A[A1[A1a] A2] B A"
    assert [line.locator for line in lines] == ["S. 2", "S. 5", "S. 6"]
    assert lines[0].lines[1].passage_id == opened.library.passage_at(3).id


@pytest.mark.parametrize(
    ("row", "tree"),
    [
        (0, "A B A"),  # above the first heading
        (1, "A*[A1*[A1a*] A2] B A"),
        (2, "A*[A1*[A1a] A2] B A"),
        (3, "A*[A1 A2*] B A"),
        (4, "A B* A"),
        (5, "A B A*"),  # the second of two chapters of one title
    ],
)
def test_only_what_stands_above_a_passage_is_open(opened: Searcher, row: int, tree: str) -> None:
    entries = opened.outline.contents(REPORT.id)
    assert outlined(contents_around(opened.library, entries, row, opened.outline.paths[row])) == tree


@pytest.mark.parametrize(("row", "first", "last"), [(0, 0, 24), (12, 0, 24), (13, 1, 25), (30, 18, 42), (59, 35, 59)])
def test_of_very_many_headings_the_nearest_are_named(tmp_path: Path, row: int, first: int, last: int) -> None:
    publish(Home(tmp_path), with_headings(tuple((f"K{number}",) for number in range(60)), (Kind.TEXT,) * 60))
    searcher = Searcher(Home(tmp_path).live(), EMBEDDER)
    lines = contents_around(searcher.library, searcher.outline.contents(REPORT.id), row, (f"K{row}",))
    searcher.close()
    assert (lines[0].title, lines[-1].title, len(lines)) == (f"K{first}", f"K{last}", 25)
    assert [line.title for line in lines if line.current] == [f"K{row}"]
