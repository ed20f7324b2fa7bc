"""Words of a known passage are asked for: whether it is found again, by comparing all vectors and by Chroma's graph.

What the graph leaves out shows in the hits that both have in common; what more passages make harder shows in how often the one
that the words are from comes first, or among the first ten.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

import wiring
from benchmarks.figures import Row, Section, row
from benchmarks.shelf import texts_of
from benchmarks.texts import make_items
from index.home import Home
from index.query import parse_query
from settings import Settings

_BEST = 10
_EVERYTHING = 10_000_000


def compare(home: Path, size: int, count: int) -> Section:
    """Ask for ``count`` known passages both ways."""
    items = make_items(texts_of(home), count)
    found = {name: _found(home, [query for _, query in items], up_to) for name, up_to in (("exact", _EVERYTHING), ("graph", 0))}
    rows: list[Row] = []
    for name, hits in found.items():
        places = [list(rows_).index(number) if number in rows_ else _BEST for (number, _), rows_ in zip(items, hits, strict=True)]
        rows.append(_share(f"{name}: the passage comes first", [place == 0 for place in places]))
        rows.append(_share(f"{name}: it is among the first ten", [place < _BEST for place in places]))
    common = [len({*one} & {*other}) / max(len(one), 1) for one, other in zip(found["exact"], found["graph"], strict=True)]
    rows.append(row("hits that both ways have in common", "share", [float(np.mean(common))], more_is_better=True))
    return Section("finding", tuple(rows), size=size, notes=(f"{len(items)} queries of three to eight words of a passage",))


def _found(home: Path, queries: list[str], exact_up_to: int) -> list[tuple[int, ...]]:
    """Return the numbers of the first ten passages for each query."""
    settings = replace(Settings(), exact_up_to=exact_up_to)
    searcher = wiring.searcher(settings, Home(home).live(), wiring.model(settings))
    try:
        hits = [searcher.search(parse_query(query), _BEST).hits for query in queries]
        return [tuple(searcher.library.position(hit.passage.id) or 0 for hit in of_query) for of_query in hits]
    finally:
        searcher.close()


def _share(name: str, true: list[bool]) -> Row:
    return row(name, "share", [float(np.mean(true))], more_is_better=True)
