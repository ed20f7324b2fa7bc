"""German text becomes words and terms with the help of a lexicon: compounds by their parts, suspended hyphens completed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from corpus.errors import IndexDamaged
from index.compounds import REMEMBERED, SHORTEST, Lexicon, read_counts
from index.german import Word, folded_word, stem, terms_of_word, words

LEXICON = Path(__file__).with_name("lexicon.tsv")

_ATTESTED = "attested.tsv"
_HYPHENS = "-‐‑–"
_UNUSUAL = re.compile(r"\w[-‐‑–][\s,;/]|[\s(/][-‐‑–]\w|\w\(\w|\(\w+[-‐‑]?\)\w")
_INSERTED = re.compile(
    r"(?<![^\W_])([^\W\d_]{3,})\((?!inn)([^\W\d_]{2,}[-‐‑]?)\)([^\W\d_]{3,})"
)  # "Migranten(selbst)organisation"
_OPTIONAL = re.compile(r"(?<![^\W_])\(([^\W\d_]{2,})[-‐‑]?\)([^\W\d_]{3,})")  # "(Aus-)Bildung"
_JOINED = re.compile(r"[^\W_]+(?:[-‐‑][^\W_]+)*[-‐‑]")
_LISTS = re.compile("[,;/]")
_FARTHEST = 8  # words between a suspended one and the compound that completes it
#: Words between suspended compounds: "Förder- und Beratungsstellen", "Alten-, Behinderten- sowie Flüchtlingshilfe".
_JOINING = frozenset(
    {"und", "oder", "sowie", "bzw", "beziehungsweise", "als", "auch", "noch", "wie", "bis", "statt", "aber", "u", "o"}
)


class Analysis:
    """Words and terms of texts; one lexicon for index and query, so that both cut compounds alike."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.parts = lru_cache(maxsize=REMEMBERED)(self._parts)
        self.terms = lru_cache(maxsize=REMEMBERED)(self._terms)

    @classmethod
    def with_words(cls, corpus: Mapping[str, int]) -> Analysis:
        """Return the analysis with the list of German words and those that the corpus attests besides, with their counts."""
        return cls(Lexicon(read_counts(LEXICON), corpus))

    @classmethod
    def open(cls, folder: Path) -> Analysis:
        """Open what was saved; raises IndexDamaged."""
        try:
            return cls.with_words(read_counts(folder / _ATTESTED))
        except (OSError, ValueError) as error:
            raise IndexDamaged(
                f"Das Wortverzeichnis {folder} ist nicht lesbar. Lesen Sie neu ein: fundstelle ingest --rebuild"
            ) from error

    def save(self, folder: Path) -> None:
        """Write the words that the corpus attests into a folder that is there."""
        lines = (f"{word}\t{number}\n" for word, number in sorted(self.lexicon.of_corpus.items()))
        (folder / _ATTESTED).write_text("".join(lines), encoding="utf-8")

    def words(self, text: str) -> list[Word]:
        """Return the words of a text in order; one with a hyphen or brackets is joined by what it stands for, in its place.

        "Förder- und Beratungsstellen" gives "foerder", "foerderstellen", "und", "beratungsstellen"; "Vereinsarbeit und
        -förderung" gives "vereinsarbeit", "und", "foerderung", "vereinsfoerderung"; and "Migranten(selbst)organisation" gives
        "migrantenorganisation" and "migrantenselbstorganisation" too.
        """
        found = list(words(text))
        return list(self._completed(text, found)) if needs_completion(text) else found

    def _completed(self, text: str, found: Sequence[Word]) -> Iterator[Word]:
        inserted = {match.start(): match for match in _INSERTED.finditer(text)}
        optional = {match.start(1): match for match in _OPTIONAL.finditer(text)}
        for at, word in enumerate(found):
            yield word
            whole = ""
            if word.start in inserted:
                yield from _with_and_without(inserted[word.start])
            elif (match := optional.get(word.start)) is not None:
                whole = folded_word(match[1] + match[2])
            elif _hangs_behind(text, word):
                whole = self._with_end(text, word, found[at + 1 : at + 1 + _FARTHEST])
            elif _hangs_before(text, word):
                whole = self._with_beginning(text, word, found[max(0, at - _FARTHEST) : at][::-1])
            if whole:
                yield Word(word.start, word.end, whole, stem(whole))

    def terms_of(self, text: str) -> list[str]:
        """Return the terms under which a text is found, with repetitions; see ``terms``."""
        return [term for word in self.words(text) for term in self.terms(word.folded)]

    def _with_end(self, text: str, word: Word, following: Sequence[Word]) -> str:
        """Return a word with the last part of the compound that it shares it with, nothing where there is none."""
        for at, other in enumerate(following):
            if _hangs_behind(text, other) or other.folded in _JOINING:
                continue
            joined = [later.folded for later in following[at:] if _is_joined(text, other, later)]
            if parts := joined or self.lexicon.parts(other.folded):
                return folded_word(text[word.start : word.end] + parts[-1])
            ends = (other.folded[start:] for start in range(2, len(other.folded) - SHORTEST + 1))
            return self._attested(word.folded + end for end in ends)
        return ""

    def _with_beginning(self, text: str, word: Word, before: Sequence[Word]) -> str:
        """Return a word with all but the last part of the compound before it, nothing where there is none."""
        for at, other in enumerate(before):
            if _hangs_before(text, other) or other.folded in _JOINING:
                continue
            if not at and not _LISTS.search(text, other.end, word.start):
                return ""  # as in a list whose items begin with a hyphen
            if parts := self.lexicon.parts(other.folded):
                return other.folded.removesuffix(parts[-1]) + word.folded
            beginnings = (other.folded[:end] for end in range(len(other.folded) - SHORTEST, 1, -1))
            return self._attested(beginning + word.folded for beginning in beginnings)
        return ""

    def _attested(self, words: Iterable[str]) -> str:
        return next((word for word in words if word in self.lexicon), "")

    def _parts(self, folded: str) -> tuple[str, ...]:
        """Return the stems of a compound's parts, nothing for other words."""
        return tuple(stem(part) for part in self.lexicon.parts(folded))

    def _terms(self, folded: str) -> tuple[str, ...]:
        """Return the terms of a folded word: its stem, marked with "=", its parts' stems, with "+", and character n-grams.

        A stop word has none.
        """
        own = terms_of_word(folded)
        return (*own, *(f"+{part}" for part in self.parts(folded))) if own else ()


