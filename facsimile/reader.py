"""A PDF file becomes sheets: every character with its box, grouped into printed lines (pdfium).

Runs in the worker process only: pdfium is not thread-safe and can be crashed by a hostile file.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from numpy.typing import NDArray

from corpus.characters import LINE_END_HYPHENS, SYMBOLS, readable
from corpus.geometry import UNITS_PER_POINT, Box, CharBoxes
from facsimile import calls
from facsimile.bounds import MAX_CHARACTERS, MAX_LINES, MAX_MARKS
from facsimile.note_marks import note_marks
from facsimile.pictured import pictured
from facsimile.sheet import Line, Sheet
from facsimile.visible import hidden

_FARTHEST = 1e6  # points from the corner; a damaged font may give boxes beyond any paper, and they don't fit the packed form
_BOLD = re.compile(r"bold|black|heavy|semib|demi|extrab|-bd|\bfett", re.I)
_SYMBOL_FONT = re.compile(r"dingbats|wingdings", re.I)
_SUBSET = re.compile(r"^[A-Z]{6}\+")  # a prefix that pdfium leaves out of the names of embedded fonts only
_BLANK = " \t\r\n"  # not str.isspace: to Python the codes of ligatures, U+001C to U+001F, are white space
_BLANK_CODES = np.array([*map(ord, _BLANK)], "<u4")
_LINE = re.compile("[^\r\n\x02\ufffe]+[\x02\ufffe]?|[\x02\ufffe]")
_BROKEN_OFF = re.compile("[\r\n]+\u00ad(?=[\r\n]|$)")
_GAP = 1.0  # type sizes; narrower gutters are not set, and hardly ever are words spaced out so far
_SPACE = 0.25  # type sizes; a narrow space is wider, the sides of two letters together are not ...
_NARROW = 0.15  # ... but lines that are set tight have spaces between their words that are as narrow as this
_SPACED = re.compile(r".(?:[.,;:!?)]|(?<=\w)[”“\"])[^\W\d_]|.[^\W\d_]\d|.\d[^\W\d_]", re.S)
_ADDRESS = re.compile(r"(?:://|www\.|@)\S*$")
_WORDS = 4  # spaces in a line that tell how wide they are
_FLUSH = 0.2  # type sizes at most before a hyphen that is set flush with the margin, as LibreOffice does; a space is wider
_LINE_OF_TEXT = 25  # characters at least
_CLEARLY = 2  # times as wide as the gaps inside of words
_EVEN_FONT = re.compile(r"mono|courier|typewriter|consol|cmtt|[a-z]tt\d", re.I)
_SPREAD = 0.16  # type sizes between the letters of a word that is spaced out; wide sans serifs have up to 0.14

#: Four whole numbers a character: left, lower, right, upper edge in hundredths of a point; all zero without ink.
_Edges = NDArray[np.int32]


class PasswordNeeded(Exception):
    """The file opens only with a password."""


class NotAPdf(Exception):
    """pdfium refuses the file."""


class PageFailed(Exception):
    """One page can't be read; the others may."""


class TooMuchText(PageFailed):
    """More stands on a page than can be print."""


class Reader:
    """An open PDF; ``len`` is its number of pages."""

    def __init__(self, path: Path) -> None:
        try:
            self._document = pdfium.PdfDocument(path)
            self._pages = len(self._document)
        except pdfium.PdfiumError as error:
            if raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD or "password" in str(error).lower():
                raise PasswordNeeded from None
            raise NotAPdf(str(error)) from None

    def __len__(self) -> int:
        return self._pages

    def unspelt(self, index: int) -> list[tuple[int, str, int]]:
        """Return (position, font, code) of the characters of a page that pdfium knows by their code in the font only."""
        page = self._document[index]
        text_page = page.get_textpage()
        try:
            return [
                (i, _font(text_page.raw, i), code)
                for i, code in enumerate(calls.codes(text_page.raw, text_page.count_chars()))
                if code == 255 or (2 < code < 32 and code not in (9, 10, 13))
            ]
        finally:
            text_page.close()
            page.close()

    def sheet(self, index: int, *, characters_only: bool = False) -> Sheet:
        """Return one page, without its lines where they are not asked for; raises PageFailed."""
        try:
            page = self._document[index]
            text_page = page.get_textpage()
        except pdfium.PdfiumError as error:
            raise PageFailed(str(error)) from None
        try:
            count = text_page.count_chars()
            if count > MAX_CHARACTERS:
                raise TooMuchText(f"{count} characters")
            width, height = page.get_size()
            if not (0 < width <= _FARTHEST and 0 < height <= _FARTHEST):
                raise PageFailed(f"{width} by {height} points")
            characters = _with_symbols(text_page.raw, _characters(text_page.raw, count))
            edges = _edges(text_page.raw, characters, page)
            turned = math.radians(page.get_rotation())
            boxes = CharBoxes(edges.astype("<i4").tobytes())
            if characters_only:
                return Sheet(index, width, height, characters, boxes, ())
            lines = _bounded(_lines(page, text_page.raw, characters, edges, turned))
            return Sheet(index, width, height, characters, boxes, lines, pictured(page))
        finally:
            text_page.close()
            page.close()


