"""Files become documents that were held against their pages, each read ahead while the one before is worked on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from corpus.errors import UnreadableFile
from corpus.publication import Document, LabelSource, Page, PageLabel
from facsimile.recogniser import Recogniser
from facsimile.worker import Job
from ingest.document import read_document
from ingest.passages import Splitting
from verification import Check, prove


@dataclass(frozen=True, slots=True)
class Order:
    """A file to read, with its corrections (PDF page, number), and the fingerprint under which it may have been read before."""

    path: Path
    corrections: tuple[tuple[int, str], ...] = ()
    fingerprint: str = ""


class Told(Protocol):
    """Who is told how far it is: ``ingestion.Progress``."""

    @property
    def on_file(self) -> Callable[[str, int, int], None]:
        """A file's turn has come: its name, its number, of how many."""

    @property
    def on_page(self) -> Callable[[int, int], None]:
        """Pages of it are read: how many, of how many."""

    @property
    def on_recognised(self) -> Callable[[int, int], None]:
        """Pictures of it are read: how many, of how many."""

    @property
    def on_failure(self) -> Callable[[UnreadableFile], None]:
        """A file could not be read."""


@dataclass(frozen=True, slots=True)
class Reader:
    """How the files of one ingestion are read: how they are split, what the model takes whole, and who reads pictures."""

    splitting: Splitting
    fits: Callable[[str], bool]
    recogniser: Recogniser | None
    on_page: Callable[[int, int], None]
    on_recognised: Callable[[int, int], None]

    def read(self, job: Job, order: Order) -> Document:
        """Return what a file reads, described from itself and held against its pages; see ``read_document``.

        Raises UnreadableFile.
        """
        return _proved(
            read_document(
                job, None, dict(order.corrections), self.splitting, self.fits, self.on_page, self.recogniser, self.on_recognised
            )
        )


class Ahead:
    """Reads files one after the other, always one ahead of the one that is asked for: two processors are common."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths
        self._jobs: list[Job] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for job in self._jobs:
            job.stop()

    def __iter__(self) -> Iterator[Job]:
        for number in range(len(self._paths)):
            self._jobs += [Job(path) for path in self._paths[number + len(self._jobs) : number + 2]]
            yield self._jobs[0]
            self._jobs.pop(0).stop()


def _inferred(page: Page) -> Page:
    return replace(page, label=PageLabel(page.label.text, LabelSource.INFERRED))


def _proved(document: Document) -> Document:
    """Hold a document against what pdfium read; one that says what does not stand there is refused.

    The library that is written from it is held against it in turn, and ``fundstelle verify`` reads the file once more.
    """
    proof = prove(document, document.pages)
    doubted = {deviation.pdf_page for deviation in proof.deviations if deviation.check is Check.LABEL}
    if doubted:  # the number may follow from the others, but it is not cited as if it stood there
        document = replace(document, pages=tuple(_inferred(p) if p.pdf_page in doubted else p for p in document.pages))
        proof = prove(document, document.pages)
    if proof.deviations:
        raise UnreadableFile(
            document.publication.file,
            f"Was gelesen wurde, stimmt nicht mit der Datei überein ({len(proof.deviations)} Abweichung(en)), darum wird sie "
            f"nicht aufgenommen. {proof.deviations[0]} Bitte melden Sie das als Fehler.",
        )
    if not proof.unmarked:
        return document
    pages = sorted(set(proof.unmarked))
    shown = ", ".join(map(str, pages[:20])) + (" …" if len(pages) > 20 else "")
    warning = (
        "Ohne Markierung auf der Seite, weil dort Zeichen übereinander gedruckt sind: "
        f"{len(proof.unmarked)} Stelle(n), PDF-Seite {shown}."
    )
    return replace(document, warnings=(*document.warnings, warning))
