"""A query becomes hits: retrieve by words and by meaning, fuse, judge, and say how each was found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from corpus.citation import Citation, Place, cite
from corpus.publication import Kind, Passage, Publication
from index.embedder import Embedder
from index.german import Word, fold
from index.library import Library
from index.marks import Marks, mark
from index.occurrences import Occurrences
from index.query import Query
from index.vectors import VectorStore, best_rows
from index.words import WordIndex

_QUOTED = 5  # words; a query this long that stands verbatim in a passage was meant as a quotation
_LEAST_WEIGHT = 0.1  # of a word in judging how much of a query a passage has
_SHORTEST_QUOTATION = 8  # letters; fewer stand in any text by chance
_MARGIN = 20  # candidates beyond those shown: a quotation or a table of contents may change its rank


class FoundBy(StrEnum):
    """Which way led to a passage."""

    WORDS = "words"
    MEANING = "meaning"


class Strength(StrEnum):
    """Whether a passage probably answers the query, or is only the nearest there is."""

    STRONG = "strong"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class Fusion:
    """How the two ways are weighed; the reasons stand beside the values."""

    meaning: float = 1.0  # share of meaning against words where the words found nothing of the query ...
    trust_in_words: float = 1.5  # ... and how fast it falls with what they found: (1 - found) to this power
    candidates: int = 200  # passages taken from each way
    verbatim: float = 1.0  # added where the query stands word for word in the passage: a quotation was looked for
    contents: float = 0.5  # factor for tables of contents, indexes, bibliographies: findable, but below the text itself
    strong_coverage: float = 0.5  # share of the query's content that stands in the passage in words ...
    strong_similarity: float | None = None  # ... or this cosine similarity makes a hit strong; None where nobody measured


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, with all that is needed to show and cite it.

    ``matches`` are the ranges (start, end) of ``passage.text`` that the query's words matched; ``score`` orders the
    hits of one query and means nothing across queries.
    """

    passage: Passage
    publication: Publication
    places: tuple[Place, ...]
    found_by: tuple[FoundBy, ...]
    strength: Strength
    score: float
    matches: tuple[tuple[int, int], ...]

    @property
    def citation(self) -> Citation:
        """Reference and locator."""
        return cite(self.publication, self.places, self.passage.note)


@dataclass(frozen=True, slots=True)
class Results:
    """The hits of a query, best first."""

    query: Query
    hits: tuple[Hit, ...]

    @property
    def strong(self) -> bool:
        """True where at least one hit probably answers the query."""
        return any(hit.strength is Strength.STRONG for hit in self.hits)


@dataclass(frozen=True, slots=True)
class _Nearest:
    """Rows of the nearest passages and their cosine similarities, all above 0, best first."""

    rows: NDArray[np.int64]
    similarities: NDArray[np.float32]

    @property
    def top(self) -> float:
        return float(self.similarities.max(initial=0.0))


@dataclass(frozen=True, slots=True)
class _Candidate:
    row: int
    score: float
    verbatim: bool


