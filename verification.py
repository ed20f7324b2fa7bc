"""Documents are held against their PDFs: what we say stands on a page is read back from it, character by character."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.characters import readable
from corpus.errors import UnreadableFile, reason
from corpus.geometry import PRINTED_OVER, UNITS_PER_POINT, Box
from corpus.publication import Document, Kind, LabelSource, Page, Passage, Piece
from facsimile.recognised import as_shown
from facsimile.recogniser import Recogniser
from facsimile.sheet import Sheet
from facsimile.worker import read_back
from index.library import Library

_MOST_COMPARED = 1_000_000  # characters on the heights of pieces; with more, pieces are held one by one, in less memory
_RECURRING = 3  # pages on which a line is left out
_EDGE = 0.12  # share of a page's height in which heads and feet stand
_SHORTEST_HEAD = 6  # letters
_NOWHERE = Box(1.0, 1.0, 0.0, 0.0)  # no point lies in it

#: What a page shows: read at ingestion, or just now.
Shown = Page | Sheet


class Check(StrEnum):
    """What may turn out not to be true."""

    PAGE = "page"  # a page has the characters and boxes that were stored
    LABEL = "label"  # a printed number that is cited without brackets stands on its page
    TEXT = "text"  # a piece reads what its raw characters read
    PLACE = "place"  # the characters inside a piece's boxes are its raw characters
    PASSAGE = "passage"  # a passage's id is made of its text
    NOTE = "note"  # a footnote has a number or sign, which stands on its page
    HEAD = "head"  # what is left out as a running head or foot on other pages stands in no passage


@dataclass(frozen=True, slots=True)
class Deviation:
    """Something that is not as we say: on which page (from 1, in the file), in which passage, and both readings."""

    check: Check
    pdf_page: int
    passage_id: str
    expected: str
    found: str

    def __str__(self) -> str:
        what = {
            Check.PAGE: "Die Seite liest sich anders als beim Einlesen",
            Check.LABEL: "Die Seitenzahl steht nicht auf der Seite",
            Check.TEXT: "Der Text steht nicht so auf der Seite",
            Check.PLACE: "In den Rechtecken steht etwas anderes",
            Check.PASSAGE: "Die Kennung passt nicht zum Text",
            Check.NOTE: "Die Nummer der Fußnote steht nicht auf der Seite",
            Check.HEAD: "Eine Kopf- oder Fußzeile steht in einer Passage",
        }[self.check]
        passage = f", Passage {self.passage_id}" if self.passage_id else ""
        return f"PDF-S. {self.pdf_page}{passage}: {what}: „{_short(self.expected)}“, gefunden „{_short(self.found)}“."


@dataclass(frozen=True, slots=True)
class Proof:
    """What was held against the file of a publication, and what was not true.

    ``unmarked`` are the pages (from 1) of pieces without boxes, one entry a piece, because other characters are printed
    over theirs.  ``recognised`` are the pages (from 1) whose text was recognised in a picture: they are held against what was
    recognised there, which proves nothing about whether that is what is printed.  ``unproven`` says in a German sentence why
    there was nothing to hold them against.
    """

    file: str
    pages: int
    passages: int
    pieces: int
    unmarked: tuple[int, ...]
    deviations: tuple[Deviation, ...]
    unproven: str = ""
    recognised: tuple[int, ...] = ()

    @property
    def holds(self) -> bool:
        """True where everything was checked and is true."""
        return not self.deviations and not self.unproven


def prove(document: Document, sheets: Sequence[Shown], ids: Sequence[str] | None = None) -> Proof:
    """Hold a document against what is read back from its file.

    ``ids`` are the names under which its passages are stored, in order, where they come from a library.
    """
    again = {sheet.index: sheet for sheet in sheets}
    pages = {page.index: page for page in document.pages}
    deviations = [d for page in document.pages for d in _page(page, again.get(page.index))]
    for d in deviations:
        if d.check is Check.PAGE:  # what stands on it can't be true either, and need not be told piece by piece
            again.pop(d.pdf_page - 1, None)
    for passage, id_ in zip(document.passages, ids or (), strict=ids is not None):
        if passage.id != id_:
            deviations.append(Deviation(Check.PASSAGE, passage.pages[0] + 1, id_, id_, passage.id))
    began, last = 0, ""
    for passage in document.passages:
        began, last = (began if passage.note and passage.note == last else passage.pages[0]), passage.note
        if passage.kind is Kind.NOTE and not _is_noted(passage, began, again):
            deviations.append(Deviation(Check.NOTE, passage.pages[0] + 1, passage.id, passage.note, ""))
    unmarked: list[int] = []
    for index, found in _by_page(document, again).items():
        boxes = pages[index].boxes.rectangles_of([(piece.start, piece.end) for _, piece in found])
        places = _Places.of(again[index])
        for (passage, piece), its_boxes, true in zip(found, boxes, places.hold(found, boxes), strict=True):
            deviations += _piece(passage, piece, its_boxes, places, known=true)
            if not its_boxes:
                unmarked.append(piece.page + 1)
    pieces = sum(len(passage.pieces) for passage in document.passages)
    recognised = tuple(page.pdf_page for page in document.pages if page.recognition)
    file = document.publication.file
    return Proof(
        file, len(pages), len(document.passages), pieces, tuple(unmarked), tuple(deviations), recognised=recognised
    )  # fmt: skip


def _by_page(document: Document, sheets: Mapping[int, Shown]) -> dict[int, list[tuple[Passage, Piece]]]:
    found: dict[int, list[tuple[Passage, Piece]]] = {}
    for passage in document.passages:
        for piece in passage.pieces:
            if piece.page in sheets:
                found.setdefault(piece.page, []).append((passage, piece))
    return found


def prove_library(
    library: Library,
    on_page: Callable[[str, int, int], None] = lambda file, done, total: None,
    recogniser: Recogniser | None = None,
) -> Iterator[Proof]:
    """Read the files of a library once more and hold every publication against its own; ``on_page(file, done, total)``.

    Pages that were recognised in pictures are held against what ``recogniser`` keeps of the same bytes, or sees there now.
    """
    for stored in library.stored():
        file = stored.publication.file

        def progress(done: int, total: int, file: str = file) -> None:
            on_page(file, done, total)

        document = library.document(stored)
        try:
            sheets = _seen_again(stored.path, document, read_back(stored.path, on_page=progress), recogniser)
        except UnreadableFile as error:
            yield Proof(file, 0, 0, 0, (), (), error.reason)
        else:
            proof = prove(document, sheets, library.passage_ids(stored.publication.id))
            yield replace(proof, deviations=(*proof.deviations, *stray_heads(document)))


def _seen_again(path: Path, document: Document, sheets: Sequence[Sheet], recogniser: Recogniser | None) -> Sequence[Sheet]:
    """Return sheets with those in pictures as they are recognised; raises UnreadableFile where that can't be done."""
    told = {page.index: page.recognition for page in document.pages if page.recognition}
    if not told:
        return sheets
    try:
        found = recogniser.again(path, sheets, told) if recogniser else {}
    except OSError as error:
        raise UnreadableFile(path.name, f"Die Datei lässt sich nicht mehr lesen ({reason(error)}).") from None
    if missing := sorted(told.keys() - found.keys()):
        pages = ", ".join(str(index + 1) for index in missing[:20])
        why = recogniser.why_not if recogniser and recogniser.why_not else "Die Seiten ließen sich nicht noch einmal erkennen."
        raise UnreadableFile(path.name, f"Auf PDF-Seite {pages} ist der Text mit Texterkennung gelesen. {why}")
    return [as_shown(found[sheet.index]) if sheet.index in found else sheet for sheet in sheets]


