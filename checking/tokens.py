"""A text becomes the words that a proof-reader compares, each with its place in the text; what only typesetting adds is gone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from corpus.characters import readable
from index.german import folded_word, stem

_SUPERSCRIPT = "\u00b9\u00b2\u00b3\u2070-\u2079"
_UNSEEN = "\u00ad\u200b-\u200d\u2060\ufeff"
_LIGATURES = "\x1b-\x1f"  # as files of TeX without a table of characters give them to whoever copies
_LETTER = rf"(?:(?![\d{_SUPERSCRIPT}])[^\W_]|[{_LIGATURES}])[\u0300-\u036f{_UNSEEN}]*"
_DIGIT = rf"(?![{_SUPERSCRIPT}])\d[{_UNSEEN}]*"
_HYPHEN = "[-\u2010\u2011]"
# signs inside a word: "Migrant*innen", "Bürger/-innen", "Migrant(inn)en", "Ost-West", "3,5", "2018–2019"
_INNER = (
    rf"(?<=[^\W\d_])(?:[*:_·•]|/-?(?=in)|['’]|{_HYPHEN})(?=[^\W\d_])|(?<=[^\W\d_])\((?=[a-z]{{1,6}}\))|(?<=[a-z])\)(?=[a-z])"
    rf"|(?<=\d)[.,:/\u2013-](?=\d)|(?<=\d){_HYPHEN}(?=[^\W\d_])|(?<=[^\W\d_]){_HYPHEN}(?=\d)"
)
_WORD = rf"(?:{_LETTER}|{_DIGIT})(?:{_LETTER}|{_DIGIT}|{_INNER})*"
# A word broken at the end of a line, also where the line break has become a blank; not "Vor- und Nachteile".
_JOINING = r"(?:und|oder|sowie|bzw)\b"
_LINE_END = rf"\r?\n[ \t>]*(?!{_JOINING})(?=[^\W\d_])"
_BLANK = rf"[ ](?!{_JOINING}|(?:bis|als|noch|wie)\b)(?=[a-zäöüß]{{2}})"
_BREAK = rf"(?<=[^\W\d_])[-\u2010\u00ac\u00ad][ \t]*(?:{_LINE_END}|{_BLANK})"
_BROKEN = rf"{_WORD}(?:{_BREAK}{_WORD})+"
_DOTS = r"(?:…|\.\s?\.\s?\.)"
_OMISSION = rf"\[\s*{_DOTS}\s*\]|\(\s*{_DOTS}\s*\)|{_DOTS}"
_CHANGED = r"[^\W\d_]+\[[^\W\d_]{0,12}\][^\W\d_]*|\[[^\W\d_]{1,12}\][^\W\d_]+"  # "[D]ie", "gehe[n]"
_INSERTION = r"\[[^\[\]]{1,200}\]"
_SYMBOL = r"[%‰§€$£&+=<>°×]"
_PRINTED = re.compile(rf"(?P<word>{_WORD})|(?P<symbol>{_SYMBOL})")
_QUOTED = re.compile(
    rf"(?P<omission>{_OMISSION})|(?P<changed>{_CHANGED})|(?P<insertion>{_INSERTION})"
    rf"|(?P<broken>{_BROKEN})|(?P<word>{_WORD})|(?P<symbol>{_SYMBOL})"
)
_LONGEST = 100  # letters of a word that count; rules take quadratic time over a longer one
_CHANGED_LETTERS = 4  # that brackets inside a word stand for
_BREAKS = re.compile(_BREAK)
_SIGNS = str.maketrans({"\u2010": "-", "\u2011": "-", "\u2013": "-", "’": "'"})
_NOTE_MARK = re.compile(r"\d{1,3}")
_MARKED = re.compile(r"([^\W\d_]{4,})\d{1,3}")


class Role(Enum):
    """What a token of a quotation stands for."""

    WORD = "word"
    CHANGED = "changed"  # a word with letters in square brackets, which the quoting author answers for
    INSERTION = "insertion"  # whole words in square brackets
    OMISSION = "omission"


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or sign: how it is compared, and its characters ``start`` to ``end`` (exclusive) in the text.

    ``kin`` is equal for the forms and spellings of one word.  ``broken`` tells of a word that a line's end may have broken, so
    that nobody knows whether a hyphen belongs to it; ``mark`` of a number that may be the mark of a note.
    """

    text: str
    start: int
    end: int
    kin: str
    role: Role = Role.WORD
    broken: bool = False
    mark: bool = False

    @property
    def is_compared(self) -> bool:
        """True for what must stand in the source."""
        return self.role in (Role.WORD, Role.CHANGED)

    @property
    def is_loose(self) -> bool:
        """True where other printed words than its own text may be meant."""
        return self.broken or self.role is Role.CHANGED or bool(self.without_mark)

    @property
    def without_mark(self) -> str:
        """The word, where a number at its end may be the mark of a note: "Beachtung15"; else nothing."""
        marked = _MARKED.fullmatch(self.text)
        return marked[1] if marked else ""

    @property
    def inserted(self) -> frozenset[str]:
        """The words of an insertion; they may be printed so, brackets and all."""
        return frozenset(token.text for token in printed(self.text))

    def allows(self, other: str) -> bool:
        """Tell whether a word that was broken, marked, or with letters in brackets may stand for a printed one."""
        if other in (self.text, self.without_mark):
            return bool(other)
        if self.broken:
            return self.text.replace("-", "") == other.replace("-", "")
        head, _, rest = self.text.partition("[")
        _, _, tail = rest.partition("]")
        return other.startswith(head) and other.endswith(tail) and 0 <= len(other) - len(head) - len(tail) <= _CHANGED_LETTERS


