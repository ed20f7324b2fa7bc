"""What can be found without a query: subjects of the field, chapters and publications, and the passages of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import Blueprint, render_template, request, url_for

from corpus.citation import Citation, cite_words, locator
from corpus.marking import places_of
from corpus.publication import Passage, Publication, Show
from corpus.thesaurus import Group, slug
from index.outline import Entry
from index.search import Searcher
from index.subjects import Attested
from index.vectors import Rows
from search_app.asking import Arguments, Asking
from search_app.contents import Line, chapters
from search_app.errors import Problem
from search_app.finding import Step, Trail
from search_app.language import gettext, lazy_gettext
from search_app.live import searcher
from search_app.shown import KINDS, Paragraph, paragraphs

blueprint = Blueprint("browsing", __name__)

#: What addresses call the groups of subjects, and what readers do.
GROUPS = {
    "themen": (Group.TOPIC, lazy_gettext("Themen")),
    "zielgruppen": (Group.AUDIENCE, lazy_gettext("Zielgruppen")),
    "kooperationsmodelle": (Group.MODEL, lazy_gettext("Kooperationsmodelle")),
    "orte": (Group.PLACE, lazy_gettext("Orte")),
}
_GROUP = f"<any({','.join(GROUPS)}):group>"
_PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class Item:
    """A passage in a list: a sentence of it, where that stands, and how it is cited."""

    passage: Passage
    locator: str
    kind: str
    paragraphs: tuple[Paragraph, ...]
    citation: Citation


@dataclass(frozen=True, slots=True)
class Shelf:
    """The passages of one publication in a list, and how many of it there are on all pages of the list."""

    publication: Publication
    items: tuple[Item, ...]
    passages: int


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that names a subject, with the publication that it stands in and the passages under it."""

    publication: Publication
    line: Line
    passages: int


@dataclass(frozen=True, slots=True)
class Origin:
    """A list of passages that one of them was reached from: its subject, its address, and where in it the passage stands."""

    found: Attested
    address: str
    trail: Trail


@blueprint.get(f"/{_GROUP}")
def group(group: str) -> str:
    """Show the subjects of a group that passages tell of."""
    wanted, name = GROUPS[group]
    with searcher() as live:
        subjects = sorted(live.subjects.of(wanted), key=lambda found: found.subject.slug)
        others = groups_of(live)
    if not subjects:
        raise Problem(
            404,
            gettext("Hier gibt es nichts zu blättern"),
            gettext(
                "Nichts davon, was das Vokabular nennt, kommt in den Publikationen vor. Suchen Sie mit eigenen Wörtern, oder "
                "sehen Sie auf der Startseite nach, was durchsucht wird."
            ),
        )
    return render_template("subjects.html", group=group, name=name, subjects=subjects, others=others)


@blueprint.get(f"/{_GROUP}/<name>")
def subject(group: str, name: str) -> str:
    """Show the passages that tell of a subject, after the headings that name it."""
    wanted, title = GROUPS[group]
    with searcher() as live:
        found = live.subjects.find(name, [wanted])
        if found is None:
            raise Problem(
                404,
                gettext("Dazu steht hier nichts"),
                gettext(
                    "„%(name)s“ nennt das Vokabular nicht, oder keine der Publikationen schreibt davon. Suchen Sie danach mit "
                    "eigenen Wörtern, oder sehen Sie nach, was es sonst gibt: /%(group)s",
                    name=name,
                    group=group,
                ),
            )
        number, pages = _page(len(found.rows))
        shelves = _shelves(live, found.rows, number, found)
        headings = tuple(_headings(live, found)) if number == 1 else ()
    return render_template(
        "subject.html",
        group=group,
        group_name=title,
        title=found.subject.name,
        subject=found.subject,
        passages=len(found.rows),
        headings=headings,
        shelves=shelves,
        arguments=arguments_of(found),
        address=_addresses("browsing.subject", group=group, name=found.subject.slug),
        page=number,
        pages=pages,
    )