class Searcher:
    """Searches one generation; may be used by many threads."""

    def __init__(
        self,
        library: Library,
        word_index: WordIndex,
        occurrences: Occurrences,
        vectors: VectorStore,
        embedder: Embedder,
        fusion: Fusion = Fusion(),
    ) -> None:
        self.library = library
        self._words = word_index
        self._occurrences = occurrences
        self._vectors = vectors
        self._embedder = embedder
        self._fusion = fusion
        self._contents = frozenset(row for kind in Kind if kind.leads_elsewhere for row in library.positions_of_kind(kind))

    def close(self) -> None:
        """Close library and vector store."""
        self._vectors.close()
        self.library.close()

    def search(self, query: Query, k: int = 10) -> Results:
        """Return the ``k`` best passages for a query; none for an empty one."""
        if query.is_empty or k < 1:
            return Results(query, ())
        nearest = self._nearest(query, max(self._fusion.candidates, k))
        candidates = self._best(query, *self._fused(query, nearest, max(self._fusion.candidates, k), k + _MARGIN), k)
        passages = self.library.passages_at([candidate.row for candidate in candidates])
        marks = self._marks(query, [candidate.row for candidate in candidates], passages)
        similarities = dict(zip(nearest.rows.tolist(), nearest.similarities.tolist(), strict=True))
        return Results(
            query,
            tuple(
                self._hit(candidate, passage, marked, similarities.get(candidate.row, 0.0))
                for candidate, passage, marked in zip(candidates, passages, marks, strict=True)
            ),
        )

    def matches(self, query: Query, passage: Passage) -> tuple[tuple[int, int], ...]:
        """Return the ranges of a passage's text that the words of a query match, whether it was found by them or not."""
        row = self.library.position(passage.id)
        return () if row is None else self._marks(query, [row], [passage])[0].ranges

    def _nearest(self, query: Query, k: int) -> _Nearest:
        """Return the nearest passages; none where the model knows no part of the query."""
        vector = self._embedder.query(query.text)
        if not vector.any():
            return _Nearest(np.empty(0, np.int64), np.empty(0, np.float32))
        rows, similarities = self._vectors.nearest(vector, k)
        return _Nearest(rows[similarities > 0], similarities[similarities > 0])

    def _fused(self, query: Query, nearest: _Nearest, candidates: int, k: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the rows of the ``k`` best candidates of either way and their scores, best first.

        A score is the weighted sum of both ways' scores, each divided by its best one.  The less of the query the words
        found, the more the meaning counts.  Rank fusion measured worse: the two ways differ in strength, and ranks forget
        by how much.
        """
        by_words = self._words.scores(query.terms)
        found_by_words = best_rows(by_words, min(candidates, int(np.count_nonzero(by_words > 0))))
        top_words = float(by_words[found_by_words[0]]) if len(found_by_words) else 0.0
        meaning = np.zeros(len(by_words))
        meaning[nearest.rows] = nearest.similarities / (nearest.top or 1.0)
        either = meaning > 0
        either[found_by_words] = True
        rows = either.nonzero()[0]
        found = min(1.0, top_words / (self._words.most(query.terms) or 1.0))
        share = self._fusion.meaning * (1 - found) ** self._fusion.trust_in_words if nearest.top else 0.0
        scores = (1 - share) * by_words[rows] / (top_words or 1.0) + share * meaning[rows]
        best = best_rows(scores, k)
        return rows[best], scores[best]

    def _best(self, query: Query, rows: NDArray[np.int64], scores: NDArray[np.float64], k: int) -> list[_Candidate]:
        """Return the ``k`` best candidates after quotations are raised and tables of contents lowered."""
        verbatim = self._verbatim(query, rows.tolist())
        changed = scores.copy()
        for place, row in enumerate(rows.tolist()):
            if row in self._contents:
                changed[place] *= self._fusion.contents
            if row in verbatim:
                changed[place] += self._fusion.verbatim
        best = best_rows(changed, k)
        return [
            _Candidate(row, score, row in verbatim)
            for row, score in zip(rows[best].tolist(), changed[best].tolist(), strict=True)
        ]

    def _verbatim(self, query: Query, rows: Sequence[int]) -> frozenset[int]:
        """Return the rows of the passages in which a query that is a quotation stands word for word."""
        if not _is_quotation(query.text):
            return frozenset()
        wanted = squeezed(query.text)
        passages = self.library.passages_at(rows)
        return frozenset(row for row, passage in zip(rows, passages, strict=True) if wanted in squeezed(passage.text))

    def _hit(self, found: _Candidate, passage: Passage, marks: Marks, similarity: float) -> Hit:
        publication = self.library.publication(passage.publication_id)
        assert publication is not None
        near = self._fusion.strong_similarity is not None and similarity >= self._fusion.strong_similarity
        strong = found.verbatim or near or marks.coverage >= self._fusion.strong_coverage
        found_by = [FoundBy.WORDS] * bool(marks.ranges) + [FoundBy.MEANING] * (similarity > 0 or not marks.ranges)
        return Hit(
            passage=passage,
            publication=publication,
            places=self.library.places(passage),
            found_by=tuple(found_by),
            strength=Strength.STRONG if strong else Strength.WEAK,
            score=round(found.score, 4),
            matches=marks.ranges,
        )

    def _marks(self, query: Query, rows: Sequence[int], passages: Sequence[Passage]) -> list[Marks]:
        """Return what of each passage matches; rare words count more than frequent ones (inverse document frequency)."""
        weights = {word: self._weight(word) for word in {word.folded: word for word in query.words}.values()}
        return mark(self._occurrences, rows, [passage.text for passage in passages], weights)

    def _weight(self, word: Word) -> float:
        """Return how much a word says, 1 for one that stands nowhere; even one that stands everywhere was asked for."""
        share = self._words.document_share(f"={word.stem}")
        return max(_LEAST_WEIGHT, 1.0 - float(np.log1p(99 * share) / np.log(100)))


def _is_quotation(text: str) -> bool:
    """Tell whether a query looks for its own words: in quotation marks, or long and no question."""
    if len(squeezed(text)) < _SHORTEST_QUOTATION:
        return False
    if text[0] in '„“"»«' and text[-1] in '“”"«»':
        return True
    return len(text.split()) >= _QUOTED and not text.endswith("?")


@lru_cache(maxsize=10_000)
def squeezed(text: str) -> str:
    """Return letters and digits only, folded: line breaks, quotation marks and spacing make no other quotation."""
    return re.sub(r"[\W_]+", "", fold(text))