def _bounded(lines: Iterator[Line]) -> tuple[Line, ...]:
    kept: list[Line] = []
    marks = 0
    for line in lines:
        kept.append(line)
        marks += len(line.marks) + len(line.gaps) + len(line.spaces)
        if len(kept) > MAX_LINES or marks > MAX_MARKS:
            raise TooMuchText(f"over {len(kept)} lines, {marks} marks")
    return tuple(kept)


def _characters(handle: raw.FPDF_TEXTPAGE, count: int) -> str:
    """Return one character for each of pdfium's indices.

    A pair of surrogates becomes its character and a zero-width space, a lone one U+FFFD, so that positions stay.
    """
    text = calls.text(handle, count)
    if text is not None:
        return text.replace("\0", "\u200b")
    codes = calls.codes(handle, count)
    result: list[str] = []
    for i, code in enumerate(codes):
        if 0xD800 <= code < 0xDC00 and i + 1 < count and 0xDC00 <= codes[i + 1] < 0xE000:
            result.append(chr(0x10000 + ((code - 0xD800) << 10) + (codes[i + 1] - 0xDC00)))
        elif 0xDC00 <= code < 0xE000 and i and 0xD800 <= codes[i - 1] < 0xDC00:
            result.append("\u200b")
        elif 0xD800 <= code < 0xE000 or code > 0x10FFFF:
            result.append("\ufffd")
        else:
            result.append(chr(code) if code else "\u200b")
    return "".join(result)


def _with_symbols(handle: raw.FPDF_TEXTPAGE, characters: str) -> str:
    """Return the characters with those of symbol fonts, of which pdfium knows the code only, as what they show."""
    found = [(at, SYMBOLS[characters[at]]) for at in _alone(characters) if _SYMBOL_FONT.search(_font(handle, at))]
    if not found:
        return characters
    result = list(characters)
    for at, symbol in found:
        result[at] = symbol
    return "".join(result)


def _alone(characters: str) -> Iterator[int]:
    """Yield where characters stand alone that a symbol font may show as something else: bullets and arrows do."""
    return (match.start() for match in re.finditer(r"(?<!\S)\S(?!\S)", characters) if match[0] in SYMBOLS)


def _edges(handle: raw.FPDF_TEXTPAGE, characters: str, page: pdfium.PdfPage) -> _Edges:
    """Return the edges of each character, shape (n, 4), from the lower left corner of the page as it is shown."""
    printed = (~np.isin(_codes(characters), _BLANK_CODES, kind="sort")).nonzero()[0]
    boxes = np.zeros((4, len(characters)))
    boxes[:, printed] = calls.boxes(handle, printed.tolist()).T
    farthest = np.abs(boxes).max(axis=0)
    inked = (farthest > 0) & (farthest < _FARTHEST)
    edges = np.rint(_turned(np.where(inked, boxes, 0.0), page) * UNITS_PER_POINT)
    inked &= (edges[2] >= edges[0]) & (edges[3] >= edges[1])
    inked &= np.abs(edges).max(axis=0) < _FARTHEST * UNITS_PER_POINT
    for index in (inked & ((edges[2] == edges[0]) | (edges[3] == edges[1]))).nonzero()[0]:
        if readable(characters[index]).strip():  # a damaged font may tell no extent of it, but it has its place
            edges[2:, index] = np.maximum(edges[2:, index], edges[:2, index] + 1)
        else:
            inked[index] = False
    return np.where(inked, edges, 0).astype(np.int32).T


def _codes(characters: str) -> NDArray[np.uint32]:
    return np.frombuffer(characters.encode("utf-32-le"), "<u4")


def _turned(boxes: NDArray[np.float64], page: pdfium.PdfPage) -> NDArray[np.float64]:
    """Return boxes, shape (4, n), in points from the lower left corner of the page as it is shown: cropped and turned."""
    left, bottom, right, top = page.get_cropbox()
    width, height = right - left, top - bottom
    cropped: NDArray[np.float64] = boxes - [[left], [bottom], [left], [bottom]]
    x0, y0, x1, y1 = cropped
    rotation = page.get_rotation()
    if rotation == 90:
        return np.stack([y0, width - x1, y1, width - x0])
    if rotation == 180:
        return np.stack([width - x1, height - y1, width - x0, height - y0])
    if rotation == 270:
        return np.stack([height - y1, x0, height - y0, x1])
    return cropped


