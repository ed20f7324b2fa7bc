"""Sheets with two printed pages side by side, as imposed and scanned files have them, become the pages that they show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from corpus.geometry import UNITS_PER_POINT, Box, CharBoxes
from corpus.publication import LabelSource, PageLabel, Passage
from facsimile.sheet import Line, OutlineEntry, Sheet
from ingest.columns import cut
from ingest.labels import number_pages

_WIDE = 1.15  # heights that a sheet with two pages is wide at least; two narrow pages are 1.2
_LEAST_PAIRS = 2  # sheets that show two numbers, one after the other
_SEEN = 0.4  # share of the printed pages that show theirs; dividers and chapters' first pages do not
_OFF_CENTRE = 0.08  # of a sheet's width: scans are not laid down straight
_NARROWEST = 0.015  # of a sheet's width; two inner margins are wider
_NEAR = 2.0  # points
#: Of the numbers of two pages on one sheet, the one less trusted speaks for both.
_TRUST = (LabelSource.INFERRED, LabelSource.SEEN)


@dataclass(frozen=True, slots=True)
class Spreads:
    """The printed pages of a file with two on a sheet, numbered in order, and which sheet each of them stands on."""

    pages: tuple[Sheet, ...]
    labels: tuple[PageLabel, ...]  # of each page
    sheets: Mapping[int, int]  # index of a page -> index of its sheet
    whole: frozenset[int]  # indices of wide sheets that could not be taken apart

    def sheet_labels(self, sheets: Sequence[Sheet], corrections: Mapping[int, str]) -> tuple[PageLabel, ...]:
        """Return what is cited for a whole sheet: "46–47", or nothing where one of its pages has no number."""
        on_sheet: dict[int, list[PageLabel]] = {sheet.index: [] for sheet in sheets}
        for page, label in zip(self.pages, self.labels, strict=True):
            if page.lines:  # an empty half bears nothing that could be cited
                on_sheet[self.sheets[page.index]].append(label)
        found = []
        for sheet in sheets:
            if (text := corrections.get(sheet.index + 1)) is not None:
                found.append(PageLabel(text, LabelSource.CORRECTED) if text else PageLabel())
            else:
                found.append(PageLabel() if sheet.index in self.whole else _together(on_sheet[sheet.index]))
        return tuple(found)

    def outline(self, entries: Sequence[OutlineEntry]) -> tuple[OutlineEntry, ...]:
        """Return an outline that leads to sheets as one that leads to the first page of each."""
        first = {sheet: page for page, sheet in sorted(self.sheets.items(), reverse=True)}
        return tuple(entry if entry.page is None else replace(entry, page=first.get(entry.page)) for entry in entries)

    def on_sheets(self, passages: Sequence[Passage]) -> tuple[Passage, ...]:
        """Return passages of printed pages with the sheets of the file as their places."""
        return tuple(
            replace(passage, pieces=tuple(replace(piece, page=self.sheets[piece.page]) for piece in passage.pieces))
            for passage in passages
        )


def find_spreads(sheets: Sequence[Sheet]) -> Spreads | None:
    """Return the printed pages of a file with two on a sheet, None where each sheet is one page.

    Two columns are not enough: the left half must show its own page number, and the right half the next one.
    """
    wide = {sheet.index for sheet in sheets if sheet.width > _WIDE * sheet.height}
    if 2 * len(wide) < len(sheets) or len(wide) < _LEAST_PAIRS:
        return None
    pages: list[Sheet] = []
    on_sheet: dict[int, int] = {}
    whole: set[int] = set()
    read = {sheet.index: sheet for sheet in sheets}
    number = 0
    for index in range(max(read) + 1):
        sheet = read.get(index)
        halves = _halves(sheet) if sheet and index in wide else None
        if sheet and index in wide and not halves:
            whole.add(index)
        for place, page in enumerate(halves or ([sheet] if sheet else [])):
            pages.append(replace(page, index=number + place))
            on_sheet[number + place] = index
        number += 1 if sheet and index not in wide else 2  # a sheet that could not be read counts like most of them
    labels = number_pages(pages)
    seen = [on_sheet[p.index] for p, label in zip(pages, labels, strict=True) if label.source is LabelSource.SEEN]
    pairs = len(seen) - len(set(seen))
    if pairs < _LEAST_PAIRS or len(seen) < _SEEN * len(pages):
        return None
    return Spreads(tuple(pages), labels, on_sheet, frozenset(whole))


def _together(labels: Sequence[PageLabel]) -> PageLabel:
    if len(labels) == 1:
        return labels[0]
    if not labels or LabelSource.NONE in (label.source for label in labels):
        return PageLabel()
    return PageLabel.of_spread(labels[0].text, labels[1].text, min((label.source for label in labels), key=_TRUST.index))


def _halves(sheet: Sheet) -> list[Sheet] | None:
    """Return the left and the right page of a sheet; None where text runs across its middle."""
    middle = _gutter(sheet)
    if middle is None:
        return None
    parts = [part for line in sheet.lines for part in cut(sheet, line, middle)]
    if any(part.box.x0 < middle - _NEAR and part.box.x1 > middle + _NEAR for part in parts):
        return None
    left = [part for part in parts if part.box.centre[0] < middle]
    right = [part for part in parts if part.box.centre[0] >= middle]
    return [_page(sheet, left, 0.0, middle), _page(sheet, right, middle, sheet.width)]


def _gutter(sheet: Sheet) -> float | None:
    """Return where a sheet may be cut, in points from the left: in an empty strip at its middle."""
    middle, off = sheet.width / 2, _OFF_CENTRE * sheet.width
    edges = sheet.boxes.edges(0, len(sheet.boxes)) / UNITS_PER_POINT
    edges = edges[edges[:, 2] > edges[:, 0]]
    inside = edges[(edges[:, 2] > middle - off) & (edges[:, 0] < middle + off)]
    begins = np.sort(np.append(inside[:, 0], middle + off))
    covered = np.maximum.accumulate(np.append(middle - off, inside[np.argsort(inside[:, 0]), 2]))
    gaps = begins - covered
    widest = int(np.argmax(gaps))
    if gaps[widest] < _NARROWEST * sheet.width:
        return None
    left, right = float(covered[widest]), float(begins[widest])
    return middle if left <= middle <= right else (left + right) / 2


def _page(sheet: Sheet, lines: Sequence[Line], left: float, right: float) -> Sheet:
    """Return a part of a sheet as a page of its own; positions in its text stay those of the sheet."""
    edges = sheet.boxes.edges(0, len(sheet.boxes))
    edges[edges[:, 2] > edges[:, 0]] -= np.array([1, 0, 1, 0]) * round(left * UNITS_PER_POINT)
    moved = [replace(line, box=Box(line.box.x0 - left, line.box.y0, line.box.x1 - left, line.box.y1)) for line in lines]
    boxes = CharBoxes(edges.astype("<i4").tobytes())
    return replace(sheet, width=right - left, boxes=boxes, lines=tuple(moved))
