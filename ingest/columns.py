"""The lines of a page in the order of reading: columns one after the other, tables row by row.

A file's own order is nearly always the order of reading, and is kept.  Where pdfium found the lines of two columns on
one height and made one line of them, or where they come in turns, the page is taken apart at the gutter.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import median

import numpy as np

from corpus.characters import LINE_END_HYPHENS
from corpus.geometry import UNITS_PER_POINT
from facsimile.sheet import Line, Sheet
from ingest.edges import line_text
from ingest.grids import find_grids

_LEAST_LINES = 4  # lines side by side before a gutter is believed
_MAX_COLUMNS = 3  # times that a page is taken apart
_CROSSED = 0.2  # share of the lines around a gutter that may run across it
_LEAST_LETTERS = 18  # of a column's usual line; cells of a table are shorter
_RUNNING_ON = 0.35  # share of a column's lines that go on in the middle of a sentence
_NEAR = 2.0  # points
_CELL = 1.5  # type sizes between the cells of a table at least
_LEAST_ROWS = 3  # of a table
_FIGURE = re.compile(r"[+–-]?[\d.,:/\s]*\d\s?[%€]?|[–-]")
_LOOKED_AT = 8  # lines on one height
_SAME_ROW = 0.85  # times as far as to the row above it that a cell's second line stands below the first at most
_FIRST_ROW = 100_000  # the rows of tables with several lines a cell are counted from here
_TITLE = 1.3  # type sizes of the text below it that a title on top of a page has at least
_ABOVE_TITLE = 2  # lines, as "Kapitel 3"
_BULLET = re.compile(r"\s*(?:[^\w\s]|\(?(?:\d+(?:\.\d+)*|[a-z]|[ivx]+)[.):]?)\s")


@dataclass(frozen=True, slots=True)
class Placed:
    """A line in its place; ``row`` numbers the rows of the tables of a page from 1 and is 0 outside them."""

    line: Line
    row: int = 0


def ordered(sheet: Sheet, lines: Sequence[Line]) -> list[Placed]:
    """Return the lines of a page in the order of reading."""
    lines = _with_title_first(lines)
    placed: list[Placed] = []
    cells = [cell for line in lines for cell in (_cells(sheet, line) if line.gaps else (line,))]
    left = list(lines)
    row = _FIRST_ROW
    for grid in find_grids(cells, lambda cell: _FIGURE.fullmatch(line_text(sheet, cell).strip()) is not None):
        inside = {cell.start for cells_of_row in grid.rows for cell in cells_of_row}
        taken = [[cell.start in inside for cell in (_cells(sheet, line) if line.gaps else (line,))] for line in left]
        if any(any(of_line) != all(of_line) for of_line in taken):
            continue  # a part of a printed line stands elsewhere, and nothing may be lost
        left = [line for line in left if line.start not in inside]
        above = [line for line in left if line.box.centre[1] > grid.top]
        placed += _with_tables(sheet, _columns(sheet, above, _MAX_COLUMNS))
        for cells_of_row in grid.rows:
            row += 1
            placed += [Placed(cell, row) for cell in cells_of_row]
        left = [line for line in left if line.box.centre[1] <= grid.top]
    return [*placed, *_with_tables(sheet, _columns(sheet, left, _MAX_COLUMNS))]


def _with_title_first(lines: Sequence[Line]) -> Sequence[Line]:
    """Put the title on top of a page before the text below it, behind which some files have it."""
    largest = max(range(len(lines)), key=lambda at: lines[at].size, default=0)
    if not largest or lines[largest].size < _TITLE * max(*(n.size for n in lines[:largest]), median(n.size for n in lines)):
        return lines
    first = largest
    while largest - first < _ABOVE_TITLE < first and lines[first - 1].box.y0 >= max(line.box.y1 for line in lines[: first - 1]):
        first -= 1
    highest = max(line.box.y1 for line in lines[:first])
    end = largest
    while end < len(lines) and lines[end].box.y0 >= highest:
        end += 1
    return lines if end == largest else [*lines[first:end], *lines[:first], *lines[end:]]


def _cells(sheet: Sheet, line: Line) -> list[Line]:
    return _parts(sheet, line, [at for at, _, _ in _gap_places(sheet, line)])


def _columns(sheet: Sheet, lines: list[Line], left: int) -> list[Line]:
    """Take lines apart at their gutter, if there is one: what runs across it divides what stands left and right."""
    if left == 0 or len(lines) < _LEAST_LINES:
        return lines
    for gutter in _gutters(sheet, lines):
        parts = [part for line in lines for part in cut(sheet, line, gutter)]
        sides = [_side(part, gutter) for part in parts]
        one, other = ([p for p, s in zip(parts, sides, strict=True) if s == side] for side in (-1, 1))
        if not (_is_running_text(sheet, one) and _is_running_text(sheet, other)):
            continue
        low, high = (
            max(min(p.box.y0 for p in side) for side in (one, other)),
            min(max(p.box.y1 for p in side) for side in (one, other)),
        )
        across = sum(side == 0 and low <= part.box.centre[1] <= high for part, side in zip(parts, sides, strict=True))
        if across > _CROSSED * (len(one) + len(other)):
            continue
        result: list[Line] = []
        for band in _bands(parts, gutter):
            for side in (-1, 0, 1):
                result += _columns(sheet, [p for p in band if _side(p, gutter) == side], left - 1)
        return result
    return lines


def _gutters(sheet: Sheet, lines: Sequence[Line]) -> list[float]:
    """Return just left of where lines begin beside others, the most frequent place first, in points from the left."""
    found: Counter[int] = Counter()
    for line in lines:
        if line.gaps:
            found.update(round(right / _NEAR) for _, _, right in _gap_places(sheet, line))
    for one, other in pairwise(lines):
        if one.box.x1 < other.box.x0 and min(one.box.y1, other.box.y1) - max(one.box.y0, other.box.y0) > -0.5 * one.box.height:
            found[round(other.box.x0 / _NEAR)] += 1
    near = {place: sum(found[place + d] for d in (-1, 0, 1)) for place in found}
    best = sorted(near.items(), key=lambda item: (-item[1], item[0]))[:6]
    return [_NEAR * (place - 2) for place, count in best if count >= _LEAST_LINES]


def _gap_places(sheet: Sheet, line: Line) -> Iterator[tuple[int, float, float]]:
    """Yield the raw character behind each wide gap of a line, and the gap's edges."""
    if not line.gaps:
        return
    edges = sheet.boxes.edges(line.start, line.end)
    inked = (edges[:, 2] > edges[:, 0]).nonzero()[0]
    places = np.searchsorted(inked, [at - line.start for at in line.gaps]).tolist()
    for at, place in zip(line.gaps, places, strict=True):
        if 0 < place < len(inked) and inked[place] == at - line.start:
            yield at, float(edges[inked[place - 1], 2]) / UNITS_PER_POINT, float(edges[inked[place], 0]) / UNITS_PER_POINT


