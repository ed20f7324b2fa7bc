"""Line-end hyphens: whether a broken German word reads joined, hyphenated, or with a suspended hyphen.

No word list decides (most good joins are in none) but the document's own vocabulary, after a few rules of the
language.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

_CONJUNCTION = re.compile(r"(?:und|oder|bzw\.?|sowie|und/oder|beziehungsweise|respektive|als|statt)[,;]?$", re.I)
_ABBREVIATION = re.compile(r"(?:^|[-/])(?:[A-ZÄÖÜ]{2,}s?|[A-ZÄÖÜ]|\d+)$")  # EU-, IT-, E-, 18-
_ADDRESS = re.compile(r"https?://|www\.|\w@\w|doi\.org|^10\.\d{4,}", re.I)
_CORE = re.compile(r"^[„“\"»«(\[‚'’*]*(.*?)[“”\"»«)\].,;:!?‘’…*]*\d*$")
_OPENING = re.compile(r"^[„“\"»«(\[‚'’*]+")
_CLOSING_QUOTE = re.compile(r"[“”\"»«)’]$")
_WORD = re.compile(r"[\w*:’'/]+(?:-[\w*:’'/]+)*")
# "britisch-/amerikanisch": words are broken before "sch" and "lich", so a whole adjective before a hyphen had it typed
_ADJECTIVE = re.compile(r"^[„“\"»«(\[‚'’*]*[a-zäöüß]{3,}(?:isch|lich)$")
# "Bürger-/Innen": a Binnen-I broken over the line follows the ending of a person's name
_PERSON_ENDING = re.compile(r"(?:er|or|ent|ant|ist|at|e)$")


class Join(Enum):
    """What becomes of a line-end hyphen."""

    DROP = "drop"  # Flüchtlings-/arbeit -> Flüchtlingsarbeit
    KEEP = "keep"  # Migrant*innen-/Organisationen -> Migrant*innen-Organisationen
    SPACE = "space"  # Förder-/und -> Förder- und


@dataclass
class Vocabulary:
    """How often words stand inside the document's lines, away from line ends."""

    words: Counter[str] = field(default_factory=Counter)  # lower case
    cased: Counter[str] = field(default_factory=Counter)
    stems: Counter[str] = field(default_factory=Counter)  # "open-data-" of "open-data-freundlich", lower case
    tells_hyphens_apart: bool = False  # words are broken with another sign than the one that they are written with

    @classmethod
    def of(cls, lines: Iterable[tuple[str, bool]]) -> Vocabulary:
        """Count the words of a document, given its lines in order, each with whether a hyphen breaks its end.

        Broken words don't count: what they are is the question.
        """
        found: list[str] = []
        broken = False
        for text, ends_broken in lines:
            found += _WORD.findall(text)[1 if broken else 0 : -1 if ends_broken else None]
            broken = ends_broken
        vocabulary = cls()
        for word, count in Counter(found).items():
            vocabulary._count(word.strip(":'’/"), count)
        return vocabulary

    def _count(self, word: str, count: int) -> None:
        lower = word.lower()
        self.words[lower] += count
        self.cased[word] += count
        parts = lower.split("-")
        for length in range(2, len(parts)):
            self.stems["-".join(parts[:length])] += count


def decide(stem: str, rest: str, vocabulary: Vocabulary) -> Join:
    """Decide over the hyphen between ``stem``, the last token of a line without it, and ``rest``, the next token.

    In a file that tells its hyphens apart it is one that somebody typed.
    """
    core_match = _CORE.match(rest)
    core = core_match[1] if core_match else rest
    head = _OPENING.sub("", stem)
    if _ADDRESS.search(head) or not core or not core[0].isalpha():
        return Join.KEEP
    joined = vocabulary.words[(head + core).lower()]
    hyphenated = vocabulary.words[f"{head}-{core}".lower()]
    if _CONJUNCTION.match(rest):
        return Join.DROP if joined and not hyphenated else Join.SPACE
    if core[0].isupper():
        return _before_capital(head, core, hyphenated, vocabulary)
    if joined or hyphenated:
        return Join.KEEP if hyphenated > joined else Join.DROP
    if _ABBREVIATION.search(head) or _CLOSING_QUOTE.search(stem):
        return Join.KEEP
    if _ADJECTIVE.search(head) and len(core) >= 5 and core.isalpha() and not core.startswith("keit"):
        return Join.KEEP
    if "-" in head and len(core) > 3 and vocabulary.words[head.lower()] + vocabulary.stems[head.lower()] >= 2:
        return Join.KEEP
    return Join.KEEP if vocabulary.tells_hyphens_apart else Join.DROP


def _before_capital(head: str, core: str, hyphenated: int, vocabulary: Vocabulary) -> Join:
    if vocabulary.cased[head + core] > hyphenated:
        return Join.DROP  # CamelCase that the document writes elsewhere
    if core.startswith("Innen") and _PERSON_ENDING.search(head.lower()) and head[-1:].islower():
        return Join.DROP
    if core.isupper() and core.isalpha() and len(core) >= 5 and head.isupper():
        return Join.DROP  # a word in capitals
    return Join.KEEP
