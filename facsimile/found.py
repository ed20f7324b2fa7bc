"""What a child sends becomes a reading: decoded, held within bounds, and what is missing is told in German."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from corpus.geometry import Box, CharBoxes
from facsimile.bounds import (
    MAX_ALL_CHARACTERS,
    MAX_ALL_LINES,
    MAX_CHARACTERS,
    MAX_LABEL,
    MAX_LINES,
    MAX_MARKS,
    MAX_OUTLINE,
    MAX_PAGES,
    MAX_SPELLINGS,
    MAX_TITLE,
)
from facsimile.sheet import Line, OutlineEntry, Sheet, Structure

NOT_A_PDF = (
    "Das ist keine lesbare PDF-Datei (kein PDF oder beschädigt). Öffnen Sie sie in einem PDF-Programm und speichern Sie sie neu."
)
NO_PAGE = (
    "Keine Seite der Datei ist lesbar; vermutlich ist sie beschädigt. Öffnen Sie sie in einem PDF-Programm und speichern Sie "
    "sie neu."
)
TOOK_TOO_MUCH = (
    "Das Lesen wurde abgebrochen, weil es zu viel Zeit oder Speicher braucht. Vermutlich ist die Datei beschädigt; "
    "speichern Sie sie in einem PDF-Programm neu."
)
CANNOT_START = (
    "Das Lesen ließ sich nicht beginnen, vermutlich fehlt gerade Arbeitsspeicher. Schließen Sie andere Programme und versuchen "
    "Sie es noch einmal."
)
CRASHED = "Das Lesen ist an dieser Datei abgestürzt. Vermutlich ist sie beschädigt; speichern Sie sie in einem PDF-Programm neu."
TOO_DENSE = (
    "Die Seiten enthalten mehr Text, als auf eine gedruckte Seite passt. Speichern Sie die Datei in einem PDF-Programm neu "
    "oder teilen Sie die Seiten auf."
)
NO_TEXT = "Die Datei enthält keinen Text, vermutlich ist sie ein Scan. Lassen Sie vorher eine Texterkennung (OCR) darüber laufen."


_LARGEST = 1e6  # points


class Nonsense(Exception):
    """The child sent what our program never sends."""


@dataclass(slots=True)
class Found:
    """What has come from the child so far."""

    sheets: list[Sheet] = field(default_factory=list)
    total: int = 0
    opened: float = 0.0  # seconds of processor time until the file was open
    failed: list[int] = field(default_factory=list)
    dense: list[int] = field(default_factory=list)
    _unread: set[int] = field(default_factory=set)  # there was too much text before these pages
    _spellings: dict[int, list[tuple[int, str]]] = field(default_factory=dict)
    _claims: tuple[tuple[str, ...], str] | None = None  # labels and title
    _outline: tuple[OutlineEntry, ...] | None = None
    _characters: int = 0
    _lines: int = 0

    def take(self, message: Any) -> None:
        """Add one message; raises Nonsense, so that a child that a file has taken over can do no more than be stopped."""
        try:
            self._take(message)
        except (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError) as error:
            raise Nonsense(str(error)) from None

    def _take(self, message: dict[str, Any]) -> None:
        if "pages" in message:
            if self.total not in (0, message["pages"]):
                raise ValueError("two numbers of pages")
            self.total = _at_most(MAX_PAGES, int(message["pages"]))
            self.opened = float(message.get("opened", 0.0))
        elif "failed" in message:
            self.failed.append(self._page(message["failed"]))
        elif "dense" in message:
            self.dense.append(self._page(message["dense"]))
        elif "full" in message:
            start, end = message["full"]
            self._unread.update(range(self._page(start), self._page(end - 1) + 1))
        elif "spellings" in message:
            self._spellings |= {int(page): _spellings(found) for page, found in message["spellings"].items()}
            _at_most(MAX_SPELLINGS, sum(map(len, self._spellings.values())))
        elif "labels" in message:
            labels = tuple(_text(label, MAX_LABEL) for label in message["labels"])
            _at_most(MAX_PAGES, len(labels))
            self._claims = labels, _text(message["title"], MAX_TITLE)
        elif "outline" in message:
            self._outline = tuple(_entry(*values) for values in message["outline"])
            _at_most(MAX_OUTLINE, len(self._outline))
        else:
            self._add(_sheet(message))

    def _page(self, index: int) -> int:
        if not 0 <= index < self.total or len(self.sheets) + len(self.failed) + len(self.dense) >= self.total:
            raise ValueError("no such page")
        return int(index)

    def _add(self, sheet: Sheet) -> None:
        self._page(sheet.index)
        if self.sheets and sheet.index <= self.sheets[-1].index:
            raise ValueError("pages out of order")
        self._characters += len(sheet.characters)
        self._lines += weight(sheet)
        # two children may each go beyond their half by one page
        _at_most(MAX_ALL_CHARACTERS + 2 * MAX_CHARACTERS, self._characters)
        _at_most(MAX_ALL_LINES + 2 * (MAX_LINES + MAX_MARKS), self._lines)
        self.sheets.append(sheet)

    @property
    def done(self) -> int:
        """How many pages are done with."""
        return len(self.sheets) + len(self.failed) + len(self.dense)

    @property
    def structure(self) -> Structure:
        """What the file says about itself, as far as it came."""
        labels, title = self._claims or ((), "")
        return Structure(labels, self._outline or (), title)

    def spelt(self) -> tuple[Sheet, ...]:
        """Return the sheets with the characters that only the fonts' own tables could name."""
        return tuple(_spelt(sheet, self._spellings.get(sheet.index, [])) for sheet in self.sheets)

    def without_text(self, crashed: bool) -> str:
        """Return why there is no text at all."""
        if self.dense:
            return TOO_DENSE
        if self.missing() or not self.total:
            return CRASHED if crashed else TOOK_TOO_MUCH
        return NO_TEXT if self.sheets else NO_PAGE

    def warnings(self, crashed: bool) -> Iterator[str]:
        """Say what could not be read, and what to do about it."""
        if self.failed:
            yield f"Nicht lesbar: PDF-Seite {listed(self.failed)}."
        if self.dense:
            yield (
                f"Mehr Text, als auf eine gedruckte Seite passt, darum nicht gelesen: PDF-Seite {listed(self.dense)}. "
                "Teilen Sie diese Seiten auf."
            )
        if self._unread:
            yield (
                f"Die Datei enthält zu viel Text für einmal; nicht gelesen: PDF-Seite {listed(self._unread)}. "
                "Teilen Sie die Datei auf und lesen Sie die Teile ein."
            )
        if missing := self.missing():
            why = "ist abgestürzt" if crashed else "wurde abgebrochen, weil es zu viel Zeit oder Speicher braucht"
            unread = listed(missing)
            yield f"Das Lesen {why}; nicht gelesen: PDF-Seite {unread}. Speichern Sie die Datei in einem PDF-Programm neu."
        if self._claims is None:
            yield "Gliederung, Seitenzählung und Angaben der Datei waren nicht lesbar."
        elif self._outline is None:
            yield "Die Gliederung der Datei war nicht lesbar."

    def missing(self) -> list[int]:
        """Return the pages of which nothing was heard."""
        known = {*self.failed, *self.dense, *self._unread, *(sheet.index for sheet in self.sheets)}
        return [index for index in range(self.total) if index not in known]


