"""A query becomes hits: understand it, select, retrieve by words and by meaning, judge, and say how each was found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.citation import Citation, Place, cite_words
from corpus.marking import places_of
from corpus.publication import Kind, Passage, Publication
from corpus.thesaurus import Thesaurus
from index.embedder import Embedder, Vectors
from index.facets import Facets, count
from index.generation import Generation
from index.interpretation import Interpretation, Interpreter, Weights
from index.judging import Evidence, Judge
from index.marks import Marks, coverages, mark
from index.origins import Origins
from index.outline import Outline
from index.query import Query
from index.ranking import Ranked, Ranker
from index.reranker import Reranker
from index.retrieval import Candidates, Fusion, Retriever
from index.selection import Selector
from index.spelling import Spelling
from index.subjects import Subjects
from index.vectors import Rows

_MARGIN = 20  # candidates beyond those shown: a quotation, a table of contents or a repetition may change their ranks
_SIMILAR = 0.25  # cosine similarity below which passages have little to do with each other
_MORE, _LESS = 0.6, 0.3  # how far a query moves to passages that are wanted more of, and away from others (Rocchio 1971)


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


class Hit(NamedTuple):
    """A passage that was found, with all that is needed to show and cite it.

    ``matches`` are the ranges (start, end) of ``passage.text`` that the query's words matched, ``quote`` the range of the
    sentence that fits best.  ``plausible`` tells of a weak hit that it may answer all the same.  ``score`` orders the hits of one
    query and means nothing across queries.  ``repeated`` are passages further down that say the same in the same words.
    """

    passage: Passage
    publication: Publication
    places: tuple[Place, ...]
    found_by: tuple[FoundBy, ...]
    strength: Strength
    score: float
    matches: tuple[tuple[int, int], ...]
    quote: tuple[int, int]
    plausible: bool
    repeated: tuple[Passage, ...] = ()

    @property
    def citation(self) -> Citation:
        """Reference and locator."""
        return cite_words(self.passage, self.publication, self.places)

    @property
    def quote_places(self) -> tuple[Place, ...]:
        """Where the sentence that fits best stands."""
        return places_of(self.passage, self.quote, self.places)

    @property
    def quote_citation(self) -> Citation:
        """Reference and locator of just that sentence."""
        return cite_words(self.passage, self.publication, self.quote_places)


@dataclass(frozen=True, slots=True)
class Results:
    """The hits of a query, best first, and what was made of it.

    ``related`` are words of the field that were looked for too, ``corrected`` what was typed and what was taken instead,
    ``missing`` phrases in quotation marks that stand nowhere.
    """

    query: Query
    hits: tuple[Hit, ...]
    related: tuple[str, ...] = ()
    corrected: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def strong(self) -> bool:
        """True where at least one hit probably answers the query."""
        return any(hit.strength is Strength.STRONG for hit in self.hits)

    @property
    def plausible(self) -> bool:
        """True where at least one hit may answer the query: too good to be hidden, too little to be called an answer."""
        return any(hit.plausible for hit in self.hits)


@dataclass(frozen=True, slots=True)
class Ranking:
    """The passages that a query ranks, best first, before they are made hits; ``found`` are all that were compared closely."""

    asked: Interpretation
    found: Candidates
    ranked: tuple[Ranked, ...]
    vector: Vectors
    missing: tuple[str, ...]

    @property
    def rows(self) -> Rows:
        """The rows of the passages, shape (n,)."""
        return np.array([candidate.row for candidate in self.ranked], np.int64)


class Judged(NamedTuple):
    """Which of the passages ``among`` so many that were compared closely answer a query, probably or perhaps, by their rows."""

    among: int
    strong: frozenset[int]
    plausible: frozenset[int]


class Searcher:
    """Searches one generation; may be used by many threads."""

    def __init__(
        self,
        generation: Generation,
        embedder: Embedder,
        *,
        thesaurus: Thesaurus = Thesaurus(),
        fusion: Fusion = Fusion(),
        weights: Weights = Weights(),
        reranker: Reranker | None = None,
        judge: Judge = Judge.by_words(),
        exact: bool = True,
    ) -> None:
        """Open a generation; ``exact`` compares all vectors instead of asking the store's graph.  Raises IndexDamaged."""
        self.generation = generation
        words, headings, occurrences = generation.words(), generation.headings(), generation.occurrences()
        wording, analysis, sentences = generation.wording(), generation.analysis(), generation.sentences()
        matrix = generation.exact_vectors()
        self._vectors = matrix if exact else generation.vectors()
        self.library = generation.library()  # last: it holds a file open, and what comes before it may be damaged
        self.origins = Origins(wording, words)
        self._occurrences = occurrences
        self._matrix = matrix
        self.sentences = sentences
        self._embedder = embedder
        self._fusion = fusion
        self._judge = judge
        spell = Spelling(words, occurrences, self.library).of
        self._interpreter = Interpreter(analysis, occurrences.vocabulary, words, thesaurus, weights, spell)
        of_passage = self._publication_numbers()
        self._of_passage = of_passage
        self.outline = Outline(self.library)
        self.subjects = Subjects(thesaurus.subjects, self.outline, words, wording, occurrences, analysis)
        self._retriever = Retriever(words, headings, self._vectors, matrix, sentences, of_passage, fusion)
        publications = self.library.publications
        self._selector = Selector(words, headings, wording, analysis, publications, of_passage, self.outline, self.subjects)
        self._contents = np.zeros(self.library.count(), np.bool_)
        for kind in Kind:
            if kind.leads_elsewhere:
                self._contents[self.library.positions_of_kind(kind)] = True
        self._ranker = Ranker(self.library, occurrences, matrix, self._selector, of_passage, self._contents, fusion, reranker)

    def _publication_numbers(self) -> NDArray[np.int32]:
        """Return the number of its publication for each passage."""
        numbers = np.zeros(self.library.count(), np.int32)
        for number, publication in enumerate(self.library.publications):
            numbers[self.library.positions(publication.id)] = number
        return numbers

    def publications_of(self, rows: Rows) -> list[str]:
        """Return the ids of the publications that some passages, given by their rows, belong to."""
        ids = [publication.id for publication in self.library.publications]
        return [ids[number] for number in self._of_passage[rows].tolist()]

    def close(self) -> None:
        """Close library and vector store."""
        self._vectors.close()
        self.library.close()

    def search(
        self,
        query: Query,
        k: int = 10,
        *,
        with_related: bool = True,
        more: Iterable[str] = (),
        less: Iterable[str] = (),
    ) -> Results:
        """Return the ``k`` best passages for a query; none for an empty one.

        ``with_related`` also looks for other words of the field.  ``more`` and ``less`` name passages, by their ids, of whose
        kind more is wanted, or less; ids that there are not are passed over.
        """
        if query.is_empty or k < 1:
            return Results(query, ())
        ranking = self.ranking(query, k, with_related=with_related, more=more, less=less)
        asked = ranking.asked
        return Results(query, self.hits(ranking, ranking.ranked), asked.related, asked.corrected, ranking.missing)

    def ranking(
        self, query: Query, k: int, *, with_related: bool = True, more: Iterable[str] = (), less: Iterable[str] = ()
    ) -> Ranking:
        """Return the ``k`` best passages for a query that asks for something; the rest is as in ``search``."""
        asked = self._interpreter.interpret(query, with_related=with_related)
        selection = self._selector.select(query)
        vector = self._refined(self._embedder.query(asked.meant), more, less)
        found = self._retriever.candidates(asked, vector, selection.allowed, k + _MARGIN)
        ranked = self._ranker.ranked(query, found, k)
        return Ranking(asked, found, tuple(ranked), vector, selection.missing)

    def judged(self, ranking: Ranking) -> Judged:
        """Judge all passages that were compared closely, as their hits are, whether they are ranked or not."""
        rows, judge, words = ranking.found.rows.tolist(), self._judge, len(ranking.asked.asked)
        verbatim = {candidate.row for candidate in ranking.ranked if candidate.verbatim}
        shares = coverages(self._occurrences, rows, ranking.asked.asked)
        odds = [
            judge.odds(Evidence(share, similarity, row in verbatim, words))
            for row, share, similarity in zip(rows, shares, ranking.found.similarities.tolist(), strict=True)
        ]
        strong, plausible = (
            frozenset(row for row, of_it in zip(rows, odds, strict=True) if of_it >= least)
            for least in (judge.strong, judge.plausible)
        )
        return Judged(len(rows), strong, plausible)

    def facets(self, judged: Judged) -> Facets:
        """Count the passages that may answer a query."""
        rows = np.array(sorted(judged.plausible), np.int64)
        return count(rows, judged.among, self.library.publications, self._of_passage, self.outline, self.subjects)

    def matches(self, query: Query, passage: Passage, *, with_related: bool = True) -> tuple[tuple[int, int], ...]:
        """Return the ranges of a passage's text that the words of a query match, whether it was found by them or not."""
        row = self.library.position(passage.id)
        asked = self._interpreter.interpret(query, with_related=with_related)
        return () if row is None else mark(self._occurrences, [row], [passage.text], asked.asked)[0].ranges

    def similar(self, passage: Passage, k: int = 5) -> tuple[Passage, ...]:
        """Return up to ``k`` passages that are near in meaning to another one, nearest first.

        Those that repeat it, that stand right before or behind it, or only lead elsewhere are left out.
        """
        row = self.library.position(passage.id)
        if row is None or k < 1:
            return ()
        vector = self._matrix.matrix[row]
        if not vector.any():
            return ()
        rows, similarities = self._vectors.nearest(vector, k + _MARGIN)
        order = [at for at in np.argsort(-similarities, kind="stable") if similarities[at] >= _SIMILAR]
        others = [int(rows[at]) for at in order if abs(rows[at] - row) > 1 and not self._contents[rows[at]]]
        return tuple(self.library.passages_at([other for other in others if not self._ranker.repeats(row, other)][:k]))

    def _refined(self, vector: Vectors, more: Iterable[str], less: Iterable[str]) -> Vectors:
        """Return a query's vector moved towards some passages and away from others."""
        for ids, step in ((more, _MORE), (less, -_LESS)):
            rows = [row for id_ in ids if (row := self.library.position(id_)) is not None]
            if rows:
                vector = vector + np.float32(step) * self._matrix.matrix[rows].mean(axis=0)
        length = float(np.linalg.norm(vector))
        return vector / length if length else vector

    def hits(self, ranking: Ranking, ranked: Sequence[Ranked]) -> tuple[Hit, ...]:
        """Return the hits of some of the passages of a ranking."""
        asked = ranking.asked
        rows = [candidate.row for candidate in ranked]
        passages = self.library.passages_at(rows)
        marks = mark(self._occurrences, rows, [passage.text for passage in passages], asked.asked)
        return tuple(map(partial(self._hit, ranking), ranked, passages, marks))

    def _hit(self, ranking: Ranking, candidate: Ranked, passage: Passage, marks: Marks) -> Hit:
        asked, found = ranking.asked, ranking.found
        publication = self.library.publication(passage.publication_id)
        assert publication is not None
        similarity = float(found.similarities[candidate.place])
        odds = self._judge.odds(Evidence(marks.coverage, similarity, candidate.verbatim, len(asked.asked)))
        found_by = _BY_MEANING if not marks.ranges else _BY_BOTH if similarity > 0 else _BY_WORDS
        return Hit(
            passage=passage,
            publication=publication,
            places=self.library.places(passage),
            found_by=found_by,
            strength=Strength.STRONG if odds >= self._judge.strong else Strength.WEAK,
            plausible=odds >= self._judge.plausible,
            score=round(candidate.score, 4),
            matches=marks.ranges,
            quote=self.sentences.best(candidate.row, found.sentences.of(candidate.place), marks.ranges),
            repeated=tuple(self.library.passages_at(candidate.repeated)) if candidate.repeated else (),
        )