@blueprint.get("/kapitel")
def all_chapters() -> str:
    """Show the chapters of all publications."""
    with searcher() as live:
        found = [(publication, _chapters_of(live, publication)) for publication in live.library.publications]
        others = groups_of(live)
    found = [(publication, lines) for publication, lines in found if lines]
    if not found:
        raise Problem(
            404,
            gettext("Keine Kapitel"),
            gettext("In keiner der Publikationen waren Überschriften zu erkennen. Suchen Sie mit eigenen Wörtern."),
        )
    return render_template("chapters.html", found=found, others=others)


@blueprint.get("/kapitel/<publication_id>/<name>")
def chapter(publication_id: str, name: str) -> str:
    """Show the passages of a chapter."""
    with searcher() as live:
        publication = live.library.publication(publication_id)
        titles = {} if publication is None else chapter_names(live.outline.contents(publication_id))
        if publication is None or name not in titles:
            raise Problem(
                404,
                gettext("Kapitel nicht gefunden"),
                gettext("Dieses Kapitel gibt es hier nicht oder nicht mehr. Alle Kapitel stehen unter /kapitel."),
            )
        if publication.show is Show.PASSAGE:
            raise Problem(
                404,
                gettext("Ganze Kapitel werden hier nicht gezeigt"),
                gettext(
                    "Von dieser Publikation werden nur einzelne Fundstellen gezeigt, weil die Rechte an ihr nicht mehr erlauben "
                    "oder nicht geklärt sind. Suchen Sie nach der Stelle; mit ihrer Seitenzahl finden Sie sie in der Publikation "
                    "selbst."
                ),
            )
        rows = live.outline.chapter(publication_id, titles[name])
        number, pages = _page(len(rows))
        shelves = _shelves(live, rows, number)
    return render_template(
        "subject.html",
        group="kapitel",
        group_name=gettext("Kapitel"),
        title=titles[name],
        publication=publication,
        passages=len(rows),
        headings=(),
        shelves=shelves,
        arguments={},
        address=_addresses("browsing.chapter", publication_id=publication_id, name=name),
        page=number,
        pages=pages,
    )


def arguments_of(found: Attested) -> Arguments:
    """Return the arguments of an address that says that a subject was browsed."""
    if found.subject.group is Group.PLACE:
        return {"ort": found.subject.name}
    return {"thema": found.subject.slug}


def groups_of(live: Searcher) -> tuple[str, ...]:
    """Return what addresses call the groups that passages tell of."""
    told = {found.subject.group for found in live.subjects.attested}
    return tuple(name for name, (group, _) in GROUPS.items() if group in told)


def chapter_names(entries: Iterable[Entry]) -> dict[str, str]:
    """Return the titles of chapters by what addresses call them."""
    names: dict[str, str] = {}
    for title in dict.fromkeys(entry.title for entry in entries):
        name = slug(title) or "kapitel"
        names[next(n for n in (name, *(f"{name}-{k}" for k in range(2, len(names) + 3))) if n not in names)] = title
    return names


def origin(live: Searcher, asking: Asking, passage_id: str, row: int) -> Origin | None:
    """Return the list that led to a passage; None where it was a search, or none.

    Lists are in the order of reading: of a publication that is shown by single passages only, none leads to the next.
    """
    if asking.q:
        return None
    found = live.subjects.find(asking.thema[0]) if asking.thema else live.subjects.find(asking.ort, [Group.PLACE])
    if found is None:
        return None
    at = int(found.rows.searchsorted(row))
    if at == len(found.rows) or found.rows[at] != row:
        return None

    own = live.library.publication(live.library.passage_at(row).publication_id)
    closed = own.id if own and own.show is Show.PASSAGE else ""

    def step(other: int) -> Step | None:
        if not 0 <= other < len(found.rows):
            return None
        passage = live.library.passage_at(int(found.rows[other]))
        return None if passage.publication_id == closed else Step(passage.id, page_of(other))

    name = next(name for name, (group, _) in GROUPS.items() if group is found.subject.group)
    return Origin(
        found,
        _addresses("browsing.subject", group=name, name=found.subject.slug)(page_of(at)) + f"#f-{passage_id}",
        Trail(at + 1, len(found.rows), page_of(at), step(at - 1), step(at + 1)),
    )


