"""Lines become running text in which every character knows the raw character that it came from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from corpus.characters import LINE_END_HYPHENS, spelt
from corpus.publication import Piece
from ingest.clean import TextLine
from ingest.hyphens import Join, Vocabulary, decide

_SOFT_HYPHEN = "\u00ad"


class Origin(NamedTuple):
    """The place of a raw character: page index, and index in the page's raw characters."""

    page: int
    at: int


@dataclass(frozen=True, slots=True)
class Flow:
    """A paragraph as it reads; ``origins`` runs parallel to ``text``, None for white space that joins lines."""

    text: str
    origins: tuple[Origin | None, ...]

    def pieces(self, start: int, end: int) -> tuple[Piece, ...]:
        """Return the pieces that read ``text[start:end]``: one for each unbroken stretch of a printed line."""
        pieces: list[Piece] = []
        first = start
        for position in range(start, end):
            if position + 1 < end and not self._breaks_after(position):
                continue
            text = self.text[first : position + 1]
            if pieces and text.isspace():  # without ink there is no place to show: it joins what stands before
                pieces[-1] = replace(pieces[-1], text=pieces[-1].text + text)
            else:
                pieces.append(self._piece(first, position + 1))
            first = position + 1
        return tuple(pieces)

    def _breaks_after(self, position: int) -> bool:
        """Tell whether a new piece begins behind ``position``; joining white space stays with the piece before it."""
        following = self.origins[position + 1]
        if following is None:
            return False
        here = self.origins[position]
        return here is None or following.page != here.page or not 0 <= following.at - here.at <= 1

    def _piece(self, start: int, end: int) -> Piece:
        places = [origin for origin in self.origins[start:end] if origin is not None]
        return Piece(places[0].page, places[0].at, places[-1].at + 1, self.text[start:end])


def vocabulary(lines: Sequence[TextLine]) -> Vocabulary:
    """Count the words that stand unbroken in the lines."""
    return Vocabulary.of((item.text.rstrip(" -\u2010\u2011"), item.line.hyphenated) for item in lines)


def flow(lines: Sequence[TextLine], words: Vocabulary) -> Flow:
    """Join the lines of one paragraph: hyphens decided, note marks left out, one blank between lines."""
    text: list[str] = []
    origins: list[Origin | None] = []
    broken = False
    for position, item in enumerate(lines):
        characters = _line_characters(item)
        if not characters:
            continue
        if text:
            following = re.match(r"\S+", "".join(letter for letter, _ in characters))
            join = _join(lines[position - 1], "".join(text[-80:]), following[0] if following else "", words, broken)
            if join is Join.DROP:
                text.pop()
                origins.pop()
            elif join is not Join.KEEP:
                text.append(" ")
                origins.append(None)
        text += [letter for letter, _ in characters]
        origins += [origin for _, origin in characters]
        broken = item.line.hyphenated
    return Flow("".join(text), tuple(origins))


def _join(before: TextLine, tail: str, following: str, words: Vocabulary, broken: bool) -> Join | None:
    """Return what becomes of the hyphen at the end of ``tail``; None where there is none."""
    if not broken or not following or not tail:
        return None
    stem = re.search(r"(\S+)[-\u2010\u2011]$", tail)
    if not stem or not re.search(r"[\w*“”\"»«)’]$", stem[1]):
        return None
    if before.sheet.characters[before.line.start : before.line.end].rstrip(" \t\r\n").endswith(_SOFT_HYPHEN):
        return Join.DROP
    return decide(stem[1], following, words)


def _line_characters(item: TextLine) -> list[tuple[str, Origin]]:
    """Return the readable characters of a line with their origins, without note marks and outer blanks.

    A hyphen at the end always shows as "-", whatever pdfium wrote for it.
    """
    line, page = item.line, item.sheet.index
    raw = item.sheet.characters[line.start : line.end]
    marks = {index - line.start for start, end in line.marks for index in range(start, end)}
    found = [(letter, Origin(page, line.start + index)) for letter, index in spelt(raw) if index not in marks]
    while found and found[-1][0] == " ":
        found.pop()
    while found and found[0][0] == " ":
        found.pop(0)
    stripped = raw.rstrip(" \t\r\n")
    if line.hyphenated and stripped[-1:] == _SOFT_HYPHEN and found:
        found.append(("-", Origin(page, line.start + len(stripped) - 1)))
    elif found and line.hyphenated and stripped[-1] in LINE_END_HYPHENS:
        found[-1] = ("-", found[-1][1])
    return found
