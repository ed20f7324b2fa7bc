"""A query is understood with a generation's words: what it asks for, under which terms, and what may stand for it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from corpus.thesaurus import Entry, Thesaurus
from index.analysis import Analysis, needs_completion
from index.german import Word, is_stop_word, stem, terms_of_word
from index.marks import Alternative, Asked
from index.query import Query
from index.vocabulary import Numbers, Vocabulary
from index.words import WordIndex

_WORDS_KEPT = 4_096  # words whose look-up is at hand; people ask about the same things
_LEAST_WEIGHT = 0.1  # of a word in judging how much of a query a passage has
_SURE_SLIP = 8  # letters; short words, and names, may be right although nothing attests them
_NOWHERE = Alternative((np.empty(0, np.int32),), 0.0)
_SHORTEST_STEM = 5  # letters that a word must share with the one asked for to be near it; fewer stand in too many


class Worth(NamedTuple):
    """What a way in which a word may stand in a text is worth beside the word itself: in judging a hit, and in finding it."""

    covers: float
    finds: float


@dataclass(frozen=True, slots=True)
class Weights:
    """What each way is worth; docs/retrieval.md has what each of them brings."""

    part: Worth = Worth(0.9, 0.5)  # the parts of a compound, in other compounds too
    near: Worth = Worth(0.7, 0.0)  # a word that begins or ends with the stem; character n-grams find it
    slip: Worth = Worth(0.8, 0.8)  # what was probably meant by a word that nothing attests ...
    sure_slip: Worth = Worth(1.0, 0.8)  # ... and certainly, where that is a long word of the language
    related: Worth = Worth(0.6, 0.25)  # another word of the field for nearly the same
    equal: Worth = Worth(0.9, 0.7)  # an abbreviation for what it stands for, and the reverse
    alone: Worth = Worth(1.0, 0.7)  # the same, where nothing attests what was typed: the other is all there is to find
    in_compound: float = 0.3  # what a compound with the word as part finds, beside its n-grams
    gram: float = 1.0  # what a character n-gram finds
    short: float = 5.0  # what the stem of a word finds that is too short for n-grams: as much as others with all of theirs


class Related(NamedTuple):
    """Terms of the field that stand for some words of a query, from ``start`` to ``end`` (exclusive)."""

    start: int
    end: int
    terms: tuple[str, ...]
    worth: Worth


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What a query asks for, in words, terms and weights.

    ``meant`` is what is looked for by its meaning, without the slips that were made in typing it.  ``terms`` have a weight each;
    ``most`` is the score that none can exceed for the terms of the query's own words.  ``related`` are the terms of the field
    that were added and stand in the corpus, ``corrected`` what was typed and what was taken instead, as the corpus spells it.
    """

    meant: str
    asked: tuple[Asked, ...]
    terms: tuple[tuple[str, float], ...]
    most: float
    related: tuple[str, ...]
    corrected: tuple[tuple[str, str], ...]


class _Known(NamedTuple):
    """What a word is in a corpus: terms with weights, and the most that those of the word itself can score; how much it says.

    ``ways`` are how it stands in the corpus.  ``meant`` is what was taken instead of it, folded, and ``spelt`` how the corpus
    spells that.
    """

    terms: tuple[tuple[str, float], ...]
    most: float
    weight: float
    ways: tuple[Alternative, ...]
    meant: str
    spelt: str