def cut(sheet: Sheet, line: Line, gutter: float) -> list[Line]:
    """Return the two parts of a line that has a gap at the gutter (points from the left), else the line."""
    for at, left, right in _gap_places(sheet, line):
        if left - _NEAR <= gutter <= right + _NEAR:
            return _parts(sheet, line, [at])
    return [line]


def _parts(sheet: Sheet, line: Line, cuts: Sequence[int]) -> list[Line]:
    """Cut a line in front of raw characters."""
    parts = []
    for start, end in pairwise([line.start, *cuts, line.end]):
        box = sheet.boxes.around(start, end)
        if box is None:
            continue
        text = sheet.characters[start:end].rstrip(" \t\r\n")
        hyphenated = line.hyphenated if end == line.end else len(text) > 1 and text[-1] in LINE_END_HYPHENS and text[-2].isalpha()
        marks = tuple(mark for mark in line.marks if start <= mark[0] < end)
        gaps = tuple(gap for gap in line.gaps if start < gap < end)
        spaces = tuple(space for space in line.spaces if start < space < end)
        parts.append(Line(start, end, box, line.size, line.bold, line.upright, hyphenated, marks, gaps, spaces))
    return parts


def _side(line: Line, gutter: float) -> int:
    """Return -1 left of the gutter, 1 right of it, 0 across."""
    return -1 if line.box.x1 <= gutter + _NEAR else 1 if line.box.x0 >= gutter - _NEAR else 0


def _is_running_text(sheet: Sheet, lines: Sequence[Line]) -> bool:
    """Tell a column of text from a column of a table: its lines are long, and many go on in mid-sentence."""
    if len(lines) < _LEAST_LINES:
        return False
    texts = [line_text(sheet, line).strip() for line in sorted(lines, key=lambda line: -line.box.centre[1])]
    running = sum(a[-1:] in LINE_END_HYPHENS or (b[:1].islower() and not a.endswith((".", "!", "?"))) for a, b in pairwise(texts))
    return median(map(len, texts)) >= _LEAST_LETTERS and running >= _RUNNING_ON * (len(texts) - 1)


def _bands(lines: Sequence[Line], gutter: float) -> Iterator[list[Line]]:
    """Yield groups of lines from top to bottom, divided by the lines that run across the gutter."""
    band: list[Line] = []
    for line in sorted(lines, key=lambda line: -line.box.centre[1]):
        if band and (_side(line, gutter) == 0) != (_side(band[-1], gutter) == 0):
            yield band
            band = []
        band.append(line)
    if band:
        yield band


