"""Queries become milliseconds: our search in the process beside its bare parts and beside txtai's hybrid search.

The bare parts are what somebody pays who calls the libraries directly: the model's vector of the query; all similarities
by a matrix product and the 100 best of them by argpartition; bm25s's scores over stems and n-grams, loaded into memory; both
added up, the ten best of these.  The second row of parts adds what the product's own ranking computes besides: bm25s's scores
over headings, and the similarities of the sentences of the hundred best.  No text is
fetched, marked or judged, no word looked up.  All sides take turns every 20 queries.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray

import wiring
from benchmarks import rival
from benchmarks.figures import Ratio, Row, Section, not_measured, ratios, row
from benchmarks.rounds import by_item
from benchmarks.shelf import texts_of
from benchmarks.texts import make_queries
from index.embedder import Embedder
from index.generation import Generation
from index.german import terms
from index.home import Home
from index.query import parse_query
from settings import Settings

_BEST = 100
_WARM = 40  # queries before the clock
_EVERYTHING = 10_000_000
_PARTS, _ALL_PARTS, _TXTAI = "bare parts: query, vectors, words", "bare parts: headings and sentences too", "txtai: hybrid search"


def compare(home: Path, size: int, count: int, *, with_txtai: bool) -> Section:
    """Ask each side the same ``count`` queries, in turn."""
    settings = Settings()
    embedder = wiring.model(settings)
    generation = Home(home).live()
    texts = texts_of(home)
    exact = _search(settings, generation, embedder, _EVERYTHING)
    graph = _search(settings, generation, embedder, 0)
    by_default = "exact" if generation.manifest.passages <= settings.exact_up_to else "graph"
    names = {way: f"product: {way}" + (" (as set)" if way == by_default else " (forced)") for way in ("exact", "graph")}
    sides: dict[str, Callable[[str], object]] = {
        names["exact"]: exact,
        names["graph"]: graph,
        _PARTS: _bare_parts(generation, embedder),
        _ALL_PARTS: _bare_parts(generation, embedder, everything=True),
    }
    built: list[Row] = []
    if with_txtai and not rival.MISSING:
        began = time.perf_counter()
        sides[_TXTAI] = rival.build(texts, np.array(generation.exact_vectors().matrix), embedder.query, 10)
        built.append(row("txtai: building its index", "s", [time.perf_counter() - began]))
    queries = make_queries(texts, count + _WARM)
    by_item(sides, queries[:_WARM])
    taken = by_item(sides, queries[_WARM:])
    rows = {name: row(name, "ms", values) for name, values in taken.items()}
    reason = rival.MISSING or "not measured: left out by --no-txtai"
    rows.setdefault(_TXTAI, not_measured(_TXTAI, "ms", reason))
    product = rows[names[by_default]]
    return Section(
        "search",
        (*rows.values(), *built),
        ratios(
            Ratio(product, rows[_PARTS], 2 if size <= 2_000 else None),
            Ratio(product, rows[_ALL_PARTS], 2 if size <= 2_000 else None),
            Ratio(rows[_TXTAI], product, 3, at_least=True),
            Ratio(rows[names["exact"]], rows[names["graph"]]),
        ),
        size,
        (f"{len(taken[_PARTS])} queries, ten hits each",),
    )


def _search(settings: Settings, generation: Generation, embedder: Embedder, exact_up_to: int) -> Callable[[str], object]:
    searcher = wiring.searcher(replace(settings, exact_up_to=exact_up_to), generation, embedder)
    return lambda query: searcher.search(parse_query(query), 10)


def _bare_parts(generation: Generation, embedder: Embedder, *, everything: bool = False) -> Callable[[str], object]:
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
