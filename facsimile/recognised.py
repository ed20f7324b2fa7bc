"""Recognised words become a sheet like any other: characters with a box each, printed lines with type sizes.

A recognised word has one box; each of its characters gets an even share of it, which is near enough for marks and for reading.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from statistics import median

import numpy as np

from corpus.characters import LINE_END_HYPHENS
from corpus.geometry import UNITS_PER_POINT, Box, CharBoxes
from corpus.publication import Recognition
from facsimile.mending import mended
from facsimile.scan import Seen
from facsimile.sheet import Line, Sheet
from facsimile.tesseract import Word, mean_confidence

#: Below, a word is doubtful.
DOUBTFUL = 80
_SENSE = 50  # confidence that one word of a line must reach for it to be print, and not specks, a stamp or handwriting
_GAP = 1.0  # type sizes, as in the reader
_ALIKE = 0.08, 0.14  # shares below and above by which type sizes that are the same may be measured to differ
# Heights in type sizes, means of common text fonts: of letters with and without something above and below the small ones.
_TALL, _SMALL, _DEEP = 0.70, 0.47, 0.22
_UPPER = re.compile(r"[A-ZÄÖÜÀ-Þbdfhklßäöüij0-9!?§&%/()]")
_LOWER = re.compile(r"[gjpqyQ,;()/§]")
_LETTER = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class _Row:
    """A line's words in points, on the sheet as it stands upright; ``turned`` by how many quarters it runs otherwise."""

    words: tuple[tuple[str, int, Box], ...]  # text, confidence, where
    paragraph: int
    turned: int

    @property
    def box(self) -> Box:
        boxes = [box for _, _, box in self.words]
        return Box(min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes))


def recognised(sheet: Sheet, seen: Seen, engine: str, file: str) -> Sheet | None:
    """Return a sheet with what was seen in its picture instead of its own text; None where nothing makes sense.

    A page that lies on its side becomes a sheet that stands upright; ``as_shown`` turns it back.
    """
    lines = [words for words in _lines(seen.words) if any(w.confidence >= _SENSE and _has_sense(w.text) for w in words)]
    if not lines:
        return None
    turned = _direction([pair for words in lines for pair in pairwise(words)])
    scale = sheet.width / seen.width, sheet.height / seen.height
    width, height = (sheet.height, sheet.width) if turned % 2 else (sheet.width, sheet.height)
    rows = [_row(words, turned, sheet, scale) for words in lines]
    sizes = _sizes(rows)
    characters, boxes, places, doubtful = _set(rows)
    characters, mends = mended(characters)
    printed = tuple(_line(row, start, end, size, characters) for row, (start, end), size in zip(rows, places, sizes, strict=True))
    confidence = mean_confidence([word for words in lines for word in words])
    return Sheet(
        sheet.index, width, height, characters, boxes, printed, sheet.pictured,
        Recognition(engine, file, confidence, doubtful, mends), turned,
    )  # fmt: skip


def as_shown(sheet: Sheet) -> Sheet:
    """Return a sheet that was turned upright as the file shows it; its lines stay as they are read."""
    if not sheet.turned:
        return sheet
    edges = sheet.boxes.edges(0, len(sheet.boxes))
    has_ink = edges[:, 2:3] > edges[:, :1]
    width, height = (round(size * UNITS_PER_POINT) for size in (sheet.width, sheet.height))
    for _ in range(4 - sheet.turned):
        x0, y0, x1, y1 = edges.T
        edges = np.stack([y0, width - x1, y1, width - x0], axis=1)  # a quarter clockwise
        width, height = height, width
    boxes = CharBoxes(np.where(has_ink, edges, 0).astype("<i4").tobytes())
    width_shown, height_shown = (sheet.height, sheet.width) if sheet.turned % 2 else (sheet.width, sheet.height)
    return replace(sheet, width=width_shown, height=height_shown, boxes=boxes, turned=0)


def _has_sense(text: str) -> bool:
    return len(_LETTER.findall(text)) >= 2 or text.isdigit()


def _lines(words: Sequence[Word]) -> Iterator[list[Word]]:
    """Yield the words line by line, without rules and specks that were taken for signs."""
    for _, line in groupby(words, key=lambda word: word.line):
        kept = [word for word in line if word.confidence >= _SENSE or _LETTER.search(word.text)]
        if kept:
            yield kept


def _direction(pairs: Sequence[tuple[Word, Word]]) -> int:
    """Return by how many quarters clockwise a picture must be turned for its words to follow each other rightwards."""
    counts: Counter[int] = Counter()
    for one, other in pairs:
        across = (other.left + other.right) - (one.left + one.right)
        down = (other.top + other.bottom) - (one.top + one.bottom)
        if abs(across) > abs(down):
            counts[0 if across > 0 else 2] += 1
        else:
            counts[3 if down > 0 else 1] += 1
    return counts.most_common(1)[0][0] if counts else 0


