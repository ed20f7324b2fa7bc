"""Places on a page: boxes in PDF points, and the boxes of all characters of a page in compact form."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

_UNITS_PER_POINT = 100  # a hundredth of a point is finer than any printer and keeps 32-bit integers
_GAP_IN_HEIGHTS = 2.0  # a wider gap inside a line is a tab or another column: two boxes then


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
    return Box(min(b.x0 for b in found), min(b.y0 for b in found), max(b.x1 for b in found), max(b.y1 for b in found))


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
            flat.extend((0, 0, 0, 0) if box is None else [round(v * _UNITS_PER_POINT) for v in box])
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
        boxes: list[Box | None] = []
        for i in range(0, len(flat), 4):
            x0, y0, x1, y1 = (v / _UNITS_PER_POINT for v in flat[i : i + 4])
            boxes.append(Box(x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None)
        return boxes

    def rectangles(self, start: int, end: int) -> tuple[Box, ...]:
        """Return the rectangles that cover the characters ``start`` to ``end``: one a line, more at wide gaps."""
        rows: list[list[Box]] = []
        for box in self.between(start, end):
            if box is None:
                continue
            if rows and _continues(rows[-1], box):
                rows[-1].append(box)
            else:
                rows.append([box])
        return tuple(found for row in rows if (found := union(row)) is not None)


def _continues(row: list[Box], box: Box) -> bool:
    """Tell whether a character box goes on in the same line as the boxes before it."""
    last = row[-1]
    height = max(max(b.height for b in row[-8:]), box.height)
    around = union(row[-8:])
    assert around is not None
    overlap = min(around.y1, box.y1) - max(around.y0, box.y0)
    level = overlap > -0.25 * height and abs(around.centre[1] - box.centre[1]) < 0.8 * height
    return level and -height < box.x0 - last.x1 < _GAP_IN_HEIGHTS * height
