"""Places on a page: boxes in PDF points, and the boxes of all characters of a page in compact form."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

#: A hundredth of a point is finer than any printer and keeps 32-bit integers.
UNITS_PER_POINT = 100
_GAP_IN_HEIGHTS = 2.0  # a wider gap inside a line is a tab or another column: two boxes then
_MOST_COMPARED = 1_000_000  # characters on the heights of ranges; with more, ranges are looked at one by one, in less memory
_LAST = 8  # characters that tell the height of their line
_ONE_ROW = 1.6  # heights of the tallest character; two rows are at least two high
#: Points; characters whose middles lie nearer are printed over each other, and no box tells them apart.
PRINTED_OVER = 0.05


class Box(NamedTuple):
    """A rectangle in PDF points, origin at the lower left corner of the page as it is shown."""

    x0: float
    y0: float
    x1: float
    y1: float

    def holds(self, x: float, y: float) -> bool:
        """Tell whether the point lies inside or on the edge."""
        return self.x0 <= x <= self.x1 and self.y0 <= y <= self.y1

    @property
    def height(self) -> float:
        """Height in points."""
        return self.y1 - self.y0

    @property
    def centre(self) -> tuple[float, float]:
        """Middle point (x, y) in points."""
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2


def union(boxes: Iterable[Box]) -> Box | None:
    """Return the smallest box around all boxes, or None where there are none."""
    found = list(boxes)
    if not found:
        return None
    x0, y0, x1, y1 = zip(*found, strict=True)
    return Box(min(x0), min(y0), max(x1), max(y1))


@dataclass(frozen=True, slots=True)
class CharBoxes:
    """The box of each raw character of a page, by its index; characters without ink have none.

    ``packed`` holds four little-endian 32-bit integers a character, in hundredths of a point.
    """

    packed: bytes

    @classmethod
    def of(cls, boxes: Iterable[Box | None]) -> CharBoxes:
        """Pack boxes; None (no ink) becomes an empty box."""
        flat = array("i")
        for box in boxes:
            flat.extend((0, 0, 0, 0) if box is None else [round(v * UNITS_PER_POINT) for v in box])
        if sys.byteorder == "big":
            flat.byteswap()
        return cls(flat.tobytes())

    def __len__(self) -> int:
        return len(self.packed) // 16

    def between(self, start: int, end: int) -> list[Box | None]:
        """Return the boxes of the characters ``start`` to ``end`` (exclusive)."""
        flat = array("i")
        flat.frombytes(self.packed[start * 16 : end * 16])
        if sys.byteorder == "big":
            flat.byteswap()
        values = iter([v / UNITS_PER_POINT for v in flat])
        boxes = map(Box._make, zip(values, values, values, values, strict=True))
        return [box if box[2] > box[0] and box[3] > box[1] else None for box in boxes]

    def around(self, start: int, end: int) -> Box | None:
        """Return the box around the characters ``start`` to ``end`` (exclusive), None where none has ink."""
        edges = self.edges(start, end)
        edges = edges[edges[:, 2] > edges[:, 0]]
        return _box(edges) if len(edges) else None

    def edges(self, start: int, end: int) -> NDArray[np.int64]:
        """Return the edges of the characters ``start`` to ``end`` (exclusive) in hundredths of a point, shape (n, 4)."""
        return np.frombuffer(self.packed[start * 16 : end * 16], "<i4").reshape(-1, 4).astype(np.int64)

    def rectangles(self, start: int, end: int) -> tuple[Box, ...]:
        """Return rectangles that hold the middles of the characters ``start`` to ``end`` and of no others.

        One a line where that is so, more at wide gaps and where other characters stand in between, as in formulas; none
        at all where another character is printed over one of them, since a wrong mark is worse than none.
        """
        return self.rectangles_of([(start, end)])[0]

    def rectangles_of(self, ranges: Sequence[tuple[int, int]]) -> list[tuple[Box, ...]]:
        """Return the rectangles of many ranges of characters at once."""
        layout = _layout(self.packed)
        found = layout.rows(ranges)
        return [(box,) if box else layout.row_by_row(*range_) for box, range_ in zip(found, ranges, strict=True)]


#: The middles of characters' boxes in two-hundredths of a point, shape (2, n).
_Middles = NDArray[np.int64]


@lru_cache(maxsize=16)
def _layout(packed: bytes) -> _Layout:
    return _Layout(CharBoxes(packed))


class _Layout:
    """The characters of a page that have ink: their edges, and their middles in the order of their heights.

    All in hundredths of a point; middles in two-hundredths, so that they are whole numbers too.
    """

    def __init__(self, boxes: CharBoxes) -> None:
        edges = boxes.edges(0, len(boxes))
        self._inked = (edges[:, 2] > edges[:, 0]).nonzero()[0]
        self._edges = edges[self._inked]
        middles = self._edges[:, :2] + self._edges[:, 2:]
        order = np.argsort(middles[:, 1], kind="stable")
        self._heights = middles[order, 1]
        self._across = middles[order, 0]
        self._order = self._inked[order]

    def rows(self, ranges: Sequence[tuple[int, int]]) -> list[Box | None]:
        """Return the box around each range of characters that stand in one row with no others in it, None for all others."""
        if not ranges or not len(self._inked):
            return [None] * len(ranges)
        bounds = np.searchsorted(self._inked, ranges)
        first, last = bounds.T
        edges = np.append(self._edges, [[0, 0, 0, 0]], axis=0)  # a range may end with the page
        low, high = _least(edges[:, :2], bounds), _most(edges[:, 2:], bounds)
        tallest = _most(edges[:, 3] - edges[:, 1], bounds)
        gaps = np.append(edges[1:, 0] - edges[:-1, 2], 0)
        between = np.stack([first, np.maximum(last - 1, first)], axis=1)
        near = (_least(gaps, between) > -tallest) & (_most(gaps, between) < tallest)
        found = (last > first) & (high[:, 1] - low[:, 1] < _ONE_ROW * tallest) & (near | (last - first == 1))
        margin = round(2 * UNITS_PER_POINT * PRINTED_OVER)
        (x0, y0), (x1, y1) = 2 * low.T - margin, 2 * high.T + margin
        found &= self._inside(x0, y0, x1, y1) == last - first
        boxes = (np.concatenate([low, high], axis=1) / UNITS_PER_POINT).tolist()
        return [Box(*box) if alone else None for box, alone in zip(boxes, found.tolist(), strict=True)]

    def _inside(
        self, x0: NDArray[np.int64], y0: NDArray[np.int64], x1: NDArray[np.int64], y1: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return how many middles lie in each of many boxes: of those on its height, which are few and stand together.

        -1 for all where too many do.
        """
        lowest = np.searchsorted(self._heights, y0)
        count = np.maximum(np.searchsorted(self._heights, y1, side="right") - lowest, 0)
        if count.sum() > _MOST_COMPARED:
            return np.full(len(count), -1)
        box = np.repeat(np.arange(len(count)), count)
        across = self._across[np.arange(len(box)) + np.repeat(lowest - (np.cumsum(count) - count), count)]
        return np.bincount(box[(across >= x0[box]) & (across <= x1[box])], minlength=len(count))

    def row_by_row(self, start: int, end: int) -> tuple[Box, ...]:
        """Return the rectangles of a range of characters, as many as it takes."""
        first, last = np.searchsorted(self._inked, (start, end)).tolist()
        result: list[Box] = []
        for row in _in_rows(self._edges[first:last] / UNITS_PER_POINT):
            whole = _around(row)
            strangers = self._strangers(whole, start, end)  # whatever lies in a part of the row is among them
            if not strangers.size:
                result.append(whole)
            elif any(_is_printed_over(box, strangers) for box in row):
                return ()
            else:
                result += _apart(row, strangers)
        return tuple(result)

    def _strangers(self, box: Box, start: int, end: int) -> _Middles:
        """Return the middles inside a box, or nearly so, of characters other than ``start`` to ``end``."""
        x0, y0, x1, y1 = _widened(box)
        rows = slice(*np.searchsorted(self._heights, (y0, y1)).tolist())
        across, order = self._across[rows], self._order[rows]
        found = (across >= x0) & (across <= x1) & ((order < start) | (order >= end))
        return np.stack([across[found], self._heights[rows][found]])


