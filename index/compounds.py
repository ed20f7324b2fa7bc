"""A compound becomes its parts, each of them a word that the corpus or a list of German words attests."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

SHORTEST = 3  # letters of a part
_LEAST = 7  # letters of a compound
_LONGEST = 60  # letters; longer ones are no words
REMEMBERED = 200_000  # words; a server is asked for new ones without end
#: What may stand between two parts, the commonest first (Langer 1998); a part may also lose its last "e" ("Schul-amt").
_LINKS = ("s", "es", "n", "en", "er", "e", "nen", "ens", "ns")
_LINKS_ON = {last: tuple(link for link in _LINKS if link[-1] == last) for last in "sner"}
_LINKED = 1.0  # taken off a part's logarithmic frequency where something stands behind it ...
_PER_PART = 1.5  # ... and off the mean for each part: few long parts read better than many short ones
_OF_CORPUS = 30  # a word of the corpus counts as much as one that stands so often in the list's 38 million words
# Prefixes, particles and endings: as words they are frequent, as parts they would cut "Über-setzung" and "gemein-sam-keit".
_NO_PARTS = frozenset(
    [
        "ab",
        "abge",
        "all",
        "alle",
        "allen",
        "aller",
        "an",
        "ange",
        "auch",
        "auf",
        "aufge",
        "aus",
        "ausge",
        "bar",
        "be",
        "bei",
        "beim",
        "bis",
        "da",
        "dabei",
        "dar",
        "daran",
        "darauf",
        "dass",
        "dem",
        "den",
        "denn",
        "der",
        "des",
        "die",
        "dies",
        "diese",
        "dieser",
        "doch",
        "dort",
        "durch",
        "ein",
        "eine",
        "einem",
        "einen",
        "einer",
        "einge",
        "ens",
        "ent",
        "entgegen",
        "er",
        "fern",
        "fest",
        "fort",
        "ge",
        "gegen",
        "gen",
        "haft",
        "heit",
        "her",
        "herab",
        "heran",
        "herauf",
        "heraus",
        "herein",
        "herum",
        "hervor",
        "hier",
        "hin",
        "hinauf",
        "hinaus",
        "hinein",
        "hinter",
        "innen",
        "ins",
        "isch",
        "ist",
        "jede",
        "keine",
        "keit",
        "lich",
        "los",
        "mal",
        "man",
        "miss",
        "mit",
        "nach",
        "neben",
        "nen",
        "nicht",
        "nieder",
        "noch",
        "nur",
        "ober",
        "oder",
        "ohne",
        "sam",
        "schaft",
        "schon",
        "sehr",
        "sein",
        "seine",
        "sich",
        "tum",
        "ueber",
        "um",
        "un",
        "und",
        "ung",
        "unter",
        "ur",
        "ver",
        "viel",
        "vom",
        "von",
        "vor",
        "voran",
        "voraus",
        "vorbei",
        "vorge",
        "vorueber",
        "war",
        "weg",
        "weiter",
        "wenn",
        "wider",
        "wieder",
        "wohl",
        "zer",
        "zu",
        "zueinander",
        "zuge",
        "zum",
        "zur",
        "zurueck",
        "zusammen",
        "zwischen",
    ]
)


class _Split(NamedTuple):
    frequency: float  # sum of the parts' logarithmic frequencies, less what links cost
    parts: tuple[str, ...]

    @property
    def mean(self) -> float:
        return self.frequency / len(self.parts)

    @property
    def worth(self) -> float:
        return self.mean - _PER_PART * len(self.parts)


def read_counts(file: Path) -> dict[str, int]:
    """Read a list of one word and its count a line; raises OSError and ValueError."""
    lines = file.read_text(encoding="utf-8").split("\n")[:-1]
    return {word: int(number) for word, _, number in (line.partition("\t") for line in lines)}


class Lexicon:
    """The words that parts of compounds may be, with how often each stands in German text."""

    def __init__(self, counts: Mapping[str, int], corpus: Mapping[str, int] | None = None) -> None:
        """Take the counts of a list, nouns with a capital, and of words that the corpus attests where the list lacks them."""
        self._nouns = frozenset(word.lower() for word in counts if word[0].isupper())
        self._counts = {word.lower(): number for word, number in counts.items()}
        own = {w: n for w, n in (corpus or {}).items() if w not in self._counts and w.isascii() and w.isalpha()}
        self.of_corpus = own
        self._counts |= {word: number * _OF_CORPUS for word, number in own.items()}
        remember = lru_cache(maxsize=REMEMBERED)
        self._rest = remember(self._split_rest)
        self.parts = remember(self._parts)

    def __contains__(self, folded: str) -> bool:
        return folded in self._counts

    def _parts(self, folded: str) -> tuple[str, ...]:
        """Return the parts of a folded compound as words, without what links them; nothing for other words.

        Of all ways to spell the word by attested words and links, the one with the most frequent parts is taken, and only if
        these are more frequent, in the geometric mean, than the word itself (Koehn and Knight 2003): "Mitarbeiter" stays whole.
        """
        if not _LEAST <= len(folded) <= _LONGEST or not folded.isascii() or not folded.isalpha():
            return ()
        best = self._best(folded)
        own = self._counts.get(folded, 0)
        return best.parts if best and math.log(own + 1) <= best.mean else ()

    def _best(self, text: str) -> _Split | None:
        """Return the best way to spell a text by two parts or more."""
        best: _Split | None = None
        for at in range(SHORTEST, len(text) - SHORTEST + 1):
            words = self._words_of(text[:at])  # first: few beginnings are words, and each rest is a search of its own
            rest = self._rest(text[at:]) if words else None
            if rest is None:
                continue
            for word, cost in words:
                if len(word) > at and text[at] == "e":  # "Pfleg-ende" is no end of anything
                    continue
                found = _Split(math.log(self._counts[word]) - cost + rest.frequency, (word, *rest.parts))
                if best is None or found.worth > best.worth:
                    best = found
        return best

    def _split_rest(self, text: str) -> _Split | None:
        """Return the best way to spell the rest of a compound, as one part or several."""
        whole = _Split(math.log(self._counts[text]), (text,)) if self._is_part(text) else None
        split = self._best(text)
        if whole is None or split is None:
            return whole or split
        return whole if whole.worth >= split.worth else split

    def _words_of(self, text: str) -> list[tuple[str, float]]:
        """Return the words that a first or middle part may be, once what links it is taken off, with what that costs."""
        found = [(text, 0.0)] if self._is_part(text) else []
        for link in _LINKS_ON.get(text[-1], ()):  # only nouns take one
            if text.endswith(link) and (word := text[: -len(link)]) in self._nouns and self._is_part(word):
                found.append((word, _LINKED))
        if len(text) > SHORTEST and (word := f"{text}e") in self._nouns and self._is_part(word):
            found.append((word, _LINKED))
        return found

    def _is_part(self, word: str) -> bool:
        return word in self._counts and len(word) >= SHORTEST and word not in _NO_PARTS
