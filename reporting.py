"""A library becomes report cards, and report cards with pictures from their files one HTML file."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import card_html
from corpus.catalogue import Catalogue
from corpus.errors import FundstelleError, StorageError, UnreadableFile, reason
from facsimile.image import Picture, pictures
from index.library import Library, Stored
from ingest.document import UNREAD, fingerprint
from ingest.passages import Splitting
from ingest.report import ReportCard, report_card


@dataclass(frozen=True, slots=True)
class Reported:
    """A publication's report card, and what the library knows of its file."""

    card: ReportCard
    stored: Stored


def report(library: Library, names: Sequence[str]) -> Iterator[Reported]:
    """Yield the cards of the publications named by id or file, of all where none is named; raises FundstelleError."""
    for stored in _chosen(library.stored(), names):
        yield Reported(report_card(library.document(stored)), stored)


def _chosen(stored: Sequence[Stored], names: Sequence[str]) -> Sequence[Stored]:
    known = {s.publication.id: s for s in stored} | {s.publication.file: s for s in stored}
    for name in names:
        if name not in known and Path(name).name not in known:
            files = ", ".join(s.publication.file for s in stored[:10]) + (" …" if len(stored) > 10 else "")
            raise FundstelleError(
                f"„{name}“ ist nicht eingelesen. Eingelesen sind: {files}. Lesen Sie die Datei ein (fundstelle ingest DATEI.pdf) "
                "oder nennen Sie eine von diesen."
            )
    wanted = {(known.get(name) or known[Path(name).name]).publication.id for name in names}
    return [s for s in stored if not names or s.publication.id in wanted]


def write_html(
    path: Path, reported: Sequence[Reported], catalogue: Catalogue, on_page: Callable[[str, int, int], None]
) -> Iterator[str]:
    """Write the report, whole or not at all, and yield each publication's file once it is in; ``on_page(file, done, total)``.

    Raises StorageError.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "")
        with part.open("w", encoding="utf-8", errors="replace") as file:
            file.write(card_html.opening([r.card for r in reported]))
            for position, one in enumerate(reported, 1):
                found, why_none = _pictures(one, catalogue, on_page)
                file.writelines(card_html.section(position, one.card, found, why_none))
                yield one.card.publication.file
            file.write(card_html.CLOSING)
        part.replace(path)
    except OSError as error:
        raise StorageError(
            f"Der Bericht {path} lässt sich nicht schreiben ({reason(error)}). Nennen Sie mit --html eine andere Datei."
        ) from error
    finally:
        with suppress(OSError):
            part.unlink()


def _pictures(one: Reported, catalogue: Catalogue, on_page: Callable[[str, int, int], None]) -> tuple[dict[int, Picture], str]:
    """Return the pictures of a publication's pages, or why there are none."""
    stored = one.stored
    entry = catalogue.for_file(stored.publication.file)
    try:
        now = fingerprint(stored.path, dict(entry.corrections) if entry else {}, Splitting())
    except UnreadableFile as error:
        return {}, error.reason
    if now != stored.fingerprint.removesuffix(UNREAD):
        return {}, (
            "Seit dem Einlesen haben sich die Datei, ihre Berichtigungen im Katalog oder Fundstelle selbst geändert. "
            "Lesen Sie sie neu ein: fundstelle ingest DATEI.pdf"
        )
    file, pages = stored.publication.file, max(page.pdf_page for page in one.card.pages)
    found = pictures(stored.path, pages, lambda done, total: on_page(file, done, total))
    return {picture.index: picture for picture in found}, ""
