"""Queries become milliseconds: our search in the process beside its bare parts and beside txtai's hybrid search.

Bare parts encode the query, compare all vectors, score words by BM25 and fuse both; no text is fetched, marked or judged, no
word looked up.  They are measured in three ways:

- by the libraries' own calls (``benchmarks.libraries``), which is what somebody pays who puts a hybrid search together;
- with the product's shortcuts: its own reading of the model, without torch; its German analysis, which remembers words; bm25s's
  bare scores over its stems and n-grams; both added up, the ten best by argpartition;
- the same with what the product's own ranking adds up besides: bm25s's scores over headings, and the similarities of the
  sentences of the hundred best.

All sides take turns every 20 queries, each in a process of its own and with one thread.  In one process a side finds the words of
a query folded by the one before it, and meets the threads that this one left waiting.  The search itself never has more
than one thread; with several, txtai and the bare parts do better on a machine that does nothing else, and far worse on others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray

import wiring
from benchmarks import libraries, rival
from benchmarks.figures import Ratio, Section, not_measured, ratios, row
from benchmarks.rounds import Apart
from benchmarks.shelf import texts_of
from benchmarks.texts import make_queries
from index.german import terms
from index.home import Home
from index.query import parse_query
from settings import Settings

_BEST = 100
_WARM = 40  # queries before the clock
_EVERYTHING = 10_000_000
_CALLS = "bare parts: the libraries' own calls"
_PARTS, _ALL_PARTS = "bare parts: with our shortcuts", "bare parts: so, headings and sentences too"
_TXTAI = "txtai: hybrid search"


def compare(home: Path, size: int, count: int, *, with_txtai: bool, threads: int = 1) -> Section:
    """Ask each side the same ``count`` queries, in turn; each has so many threads, or with 0 as many as it takes."""
    by_default = "exact" if Home(home).live().manifest.passages <= Settings().exact_up_to else "graph"
    names = {way: f"product: {way}" + (" (as set)" if way == by_default else " (forced)") for way in ("exact", "graph")}
    makers: dict[str, Callable[[], Callable[[str], object]]] = {
        names["exact"]: partial(_search, home, _EVERYTHING),
        names["graph"]: partial(_search, home, 0),
        _CALLS: partial(_library_calls, home),
        _PARTS: partial(_bare_parts, home),
        _ALL_PARTS: partial(_bare_parts, home, everything=True),
    }
    if with_txtai and not rival.MISSING:
        makers[_TXTAI] = partial(_txtai, home)
    queries = make_queries(texts_of(home), count + _WARM)
    with Apart(makers, threads) as sides:
        sides.by_item(queries[:_WARM])
        taken = sides.by_item(queries[_WARM:])
    built = [row("txtai: reading the texts and building its index", "s", [sides.made[_TXTAI]])] if _TXTAI in taken else []
    rows = {name: row(name, "ms", values) for name, values in taken.items()}
    reason = rival.MISSING or "not measured: left out by --no-txtai"
    rows.setdefault(_TXTAI, not_measured(_TXTAI, "ms", reason))
    product = rows[names[by_default]]
    return Section(
        "search",
        (*rows.values(), *built),
        ratios(
            Ratio(product, rows[_CALLS], 2 if size <= 2_000 else None),
            Ratio(product, rows[_PARTS], 2 if size <= 2_000 else None),
            Ratio(product, rows[_ALL_PARTS], 2 if size <= 2_000 else None),
            Ratio(rows[_TXTAI], product, 3, at_least=True),
            Ratio(rows[names["exact"]], rows[names["graph"]]),
        ),
        size,
        (f"{len(taken[_PARTS])} queries, ten hits each", f"threads of each side: {threads or 'as many as it takes'}"),
    )


def _search(home: Path, exact_up_to: int) -> Callable[[str], object]:
    settings = replace(Settings(), exact_up_to=exact_up_to)
    searcher = wiring.searcher(settings, Home(home).live(), wiring.model(settings))
    return lambda query: searcher.search(parse_query(query), 10)


def _txtai(home: Path) -> Callable[[str], object]:
    vectors = np.array(Home(home).live().exact_vectors().matrix)
    return rival.build(texts_of(home), vectors, wiring.model(Settings()).query, 10)


def _library_calls(home: Path) -> Callable[[str], object]:
    vectors = np.array(Home(home).live().exact_vectors().matrix)
    return libraries.build(texts_of(home), vectors, Path(Settings().model), 10)


def _bare_parts(home: Path, *, everything: bool = False) -> Callable[[str], object]:
    generation, embedder = Home(home).live(), wiring.model(Settings())
    matrix = np.array(generation.exact_vectors().matrix)
    texts = bm25s.BM25.load(str(generation.folder / "words"), load_corpus=False)
    if everything:
        above = bm25s.BM25.load(str(generation.folder / "headings"), load_corpus=False)
        sentences = np.load(generation.folder / "sentence-vectors.npy")
        offsets = np.load(generation.folder / "sentence-offsets.npy")
    best = min(_BEST, len(matrix))

    def by_words(model: bm25s.BM25, asked: Sequence[str]) -> NDArray[np.float32]:
        known = [term for term in asked if term in model.vocab_dict]
        return np.asarray(model.get_scores(known), np.float32) if known else np.zeros(len(matrix), np.float32)

    def search(query: str) -> list[int]:
        vector = embedder.query(query)
        by_meaning = matrix @ vector
        nearest = np.argpartition(-by_meaning, best - 1)[:best]
        asked = terms(query)
        scores = by_words(texts, asked) + (0.2 * by_words(above, asked) if everything else 0)
        fused = scores / (scores.max() or 1.0)
        fused[nearest] += by_meaning[nearest]
        if everything:
            first = np.argpartition(-fused, best - 1)[:best]
            for row in first:
                fused[row] += (sentences[offsets[row] : offsets[row + 1]] @ vector).max()
        top = np.argpartition(-fused, min(10, len(fused)) - 1)[:10]
        return [int(found) for found in top[np.argsort(-fused[top])]]

    return search
