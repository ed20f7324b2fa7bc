"""Sheets become the places of their furniture: running heads, page numbers, cues and thumb indexes, which are no text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from corpus.geometry import union
from corpus.publication import LabelSource, PageLabel
from facsimile.sheet import Line, Sheet
from ingest.edges import line_text

_EDGE_ROWS = 4
EDGE_DEPTH = 0.17  # share of the page's height
_HEAD_SIZE = 1.1  # body sizes that a running head has at most; "Kapitel 1" on page 1 is larger
_APART = 1.0  # heights of a row between it and the text
_NAMES_A_NUMBER = re.compile(
    r"(?:tabelle|tab\.|abbildung|abb\.|übersicht|kapitel|anlage|anhang|teil|nr\.|abs\.|§)\s*#$|^#\s+[a-zäöü]"
)
_LONGEST_CUE = 40  # characters; so long is what recurs at any height, such as "Fortsetzung nächste Seite"
_LONGEST_HEAD = 110  # characters; a longer line at the edge is text


def _rows(lines: Sequence[Line]) -> list[list[int]]:
    """Group line positions into rows by vertical overlap, from top to bottom."""
    rows: list[list[int]] = []
    for i in sorted(range(len(lines)), key=lambda i: -lines[i].box.centre[1]):
        middle = lines[i].box.centre[1]
        if rows and lines[rows[-1][0]].box.y0 - 1 <= middle <= lines[rows[-1][0]].box.y1 + 1:
            rows[-1].append(i)
        else:
            rows.append([i])
    return rows


def _edge_rows(sheet: Sheet) -> dict[str, list[list[int]]]:
    """Return the rows at top and foot, each list from the edge inwards."""
    rows = _rows(sheet.lines)
    top = [r for r in rows[:_EDGE_ROWS] if sheet.lines[r[0]].box.y1 > sheet.height * (1 - EDGE_DEPTH)]
    foot = [r for r in rows[::-1][:_EDGE_ROWS] if sheet.lines[r[0]].box.y0 < sheet.height * EDGE_DEPTH]
    return {"top": top, "foot": foot}


def _placed(edge: Mapping[str, list[list[int]]]) -> Iterator[tuple[str, int]]:
    """Yield side and position of each line at the edges."""
    yield from ((side, i) for side, rows in edge.items() for row in rows for i in row)


def _key(sheet: Sheet, line: Line, label: PageLabel) -> str:
    """Return the text of a line with this page's own number masked."""
    text = line_text(sheet, line).strip().lower()
    for number in {label.text.lower(), str(sheet.index + 1)} - {""}:
        if number not in text:
            continue  # as nearly always, and each page needs a pattern of its own
        text = re.sub(rf"(?<![\w.,]){re.escape(number)}(?![\w,]|\.\d)", "#", text)
    return text


def _level(side: str, line: Line) -> tuple[str, int, int]:
    return side, round(line.box.y0 / 4), round(line.size)


def _recurring(
    sheets: Sequence[Sheet], labels: Sequence[PageLabel], edges: Sequence[Mapping[str, list[list[int]]]], least: int
) -> set[str]:
    """Return the lines that recur at the edges of pages: a long one at one height, or it is text that recurs by chance."""
    pages: Counter[str] = Counter()
    places: Counter[tuple[str, str, int]] = Counter()  # text, side and height
    for sheet, label, edge in zip(sheets, labels, edges, strict=True):
        here = {(_key(sheet, sheet.lines[i], label), *_level(side, sheet.lines[i])[:2]) for side, i in _placed(edge)}
        pages.update({key for key, _, _ in here})
        places.update(here)
    level = {key for (key, side, height), count in places.items() if count + places[key, side, height + 1] >= least}
    return {key for key, count in pages.items() if key and count >= least and (len(key) <= _LONGEST_CUE or key in level)}


