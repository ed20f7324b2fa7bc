"""Which lines are headings, and how deep: from the file's outline where it fits the pages, else from their type."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import zip_longest

from facsimile.sheet import Line, OutlineEntry
from ingest.clean import CleanText, TextLine
from ingest.flow import flow
from ingest.hyphens import Vocabulary

_BIGGER = 1.13  # a heading's type size, in body sizes
_LONGEST = 160  # characters of a heading
_LONGEST_LINE = 120
_LEAST_WORDS = 6  # under a heading found by its type; with fewer it is a label or a caption, no section
_MAX_DEPTH = 4
_MAX_LINES = 5
_ABBREVIATED = re.compile(r"(?:\.\s?\w{1,2}|\b(?:etc|usw|bzw|ff))\.$")
_WORD = re.compile(r"[^\W\d_]{3}")
_SHORTEST_SENTENCE = 6  # words
_LEAST_ENTRIES = 3  # an outline with fewer says nothing about the sections
_LEAST_MATCHED = 0.5  # share of outline entries found on their pages; below, the outline belongs to something else
_NUMBER = re.compile(r"(?:kapitel|teil|abschnitt|anhang)?[\divxlc]{1,6}[a-z]?")  # before a title, letters and digits only
_NAMED = re.compile(r"(?:kapitel|teil|abschnitt|anhang)[\divxlc]{1,6}[a-z]?")  # above a title, set smaller
_LONGEST_NUMBER = 12
_LEAST_LETTERS = 4  # of a title without its number
_BANDS = 80  # of a page's height, in which neighbours are looked for
_MOST_NEAR = 500  # lines beside and above one line; among more none stands alone
_MOST_PLACES = 100  # on a page where one title is looked for; more are a hostile file


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
    entries = [(entry, entry.page, title) for entry in outline if entry.page is not None and (title := _letters(entry.title))]
    if len(entries) < _LEAST_ENTRIES:
        return []
    printed = _Printed(body, {title for _, _, title in entries})
    headings: list[Heading] = []
    matched = 0
    for entry, page, title in entries:
        after = headings[-1].last if headings else 0
        if page in contents and title.startswith("inhalt"):
            continue
        found = printed.lines(title, page, after)
        matched += found is not None
        if found is None:
            # printed nowhere, its title may stand on a page that is only a picture: the section goes on overleaf
            here = by_page.get(page, [] if printed.anywhere(title) else by_page.get(page + 1, []))
            next_ = bisect_left(here, after)
            found = (here[next_],) * 2 if next_ < len(here) else None
        if found is not None:
            headings.append(Heading(*found, min(entry.depth, _MAX_DEPTH), entry.title))
    credible = len(headings) >= _LEAST_ENTRIES and matched >= _LEAST_MATCHED * len(entries)
    return headings if credible else []


class _Printed:
    """Where titles are printed; the number before a heading may stand on one side alone, in the outline or in print."""

    def __init__(self, body: Sequence[TextLine], titles: Set[str]) -> None:
        self._body = body
        self._whole: dict[tuple[int, str], list[tuple[int, int]]] = defaultdict(list)  # by page and all letters
        self._bare: dict[tuple[int, str], list[tuple[int, int]]] = defaultdict(list)  # without the number before them
        wanted = titles | {bare for title in titles for bare in _without_number(title)}
        longest = max(map(len, wanted), default=0) + _LONGEST_NUMBER
        letters = [_letters(item.text) for item in body]
        for first, item in enumerate(body):
            text = ""
            for last in range(first, min(first + _MAX_LINES, len(body))):
                text += letters[last]
                if len(text) > longest:
                    break
                if text in wanted:
                    self._whole[item.sheet.index, text].append((first, last + 1))
                for bare in _without_number(text):
                    if bare in titles:
                        self._bare[item.sheet.index, bare].append((first, last + 1))
        self._found = {text for places in (self._whole, self._bare) for _, text in places}

    def anywhere(self, title: str) -> bool:
        """Tell whether a title is printed at all."""
        return title in self._found

    def lines(self, title: str, page: int, after: int) -> tuple[int, int] | None:
        """Return the lines from ``after`` on that print a title on its page or the next; the largest type wins."""
        best: tuple[float, int, int] | None = None
        for number in (page, page + 1):
            found = self._next(self._whole, number, title, after) + self._next(self._bare, number, title, after)
            for bare in _without_number(title):
                found += self._next(self._whole, number, bare, after)
            for first, last in sorted(found):
                named = _NAMED.fullmatch(_letters(self._body[first].text))
                size = self._body[first + 1 if named and first + 1 < last else first].line.size
                if best is None or size > best[0] + 0.1:
                    best = (size, first, last)
        return best[1:] if best else None

    @staticmethod
    def _next(places: Mapping[tuple[int, str], list[tuple[int, int]]], page: int, text: str, after: int) -> list[tuple[int, int]]:
        found = places.get((page, text), [])
        start = bisect_left(found, (after, 0))
        return found[start : start + _MOST_PLACES]


def _without_number(text: str) -> Iterator[str]:
    """Yield the letters of a title without what may be the number before it."""
    longest = _NUMBER.match(text)
    for end in range(1, min(longest.end(), _LONGEST_NUMBER, len(text) - _LEAST_LETTERS) + 1 if longest else 0):
        if _NUMBER.fullmatch(text, 0, end):
            yield text[end:]


def _from_type(text: CleanText, words: Vocabulary, contents: frozenset[int]) -> list[Heading]:
    by_page: dict[int, list[TextLine]] = defaultdict(list)
    for item in text.body:
        by_page[item.sheet.index].append(item)
    bold_body = _mostly_bold(text)
    near = {index: _Neighbours(page) for index, page in by_page.items()}
    starts = [
        item.sheet.index not in contents and _looks_like_heading(item, near[item.sheet.index], text.body_size, bold_body)
        for item in text.body
    ]
    runs = _without_cover(text.body, list(_runs(text.body, starts)))
    depths = {style: depth for depth, style in enumerate(sorted({_style(text.body[first]) for first, _ in runs}, reverse=True))}
    headings = [
        Heading(first, last, min(depths[_style(text.body[first])], _MAX_DEPTH), _title(text.body[first:last], words))
        for first, last in runs
    ]
    return _with_text([h for h in headings if 0 < len(h.title) <= _LONGEST and not _is_sentence(h.title)], text.body)


def _is_sentence(title: str) -> bool:
    """Tell a sentence set large, as pull quotes are, from a heading."""
    if title.endswith((",", ";")) or (title.endswith(".") and title[:1].islower()):
        return True
    ends = title.endswith((".", "!", "“")) and not _ABBREVIATED.search(title)
    return ends and len(title.split()) >= _SHORTEST_SENTENCE


def _without_cover(body: Sequence[TextLine], runs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Leave out the title on the first page, set as nothing else is: it stands above all, and says nothing of where one is."""
    first = body[0].sheet.index if body else 0
    later = {_style(body[start]) for start, _ in runs if body[start].sheet.index != first}
    if not later:
        return list(runs)
    return [run for run in runs if body[run[0]].sheet.index != first or _style(body[run[0]]) in later]