def _widened(box: Box) -> Box:
    """Return a box, and what is nearly inside of it, in two-hundredths of a point."""
    per_point, near = 2 * UNITS_PER_POINT, PRINTED_OVER
    return Box(
        (box.x0 - near) * per_point, (box.y0 - near) * per_point, (box.x1 + near) * per_point, (box.y1 + near) * per_point
    )  # fmt: skip


def _within(box: Box, middles: _Middles) -> NDArray[np.bool_]:
    x0, y0, x1, y1 = _widened(box)
    x, y = middles
    return np.asarray((x >= x0) & (x <= x1) & (y >= y0) & (y < y1))


def _is_printed_over(box: Box, strangers: _Middles) -> bool:
    x, y = box.centre
    return bool(_within(Box(x, y, x, y), strangers).any())


def _apart(row: Sequence[Box], strangers: _Middles) -> Iterator[Box]:
    """Yield as many boxes for a row of characters as it takes to leave out all others."""
    grown: Box | None = None
    for box in row:
        wider = _around((grown, box)) if grown else box
        if not _within(wider, strangers).any():
            grown = wider
            continue
        if grown:
            yield grown
        grown = _shrunk(box, strangers)
    if grown:
        yield grown


def _shrunk(box: Box, strangers: _Middles) -> Box:
    """Cut a character's box halfway to each other character's middle that lies in it."""
    x0, y0, x1, y1 = box
    x, y = box.centre
    for other_x, other_y in (strangers[:, _within(box, strangers)].T / (2 * UNITS_PER_POINT)).tolist():
        if abs(other_x - x) * (y1 - y0) >= abs(other_y - y) * (x1 - x0):
            x0, x1 = (x0, min(x1, (x + other_x) / 2)) if other_x > x else (max(x0, (x + other_x) / 2), x1)
        else:
            y0, y1 = (y0, min(y1, (y + other_y) / 2)) if other_y > y else (max(y0, (y + other_y) / 2), y1)
    return Box(x0, y0, x1, y1)