def stray_heads(document: Document) -> Iterator[Deviation]:
    """Yield lines at the edges of pages that stand in passages, while the same lines are left out on at least three others.

    Not asked at ingestion: a short text at the edge may be both, and is no reason to refuse a file.
    """
    owners: dict[int, list[tuple[int, int, Passage]]] = {}
    for passage in document.passages:
        for piece in passage.pieces:
            owners.setdefault(piece.page, []).append((piece.start, piece.end, passage))
    lines = [line for page in document.pages for line in _edge_lines(page, owners.get(page.index, []))]
    left_out = Counter(key for _, key, _, passage in lines if passage is None)
    for page, key, text, owner in lines:
        if owner is None or left_out[key] < _RECURRING or owner.kind is not Kind.TEXT:
            continue
        if not any(_masked(heading).endswith(key) or key.endswith(_masked(heading)) for heading in owner.heading_path):
            yield Deviation(Check.HEAD, page.pdf_page, owner.id, "", text)


def _edge_lines(page: Page, owners: Sequence[tuple[int, int, Passage]]) -> Iterator[tuple[Page, str, str, Passage | None]]:
    """Yield the lines near the upper and lower edge of a page: masked, as they read, and the passage that they stand in."""
    for match in re.finditer(r"[^\r\n]+", page.characters):
        box = page.boxes.around(*match.span())
        key = _masked(readable(match[0]))
        if box is None or len(key) < _SHORTEST_HEAD or page.height * _EDGE < box.centre[1] < page.height * (1 - _EDGE):
            continue
        yield page, key, readable(match[0]), next((p for a, b, p in owners if a < match.end() and b > match.start()), None)


def _masked(text: str) -> str:
    return re.sub(r"\d+", "#", " ".join(text.lower().split()))


