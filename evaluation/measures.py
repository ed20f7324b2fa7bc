"""Rankings of pages and judgements become nDCG@10, hit@5 and RR@10.  The only file that knows ir-measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ir_measures
from ir_measures import RR, Qrel, ScoredDoc, Success, nDCG

from evaluation.collection import Judgement

DEPTH = 10  # pages of a ranking that the measures look at
PLACES = 6  # decimals kept: sums in another order shall not look like another result


@dataclass(frozen=True, slots=True)
class RankedPage:
    """A page of a file; ``pdf_page`` counts from 1."""

    file: str
    pdf_page: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """The pages found for a query, best first, each once."""

    query_id: str
    pages: tuple[RankedPage, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """What one ranking is worth, each from 0 to 1."""

    ndcg: float
    hit: float
    reciprocal_rank: float


def measure(judgements: Sequence[Judgement], rankings: Sequence[Ranking]) -> tuple[Measured, ...]:
    """Return nDCG@10, hit@5 (ir-measures: Success@5) and RR@10 of each ranking; 0 for what has no relevant page.

    The gain of a page is 2^relevance − 1 (Burges et al. 2005, "Learning to Rank Using Gradient Descent"), its discount
    log2(rank + 1).  ir-measures' own name for that, nDCG(dcg='exp-log2'), runs a Perl script which rounds and takes only
    digits as query ids; mapped gains give the same without.
    """
    gains = {judgement.relevance: 2**judgement.relevance - 1 for judgement in judgements}
    qrels = [Qrel(j.query_id, _name(RankedPage(j.file, j.pdf_page)), j.relevance) for j in judgements]
    run = [
        ScoredDoc(ranking.query_id, _name(page), float(-rank))
        for ranking in rankings
        for rank, page in enumerate(ranking.pages[:DEPTH])
    ]
    values: dict[tuple[str, str], float] = {}
    for metric in ir_measures.pytrec_eval.iter_calc([nDCG(gains=gains) @ 10, Success @ 5, RR @ 10], qrels, run):
        values[metric.query_id, metric.measure.NAME] = round(float(metric.value), PLACES)
    names = ("nDCG", "Success", "RR")
    return tuple(Measured(*(values.get((ranking.query_id, name), 0.0) for name in names)) for ranking in rankings)


def _name(page: RankedPage) -> str:
    return f"{page.file}#{page.pdf_page}"
