"""Tables whose cells run over several lines: the cells of a row one after the other, each read to its end.

A file gives such cells in any order, and line by line they would be torn.  Rows are told by the distances between lines,
which are larger between rows than inside of cells; where they are not, the table is left to its lines.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from facsimile.sheet import Line

_MOST_BANDS = 300  # of a page; more are a hostile file
_LEAST_COLUMNS = 3
_LEAST_ROWS = 3
_TOO_CLOSE = 0.85  # type sizes
_INSIDE = 1.45  # type sizes between the lines of a cell at most
_STEP = 1.25  # times as far it is to the next row
_NO_OVERLAP = 1.08
_END = 4.5  # type sizes that end the table
_OTHER_SIZE = 1.5  # points that do, too
_MOST_LINES = 5  # a row, on average; columns of text have more
_BEGUN = 0.8  # share of the rows that begin in the first column
_FILLED = 0.75  # share of the columns that have more lines than one
_OUTSIDE = 4.0  # points that a cell may stand out of its column


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its rows from top to bottom, each with the lines of its cells in the order of reading."""

    rows: tuple[tuple[Line, ...], ...]

    @property
    def top(self) -> float:
        """The upper edge, in points."""
        return max(line.box.y1 for line in self.rows[0])


def find_grids(cells: Sequence[Line], is_figure: Callable[[Line], bool]) -> list[Grid]:
    """Return the tables among lines that were taken apart at their wide gaps, from top to bottom."""
    bands = list(_bands(cells))
    found: list[Grid] = []
    if len(bands) > _MOST_BANDS:
        return found
    at = 0
    while at < len(bands):
        end, grid = _grid(bands, at, is_figure)
        if grid:
            found.append(grid)
        at = max(end, at + 1) if grid else at + 1
    return found


def _bands(cells: Sequence[Line]) -> Iterator[list[Line]]:
    """Yield the lines on one height, from top to bottom, each from left to right."""
    band: list[Line] = []
    for line in sorted((line for line in cells if line.upright), key=lambda line: -line.box.centre[1]):
        if band and band[0].box.centre[1] - line.box.centre[1] > 0.5 * min(band[0].size, line.size):
            yield sorted(band, key=lambda line: line.box.x0)
            band = []
        band.append(line)
    if band:
        yield sorted(band, key=lambda line: line.box.x0)


def _grid(bands: Sequence[Sequence[Line]], start: int, is_figure: Callable[[Line], bool]) -> tuple[int, Grid | None]:
    """Return where a table that begins with a band ends, and the table, None where there is none."""
    edges = [line.box.x0 for line in bands[start]]
    if len(edges) < _LEAST_COLUMNS or any(_column(line, edges) is None for line in bands[start]):
        return start, None
    end = start + 1
    while end < len(bands) and _goes_on(bands[end - 1], bands[end], edges):
        end += 1
    distances = [_down(above, below) for above, below in pairwise(bands[start:end])]
    limit = _largest_inside(distances)
    if limit is None:
        return start, None
    rows: list[list[Sequence[Line]]] = [[bands[start]]]
    for band, distance in zip(bands[start + 1 : end], distances, strict=True):
        if distance > limit:
            rows.append([])
        rows[-1].append(band)
    while rows and len({_column(line, edges) for band in rows[-1] for line in band}) < 2:
        rows.pop()  # lines below that happen to fit into a column
    # figures in several lines of a row are rows of their own, in groups: read by columns, they would change places
    grouped = any(sum(any(map(is_figure, band)) for band in row) > 1 for row in rows)
    if grouped or not _is_table(rows, edges):
        return start, None
    return end, Grid(tuple(_by_cells(row, edges) for row in rows))


def _goes_on(above: Sequence[Line], band: Sequence[Line], edges: Sequence[float]) -> bool:
    same_type = abs(band[0].size - above[0].size) <= _OTHER_SIZE
    return same_type and _down(above, band) <= _END and all(_column(line, edges) is not None for line in band)


def _down(above: Sequence[Line], below: Sequence[Line]) -> float:
    """Return the distance of two bands, in type sizes; from their tops, since more letters have one than reach below the line."""
    return (max(line.box.y1 for line in above) - max(line.box.y1 for line in below)) / max(below[0].size, 1.0)


def _largest_inside(distances: Sequence[float]) -> float | None:
    """Return the largest distance between lines of one row: below the widest step.

    None where all are about the same, or some are too close for lines: then columns stand beside each other by chance.
    """
    if min(distances, default=0.0) < _TOO_CLOSE:
        return None
    steps = [(wide / narrow, narrow) for narrow, wide in pairwise(sorted(distances)) if narrow <= _INSIDE]
    ratio, largest = max(steps, default=(0.0, 0.0))
    if ratio >= _STEP:
        return largest
    near, far = [d for d in distances if d <= _INSIDE], [d for d in distances if d > _INSIDE]
    apart = near and far and median(far) >= _STEP * median(near) and min(far) >= _NO_OVERLAP * max(near)
    return max(near) if apart else None


def _is_table(rows: Sequence[Sequence[Sequence[Line]]], edges: Sequence[float]) -> bool:
    """Tell a table from columns of text: rows begin in the first column, and few columns are filled below a row's first line."""
    begun = sum(_column(row[0][0], edges) == 0 and len(row[0]) > 1 for row in rows)
    further = [len(band) for row in rows for band in row[1:]]
    return (
        len(rows) >= _LEAST_ROWS
        and len(further) <= (_MOST_LINES - 1) * len(rows)
        and begun >= _BEGUN * len(rows)
        and bool(further)
        and sum(further) <= _FILLED * len(further) * len(edges)
    )


def _by_cells(row: Sequence[Sequence[Line]], edges: Sequence[float]) -> tuple[Line, ...]:
    return tuple(line for column in range(len(edges)) for band in row for line in band if _column(line, edges) == column)


def _column(line: Line, edges: Sequence[float]) -> int | None:
    """Return the column that a line stands in, None where it reaches over several."""
    column = bisect_right(edges, line.box.x0 + _OUTSIDE) - 1
    ends = edges[column + 1] if column + 1 < len(edges) else line.box.x1
    return column if column >= 0 and line.box.x1 <= ends + _OUTSIDE else None