def _with_tables(sheet: Sheet, lines: Sequence[Line]) -> Iterator[Placed]:
    """Yield lines as they come, those of tables row by row with their cells from left to right."""
    rows = [_Row(sheet, tuple(row)) for row in _rows(lines)]
    for number, row in zip(_table_rows(rows), rows, strict=True):
        if number:
            yield from (Placed(line, number) for line in sorted(row.lines, key=lambda line: line.box.x0))
        else:
            yield from (Placed(line) for line in row.lines)


@dataclass(frozen=True)
class _Row:
    """Neighbouring lines on one height."""

    sheet: Sheet
    lines: tuple[Line, ...]

    @cached_property
    def text(self) -> str:
        return " ".join(line_text(self.sheet, line).strip() for line in sorted(self.lines, key=lambda line: line.box.x0))

    @cached_property
    def cells(self) -> int:
        """How many cells: lines apart from each other, and parts of lines behind wide gaps; a bullet is no cell."""
        if len(self.lines) == 1 and not self.lines[0].gaps:
            return 1
        boxes = sorted((line.box for line in self.lines), key=lambda box: box.x0)
        apart = sum(b.x0 - a.x1 > _CELL * min(a.height, b.height) for a, b in pairwise(boxes))
        inside = sum(right - left > _CELL * line.size for line in self.lines for _, left, right in _gap_places(self.sheet, line))
        bullet = _BULLET.match(self.text) is not None
        return max(1, 1 + apart + inside - bullet)

    @cached_property
    def ends_with_figure(self) -> bool:
        """Tell whether the last of several cells is a figure."""
        last = max((part for line in self.lines for part in _cells(self.sheet, line)), key=lambda part: part.box.x0, default=None)
        return self.cells > 1 and last is not None and _FIGURE.fullmatch(line_text(self.sheet, last).strip()) is not None


def _rows(lines: Sequence[Line]) -> list[list[Line]]:
    """Group neighbouring lines that stand on one height."""
    rows: list[list[Line]] = []
    for line in lines:
        if rows and any(_on_one_height(other, line) for other in rows[-1][-_LOOKED_AT:]):
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _on_one_height(one: Line, other: Line) -> bool:
    overlap = min(one.box.y1, other.box.y1) - max(one.box.y0, other.box.y0)
    return overlap > 0.5 * min(one.box.height, other.box.height) and one.upright and other.upright


def _table_rows(rows: Sequence[_Row]) -> list[int]:
    """Return the number of each row that belongs to a table, from 1, and 0 for all others.

    A table is at least three rows of cells, with no more than single rows of one short cell between them.
    """
    numbers = [0] * len(rows)
    if sum(row.cells > 1 for row in rows) < _LEAST_ROWS:
        return numbers  # as on most pages
    start = 0
    while start < len(rows):
        last = end = start
        while end < len(rows) and (
            rows[end].cells > 1 or (end - last <= 2 and rows[last].cells > 1 and len(rows[end].text) < 60)
        ):
            last = end if rows[end].cells > 1 else last
            end += 1
        found = rows[start : last + 1]
        if sum(row.cells > 1 for row in found) >= _LEAST_ROWS and not _runs_on(found):
            numbers[start : last + 1] = _numbered(found, start + 1)
        start = last + 1
    return numbers


def _numbered(rows: Sequence[_Row], first: int) -> list[int]:
    """Number the rows of a table; the upper line of a first cell that has two, alone on its height, goes with the lower one."""
    numbers = list(range(first, first + len(rows)))
    for at in range(len(rows) - 1, 0, -1):
        if rows[at - 1].cells == 1 and _is_one_cell(rows[max(0, at - 2) : at + 1]):
            numbers[at - 1] = numbers[at]
    return numbers


def _is_one_cell(rows: Sequence[_Row]) -> bool:
    """Tell whether the last two rows are one, by a hyphen or by their distance, seen against the one above."""
    *above, upper, lower = (row.lines for row in rows)
    if abs(upper[0].box.x0 - min(line.box.x0 for line in lower)) > _NEAR:
        return False
    if upper[0].hyphenated:
        return True
    near = bool(above) and upper[0].box.y1 - lower[0].box.y1 <= _SAME_ROW * (above[0][0].box.y1 - upper[0].box.y1)
    return near and rows[-1].ends_with_figure


def _runs_on(rows: Sequence[_Row]) -> bool:
    """Tell running text whose lines pdfium took apart, as around formulas, from the rows of a table.

    What stands below a row that ends with a figure in a cell of its own does not go on with it.
    """
    running = sum(a.text[-1:] in LINE_END_HYPHENS or (b.text[:1].islower() and not a.ends_with_figure) for a, b in pairwise(rows))
    return running >= _RUNNING_ON * (len(rows) - 1)
