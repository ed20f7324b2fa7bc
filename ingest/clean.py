"""Sheets become the lines of the running text and of the footnotes; running heads and page numbers fall away."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from corpus.geometry import UNITS_PER_POINT, union
from corpus.publication import LabelSource, PageLabel
from facsimile.sheet import Line, Sheet
from ingest.columns import ordered
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
NOTE_SIZE = 0.93  # share of the body size that a footnote has at most
_LEADER = re.compile(r"(?:\.\s?){4,}\s*\w{1,5}\s*$")  # the entries of a table of contents begin with numbers too
_LEAST_LEADERS = 2
_TAIL = 100  # characters
_RAISED = 0.1  # type sizes from the foot of the other letters to that of a note's number
_MOST_RAISED = 0.75  # type sizes; what stands higher belongs to the line above
_FRACTION = 0.6  # type sizes between the figures of a fraction
_RIGHT_BEHIND = 0.3  # type sizes
_BEARS_A_NOTE = re.compile(r"[^\W\d_]{3}$|[.,;:!?)“”\"»«’]$")
_NUMBERS = re.compile(r"\d{1,3}(?:\s\d{1,3})*")
_NOTE_GAP = 0.8  # type sizes between text and notes, where both are small
_NOTE_REGION = 0.6  # footnotes begin below this share of the page's height
NOTE_START = re.compile(r"\s*(\d{1,3}|[*†])\s*[^\d\s.,%]")
_NOT_A_NOTE = re.compile(r"\s*\d+\s*(%|Prozent|Euro|Mio|Mrd)")


@dataclass(frozen=True)
class TextLine:
    """A line of the running text or of a note, with the sheet that it stands on."""

    sheet: Sheet
    line: Line
    row: int = 0  # of a table on its page, from 1; 0 for running text

    @cached_property
    def text(self) -> str:
        """The line as it reads."""
        return line_text(self.sheet, self.line)


@dataclass(frozen=True, slots=True)
class CleanText:
    """The lines that are read: body in reading order, footnotes apart, and the type size of the body."""

    body: tuple[TextLine, ...]
    notes: tuple[tuple[TextLine, ...], ...]  # one tuple of lines a footnote
    body_size: float


def gap_between(before: TextLine, item: TextLine) -> float:
    """Return how far two lines are apart that are one in print, in type sizes; infinity for all others.

    pdfium ends lines before and behind raised and lowered letters.
    """
    left, right = before.line.box, item.line.box
    if before.sheet is not item.sheet or min(left.y1, right.y1) <= max(left.y0, right.y0):
        return math.inf
    return abs(right.x0 - left.x1) / max(before.line.size, item.line.size, 1.0)


def clean(sheets: Sequence[Sheet], labels: Sequence[PageLabel]) -> CleanText:
    """Separate running text, footnotes and furniture; ``labels`` run parallel to ``sheets``."""
    size = body_size(sheets)
    furniture = _furniture(sheets, labels, size)
    body: list[TextLine] = []
    notes: list[tuple[TextLine, ...]] = []
    for sheet, gone in zip(sheets, furniture, strict=True):
        kept = [line for i, line in enumerate(sheet.lines) if i not in gone and line_text(sheet, line).strip()]
        last_note = notes[-1] if notes and notes[-1][-1].sheet.index == sheet.index - 1 else None
        foot = _footnote_lines(sheet, kept, size, last_note)
        marks = _StrayMarks(sheet, size)
        text = [line for line in kept if not (foot and line in foot) and not marks.include(line)]
        body += [TextLine(sheet, placed.line, placed.row) for placed in ordered(sheet, text)]
        found = _split_notes([TextLine(sheet, line) for line in sorted(foot, key=lambda n: (-n.box.y0, n.box.x0))])
        if found and not NOTE_START.match(found[0][0].text):
            if last_note:
                notes[-1] += found.pop(0)
            else:  # never a note without its number
                body += found.pop(0)
        notes += found
    return CleanText(tuple(body), tuple(notes), size)


def body_size(sheets: Sequence[Sheet]) -> float:
    """Return the type size, in points, in which most characters are set."""
    counts: Counter[float] = Counter()
    for sheet in sheets:
        for line in sheet.lines:
            counts[round(line.size * 2) / 2] += line.end - line.start
    return counts.most_common(1)[0][0] if counts else 0.0


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


def _furniture(sheets: Sequence[Sheet], labels: Sequence[PageLabel], size: float) -> list[set[int]]:
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


def _is_open(last: TextLine) -> bool:
    """Tell whether a note goes on after its last line on a page."""
    return last.line.hyphenated or not re.search(
        r"[.!?:)\]”“\"»«/]\s*$|\d\s*$|(?:https?:|www\.)\S+\s*$", last.text[-_LONGEST_HEAD:]
    )


def _footnote_lines(sheet: Sheet, lines: Sequence[Line], size: float, last_note: Sequence[TextLine] | None) -> set[Line]:
    """Return the block of small lines at the foot that begins with a number or a sign.

    Its first number stands raised in the text, or it begins where the type gets smaller or below a gap; a page set in
    small type throughout has none.
    """
    block: list[Line] = []
    above: Line | None = None
    for line in sorted(lines, key=lambda n: n.box.y0):
        if line.box.y0 > sheet.height * _NOTE_REGION or not 0 < line.size <= size * NOTE_SIZE:
            above = line
            break
        block.append(line)
    block.reverse()
    if not block or sum(bool(_LEADER.search(line_text(sheet, line)[-_TAIL:])) for line in block) >= _LEAST_LEADERS:
        return set()
    larger = above is not None and above.size * NOTE_SIZE >= block[0].size
    if larger and last_note and _is_set_alike(last_note[-1].line, block[0]) and _goes_on(last_note, sheet, block):
        return set(block)
    marks = {sheet.characters[start:end] for line in lines for start, end in line.marks}
    for position, line in enumerate(block):
        match = NOTE_START.match(text := line_text(sheet, line))
        if not match or _NOT_A_NOTE.match(text):
            continue
        below_gap = position and block[position - 1].box.y0 - line.box.y1 > _NOTE_GAP * line.size
        if match[1] in marks or below_gap or (larger and not position):
            return set(block[position:])
    return set()


def _goes_on(note: Sequence[TextLine], sheet: Sheet, block: Sequence[Line]) -> bool:
    """Tell whether a block at the foot begins with the rest of a note from the page before: that is open, or the next follows."""
    if NOTE_START.match(line_text(sheet, block[0])):
        return False
    number = NOTE_START.match(note[0].text)
    following = str(int(number[1]) + 1) if number and number[1].isdigit() else ""
    starts = (NOTE_START.match(line_text(sheet, line)) for line in block)
    return _is_open(note[-1]) or any(start[1] == following for start in starts if start)


def _is_set_alike(one: Line, other: Line) -> bool:
    return abs(one.size - other.size) < 0.3 and abs(one.box.x0 - other.box.x0) < 2 * one.size


def _split_notes(lines: Sequence[TextLine]) -> list[tuple[TextLine, ...]]:
    """Group the lines of a note block into notes: each begins with its number, counting upwards.

    Where numbers are raised, one that is not begins a note only if it is the next one.
    """
    notes: list[list[TextLine]] = []
    last = -math.inf
    raised = {match[1] for item in lines if (match := NOTE_START.match(item.text)) and _begins_raised(item)}
    for item in lines:
        match = NOTE_START.match(item.text)
        number = int(match[1]) if match and match[1].isdigit() else None
        if match and raised and not _begins_raised(item) and (number != last + 1 or match[1] in raised):
            match = number = None
        follows = last < number <= last + 3 if notes and number is not None and last > -math.inf else True
        if not notes or (match and follows):
            notes.append([item])
            last = number if number is not None else last
        else:
            notes[-1].append(item)
    return [tuple(note) for note in notes]


def _begins_raised(item: TextLine) -> bool:
    """Tell whether the first character of a line stands higher than the others."""
    edges = item.sheet.boxes.edges(item.line.start, item.line.end)
    feet = edges[edges[:, 2] > edges[:, 0], 1]
    return bool(len(feet) and feet[0] > np.median(feet) + _RAISED * item.line.size * UNITS_PER_POINT)


class _StrayMarks:
    """Tells lines that are nothing but raised note numbers, which pdfium put on lines of their own beside their words.

    Parts of a fraction are none: they stand over or under each other, or lower than note numbers do; nor are powers, which
    stand behind figures, brackets and single letters.
    """

    def __init__(self, sheet: Sheet, size: float) -> None:
        self._sheet = sheet
        self._size = size
        self._feet: dict[int, float] = {}

    @cached_property
    def _before(self) -> dict[int, Line]:
        return {line.start: before for before, line in pairwise(self._sheet.lines)}

    @cached_property
    def _behind(self) -> dict[int, Line]:
        return {line.start: behind for line, behind in pairwise(self._sheet.lines)}

    @cached_property
    def _figures(self) -> list[Line]:
        return [line for line in self._sheet.lines if _NUMBERS.fullmatch(line_text(self._sheet, line).strip())]

    def include(self, line: Line) -> bool:
        """Tell whether a line is one of them."""
        if line.size > self._size * 0.8 or not _NUMBERS.fullmatch(line_text(self._sheet, line).strip()):
            return False
        if (
            self._is_power(line)
            or self._stands_over_the_next(line)
            or any(_is_over_or_under(line, other) for other in self._figures)
        ):
            return False
        return any(self._is_raised(line, other) for other in self._sheet.lines if other.size * 0.8 >= line.size)

    def _is_power(self, line: Line) -> bool:
        before = self._before.get(line.start)
        if before is None or gap_between(TextLine(self._sheet, before), TextLine(self._sheet, line)) > _RIGHT_BEHIND:
            return False
        return not _BEARS_A_NOTE.search(line_text(self._sheet, before).rstrip()[-_TAIL:])

    def _stands_over_the_next(self, line: Line) -> bool:
        """Tell whether the line behind it begins under it, with the other figure of a fraction."""
        behind = self._behind.get(line.start)
        first = self._sheet.boxes.around(behind.start, behind.start + 1) if behind else None
        return first is not None and first.y1 < line.box.y1 and min(first.x1, line.box.x1) > max(first.x0, line.box.x0)

    def _is_raised(self, line: Line, other: Line) -> bool:
        if not other.box.y0 - other.size < line.box.y0 < other.box.y1 + line.size:
            return False
        return _RAISED < (line.box.y0 - self._foot(other)) / other.size < _MOST_RAISED

    def _foot(self, line: Line) -> float:
        """Return where most letters of a line stand, in points."""
        if line.start not in self._feet:
            edges = self._sheet.boxes.edges(line.start, line.end)
            feet = edges[edges[:, 2] > edges[:, 0], 1]
            self._feet[line.start] = float(np.median(feet)) / UNITS_PER_POINT if len(feet) else line.box.y0
        return self._feet[line.start]


def _is_over_or_under(one: Line, other: Line) -> bool:
    apart = max(one.box.y0 - other.box.y1, other.box.y0 - one.box.y1)
    return one is not other and apart < _FRACTION * one.size and min(one.box.x1, other.box.x1) > max(one.box.x0, other.box.x0)