class Interpreter:
    """Understands queries with the words of one generation and the thesaurus of the field."""

    def __init__(
        self,
        analysis: Analysis,
        vocabulary: Vocabulary,
        words: WordIndex,
        thesaurus: Thesaurus,
        weights: Weights,
        spell: Callable[[str], str],
    ) -> None:
        """Take the parts of a generation; ``spell`` tells how it spells a folded word of its vocabulary."""
        self._analysis = analysis
        self._vocabulary = vocabulary
        self._words = words
        self._weights = weights
        self._spell = spell
        self._entries = _by_stems(thesaurus, analysis)
        self._longest = max((len(stems) for stems in self._entries), default=0)
        self._first = frozenset(stems[0] for stems in self._entries)
        self._known = lru_cache(maxsize=_WORDS_KEPT)(self._look_up)
        self._way = lru_cache(maxsize=_WORDS_KEPT)(self._way_of)

    def interpret(self, query: Query, *, with_related: bool = True) -> Interpretation:
        """Return what a query asks for; ``with_related`` adds what the thesaurus knows."""
        typed = self._words_of(query)
        known = {word.folded: self._known(word.folded, word.stem) for word in typed}
        words = [word._replace(stem=stem(of_word.meant)) if (of_word := known[word.folded]).meant else word for word in typed]
        distinct = {word.folded: word for word in words}
        others = [self._as_attested(group, words, known) for group in self._related(query, words)] if with_related else []
        ways = {folded: [*of_word.ways] for folded, of_word in known.items()}
        for group in others:
            for folded in {word.folded for word in words[group.start : group.end]}:
                ways[folded] += [way for term in group.terms if (way := self._way(term, group.worth)) is not None]
        asked = tuple(Asked(word, known[folded].weight, tuple(ways[folded]) or (_NOWHERE,)) for folded, word in distinct.items())
        added = [term for group in others for term in group.terms if self._way(term, group.worth) is not None]
        slips = {query.meant[w.start : w.end]: known[f].spelt for f, w in distinct.items() if known[f].meant}
        return Interpretation(
            meant=_mended(query.meant, [(word, known[word.folded].spelt) for word in words if known[word.folded].meant]),
            asked=asked,
            terms=(
                *(pair for of_word in known.values() for pair in of_word.terms),
                *(pair for group in others for pair in self._related_terms(group)),
            ),
            most=self._most(words, known, others),
            related=tuple(dict.fromkeys(added)),
            corrected=tuple(slips.items()),
        )

    def _as_attested(self, group: Related, words: Sequence[Word], known: Mapping[str, _Known]) -> Related:
        """Return a group with what it is worth where nothing attests the abbreviation that was typed, or the long form."""
        attested = any(known[word.folded].ways for word in words[group.start : group.end])
        return group if attested or group.worth != self._weights.equal else group._replace(worth=self._weights.alone)

    def _most(self, words: Sequence[Word], known: Mapping[str, _Known], others: Sequence[Related]) -> float:
        """Return the score that none can exceed for the words of a query.

        Where nothing attests any of them, it is that for what their abbreviations stand for: no meaning is known either then.
        """
        most = {folded: of_word.most for folded, of_word in known.items()}
        for group in others if not any(of_word.ways for of_word in known.values()) else ():
            there = [term for term in group.terms if self._way(term, group.worth) is not None]
            if group.worth == self._weights.alone and there:
                typed = {word.folded for word in words[group.start : group.end]}
                found = max(self._words.most(list(self._terms_of(term, group.worth))) for term in there)
                most |= dict.fromkeys(typed, found / len(typed))
        return sum(most.values())

    def _look_up(self, folded: str, letters: str) -> _Known:
        """Return what a word, given folded and by its stem, is in the corpus."""
        parts = self._parts(folded)
        ways, meant = self._ways(folded, letters, parts), ""
        terms, most = self._own_terms(folded, letters, parts)
        if not ways and self._weights.slip.covers and (meant := self._meant(folded)):
            slip = self._weights.sure_slip if self._is_of_the_language(meant) else self._weights.slip
            ways = [Alternative((self._of_stem(stem(meant)),), slip.covers)]
            term = (f"={stem(meant)}", slip.finds)
            terms.append(term)
            most = self._words.most([term])  # the letters that were typed by mistake are missed by nobody
        share = self._words.document_share(f"={letters}")
        # even a word that stands everywhere was asked for; a stop word, asked alone, proves nothing
        weight = 0.0 if is_stop_word(folded) else max(_LEAST_WEIGHT, 1.0 - math.log1p(99 * share) / math.log(100))
        return _Known(tuple(terms), most, weight, tuple(ways), meant, self._spell(meant) if meant else "")

    def _parts(self, folded: str) -> tuple[str, ...]:
        """Return the stems of a compound's parts; publishing has looked for those of all words of the corpus."""
        known = self._vocabulary.has_whole(folded) and not is_stop_word(folded)
        return () if known else self._analysis.parts(folded)

    def _own_terms(self, folded: str, letters: str, parts: Sequence[str]) -> tuple[list[tuple[str, float]], float]:
        """Return the terms of a word and of its parts, with the most that the former can give."""
        grams = terms_of_word(folded)[1:]
        own = [(f"={letters}", 1.0 if grams else self._weights.short), *((gram, self._weights.gram) for gram in grams)]
        inside = [(f"+{part}", self._weights.part.finds) for part in parts]
        return [*own, (f"+{letters}", self._weights.in_compound), *inside], self._words.most(own)

    def _ways(self, folded: str, letters: str, parts: Sequence[str]) -> list[Alternative]:
        """Return the ways in which a word stands in the corpus, none where nothing like it does."""
        vocabulary = self._vocabulary
        ways: list[Alternative] = []
        whole = self._of_stem(letters)
        if len(whole):
            ways.append(Alternative((whole,), 1.0))
        if len(letters) >= _SHORTEST_STEM and letters.isalpha() and not is_stop_word(folded):
            near = _together(vocabulary.beginning(letters), vocabulary.ending(letters))
            if (written := _as_folded(letters, folded)) != letters:
                near = _together(near, _together(vocabulary.beginning(written), vocabulary.ending(written)))
            if len(near):
                ways.append(Alternative((near,), self._weights.near.covers))
        of_parts = tuple(self._of_stem(part) for part in parts)
        if of_parts and all(map(len, of_parts)):
            ways.append(Alternative(of_parts, self._weights.part.covers))
        return ways

    def _of_stem(self, letters: str) -> Numbers:
        """Return the words of the corpus that have a stem, or are compounds with such a part."""
        return _together(self._vocabulary.of_stem(letters), self._vocabulary.with_part(letters))

    def _meant(self, folded: str) -> str:
        """Return the word of the corpus that was meant by one that nothing attests, an empty one where that can't be said."""
        if folded in self._analysis.lexicon or not folded.isalpha():
            return ""
        numbers = self._vocabulary.like(folded)
        return self._vocabulary.words[numbers[0]] if len(numbers) else ""

    def _is_of_the_language(self, folded: str) -> bool:
        """Tell whether a word of the corpus is a long one that is no name: the list has it, or all of its parts."""
        is_listed = folded not in self._analysis.lexicon.of_corpus
        return len(folded) >= _SURE_SLIP and (is_listed or bool(self._analysis.parts(folded)))

    def _words_of(self, query: Query) -> Sequence[Word]:
        """Return the words of content of a query, suspended ones completed; all words where none has content."""
        if not needs_completion(query.meant):
            return query.words
        return [word for word in self._analysis.words(query.meant) if not word.is_stop_word] or query.words

    def _related(self, query: Query, words: Sequence[Word]) -> list[Related]:
        """Return what the thesaurus knows for the words of a query, the longest terms first at each place."""
        stems = [word.stem for word in words]
        found: list[Related] = []
        for start in [at for at, letters in enumerate(stems) if letters in self._first]:
            for end in range(min(len(stems), start + self._longest), start, -1):
                for entry, term in self._entries.get(tuple(stems[start:end]), ()):
                    typed = query.meant[words[start].start : words[end - 1].end]
                    if term not in entry.exact or typed == term:
                        own = tuple(stems[start:end])
                        others = tuple(other for other in entry.terms if _stems(self._analysis, other) != own)
                        found.append(
                            Related(start, end, others, self._weights.equal if entry.abbreviates else self._weights.related)
                        )
        return found

    def _way_of(self, term: str, worth: Worth) -> Alternative | None:
        """Return how a term of the thesaurus may stand in a text, None where the corpus lacks a word of it."""
        sets = tuple(self._of_stem(letters) for letters in _stems(self._analysis, term))
        return Alternative(sets, worth.covers) if sets and all(map(len, sets)) else None

    def _related_terms(self, group: Related) -> Iterator[tuple[str, float]]:
        for term in group.terms:
            yield from self._terms_of(term, group.worth)

    def _terms_of(self, term: str, worth: Worth) -> Iterator[tuple[str, float]]:
        stems = _stems(self._analysis, term)
        for letters in stems:
            yield f"={letters}", worth.finds / len(stems)


def _as_folded(stem: str, folded: str) -> str:
    """Return the letters of a folded word that its stem stands for, which has lost its umlauts: "behoerd" for "behord"."""
    at = 0
    for letter in stem:
        if folded[at : at + 1] != letter and folded[at : at + 1] == "e":
            at += 1
        if folded[at : at + 1] != letter:
            return stem  # the stemmer changed more than that
        at += 1
    return folded[:at]


def _mended(text: str, slips: Sequence[tuple[Word, str]]) -> str:
    """Return a text with what was meant in the place of some of its words, which are given in order.

    Where two stand for the same letters, as "Förder-" does for "Förderstellen" too, it is what was meant by the last one.
    """
    left = len(text)
    for word, spelt in reversed(slips):
        if word.end <= left:
            text = text[: word.start] + spelt + text[word.end :]
            left = word.start
    return text


def _together(one: Numbers, other: Numbers) -> Numbers:
    """Return the numbers of both, some perhaps twice, which does no harm; numpy's union takes ten times as long."""
    if not len(one):
        return other
    return np.concatenate((one, other)) if len(other) else one


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
