"""Judged queries become the curve of docs/retrieval.md: where to draw the line between strong and weak hits.

    python -m benchmarks.honesty FOLDER QUERIES QRELS [FOLDER QUERIES QRELS ...]

For each line, of each collection: the share of unanswerable queries that show no strong hit among the first ten, and of the
answerable ones with a relevant page among the first five the share that shows none either.  Then, for each collection left
out and for none, the weights that a logistic regression gives: one observation a query, that of its best hit by the weights
of the round before, both kinds of queries with the same total weight.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

import measurement
import wiring
from evaluation import collection
from evaluation.collection import Collection, nfc
from index.judging import Evidence, Judge
from index.query import parse_query
from index.search import Hit, Searcher
from settings import Settings

_SHOWN, _SEEN_FIRST = 10, 5
_ROUNDS, _NEWTON, _PENALTY = 15, 50, 2.0
_WEIGHTS = ("coverage", "similarity", "words")

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Observed:
    """What spoke for the hits of a query, and whether it could be answered; None stands for what is counted nowhere."""

    evidence: tuple[Evidence, ...]
    answered: bool | None


def observe(folder: Path, judged: Collection) -> list[Observed]:
    """Ingest the judged files, and note what speaks for the hits of each query."""
    with TemporaryDirectory(prefix="fundstelle-") as home:
        settings = replace(Settings(), home=Path(home))
        measurement.measure(settings, judged, folder)
        seen: list[Evidence] = []

        class Recording(Judge):
            def odds(self, evidence: Evidence) -> float:
                seen.append(evidence)
                return super().odds(evidence)

        generation = wiring.home(settings).live()
        searcher = Searcher(generation, wiring.model(settings), thesaurus=wiring.field(settings), judge=Recording())
        relevant = {(j.query_id, j.file, j.pdf_page) for j in judged.judgements if j.relevance > 0}
        observed: list[Observed] = []
        for question in judged.questions:
            seen.clear()
            hits = searcher.search(parse_query(question.text), _SHOWN).hits
            pages = [(question.id, nfc(hit.publication.file), page) for hit in hits[:_SEEN_FIRST] for page in _pages(hit)]
            found = any(page in relevant for page in pages)
            observed.append(Observed(tuple(seen), False if not question.answerable else True if found else None))
        searcher.close()
        return observed


def _pages(hit: Hit) -> list[int]:
    return [index + 1 for index, _ in hit.places]


def curve(judge: Judge, collections: Sequence[Sequence[Observed]]) -> str:
    """Return a Markdown table: a row a line, two columns a collection."""
    lines = [
        "| line |" + " unanswerable without a strong hit | answered, but no strong hit |" * len(collections),
        "|---|" + "---|---|" * len(collections),
    ]
    for line in np.arange(-2.5, 1.01, 0.25).tolist():
        cells = [f"{line:+.2f}"]
        for observed in collections:
            for kind in (False, True):
                best = [max(map(judge.odds, one.evidence), default=-math.inf) for one in observed if one.answered is kind]
                cells.append(f"{sum(odds < line for odds in best) / len(best):.3f} ({len(best)})")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def fit(observed: Sequence[Observed]) -> Judge:
    """Return a judge with the weights that tell answered queries best from unanswerable ones."""
    counted = [one for one in observed if one.answered is not None and one.evidence]
    rows = [np.array([_row(evidence) for evidence in one.evidence]) for one in counted]
    answered = np.array([bool(one.answered) for one in counted])
    every = np.concatenate(rows)
    mean, spread = every.mean(axis=0), every.std(axis=0) + 1e-9
    weights = np.append(np.eye(len(_WEIGHTS))[0], 0.0)
    for _ in range(_ROUNDS):
        scaled = [(found - mean) / spread for found in rows]
        best = np.array([found[(found @ weights[:-1]).argmax()] for found in scaled])
        weights = _logistic(best, answered)
    raw = weights[:-1] / spread
    bias = float(weights[-1] - (weights[:-1] * mean / spread).sum())
    return replace(Judge(), **dict(zip(_WEIGHTS, map(float, raw), strict=True)), bias=bias)


def _row(evidence: Evidence) -> list[float]:
    return [evidence.coverage, evidence.similarity, math.log(max(evidence.words, 1))]


def _logistic(rows: Matrix, answered: NDArray[np.bool_]) -> Matrix:
    """Return the weights and the constant of a logistic regression with an L2 penalty, by Newton's method."""
    design = np.column_stack([rows, np.ones(len(rows))])
    share = np.where(answered, 0.5 / answered.sum(), 0.5 / (~answered).sum()) * len(rows)
    weights = np.zeros(design.shape[1])
    penalty = _PENALTY * np.append(np.ones(rows.shape[1]), 0.0)
    for _ in range(_NEWTON):
        chance = 1 / (1 + np.exp(-design @ weights))
        gradient = design.T @ (share * (chance - answered)) + penalty * weights
        curvature = (design * (share * chance * (1 - chance))[:, None]).T @ design + np.diag(penalty + 1e-9)
        weights = weights - np.linalg.solve(curvature, gradient)
    return np.asarray(weights)


def main() -> None:
    """Print the curve, and what fits give."""
    named = sys.argv[1:]
    if not named or len(named) % 3:
        raise SystemExit(__doc__)
    groups = zip(named[::3], named[1::3], named[2::3], strict=True)
    collections = [observe(Path(folder), collection.read(Path(queries), Path(qrels))) for folder, queries, qrels in groups]
    print(curve(Judge(), collections))
    for left_out in (None, *range(len(collections))) if len(collections) > 1 else (None,):
        judge = fit([one for number, observed in enumerate(collections) if number != left_out for one in observed])
        values = ", ".join(f"{field.name} {getattr(judge, field.name):.2f}" for field in fields(judge))
        print(f"\nfitted {'to all' if left_out is None else f'without collection {left_out + 1}'}: {values}\n")
        print(curve(judge, collections))


if __name__ == "__main__":
    main()
