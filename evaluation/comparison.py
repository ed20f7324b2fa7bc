"""Two runs over the same collection become their difference, query by query, and what it means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.errors import EvaluationError
from evaluation.figures import measured
from evaluation.measures import PLACES, Measured
from evaluation.run import Answer, Run
from evaluation.uncertainty import Estimate, chance, estimate

SIGNIFICANT = 0.05
_CHANGED = 10  # queries listed


@dataclass(frozen=True, slots=True)
class Difference:
    """A mean of both runs over the same queries, and B − A with its paired interval."""

    name: str
    queries: int
    a: float
    b: float
    difference: Estimate


@dataclass(frozen=True, slots=True)
class Change:
    """nDCG@10 of one query in both runs."""

    query_id: str
    type: str
    a: float
    b: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """How B differs from A: the measures over all answerable queries, nDCG@10 by type, and strong hits.

    ``p`` is the chance of so large a difference in nDCG@10; ``changed`` lists the queries that changed most.
    """

    a: Run
    b: Run
    measures: tuple[Difference, ...]
    by_type: tuple[Difference, ...]
    honesty: tuple[Difference, ...]
    p: float
    better: int
    worse: int
    equal: int
    changed: tuple[Change, ...]


def compare(a: Run, b: Run) -> Comparison:
    """Return how B differs from A; raises EvaluationError where they answered other queries or were judged otherwise."""
    pairs = _pairs(a, b)
    answerable = [(one, other) for one, other in pairs if one.answerable]
    none = [(one, other) for one, other in pairs if not one.answerable]
    if not answerable:
        raise EvaluationError("Keine der Anfragen ist beantwortbar; es gibt nichts zu vergleichen. Ergänzen Sie welche.")
    values = [(change, change.b - change.a) for change in (_change(*pair) for pair in answerable)]
    ordered = sorted(values, key=lambda value: (-abs(value[1]), value[0].query_id))
    types = dict.fromkeys(one.type for one, _ in answerable)
    honesty = [
        _difference("unanswerable_without_strong", [(float(not x.strong), float(not y.strong)) for x, y in none])
        if none
        else None,
        _difference("answerable_with_strong", [(float(x.strong), float(y.strong)) for x, y in answerable]),
    ]
    return Comparison(
        a,
        b,
        _measures(answerable),
        tuple(_ndcg(type_, [pair for pair in answerable if pair[0].type == type_]) for type_ in types),
        tuple(difference for difference in honesty if difference),
        chance([difference for _, difference in values]),
        sum(difference > 0 for _, difference in values),
        sum(difference < 0 for _, difference in values),
        sum(difference == 0 for _, difference in values),
        tuple(change for change, difference in ordered[:_CHANGED] if difference),
    )


def _pairs(a: Run, b: Run) -> list[tuple[Answer, Answer]]:
    others = {answer.query_id: answer for answer in b.answers}
    same = [
        answer for answer in a.answers if answer.query_id in others and answer.answerable == others[answer.query_id].answerable
    ]
    if (a.queries_sha256, a.qrels_sha256) != (b.queries_sha256, b.qrels_sha256) or not len(same) == len(a.answers) == len(others):
        raise EvaluationError(
            "Die beiden Läufe beruhen auf verschiedenen Anfragen oder Urteilen und lassen sich nicht vergleichen. "
            "Messen Sie beide mit denselben Dateien."
        )
    return [(answer, others[answer.query_id]) for answer in a.answers]


def _values(pairs: Sequence[tuple[Answer, Answer]]) -> list[tuple[Measured, Measured]]:
    return list(zip(measured([a for a, _ in pairs]), measured([b for _, b in pairs]), strict=True))


def _measures(pairs: Sequence[tuple[Answer, Answer]]) -> tuple[Difference, ...]:
    values = _values(pairs)
    return (
        _difference("nDCG@10", [(a.ndcg, b.ndcg) for a, b in values]),
        _difference("hit@5", [(a.hit, b.hit) for a, b in values]),
        _difference("MRR@10", [(a.reciprocal_rank, b.reciprocal_rank) for a, b in values]),
    )


def _ndcg(name: str, pairs: Sequence[tuple[Answer, Answer]]) -> Difference:
    return _difference(name, [(a.ndcg, b.ndcg) for a, b in _values(pairs)])


def _change(a: Answer, b: Answer) -> Change:
    ((before, after),) = _values([(a, b)])
    return Change(a.query_id, a.type, before.ndcg, after.ndcg)


def _difference(name: str, values: Sequence[tuple[float, float]]) -> Difference:
    first, second = (round(sum(side) / len(values), PLACES) for side in zip(*values, strict=True))
    return Difference(name, len(values), first, second, estimate([b - a for a, b in values]))
