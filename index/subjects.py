"""The subjects of the field become the passages that tell of them: those with their words, or under a heading with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.thesaurus import Group, Subject, slug
from index.analysis import Analysis
from index.german import Word, is_stop_word, squeezed
from index.occurrences import Occurrences
from index.outline import Outline
from index.vectors import Rows
from index.vocabulary import Numbers
from index.wording import Wording
from index.words import WordIndex

Range = tuple[int, int]


class Attested(NamedTuple):
    """A subject that passages tell of: their rows, in order, and the titles of the headings that name it."""

    subject: Subject
    rows: Rows
    headings: frozenset[str]


class _Term(NamedTuple):
    """A term of a subject: its words, which stand next to each other in a text but for stop words.

    An ``exact`` one stands there in this very form, stop words and all.
    """

    text: str
    words: tuple[Word, ...]
    exact: bool

    @property
    def letters(self) -> str:
        """Its letters and digits, folded, without anything between them."""
        return squeezed(self.text)


class Subjects:
    """The subjects that one generation attests, looked up when they are first asked for, and kept; for many threads."""

    def __init__(
        self,
        subjects: Iterable[Subject],
        outline: Outline,
        words: WordIndex,
        wording: Wording,
        occurrences: Occurrences,
        analysis: Analysis,
    ) -> None:
        """Take the vocabulary's subjects and the parts of a generation."""
        self._subjects = tuple(subjects)
        self._outline = outline
        self._words = words
        self._wording = wording
        self._occurrences = occurrences
        self._analysis = analysis

    @cached_property
    def attested(self) -> tuple[Attested, ...]:
        """The subjects that at least one passage tells of, in the order of the vocabulary."""
        titles = _Titles(self._outline.titles, self._analysis)
        found = (self._look_up(subject, titles) for subject in self._subjects)
        return tuple(subject for subject in found if len(subject.rows))

    def of(self, group: Group) -> tuple[Attested, ...]:
        """Return the attested subjects of a group."""
        return tuple(found for found in self.attested if found.subject.group is group)

    def find(self, name: str, groups: Iterable[Group] = Group) -> Attested | None:
        """Return the attested subject of a name, given as it is shown or as in an address; None where there is none."""
        wanted, allowed = slug(name), frozenset(groups)
        return next((found for found in self.attested if found.subject.slug == wanted and found.subject.group in allowed), None)

    def numbers_of(self, rows: Rows) -> NDArray[np.int64]:
        """Return for each attested subject how many of some passages tell of it."""
        offsets, numbers = self._by_passage
        told = [numbers[offsets[row] : offsets[row + 1]] for row in rows.tolist()]
        return np.bincount(np.concatenate([*told, np.empty(0, np.int64)]), minlength=len(self.attested))

    def ranges(self, subject: Subject, row: int, text: str) -> tuple[Range, ...]:
        """Return the ranges of a passage, given by its row and its text, in which the words of a subject stand, in order."""
        found = sorted(
            (start, end)
            for term in self._terms(subject)
            for start, end in self._ranges(term, row)
            if not term.exact or squeezed(text[start:end]) == term.letters
        )
        return tuple(range_ for at, range_ in enumerate(found) if not at or range_[0] >= max(end for _, end in found[:at]))

    @cached_property
    def _by_passage(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The numbers of the subjects of all passages, one passage after the other, and where those of each begin."""
        rows = np.concatenate([*(found.rows for found in self.attested), np.empty(0, np.int64)])
        numbers = np.repeat(np.arange(len(self.attested)), [len(found.rows) for found in self.attested])
        order = rows.argsort(kind="stable")
        return rows[order].searchsorted(np.arange(len(self._outline.paths) + 1)), numbers[order]

    @cached_property
    def _stop_words(self) -> NDArray[np.bool_]:
        """Which words of the vocabulary are stop words."""
        return np.fromiter(map(is_stop_word, self._occurrences.vocabulary.words), np.bool_)

    def _look_up(self, subject: Subject, titles: _Titles) -> Attested:
        terms = list(self._terms(subject))
        headings = frozenset(title for term in terms for title in titles.with_term(term))
        told = self._outline.under_any(headings)
        for term in terms:
            told[np.asarray(self._rows(term), np.int64)] = True
        return Attested(subject, np.flatnonzero(told & self._outline.of_text), headings)

    def _terms(self, subject: Subject) -> Iterator[_Term]:
        for text in subject.terms:
            # forms of names are no names: "Halle" would be "Hallen"
            exact = subject.group is Group.PLACE or (len(text) > 1 and text[0] == text[-1] == '"')
            words = self._analysis.words(text)
            content = tuple(word for word in words if not word.is_stop_word)
            if content:
                yield _Term(text.strip('"'), tuple(words) if exact else content, exact)

    def _rows(self, term: _Term) -> Sequence[int] | NDArray[Any]:
        """Return the passages in whose text a term stands; those that have all its words are looked at."""
        rows: NDArray[np.int32] | None = None
        for word in term.words:
            if not word.is_stop_word:
                own = self._words.rows(f"={word.stem}")
                rows = own if rows is None else np.intersect1d(rows, own, assume_unique=True)
        assert rows is not None
        if term.exact:
            return self._wording.rows(term.text, rows.tolist())
        if len(term.words) == 1:
            return rows
        return [row for row in rows.tolist() if self._ranges(term, row)]

    def _ranges(self, term: _Term, row: int) -> list[Range]:
        """Return where the words of a term, as they are folded, stand in a passage's text."""
        table = self._occurrences.of(row)
        if not term.exact:
            table = table[~self._stop_words[table[:, 0]]]
        length = len(table) - len(term.words) + 1
        if length < 1:
            return []
        stands = np.ones(length, np.bool_)
        for at, word in enumerate(term.words):
            stands &= np.isin(table[at : at + length, 0], self._numbers(word, exact=term.exact))
        starts = stands.nonzero()[0]
        return [(int(table[at, 1]), int(table[at + len(term.words) - 1, 2])) for at in starts.tolist()]

    def _numbers(self, word: Word, *, exact: bool) -> Numbers:
        vocabulary = self._occurrences.vocabulary
        return vocabulary.of_word(word.folded) if exact else vocabulary.of_stem(word.stem)


class _Titles:
    """The titles of headings, in which terms are looked up."""

    def __init__(self, titles: Iterable[str], analysis: Analysis) -> None:
        self._words = {title: analysis.words(title) for title in titles}
        self._with: dict[str, list[str]] = {}
        for title, words in self._words.items():
            for stem in {word.stem for word in words}:
                self._with.setdefault(stem, []).append(title)

    def with_term(self, term: _Term) -> Iterator[str]:
        """Yield the titles in which a term stands."""
        length = len(term.words)
        for title in self._with.get(term.words[0].stem, ()):
            words = [word for word in self._words[title] if term.exact or not word.is_stop_word]
            if any(_is(title, words[at : at + length], term) for at in range(len(words) - length + 1)):
                yield title


def _is(title: str, words: Sequence[Word], term: _Term) -> bool:
    """Tell whether some words of a title are a term."""
    if term.exact:
        return squeezed(title[words[0].start : words[-1].end]) == term.letters
    return all(one.stem == other.stem for one, other in zip(words, term.words, strict=True))
