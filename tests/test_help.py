"""The help page: it explains what there is, with an example that is really found."""

from __future__ import annotations

from pathlib import Path

from index.home import Home
from index.live import LiveIndex
from search_app import create_app
from search_app.examples import EXAMPLES
from tests.fakes import document_of
from tests.shelf import REPORT, look, open_searcher, over_a_page_break, publish


def test_the_example_is_one_that_the_search_finds_here(tmp_path: Path) -> None:
    asked = EXAMPLES[0].queries[1]
    sentence = f"Über {asked} reden wir, weil sonst niemand davon spricht."
    publish(Home(tmp_path), document_of(REPORT, [["Ein Anfang ohne alles."], ["Davor steht dies.", sentence]]))
    index = LiveIndex(Home(tmp_path), open_searcher)
    client = create_app(index).test_client()
    seen = look(client, "/hilfe")
    (link,) = seen.links("/f/")
    (query,) = seen.links("/suche?q=")
    assert sentence in seen.words and sentence in look(client, link).words
    assert look(client, query).links("/f/")[0] == link
    assert "So zitieren Sie die Stelle: Muster / Verbund der Vereine (2024)" in seen.words
    assert "Musterstadt: Musterverlag, S. 2" in seen.words
    index.close()


def test_the_example_is_cited_with_the_page_of_the_sentence_that_is_shown(tmp_path: Path) -> None:
    asked = EXAMPLES[0].queries[1]
    sentence = f"Über {asked} reden wir, weil sonst niemand davon spricht."
    publish(Home(tmp_path), over_a_page_break(document_of(REPORT, [["Ein Anfang ohne alles, nur mit Worten."], [sentence]])))
    index = LiveIndex(Home(tmp_path), open_searcher)
    seen = look(create_app(index).test_client(), "/hilfe")
    assert f"{sentence} S. 2, Ankommen in der Stadt" in seen.words
    assert "Musterstadt: Musterverlag, S. 2" in seen.words
    index.close()


def test_where_no_example_is_found_none_is_shown(tmp_path: Path) -> None:
    publish(Home(tmp_path), document_of(REPORT, [["Quarzsand rieselt leise."]]))
    index = LiveIndex(Home(tmp_path), open_searcher)
    seen = look(create_app(index).test_client(), "/hilfe")
    assert "Ein Beispiel" not in seen.words and seen.links("/f/") == []
    index.close()


def test_without_an_index_the_help_explains_all_the_same(tmp_path: Path) -> None:
    index = LiveIndex(Home(tmp_path), open_searcher)
    client = create_app(index).test_client()
    seen = look(client, "/hilfe")
    assert "So fragen Sie" in seen.words and "Ein Beispiel" not in seen.words
    ids = {attrs.get("id") for _, attrs in seen.tags}
    assert {link.removeprefix("#") for link in seen.links("#")} <= ids
    assert "/hilfe" in look(client, "/", 503).links("/hilfe")
    index.close()
