"""Scored passages become a ranking: quotations first, what only leads elsewhere below, repetitions folded, nobody crowded out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, islice, permutations, repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.german import squeezed
from index.library import Library
from index.occurrences import Occurrences
from index.query import Query
from index.reranker import Reranker
from index.retrieval import Candidates, Fusion, Scores
from index.selection import Selector
from index.vectors import ExactVectors, Mask, Rows, best_rows

_QUOTED = 5  # words; a query this long that stands verbatim in a passage was meant as a quotation
_SHORTEST_QUOTATION = 8  # letters; fewer stand in any text by chance
_READ_AGAIN = 30  # candidates that a reranker reads; each costs it tens of milliseconds
_FOLDED = 5  # candidates beyond those shown that are looked through for repetitions
_SAME = 0.97  # cosine similarity of passages that may say the same in the same words ...
_SHARED = 0.9  # ... and do if they share so many of their different words (Jaccard), and every number
_SHOWN = 10  # hits that most readers look at; the last of these places is for a publication that has none before ...
_NEARLY_AS_GOOD = 0.7  # ... if it has a hit that is so nearly as good as the one it takes the place of


class Ranked(NamedTuple):
    """A candidate at its rank: its place among the candidates, its row and score, whether it holds the query verbatim.

    ``repeated`` are the rows of passages further down that repeat it.
    """

    place: int
    row: int
    score: float
    verbatim: bool
    repeated: tuple[int, ...] = ()


class Ranker:
    """Ranks the candidates of one generation; may be used by many threads."""

    def __init__(
        self,
        library: Library,
        occurrences: Occurrences,
        matrix: ExactVectors,
        selector: Selector,
        of_passage: NDArray[np.int32],
        contents: Mask,
        fusion: Fusion,
        reranker: Reranker | None,
    ) -> None:
        """Take the parts of a generation; ``contents`` tells which passages only lead elsewhere."""
        self._library = library
        self._occurrences = occurrences
        self._matrix = matrix
        self._selector = selector
        self._of_passage = of_passage
        self._contents = contents
        self._fusion = fusion
        self._reranker = reranker

    def ranked(self, query: Query, found: Candidates, k: int) -> list[Ranked]:
        """Return the ``k`` best candidates, best first."""
        rows = found.rows.tolist()
        scores = found.scores.copy()
        self._weigh_order(query, found.rows, scores)
        scores[self._contents[found.rows]] *= self._fusion.contents
        verbatim = self._verbatim(query, rows)
        if verbatim:
            scores[[place for place, row in enumerate(rows) if row in verbatim]] += self._fusion.verbatim
        order = best_rows(scores, len(rows))
        best = found.rows[order].tolist()
        every = map(Ranked._make, zip(order.tolist(), best, scores[order].tolist(), map(verbatim.__contains__, best), repeat(())))
        ranked = self._folded(list(islice(every, max(k, _SHOWN) + _FOLDED)))
        wanted = max(k, _READ_AGAIN) if self._reranker else k
        ranked += islice(every, max(0, wanted - len(ranked)))  # the others are made only where they are looked at
        return self._read_again(query, self._spread(ranked, every))[:k]

    def _weigh_order(self, query: Query, rows: Rows, scores: Scores) -> None:
        """Raise passages with the words of a short query one behind the other.

        An index has many words, so that it counts as naming several only where they stand together, in whatever order.
        """
        fusion = self._fusion
        complete = (scores >= fusion.complete).nonzero()[0].tolist() if fusion.complete and len(query.words) > 1 else ()
        places = {int(rows[place]): place for place in complete}
        for row in self._selector.verbatim(squeezed(query.meant), list(places)):
            scores[places[row]] += fusion.together
        words = dict.fromkeys(word.folded for word in query.words)  # few: all of them stand there; but typed perhaps many times
        for row in [row for row in places if self._contents[row]]:
            orders = map("".join, permutations(words))
            if not any(self._selector.verbatim(letters, [row]) for letters in orders):
                scores[places[row]] -= fusion.complete

    def repeats(self, row: int, other: int) -> bool:
        """Tell whether two passages say the same in the same words, but for a few; another number says something else."""
        one, two = (set(self._occurrences.of(at)[:, 0].tolist()) for at in (row, other))
        if len(one & two) < _SHARED * len(one | two):
            return False
        named = self._occurrences.vocabulary.words
        return not any(character.isdigit() for number in one ^ two for character in named[number])

    def _verbatim(self, query: Query, rows: Sequence[int]) -> frozenset[int]:
        """Return the rows of the passages in which a query that is a quotation stands word for word."""
        letters = squeezed(query.meant) if _is_quotation(query) else ""
        return self._selector.verbatim(letters, rows) if len(letters) >= _SHORTEST_QUOTATION else frozenset()

    def _folded(self, ranked: Sequence[Ranked]) -> list[Ranked]:
        """Return candidates without those that repeat one before them, which names them instead."""
        vectors = self._matrix.matrix[[candidate.row for candidate in ranked]]
        one, two = (vectors @ vectors.T >= _SAME).nonzero()
        alike = [(first, other) for first, other in zip(one.tolist(), two.tolist(), strict=True) if first < other]
        repeats: dict[int, int] = {}
        for first, other in alike:
            if first not in repeats and other not in repeats and self.repeats(ranked[first].row, ranked[other].row):
                repeats[other] = first
        if not repeats:
            return list(ranked)
        return [
            candidate._replace(repeated=tuple(ranked[other].row for other, first in repeats.items() if first == place))
            for place, candidate in enumerate(ranked)
            if place not in repeats
        ]

    def _spread(self, ranked: list[Ranked], others: Iterable[Ranked]) -> list[Ranked]:
        """Give the last place that most readers look at to a publication that has none before it, if it is nearly as good.

        It may be among the ``others``, which come behind.  The scores stay at their places, so that they go on falling.
        """
        number, first, rest = self._of_passage.data, ranked[: _SHOWN - 1], ranked[_SHOWN - 1 :]
        before = {number[candidate.row] for candidate in first}
        if not rest or number[rest[0].row] not in before:
            return ranked
        least, passed = _NEARLY_AS_GOOD * rest[0].score, rest[:1]
        for candidate in chain(rest[1:], others):
            if candidate.score < least:
                break
            if number[candidate.row] not in before:
                places = [*passed, candidate]
                moved = [own._replace(score=at.score) for own, at in zip([candidate, *passed], places, strict=True)]
                return [*first, *moved, *rest[len(moved) :]]
            passed.append(candidate)
        return ranked

    def _read_again(self, query: Query, ranked: list[Ranked]) -> list[Ranked]:
        """Return candidates with the first of them in the order of the reranker, if there is one; quotations stay in front."""
        first = [candidate for candidate in ranked[:_READ_AGAIN] if not candidate.verbatim]
        if self._reranker is None or not first:
            return ranked
        passages = self._library.passages_at([candidate.row for candidate in first])
        scores = self._reranker.scores(query.meant, [passage.headed_text for passage in passages])
        order = best_rows(scores, len(first)).tolist()
        quoted = [candidate for candidate in ranked[:_READ_AGAIN] if candidate.verbatim]
        highest = [candidate.score for candidate in first]  # kept in place, so that scores go on falling
        again = [first[place]._replace(score=score) for place, score in zip(order, highest, strict=True)]
        return [*quoted, *again, *ranked[_READ_AGAIN:]]


def _is_quotation(query: Query) -> bool:
    """Tell whether a query looks for its own words: in quotation marks, or long and no question."""
    if len(query.phrases) == 1 and query.phrases[0] == query.meant:
        return True
    return len(query.meant.split()) >= _QUOTED and not query.meant.endswith("?")