def _compared(raw: str) -> str:
    return unicodedata.normalize("NFC", readable(raw)).translate(_SIGNS)


@lru_cache(maxsize=200_000)
def _kin(word: str) -> str:
    return stem(folded_word(word[:_LONGEST].replace("-", "")))  # "Migrant:innen-Organisation", "Migrantenorganisation"


@lru_cache(maxsize=4096)  # passages are asked for again and again
def printed(text: str) -> tuple[Token, ...]:
    """Return the tokens of a printed text in order."""
    return tuple(_word(match[0], *match.span()) for match in _PRINTED.finditer(text))


def quoted(text: str) -> tuple[Token, ...]:
    """Return the tokens of a quotation in order, with what the quoting author marked as left out, inserted or changed."""
    return tuple(_quoted(text))


def _quoted(text: str) -> Iterator[Token]:
    for match in _QUOTED.finditer(text):
        raw, (start, end) = match[0], match.span()
        match match.lastgroup:
            case "omission":
                yield Token(raw, start, end, "", Role.OMISSION)
            case "insertion":
                yield Token(raw, start, end, "", Role.INSERTION)
            case "changed":
                yield Token(_compared(raw), start, end, _kin(re.sub(r"[\[\]]", "", raw)), Role.CHANGED)
            case "broken":
                whole = _compared(_BREAKS.sub("", raw))
                yield Token(whole, start, end, _kin(whole), broken=True)
            case _:
                yield _word(raw, start, end, mark=_may_be_mark(text, start, end))


def _word(raw: str, start: int, end: int, *, mark: bool = False) -> Token:
    compared = _compared(raw)
    return Token(compared, start, end, _kin(compared), mark=mark)


def _may_be_mark(text: str, start: int, end: int) -> bool:
    """Tell whether a number stands right behind a sign, as the mark of a note does once it is no longer raised."""
    before, behind = text[start - 1 : start], text[end : end + 1]
    small = _NOTE_MARK.fullmatch(text, start, end)
    return bool(small and before and before in '.,;:!?“”«»’‘"' and (not behind or behind.isspace()))
