"""Pages over the specimens: what those of hits weigh, whether the limits that they offer keep their word, and where links lead."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

import pytest

import wiring
from corpus.publication import Kind
from corpus.specimens.build import FOLDER
from index.facets import Facets
from index.query import Filters, parse_query
from search_app.examples import EXAMPLES
from settings import Settings
from tests.calls import call
from tests.shelf import look

MOST = 60_000  # bytes


QUERIES = (*(query for group in EXAMPLES for query in group.queries), "Geflüchtete Verbund Ehrenamt Wohnung Kommune")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home: Path = tmp_path_factory.mktemp("home")
    assert call("ingest", "--home", home, *sorted(FOLDER.glob("*.pdf"))).exit_code == 0
    return Settings(home=home)


def test_a_page_of_hits_is_light(settings: Settings) -> None:
    """The page itself and all that it loads but pictures, uncompressed."""
    client = wiring.application(settings).test_client()
    weights: dict[str, int] = {}
    for query in QUERIES:
        for more in ("", "&gruppe=publikation", "&thema=wohnen", "&seite=3"):
            page = client.get(f"/suche?q={query}{more}")
            loaded = 0
            for file in set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)):
                with client.get(file) as response:
                    loaded += len(response.data)
            assert loaded > 10_000  # the style is among it
            weights[f"{query}{more}"] = len(page.data) + loaded
    assert max(weights.values()) < MOST, max(weights, key=lambda asked: weights[asked])


def test_a_limit_leaves_at_least_as_many_hits_as_it_says(settings: Settings) -> None:
    """And perhaps more: the closest hundred passages of fewer hold some that were not among the closest of all."""
    searcher = wiring.searcher(settings, wiring.home(settings).live(), wiring.model(settings))

    def counted(query: str, limit: Filters | None = None) -> Facets:
        return searcher.facets(searcher.judged(searcher.ranking(parse_query(query, limit), 1)))

    limits = 0
    for query in QUERIES:
        found = counted(query)
        offered = [
            *((Filters(publication=one.value), one.passages) for one in found.publications),
            *((Filters(chapter=one.value), one.passages) for one in found.chapters),
            *((Filters(kind=Kind(one.value)), one.passages) for one in found.kinds),
            *((Filters(place=one.name), one.passages) for one in found.places),
            *((Filters(subjects=(one.value,)), one.passages) for one in (*found.topics, *found.audiences, *found.models)),
        ]
        assert all(counted(query, limit).counted >= passages for limit, passages in offered), query
        limits += len(offered)
    searcher.close()
    assert limits > 300


def test_every_link_that_quotes_marks_its_place(settings: Settings) -> None:
    client = wiring.application(settings).test_client()
    with closing(wiring.home(settings).live().library()) as library:
        pages = [f"/p/{one.publication.id}/s/pdf-{n}" for one in library.stored() for n in range(1, one.pages + 1)]
    links = [link for page in pages for link in look(client, page).links("/p/") if "zitat=" in link]
    assert len(links) > 500
    assert [link for link in links if "Hervorgehoben ist die Stelle" not in client.get(link.split("#")[0]).text] == []