@dataclass(frozen=True, slots=True)
class _Places:
    """The characters of a page as read back, and the middles of those that have ink."""

    characters: str
    seen: NDArray[np.bool_]  # of each character whether it reads as more than white space
    inked: NDArray[np.int64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]

    @classmethod
    def of(cls, sheet: Shown) -> _Places:
        edges = np.frombuffer(sheet.boxes.packed, "<i4").reshape(-1, 4) / UNITS_PER_POINT
        inked = (edges[:, 2] > edges[:, 0]).nonzero()[0]
        kinds = set(filter(_is_seen, set(sheet.characters)))
        seen = np.fromiter(map(kinds.__contains__, sheet.characters), bool, len(sheet.characters))
        x0, y0, x1, y1 = edges[inked].T
        return cls(sheet.characters, seen, inked, (x0 + x1) / 2, (y0 + y1) / 2)

    def hold(self, pieces: Sequence[tuple[Passage, Piece]], boxes: Sequence[Sequence[Box]]) -> list[bool]:
        """Tell of each piece whether it has one box, and in it lie the middles of its own characters and of no others."""
        if not pieces:
            return []
        seen = self.seen[self.inked]
        inked, x, y = self.inked[seen], self.x[seen], self.y[seen]
        starts, ends = np.array([(piece.start, piece.end) for _, piece in pieces]).T
        x0, y0, x1, y1 = np.array([found[0] if len(found) == 1 else _NOWHERE for found in boxes]).T
        order = np.argsort(y, kind="stable")
        lowest, highest = np.searchsorted(y[order], y0), np.searchsorted(y[order], y1, side="right")
        many = np.maximum(highest - lowest, 0)  # that stand on the height of its box, for each piece
        if many.sum() > _MOST_COMPARED:
            return [False] * len(pieces)
        number = np.repeat(np.arange(len(pieces)), many)
        at = order[np.repeat(highest - np.cumsum(many), many) + np.arange(len(number))]
        held = (x[at] >= x0[number]) & (x[at] <= x1[number])
        own = (inked[at] >= starts[number]) & (inked[at] < ends[number])
        count = np.append(0, np.cumsum(self.seen))
        wanted = count[ends] - count[starts]
        all_held, own_held = (np.bincount(number[kept], minlength=len(pieces)) for kept in (held, held & own))
        return [bool(true) for true in (all_held == wanted) & (own_held == wanted)]

    def inside(self, boxes: Sequence[Box]) -> str:
        """Return the characters whose middles lie in the boxes."""
        held = np.zeros(len(self.inked), bool)
        for box in boxes:
            held |= (self.x >= box.x0) & (self.x <= box.x1) & (self.y >= box.y0) & (self.y <= box.y1)
        return "".join(self.characters[i] for i in self.inked[held])

    def printed_over(self, start: int, end: int) -> bool:
        """Tell whether the middle of another character lies on that of one of ``start`` to ``end``."""
        own = (self.inked >= start) & (self.inked < end)
        x, y = self.x[~own], self.y[~own]
        return any(
            bool(((np.abs(x - one) <= PRINTED_OVER) & (np.abs(y - other) <= PRINTED_OVER)).any())
            for one, other in zip(self.x[own], self.y[own], strict=True)
        )


def _page(page: Page, sheet: Shown | None) -> Iterator[Deviation]:
    if sheet is None:
        yield Deviation(Check.PAGE, page.pdf_page, "", page.characters, "")
    elif (page.characters, page.boxes) != (sheet.characters, sheet.boxes):
        start = next(
            (i for i, (one, other) in enumerate(zip(page.characters, sheet.characters, strict=False)) if one != other), 0
        )
        yield Deviation(Check.PAGE, page.pdf_page, "", page.characters[start:], sheet.characters[start:])
    elif page.label.source is LabelSource.SEEN and not all(_stands_on(n, readable(sheet.characters)) for n in page.label.ends):
        yield Deviation(Check.LABEL, page.pdf_page, "", page.label.text, "")


def _stands_on(label: str, text: str) -> bool:
    return bool(re.search(rf"(?<![^\W_]){re.escape(label)}(?![^\W_])", text))


def _is_noted(passage: Passage, began: int, sheets: Mapping[int, Shown]) -> bool:
    """Tell whether a footnote's number stands on one of the pages from where the note began to where the passage does."""
    texts = [readable(sheets[index].characters) for index in range(began, passage.pages[0] + 1) if index in sheets]
    number = re.escape(passage.note)
    return bool(passage.note) and (not texts or any(re.search(rf"(?<!\d){number}(?!\d)", text) for text in texts))


def _piece(passage: Passage, piece: Piece, boxes: Sequence[Box], places: _Places, *, known: bool) -> Iterator[Deviation]:
    """Hold a piece against its page; ``known`` says that its box is right."""
    raw = places.characters[piece.start : piece.end]
    if readable(raw).strip() != piece.text.strip():
        yield Deviation(Check.TEXT, piece.page + 1, passage.id, piece.text, readable(raw))
    if known:
        return
    if boxes or not places.printed_over(piece.start, piece.end):
        inside = places.inside(boxes)
        if _squeezed(inside) != _squeezed(raw):
            yield Deviation(Check.PLACE, piece.page + 1, passage.id, readable(raw), readable(inside))


@lru_cache(maxsize=5_000)
def _is_seen(character: str) -> bool:
    return bool(_squeezed(character))


def _squeezed(raw: str) -> str:
    return "".join(readable(raw).split())


def _short(text: str) -> str:
    shown = " ".join(text.split())
    return shown if len(shown) <= 60 else shown[:59] + "…"
