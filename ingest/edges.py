"""The head and the foot of a sheet: its outermost rows, where page numbers and running heads stand."""

from __future__ import annotations

import re

from corpus.characters import readable
from facsimile.sheet import Line, Sheet

_ROWS = 3  # rows from each edge that may be head or foot
_DEPTH = 0.20  # share of the page's height in which they lie


def line_text(sheet: Sheet, line: Line) -> str:
    """Return a line as it reads."""
    return readable(sheet.characters[line.start : line.end])


def digits_masked(text: str) -> str:
    """Return the text in lower case with every number as "#", so that heads with page numbers become equal."""
    return re.sub(r"\s+", " ", re.sub(r"\d+", "#", text.strip().lower()))


def edge_lines(sheet: Sheet, rows: int = _ROWS, depth: float = _DEPTH) -> list[Line]:
    """Return the lines of the outermost rows at the top and the bottom."""
    heights = [round(line.box.centre[1]) for line in sheet.lines]
    in_order = sorted(set(heights))
    low, high = set(in_order[:rows]), set(in_order[-rows:])
    return [
        line
        for line, height in zip(sheet.lines, heights, strict=True)
        if (height in low and line.box.y0 < sheet.height * depth) or (height in high and line.box.y1 > sheet.height * (1 - depth))
    ]
