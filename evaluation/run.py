"""A searcher answers a collection's queries as it would a reader's, and each answer is measured."""

from __future__ import annotations

from dataclasses import dataclass

from evaluation.collection import Collection, Question, nfc
from evaluation.measures import DEPTH, Measured, RankedPage, Ranking, measure
from index.query import parse_query
from index.search import Results, Searcher, Strength

HITS = 50  # fetched for each query, the most that a reader may ask for: ten of them may share their pages
_SHOWN = 10  # hits among which a strong one is looked for


@dataclass(frozen=True, slots=True)
class Setup:
    """What the figures depend on beside the code: model (its fingerprint), settings, and how the files were split."""

    model: str
    query_prompt: str
    passage_prompt: str
    meaning: float
    exact_up_to: int
    splitting: str
    analysis: int
    reranker: str = ""


@dataclass(frozen=True, slots=True)
class Searched:
    """A file that was searched, and how much of it there is."""

    file: str
    pages: int
    passages: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The first ten pages for a query, whether a strong hit was among the first ten, and what the ranking is worth.

    ``measured`` is None where nothing could have been found.
    """

    query_id: str
    type: str
    strong: bool
    pages: tuple[RankedPage, ...]
    measured: Measured | None

    @property
    def answerable(self) -> bool:
        """True where the files hold an answer."""
        return self.measured is not None


@dataclass(frozen=True, slots=True)
class Run:
    """All answers to a collection, and what they were made with."""

    setup: Setup
    queries_sha256: str
    qrels_sha256: str
    files: tuple[Searched, ...]
    answers: tuple[Answer, ...]


def run(searcher: Searcher, collection: Collection, setup: Setup, files: tuple[Searched, ...]) -> Run:
    """Return the answers to all queries of a collection, in its order."""
    found = [searcher.search(parse_query(question.text), HITS) for question in collection.questions]
    rankings = [_ranking(question, results) for question, results in zip(collection.questions, found, strict=True)]
    answers = tuple(
        Answer(
            question.id,
            question.type,
            any(hit.strength is Strength.STRONG for hit in results.hits[:_SHOWN]),
            ranking.pages,
            measured if question.answerable else None,
        )
        for question, results, ranking, measured in zip(
            collection.questions, found, rankings, measure(collection.judgements, rankings), strict=True
        )
    )
    return Run(setup, collection.queries_sha256, collection.qrels_sha256, files, answers)


def _ranking(question: Question, results: Results) -> Ranking:
    """Rank pages: the hits in order, each with its pages in order, every page once."""
    pages = dict.fromkeys(RankedPage(nfc(hit.publication.file), index + 1) for hit in results.hits for index, _ in hit.places)
    return Ranking(question.id, tuple(pages)[:DEPTH])
