"""In what way quoted and printed words differ; what turns the sense of a sentence comes first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from enum import StrEnum

from index.german import fold, folded_word, squeezed, stem

_SIMILAR = 0.75  # of the letters of two spellings of one word (Ratcliff and Obershelp)
_LONGEST = 200  # letters that are compared; it takes quadratic time
_NEGATION = re.compile(r"nicht|nichts|nie|niemals|nimmer|kein\w*|niemand\w*|nirgend\w*|weder|ohne|keineswegs|kaum")
_TENS = "zwanzig|dreißig|vierzig|fünfzig|sechzig|siebzig|achtzig|neunzig"
_NUMBER = re.compile(
    rf".*\d.*|eins|einmal|zwei|drei|vier|fünf|sechs|sieben|acht|neun|elf|zwölf|(?!jahr)\w*(?:zehn|{_TENS}|hundert|tausend)"
    r"|\w*(?:million|milliarde)\w*|\w*hälfte|\w*drittel|doppelt\w*|dutzend"
)
_GENDER_SIGN = re.compile(r"[^\W\d_][*:_·•/(][^\W\d_]|/-in|[a-zäöüß]In")


class Kind(StrEnum):
    """How quoted and printed words differ."""

    NEGATION = "negation"
    NUMBER = "number"
    MISSING = "missing"
    ADDED = "added"
    REPLACED = "replaced"
    GENDER = "gender"
    FORM = "form"
    SPELLING = "spelling"
    CASE = "case"

    @property
    def is_grave(self) -> bool:
        """True for what may turn the sense of a sentence."""
        return self in (Kind.NEGATION, Kind.NUMBER)


def kind_of(quoted: Sequence[str], printed: Sequence[str]) -> Kind:
    """Return how some quoted words differ from the printed ones in whose place they stand."""
    one, other = (Counter(word.casefold() for word in words) for words in (quoted, printed))
    alone = [*(one - other), *(other - one)]
    if any(map(_NEGATION.fullmatch, alone)) or any("un" + word in alone for word in alone):
        return Kind.NEGATION
    if any(map(_NUMBER.fullmatch, alone)):
        return Kind.NUMBER
    if not quoted or not printed:
        return Kind.ADDED if quoted else Kind.MISSING
    return _kind_of_spelling("".join(quoted)[:_LONGEST], "".join(printed)[:_LONGEST], alone=len(quoted) == len(printed) == 1)


def _kind_of_spelling(quoted: str, printed: str, *, alone: bool) -> Kind:
    if alone and quoted.lower() == printed.lower():
        return Kind.GENDER if _has_gender_sign(quoted, printed) else Kind.CASE
    if squeezed(quoted) == squeezed(printed):
        return Kind.GENDER if _has_gender_sign(quoted, printed) else Kind.SPELLING
    one, other = quoted.replace("-", ""), printed.replace("-", "")
    if alone and stem(folded_word(one)) == stem(folded_word(other)):
        return Kind.GENDER if _is_gendered(one) or _is_gendered(other) else Kind.FORM
    if SequenceMatcher(None, quoted, printed, autojunk=False).ratio() >= _SIMILAR:
        return Kind.SPELLING
    return Kind.REPLACED


def _has_gender_sign(*words: str) -> bool:
    return any(map(_GENDER_SIGN.search, words))


def _is_gendered(word: str) -> bool:
    """Tell whether a word says that women are meant, alone or too."""
    return _has_gender_sign(word) or folded_word(word) != fold(word)
