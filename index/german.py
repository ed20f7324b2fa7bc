"""German text becomes terms: one folding for index and query, stems for word forms, character n-grams for the rest."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

import Stemmer

#: Changes whenever the same text would give other terms; an index made by another version is not searched.
ANALYSIS_VERSION = 2

_LONGEST = 100  # letters of a word that count; a longer one is no word, and rules take quadratic time over it
_GRAM = 4  # 4 and 5 measured alike; 4 finds a little more of the paraphrases
_STEMMER = Stemmer.Stemmer("german")
_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "œ": "oe", "đ": "d", "ł": "l", "ı": "i"}
)
# "Bürger*innen", "Bürger/-innen", "Migrant(inn)enorganisation", "Geflüchtete:r": one word, sign included
# no letter is given back ("++"): none of the signs that may follow is one
_GENDERED = r"[^\W\d_]{3,}+(?:[*:_·•]|/-?|\()(?:inn?(?:en)?\)?[^\W\d_]*|[ernms]{1,2}\)?(?![^\W_]))"
_DOTTED = r"[^\W_]++(?:[.'’&](?=[a-zäöüß\d])[^\W_]++)++\+?"  # samo.fa+, 3.2
_WORD = re.compile(rf"{_GENDERED}|{_DOTTED}|[^\W_]+|§+")
_SIGNS = re.compile(r"[*:_·•/()\-]")
# what stands before the feminine ending of a word for a person; "gewinnen" and "Berlin" have none of it
_PERSON = r"(?:[a-z]{2,}(?:er|or|eur|ant|ent|ist|at|og|zt|lt|nd|wirt)|[a-z]*kolleg)"
_FEMININE = re.compile(rf"({_PERSON})in(?:nen)?$")
_FEMININE_INSIDE = re.compile(rf"({_PERSON})innen(?=[a-z]{{4}})")
_WEAK = re.compile(r"(?:ant|ent|ist|at|og|kolleg)$")  # Migrant: Migranten-organisation


class _WithoutMarks(dict[int, int | None]):
    """A table for str.translate that drops combining marks, filled as characters come."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.combining(chr(code)) else code
        return self[code]


_WITHOUT_MARKS = _WithoutMarks()

_STOP_WORDS = """
    aber alle allem allen aller alles als also am an andere anderen anderer anderes auch auf aus bei beim
    bereits bin bis bist da dabei dadurch dafür dagegen daher damit danach daran darauf daraus darf darin darum
    darüber das dass davon dazu dein deine dem den denen denn der deren des dessen die dies diese diesem diesen
    dieser dieses doch dort du durch eben ein eine einem einen einer eines einige er es etwa etwas euch euer
    eure für gegen gibt habe haben hat hatte hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer
    ihres im immer in indem ins ist ja jede jedem jeden jeder jedes jedoch jene jetzt kann kein keine keinem
    keinen keiner können könnte man manche mehr mein meine mich mir mit muss müssen nach nicht nichts noch nun
    nur ob oder ohne schon sehr sein seine seinem seinen seiner seit selbst sich sie sind so sogar solche soll
    sollen sollte sondern sonst sowie um und uns unser unsere unter viel vom von vor wann war waren warum was
    wegen weil weiter welche welchem welchen welcher welches wem wen wenn wer werde werden wie wieder wieso wieviel will
    wir wird wirst wo wollen worden wurde wurden während würde zu zum zur zwar zwischen über
"""


class Word(NamedTuple):
    """A word of a text: where it stands (characters, end exclusive), how it is folded, and its stem."""

    start: int
    end: int
    folded: str
    stem: str

    @property
    def is_stop_word(self) -> bool:
        """True for words that carry no content of their own."""
        return is_stop_word(self.folded)


def fold(text: str) -> str:
    """Return text in the one form in which words are compared: lower case, ä as ae, ß as ss, no other marks."""
    # letters of mathematics, circled and full-width ones are plain only once composed by compatibility (NFKC)
    lower = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower()).translate(_UMLAUTS)
    if lower.isascii():
        return lower
    return unicodedata.normalize("NFKD", lower).translate(_WITHOUT_MARKS).lower().translate(_UMLAUTS)


def squeezed(text: str) -> str:
    """Return letters and digits only, folded: line breaks, quotation marks and spacing make no other quotation."""
    return re.sub(r"[\W_]+", "", fold(text))


_FOLDED_STOP_WORDS = frozenset(fold(word) for word in _STOP_WORDS.split())


def is_stop_word(folded: str) -> bool:
    """Tell whether a folded word carries no content of its own."""
    return folded in _FOLDED_STOP_WORDS


def words(text: str) -> Iterator[Word]:
    """Yield the words of a text in order: parts of hyphenated words one by one, gender forms as one word."""
    for match in _WORD.finditer(text):
        folded, stem = _folded_and_stem(match[0][:_LONGEST])
        if folded:
            start, end = match.span()
            yield Word(start, end, folded, stem)


@lru_cache(maxsize=200_000)
def _folded_and_stem(word: str) -> tuple[str, str]:
    folded = folded_word(word)
    return folded, stem(folded)


def folded_word(word: str) -> str:
    """Return the one form that all gender forms and spellings of a word share: "Bürger*innen" as "buerger"."""
    return _without_gender(fold(_SIGNS.sub("", word)))


def _without_gender(folded: str) -> str:
    """Return the masculine form, which all gender forms of a word share: "buergerinnen" as "buerger"."""
    folded = _FEMININE.sub(r"\1", folded)
    return _FEMININE_INSIDE.sub(lambda m: m[1] + ("en" if _WEAK.search(m[1]) else ""), folded)


def stem(folded: str) -> str:
    """Return the stem of a folded word, which its inflected forms share."""
    return str(_STEMMER.stemWord(folded))


def terms(text: str) -> list[str]:
    """Return the terms under which a text is found, with repetitions: stems and character n-grams, no stop words."""
    return terms_of(words(text))


def terms_of(found: Iterable[Word]) -> list[str]:
    """Return the terms of words, as ``terms`` does of their text."""
    return [term for word in found if not word.is_stop_word for term in _terms(word.folded)]


def terms_of_word(folded: str) -> tuple[str, ...]:
    """Return the terms of a folded word, none for a stop word: its stem, marked with "=", and its n-grams."""
    if is_stop_word(folded):
        return ()
    grams = tuple(folded[i : i + _GRAM] for i in range(len(folded) - _GRAM + 1)) if len(folded) > _GRAM else ()
    return (f"={stem(folded)}", *grams)


_terms = lru_cache(maxsize=200_000)(terms_of_word)