def furniture(sheets: Sequence[Sheet], labels: Sequence[PageLabel], size: float) -> list[set[int]]:
    """Return the positions of the lines of each sheet that are running heads, page numbers or thumb indexes."""
    least = 3 if len(sheets) >= 8 else 2
    edges = [_edge_rows(sheet) for sheet in sheets]
    recurring = _recurring(sheets, labels, edges, least)
    heights: Counter[tuple[str, int, int]] = Counter()
    for sheet, label, edge in zip(sheets, labels, edges, strict=True):
        for side, rows in edge.items():
            lines = [sheet.lines[i] for row in rows for i in row]
            heights.update(_level(side, line) for line in lines if _key(sheet, line, label) in recurring)
    levels = {level for level, count in heights.items() if count >= max(least, len(sheets) * 0.04)}
    return [
        _page_furniture(sheet, label, edge, recurring, levels, size) | _thumb_index(sheet, len(sheets))
        for sheet, label, edge in zip(sheets, labels, edges, strict=True)
    ]


def _page_furniture(
    sheet: Sheet,
    label: PageLabel,
    edge: dict[str, list[list[int]]],
    recurring: set[str],
    levels: set[tuple[str, int, int]],
    size: float,
) -> set[int]:
    """Go from each edge inwards and stop at the first row that is text."""
    gone: set[int] = set()
    alone = any(_key(sheet, sheet.lines[i], label) == "#" for rows in edge.values() for row in rows for i in row if len(row) == 1)
    for side, rows in edge.items():
        for place, row in enumerate(rows):
            if place and any(sheet.lines[i].size > size * _HEAD_SIZE for i in row):
                break  # below the running head large letters begin a section, even if others are called the same: "Präambel"
            if not all(_is_furniture(sheet, sheet.lines[i], label, side, recurring, levels) for i in row) and (
                place or alone or not _bears_own_number(sheet, row, label, size)
            ):
                break
            gone.update(row)
    return gone


def _bears_own_number(sheet: Sheet, row: Sequence[int], label: PageLabel, size: float) -> bool:
    """Tell whether an outermost row apart from the text begins or ends in the page's own number: the head of a short chapter."""
    if label.source is not LabelSource.SEEN:
        return False
    lines = sorted((sheet.lines[i] for i in row), key=lambda line: line.box.x0)
    text = " ".join(_key(sheet, line, label).strip() for line in lines)
    if lines[0].size > size * _HEAD_SIZE or len(text) >= _LONGEST_HEAD or not re.search(r"^#\s|\s#$|^#$", text):
        return False
    if _NAMES_A_NUMBER.search(text):
        return False
    here = union(line.box for line in lines)
    others = [line.box for i, line in enumerate(sheet.lines) if i not in row]
    assert here is not None
    gap = min((max(here.y0 - box.y1, box.y0 - here.y1) for box in others), default=0.0)
    return gap > _APART * here.height


def _is_furniture(
    sheet: Sheet, line: Line, label: PageLabel, side: str, recurring: set[str], levels: set[tuple[str, int, int]]
) -> bool:
    key = _key(sheet, line, label)
    if key in recurring or re.sub(r"[\W_]", "", key) == "":
        return True
    if len(key) >= _LONGEST_HEAD or re.search(r"[.!?:,;][“”\"»«)]*$", key):
        return False  # at the height of a running head, but a sentence
    _, height, size = _level(side, line)
    return any((side, height + d, size) in levels for d in (-1, 0, 1))


def _thumb_index(sheet: Sheet, pages: int) -> set[int]:
    """Return turned text and lone numbers in the outer margins, as thumb indexes are set."""
    if pages <= 20:
        return set()
    return {
        i
        for i, line in enumerate(sheet.lines)
        if (not line.upright and line.end - line.start < 60 and _in_margin(sheet, line, 0.12))
        or (_in_margin(sheet, line, 0.06) and re.fullmatch(r"\s*\d{1,3}\s*", line_text(sheet, line)))
    }


def _in_margin(sheet: Sheet, line: Line, share: float) -> bool:
    return line.box.x1 < sheet.width * share or line.box.x0 > sheet.width * (1 - share)
