"""Phrases, words to leave out and filters become the passages that a search may show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from corpus.publication import Publication
from corpus.thesaurus import Group
from index.analysis import Analysis
from index.german import fold
from index.outline import Outline
from index.query import Filters, Query
from index.subjects import Subjects
from index.vectors import Mask, Rows
from index.wording import Wording
from index.words import WordIndex


@dataclass(frozen=True, slots=True)
class Selection:
    """Which passages are ``allowed``, shape (n,), None for all; ``missing`` are phrases that stand nowhere."""

    allowed: Mask | None
    missing: tuple[str, ...] = ()


class Selector:
    """Selects among the passages of one generation."""

    def __init__(
        self,
        words: WordIndex,
        headings: WordIndex,
        wording: Wording,
        analysis: Analysis,
        publications: Sequence[Publication],
        of_passage: np.ndarray[tuple[int], np.dtype[np.int32]],
        outline: Outline,
        subjects: Subjects,
    ) -> None:
        """Take the parts of a generation; ``of_passage`` has the number of its publication for each passage."""
        self._words = words
        self._headings = headings
        self._wording = wording
        self._analysis = analysis
        self._publications = publications
        self._of_passage = of_passage
        self._outline = outline
        self._subjects = subjects

    def select(self, query: Query) -> Selection:
        """Return which passages a query allows.

        A phrase that stands nowhere is passed over, and named, so that what comes nearest can still be found.
        """
        allowed = self._by_publication(query.filters)
        for rows in self._limits(query.filters):
            allowed = _both(allowed, self._mask(rows))
        for words in query.without:
            several = len(self._analysis.words(words)) > 1  # "KOMM-AN" is no "an"
            left_out = self._verbatim(words.strip('"')) if words[0] == '"' or several else self._with(words)
            allowed = _both(allowed, ~self._mask(left_out))
        missing: list[str] = []
        for phrase in query.phrases:
            rows = self._verbatim(phrase)
            if len(rows):
                allowed = _both(allowed, self._mask(rows))
            else:
                missing.append(phrase)
        return Selection(allowed, tuple(missing))

    def verbatim(self, text: str, among: Sequence[int]) -> frozenset[int]:
        """Return those of some passages in which a text stands word for word."""
        return frozenset(self._wording.rows(text, among).tolist())

    def _limits(self, filters: Filters) -> Iterator[Rows]:
        """Yield the passages that each of the filters leaves that do not ask for publications."""
        if filters.place:
            place = self._subjects.find(filters.place, [Group.PLACE])
            yield place.rows if place else self._named(filters.place)
        if filters.chapter:
            yield self._outline.under(filters.chapter)
        if filters.kind:
            yield self._outline.of_kind(filters.kind)
        for name in filters.subjects:
            subject = self._subjects.find(name)
            yield subject.rows if subject else np.empty(0, np.int64)

    def _by_publication(self, filters: Filters) -> Mask | None:
        if filters.years is None and not filters.publication:
            return None
        wanted = self._wanted(filters.publication)
        numbers = [n for n, publication in enumerate(self._publications) if n in wanted and _is_of(publication, filters.years)]
        return np.isin(self._of_passage, numbers)

    def _wanted(self, name: str) -> frozenset[int]:
        """Return the numbers of the publications that a name means: the one of such an id or file, else all that contain it."""
        exactly = [n for n, publication in enumerate(self._publications) if name in (publication.id, publication.file)]
        names = [(p.id, p.file, p.full_title) for p in self._publications]
        return frozenset(exactly or [n for n, known in enumerate(names) if any(fold(name) in fold(one) for one in known)])

    def _named(self, place: str) -> Rows:
        """Return the passages that name all words of content of a place, in their text or above it."""
        rows = np.arange(len(self._of_passage))
        for word in [word for word in self._analysis.words(place) if not word.is_stop_word]:  # "Musterstadt am Fluss"
            term = f"={word.stem}"
            rows = np.intersect1d(rows, np.union1d(self._words.rows(term), self._headings.rows(term)))
        return rows

    def _with(self, words: str) -> Rows:
        """Return the passages in which one of some words stands, in any form or as part of a compound."""
        terms = [f"{mark}{word.stem}" for word in self._analysis.words(words) for mark in "=+"]
        return np.unique(np.concatenate([self._words.rows(term) for term in terms]))

    def _verbatim(self, phrase: str) -> Rows:
        """Return the passages in which a phrase stands; those that have all its words are looked at first."""
        known = [self._words.rows(f"={word.stem}") for word in self._analysis.words(phrase) if not word.is_stop_word]
        if known and all(map(len, known)):
            rows = known[0]
            for others in known[1:]:
                rows = np.intersect1d(rows, others)
            if len(found := self._wording.rows(phrase, rows.tolist())):
                return found
        return self._wording.rows(phrase)  # a word of it may be broken by a hyphen, or be part of one in the text

    def _mask(self, rows: Rows) -> Mask:
        mask = np.zeros(len(self._of_passage), np.bool_)
        mask[rows] = True
        return mask


def _both(one: Mask | None, other: Mask) -> Mask:
    return other if one is None else one & other


def _is_of(publication: Publication, years: tuple[int, int] | None) -> bool:
    """Tell whether a publication is of some years, from the first to the last; None are all."""
    return years is None or (publication.year.isdigit() and years[0] <= int(publication.year) <= years[1])
