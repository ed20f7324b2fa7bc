"""Lines become running text in which every character knows the raw character that it came from."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from corpus.characters import LINE_END_HYPHENS, spelt
from corpus.publication import Piece
from ingest.clean import TextLine, gap_between
from ingest.hyphens import Join, Vocabulary, decide

_SOFT_HYPHEN = "\u00ad"
_BREAKING_HYPHEN = "\u2010"  # with which browsers break words; what was typed is "-" (CSS Text 4, hyphenate-character)
_ENOUGH = 3  # words broken so, before a file is believed to tell its hyphens apart
# an address broken over the line: behind one of its signs, and what follows looks like more of it
_OPEN_ADDRESS = re.compile(r"(?:(?:https?://|www\.)\S*[/?&=_]|https?://)$")
_OPEN_HOST = re.compile(r"(?:https?://|www\.)\S*\.$")
_TEXT = re.compile(r"https?:|\S*(?:[_/:*]-?innen|und/oder|bzw)")
_ADDRESS_GOES_ON = re.compile(
    r"www\.|[a-z\d][\w~.-]*[/=?&#_]|\w[\w~-]*(?:[/._=-][\w~-]+){2}|[\w~-]+/$|[\w-]+\.(?:html?|pdf|php|aspx?)\b"
    r"|[a-z\d]+(?:-[a-z\d]+)+\b"
)
_HOST_GOES_ON = re.compile(r"[a-z\d][a-z\d.-]*(?:/|\.[a-z]{2,})|(?:html?|pdf|php)\b|[a-z]{2,3}/")
# words, numbers and names that a sign joins without blanks, by the last one before a break and by what stands behind it
_JOINED = {
    "/": (re.compile(r"(?:[\w*:’'-]+/)*[\w*:’'-]*[\w*)]\.?/"), re.compile(r"-?\w")),  # CDU/CSU, Drs. 17/4627
    "–": (re.compile(r"(?:\S*\d|[A-ZÄÖÜ][\w-]*)–"), re.compile(r"[\dA-ZÄÖÜ]")),  # 2015–2018, Köln–Bonn
    "-": (re.compile(r"\S*\w/-"), re.compile(r"[a-zäöüß]")),  # Lehrer/-innen
}
_OPENING = "„“\"»«([‚'’"
_CLOSES = re.compile(r"[.,;:!?)\]](?!\s*\.)(?=\s|$)")
_BESIDE = 0.25  # type sizes before such a sign at most
_PAGE = 1 << 32
_SPACE = -1  # in place of an index: a space that is printed but not in the file
_TAIL = 200  # characters before a line's end that tell what becomes of its hyphen

#: For each character of a text the raw one that it comes from: page index times 2^32, plus index on the page; -1 for none.
Origins = NDArray[np.int64]
_NOWHERE: Origins = np.array([-1], np.int64)


@dataclass(frozen=True, eq=False)
class Flow:
    """A paragraph as it reads; white space that joins lines has no origin."""

    text: str
    origins: Origins

    def pieces(self, start: int, end: int) -> tuple[Piece, ...]:
        """Return the pieces that read ``text[start:end]``: one for each unbroken stretch of a printed line.

        White space that joins lines stays with the piece before it.
        """
        breaks = self._breaks[bisect_right(self._breaks, start) : bisect_left(self._breaks, end)]
        pieces: list[Piece] = []
        for first, last in pairwise([start, *breaks, end]):
            text = self.text[first:last]
            if pieces and text.isspace():  # without ink there is no place to show: it joins what stands before
                pieces[-1] = replace(pieces[-1], text=pieces[-1].text + text)
            else:
                pieces.append(self._piece(first, last))
        return tuple(pieces)

    @cached_property
    def _breaks(self) -> list[int]:
        """Where another stretch begins than the character before belongs to."""
        before, origins = self.origins[:-1], self.origins[1:]
        steps = origins - before
        begins = (origins >= 0) & ((before < 0) | (steps < 0) | (steps > 1))
        return [int(at) + 1 for at in begins.nonzero()[0]]

    def _piece(self, start: int, end: int) -> Piece:
        inked = end
        while self.origins[inked - 1] < 0:  # white space that joins lines ends a stretch, and nothing else without origin does
            inked -= 1
        (page, first), (_, last) = (divmod(int(self.origins[at]), _PAGE) for at in (start, inked - 1))
        return Piece(page, first, last + 1, self.text[start:end])


def vocabulary(lines: Sequence[TextLine]) -> Vocabulary:
    """Count the words that stand unbroken in the lines, and see whether hyphens that break words are signs of their own."""
    words = Vocabulary.of((item.text.rstrip(" -\u2010\u2011"), item.line.hyphenated) for item in lines)
    words.tells_hyphens_apart = _tells_hyphens_apart(lines)
    return words


def _tells_hyphens_apart(lines: Sequence[TextLine]) -> bool:
    """Tell whether the sign with which browsers break words stands at the end of lines, and never inside one."""
    breaks = 0
    for item in lines:
        text = item.text.rstrip()
        breaks += item.line.hyphenated and text.endswith(_BREAKING_HYPHEN)
        if _BREAKING_HYPHEN in text[:-1]:
            return False
    return breaks >= _ENOUGH


def flow(lines: Sequence[TextLine], words: Vocabulary) -> Flow:
    """Join the lines of one paragraph: hyphens decided, note marks left out, one blank between lines."""
    texts: list[str] = []
    origins: list[Origins] = []
    tail = ""
    broken = soft = False
    for position, item in enumerate(lines):
        text, places = _line_characters(item)
        if not text:
            continue
        if texts:
            join = _join(lines[position - 1], tail, text, words) if broken else None
            if join is Join.DROP or (join is None and soft):  # a soft hyphen is printed, but reads as nothing
                texts[-1], origins[-1], tail = texts[-1][:-1], origins[-1][:-1], tail[:-1]
            apart = not (_is_broken_address(tail, text) or _is_broken_behind_sign(tail, text)) and not (
                _CLOSES.match(text) and gap_between(lines[position - 1], item) < _BESIDE
            )
            if join not in (Join.DROP, Join.KEEP) and apart:
                texts.append(" ")
                origins.append(_NOWHERE)
                tail += " "
        texts.append(text)
        origins.append(places)
        tail = (tail + text)[-_TAIL:]
        broken = item.line.hyphenated
        soft = broken and _ends_in_soft_hyphen(item)
    if soft:
        texts[-1], origins[-1] = texts[-1][:-1], origins[-1][:-1]
    return Flow("".join(texts), np.concatenate([_NOWHERE[:0], *origins]))


def _is_broken_address(tail: str, text: str) -> bool:
    """Tell whether a web address that stands at the end of a line goes on in the next one."""
    if not ("://" in tail or "www." in tail) or _TEXT.match(text):
        return False
    goes_on = _ADDRESS_GOES_ON if _OPEN_ADDRESS.search(tail) else _HOST_GOES_ON if _OPEN_HOST.search(tail) else None
    return goes_on is not None and goes_on.match(text) is not None


def _is_broken_behind_sign(tail: str, text: str) -> bool:
    """Tell whether a line ends behind a slash or a dash that joins what stands before it with the next line, without blanks."""
    before, behind = _JOINED.get(tail[-1:], (None, None))
    last = tail[tail.rfind(" ") + 1 :].lstrip(_OPENING)
    return bool(before and behind and before.fullmatch(last) and behind.match(text))


def _join(before: TextLine, tail: str, text: str, words: Vocabulary) -> Join | None:
    """Return what becomes of the hyphen at the end of ``tail`` before ``text``; None where there is none."""
    following = re.match(r"\S+", text)
    if not following or not tail:
        return None
    stem = re.search(r"(\S+)[-\u2010\u2011]$", tail)
    if not stem or not re.search(r"[\w*“”\"»«)’]$", stem[1]):
        return None
    if _ends_in_soft_hyphen(before) or (words.tells_hyphens_apart and tail.endswith(_BREAKING_HYPHEN)):
        return Join.DROP
    return decide(stem[1], following[0], words)


def _ends_in_soft_hyphen(item: TextLine) -> bool:
    return item.sheet.characters[item.line.start : item.line.end].rstrip(" \t\r\n").endswith(_SOFT_HYPHEN)


def _line_characters(item: TextLine) -> tuple[str, Origins]:
    """Return a line as it reads, with its origins, without note marks and outer blanks.

    A hyphen at the end shows as "-" where pdfium wrote a sign of its own for it.
    """
    line = item.line
    raw = item.sheet.characters[line.start : line.end]
    text, indices = spelt(raw)
    places = np.arange(len(raw)) if isinstance(indices, range) else np.asarray(indices, np.int64)
    if line.marks:
        marks = {index - line.start for start, end in line.marks for index in range(start, end)}
        kept = [position for position, index in enumerate(indices) if index not in marks]
        text, places = "".join(text[position] for position in kept), places[kept]
    for space in line.spaces:
        at = int(np.searchsorted(places, space - line.start))
        if 0 < at < len(text) and text[at - 1] != " " and text[at] != " ":
            text, places = f"{text[:at]} {text[at:]}", np.insert(places, at, _SPACE)
    inner = text.lstrip(" ")
    places = places[len(text) - len(inner) :]
    text = inner.rstrip(" ")
    places = places[: len(text)]
    stripped = raw.rstrip(" \t\r\n")
    if line.hyphenated and stripped[-1:] == _SOFT_HYPHEN and text:
        text, places = text + "-", np.append(places, len(stripped) - 1)
    elif text and line.hyphenated and stripped[-1] in LINE_END_HYPHENS and text[-1] not in "\u2010\u2011":
        text = text[:-1] + "-"
    if line.hyphenated and re.search(r" [-\u2010]$", stripped) and text[-2:-1] == " ":  # a little apart from its word
        text, places = text[:-2] + text[-1:], np.delete(places, -2)
    origins = places + (item.sheet.index * _PAGE + line.start)
    return text, np.where(places == _SPACE, -1, origins) if line.spaces else origins
