"""A run becomes figures: the measures over all queries and by type, and whether a strong hit means an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.measures import Measured
from evaluation.run import Answer, Run
from evaluation.uncertainty import Estimate, estimate


@dataclass(frozen=True, slots=True)
class Figures:
    """The measures over answerable queries of a type; ``type`` is empty for all of them."""

    type: str
    queries: int
    ndcg: Estimate
    hit: Estimate
    reciprocal_rank: Estimate


@dataclass(frozen=True, slots=True)
class Share:
    """A share of queries; None where there are none of them."""

    queries: int
    share: Estimate | None


@dataclass(frozen=True, slots=True)
class Honesty:
    """Both sides of a strong hit among the first ten: shown where there is an answer, and not where there is none."""

    unanswerable_without: Share
    answerable_with: Share
    found_with: Share  # of the answerable queries whose hit@5 is 1


@dataclass(frozen=True, slots=True)
class Summary:
    """All figures of a run; ``overall`` is None where no query is answerable."""

    overall: Figures | None
    by_type: tuple[Figures, ...]
    honesty: Honesty


def summarise(run: Run) -> Summary:
    """Return the figures of a run; types in the order of their first query."""
    types = dict.fromkeys(answer.type for answer in run.answers if answer.answerable)
    overall = _figures("", run.answers) if types else None
    by_type = tuple(_figures(type_, [a for a in run.answers if a.type == type_]) for type_ in types)
    return Summary(overall, by_type, _honesty(run.answers))


def measured(answers: Sequence[Answer]) -> tuple[Measured, ...]:
    """Return what the answers to answerable queries are worth."""
    return tuple(answer.measured for answer in answers if answer.measured is not None)


def _figures(type_: str, answers: Sequence[Answer]) -> Figures:
    values = measured(answers)
    return Figures(
        type_,
        len(values),
        estimate([value.ndcg for value in values]),
        estimate([value.hit for value in values]),
        estimate([value.reciprocal_rank for value in values]),
    )


def _honesty(answers: Sequence[Answer]) -> Honesty:
    answerable = [answer for answer in answers if answer.measured is not None]
    return Honesty(
        _share([not answer.strong for answer in answers if answer.measured is None]),
        _share([answer.strong for answer in answerable]),
        _share([answer.strong for answer in answerable if answer.measured and answer.measured.hit]),
    )


def _share(holds: Sequence[bool]) -> Share:
    return Share(len(holds), estimate([float(value) for value in holds]) if holds else None)
