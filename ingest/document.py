"""A PDF file becomes a document: pages with their printed numbers, and passages that are true to them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path

from corpus.errors import UnreadableFile
from corpus.errors import reason as why
from corpus.publication import Document, Page, PageLabel, Publication
from facsimile.found import NO_TEXT
from facsimile.original import digest_of
from facsimile.recognised import as_shown
from facsimile.recogniser import Recogniser
from facsimile.sheet import Reading, Sheet
from facsimile.worker import Job
from ingest.bibliography import describe
from ingest.clean import clean
from ingest.labels import number_pages
from ingest.passages import Splitting, split
from ingest.scans import Scans, read_scans, with_marks
from ingest.sections import find_sections
from ingest.spreads import find_spreads

#: Changes whenever the same file would give other pages or passages; publications read by another version are read anew.
READING_VERSION = 10
#: Ends the fingerprint of a publication with pictures that nobody could look at, so that it is read again once that is possible.
UNREAD = "-unread"


def fingerprint(path: Path, corrections: Mapping[int, str], splitting: Splitting) -> str:
    """Return a hash over all that the passages of a file depend on; raises UnreadableFile."""
    return _fingerprint(_digest(path), corrections, splitting)


def _fingerprint(digest: str, corrections: Mapping[int, str], splitting: Splitting) -> str:
    return hashlib.sha256(repr((READING_VERSION, sorted(corrections.items()), splitting, digest)).encode()).hexdigest()[:32]


def _digest(path: Path) -> str:
    try:
        return digest_of(path)
    except OSError as error:
        reason = (
            "Das ist ein Ordner. Nennen Sie die PDF-Dateien selbst, z. B. Ordner/*.pdf"
            if path.is_dir()
            else (
                "Die Datei gibt es nicht. Prüfen Sie den Namen."
                if not path.exists()
                else f"Die Datei lässt sich nicht öffnen ({why(error)})."
            )
        )
        raise UnreadableFile(path.name, reason) from None


def read_document(
    job: Job,
    publication: Publication | None,
    corrections: Mapping[int, str],
    splitting: Splitting = Splitting(),
    fits: Callable[[str], bool] = lambda text: True,
    on_page: Callable[[int, int], None] = lambda done, total: None,
    recogniser: Recogniser | None = None,
    on_recognised: Callable[[int, int], None] = lambda done, total: None,
) -> Document:
    """Return what the file reads as that ``job`` is at.

    ``publication`` is its entry in the catalogue; without one it is described from the file itself.
    ``corrections`` map PDF pages (from 1) to printed numbers, ``recogniser`` reads pages that are only pictures.  Raises
    UnreadableFile.
    """
    path = job.path
    digest = _digest(path)
    reading = job.reading(on_page)
    try:
        scans = read_scans(path, reading, recogniser, on_recognised)
    except OSError as error:
        raise UnreadableFile(path.name, f"Die Datei lässt sich nicht mehr lesen ({why(error)}).") from None
    reading = replace(reading, sheets=scans.sheets)
    spreads = find_spreads(reading.sheets)
    if spreads:
        labels = spreads.sheet_labels(reading.sheets, corrections)
    else:
        labels = number_pages(reading.sheets, reading.structure.labels, corrections)
    publication = publication or describe(path, reading)
    pages = tuple(_page(sheet, label) for sheet, label in zip(reading.sheets, labels, strict=True))
    if spreads:
        sections = find_sections(clean(spreads.pages, spreads.labels), spreads.outline(reading.structure.outline))
        passages = spreads.on_sheets(split(publication.id, sections, splitting, fits))
    else:
        sections = find_sections(clean(reading.sheets, labels), reading.structure.outline)
        passages = split(publication.id, sections, splitting, fits)
    if not passages:
        raise UnreadableFile(path.name, _without_text(reading, scans, recogniser))
    if _digest(path) != digest:
        raise UnreadableFile(path.name, "Die Datei hat sich während des Lesens geändert. Lesen Sie sie noch einmal ein.")
    warnings = (*reading.warnings, *scans.warnings, *_empty_pages(reading, scans.unread))
    key = _fingerprint(digest, corrections, splitting) + (UNREAD if scans.unread else "")
    return Document(publication, key, path, pages, with_marks(passages, pages), warnings, digest)


def _page(sheet: Sheet, label: PageLabel) -> Page:
    shown = as_shown(sheet)
    return Page(shown.index, label, shown.width, shown.height, shown.characters, shown.boxes, shown.recognition)


def _without_text(reading: Reading, scans: Scans, recogniser: Recogniser | None) -> str:
    """Return why a file has no text at all, and what to do."""
    if not any(sheet.is_picture for sheet in reading.sheets):
        return "In der Datei steht kein Text, der sich lesen lässt. Lassen Sie eine Texterkennung (OCR) darüber laufen."
    if recogniser is None:
        return NO_TEXT
    if scans.why_not or scans.warnings:
        return f"Die Datei enthält nur Bilder. {scans.why_not or scans.warnings[-1]}"
    return "Die Datei enthält nur Bilder, und die Texterkennung fand darin keinen Text. Prüfen Sie, ob etwas zu lesen ist."


def _empty_pages(reading: Reading, told: Collection[int]) -> tuple[str, ...]:
    empty = [str(sheet.index + 1) for sheet in reading.sheets if not sheet.lines and sheet.index not in told]
    if not empty:
        return ()
    shown = ", ".join(empty[:20]) + (" …" if len(empty) > 20 else "")
    return (f"Ohne lesbaren Text (leer oder nur ein Bild): PDF-Seite {shown}.",)
