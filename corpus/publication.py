"""The value types that carry everything: publications, pages, pieces, passages.  Frozen, no I/O."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from corpus.geometry import Box, CharBoxes

_SPREAD = re.compile(r"(\d+|[ivxlc]+|[IVXLC]+)–(\d+|[ivxlc]+|[IVXLC]+)")
UNSETTLED = "ungeklärt"  # the licence of a publication whose rights nobody has confirmed


class LabelSource(StrEnum):
    """Where the printed number of a page is known from, most trusted first."""

    CORRECTED = "corrected"  # by the operator, in the catalogue
    SEEN = "seen"  # it stands on the page
    DECLARED = "declared"  # the file says so (/PageLabels), the page does not show it
    INFERRED = "inferred"  # from its neighbours
    NONE = "none"

    @property
    def certain(self) -> bool:
        """True where the number may be cited without brackets."""
        return self in (LabelSource.CORRECTED, LabelSource.SEEN)


class Show(StrEnum):
    """How much of a publication its readers may be shown."""

    PASSAGE = "passage"  # single passages with their citation, and a sentence on either side
    PAGE = "page"  # whole pages too
    FULL = "full"  # all of it


class Kind(StrEnum):
    """What sort of text a section or passage is."""

    TEXT = "text"
    NOTE = "note"  # a footnote
    TABLE = "table"  # a row a line, with its caption
    CONTENTS = "contents"  # a table of contents
    INDEX = "index"  # subjects, persons, places with their pages
    BIBLIOGRAPHY = "bibliography"

    @property
    def leads_elsewhere(self) -> bool:
        """True for what names the places of text instead of being text: findable, but below the text itself."""
        return self in (Kind.CONTENTS, Kind.INDEX, Kind.BIBLIOGRAPHY)


@dataclass(frozen=True, slots=True)
class Name:
    """A person, or a corporate author (then ``given`` is empty)."""

    family: str
    given: str = ""


@dataclass(frozen=True, slots=True)
class Publication:
    """What is cited: bibliographic data (fields named after CSL 1.0.2), rights, and its file.

    ``file`` is the PDF's base name.  An empty string means that a field is not known; nothing is invented.  ``succeeds`` is the
    id of the publication of which it is a later edition; links to that one lead here once it is gone.
    """

    id: str
    file: str
    title: str
    kind: str = "document"  # a CSL type: book, report, pamphlet, document ...
    subtitle: str = ""
    authors: tuple[Name, ...] = ()
    year: str = ""
    publisher: str = ""
    place: str = ""
    series: str = ""
    isbn: str = ""
    doi: str = ""
    url: str = ""
    language: str = "de"
    licence: str = UNSETTLED
    show: Show = Show.PASSAGE
    specimen: bool = False
    succeeds: str = ""

    @property
    def full_title(self) -> str:
        """Title and subtitle as on a title page."""
        return f"{self.title}. {self.subtitle}" if self.subtitle else self.title


@dataclass(frozen=True, slots=True)
class PageLabel:
    """The printed number of a page and where it is known from."""

    text: str = ""
    source: LabelSource = LabelSource.NONE

    @classmethod
    def of_spread(cls, first: str, last: str, source: LabelSource) -> PageLabel:
        """Return the label of a sheet that shows two printed pages side by side: "46–47"."""
        return cls(f"{first}–{last}", source)

    @property
    def ends(self) -> tuple[str, str]:
        """The numbers of the first and the last printed page that it names: two on a sheet with two pages, else the same.

        What the file declares is never taken apart: "2–14" may be page 14 of chapter 2.
        """
        pair = _SPREAD.fullmatch(self.text) if self.source is not LabelSource.DECLARED else None
        return (pair[1], pair[2]) if pair else (self.text, self.text)


class TextSource(StrEnum):
    """Where the text of a page comes from."""

    TEXT = "text"  # the file's own characters
    OCR = "ocr"  # recognised in the picture of the page


@dataclass(frozen=True, slots=True)
class Recognition:
    """How the text of a page was recognised in its picture.

    ``engine`` says by what, ``file`` is the SHA-256 of the file that was looked at, ``confidence`` the engine's own mean over
    all letters, 0 to 100.  ``doubtful`` are the raw ranges of words that it was not sure of, ``mended`` the raw ranges of signs
    that were put right, each with what had been recognised there.
    """

    engine: str
    file: str
    confidence: int
    doubtful: tuple[tuple[int, int], ...] = ()
    mended: tuple[tuple[int, int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was read.

    ``index`` counts from 0.  ``characters`` holds pdfium's raw characters, one each, so that positions in it are
    pdfium's character indices; ``boxes`` runs parallel to it.  ``width`` and ``height`` are in points.  Where there is a
    ``recognition``, both are what was recognised, and a character's box is its even share of its word's box.
    """

    index: int
    label: PageLabel
    width: float
    height: float
    characters: str
    boxes: CharBoxes
    recognition: Recognition | None = None

    @property
    def source(self) -> TextSource:
        """Where its text comes from."""
        return TextSource.OCR if self.recognition else TextSource.TEXT

    @property
    def pdf_page(self) -> int:
        """The page's number in the file, from 1."""
        return self.index + 1


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one printed line: raw characters ``start`` to ``end`` (exclusive) of a page, and how they read.

    ``text`` is the readable form of the raw characters, with the white space that joins it to the next piece.
    """

    page: int  # index, from 0
    start: int
    end: int
    text: str

    def boxes(self, page: Page) -> tuple[Box, ...]:
        """Return the rectangles on ``page`` that cover the piece, in PDF points."""
        return page.boxes.rectangles(self.start, self.end)


def headed(heading_path: tuple[str, ...], text: str) -> str:
    """Return a text with the headings above it: what an embedding model is given, so that it knows the subject."""
    return " › ".join(heading_path) + "\n" + text if heading_path else text


@dataclass(frozen=True)
class Passage:
    """Whole sentences of one section, with the place of every character.

    ``number`` tells equal texts of one publication apart, in reading order from 1; ``note`` is the printed number or sign of
    the footnote that it is part of.  ``recognised`` are those of its pages (indices) whose text was recognised in a picture,
    ``doubtful`` the ranges of its text that were not recognised for sure.
    """

    publication_id: str
    heading_path: tuple[str, ...]
    pieces: tuple[Piece, ...]
    kind: Kind = Kind.TEXT
    number: int = 1
    note: str = ""
    recognised: tuple[int, ...] = ()
    doubtful: tuple[tuple[int, int], ...] = ()

    @cached_property
    def text(self) -> str:
        """The readable text: the joined pieces, nothing else."""
        return "".join(piece.text for piece in self.pieces)

    @cached_property
    def id(self) -> str:
        """A name that survives re-ingestion: a hash of publication and text, with a number among equal texts."""
        digest = hashlib.sha256(f"{self.publication_id}\n{self.text}".encode()).hexdigest()[:16]
        return digest if self.number == 1 else f"{digest}-{self.number}"

    @property
    def headed_text(self) -> str:
        """The text with its headings, for the embedding model."""
        return headed(self.heading_path, self.text)

    @property
    def own_mark(self) -> str:
        """The mark with which a footnote begins: it is printed there, but part of no sentence."""
        begins = re.match(rf"\s*{re.escape(self.note)}[.)]?\s+", self.text) if self.note else None
        return begins[0] if begins else ""

    def words_of(self, sentence: tuple[int, int]) -> str:
        """Return what a sentence says, which is given by its range, as it may be quoted."""
        start, end = sentence
        return self.text[max(start, len(self.own_mark)) : end]

    @cached_property
    def pages(self) -> tuple[int, ...]:
        """Indices of the pages it stands on, in order."""
        return tuple(sorted({piece.page for piece in self.pieces}))


@dataclass(frozen=True, slots=True)
class Original:
    """The file that a publication was read from: where it lay, and the digest of its bytes."""

    path: Path
    digest: str


@dataclass(frozen=True, slots=True)
class Document:
    """A publication that was read: its pages and passages, where its file lay, and what to mistrust (German).

    ``fingerprint`` covers all that the passages depend on: the file's bytes, the corrections, the reading; ``digest`` the
    bytes alone.
    """

    publication: Publication
    fingerprint: str
    path: Path
    pages: tuple[Page, ...]
    passages: tuple[Passage, ...]
    warnings: tuple[str, ...] = ()
    digest: str = ""
