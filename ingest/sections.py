"""Lines become sections: the text under one heading, with the path of headings above it; footnotes apart."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, zip_longest

from corpus.publication import Kind
from facsimile.sheet import OutlineEntry
from ingest.clean import NOTE_SIZE, CleanText, TextLine, note_number
from ingest.flow import Flow, flow, vocabulary
from ingest.headings import Heading, find_headings
from ingest.paragraphs import split

_CONTENTS_LINE = re.compile(r"(?:\.\s?){4,}\s*\w{1,5}$")
_CONTENTS_TITLE = re.compile(r"inhalt(?!lich)|i n h a l t|gliederung\b", re.I)
_ENDS_IN_NUMBER = re.compile(r"\S\s+(?:\d{1,3}|[ivxl]{1,6})$")
_LEAST_CONTENTS_LINES = 5
_LEAST_TITLED_LINES = 3  # of a page that calls itself one, and has little else
_CAPTION = re.compile(r"\s*(?:Tabelle|Tab\.|Übersicht)\s*\d")
_MOST_CAPTION_LINES = 3
_INDEX = re.compile(r"(?:Stichwort|Sach|Personen|Namen|Orts)(?:wort)?(?:s)?(?:verzeichnis|register)|Register|Index", re.I)
_BIBLIOGRAPHY = re.compile(
    r"(?:Verwendete |Weiterführende |Zitierte )?(?:Literatur|Quellen)(?:verzeichnis|hinweise|angaben|liste)?"
    r"(?: und (?:Quellen|Literatur|Links)(?:verzeichnis)?)?|Bibliogra(?:ph|f)ie|Referenzen",
    re.I,
)
_TAIL = 100  # characters at the end of a line that tell whether it is an entry


@dataclass(frozen=True, slots=True)
class Section:
    """The paragraphs under one heading, the heading itself first, with the path of headings down to it."""

    heading_path: tuple[str, ...]
    paragraphs: tuple[Flow, ...]
    kind: Kind = Kind.TEXT
    note: str = ""  # the number or sign of a footnote


@dataclass(frozen=True, slots=True)
class _Slice:
    path: tuple[str, ...]
    headings: tuple[tuple[TextLine, ...], ...]  # as printed, the last one directly above the lines
    lines: tuple[TextLine, ...]


def find_sections(text: CleanText, outline: Sequence[OutlineEntry]) -> tuple[Section, ...]:
    """Return the sections in reading order, then each footnote as a section of its own."""
    words = vocabulary([*text.body, *(line for note in text.notes for line in note)])
    contents = _contents_pages(text.body)
    slices = _with_imprint_apart(list(_slices(text.body, find_headings(text, outline, words, contents))), text.body_size)
    sections: list[Section] = []
    for part in slices:
        for kind, lines in _by_kind(part, contents):
            first = not part.lines or lines[0] is part.lines[0]
            paragraphs = [flow(heading, words) for heading in part.headings if first]
            paragraphs += [flow(paragraph, words) for paragraph in split(lines)]
            sections.append(Section(part.path, _not_empty(paragraphs), kind))
    marks = {mark: part.path for part in slices for line in (*chain(*part.headings), *part.lines) for mark in _marks(line)}
    for note in text.notes:
        number, page = note_number(note[0].text), note[0].sheet.index
        path = marks.get((page, number)) or _path_at(slices, page)
        sections.append(Section(path, _not_empty([flow(note, words)]), Kind.NOTE, number))
    return tuple(section for section in sections if section.paragraphs)


def _marks(item: TextLine) -> Iterator[tuple[int, str]]:
    """Yield page and number of the note marks in a line."""
    yield from ((item.sheet.index, item.sheet.characters[start:end]) for start, end in item.line.marks)


def _not_empty(paragraphs: Sequence[Flow]) -> tuple[Flow, ...]:
    return tuple(paragraph for paragraph in paragraphs if paragraph.text.strip())


def _contents_pages(body: Sequence[TextLine]) -> frozenset[int]:
    """Return the indices of the pages most of whose lines are entries of a table of contents."""
    lines: dict[int, list[str]] = defaultdict(list)
    for item in body:
        lines[item.sheet.index].append(item.text.strip())
    found: set[int] = set()
    for page, texts in lines.items():
        titled = any(_CONTENTS_TITLE.match(text) for text in texts[:4]) or page - 1 in found
        entries = sum(bool(_CONTENTS_LINE.search(t[-_TAIL:]) or (titled and _ENDS_IN_NUMBER.search(t[-_TAIL:]))) for t in texts)
        has_many = entries >= _LEAST_CONTENTS_LINES and entries >= len(texts) / 3
        if has_many or (titled and entries >= _LEAST_TITLED_LINES and entries >= len(texts) * 2 / 3):
            found.add(page)
    return frozenset(found)


def _slices(body: Sequence[TextLine], headings: Sequence[Heading]) -> Iterator[_Slice]:
    first = headings[0].first if headings else len(body)
    yield _Slice((), (), tuple(body[:first]))
    path: list[tuple[int, str]] = []
    above: list[list[TextLine]] = []  # printed headings with nothing but a deeper heading below them
    for heading, following in zip_longest(headings, headings[1:]):
        path = [*(step for step in path if step[0] < heading.depth), (heading.depth, heading.title)]
        end = following.first if following else len(body)
        printed = list(body[heading.first : heading.last])
        if heading.last == end and following and following.depth > heading.depth:
            above += [printed] if printed else []
            continue
        headings_here = tuple(tuple(lines) for lines in (*above, printed) if lines)
        above = []
        yield _Slice(tuple(title for _, title in path), headings_here, tuple(body[heading.last : end]))


def _with_imprint_apart(slices: list[_Slice], body_size: float) -> list[_Slice]:
    """Take what stands on the back cover from under the last heading: a last page in small type only, behind text that is not."""
    last = slices[-1]
    if not last.lines or not last.path or _kind_of_heading(last.path[-1]) is not Kind.TEXT:
        return slices
    first = next(at for at, item in enumerate(last.lines) if item.sheet.index == last.lines[-1].sheet.index)
    before, page = last.lines[:first], last.lines[first:]
    small = [item.line.size <= NOTE_SIZE * body_size and not item.row for item in page]
    if not before or not all(small) or before[-1].line.size <= NOTE_SIZE * body_size or before[-1].line.hyphenated:
        return slices
    return [*slices[:-1], replace(last, lines=before), _Slice((), (), page)]


def _by_kind(part: _Slice, contents: frozenset[int]) -> Iterator[tuple[Kind, list[TextLine]]]:
    """Yield the lines of a slice in runs of one kind; a bare heading is text, a caption goes with its table."""
    if not part.lines and part.headings:
        yield Kind.TEXT, []
    usual = _kind_of_heading(part.path[-1]) if part.path else Kind.TEXT
    runs: list[tuple[Kind, list[TextLine]]] = []
    for item in part.lines:
        kind = Kind.CONTENTS if item.sheet.index in contents else Kind.TABLE if item.row else usual
        if kind is Kind.TABLE and (not runs or runs[-1][0] is not Kind.TABLE):
            runs.append((kind, _caption(runs)))
        if not runs or runs[-1][0] is not kind:
            runs.append((kind, []))
        runs[-1][1].append(item)
    yield from ((kind, lines) for kind, lines in runs if lines)


def _caption(runs: Sequence[tuple[Kind, list[TextLine]]]) -> list[TextLine]:
    """Take the caption above a table off the text before it."""
    if not runs:
        return []
    before = runs[-1][1]
    for count in range(1, min(_MOST_CAPTION_LINES, len(before)) + 1):
        if _CAPTION.match(before[-count].text):
            taken = before[-count:]
            del before[-count:]
            return taken
    return []


def _kind_of_heading(title: str) -> Kind:
    plain = re.sub(r"^[\divxIVX.\s]+(?=\w)", "", title).strip()
    return Kind.INDEX if _INDEX.fullmatch(plain) else Kind.BIBLIOGRAPHY if _BIBLIOGRAPHY.fullmatch(plain) else Kind.TEXT


def _first_page(part: _Slice) -> int:
    lines = part.headings[0] if part.headings else part.lines
    return lines[0].sheet.index if lines else -1


def _path_at(slices: Sequence[_Slice], page: int) -> tuple[str, ...]:
    """Return the heading path in force where a page ends."""
    starts = [_first_page(part) for part in slices]
    for position in range(1, len(starts)):
        starts[position] = max(starts[position], starts[position - 1])
    return slices[max(0, bisect_right(starts, page) - 1)].path