def _least(values: NDArray[np.int64], bounds: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the least of each range of rows of ``values``, which has one row more than any range; anything for empty ones."""
    return np.asarray(np.minimum.reduceat(values, bounds.ravel(), axis=0)[::2])


def _most(values: NDArray[np.int64], bounds: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.asarray(np.maximum.reduceat(values, bounds.ravel(), axis=0)[::2])


def _box(edges: NDArray[np.int64]) -> Box:
    """Return the box around characters, given by their edges, shape (n, 4)."""
    x0, y0 = edges[:, :2].min(axis=0).tolist()
    x1, y1 = edges[:, 2:].max(axis=0).tolist()
    return Box(x0 / UNITS_PER_POINT, y0 / UNITS_PER_POINT, x1 / UNITS_PER_POINT, y1 / UNITS_PER_POINT)


def _around(boxes: Iterable[Box]) -> Box:
    found = union(boxes)
    assert found is not None
    return found


def _in_rows(edges: NDArray[np.float64]) -> Iterator[list[Box]]:
    """Yield the boxes of characters, shape (n, 4) in points, line by line."""
    boxes = [Box._make(values) for values in edges.tolist()]
    x0, y0, x1, y1 = edges.T
    size = np.minimum((y1 - y0)[:-1], (y1 - y0)[1:])
    overlap, gap = np.minimum(y1[:-1], y1[1:]) - np.maximum(y0[:-1], y0[1:]), x0[1:] - x1[:-1]
    begun = 0
    for before in ((overlap <= 0.5 * size) | (gap <= -size) | (gap >= size)).nonzero()[0].tolist():
        if not _continues(boxes[max(begun, before + 1 - _LAST) : before + 1], boxes[before + 1]):
            yield boxes[begun : before + 1]
            begun = before + 1
    if boxes:
        yield boxes[begun:]


def _continues(row: Sequence[Box], box: Box) -> bool:
    """Tell whether a character box goes on in the same line as the last boxes before it, with which it is not level."""
    height = max(max(b.y1 - b.y0 for b in row), box.height)
    if not -height < box.x0 - row[-1].x1 < _GAP_IN_HEIGHTS * height:
        return False
    low, high = min(b.y0 for b in row), max(b.y1 for b in row)
    overlap = min(high, box.y1) - max(low, box.y0)
    return overlap > -0.25 * height and abs((low + high) / 2 - box.centre[1]) < 0.8 * height