def _lines(page: pdfium.PdfPage, handle: raw.FPDF_TEXTPAGE, characters: str, edges: _Edges, turned: float) -> Iterator[Line]:
    """Yield the printed lines, without the characters that nobody sees; ``turned`` is the page's rotation, in radians."""
    ranges = list(_without_returns(_line_ranges(characters), characters, edges))
    unseen = sorted(hidden(page, handle, characters, edges, [(start, end) for start, end, _ in ranges]))
    has_ink = edges[:, 2] > edges[:, 0]
    has_ink[unseen] = False
    inked = has_ink.nonzero()[0]
    found = edges[inked]
    bounds = np.array([(start, end) for start, end, _ in ranges]).reshape(-1, 2)
    first, last = np.searchsorted(inked, bounds).T
    shown = (last > first).nonzero()[0]
    if not len(shown):
        return
    bounds, first, last = bounds[shown], first[shown], last[shown]
    samples = inked[first[:, None] + (np.arange(5) * (last - 1 - first)[:, None] + 2) // 4].tolist()
    sizes = _sizes(handle, samples)
    gaps = np.zeros(len(found), np.int32)
    gaps[1:] = found[1:, 0] - found[:-1, 2]
    gaps[first] = 0  # nothing of its line stands before it
    size_of = np.repeat(sizes, last - first)
    measured = zip(
        [ranges[number] for number in shown.tolist()],
        samples,
        sizes,
        calls.angles(handle, [sample[2] for sample in samples]),
        _around(found, first),
        zip((first + 1).tolist(), last.tolist(), strict=True),
        _shared_out(inked[gaps > _GAP * size_of * UNITS_PER_POINT], bounds),
        _shared_out(_unset(characters, inked, gaps, size_of * UNITS_PER_POINT, first), bounds),
        strict=True,
    )
    for (start, end, hyphenated), sample, size, angle, box, (second, behind), far, unset in measured:
        angle = angle + turned if math.isfinite(angle + turned) else turned  # counted clockwise
        mine = unseen[bisect_left(unseen, start) : bisect_left(unseen, end)] if unseen else []
        if mine:
            whole, start, end = end, sample[0], sample[-1] + 1
            hyphenated = hyphenated if end == whole else _ends_in_hyphen(characters, start, end)
        if not hyphenated and gaps[behind - 1] < _FLUSH * size * UNITS_PER_POINT:
            hyphenated = _ends_in_hyphen_apart(characters, start, end)
        yield Line(
            start=start,
            end=end,
            box=box,
            size=size,
            bold=all(_is_bold(calls.font(handle, i)) for i in dict.fromkeys(sample)),
            upright=abs(math.sin(angle)) < 0.1 and math.cos(angle) > 0,
            hyphenated=hyphenated,
            marks=(
                *note_marks(handle, characters, edges, start, end, size, box),
                *((i, i + 1) for i in mine if start <= i < end),
            ),
            gaps=tuple(far),
            spaces=tuple(unset) if unset and _is_set_close(handle, gaps[second:behind], unset[0], size) else (),
        )


def _shared_out(places: NDArray[np.int64], ranges: NDArray[np.int64]) -> list[list[int]]:
    """Return which of the places lie in each range; both are in order."""
    all_places = places.tolist()
    return [all_places[start:end] for start, end in np.searchsorted(places, ranges).tolist()]


def _sizes(handle: raw.FPDF_TEXTPAGE, samples: Sequence[Sequence[int]]) -> list[float]:
    """Return the median type size of each sample of five characters, to a tenth of a point.

    Where the first, middle and last one have the same, it is the median whatever the others have.
    """
    sizes = _usual_sizes(handle, [sample[::2] for sample in samples])
    differing = (sizes != sizes[:, :1]).any(axis=1).nonzero()[0].tolist()
    medians = sizes[:, 0]
    if differing:
        medians[differing] = np.median(_usual_sizes(handle, [samples[number] for number in differing]), axis=1)
    return [round(size, 1) for size in medians.tolist()]


def _usual_sizes(handle: raw.FPDF_TEXTPAGE, samples: Sequence[Sequence[int]]) -> NDArray[np.float64]:
    """Return the type sizes of samples of as many characters each; 0 for sizes that no paper has room for."""
    sizes = calls.sizes(handle, [index for sample in samples for index in sample]).reshape(len(samples), -1)
    return np.where((sizes >= 0) & (sizes < _FARTHEST), sizes, 0.0)


def _unset(
    characters: str, inked: NDArray[np.int64], gaps: NDArray[np.int32], sizes: NDArray[np.float64], first: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the characters before which a space may be printed that is none in the file: the next letter is moved instead.

    Given are the characters with ink, the gap before each and its type size, and the first one of each line.  Only behind
    punctuation and between a word and a number, where letters leave no such gap by themselves, as they do in typewriter fonts.
    """
    is_apart = _codes(characters)[inked - 1] == ord(" ")
    moved = []
    for place in ((gaps > _NARROW * sizes) & ~is_apart).nonzero()[0].tolist():
        at = int(inked[place])
        if not _SPACED.match(characters, at - 2) or _ADDRESS.search(characters[max(0, at - 200) : at]):
            continue
        if gaps[place] > _SPACE * sizes[place]:
            moved.append(at)
            continue
        line = int(first.searchsorted(place, side="right"))
        here = slice(int(first[line - 1]), int(first[line]) if line < len(first) else None)
        between, inside = gaps[here][is_apart[here]], gaps[here][~is_apart[here]]
        if len(between) >= _WORDS and gaps[place] >= max(np.median(between), _CLEARLY * np.median(inside)):
            moved.append(at)
    return np.array(moved, np.int64)


def _is_set_close(handle: raw.FPDF_TEXTPAGE, gaps: NDArray[np.int32], at: int, size: float) -> bool:
    """Tell whether the letters of a line have no gaps by themselves, as in words that are spaced out and typewriter fonts."""
    return bool(np.median(gaps) <= _SPREAD * size * UNITS_PER_POINT) and not _EVEN_FONT.search(_font(handle, at))


def _around(edges: _Edges, starts: NDArray[np.int64]) -> list[Box]:
    """Return the box around the characters from each start to the next one; the first is 0."""
    low, high = np.minimum.reduceat(edges[:, :2], starts), np.maximum.reduceat(edges[:, 2:], starts)
    return [Box(*numbers) for numbers in (np.concatenate([low, high], axis=1) / UNITS_PER_POINT).tolist()]


def _line_ranges(characters: str) -> Iterator[tuple[int, int, bool]]:
    """Yield (start, end, hyphenated) of each printed line.

    pdfium ends a line with CR LF, but swallows the break after a hyphen that it marks with U+0002.  On pages of little and
    narrow text it puts the hyphen at the end of a line on a line of its own.
    """
    ranges = _BROKEN_OFF.sub(lambda match: match[0].replace("\r", " ").replace("\n", " "), characters)
    for match in _LINE.finditer(ranges):
        start, end = match.span()
        yield start, end, ranges[end - 1] in "\x02\ufffe" or _ends_in_hyphen(ranges, start, end)


def _without_returns(ranges: Iterator[tuple[int, int, bool]], characters: str, edges: _Edges) -> Iterator[tuple[int, int, bool]]:
    """Yield the lines with those cut that pdfium made of two: the next character stands left of the last one and below it."""
    inked = (edges[:, 2] > edges[:, 0]).nonzero()[0]
    last, following = edges[inked[:-1]], edges[inked[1:]]
    returns = inked[1:][(following[:, 2] < last[:, 0]) & (following[:, 3] <= last[:, 1])].tolist()
    for start, end, hyphenated in ranges:
        for cut in returns[bisect_left(returns, start + 1) : bisect_left(returns, end)]:
            if characters[start:cut].strip(_BLANK):
                yield start, cut, _ends_in_hyphen(characters, start, cut)
                start = cut
        yield start, end, hyphenated


def _ends_in_hyphen(characters: str, start: int, end: int) -> bool:
    text = characters[start:end].rstrip(_BLANK)
    return len(text) > 1 and text[-1] in LINE_END_HYPHENS and (text[-2] not in _BLANK or text[-1] == "\u00ad")


def _ends_in_hyphen_apart(characters: str, start: int, end: int) -> bool:
    """Tell whether a line of text, and not of a formula, ends in a hyphen that pdfium saw a space before."""
    text = characters[start:end].rstrip(_BLANK)
    return len(text) >= _LINE_OF_TEXT and text[-1] in LINE_END_HYPHENS and text[-2] == " " and text[-3].islower()


def _font(handle: raw.FPDF_TEXTPAGE, index: int) -> str:
    return _SUBSET.sub("", calls.font(handle, index))


@lru_cache(maxsize=256)
def _is_bold(font: str) -> bool:
    return bool(_BOLD.search(_SUBSET.sub("", font)))
