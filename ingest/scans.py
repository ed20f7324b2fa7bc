"""Which pages are only pictures, or bear a text that is not what is printed, and what becomes of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.characters import spelt
from corpus.publication import Page, Passage
from facsimile.found import listed
from facsimile.recogniser import Recogniser
from facsimile.sheet import Reading, Sheet
from ingest.clean import body_size
from ingest.legibility import Legibility, legibility

_LITTLE = 20  # characters; a page with fewer is a picture, or empty
_MEANINGLESS = 0.02  # share of the characters inside words at which a text is not to be read
_BETTER = 0.05  # share of German function words by which a recognised text must beat the file's own
_LEAST_WORDS = 0.5  # share of the file's own words that it must have
_NEAR = 0.15  # share by which type sizes in pictures and in text may differ and mean the same


@dataclass(frozen=True, slots=True)
class Scans:
    """A reading with pictures read: its sheets, and what to say of it in German.

    ``unread`` are the indices of pages not looked at for want of a tesseract, so that another ingestion may find more.
    """

    sheets: tuple[Sheet, ...]
    warnings: tuple[str, ...] = ()
    unread: frozenset[int] = frozenset()
    why_not: str = ""


def read_scans(
    path: Path, reading: Reading, recogniser: Recogniser | None, on_page: Callable[[int, int], None] = lambda done, total: None
) -> Scans:
    """Return a reading with the text of those pages that have none of their own, or none that is German.

    A page is only changed where what was recognised is better than what the file says.  Raises OSError.
    """
    wanted = [sheet for sheet in reading.sheets if is_wanting(sheet)]
    if not wanted or recogniser is None:
        return Scans(reading.sheets)
    if recogniser.why_not:
        pictures = [sheet.index for sheet in wanted if _is_bare(sheet)]
        text = f"Nur als Bild vorhanden und darum nicht gelesen: PDF-Seite {listed(pictures)}. {recogniser.why_not}"
        return Scans(reading.sheets, (text,) if pictures else (), frozenset(sheet.index for sheet in wanted), recogniser.why_not)
    found, failed = recogniser.read(path, wanted, on_page)
    better = {
        sheet.index: found[sheet.index] for sheet in wanted if sheet.index in found and is_better(found[sheet.index], sheet)
    }
    return Scans(
        _with_one_size([better.get(sheet.index, sheet) for sheet in reading.sheets]),
        tuple(_warnings([s for s in wanted if s.index in better], failed, better)),
    )


def is_wanting(sheet: Sheet) -> bool:
    """Tell whether a page must be looked at: it is a picture without text or with hardly a German word, or its text is none.

    Pages of text with few German words are left alone: tables, registers, formulas and other languages have as few.
    """
    if _is_bare(sheet):
        return True
    read = legibility(sheet)
    if sum(missing.inside for missing in read.missing) > _MEANINGLESS * read.characters:
        return read.characters >= _LITTLE
    return read.is_garbled or (sheet.is_picture and read.is_foreign)


def is_better(found: Sheet, own: Sheet) -> bool:
    """Tell whether what was recognised on a page says more than the file's own text."""
    new, old = legibility(found), legibility(own)
    if _is_bare(own):  # a title on a photograph is truer as the file has it
        return new.characters > old.characters + (_LITTLE if old.characters else 0)
    return new.words >= _LEAST_WORDS * old.words and _german(new) >= _german(old) + _BETTER


def _german(read: Legibility) -> float:
    return read.german or 0.0


def _is_bare(sheet: Sheet) -> bool:
    return sheet.is_picture and legibility(sheet).characters < _LITTLE


def _with_one_size(sheets: Sequence[Sheet]) -> tuple[Sheet, ...]:
    """Return sheets whose measured type sizes are those of the text around them, where they are nearly so."""
    measured, set_ = body_size([s for s in sheets if s.recognition]), body_size([s for s in sheets if not s.recognition])
    if not measured or not set_ or not abs(measured / set_ - 1) <= _NEAR:
        return tuple(sheets)
    factor = set_ / measured
    return tuple(
        replace(s, lines=tuple(replace(line, size=round(line.size * factor, 1)) for line in s.lines)) if s.recognition else s
        for s in sheets
    )


def _warnings(read: Sequence[Sheet], failed: Sequence[int], found: dict[int, Sheet]) -> list[str]:
    pictures = [sheet.index for sheet in read if _is_bare(sheet)]
    anew = [sheet.index for sheet in read if not _is_bare(sheet)]
    mends = sum(len(recognition.mended) for sheet in found.values() if (recognition := sheet.recognition))
    said = []
    if pictures:
        said.append(f"Mit Texterkennung gelesen, weil nur als Bild vorhanden: PDF-Seite {listed(pictures)}.")
    if anew:
        said.append(f"Mit Texterkennung neu gelesen, weil der Text der Datei dort unbrauchbar ist: PDF-Seite {listed(anew)}.")
    if mends:
        said.append(f"Die Texterkennung hielt Paragraphenzeichen für Ziffern oder Buchstaben; berichtigt: {mends}.")
    if failed:
        said.append(
            f"Die Texterkennung wurde abgebrochen, weil sie zu viel Zeit oder Speicher braucht: PDF-Seite {listed(failed)}. "
            "Noch einmal versuchen: fundstelle ingest --rebuild DATEI.pdf"
        )
    return said


def with_marks(passages: Sequence[Passage], pages: Sequence[Page]) -> tuple[Passage, ...]:
    """Return passages with those of their pages that were recognised, and where their text is doubtful."""
    read = {page.index: page for page in pages if page.recognition}
    return tuple(_marked(passage, read) if any(index in read for index in passage.pages) else passage for passage in passages)


def _marked(passage: Passage, read: dict[int, Page]) -> Passage:
    doubtful: list[tuple[int, int]] = []
    at = 0
    for piece in passage.pieces:
        page = read.get(piece.page)
        if page is not None and page.recognition:
            text, origins = spelt(page.characters[piece.start : piece.end])
            lead = len(text) - len(text.lstrip()) if not piece.text.startswith(" ") else 0
            for start, end in page.recognition.doubtful:
                first = bisect_left(origins, start - piece.start) - lead
                last = bisect_right(origins, end - piece.start - 1) - lead
                first, last = max(first, 0), min(last, len(piece.text.rstrip()))
                if first < last:
                    doubtful.append((at + first, at + last))
        at += len(piece.text)
    return replace(passage, recognised=tuple(index for index in passage.pages if index in read), doubtful=tuple(doubtful))
