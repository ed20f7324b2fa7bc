"""A PDF file becomes a document: pages with their printed numbers, and passages that are true to them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from corpus.errors import UnreadableFile
from corpus.errors import reason as why
from corpus.publication import Document, Page, Publication
from facsimile.original import digest_of
from facsimile.sheet import Reading
from facsimile.worker import Job
from ingest.bibliography import describe
from ingest.clean import clean
from ingest.labels import number_pages
from ingest.passages import Splitting, split
from ingest.sections import find_sections
from ingest.spreads import find_spreads

#: Changes whenever the same file would give other pages or passages; publications read by another version are read anew.
READING_VERSION = 6


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
    taken: Collection[str] = (),
) -> Document:
    """Return what the file reads as that ``job`` is at.

    ``publication`` is its entry in the catalogue; without one it is described from the file itself.
    ``corrections`` map PDF pages (from 1) to printed numbers, ``taken`` are ids that other files have already.  Raises
    UnreadableFile.
    """
    path = job.path
    digest = _digest(path)
    reading = job.reading(on_page)
    spreads = find_spreads(reading.sheets)
    if spreads:
        labels = spreads.sheet_labels(reading.sheets, corrections)
    else:
        labels = number_pages(reading.sheets, reading.structure.labels, corrections)
    publication = publication or describe(path, reading, taken)
    pages = tuple(
        Page(sheet.index, label, sheet.width, sheet.height, sheet.characters, sheet.boxes)
        for sheet, label in zip(reading.sheets, labels, strict=True)
    )
    if spreads:
        sections = find_sections(clean(spreads.pages, spreads.labels), spreads.outline(reading.structure.outline))
        passages = spreads.on_sheets(split(publication.id, sections, splitting, fits))
    else:
        sections = find_sections(clean(reading.sheets, labels), reading.structure.outline)
        passages = split(publication.id, sections, splitting, fits)
    if not passages:
        raise UnreadableFile(
            path.name, "In der Datei steht kein Text, der sich lesen lässt. Lassen Sie eine Texterkennung (OCR) darüber laufen."
        )
    if _digest(path) != digest:
        raise UnreadableFile(path.name, "Die Datei hat sich während des Lesens geändert. Lesen Sie sie noch einmal ein.")
    key, warnings = _fingerprint(digest, corrections, splitting), (*reading.warnings, *_empty_pages(reading))
    return Document(publication, key, path, pages, passages, warnings, digest)


def _empty_pages(reading: Reading) -> tuple[str, ...]:
    empty = [str(sheet.index + 1) for sheet in reading.sheets if not sheet.lines]
    if not empty:
        return ()
    shown = ", ".join(empty[:20]) + (" …" if len(empty) > 20 else "")
    return (f"Ohne lesbaren Text (leer oder nur ein Bild): PDF-Seite {shown}.",)
