"""Quotations and their references for programs: in every style, and as files of every format."""

from __future__ import annotations

from typing import Annotated, TypedDict

from flask import Response, url_for

from citing.footnote import footnote
from citing.quotation import sentences
from citing.reference import Cited, chapter_title
from citing.styles import STYLES, plain, style
from corpus.citation import Place
from index.search import Searcher
from search_app.api.operations import operation
from search_app.api.parameters import Choice, Several, Switch, Text
from search_app.api.searching import passage_of
from search_app.citing import FORMATS, chapter_of, cite_selection, file_of, no_such_words
from search_app.errors import Problem
from search_app.language import gettext, lazy_gettext
from search_app.selection import Selection, selected

PassageId = Annotated[str, Text("Id of a passage", "0123456789abcdef")]
Ranges = Annotated[
    tuple[str, ...],
    Several(
        "Characters of the passage's text to quote, widened to whole words; several for several parts",
        "0-120",
        "[0-9]{1,7}-[0-9]{1,7}",
    ),
]
WithChapter = Annotated[bool, Switch("1: name the chapter of a book too", "0")]


class SentenceAnswer(TypedDict):
    """A sentence of the passage, and its range as the parameter takes it."""

    text: str
    range: str


class StyledAnswer(TypedDict):
    """A reference in a style: in the text or footnote, the short footnote (empty in styles without), in the bibliography."""

    style: str
    name: str
    citation: str
    short: str
    bibliography: str


class CitationAnswer(TypedDict):
    """Words of a passage, word for word, and all ways to refer to them."""

    passage_id: str
    publication_id: str
    text: Annotated[str, "the quoted words; […] stands for what was left out"]
    quoted: Annotated[str, "the same in German quotation marks, those inside turned"]
    footnote: str
    locator: str
    pdf_pages: Annotated[list[int], "of the quoted words, not of the whole passage"]
    recognised: Annotated[bool, "true where words were recognised in a picture: compare them with the page"]
    doubtful: bool
    chapter: Annotated[str, "that can be named with chapter=1"]
    styles: list[StyledAnswer]
    sentences: Annotated[list[SentenceAnswer], "all that can be chosen from"]
    files: Annotated[dict[str, str], "addresses of the formats"]


@operation("/passages/<passage_id>/citation", lazy_gettext("Zitieren"), problems=(404, 410))
def citation(live: Searcher, passage_id: PassageId, range: Ranges = (), chapter: WithChapter = False) -> CitationAnswer:
    """A passage, or chosen parts of it, as a quotation with its reference in every style."""
    cited, title = _cited(live, passage_id, range, chapter)
    quotation, reference = cited.quotation, cited.reference
    chosen = {
        "range": Selection(passage_id, quotation.ranges).written if range else None,
        "chapter": "1" if chapter and title else None,
    }
    return {
        "passage_id": passage_id,
        "publication_id": reference.publication.id,
        "text": quotation.text,
        "quoted": quotation.quoted,
        "footnote": footnote(cited),
        "locator": reference.locator,
        "pdf_pages": _pdf_pages(reference.places),
        "recognised": quotation.recognised,
        "doubtful": quotation.doubtful,
        "chapter": title,
        "styles": [_styled(one.id, one.name, cited) for one in STYLES],
        "sentences": [
            {"text": quotation.passage.text[start:end], "range": f"{start}-{end}"} for start, end in sentences(quotation.passage)
        ],
        "files": {
            name: url_for("api.citation_file", passage_id=passage_id, format=name, **chosen)  # type: ignore[arg-type]
            for name in FORMATS
        },
    }


@operation(
    "/passages/<passage_id>/citation/<format>",
    lazy_gettext("Zitat als Datei für Literaturprogramme"),
    problems=(404, 410),
    files=tuple(one.media_type for one in FORMATS.values()),
)
def citation_file(
    live: Searcher,
    passage_id: PassageId,
    format: Annotated[str, Choice("ris, bib (BibTeX), json (CSL-JSON), md (Markdown for pandoc) or txt", "ris", tuple(FORMATS))],
    range: Ranges = (),
    chapter: WithChapter = False,
) -> Response:
    """A quotation with its source as a file for another program."""
    if format not in FORMATS:
        raise Problem(
            404,
            gettext("Dieses Format gibt es nicht"),
            gettext("Zitate gibt es in diesen Formaten: %(formats)s.", formats=", ".join(FORMATS)),
        )
    cited, _ = _cited(live, passage_id, range, chapter)
    return file_of([cited], passage_id, format)


def _cited(live: Searcher, passage_id: str, ranges: tuple[str, ...], with_chapter: bool) -> tuple[Cited, str]:
    """Return the quotation that is asked for, and the title of the chapter that it stands in; raises Problem (404)."""
    found, publication = passage_of(live, passage_id)
    title = chapter_title(found, publication)
    chapter = chapter_of(live.library, publication, title) if title and with_chapter else None
    try:
        return cite_selection(selected(passage_id, ranges), found, live.library, chapter), title
    except ValueError:
        raise no_such_words() from None


def _styled(style_id: str, name: str, cited: Cited) -> StyledAnswer:
    found = style(style_id, cited.reference)
    return {
        "style": style_id,
        "name": name,
        "citation": plain(found.citation),
        "short": plain(found.short),
        "bibliography": plain(found.entry),
    }


def _pdf_pages(places: tuple[Place, ...]) -> list[int]:
    return [index + 1 for index, _ in places]