def _row(words: Sequence[Word], turned: int, sheet: Sheet, scale: tuple[float, float]) -> _Row:
    """Return a line in points on the sheet turned upright."""
    own = _direction(list(pairwise(words)))
    if len(words) == 1:  # a word by itself tells no direction but by its shape
        word = words[0]
        stands = word.bottom - word.top > 1.5 * (word.right - word.left) and len(word.text) > 2
        own = turned if stands == bool(turned % 2) else (turned + 1) % 4
    placed = []
    for word in words:
        x0, x1 = word.left * scale[0], word.right * scale[0]
        y0, y1 = sheet.height - word.bottom * scale[1], sheet.height - word.top * scale[1]
        placed.append((word.text, word.confidence, _turned(Box(x0, y0, x1, y1), turned, sheet.width, sheet.height)))
    return _Row(tuple(_apart(placed)), words[0].paragraph, (own - turned) % 4)


def _turned(box: Box, quarters: int, width: float, height: float) -> Box:
    """Return a box on a page that was turned clockwise."""
    for _ in range(quarters):
        box = Box(box.y0, width - box.x1, box.y1, width - box.x0)
        width, height = height, width
    return box


def _apart(words: list[tuple[str, int, Box]]) -> Iterator[tuple[str, int, Box]]:
    """Yield words with boxes that overlap a little sideways cut where they meet, so that each character is in its own only."""
    left = None
    for (text, confidence, box), (_, _, following) in pairwise([*words, words[-1]]):
        x0 = box.x0 if left is None else left
        overlaps = box.x0 < following.x0 < box.x1 < following.x1
        left = (following.x0 + box.x1) / 2 if overlaps else None
        yield text, confidence, Box(x0, box.y0, left if left is not None else box.x1, box.y1)


def _set(rows: Sequence[_Row]) -> tuple[str, CharBoxes, list[tuple[int, int]], tuple[tuple[int, int], ...]]:
    """Return the characters of all lines with their boxes, where each line begins and ends, and the doubtful words."""
    parts: list[str] = []
    boxes: list[Box | None] = []
    places: list[tuple[int, int]] = []
    doubtful: list[tuple[int, int]] = []
    for row in rows:
        start = len(boxes)
        for number, (text, confidence, box) in enumerate(row.words):
            if number:
                parts.append(" ")
                boxes.append(None)
            if confidence < DOUBTFUL:
                doubtful.append((len(boxes), len(boxes) + len(text)))
            parts.append(text)
            boxes += _shares(box, len(text), row.turned)
        places.append((start, len(boxes)))
        parts.append("\r\n")
        boxes += [None, None]
    return "".join(parts), CharBoxes.of(boxes), places, tuple(doubtful)


def _shares(box: Box, count: int, turned: int) -> Iterator[Box]:
    """Yield an even share of a word's box for each of its characters, in the direction in which it is read."""
    x0, y0, x1, y1 = box
    least = 1 / UNITS_PER_POINT
    for k in range(count):
        first, last = k / count, (k + 1) / count
        if turned in (2, 3):  # leftwards, or downwards
            first, last = 1 - last, 1 - first
        if turned % 2:
            low = y0 + (y1 - y0) * first
            yield Box(x0, low, max(x1, x0 + least), max(y0 + (y1 - y0) * last, low + least))
        else:
            low = x0 + (x1 - x0) * first
            yield Box(low, y0, max(x0 + (x1 - x0) * last, low + least), max(y1, y0 + least))


def _line(row: _Row, start: int, end: int, size: float, characters: str) -> Line:
    text = characters[start:end]
    gaps, at = [], start
    for (word, _, box), (_, _, following) in pairwise(row.words):
        at += len(word) + 1
        if not row.turned and following.x0 - box.x1 > _GAP * size:
            gaps.append(at)
    hyphenated = len(text) > 1 and text[-1] in LINE_END_HYPHENS and not text[-2].isspace()
    return Line(start, end, row.box, size, False, row.turned == 0, hyphenated, gaps=tuple(gaps))


def _sizes(rows: Sequence[_Row]) -> list[float]:
    """Return the type size of each line in points: measured by its words, evened out within paragraphs and running text."""
    measured = [_size(row) for row in rows]
    by_paragraph: dict[int, list[float]] = {}
    for row, size in zip(rows, measured, strict=True):
        by_paragraph.setdefault(row.paragraph, []).append(size)
    evened = [_evened(size, median(by_paragraph[row.paragraph])) for row, size in zip(rows, measured, strict=True)]
    lengths: Counter[float] = Counter()
    for row, size in zip(rows, evened, strict=True):
        lengths[round(size * 2) / 2] += sum(len(text) for text, _, _ in row.words)
    usual = lengths.most_common(1)[0][0]
    return [round(_evened(size, usual), 1) for size in evened]


def _evened(size: float, usual: float) -> float:
    return usual if (1 - _ALIKE[0]) * usual <= size <= (1 + _ALIKE[1]) * usual else size


def _size(row: _Row) -> float:
    """Return a line's type size by the heights of its words and what their letters have above and below the small ones."""
    sure: list[float] = []
    rough: list[float] = []
    for text, _, box in row.words:
        if not _LETTER.search(text):
            continue
        is_tall = bool(_UPPER.search(text))
        height = (_TALL if is_tall else _SMALL) + (_DEEP if _LOWER.search(text) else 0.0)
        extent = box.x1 - box.x0 if row.turned % 2 else box.height
        (sure if is_tall else rough).append(extent / height)
    return median(sure or rough or [row.box.height])
