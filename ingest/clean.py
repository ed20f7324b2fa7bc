"""Sheets become the lines of the running text and of the footnotes; running heads and page numbers fall away."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from corpus.geometry import UNITS_PER_POINT
from corpus.publication import PageLabel
from facsimile.sheet import Line, Sheet
from ingest.columns import ordered
from ingest.edges import line_text
from ingest.furniture import furniture

NOTE_SIZE = 0.93  # share of the body size that a footnote has at most
_LEADER = re.compile(r"(?:\.\s?){4,}\s*\w{1,5}\s*$")  # the entries of a table of contents begin with numbers too
_LEAST_LEADERS = 2
_TAIL = 100  # characters
_ENDING = 110  # characters at the end of a note, an address among them
_RAISED = 0.1  # type sizes from the foot of the other letters to that of a note's number
_MOST_RAISED = 0.75  # type sizes; what stands higher belongs to the line above
_FRACTION = 0.6  # type sizes between the figures of a fraction
_RIGHT_BEHIND = 0.3  # type sizes
_BEARS_A_NOTE = re.compile(r"[^\W\d_]{3}$|[.,;:!?)“”\"»«’]$")
_NUMBERS = re.compile(r"\d{1,3}(?:\s\d{1,3})*")
_NOTE_GAP = 0.8  # type sizes between text and notes, where both are small
_NOTE_REGION = 0.6  # footnotes begin below this share of the page's height
NOTE_START = re.compile(r"\s*(\d{1,3}|[*†])\s*[^\d\s.,%]")  # how a note begins
_DOTTED = re.compile(r"\s*(\d{1,3})[.)]\s+[^\d\s.,%]")  # ... in files that have none of these; lists begin so too
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
    kept = [
        [line for i, line in enumerate(sheet.lines) if i not in gone and line_text(sheet, line).strip()]
        for sheet, gone in zip(sheets, furniture(sheets, labels, size), strict=True)
    ]
    found = _separated(sheets, kept, size, NOTE_START)
    if not found.notes and _may_be_dotted(sheets, kept, size):
        found = _separated(sheets, kept, size, _DOTTED)
    return found


def _may_be_dotted(sheets: Sequence[Sheet], kept: Sequence[Sequence[Line]], size: float) -> bool:
    """Tell whether a file has note marks, and small lines that begin as notes do whose numbers have a full stop."""
    if not any(line.marks for lines in kept for line in lines):
        return False
    small = ((sheet, n) for sheet, lines in zip(sheets, kept, strict=True) for n in lines if 0 < n.size <= size * NOTE_SIZE)
    return any(_DOTTED.match(line_text(sheet, line)) for sheet, line in small)


def note_number(text: str) -> str:
    """Return the number or sign that a note begins with, an empty string where there is none."""
    match = NOTE_START.match(text) or _DOTTED.match(text)
    return match[1] if match else ""


def _separated(sheets: Sequence[Sheet], kept: Sequence[Sequence[Line]], size: float, start: re.Pattern[str]) -> CleanText:
    """Separate running text and footnotes, which begin as ``start`` says, of the lines that are ``kept`` of each sheet."""
    body: list[TextLine] = []
    notes: list[tuple[TextLine, ...]] = []
    for sheet, lines in zip(sheets, kept, strict=True):
        last_note = notes[-1] if notes and notes[-1][-1].sheet.index == sheet.index - 1 else None
        last = start.match(notes[-1][0].text) if notes else None
        foot = _footnote_lines(sheet, lines, size, last_note, start, _next(last))
        marks = _StrayMarks(sheet, size)
        text = [line for line in lines if not (foot and line in foot) and not marks.include(line)]
        body += [TextLine(sheet, placed.line, placed.row) for placed in ordered(sheet, text)]
        found = _split_notes([TextLine(sheet, line) for line in sorted(foot, key=lambda n: (-n.box.y0, n.box.x0))], start)
        if found and not start.match(found[0][0].text):
            if last_note:
                notes[-1] += found.pop(0)
            else:  # never a note without its number
                body += found.pop(0)
        notes += found
    return CleanText(tuple(body), tuple(notes), size)


def _next(start: re.Match[str] | None) -> str:
    """Return the number that follows that of a note, an empty string where it has none."""
    return str(int(start[1]) + 1) if start and start[1].isdigit() else ""


def body_size(sheets: Sequence[Sheet]) -> float:
    """Return the type size, in points, in which most characters are set."""
    counts: Counter[float] = Counter()
    for sheet in sheets:
        for line in sheet.lines:
            counts[round(line.size * 2) / 2] += line.end - line.start
    return counts.most_common(1)[0][0] if counts else 0.0


def _is_open(last: TextLine) -> bool:
    """Tell whether a note goes on after its last line on a page."""
    return last.line.hyphenated or not re.search(r"[.!?:)\]”“\"»«/]\s*$|\d\s*$|(?:https?:|www\.)\S+\s*$", last.text[-_ENDING:])


def _footnote_lines(
    sheet: Sheet,
    lines: Sequence[Line],
    size: float,
    last_note: Sequence[TextLine] | None,
    start: re.Pattern[str],
    following: str,
) -> set[Line]:
    """Return the block of small lines at the foot that begins with a number or a sign.

    Its first number stands raised in the text, or it begins where the type gets smaller or below a gap, and where it may be
    that of a list with the number ``following`` the last note's; a page set in small type throughout has none.
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
    if larger and last_note and _is_set_alike(last_note[-1].line, block[0]) and _goes_on(last_note, sheet, block, start):
        return set(block)
    marks = {sheet.characters[first:end].strip() for line in lines for first, end in line.marks}
    for position, line in enumerate(block):
        match = start.match(text := line_text(sheet, line))
        if not match or _NOT_A_NOTE.match(text):
            continue
        below_gap = position and block[position - 1].box.y0 - line.box.y1 > _NOTE_GAP * line.size
        is_set_apart = below_gap or (larger and not position)
        if match[1] in marks or (is_set_apart and (start is NOTE_START or match[1] == following)):
            return set(block[position:])
    return set()


def _goes_on(note: Sequence[TextLine], sheet: Sheet, block: Sequence[Line], start: re.Pattern[str]) -> bool:
    """Tell whether a block at the foot begins with the rest of a note from the page before: that is open, or the next follows."""
    if start.match(line_text(sheet, block[0])):
        return False
    following = _next(start.match(note[0].text))
    begins = (start.match(line_text(sheet, line)) for line in block)
    return _is_open(note[-1]) or any(match[1] == following for match in begins if match)


def _is_set_alike(one: Line, other: Line) -> bool:
    return abs(one.size - other.size) < 0.3 and abs(one.box.x0 - other.box.x0) < 2 * one.size


def _split_notes(lines: Sequence[TextLine], start: re.Pattern[str]) -> list[tuple[TextLine, ...]]:
    """Group the lines of a note block into notes: each begins with its number, counting upwards.

    Where numbers are raised, one that is not begins a note only if it is the next one.
    """
    notes: list[list[TextLine]] = []
    last = -math.inf
    raised = {match[1] for item in lines if (match := start.match(item.text)) and _begins_raised(item)}
    for item in lines:
        match = start.match(item.text)
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