def needs_completion(text: str) -> bool:
    """Tell whether a text may have words that stand for others too: with a hyphen that joins nothing, or brackets inside."""
    return _UNUSUAL.search(text) is not None


def _hangs_behind(text: str, word: Word) -> bool:
    """Tell whether a word ends in a hyphen with nothing joined to it."""
    behind = text[word.end : word.end + 2]
    return behind[:1] != "" and behind[0] in _HYPHENS and (len(behind) < 2 or behind[1] in ",;/)" or behind[1].isspace())


def _hangs_before(text: str, word: Word) -> bool:
    """Tell whether a word begins with a hyphen that joins it to nothing."""
    before = text[max(0, word.start - 2) : word.start]
    return len(before) == 2 and before[1] in _HYPHENS and (before[0] in "(/" or before[0].isspace())


def _is_joined(text: str, first: Word, word: Word) -> bool:
    """Tell whether a word is a later part of the hyphenated word that another one begins."""
    return word.start > first.start and _JOINED.fullmatch(text, first.start, word.start) is not None


def _with_and_without(match: re.Match[str]) -> Iterator[Word]:
    """Yield the two words that one with brackets inside stands for."""
    for whole in (folded_word(match[1] + match[3]), folded_word(match[1] + match[2].rstrip(_HYPHENS) + match[3])):
        yield Word(*match.span(), whole, stem(whole))
