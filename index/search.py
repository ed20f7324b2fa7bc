"""A query becomes hits: retrieve by words and by meaning, fuse, judge, and say how each was found."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.citation import Citation, Place, cite
from corpus.publication import Kind, Passage, Publication
from index.embedder import Embedder
from index.german import Word
from index.library import Library
from index.marks import Marks, mark
from index.occurrences import Occurrences, squeezed
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


_BY_WORDS, _BY_MEANING = (FoundBy.WORDS,), (FoundBy.MEANING,)
_BY_BOTH = _BY_WORDS + _BY_MEANING


class Strength(StrEnum):
    """Whether a passage probably answers the query, or is only the nearest there is."""

    STRONG = "strong"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class Fusion:
    """How the two ways are weighed; the reasons stand beside the values."""

    meaning: float = 1.0  # share of meaning against words where the words found nothing of the query ...
    trust_in_words: float = 1.5  # ... and how fast it falls with what they found: (1 - found) to this power
    candidates: int = 200  # passages taken by meaning, which everything has some of
    verbatim: float = 1.0  # added where the query stands word for word in the passage: a quotation was looked for
    contents: float = 0.5  # factor for tables of contents, indexes, bibliographies: findable, but below the text itself
    strong_coverage: float = 0.5  # share of the query's content that stands in the passage in words ...
    strong_similarity: float | None = None  # ... or this cosine similarity makes a hit strong; None where nobody measured


class Hit(NamedTuple):
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


class _Candidate(NamedTuple):
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
        similarities = self._similarities(query, max(self._fusion.candidates, k))
        candidates = self._best(query, *self._fused(query, similarities, k + _MARGIN), k)
        rows = [candidate.row for candidate in candidates]
        passages = self.library.passages_at(rows)
        marks = self._marks(query, rows, passages)
        return Results(query, tuple(map(self._hit, candidates, passages, marks, similarities[rows].tolist())))

    def matches(self, query: Query, passage: Passage) -> tuple[tuple[int, int], ...]:
        """Return the ranges of a passage's text that the words of a query match, whether it was found by them or not."""
        row = self.library.position(passage.id)
        return () if row is None else self._marks(query, [row], [passage])[0].ranges

    def _similarities(self, query: Query, k: int) -> NDArray[np.float32]:
        """Return the cosine similarities of the ``k`` nearest passages, shape (n,); 0 for all others, and instead of less."""
        result = np.zeros(len(self._words), np.float32)
        vector = self._embedder.query(query.text)
        if vector.any():  # the model knows some part of the query
            rows, similarities = self._vectors.nearest(vector, k)
            result[rows] = np.maximum(similarities, 0)
        return result

    def _fused(self, query: Query, similarities: NDArray[np.float32], k: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the rows of the ``k`` best passages that either way found and their scores, best first.

        A score is the weighted sum of both ways' scores, each divided by its best one.  The less of the query the words
        found, the more the meaning counts.  Rank fusion measured worse: the two ways differ in strength, and ranks forget
        by how much.
        """
        by_words, most = self._words.scores_and_most(query.terms)
        top_words, top_similarity = float(by_words.max()), float(similarities.max())
        found = min(1.0, top_words / (most or 1.0))
        share = self._fusion.meaning * (1 - found) ** self._fusion.trust_in_words if top_similarity else 0.0
        meaning = (similarities / (top_similarity or 1.0)).astype(np.float64)
        scores = (1 - share) * by_words / (top_words or 1.0) + share * meaning
        scores[(similarities <= 0) & (by_words <= 0)] = -1.0
        best = best_rows(scores, k)
        best = best[scores[best] >= 0]
        return best, scores[best]

    def _best(self, query: Query, rows: NDArray[np.int64], scores: NDArray[np.float64], k: int) -> list[_Candidate]:
        """Return the ``k`` best candidates after quotations are raised and tables of contents lowered."""
        found = rows.tolist()
        verbatim = self._verbatim(query, found)
        changed = [
            (score * self._fusion.contents if row in self._contents else score) + self._fusion.verbatim * (row in verbatim)
            for row, score in zip(found, scores.tolist(), strict=True)
        ]
        best = sorted(range(len(found)), key=changed.__getitem__, reverse=True)[:k]
        return [_Candidate(found[place], changed[place], found[place] in verbatim) for place in best]

    def _verbatim(self, query: Query, rows: Sequence[int]) -> frozenset[int]:
        """Return the rows of the passages in which a query that is a quotation stands word for word."""
        letters = squeezed(query.text) if _is_quotation(query.text) else ""
        return self._occurrences.verbatim(letters, rows) if len(letters) >= _SHORTEST_QUOTATION else frozenset()

    def _hit(self, found: _Candidate, passage: Passage, marks: Marks, similarity: float) -> Hit:
        publication = self.library.publication(passage.publication_id)
        assert publication is not None
        near = self._fusion.strong_similarity is not None and similarity >= self._fusion.strong_similarity
        strong = found.verbatim or near or marks.coverage >= self._fusion.strong_coverage
        found_by = _BY_MEANING if not marks.ranges else _BY_BOTH if similarity > 0 else _BY_WORDS
        return Hit(
            passage=passage,
            publication=publication,
            places=self.library.places(passage),
            found_by=found_by,
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
        return max(_LEAST_WEIGHT, 1.0 - math.log1p(99 * share) / math.log(100))


def _is_quotation(text: str) -> bool:
    """Tell whether a query looks for its own words: in quotation marks, or long and no question."""
    if text[0] in '„“"»«' and text[-1] in '“”"«»':
        return True
    return len(text.split()) >= _QUOTED and not text.endswith("?")
