"""How a raw character of a PDF reads: the one place that turns raw page text into readable text, and back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

# TeX fonts without a ToUnicode table leave the codes of the T1 (Cork) encoding in the text.
_T1 = {
    "\x10": "“", "\x11": "”", "\x12": "„", "\x13": "«", "\x14": "»", "\x15": "–", "\x16": "—",
    "\x1b": "ff", "\x1c": "fi", "\x1d": "fl", "\x1e": "ffi", "\x1f": "ffl",
}  # fmt: skip
# Only the Latin ligatures: a general NFKC would turn superscripts into digits and ½ into 1⁄2.
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
# Ligatures that Unicode has no character for, each given one for private use: a raw character stays one character.
_UNNAMED = (
    "ft",
    "fft",
    "tt",
    "ttf",
    "tf",
    "fj",
    "ffj",
    "fb",
    "ffb",
    "fh",
    "ffh",
    "fk",
    "ffk",
    "ti",
    "tti",
    "Th",
    "ch",
    "ck",
    "ct",
)
_PRIVATE = {chr(0xF5A0 + number): letters for number, letters in enumerate(_UNNAMED)}
# Word processors write the signs of symbol fonts as private characters, by their codes.
_SYMBOL_CODES = {
    0xF0B7: "•", 0xF0A7: "▪", 0xF06E: "■", 0xF06C: "●", 0xF0D8: "➢", 0xF0E0: "→", 0xF0FC: "✓",
    0xF071: "❑", 0xF076: "❖", 0xF0A8: "◻",
}  # fmt: skip
#: What codes of Zapf Dingbats show; Wingdings has the same signs in these places.
SYMBOLS = {"n": "■", "l": "●", "u": "◆", "q": "❑", "o": "❏", "v": "❖"}
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff\uffff"
_HYPHEN = "\x02\ufffe"  # how pdfium writes a printed hyphen at a line end

#: What may stand for a hyphen at the end of a line.
LINE_END_HYPHENS = frozenset("\x02\u00ad\ufffe-\u2010\u2011")


def _table() -> dict[int, str]:
    """Return how each character reads that does not read as itself."""
    spaces = {code: " " for code in range(0x3001) if chr(code).isspace()}
    controls = {code: "" for code in range(0x20) if code not in spaces}
    signs = dict.fromkeys(map(ord, _INVISIBLE), "") | dict.fromkeys(map(ord, _HYPHEN), "-")
    return controls | spaces | signs | _SYMBOL_CODES | {ord(code): text for code, text in (_T1 | _LIGATURES | _PRIVATE).items()}


_READS = _table()
# what makes a text longer or shorter when it is read: ligatures, invisible signs, runs of white space
_UNEVEN = re.compile(rf"[{re.escape(''.join(chr(code) for code, text in _READS.items() if len(text) != 1))}]|\s\s")
# what reads otherwise than it is written, a few characters of a page: to look for them takes a third of the time of putting
# every character through the table
_OTHERWISE = re.compile(rf"[{re.escape(''.join(chr(code) for code, text in _READS.items() if text != chr(code)))}]+")
_BLANKS = re.compile(" {2,}")
_AS_ONE = {letters: code for code, letters in (_PRIVATE | _LIGATURES).items()} | {"st": "ﬆ"}


def as_one_character(letters: str) -> str | None:
    """Return the raw character that reads as ``letters``: themselves if they are one, else a ligature; None if there is none."""
    return letters if len(letters) == 1 else _AS_ONE.get(letters)


@lru_cache(maxsize=20_000)  # every line of a page is looked at nine times
def readable(raw: str) -> str:
    """Return raw page characters as a reader reads them.

    Ligatures and T1 codes are spelt out, invisible characters dropped, every kind of white space made one blank.
    """
    return _BLANKS.sub(" ", _read(raw))


def _read(raw: str) -> str:
    """Return what ``raw.translate(_READS)`` does."""
    return _OTHERWISE.sub(lambda match: match[0].translate(_READS), raw)


def spelt(raw: str) -> tuple[str, Sequence[int]]:
    """Return ``raw`` as a reader reads it, and for each of its characters the index of the raw one that it came from."""
    if "  " not in raw and not _OTHERWISE.search(raw):
        return raw, range(len(raw))
    if not _UNEVEN.search(raw):
        return _read(raw), range(len(raw))
    text: list[str] = []
    origins: list[int] = []
    for index, character in enumerate(raw):
        for letter in _READS.get(ord(character), character):
            if letter != " " or not text or text[-1] != " ":
                text.append(letter)
                origins.append(index)
    return "".join(text), origins
