"""Topics, target groups, models of cooperation and places for programs, and the passages that tell of each."""

from __future__ import annotations

from typing import Annotated, TypedDict

from corpus.citation import cite_words
from corpus.thesaurus import Group
from index.answer import passage_url
from index.search import Searcher
from index.subjects import Attested
from search_app.api.operations import operation
from search_app.api.parameters import Text
from search_app.api.publications import Generation, PageNumber, PerPage, cut
from search_app.api.searching import check_generation, next_page
from search_app.errors import Problem
from search_app.language import gettext, lazy_gettext


class TopicRow(TypedDict):
    """A topic that passages tell of."""

    topic: Annotated[str, "what addresses call it"]
    name: str
    group: Group
    passages: int


class TopicsAnswer(TypedDict):
    """All topics that the publications attest, in the order of the vocabulary."""

    topics: list[TopicRow]


class TellingPassage(TypedDict):
    """A passage that tells of a topic."""

    passage_id: str
    publication_id: str
    heading_path: list[str]
    ranges: Annotated[list[list[int]], "where its words stand in the passage's text; none where only a heading has them"]
    citation: str
    url: str


class TopicAnswer(TopicRow):
    """A page of the passages that tell of a topic, in the order of the publications."""

    terms: Annotated[list[str], "the words by which a text tells of it"]
    generation: str
    page: int
    next: str | None
    telling: list[TellingPassage]


@operation("/topics", lazy_gettext("Themen auflisten"))
def topics(live: Searcher) -> TopicsAnswer:
    """Topics, target groups, models of cooperation and places of the vocabulary that at least one passage tells of."""
    return {"topics": [_row(found) for found in live.subjects.attested]}


@operation("/topics/<topic>", lazy_gettext("Fundstellen zu einem Thema"), problems=(404, 409))
def topic(
    live: Searcher,
    topic: Annotated[str, Text("What addresses call it", "ehrenamt")],
    page: PageNumber = 1,
    per_page: PerPage = 50,
    generation: Generation = "",
) -> TopicAnswer:
    """The passages that tell of a topic, page by page."""
    found = live.subjects.find(topic)
    if found is None:
        raise Problem(404, gettext("Dazu steht hier nichts"), gettext("Was es gibt, nennt /api/v1/topics."))
    check_generation(live, generation)
    rows, more = cut(found.rows.tolist(), page, per_page)
    return {
        **_row(found),
        "terms": list(found.subject.terms),
        "generation": live.generation.name,
        "page": page,
        "next": next_page(live, page) if more else None,
        "telling": [_telling(live, found, row) for row in rows],
    }


def _row(found: Attested) -> TopicRow:
    return {
        "topic": found.subject.slug,
        "name": found.subject.name,
        "group": found.subject.group,
        "passages": len(found.rows),
    }


def _telling(live: Searcher, found: Attested, row: int) -> TellingPassage:
    passage = live.library.passage_at(row)
    publication = live.library.publication(passage.publication_id)
    assert publication is not None
    places = live.library.places(passage)
    return {
        "passage_id": passage.id,
        "publication_id": publication.id,
        "heading_path": list(passage.heading_path),
        "ranges": [list(range_) for range_ in live.subjects.ranges(found.subject, row, passage.text)],
        "citation": str(cite_words(passage, publication, places)),
        "url": passage_url(passage.id),
    }
