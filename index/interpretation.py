"""A query is understood with a generation's words: what it asks for, under which terms, and what may stand for it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from corpus.thesaurus import Entry, Thesaurus
from index.analysis import Analysis
from index.german import Word, stem
from index.marks import Alternative, Asked
from index.query import Query
from index.vocabulary import Numbers, Vocabulary
from index.words import WordIndex

_LEAST_WEIGHT = 0.1  # of a word in judging how much of a query a passage has
_SHORTEST_STEM = 5  # letters that a word must share with the one asked for to be near it; fewer stand in too many


@dataclass(frozen=True, slots=True)
class Worth:
    """What a way in which a word may stand in a text is worth beside the word itself: in judging a hit, and in finding it."""

    covers: float
    finds: float


PART = Worth(0.9, 0.5)  # the parts of a compound, apart from each other or in other compounds
NEAR = Worth(0.7, 0.0)  # a word that begins or ends with the stem; character n-grams find it
SLIP = Worth(0.8, 0.8)  # what was probably meant by a word that nothing attests
RELATED = Worth(0.6, 0.25)  # another word of the field for the same
_IN_COMPOUND = 0.3  # what a compound with the word as part finds, beside its n-grams
_APART = 0.3  # what a word finds that is a part of the compound asked for


class Related(NamedTuple):
    """Terms of the field that stand for some words of a query, from ``start`` to ``end`` (exclusive)."""

    start: int
    end: int
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What a query asks for, in words, terms and weights.

    ``terms`` have a weight each; ``most`` is the score that none can exceed for the terms of the query's own words.
    ``emphasis`` gives the query's words with how rare they are.  ``related`` are the terms of the field that were added and
    stand in the corpus, ``corrected`` what was typed and what was taken instead.
    """

    asked: tuple[Asked, ...]
    terms: tuple[tuple[str, float], ...]
    most: float
    emphasis: tuple[tuple[str, float], ...]
    related: tuple[str, ...]
    corrected: tuple[tuple[str, str], ...]


