"""Runs and comparisons become JSON that later runs can be compared to, and runs come back from it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from corpus.errors import EvaluationError
from evaluation.comparison import Comparison, Difference
from evaluation.figures import Figures, Share, summarise
from evaluation.measures import Measured, RankedPage
from evaluation.run import Answer, Run, Searched, Setup
from evaluation.uncertainty import Estimate

_FORMAT = 1  # of the object; another number can't be compared to


def run_json(run: Run) -> dict[str, Any]:
    """Return a run with its figures; nothing in it depends on when or where it was made."""
    summary = summarise(run)
    return {
        "format": _FORMAT,
        "settings": asdict(run.setup),
        "queries": len(run.answers),
        "queries_sha256": run.queries_sha256,
        "qrels_sha256": run.qrels_sha256,
        "files": [asdict(file) for file in run.files],
        "overall": _figures(summary.overall) if summary.overall else None,
        "by_type": [{"type": figures.type, **_figures(figures)} for figures in summary.by_type],
        "strong_hit": {
            "unanswerable_without": _share(summary.honesty.unanswerable_without),
            "answerable_with": _share(summary.honesty.answerable_with),
            "answerable_with_where_hit@5": _share(summary.honesty.found_with),
        },
        "per_query": [_answer(answer) for answer in run.answers],
    }


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """Return both runs and how the second differs from the first."""
    return {
        "a": run_json(comparison.a),
        "b": run_json(comparison.b),
        "measures": [_difference(difference) for difference in comparison.measures],
        "by_type_ndcg@10": [_difference(difference) for difference in comparison.by_type],
        "strong_hit": [_difference(difference) for difference in comparison.honesty],
        "p": comparison.p,
        "better": comparison.better,
        "worse": comparison.worse,
        "equal": comparison.equal,
        "changed": [asdict(change) for change in comparison.changed],
    }


def read_run(path: Path) -> Run:
    """Return the run that ``run_json`` wrote; raises EvaluationError for anything else."""
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
        if data["format"] != _FORMAT:
            raise ValueError("another format")
        return Run(
            _read_setup(data["settings"]),
            str(data["queries_sha256"]),
            str(data["qrels_sha256"]),
            tuple(Searched(str(f["file"]), int(f["pages"]), int(f["passages"])) for f in data["files"]),
            tuple(_read_answer(row) for row in data["per_query"]),
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        raise EvaluationError(
            f"{path} ist kein früheres Ergebnis dieser Programmversion. Schreiben Sie eines mit: fundstelle evaluate ... --json"
        ) from None


def _figures(figures: Figures) -> dict[str, Any]:
    return {
        "queries": figures.queries,
        "ndcg@10": asdict(figures.ndcg),
        "hit@5": asdict(figures.hit),
        "mrr@10": asdict(figures.reciprocal_rank),
    }


def _share(share: Share) -> dict[str, Any]:
    return {"queries": share.queries, "share": asdict(share.share) if share.share else None}


def _answer(answer: Answer) -> dict[str, Any]:
    values = answer.measured
    return {
        "query_id": answer.query_id,
        "type": answer.type,
        "ndcg@10": values.ndcg if values else None,
        "hit@5": values.hit if values else None,
        "rr@10": values.reciprocal_rank if values else None,
        "strong": answer.strong,
        "ranking": [asdict(page) for page in answer.pages],
    }


def _read_setup(row: dict[str, Any]) -> Setup:
    kinds = {"meaning": float, "exact_up_to": int, "analysis": int}
    return Setup(**{name: kinds.get(name, str)(value) for name, value in row.items()})


def _read_answer(row: dict[str, Any]) -> Answer:
    values = [row[name] for name in ("ndcg@10", "hit@5", "rr@10")]
    measured = None if row["ndcg@10"] is None else Measured(*(float(value) for value in values))
    pages = tuple(RankedPage(**page) for page in row["ranking"])
    return Answer(str(row["query_id"]), str(row["type"]), bool(row["strong"]), pages, measured)


def _difference(difference: Difference) -> dict[str, Any]:
    shown: Estimate = difference.difference
    return {
        "name": difference.name,
        "queries": difference.queries,
        "a": difference.a,
        "b": difference.b,
        "difference": asdict(shown),
    }
