"""Small publications to put before the application, and what a browser makes of its pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from flask.testing import FlaskClient

from corpus.publication import Document, LabelSource, Name, PageLabel, Publication, Show
from facsimile.page_images import PageImages
from facsimile.worker import Job
from index.generation import Generation
from index.home import Home
from index.library import Library, Stored
from index.library_writer import write
from index.live import LiveIndex
from index.register import Register
from index.search import Searcher
from ingest.document import read_document
from search_app import create_app
from tests.fakes import CountingEmbedder, document_of, volumes

EMBEDDER = CountingEmbedder()
SCRIPTS = {"/static/keys.js", "/static/copy.js"}  # of every page

REPORT = Publication(
    "bericht",
    "bericht.pdf",
    "Ankommen in der Stadt",
    kind="report",
    subtitle="Ein Bericht",
    authors=(Name("Muster", "Änne"), Name("Verbund der Vereine")),
    year="2024",
    place="Musterstadt",
    publisher="Musterverlag",
    doi="10.1000/muster",
    url="https://example.org/bericht",
    show=Show.FULL,
)
RTL = "\u202e"
EVIL = Publication(
    "boese",
    "boese.pdf",
    f'<script>alert("Titel")</script> & „Zitat“ {RTL}',
    authors=(Name('"><img src=x onerror=alert(1)>'),),
    url="javascript:alert(1)",
    licence="<b>frei</b>",
    specimen=True,
)
LABELS = (
    PageLabel("46", LabelSource.SEEN),
    PageLabel("47", LabelSource.INFERRED),
    PageLabel("48", LabelSource.DECLARED),
    PageLabel(),
    PageLabel("50", LabelSource.CORRECTED),
)


def report() -> Document:
    """Five pages under three headings, with every sort of page number."""
    document = document_of(
        REPORT,
        [
            ["Älter werden: Das Ehrenamt in Übersee.", "Eine Bürgerin hilft."],
            ["Die Straße führt zur Wohnung."],
            ["Freiwillige dolmetschen bei Ärzten."],
            ["Die Gemeinde stellt Räume."],
            ["Am Ende bleibt die Einsamkeit."],
        ],
        labels=LABELS,
    )
    paths = [("1 Anfang", "1.1 Alter"), ("1 Anfang", "1.2 Wohnen"), ("2 Mitte",), ("2 Mitte",), ("1 Anfang",)]
    return replace(
        document, passages=tuple(replace(p, heading_path=path) for p, path in zip(document.passages, paths, strict=True))
    )


def evil() -> Document:
    """A specimen whose texts would like to be markup."""
    text = f'<script>alert("Text")</script> Das Alleinsein & „die“ "Einsamkeit" {RTL}gespiegelt'
    return document_of(EVIL, [[text]], heading_path=("<i>Kapitel</i>", f"'{RTL}Abschnitt"))


def over_a_page_break(document: Document) -> Document:
    """Make the first two passages of a document, each on a page of its own, one that runs on overleaf."""
    first, second, *others = document.passages
    pieces = (*(replace(piece, text=f"{piece.text.rstrip()} ") for piece in first.pieces), *second.pieces)
    return replace(document, passages=(replace(first, pieces=pieces), *others))


def publish(home: Home, *documents: Document) -> None:
    """Make a generation of documents the live one."""
    with home.locked():
        home.publish(volumes(documents), EMBEDDER, "x")


def shelve(home: Home, path: Path, publication: Publication, corrections: dict[int, str] | None = None) -> Document:
    """Read a PDF and make it, as all that there is, the live generation."""
    with Job(path) as job:
        document = read_document(job, publication, corrections or {})
    publish(home, document)
    return document


def ingested(home: Path, stored: Stored) -> Document:
    """Return a document as it is in the live generation."""
    with closing(Home(home).live().library()) as library:
        return library.document(stored)


def documents(home: Path) -> list[Document]:
    """Return all documents of the live generation, in order."""
    with closing(Home(home).live().library()) as library:
        return [library.document(stored) for stored in library.stored()]


def register_documents(register: Register, documents: Sequence[Document], generation: str) -> None:
    """Register documents as those of a generation."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "library.sqlite"
        write(file, documents)
        with closing(Library(file)) as library:
            register.record(library, generation)


@contextmanager
def reading_room(home: Home, **limits: float) -> Iterator[FlaskClient]:
    """Yield a client of the application with pictures of pages."""
    index = LiveIndex(home, open_searcher)
    try:
        yield create_app(index, images=PageImages(home.folder / "pages", 1 << 30, **limits)).test_client()  # type: ignore[arg-type]
    finally:
        index.close()


def open_searcher(generation: Generation) -> Searcher:
    """Open a generation as the application does."""
    return Searcher(generation, EMBEDDER)


@dataclass
class Seen(HTMLParser):
    """What a browser makes of a page: its elements, its text, its marked words, the headings of its hits."""

    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    text: str = ""
    marks: list[str] = field(default_factory=list)
    hits: list[str] = field(default_factory=list)
    inside: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("a", "bdi", "mark", "span"):
            self.text += " "
        if tag in ("mark", "h2", "script"):
            self.inside = tag
        if tag in ("mark", "h2"):
            (self.marks if tag == "mark" else self.hits).append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = "" if tag == self.inside else self.inside

    def handle_data(self, data: str) -> None:
        if self.inside == "script":
            return  # data for programs: nobody sees it
        self.text += data
        if self.inside:
            (self.marks if self.inside == "mark" else self.hits)[-1] += data

    @property
    def words(self) -> str:
        return " ".join(self.text.split())

    def links(self, start: str) -> list[str]:
        return [href for tag, attrs in self.tags if tag == "a" and (href := attrs.get("href")) and href.startswith(start)]

    @property
    def passages(self) -> list[str]:
        """The links to pages of passages."""
        return [link for link in self.links("/f/") if re.fullmatch(r"/f/[0-9a-f]{16}(-\d+)?([?#].*)?", link)]


def look(client: FlaskClient, path: str, status: int = 200, **query: str) -> Seen:
    response = client.get(path, query_string=query or None)
    assert response.status_code == status, response.text
    assert response.content_type == "text/html; charset=utf-8"
    seen = Seen()
    seen.feed(response.text)
    seen.close()
    return seen


@contextmanager
def application(folder: Path, *documents: Document) -> Iterator[Flask]:
    """Publish documents under a folder, and answer from there."""
    home = Home(folder)
    publish(home, *documents)
    index = LiveIndex(home, open_searcher)
    yield create_app(index)
    index.close()


@contextmanager
def clients(folder: Path) -> Iterator[Callable[..., FlaskClient]]:
    """Make clients of a home of their own; what they are made with opens its generations."""
    opened: list[LiveIndex] = []

    def make(open_: Callable[[Generation], Searcher] = open_searcher) -> FlaskClient:
        opened.append(LiveIndex(Home(folder), open_))
        return create_app(opened[-1]).test_client()

    yield make
    for index in opened:
        index.close()


def first_passage(client: FlaskClient, query: str) -> str:
    """Return the address of the first passage that is found."""
    return look(client, "/suche", q=query).links("/f/")[0]
