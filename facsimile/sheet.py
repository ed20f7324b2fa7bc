"""What a PDF shows, as values: sheets with characters, boxes and lines; outline, declared labels, metadata."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.geometry import Box, CharBoxes
from corpus.publication import Recognition

_WHOLE = 0.5  # share of a page; scans cover all of it, and photographs beside text less than this


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
    """A page as pdfium sees it; ``index`` counts from 0, sizes in points.

    ``pictured`` is the share of it that pictures cover.  Where its text was recognised, ``turned`` tells by how many quarters
    the sheet was turned clockwise to stand upright.
    """

    index: int
    width: float
    height: float
    characters: str
    boxes: CharBoxes
    lines: tuple[Line, ...]
    pictured: float = 0.0
    recognition: Recognition | None = None
    turned: int = 0

    @property
    def is_picture(self) -> bool:
        """True where a picture covers the page, as a scan does."""
        return self.pictured >= _WHOLE


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
