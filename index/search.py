"""A query becomes hits: retrieve by words and by meaning, fuse, judge, and say how each was found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from corpus.citation import Citation, Place, cite
from corpus.publication import Kind, Passage, Publication
from index.embedder import Embedder
from index.german import Word, fold, words
from index.library import Library
from index.query import Query
from index.vectors import VectorStore
from index.words import WordIndex

_PART = 5  # letters that a part of a compound must have to be marked; shorter ones stand in too many words
_QUOTED = 5  # words; a query this long that stands verbatim in a passage was meant as a quotation
_LEAST_WEIGHT = 0.1  # of a word in judging how much of a query a passage has
_SHORTEST_QUOTATION = 8  # letters; fewer stand in any text by chance
_MARGIN = 20  # candidates beyond those shown: a quotation or a table of contents may change its rank
_ALIKE = 0.75  # share of letter pairs that a slip of the pen leaves alone


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
    contents: float = 0.5  # factor for tables of contents: findable, but below the text itself
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
        return cite(self.publication, self.places)


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
class _Candidate:
    row: int
    passage: Passage
    score: float
    verbatim: bool


class Searcher:
    """Searches one generation; may be used by many threads."""

    def __init__(
        self, library: Library, word_index: WordIndex, vectors: VectorStore, embedder: Embedder, fusion: Fusion = Fusion()
    ) -> None:
        self.library = library
        self._words = word_index
        self._vectors = vectors
        self._embedder = embedder
        self._fusion = fusion

    def close(self) -> None:
        """Close library and vector store."""
        self._vectors.close()
        self.library.close()

    def search(self, query: Query, k: int = 10) -> Results:
        """Return the ``k`` best passages for a query; none for an empty one."""
        if query.is_empty or k < 1:
            return Results(query, ())
        by_words = self._words.scores(query.terms)
        by_meaning = self._meaning(query, max(self._fusion.candidates, k))
        scores = self._fuse(query, by_words, by_meaning, max(self._fusion.candidates, k))
        order = sorted(scores, key=lambda row: (-scores[row], row))
        candidates = [self._candidate(query, row, scores[row]) for row in order[: k + _MARGIN]]
        candidates.sort(key=lambda candidate: -candidate.score)
        return Results(query, tuple(self._hit(query, found, by_meaning.get(found.row, 0.0)) for found in candidates[:k]))

    def matches(self, query: Query, passage: Passage) -> tuple[tuple[int, int], ...]:
        """Return the ranges of a passage's text that the words of a query match, whether it was found by them or not."""
        return self._match(query, passage)[0]

    def _meaning(self, query: Query, k: int) -> dict[int, float]:
        """Return the cosine similarity of the nearest passages; none where the model knows no part of the query."""
        vector = self._embedder.query(query.text)
        if not vector.any():
            return {}
        return {row: similarity for row, similarity in self._vectors.nearest(vector, k) if similarity > 0}

    def _fuse(self, query: Query, by_words: NDArray[np.float32], by_meaning: dict[int, float], k: int) -> dict[int, float]:
        """Return the weighted sum of both scores, each divided by its best one, for the candidates of either way.

        The less of the query the words found, the more the meaning counts.  Rank fusion measured worse: the two ways
        differ in strength, and ranks forget by how much.
        """
        rows = np.argsort(-by_words, kind="stable")[:k]
        top_words = float(by_words[rows[0]]) if len(rows) else 0.0
        top_meaning = max(by_meaning.values(), default=0.0)
        candidates = {int(row) for row in rows if by_words[row] > 0} | set(by_meaning)
        found = min(1.0, top_words / (self._words.most(query.terms) or 1.0))
        share = self._fusion.meaning * (1 - found) ** self._fusion.trust_in_words if top_meaning else 0.0
        return {
            row: (1 - share) * float(by_words[row]) / (top_words or 1.0) + share * by_meaning.get(row, 0.0) / (top_meaning or 1.0)
            for row in candidates
        }

    def _candidate(self, query: Query, row: int, score: float) -> _Candidate:
        passage = self.library.passage_at(row)
        verbatim = _is_quotation(query.text) and squeezed(query.text) in squeezed(passage.text)
        factor = self._fusion.contents if passage.kind is Kind.CONTENTS else 1.0
        return _Candidate(row, passage, score * factor + verbatim * self._fusion.verbatim, verbatim)

    def _hit(self, query: Query, found: _Candidate, similarity: float) -> Hit:
        publication = self.library.publication(found.passage.publication_id)
        assert publication is not None
        matches, coverage = self._match(query, found.passage)
        near = self._fusion.strong_similarity is not None and similarity >= self._fusion.strong_similarity
        strong = found.verbatim or near or coverage >= self._fusion.strong_coverage
        found_by = [FoundBy.WORDS] * bool(matches) + [FoundBy.MEANING] * (similarity > 0 or not matches)
        return Hit(
            passage=found.passage,
            publication=publication,
            places=self.library.places(found.passage),
            found_by=tuple(found_by),
            strength=Strength.STRONG if strong else Strength.WEAK,
            score=round(found.score, 4),
            matches=matches,
        )

    def _match(self, query: Query, passage: Passage) -> tuple[tuple[tuple[int, int], ...], float]:
        """Return the ranges of the passage that match the query's words, and the share of the query they cover.

        Rare words count more than frequent ones (inverse document frequency).
        """
        weights = {word.folded: self._weight(word) for word in query.words}
        ranges: list[tuple[int, int]] = []
        covered: set[str] = set()
        judged: dict[str, frozenset[str]] = {}
        for word in words(passage.text):
            if word.folded not in judged:
                judged[word.folded] = frozenset(wanted.folded for wanted in query.words if _matches(wanted, word))
            if judged[word.folded]:
                ranges.append((word.start, word.end))
                covered |= judged[word.folded]
        total = sum(weights.values())
        coverage = sum(weights[folded] for folded in covered) / total if total else 0.0
        return _merged(ranges, passage.text), coverage

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
    return "".join(c for c in fold(text) if c.isalnum())


def _matches(wanted: Word, word: Word) -> bool:
    """Tell whether a word of the text is the word asked for, in another form or as the part of a compound."""
    if wanted.stem == word.stem:
        return True
    if len(wanted.stem) < _PART or wanted.is_stop_word or word.is_stop_word:
        return False
    return wanted.stem in word.folded or _alike(wanted.folded, word.folded)


def _alike(one: str, other: str) -> bool:
    """Tell whether two words differ by a slip only: most of their letter pairs are the same (Dice 1945)."""
    if min(len(one), len(other)) < _PART or abs(len(one) - len(other)) > 2:
        return False
    pairs, others = _pairs(one), _pairs(other)
    return 2 * len(pairs & others) >= _ALIKE * (len(pairs) + len(others))


@lru_cache(maxsize=200_000)
def _pairs(word: str) -> frozenset[str]:
    return frozenset(map("".join, pairwise(word)))


def _merged(ranges: list[tuple[int, int]], text: str) -> tuple[tuple[int, int], ...]:
    """Sort ranges and join those that touch or have only a blank or hyphen between them."""
    unique = sorted(set(ranges))
    result: list[tuple[int, int]] = unique[:1]
    for _, (start, end) in pairwise(unique):
        last_start, last_end = result[-1]
        if start <= last_end or text[last_end:start] in ("-", " "):
            result[-1] = (last_start, max(last_end, end))
        else:
            result.append((start, end))
    return tuple(result)
