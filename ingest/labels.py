"""The printed number of each page: detected in heads and feet, declared by the file, corrected by the operator."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from corpus.characters import readable
from corpus.publication import LabelSource, PageLabel
from facsimile.sheet import Line, Sheet
from ingest.clean import NOTE_SIZE, NOTE_START, body_size
from ingest.edges import digits_masked, edge_lines, line_text

# Measured over 1,862 pages of 28 German files: with these costs no number seen by eye came out wrong.
_CHANGE = 4.5  # cost of another numbering or offset
_GAP = 0.45  # cost of a page without its number
_MAX_NUMBERINGS = 40
_MAX_NUMBER = 2_000
_HEADING = 1.13  # a heading's type size, in body sizes
_LONGEST_FOOT = 6  # words of a running foot that begins with the page number; a longer small line is a footnote
_LONGEST_HEAD = 200  # characters
_NUMERAL = 2.5  # type size, in body sizes, from which a lone number is an ornament: "10 Tipps", one a page
_FIRST_YEAR = 1_500  # a number from here on is a year, unless so many pages lie before it
_MOST_NUMBERS = 2  # in a line that begins or ends in the page number; more are a row of figures
_ALIGNED = 4.0  # points between the edges of what stands in one column
_EVEN = 1.3  # largest of three distances in a list, in the smallest; a page number stands farther off
_LEAST_ROW = 3  # figures side by side that are a row of a table
_LEAST_EVIDENCE = 4.0  # a numbering supported by less than two pages is chance

_ALONE = re.compile(r"[-–—•|·\[(/<‹«»›~_: ]*(\d{1,4})[-–—•|·\])/>‹«»›~_: ]*")
_ALONE_ROMAN = re.compile(r"[-–— ]*([ivxlc]{1,7}|[IVXLC]{1,7})[-–— ]*")
_PLAIN = re.compile(r"(?<![\w.,/])(?<!\d[:–-])(\d{1,4})(?![\w/]|[.,:–-]\d)")
_NAMED = re.compile(
    r"(?i)(?:(?:^|[\t|•·–—-])\s*(?:seite|s\.|bl\.|(?:blatt|folie|page)(?!\d))|\sseite)\s*[-–—:|]?\s*(\d{1,4})\b(?![.,:]\d)"
)
_DASHED = re.compile(r"[–—-]\s(\d{1,4})\s[–—-]")
_COUNTED = re.compile(r"(?<![\w.,:/-])(\d{1,4})\s?(?:/|von|of)\s?(\d{1,4})(?![\w/-]|[.,:]\d)")
_FIRST = re.compile(r"^(\d{1,4})(?=\s|[|•·])(?!\s*\.)")
_LAST = re.compile(r"(?<=[\s|•·])(\d{1,4})$")
_FIGURE = r"[\d.,:/]*\d\s?[%€]?"
_BEGINS_IN_FIGURE = re.compile(rf"{_FIGURE}(?!\S)")
_ENDS_IN_FIGURE = re.compile(rf"(?<!\S){_FIGURE}$")
_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
_ROW_OF_FIGURES = re.compile(rf"(?:^|\s){_FIGURE}(?:\s+{_FIGURE}){{2}}(?!\S)")
_MONTHS = "jan(uar)?|feb(ruar)?|märz|apr(il)?|mai|juni?|juli?|aug(ust)?|sept?(ember)?|okt(ober)?|nov(ember)?|dez(ember)?"
# what has numbers of its own: "Kapitel 3", "12. März", "um 14"
_OWNER = re.compile(
    r"(?i)(?:\b(?:(?:teil|unter)?kapitel|kap|abschnitt|teil|anhang|anlage|artikel|art|absatz|abs|nummer|nr|ziffer|tabelle|tab|schaubild|"
    r"abbildung|abb|übersicht|grafik|bild|karte|band|bd|heft|ausgabe|jahrgang|jg|auflage|version|stand|drucksache|drs|modul|baustein|"
    r"(?:fall|praxis)?beispiel|fall|(?:merk|arbeits|info)blatt|aufgabe|übung|lektion|frage|schritt|phase|station|tag|woche|zeile|rn|rdnr|"
    rf"tel|telefon|fax|von|of|um|eur|v|{_MONTHS})\b[.:]?|[€§©+#]) ?$"
)
_UNIT = re.compile(
    rf"(?i)\s?(?:[%€°²³]|(?:euro?|prozent|uhr|mio|mrd|millionen|milliarden|kg|km|cm|mm|min|std|ff?|{_MONTHS})\b|\.\s?\w)"
)
# a reference to another page, or the name of the printer's file
_ELSEWHERE = re.compile(r"(?i)\b(?:ebd|ebenda|vgl|a\.\s?a\.\s?o|siehe|(?:auf|ab|bis|und) seite)\b|\.(?:indd|qxd|docx?)\b")


class Numbering(NamedTuple):
    """A way to count: ``style`` "1", "i" or "I", and what must be added to the page index."""

    style: str
    offset: int


class _Candidate(NamedTuple):
    numbering: Numbering
    weight: float


@dataclass(frozen=True, slots=True)
class _Found:
    text: str
    seen: bool


def number_pages(
    sheets: Sequence[Sheet], declared: Sequence[str] = (), corrections: Mapping[int, str] | None = None
) -> tuple[PageLabel, ...]:
    """Return the label of each sheet.

    ``declared`` are the file's own labels (empty if it has none), ``corrections`` map PDF pages (from 1) to numbers.
    Trust falls in the order corrected, seen, declared, inferred.
    """
    edges = [edge_lines(sheet) for sheet in sheets]
    recurring, size = _running_heads(sheets, edges), body_size(sheets)
    # a page that could not be read has no sheet, but it counts
    candidates: list[list[_Candidate]] = [[] for _ in range(max((sheet.index for sheet in sheets), default=-1) + 1)]
    for sheet, lines in zip(sheets, edges, strict=True):
        candidates[sheet.index] = _candidates(sheet, lines, recurring, size)
    path = _best_path(candidates)
    labels: list[PageLabel] = []
    for sheet in sheets:
        on_page = {_text(c.numbering, sheet.index) for c in candidates[sheet.index]}
        file_label = declared[sheet.index] if sheet.index < len(declared) else ""
        found = path[sheet.index]
        if corrections and sheet.index + 1 in corrections:
            text = corrections[sheet.index + 1]
            labels.append(PageLabel(text, LabelSource.CORRECTED) if text else PageLabel())
        elif found and found.seen:
            labels.append(PageLabel(found.text, LabelSource.SEEN))
        elif file_label and file_label in on_page:
            labels.append(PageLabel(file_label, LabelSource.SEEN))
        elif file_label:
            labels.append(PageLabel(file_label, LabelSource.DECLARED))
        elif found:
            labels.append(PageLabel(found.text, LabelSource.INFERRED))
        else:
            labels.append(PageLabel())
    return tuple(labels)


def _running_heads(sheets: Sequence[Sheet], edges: Sequence[Sequence[Line]]) -> frozenset[str]:
    """Return edge lines that recur on three pages or more with other numbers in them ("Handbuch | 29")."""
    counts: Counter[str] = Counter()
    for sheet, lines in zip(sheets, edges, strict=True):
        counts.update({digits_masked(line_text(sheet, line)) for line in lines})
    return frozenset(t for t, n in counts.items() if n >= 3 and "#" in t and re.search(r"[a-zäöü]{3}", t))


def _candidates(sheet: Sheet, edges: Sequence[Line], recurring: frozenset[str], size: float) -> list[_Candidate]:
    """Return the numberings under which a number in the sheet's head or foot, its lines ``edges``, would be its own.

    ``size`` is the type size of the body: larger lines are headings, smaller ones at the foot may be footnotes.
    """
    best: dict[Numbering, float] = {}
    lists, notes = _Lists(sheet), _notes(sheet, edges, size)
    for line in edges:
        text, recurs = _spaced(sheet, line), digits_masked(line_text(sheet, line)) in recurring
        words = len(text.split())
        if len(text) > _LONGEST_HEAD or line.size >= (_HEADING if words > 1 else _NUMERAL) * size:
            continue
        if words > 1 and _starts_note(sheet, line, size) and (words > _LONGEST_FOOT or (line.start in notes and not recurs)):
            continue
        for style, value, weight in _numbers(text, recurs, lists.begins_with_one(line), lists.ends_in_one(line)):
            is_year = value >= _FIRST_YEAR and value - sheet.index > _FIRST_YEAR / 2
            if 0 < value < _MAX_NUMBER and not is_year:
                numbering = Numbering(style, value - sheet.index)
                best[numbering] = max(best.get(numbering, 0.0), weight)
    return [_Candidate(numbering, weight) for numbering, weight in best.items()]


def _spaced(sheet: Sheet, line: Line) -> str:
    """Return a line as it reads, with a tab for each gap wider than between words."""
    places = [line.start, *(gap for gap in line.gaps if line.start < gap < line.end), line.end]
    return "\t".join(part for start, end in pairwise(places) if (part := readable(sheet.characters[start:end]).strip()))


def _starts_note(sheet: Sheet, line: Line, size: float) -> int:
    """Return the number of what may be a footnote, else 0."""
    if line.size > NOTE_SIZE * size or line.box.y0 >= sheet.height / 2:
        return 0
    match = NOTE_START.match(line_text(sheet, line))
    return int(match[1]) if match and match[1].isdigit() else 0


def _notes(sheet: Sheet, edges: Sequence[Line], size: float) -> set[int]:
    """Return where footnotes start that are sure to be some: their number stands raised in the text, or the next does below."""
    numbers = {line.start: number for line in edges if (number := _starts_note(sheet, line, size))}
    known = {sheet.characters[start:end] for line in sheet.lines for start, end in line.marks}
    known |= {str(number + step) for number in numbers.values() for step in (-1, 1)}
    return {start for start, number in numbers.items() if str(number) in known}


def _numbers(text: str, recurs: bool, begins_in_list: bool, ends_in_list: bool) -> Iterator[tuple[str, int, float]]:
    """Yield (style, value, weight) for what may be a page number in one line.

    ``recurs`` tells that it is a running head or foot, the others that its first or last number is one of a list.
    """
    if match := _ALONE.fullmatch(text):
        if not begins_in_list and not ends_in_list:
            yield "1", int(match[1]), 3.0
        return
    if match := _ALONE_ROMAN.fullmatch(text):
        yield from _roman(match[1], 3.0)
        return
    if _ELSEWHERE.search(text) or _ROW_OF_FIGURES.search(text):
        return
    counted = _COUNTED.finditer(text) if recurs else filter(None, [_COUNTED.fullmatch(text)])
    found = [(match, 2.5) for match in counted if _counts(match)]
    found += [(match, 2.5) for pattern in (_NAMED, _DASHED) if (match := pattern.search(text))]
    found += [(match, 2.2) for match in _PLAIN.finditer(text) if recurs]
    if len(_NUMBER.findall(text)) <= _MOST_NUMBERS:
        found += [(match, 1.5) for pattern in (_FIRST, _LAST) if (match := pattern.search(text))]
    for match, weight in found:
        in_list = (begins_in_list and match.start(1) == 0) or (ends_in_list and match.end(1) == len(text))
        if not in_list and not _OWNER.search(text, 0, match.start(1)) and not _UNIT.match(text, match.end(1)):
            yield "1", int(match[1]), weight
    if match := re.match(r"([ivxlc]{1,7}|[IVXLC]{1,7})\s", text) or re.search(r"\s([ivxlc]{1,7}|[IVXLC]{1,7})$", text):
        yield from () if _OWNER.search(text, 0, match.start(1)) else _roman(match[1], 1.0)


def _counts(match: re.Match[str]) -> bool:
    """Tell whether "3/12" may be page 3 of 12; "3/2015" is an issue, "18/7" a paper."""
    return int(match[1]) <= int(match[2]) < _FIRST_YEAR


class _Lists:
    """Where the numbers of a sheet stand in lists: numbers of lines or paragraphs, columns and rows of figures."""

    def __init__(self, sheet: Sheet) -> None:
        begin: list[Line] = []
        end: list[Line] = []
        rows: Counter[int] = Counter()
        for line in sheet.lines:
            raw = sheet.characters[line.start : line.end].strip()
            if not (raw[:1].isdigit() or raw[-1:].isdigit() or raw.endswith(("%", "€"))):
                continue
            text = line_text(sheet, line).strip()
            if _BEGINS_IN_FIGURE.match(text):
                begin.append(line)
            if _ENDS_IN_FIGURE.search(text):
                end.append(line)
            rows[_height(line)] += bool(_ENDS_IN_FIGURE.match(text))
        self._begin = {line.start for line in _in_columns(begin, lambda line: line.box.x0)}
        self._end = {line.start for line in _in_columns(end, lambda line: line.box.x1)}
        self._rows = {height for height, count in rows.items() if count >= _LEAST_ROW}

    def begins_with_one(self, line: Line) -> bool:
        """Tell whether the number at the beginning of a line is one of a list."""
        return line.start in self._begin or _height(line) in self._rows

    def ends_in_one(self, line: Line) -> bool:
        """Tell whether the number at the end of a line is one of a list."""
        return line.start in self._end or _height(line) in self._rows


def _height(line: Line) -> int:
    return round(line.box.centre[1])


def _in_columns(lines: Sequence[Line], edge: Callable[[Line], float]) -> Iterator[Line]:
    """Yield the lines aligned with three others above or below, at even distances."""
    for shift in (0.0, 0.5):  # what one raster parts, the other keeps together
        columns: dict[int, list[Line]] = defaultdict(list)
        for line in lines:
            columns[round(edge(line) / _ALIGNED + shift)].append(line)
        for column in columns.values():
            column.sort(key=lambda line: line.box.centre[1])
            gaps = [above.box.centre[1] - below.box.centre[1] for below, above in pairwise(column)]
            for position, line in enumerate(column):
                sides = gaps[position : position + 3], gaps[max(0, position - 3) : position][::-1]
                if any(len(side) == 3 and max(side) <= _EVEN * min(side) for side in sides):
                    yield line


def _roman(text: str, weight: float) -> Iterable[tuple[str, int, float]]:
    value = roman_value(text)
    if value:
        yield ("i" if text.islower() else "I"), value, weight


def _best_path(candidates: Sequence[Sequence[_Candidate]]) -> list[_Found | None]:
    """Return the cheapest consistent numbering of all pages (Viterbi 1967), None where a page has no number."""
    support: Counter[Numbering] = Counter()
    for page in candidates:
        for numbering, weight in page:
            support[numbering] += weight  # type: ignore[assignment]  # Counter is typed for integers only
    states: list[Numbering | None] = [None]
    states += [n for n, w in support.most_common(_MAX_NUMBERINGS) if w >= _LEAST_EVIDENCE]
    seen = [dict(page) for page in candidates]
    score = {state: 0.0 if state is None else -_CHANGE for state in states}
    steps: list[dict[Numbering | None, Numbering | None]] = []
    for position in range(len(candidates)):
        best = max(states, key=lambda s: score[s])
        step: dict[Numbering | None, Numbering | None] = {}
        new: dict[Numbering | None, float] = {}
        for state in states:
            stays = score[state] >= score[best] - _CHANGE or position == 0
            step[state] = state if stays else best
            new[state] = (score[state] if stays else score[best] - _CHANGE) + _gain(state, position, seen[position])
        steps.append(step)
        score = new
    path: list[Numbering | None] = []
    state = max(states, key=lambda s: score[s])
    for step in reversed(steps):
        path.append(state)
        state = step[state]
    path.reverse()
    return _without_guessed_ends(path, seen)


def _gain(state: Numbering | None, position: int, seen: Mapping[Numbering, float]) -> float:
    if state is None:
        return 0.0
    if position + state.offset < 1:
        return -50.0  # there is no page zero
    return seen.get(state, -_GAP)


def _without_guessed_ends(path: Sequence[Numbering | None], seen: Sequence[Mapping[Numbering, float]]) -> list[_Found | None]:
    """Keep an unseen number only between two seen ones of the same numbering: outside it would be a guess."""
    result: list[_Found | None] = [None] * len(path)
    start = 0
    while start < len(path):
        end = start
        while end < len(path) and path[end] == path[start]:
            end += 1
        numbering = path[start]
        if numbering is not None:
            literal = [i for i in range(start, end) if numbering in seen[i]]
            for i in range(literal[0], literal[-1] + 1) if literal else ():
                result[i] = _Found(_text(numbering, i), numbering in seen[i])
        start = end
    return result


def _text(numbering: Numbering, position: int) -> str:
    value = position + numbering.offset
    if numbering.style == "1":
        return str(value)
    roman = roman_numeral(value)
    return roman if numbering.style == "i" else roman.upper()


_ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def roman_numeral(value: int) -> str:
    """Return a number from 1 to 399 in small roman numerals."""
    result = ""
    for amount, letters in _ROMAN:
        while value >= amount:
            result += letters
            value -= amount
    return result


def roman_value(text: str) -> int | None:
    """Return the value of a roman numeral in its usual spelling, None where it is none."""
    rest, value = text.lower(), 0
    for amount, letters in _ROMAN:
        while rest.startswith(letters):
            value += amount
            rest = rest[len(letters) :]
    return value if not rest and value and roman_numeral(value) == text.lower() else None
