"""What a query asks for becomes scored passages: by words, by headings, by meaning of passages and of their best sentences."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.embedder import Vectors
from index.interpretation import Interpretation
from index.sentences import Compared, Sentences
from index.vectors import ExactVectors, Mask, Rows, VectorStore, best_rows, highest_rows
from index.words import WordIndex

Scores = NDArray[np.float64]

_SHORT_QUERY = 3  # words of content; longer queries describe what is wanted
_FEW = 20_000  # passages that are searched exactly whatever the store: its graph would drop most of what it finds


@dataclass(frozen=True, slots=True)
class Fusion:
    """How the ways of finding are weighed; docs/retrieval.md has what each of them brings."""

    meaning: float = 1.0  # share of meaning against words where the words found nothing of the query ...
    trust_in_words: float = 1.5  # ... and how fast it falls with what they found: (1 - found) to this power
    headings: float = 0.2  # of words in headings and titles beside words of the text
    sentence: float = 0.35  # share of the best sentence in what a passage means; the rest is the passage as a whole
    neighbours: float = 0.15  # share of what stands before and behind a passage in what it means
    candidates: int = 100  # passages whose sentences are compared
    complete: float = 2.0  # added where every word of a short query stands: whoever names it sees it first, in an index too
    together: float = 0.3  # added besides where they stand one behind the other, as in the name of something
    verbatim: float = 1.0  # added where the query stands word for word in the passage: a quotation was looked for
    contents: float = 0.5  # factor for tables of contents, indexes, bibliographies: findable, but below the text itself


class Candidates(NamedTuple):
    """Passages that may be shown, in no order: rows, scores, cosine similarities, and those of their sentences."""

    rows: Rows
    scores: Scores
    similarities: Vectors
    sentences: Compared


class Retriever:
    """Scores the passages of one generation; may be used by many threads."""

    def __init__(
        self,
        words: WordIndex,
        headings: WordIndex,
        vectors: VectorStore,
        exact: ExactVectors,
        sentences: Sentences,
        publications: NDArray[np.int32],
        fusion: Fusion,
    ) -> None:
        """Take the parts of a generation; ``publications`` numbers the publication of each passage."""
        self._words = words
        self._headings = headings
        self._vectors = vectors
        self._exact = exact
        self._sentences = sentences
        self._fusion = fusion
        rows = np.arange(len(publications))
        self._before = np.where(np.append(False, publications[1:] == publications[:-1]), rows - 1, rows)
        self._behind = np.where(np.append(publications[1:] == publications[:-1], False), rows + 1, rows)

    def candidates(self, asked: Interpretation, vector: Vectors, allowed: Mask | None, k: int) -> Candidates:
        """Return at least ``k`` passages, where so many were found at all, of those that are ``allowed``.

        A score is the weighted sum of both ways' scores, each divided by its best one.  The less of the query the words
        found, the more the meaning counts.  Rank fusion measured worse: the two ways differ in strength, and ranks forget
        by how much.
        """
        fusion = self._fusion
        count = max(fusion.candidates, k)
        words = self._words.scores(asked.terms).astype(np.float64)
        if fusion.headings:
            words += fusion.headings * self._headings.scores(asked.terms)
        near = self._compared(vector, allowed)
        similarities = self._similarities(vector, count, allowed, near)
        if allowed is not None:
            words[~allowed] = 0
        best = float(words.max(initial=0))
        found = min(1.0, best / (asked.most or 1.0))
        words /= best or 1.0
        nearest = similarities.max(initial=0)
        share = fusion.meaning * (1 - found) ** fusion.trust_in_words if nearest else 0.0
        first = (1 - share) * words + share * (similarities / (nearest or 1.0))
        first[(words <= 0) & (similarities <= 0)] = -1.0
        complete = self._with_all(asked, allowed)
        if complete is not None:
            first[complete] += fusion.complete
        rows = best_rows(first, count)
        rows = rows[first[rows] >= 0]
        weighed = self._weighed(rows, words[rows], vector, share, near)
        if complete is not None:
            weighed.scores[complete[rows]] += fusion.complete
        return weighed

    def _with_all(self, asked: Interpretation, allowed: Mask | None) -> Mask | None:
        """Tell which passages have every word of a short query, as it is or in a compound; None for longer ones."""
        if not 0 < len(asked.asked) <= _SHORT_QUERY:
            return None
        every = np.ones(len(self._words), np.bool_) if allowed is None else allowed
        for word in asked.asked:
            own = np.zeros(len(self._words), np.bool_)
            for mark in "=+":
                own[self._words.rows(f"{mark}{word.word.stem}")] = True
            every = every & own
        return every

    def _compared(self, vector: Vectors, allowed: Mask | None) -> Vectors | None:
        """Return the cosine similarities of all passages, None where the store or a filter spares comparing them all."""
        return self._exact.similarities(vector) if self._vectors is self._exact and allowed is None else None

    def _similarities(self, vector: Vectors, k: int, allowed: Mask | None, near: Vectors | None) -> Vectors:
        """Return the cosine similarities of the ``k`` nearest passages, shape (n,); 0 for all others, and instead of less."""
        result = np.zeros(len(self._words), np.float32)
        if near is not None:
            rows = highest_rows(near, k)
            result[rows] = np.maximum(near[rows], 0)
        elif vector.any():  # the model knows some part of the query
            few = allowed is not None and np.count_nonzero(allowed) <= _FEW
            rows, similarities = (self._exact if few else self._vectors).nearest(vector, k, allowed)
            result[rows] = np.maximum(similarities, 0)
        return result

    def _weighed(self, rows: Rows, words: Scores, vector: Vectors, share: float, near: Vectors | None) -> Candidates:
        """Compare the sentences of some passages, and what stands around these, with the query."""
        fusion = self._fusion
        of_rows = partial(self._exact.similarities, vector) if near is None else near.__getitem__
        passages = of_rows(rows)
        sentences = self._sentences.compared(rows, vector)
        around = (of_rows(self._before[rows]) + of_rows(self._behind[rows])) / 2
        meaning = (1 - fusion.sentence) * passages + fusion.sentence * sentences.nearest
        meaning = np.maximum((1 - fusion.neighbours) * meaning + fusion.neighbours * around, 0).astype(np.float64)
        scores = (1 - share) * words + share * meaning / (meaning.max(initial=0) or 1.0)
        return Candidates(rows, scores, passages, sentences)