def weight(sheet: Sheet) -> int:
    """Return what a sheet's lines count towards MAX_ALL_LINES."""
    return len(sheet.lines) + sum(len(line.marks) + len(line.gaps) + len(line.spaces) for line in sheet.lines)


def _at_most(limit: int, count: int) -> int:
    if count > limit:
        raise ValueError(f"{count} of at most {limit}")
    return count


def listed(indices: Iterable[int]) -> str:
    """Return page numbers from 1 on, with runs as "4–9"."""
    numbers = sorted({index + 1 for index in indices})
    starts = [n for before, n in pairwise([-1, *numbers]) if n != before + 1]
    ends = [n for n, after in pairwise([*numbers, -1]) if after != n + 1]
    runs = [str(a) if a == b else f"{a}, {b}" if b == a + 1 else f"{a}–{b}" for a, b in zip(starts, ends, strict=True)]
    return ", ".join(runs[:20]) + (" …" if len(runs) > 20 else "")


def _text(value: str, longest: int) -> str:
    _at_most(longest, len(value))
    value.encode()  # what can't be encoded could not be stored either
    return value


def _sheet(message: dict[str, Any]) -> Sheet:
    characters = _text(message["characters"], MAX_CHARACTERS)
    boxes = CharBoxes(base64.b64decode(message["boxes"]))
    if len(boxes.packed) != 16 * len(characters):
        raise ValueError("boxes of other characters")
    width, height = float(message["width"]), float(message["height"])
    lines = tuple(_line(values, len(characters)) for values in message["lines"])
    if not (math.isfinite(width) and math.isfinite(height)):
        raise ValueError("a page without size")
    pictured = float(message.get("pictured", 0.0))
    if not 0 <= pictured <= 1:
        raise ValueError("pictures beyond the page")
    return Sheet(int(message["index"]), width, height, characters, boxes, lines, pictured)


def _line(values: list[Any], length: int) -> Line:
    start, end, box, size, bold, upright, hyphenated, marks, gaps, spaces = values
    places = [start, end, *(place for mark in marks for place in mark), *gaps, *spaces]
    if not (min(places) >= 0 and max(places) <= length and all(map(math.isfinite, box)) and 0 <= size <= _LARGEST):
        raise ValueError("a line beyond its page")
    if {*map(type, places)} != {int} or {type(bold), type(upright), type(hyphenated)} != {bool}:
        raise TypeError("a line of other things than numbers")
    return Line(
        start, end, Box(*box), size, bold, upright, hyphenated, tuple((a, b) for a, b in marks), tuple(gaps), tuple(spaces)
    )


def _entry(depth: int, title: str, page: int | None) -> OutlineEntry:
    return OutlineEntry(int(depth), _text(title, MAX_TITLE), None if page is None else int(page))


def _spellings(found: list[list[Any]]) -> list[tuple[int, str]]:
    return [(int(position), _text(character, 1)) for position, character in found]


def _spelt(sheet: Sheet, spellings: list[tuple[int, str]]) -> Sheet:
    if not spellings:
        return sheet
    characters = list(sheet.characters)
    for position, character in spellings:
        if 0 <= position < len(characters):
            characters[position] = character
    return replace(sheet, characters="".join(characters))
