"""What a PDF shows, as values: sheets with characters, boxes and lines; outline, declared labels, metadata."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.geometry import Box, CharBoxes


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line: raw characters ``start`` to ``end`` (exclusive) of its sheet.

    ``size`` is the effective type size in points, ``marks`` are the raw ranges of raised note numbers and of what nobody
    sees, ``gaps`` the raw characters that begin after a gap wider than between words, ``spaces`` those before which a space
    is printed that the file does not have, ``hyphenated`` tells that a hyphen at its end may join it with the next line.
    """

    start: int
    end: int
    box: Box
    size: float
    bold: bool
    upright: bool
    hyphenated: bool
    marks: tuple[tuple[int, int], ...] = ()
    gaps: tuple[int, ...] = ()
    spaces: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as pdfium sees it; ``index`` counts from 0, sizes in points."""

    index: int
    width: float
    height: float
    characters: str
    boxes: CharBoxes
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A bookmark: depth from 0, title, index of the page it leads to (None where it leads nowhere)."""

    depth: int
    title: str
    page: int | None


@dataclass(frozen=True, slots=True)
class Structure:
    """What the file says about itself; ``labels`` is empty unless the file really declares them."""

    labels: tuple[str, ...] = ()
    outline: tuple[OutlineEntry, ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything read from one file, with what could not be read (German sentences)."""

    sheets: tuple[Sheet, ...]
    structure: Structure
    warnings: tuple[str, ...] = ()
