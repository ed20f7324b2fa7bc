"""Which lines are headings, and how deep: from the file's outline where it fits the pages, else from their type."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from facsimile.sheet import OutlineEntry
from ingest.clean import CleanText, TextLine
from ingest.flow import flow
from ingest.hyphens import Vocabulary

_BIGGER = 1.13  # a heading's type size, in body sizes
_LONGEST = 160  # characters of a heading
_LONGEST_LINE = 120
_LEAST_WORDS = 20  # under a heading found by its type; with fewer it is a label or a caption, no section
_MAX_DEPTH = 4
_MAX_LINES = 5
_LEAST_ENTRIES = 3  # an outline with fewer says nothing about the sections
_LEAST_MATCHED = 0.5  # share of outline entries found on their pages; below, the outline belongs to something else


@dataclass(frozen=True, slots=True)
class Heading:
    """Body lines ``first`` to ``last`` (exclusive) are a heading; ``first == last`` where it is not printed."""

    first: int
    last: int
    depth: int
    title: str


def find_headings(text: CleanText, outline: Sequence[OutlineEntry], words: Vocabulary, contents: frozenset[int]) -> list[Heading]:
    """Return the headings in reading order; ``contents`` are the indices of pages that list the contents."""
    return _from_outline(text.body, outline, contents) or _from_type(text, words, contents)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())


def _from_outline(body: Sequence[TextLine], outline: Sequence[OutlineEntry], contents: frozenset[int]) -> list[Heading]:
    by_page: dict[int, list[int]] = defaultdict(list)
    for position, item in enumerate(body):
        by_page[item.sheet.index].append(position)
    entries = [entry for entry in outline if entry.page is not None and _letters(entry.title)]
    headings: list[Heading] = []
    matched = 0
    for entry in entries:
        assert entry.page is not None
        after = headings[-1].last if headings else 0
        if entry.page in contents and _letters(entry.title).startswith("inhalt"):
            continue
        places = [p for page in (entry.page, entry.page + 1) for p in by_page[page] if p >= after]
        found = _printed(body, places, _letters(entry.title))
        matched += found is not None
        if found is None:
            on_page = [p for p in by_page[entry.page] if p >= after]
            found = (on_page[0], on_page[0]) if on_page else None
        if found is not None:
            headings.append(Heading(*found, min(entry.depth, _MAX_DEPTH), entry.title))
    credible = len(headings) >= _LEAST_ENTRIES and matched >= _LEAST_MATCHED * len(entries)
    return headings if credible else []


def _printed(body: Sequence[TextLine], places: Sequence[int], title: str) -> tuple[int, int] | None:
    """Return the lines that print a title, among those that begin at ``places``; the largest type wins."""
    best: tuple[float, int, int] | None = None
    for first in places:
        printed = ""
        for last in range(first, min(first + _MAX_LINES, len(body))):
            printed += _letters(body[last].text)
            if _same_title(printed, title):
                size = body[first].line.size
                if best is None or size > best[0] + 0.1:
                    best = (size, first, last + 1)
                break
            if len(printed) > len(title) + 12:
                break
    return best[1:] if best else None


def _same_title(printed: str, title: str) -> bool:
    """Compare letters and digits only; the number before a heading may stand on one side alone."""
    if printed == title:
        return True
    longer, shorter = max(printed, title, key=len), min(printed, title, key=len)
    return (
        len(shorter) >= 4
        and longer.endswith(shorter)
        and len(longer) - len(shorter) <= 12
        and (bool(re.fullmatch(r"(?:kapitel|teil|abschnitt|anhang|§)?[\divxlc]{1,6}[a-z]?", longer[: -len(shorter)])))
    )


def _from_type(text: CleanText, words: Vocabulary, contents: frozenset[int]) -> list[Heading]:
    by_page: dict[int, list[TextLine]] = defaultdict(list)
    for item in text.body:
        by_page[item.sheet.index].append(item)
    bold_body = _mostly_bold(text)
    starts = [
        item.sheet.index not in contents and _looks_like_heading(item, by_page[item.sheet.index], text.body_size, bold_body)
        for item in text.body
    ]
    runs = list(_runs(text.body, starts))
    sizes = sorted({_style(text.body[first]) for first, _ in runs}, reverse=True)
    headings = [
        Heading(first, last, min(sizes.index(_style(text.body[first])), _MAX_DEPTH), _title(text.body[first:last], words))
        for first, last in runs
    ]
    return _with_text([h for h in headings if 0 < len(h.title) <= _LONGEST and not h.title.endswith((",", ";"))], text.body)


def _style(item: TextLine) -> tuple[float, bool]:
    return round(item.line.size * 2) / 2, item.line.bold


def _mostly_bold(text: CleanText) -> bool:
    ordinary = [item.line for item in text.body if abs(item.line.size - text.body_size) < 0.6]
    return sum(line.bold for line in ordinary) > len(ordinary) / 2


def _looks_like_heading(item: TextLine, page: Sequence[TextLine], body_size: float, bold_body: bool) -> bool:
    line, text = item.line, item.text.strip()
    if not line.upright or len(text) > _LONGEST_LINE or not re.search(r"[^\W\d_]{3}", text):
        return False
    if line.size >= body_size * _BIGGER:
        return True
    if not line.bold or bold_body or line.size < body_size * 0.97 or (text.endswith((".", ":")) and len(text) > 60):
        return False
    return _stands_alone(item, page)


def _stands_alone(item: TextLine, page: Iterable[TextLine]) -> bool:
    """Tell whether a bold line has a gap above it and nothing beside it: bold words inside a paragraph have not."""
    box = item.line.box
    above: list[float] = []
    for other in (o.line for o in page if o is not item):
        if other.box.y0 < box.centre[1] < other.box.y1 and -box.height < other.box.x0 - box.x1 < 2 * box.height:
            return False
        overlaps = min(other.box.x1, box.x1) > max(other.box.x0, box.x0)
        if overlaps and other.box.y0 >= box.y1 - 2 and not other.bold:
            above.append(other.box.y0 - box.y1)
    return min(above, default=99.0) >= item.line.size * 0.55


def _runs(body: Sequence[TextLine], starts: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Yield (first, last) of headings: neighbouring lines of one style, one below the other, are one heading."""
    position = 0
    while position < len(body):
        end = position + 1
        if not starts[position]:
            position = end
            continue
        while end < len(body) and starts[end] and _style(body[end]) == _style(body[position]):
            above, below = body[end - 1], body[end]
            gap = above.line.box.y1 - below.line.box.y1
            if above.sheet.index != below.sheet.index or not 0 < gap < 2 * above.line.size or end - position >= _MAX_LINES:
                break
            end += 1
        yield position, end
        position = end


def _title(lines: Sequence[TextLine], words: Vocabulary) -> str:
    return flow(lines, words).text.strip()


def _with_text(headings: Sequence[Heading], body: Sequence[TextLine]) -> list[Heading]:
    """Drop the headings with hardly any text below them, unless a deeper heading follows at once."""
    kept: list[Heading] = []
    for heading, following in zip_longest(headings, headings[1:]):
        end = following.first if following else len(body)
        count = sum(len(item.text.split()) for item in body[heading.last : end])
        leads = following is not None and following.first == heading.last and following.depth > heading.depth
        if count >= _LEAST_WORDS or leads:
            kept.append(heading)
    return kept