def _chapters_of(live: Searcher, publication: Publication) -> tuple[tuple[Line, int, str], ...]:
    """Return the chapters of a publication, how many passages each has, and its address: a page, or else its first passage."""
    entries = live.outline.contents(publication.id)
    names = {title: name for name, title in chapter_names(entries).items()}
    whole = publication.show is not Show.PASSAGE
    return tuple(
        (
            line,
            entry.passages,
            url_for("browsing.chapter", publication_id=publication.id, name=names[entry.title])
            if whole
            else url_for("pages.passage", passage_id=line.passage_id),
        )
        for line, entry in zip(chapters(live.library, entries), entries, strict=True)
    )


def _page(count: int) -> tuple[int, int]:
    """Return the page of a list that the address asks for, and how many there are; raises Problem."""
    pages = -(-count // _PER_PAGE)
    typed = request.args.get("seite", "1")
    if not (typed.isascii() and typed.isdigit() and len(typed) < 6 and 1 <= int(typed) <= pages):
        raise Problem(
            404,
            gettext("Diese Seite der Liste gibt es nicht"),
            gettext("So viele Seiten hat die Liste nicht. Beginnen Sie wieder bei der ersten."),
        )
    return int(typed), pages


def page_of(place: int) -> int:
    """Return the page of a list that a passage stands on, by its place from 0."""
    return place // _PER_PAGE + 1


def _addresses(endpoint: str, **values: str) -> Callable[[int], str]:
    def address(number: int) -> str:
        arguments: dict[str, Any] = {**values, "seite": number if number > 1 else None}
        return url_for(endpoint, **arguments)

    return address


def _shelves(live: Searcher, rows: Rows, number: int, found: Attested | None = None) -> tuple[Shelf, ...]:
    """Return a page of a list of passages, by publication, each with the sentence that first has a word of the subject."""
    passages = live.library.passages_at(rows[_PER_PAGE * (number - 1) : _PER_PAGE * number].tolist())
    counts = Counter(live.publications_of(rows))
    shelves = []
    for publication_id, own in groupby(passages, lambda passage: passage.publication_id):
        publication = live.library.publication(publication_id)
        assert publication is not None
        items = tuple(_item(live, passage, publication, found) for passage in own)
        shelves.append(Shelf(publication, items, counts[publication_id]))
    return tuple(shelves)


def _item(live: Searcher, passage: Passage, publication: Publication, found: Attested | None) -> Item:
    row = live.library.position(passage.id)
    assert row is not None
    marks = live.subjects.ranges(found.subject, row, passage.text) if found else ()
    sentence = live.sentences.at(row, marks[0][0] if marks else 0)
    places = places_of(passage, sentence, live.library.places(passage))
    return Item(
        passage,
        locator(places),
        str(KINDS[passage.kind]),
        paragraphs(passage, marks, within=sentence),
        cite_words(passage, publication, places),
    )


def _headings(live: Searcher, found: Attested) -> Iterator[Heading]:
    """Yield the headings that name a subject, in the order of their publications."""

    def named(entries: Iterable[Entry]) -> Iterator[Entry]:
        for entry in entries:
            if entry.title in found.headings:
                yield entry
            else:
                yield from named(entry.entries)

    for publication in live.library.publications:
        entries = list(named(live.outline.contents(publication.id)))
        for line, entry in zip(chapters(live.library, entries), entries, strict=True):
            yield Heading(publication, line, entry.passages)
