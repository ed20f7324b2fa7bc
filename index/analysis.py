"""German text becomes words and terms with the help of a lexicon: compounds by their parts, suspended hyphens completed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from corpus.errors import IndexDamaged
from index.compounds import Lexicon, read_counts
from index.german import Word, stem, terms_of_word, words

LEXICON = Path(__file__).with_name("lexicon.tsv")

_ATTESTED = "attested.tsv"
_HYPHENS = "-‐‑–"
_FARTHEST = 8  # words between a suspended one and the compound that completes it
#: Words between suspended compounds: "Förder- und Beratungsstellen", "Alten-, Behinderten- sowie Flüchtlingshilfe".
_JOINING = frozenset(
    {"und", "oder", "sowie", "bzw", "beziehungsweise", "als", "auch", "noch", "wie", "bis", "statt", "aber", "u", "o"}
)


class Analysis:
    """Words and terms of texts; one lexicon for index and query, so that both cut compounds alike."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.parts = cache(self._parts)
        self.terms = cache(self._terms)

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
        """Return the words of a text in order; a suspended one is followed by what it stands for, in the same place.

        "Förder- und Beratungsstellen" gives "foerder", "foerderstellen", "und", "beratungsstellen", and
        "Vereinsarbeit und -förderung" gives "vereinsarbeit", "und", "foerderung", "vereinsfoerderung".
        """
        found = list(words(text))
        if "-" not in text and not any(hyphen in text for hyphen in _HYPHENS):
            return found
        return list(self._completed(text, found))

    def _completed(self, text: str, found: Sequence[Word]) -> Iterator[Word]:
        for at, word in enumerate(found):
            yield word
            whole = ""
            if _hangs_behind(text, word):
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
        for other in following:
            if _hangs_behind(text, other) or other.folded in _JOINING:
                continue
            parts = self.lexicon.parts(other.folded)
            return word.folded + parts[-1] if parts else ""
        return ""

    def _with_beginning(self, text: str, word: Word, before: Sequence[Word]) -> str:
        """Return a word with all but the last part of the compound before it, nothing where there is none."""
        for other in before:
            if _hangs_before(text, other) or other.folded in _JOINING:
                continue
            parts = self.lexicon.parts(other.folded)
            return other.folded.removesuffix(parts[-1]) + word.folded if parts else ""
        return ""

    def _parts(self, folded: str) -> tuple[str, ...]:
        """Return the stems of a compound's parts, nothing for other words."""
        return tuple(stem(part) for part in self.lexicon.parts(folded))

    def _terms(self, folded: str) -> tuple[str, ...]:
        """Return the terms of a folded word: its stem, marked with "=", its parts' stems, with "+", and character n-grams.

        A stop word has none.
        """
        own = terms_of_word(folded)
        return (*own, *(f"+{part}" for part in self.parts(folded))) if own else ()


def _hangs_behind(text: str, word: Word) -> bool:
    """Tell whether a word ends in a hyphen with nothing joined to it."""
    behind = text[word.end : word.end + 2]
    return behind[:1] in _HYPHENS and behind[:1] != "" and (len(behind) < 2 or behind[1] in " ,;/)\n\u00a0")


def _hangs_before(text: str, word: Word) -> bool:
    """Tell whether a word begins with a hyphen that joins it to nothing."""
    if not word.start or text[word.start - 1] not in _HYPHENS:
        return False
    return word.start > 1 and text[word.start - 2] in " (/\n\u00a0"