def _style(item: TextLine) -> tuple[float, bool]:
    return round(item.line.size * 2) / 2, item.line.bold


def _mostly_bold(text: CleanText) -> bool:
    ordinary = [item.line for item in text.body if abs(item.line.size - text.body_size) < 0.6]
    return sum(line.bold for line in ordinary) > len(ordinary) / 2


def _looks_like_heading(item: TextLine, near: _Neighbours, body_size: float, bold_body: bool) -> bool:
    line, text = item.line, item.text.strip()
    if not line.upright or len(text) > _LONGEST_LINE or _is_scrap(item):
        return False
    if line.size >= body_size * _BIGGER:
        return True
    if not line.bold or bold_body or line.size < body_size * 0.97 or (text.endswith((".", ":")) and len(text) > 60):
        return False
    return near.leave_alone(line)


def _is_scrap(item: TextLine) -> bool:
    """Tell whether a line has no word that could be a heading by itself, though it may end one: "u. ä."."""
    return not _WORD.search(item.text)


class _Neighbours:
    """The lines of a page by their heights, to find what stands beside and above one of them."""

    def __init__(self, page: Sequence[TextLine]) -> None:
        self._height = max(page[0].sheet.height, 1.0)
        self._bands: dict[int, list[Line]] = defaultdict(list)
        lines = [item.line for item in page]
        for line in lines:
            for band in range(self._band(line.box.y0), self._band(line.box.y1) + 1):
                self._bands[band].append(line)
        self._lighter = sorted((line for line in lines if not line.bold), key=lambda line: line.box.y0)
        self._feet = [line.box.y0 for line in self._lighter]

    def _band(self, height: float) -> int:
        return min(max(int(height / self._height * _BANDS), 0), _BANDS - 1)

    def leave_alone(self, line: Line) -> bool:
        """Tell whether a bold line has a gap above it and nothing beside it: bold words inside a paragraph have not."""
        box, middle = line.box, line.box.centre[1]
        level = self._bands[self._band(middle)]
        above = self._lighter[bisect_left(self._feet, box.y1 - 2) : bisect_left(self._feet, box.y1 + line.size * 0.55)]
        if len(level) + len(above) > _MOST_NEAR:
            return False
        return not any(
            other.box.y0 < middle < other.box.y1 and -box.height < other.box.x0 - box.x1 < 2 * box.height
            for other in level
            if other is not line
        ) and not any(min(other.box.x1, box.x1) > max(other.box.x0, box.x0) for other in above)


def _runs(body: Sequence[TextLine], starts: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Yield (first, last) of headings: neighbouring lines of one style, one below the other, are one heading."""
    position = 0
    while position < len(body):
        end = position + 1
        if not starts[position]:
            position = end
            continue
        while end < len(body) and (starts[end] or _is_scrap(body[end])) and _style(body[end]) == _style(body[position]):
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
    """Drop the headings with hardly any text below them, unless a deeper heading follows at once.

    "Kapitel 3" above the title is part of it.
    """
    kept: list[Heading] = []
    number: Heading | None = None
    for heading, following in zip_longest(headings, headings[1:]):
        end = following.first if following else len(body)
        count = sum(len(item.text.split()) for item in body[heading.last : end])
        at_once = following is not None and following.first == heading.last
        leads = at_once and following is not None and following.depth > heading.depth
        first = number.first if number else heading.first
        number = heading if at_once and not leads and _NUMBER.fullmatch(_letters(heading.title)) else None
        if count >= _LEAST_WORDS or leads:
            kept.append(replace(heading, first=first))
    return kept
