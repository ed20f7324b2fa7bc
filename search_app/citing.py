"""How a passage is cited: the quotation, its reference in every style, and files for literature programs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from citing.bibtex import bibtex
from citing.csl import csl_json
from citing.footnote import footnote, footnotes
from citing.markdown import block_quotation, markdown
from citing.metadata import Pair, coins, highwire
from citing.quotation import Quotation, sentences
from citing.reference import Chapter, Cited, chapter_title, refer
from citing.ris import ris
from citing.styles import STYLES, style
from corpus.publication import Passage, Publication
from index.library import Library
from search_app.asking import Asking
from search_app.errors import Problem
from search_app.language import gettext
from search_app.live import searcher
from search_app.selection import Selection, selected

blueprint = Blueprint("citing", __name__)


@dataclass(frozen=True, slots=True)
class Format:
    """A sort of file: what it is called, its media type, and who writes it."""

    name: str
    media_type: str
    write: Callable[[Sequence[Cited]], str]


#: Files for other programs, by the ending of their names.
FORMATS = {
    "ris": Format("RIS (Zotero, Citavi, EndNote)", "application/x-research-info-systems", ris),
    "bib": Format("BibTeX", "application/x-bibtex", bibtex),
    "json": Format("CSL-JSON", "application/vnd.citationstyles.csl+json", csl_json),
    "md": Format("Markdown (pandoc)", "text/markdown", markdown),
    "txt": Format("Text", "text/plain", footnotes),
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that may be chosen, and whether it is; ``range`` as the address has it."""

    text: str
    range: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Citing:
    """All that a page needs to say how words of a passage are cited; ``arguments`` are those of addresses that mean the same."""

    cited: Cited
    selection: Selection
    footnote: str
    chapter: str  # that may be named
    meta: tuple[Pair, ...]
    coins: str
    arguments: dict[str, list[str] | str]


def cite_passage(passage: Passage, publication: Publication, library: Library, selection: Selection | None = None) -> Citing:
    """Return how the selected words of a passage are cited, all of them where nothing is said.

    Raises ValueError where the passage has no such words.
    """
    selection = selection or Selection(passage.id)
    title = chapter_title(passage, publication)
    named = title and request.args.get("kapitel") == "1"
    cited = cite_selection(selection, passage, library, chapter_of(library, publication, title) if named else None)
    # A program that takes the page wants the chapter; where it begins and ends is not what it is asked for.
    known = refer(cited.quotation, publication, library.places(passage), Chapter(title, ()) if title else None)
    arguments: dict[str, list[str] | str] = {"satz": selection.written}
    if named:
        arguments["kapitel"] = "1"
    return Citing(cited, selection, footnote(cited), title, highwire(known), coins(known), arguments)


def cite_selection(selection: Selection, passage: Passage, library: Library, chapter: Chapter | None = None) -> Cited:
    """Return the selected words of a passage with their reference; raises ValueError where it has no such words."""
    publication = library.publication(passage.publication_id)
    assert publication is not None
    quotation = selection.quotation(passage)
    return Cited(quotation, refer(quotation, publication, library.places(passage), chapter))


@blueprint.get("/f/<passage_id>/zitat")
def quotation(passage_id: str) -> str | AnyResponse:
    """Show a quotation, of chosen sentences if any are, and its reference in a style."""
    asking = Asking.of(request.args)
    with searcher() as live:
        citing = _asked(live.library, passage_id)
        if citing is None:
            return _to_passage(passage_id)
    chosen = next((known for known in STYLES if known.id == request.args.get("stil")), STYLES[0])
    return render_template(
        "quotation.html",
        citing=citing,
        sentences=_sentences(citing.cited.quotation),
        style=chosen,
        styles=STYLES,
        styled=style(chosen.id, citing.cited.reference),
        markdown=block_quotation(citing.cited.quotation, citing.cited.reference),
        formats=FORMATS,
        asking=asking,
    )


@blueprint.get(f"/f/<passage_id>.<any({','.join(FORMATS)}):ending>")
def file(passage_id: str, ending: str) -> AnyResponse:
    """Answer a quotation with its source as a file for another program."""
    with searcher() as live:
        citing = _asked(live.library, passage_id)
    return file_of([citing.cited], passage_id, ending) if citing else _to_passage(passage_id)


def file_of(cited: Sequence[Cited], name: str, ending: str) -> Response:
    """Return quotations as a file of one of FORMATS that the browser saves under a name."""
    format_ = FORMATS[ending]
    return save(format_.write(cited), f"{format_.media_type}; charset=utf-8", f"{name}.{ending}")


def save(content: str | bytes, content_type: str, name: str) -> Response:
    """Return a file that the browser saves under a name."""
    response = Response(content, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _asked(library: Library, passage_id: str) -> Citing | None:
    """Return what the address asks to be cited, None where there is no such passage."""
    passage = library.passage(passage_id)
    publication = library.publication(passage.publication_id) if passage else None
    if passage is None or publication is None:
        return None
    try:
        return cite_passage(passage, publication, library, selected(passage_id, request.args.getlist("satz")))
    except ValueError:
        raise no_such_words() from None


def no_such_words() -> Problem:
    """Return the problem of an address that names words which a passage does not have."""
    return Problem(
        404,
        gettext("Diese Auswahl gibt es nicht"),
        gettext("Die Adresse nennt Wörter, die diese Fundstelle nicht hat. Wählen Sie die Sätze noch einmal auf ihrer Seite."),
    )


def _to_passage(passage_id: str) -> AnyResponse:
    """Lead to the page that says what became of a passage."""
    return redirect(url_for("pages.passage", passage_id=passage_id))


def chapter_of(library: Library, publication: Publication, title: str) -> Chapter:
    """Return a chapter with its first and its last page."""
    pages = [
        page for passage in library.passages(publication.id) if passage.heading_path[:1] == (title,) for page in passage.pages
    ]
    labels = library.labels(publication.id)
    return Chapter(title, tuple((page, labels[page]) for page in sorted({min(pages), max(pages)})))


def _sentences(quotation: Quotation) -> tuple[Sentence, ...]:
    text = quotation.passage.text
    return tuple(
        Sentence(text[start:end], f"{start}-{end}", any(first < end and start < last for first, last in quotation.ranges))
        for start, end in sentences(quotation.passage)
    )
