"""Searches and passages for programs."""

from __future__ import annotations

from typing import Annotated, TypedDict

from corpus.citation import cite_words
from corpus.marking import places_of
from corpus.publication import Kind, Passage, Publication
from index.answer import PassageAnswer, SearchAnswer, passage_json, passage_url, results_json
from index.query import MAX_LENGTH, Filters, Query, parse_query, parse_years
from index.search import Ranking, Results, Searcher
from search_app.api.operations import asked_again, operation
from search_app.api.parameters import Choice, Pattern, Several, Switch, Text, Typed, Whole, refused
from search_app.errors import Problem
from search_app.language import gettext, lazy_gettext
from search_app.lasting import was_published
from search_app.shown import is_cut, preview

_MOST = 50  # hits of a query, as the pages show
_YEARS = "[0-9]{1,4}(-([0-9]{1,4})?)?|-[0-9]{1,4}"
_EXAMPLE = "0123456789abcdef"


class LeafedAnswer(SearchAnswer):
    """A page of the answer to a search."""

    generation: Annotated[str, "of the index: give it with the next page, to be told where it has changed"]
    page: int
    next: Annotated[str | None, "address of the next page; null where there is none"]


class SimilarPassage(TypedDict):
    """A passage that is near in meaning to another one."""

    passage_id: str
    publication_id: str
    heading_path: list[str]
    preview: Annotated[str, "its beginning; not to be quoted without reading the passage"]
    citation: Annotated[str, "of the words in the preview: the passage may go on overleaf"]
    locator: Annotated[str, "of the words in the preview"]
    url: str


class SimilarAnswer(TypedDict):
    """Passages near in meaning to another one, nearest first."""

    passage_id: str
    similar: list[SimilarPassage]


@operation("/search", lazy_gettext("Suchen"), problems=(409,))
def search(
    live: Searcher,
    q: Annotated[
        str, Typed('Words, a question, a "phrase", -without, ort:Halle, jahr:2019-2022, publikation:Titel', "Augenhöhe")
    ] = "",
    k: Annotated[int, Whole("How many hits, on each page", "10", 1, _MOST)] = 10,
    place: Annotated[str, Text("Only passages that name a place", "Halle")] = "",
    year: Annotated[str, Pattern("Only publications of a year, or of years: 2019-2022, 2019-, -2022", "2024", _YEARS)] = "",
    publication: Annotated[str, Text("Only a publication: its id, or words of its title", "")] = "",
    chapter: Annotated[str, Text("Only what stands under a heading of this title, in one publication: ID/title", "")] = "",
    kind: Annotated[str, Choice("Only this sort of text", "", ("", *Kind))] = "",
    topic: Annotated[
        tuple[str, ...], Several("Only what tells of a topic, as /topics names it; of all, if several", "", ".{1,200}")
    ] = (),
    related: Annotated[bool, Switch("0: do not look for other words of the field too", "1")] = True,
    page: Annotated[
        int | None, Whole("Leaf through the hits, from 1; the first 50 are the most that are shown", "", 1, _MOST)
    ] = None,
    generation: Annotated[str, Text("The generation that an earlier page named", "", 100)] = "",
) -> SearchAnswer | LeafedAnswer:
    """The best passages for a query, each with its words, its pages and its citation. A query in German finds the most.

    Without page the answer is what `fundstelle search --json` prints. With it, pages of k hits each are cut from the same
    ranking of 50, so that no hit is lost or repeated between two pages.
    """
    sort = Kind(kind) if kind else None
    chosen = Filters(place.strip(), parse_years(year), publication.strip(), chapter.strip(), sort, topic)
    query = parse_query(q, chosen)
    if query.is_empty:
        raise refused(gettext("Es fehlt, wonach gesucht werden soll. Geben Sie es in q an: /api/v1/search?q=Augenhöhe"))
    if is_cut(q, query):
        # A person is told on the page that the query was cut; a program would not notice.
        raise refused(gettext("Die Anfrage in q ist länger als %(most)s Zeichen. Kürzen Sie sie.", most=MAX_LENGTH))
    check_generation(live, generation)
    if page is None:
        return results_json(live.search(query, k, with_related=related))
    return _leafed(live, query, live.ranking(query, _MOST, with_related=related), k, page)


def _leafed(live: Searcher, query: Query, ranking: Ranking, k: int, page: int) -> LeafedAnswer:
    first = k * (page - 1)
    hits = live.hits(ranking, ranking.ranked[first : first + k])
    answer = results_json(Results(query, hits, ranking.asked.related, ranking.asked.corrected, ranking.missing))
    more = first + k < len(ranking.ranked)
    return {**answer, "generation": live.generation.name, "page": page, "next": next_page(live, page) if more else None}


@operation("/passages/<passage_id>", lazy_gettext("Eine Fundstelle lesen"), problems=(404, 410))
def passage(live: Searcher, passage_id: Annotated[str, Text("Id of a passage", _EXAMPLE)]) -> PassageAnswer:
    """A passage with its pieces and the rectangles in which they are printed."""
    found, publication = passage_of(live, passage_id)
    pages = {index: page for index in found.pages if (page := live.library.page(publication.id, index))}
    return passage_json(found, publication, pages)


@operation("/passages/<passage_id>/similar", lazy_gettext("Ähnliche Fundstellen"), problems=(404, 410))
def similar(
    live: Searcher,
    passage_id: Annotated[str, Text("Id of a passage", _EXAMPLE)],
    k: Annotated[int, Whole("How many at most", "5", 1, 20)] = 5,
) -> SimilarAnswer:
    """Passages that are near in meaning, without those that repeat the passage or stand beside it."""
    found, _ = passage_of(live, passage_id)
    return {"passage_id": found.id, "similar": [_similar(live, other) for other in live.similar(found, k)]}


def _similar(live: Searcher, found: Passage) -> SimilarPassage:
    publication = live.library.publication(found.publication_id)
    assert publication is not None
    shown = preview(found)
    citation = cite_words(found, publication, places_of(found, shown.range, live.library.places(found)))
    return {
        "passage_id": found.id,
        "publication_id": publication.id,
        "heading_path": list(found.heading_path),
        "preview": shown.text,
        "citation": str(citation),
        "locator": citation.locator,
        "url": passage_url(found.id),
    }


def passage_of(live: Searcher, passage_id: str) -> tuple[Passage, Publication]:
    """Return a passage with its publication; raises Problem (404, 410)."""
    found = live.library.passage(passage_id)
    publication = live.library.publication(found.publication_id) if found else None
    if found is None or publication is None:
        title = gettext("Fundstelle nicht gefunden")
        if was_published(passage_id):
            raise Problem(
                410, title, gettext("Diese Fundstelle gibt es so nicht mehr. Was aus ihr wurde: /f/%(id)s", id=passage_id)
            )
        raise Problem(
            404,
            title,
            gettext(
                "Diese Fundstelle gibt es nicht oder nicht mehr: Die Publikation wurde vielleicht neu eingelesen oder "
                "entfernt. Suchen Sie den Text neu."
            ),
        )
    return found, publication


def check_generation(live: Searcher, asked: str) -> None:
    """Raise Problem (409) where pages of another generation were begun."""
    if asked and asked != live.generation.name:
        raise Problem(
            409,
            gettext("Der Index hat sich geändert"),
            gettext(
                "Seit der ersten Seite wurde neu eingelesen, die Seiten passen nicht mehr zusammen. Beginnen Sie bei page=1."
            ),
        )


def next_page(live: Searcher, page: int) -> str:
    """Return the address of the page after the one asked for, in the same generation."""
    return asked_again(page=str(page + 1), generation=live.generation.name)