class Interpreter:
    """Understands queries with the words of one generation and the thesaurus of the field."""

    def __init__(self, analysis: Analysis, vocabulary: Vocabulary, words: WordIndex, thesaurus: Thesaurus = Thesaurus()) -> None:
        self._analysis = analysis
        self._vocabulary = vocabulary
        self._words = words
        self._entries = _by_stems(thesaurus, analysis)
        self._longest = max((len(stems) for stems in self._entries), default=0)

    def interpret(self, query: Query, *, with_related: bool = True) -> Interpretation:
        """Return what a query asks for; ``with_related`` adds what the thesaurus knows."""
        distinct = list({word.folded: word for word in query.words}.values())
        others = self._related(query) if with_related else []
        asked: list[Asked] = []
        terms: list[tuple[str, float]] = []
        corrected: list[tuple[str, str]] = []
        most = 0.0
        for word in distinct:
            own, most_of_word = self._own_terms(word)
            alternatives = self._alternatives(word)
            found: list[tuple[str, float]] = []
            if not alternatives and (meant := self._meant(word)) is not None:
                alternatives = [Alternative((self._of_stem(stem(meant)),), SLIP.covers)]
                found = [(f"={stem(meant)}", SLIP.finds)]
                corrected.append((query.meant[word.start : word.end], meant))
            places = [at for at, other in enumerate(query.words) if other.folded == word.folded]
            synonyms = [term for group in others if any(group.start <= at < group.end for at in places) for term in group.terms]
            alternatives += [way for term in synonyms if (way := self._way(term)) is not None]
            terms += [*own, *found]
            most += most_of_word
            if not alternatives:
                alternatives = [Alternative((np.empty(0, np.int32),), 0.0)]
            asked.append(Asked(word, self._weight(word), tuple(alternatives)))
        added = [term for group in others for term in group.terms if self._way(term) is not None]
        terms += [pair for group in others for pair in self._related_terms(group)]
        emphasis = tuple((query.meant[w.start : w.end], self._words.rarity(f"={w.stem}")) for w in distinct)
        return Interpretation(tuple(asked), tuple(terms), most, emphasis, tuple(dict.fromkeys(added)), tuple(corrected))

    def _own_terms(self, word: Word) -> tuple[list[tuple[str, float]], float]:
        """Return the terms of a word and of its parts, with the most that the former can give."""
        own = [term for term in self._analysis.terms(word.folded) if term[0] != "+"] or [f"={word.stem}"]
        parts = self._analysis.parts(word.folded)
        weighted = [(term, 1.0) for term in own]
        inside = [(f"+{word.stem}", _IN_COMPOUND), *((f"+{part}", PART.finds) for part in parts)]
        return [*weighted, *inside, *((f"={part}", _APART) for part in parts)], sum(map(self._words.rarity, own))

    def _alternatives(self, word: Word) -> list[Alternative]:
        """Return the ways in which a word stands in the corpus, none where nothing like it does."""
        vocabulary, letters = self._vocabulary, word.stem
        ways: list[Alternative] = []
        whole = self._of_stem(letters)
        if len(whole):
            ways.append(Alternative((whole,), 1.0))
        if len(letters) >= _SHORTEST_STEM and letters.isalpha() and not word.is_stop_word:
            near = np.union1d(vocabulary.beginning(letters), vocabulary.ending(letters))
            if len(near):
                ways.append(Alternative((near.astype(np.int32),), NEAR.covers))
        parts = [self._of_stem(part) for part in self._analysis.parts(word.folded)]
        if parts and all(map(len, parts)):
            ways.append(Alternative(tuple(parts), PART.covers))
        return ways

    def _of_stem(self, letters: str) -> Numbers:
        """Return the words of the corpus that have a stem, or are compounds with such a part."""
        return np.union1d(self._vocabulary.of_stem(letters), self._vocabulary.with_part(letters)).astype(np.int32)

    def _meant(self, word: Word) -> str | None:
        """Return the word of the corpus that was meant by one that nothing attests, None where that can't be said."""
        if word.folded in self._analysis.lexicon or not word.folded.isalpha():
            return None
        numbers = self._vocabulary.like(word.folded)
        return self._vocabulary.words[numbers[0]] if len(numbers) else None

    def _weight(self, word: Word) -> float:
        """Return how much a word says, 1 for one that stands nowhere; even one that stands everywhere was asked for."""
        share = self._words.document_share(f"={word.stem}")
        return max(_LEAST_WEIGHT, 1.0 - math.log1p(99 * share) / math.log(100))

    def _related(self, query: Query) -> list[Related]:
        """Return what the thesaurus knows for the words of a query, the longest terms first at each place."""
        stems = [word.stem for word in query.words]
        found: list[Related] = []
        for start in range(len(stems)):
            for end in range(min(len(stems), start + self._longest), start, -1):
                for entry, term in self._entries.get(tuple(stems[start:end]), ()):
                    typed = query.meant[query.words[start].start : query.words[end - 1].end]
                    if term not in entry.exact or typed == term:
                        own = tuple(stems[start:end])
                        others = tuple(other for other in entry.terms if _stems(self._analysis, other) != own)
                        found.append(Related(start, end, others))
        return found

    def _way(self, term: str) -> Alternative | None:
        """Return how a term of the thesaurus may stand in a text, None where the corpus lacks a word of it."""
        sets = tuple(self._of_stem(letters) for letters in _stems(self._analysis, term))
        return Alternative(sets, RELATED.covers) if sets and all(map(len, sets)) else None

    def _related_terms(self, group: Related) -> Iterator[tuple[str, float]]:
        for term in group.terms:
            stems = _stems(self._analysis, term)
            for letters in stems:
                yield f"={letters}", RELATED.finds / len(stems)


def _stems(analysis: Analysis, term: str) -> tuple[str, ...]:
    return tuple(word.stem for word in analysis.words(term) if not word.is_stop_word)


def _by_stems(thesaurus: Thesaurus, analysis: Analysis) -> dict[tuple[str, ...], list[tuple[Entry, str]]]:
    """Return the entries of a thesaurus by the stems of each of their terms."""
    entries: dict[tuple[str, ...], list[tuple[Entry, str]]] = {}
    for entry in thesaurus.entries:
        known: set[tuple[str, ...]] = set()
        for term in entry.terms:
            stems = _stems(analysis, term)
            if stems and stems not in known:
                known.add(stems)
                entries.setdefault(stems, []).append((entry, term))
    return entries
