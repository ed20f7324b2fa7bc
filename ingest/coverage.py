"""A document's passages are laid over its pages: what no passage holds, and what became of hyphens at line ends."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from corpus.characters import LINE_END_HYPHENS, readable
from corpus.geometry import union
from corpus.publication import Document, Kind, Page, Piece
from ingest.furniture import EDGE_DEPTH

_MARGIN = 0.12  # share of the page's width in which thumb indexes lie
_LINE_END = re.compile("[\r\n\x02\ufffe]")
_BLANK = " \t\r\n"  # to Python, codes of ligatures are white space as well
_MARK = re.compile(r"\d{1,3}|[*†]")
_NOTE = re.compile(r"^\s*(\d{1,3}|[*†])(?=\D)", re.M)
_CONJUNCTION = re.compile(r"und|oder|bzw|sowie|beziehungsweise|respektive|als|statt|wie|noch|bis|zu[mr]?\b|in\b", re.I)


class Place(StrEnum):
    """Where on a page something stands."""

    HEAD = "head"
    FOOT = "foot"
    MARGIN = "margin"
    MIDDLE = "middle"


@dataclass(frozen=True, slots=True)
class Removed:
    """A printed line, or the rest of one, that no passage holds."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Joint:
    """A word that a hyphen broke over two lines, as it reads now; ``kept`` tells that the hyphen stands in it."""

    text: str
    kept: bool

    @property
    def is_odd(self) -> bool:
        """True where a blank stands behind the hyphen, but no conjunction behind that ("verifi- kation")."""
        before, _, rest = self.text.partition("- ")
        return bool(rest) and before[-1:].islower() and rest[0].islower() and not _CONJUNCTION.match(rest)


@dataclass(frozen=True, slots=True)
class Covered:
    """What passages hold of a page: their numbers in the document, and what none of them holds.

    ``is_prose`` tells that most of what they hold is running text or notes.
    """

    passages: tuple[int, ...]
    removed: tuple[Removed, ...]
    is_prose: bool


def readable_characters(raw: str) -> str:
    """Return raw page characters as they read, without white space."""
    return "".join(readable(raw).split())


def cover(document: Document) -> dict[int, Covered]:
    """Return for each page, by its index, what passages hold of it."""
    held: dict[int, list[tuple[int, Kind, Piece]]] = {page.index: [] for page in document.pages}
    for number, passage in enumerate(document.passages):
        for piece in passage.pieces:
            held[piece.page].append((number, passage.kind, piece))
    result: dict[int, Covered] = {}
    for page in document.pages:
        sizes: Counter[bool] = Counter()
        for _, kind, piece in held[page.index]:
            sizes[kind in (Kind.TEXT, Kind.NOTE)] += piece.end - piece.start
        numbers = tuple(dict.fromkeys(number for number, _, _ in held[page.index]))
        notes = [document.passages[number] for number in numbers if document.passages[number].kind is Kind.NOTE]
        marks = {mark for note in notes for mark in _NOTE.findall(note.text)}
        pieces = [piece for _, _, piece in held[page.index]]
        removed = tuple(
            removed
            for removed in _removed(page, pieces)
            if removed.text == page.label.text or not marks.issuperset(removed.text.split())  # on a line of their own
        )
        result[page.index] = Covered(numbers, removed, sizes[True] >= sizes[False])
    return result


def _removed(page: Page, pieces: Sequence[Piece]) -> Iterator[Removed]:
    """Yield what no piece holds, line by line; decided hyphens, note marks and white space are no loss."""
    free = bytearray(b"\1") * len(page.characters)
    for piece in pieces:
        free[piece.start : piece.end] = bytes(piece.end - piece.start)
    for match in re.finditer(b"\1+", bytes(free)):
        for line in re.finditer("[^\r\n\x02\ufffe]+[\x02\ufffe]?|[\x02\ufffe]", page.characters[match.start() : match.end()]):
            start, end = match.start() + line.start(), match.start() + line.end()
            rest = line[0].rstrip(_BLANK)
            behind_text = match.start() > 0 and not line.start()
            if behind_text and (rest in LINE_END_HYPHENS or _MARK.fullmatch(rest)):
                continue
            if text := readable(page.characters[start:end]).strip():
                yield Removed(text, _place(page, start, end))


def _place(page: Page, start: int, end: int) -> Place:
    box = union(box for box in page.boxes.between(start, end) if box)
    if box is None:
        return Place.MARGIN  # nothing is printed there
    x, y = box.centre
    if y > page.height * (1 - EDGE_DEPTH):
        return Place.HEAD
    if y < page.height * EDGE_DEPTH:
        return Place.FOOT
    return Place.MARGIN if not page.width * _MARGIN < x < page.width * (1 - _MARGIN) else Place.MIDDLE


def joints(document: Document) -> dict[int, list[Joint]]:
    """Return the hyphens at line ends that were decided, by the index of the page on which their line ends."""
    pages = {page.index: page.characters for page in document.pages}
    result: dict[int, list[Joint]] = {}
    for passage in document.passages:
        for piece, following in pairwise(passage.pieces):
            joint = _joint(piece, following, pages[piece.page])
            if joint:
                result.setdefault(piece.page, []).append(joint)
    return result


def _joint(piece: Piece, following: Piece, characters: str) -> Joint | None:
    """Return what became of the hyphen at the end of a piece, None where there is none or no line ends."""
    same_page = following.page == piece.page
    between = characters[max(piece.start, piece.end - 1) : following.start] if same_page else "\n"
    if not _LINE_END.search(between) and following.start >= piece.end:
        return None
    word = re.search(r"\S+\s?$", piece.text)
    rest = re.match(r"\S+", following.text)
    if not word or not rest or piece.text.endswith("\n"):
        return None
    if re.search(r"\S-\s?$", piece.text):
        return Joint(word[0] + rest[0], kept=True)
    joined = not word[0][-1].isspace() and characters[piece.end : piece.end + 1] in LINE_END_HYPHENS
    return Joint(word[0] + rest[0], kept=False) if joined and piece.end < len(characters) else None
