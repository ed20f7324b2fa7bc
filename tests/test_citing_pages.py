"""How the pages say that a passage is cited: chosen sentences with their own page, styles, files, and what Zotero takes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
import rispy
from flask import Flask
from flask.testing import FlaskClient
from pybtex.database import parse_string

from citing.styles import STYLES
from corpus.publication import Document, LabelSource, PageLabel, Passage, Piece, Show
from index.home import Home
from index.live import LiveIndex
from search_app import create_app
from search_app.citing import FORMATS
from tests.fakes import page_of
from tests.references import BOOK
from tests.shelf import evil, look, open_searcher, publish

LINES = (
    ["Ehrenamt", "Erstens hilft es den „Alten“.", "Zweitens kommt es"],
    ["auch den Jungen zugute.", "Drittens macht es allen Spaß."],
)


def document() -> Document:
    """A passage over two pages, a line a sentence, whose second sentence runs over the page break; only passages may be shown."""
    publication = replace(BOOK, show=Show.PASSAGE)
    pages = [page_of(n, lines, PageLabel(str(46 + n), LabelSource.SEEN)) for n, lines in enumerate(LINES)]
    pieces: list[Piece] = []
    for page in pages:
        start = 0
        for line in page.characters.splitlines():
            pieces.append(Piece(page.index, start, start + len(line), line + ("\n" if line == "Ehrenamt" else " ")))
            start += len(line) + 1
    pieces[-1] = replace(pieces[-1], text=pieces[-1].text.rstrip())
    passage = Passage(publication.id, ("Ehrenamt",), tuple(pieces))
    return Document(publication, "x", Path(publication.file), tuple(pages), (passage,))


PASSAGE = document().passages[0]
ID = PASSAGE.id


def satz(words: str) -> str:
    start = PASSAGE.text.index(words)
    return f"{start}-{start + len(words)}"


ONE, TWO, THREE = map(
    satz, ("Erstens hilft es den „Alten“.", "Zweitens kommt es auch den Jungen zugute.", "Drittens macht es allen Spaß.")
)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    home = Home(tmp_path_factory.mktemp("home"))
    publish(home, document(), evil())
    index = LiveIndex(home, open_searcher)
    yield create_app(index)
    index.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def quoted(client: FlaskClient, path: str) -> str:
    found = re.search(r'id="wortlaut"[^>]*>(.*?)</p>', client.get(path).text)
    assert found
    return unescape(found[1])


def test_the_page_of_a_passage_says_how_it_is_cited_and_leads_to_more(client: FlaskClient) -> None:
    seen = look(client, f"/f/{ID}")
    reference = (
        "Beloe u. a. (2025): Nahe bei den Menschen. Migrant*innen-Organisationen ziehen Bilanz, Bielefeld: transcript Verlag"
    )
    assert f"{reference}, S. 46–47." in seen.words
    assert f"/f/{ID}/zitat" in seen.links("/f/")
    assert [link.rpartition(".")[2] for link in seen.links(f"/f/{ID}.")] == list(FORMATS)
    assert quoted(client, f"/f/{ID}").startswith("„Erstens hilft es den ‚Alten‘. Zweitens")


@pytest.mark.parametrize(
    ("chosen", "words", "locator"),
    [
        (
            [],
            "„Erstens hilft es den ‚Alten‘. Zweitens kommt es auch den Jungen zugute. Drittens macht es allen Spaß.“",
            "S. 46–47",
        ),
        ([ONE], "„Erstens hilft es den ‚Alten‘.“", "S. 46"),
        ([TWO], "„Zweitens kommt es auch den Jungen zugute.“", "S. 46–47"),
        ([THREE], "„Drittens macht es allen Spaß.“", "S. 47"),
        ([ONE, THREE], "„Erstens hilft es den ‚Alten‘. […] Drittens macht es allen Spaß.“", "S. 46–47"),
        (
            [ONE, TWO, THREE],
            "„Erstens hilft es den ‚Alten‘. Zweitens kommt es auch den Jungen zugute. Drittens macht es allen Spaß.“",
            "S. 46–47",
        ),
        ([satz("Jungen zug")], "„[…] Jungen zugute […]“", "S. 47"),
    ],
)
def test_chosen_sentences_are_cited_by_the_pages_that_they_stand_on(
    client: FlaskClient, chosen: list[str], words: str, locator: str
) -> None:
    address = f"/f/{ID}/zitat?" + "&".join(f"satz={one}" for one in chosen)
    seen = look(client, address)
    assert quoted(client, address) == words
    assert f"{locator}." in seen.words and f", {locator})" in seen.words
    assert f"Zitieren: {locator}," in seen.words
    checked = [attrs.get("value") for tag, attrs in seen.tags if tag == "input" and "checked" in attrs]
    assert set(checked) == (set(chosen) & {ONE, TWO, THREE} or ({TWO} if chosen else {ONE, TWO, THREE}))


@pytest.mark.parametrize(("style_id", "name"), [(known.id, known.name) for known in STYLES])
def test_every_style_can_be_chosen(client: FlaskClient, style_id: str, name: str) -> None:
    seen = look(client, f"/f/{ID}/zitat?stil={style_id}")
    assert [attrs["value"] for tag, attrs in seen.tags if tag == "option" and "selected" in attrs][-1] == style_id
    assert f"{name}: {'in der Fußnote' if 'Fußnoten' in name else 'im Text'}" in seen.words
    assert ("In weiteren Fußnoten" in seen.words) is ("Fußnoten" in name)


def test_an_unknown_style_is_the_first(client: FlaskClient) -> None:
    assert f"{STYLES[0].name}: im Text" in look(client, f"/f/{ID}/zitat?stil=../../x").words


def test_the_chapter_is_named_on_demand_with_its_own_pages(client: FlaskClient) -> None:
    assert "In: Nahe bei den Menschen" not in look(client, f"/f/{ID}/zitat").words
    seen = look(client, f"/f/{ID}/zitat?kapitel=1&satz={ONE}")
    assert "2025. Ehrenamt. In: Nahe bei den Menschen" in seen.words and "S. 46–47. Kultur" in seen.words
    assert all("kapitel=1" in link and "satz=" in link for link in seen.links(f"/f/{ID}."))


@pytest.mark.parametrize("wrong", ["x", "5", "0-99999", "9-3", "3-3", "-1-5", "0-4-7", "8-9"])
def test_words_that_a_passage_has_not_are_refused(client: FlaskClient, wrong: str) -> None:
    assert "Diese Auswahl gibt es nicht" in look(client, f"/f/{ID}/zitat?satz={wrong}", 404).words
    assert client.get(f"/f/{ID}.ris?satz={wrong}").status_code == 404


def test_a_passage_that_is_gone_is_explained_on_its_page(client: FlaskClient) -> None:
    for address in ("/f/0123456789abcdef/zitat", "/f/0123456789abcdef.ris"):
        answer = client.get(address)
        assert (answer.status_code, answer.location) == (302, "/f/0123456789abcdef")


@pytest.mark.parametrize("ending", FORMATS)
def test_a_file_is_saved_under_the_id_and_holds_what_was_chosen(client: FlaskClient, ending: str) -> None:
    answer = client.get(f"/f/{ID}.{ending}?satz={THREE}")
    assert answer.content_type == f"{FORMATS[ending].media_type}; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{ID}.{ending}"'
    assert "Drittens macht es allen Spaß" in answer.text and "Erstens" not in answer.text
    assert locator_in(answer.text, ending) == "S. 47"


def locator_in(text: str, ending: str) -> str:
    """Return the pages that a file names, as its readers find them."""
    if ending == "ris":
        return str(rispy.loads(text)[0]["notes"][0].split(":")[0])
    if ending == "bib":
        (entry,) = parse_string(text, "bibtex").entries.values()
        return "S. " + str(entry.fields["pages"])
    if ending == "json":
        return "S. " + str(json.loads(text)[0]["locator"])
    return str(re.findall(r"S\. \d+", text)[-1])


def test_zotero_takes_chapter_authors_and_pages_from_the_page(client: FlaskClient) -> None:
    seen = look(client, f"/f/{ID}/zitat?satz={ONE}")
    tags = [(str(attrs.get("name")), attrs.get("content") or "") for tag, attrs in seen.tags if tag == "meta"]
    assert ("citation_title", "Ehrenamt") in tags and ("citation_firstpage", "46") in tags and ("citation_lastpage", "46") in tags
    assert [content for name, content in tags if name == "citation_author"][:2] == ["Beloe, Elizabeth", "Koşan, Ümit"]
    (span,) = [attrs for tag, attrs in seen.tags if attrs.get("class") == "Z3988"]
    context = dict(parse_qsl(str(span["title"])))
    assert (context["rft.genre"], context["rft.atitle"], context["rft.pages"]) == ("bookitem", "Ehrenamt", "46")
    assert context["rft.btitle"] == "Nahe bei den Menschen: Migrant*innen-Organisationen ziehen Bilanz"


def test_what_was_searched_for_leads_back(client: FlaskClient) -> None:
    seen = look(client, f"/f/{ID}/zitat?q=Spaß&satz={THREE}")
    assert f"/f/{ID}?q=Spa%C3%9F" in seen.links("/f/")
    assert ("input", {"type": "hidden", "name": "q", "value": "Spaß"}) in seen.tags


def test_a_hit_leads_to_the_sentence_that_fits_best(client: FlaskClient) -> None:
    links = look(client, "/suche", q="Spaß").links(f"/f/{ID}/zitat")
    assert quoted(client, links[0]) == "„Drittens macht es allen Spaß.“"


def test_what_stands_in_a_file_is_shown_as_text_here_too(client: FlaskClient) -> None:
    passage_id = evil().passages[0].id
    for style in STYLES:
        seen = look(client, f"/f/{passage_id}/zitat?stil={style.id}")
        assert '<script>alert("Titel")</script>' in seen.words and "‚die‘ ‚Einsamkeit‘" in seen.words
        assert not {tag for tag, _ in seen.tags} & {"img", "i", "b", "style", "iframe"}
        sources = [attrs.get("src") for tag, attrs in seen.tags if tag == "script"]
        assert set(sources) == {"/static/copy.js", "/static/keys.js"}
        assert not [name for _, attrs in seen.tags for name in attrs if name.startswith("on")]
        assert "javascript:alert" not in client.get(f"/f/{passage_id}.json").text


def test_buttons_that_need_javascript_are_hidden_without_it(client: FlaskClient) -> None:
    seen = look(client, f"/f/{ID}/zitat")
    buttons = [attrs for tag, attrs in seen.tags if tag == "button" and "data-copy" in attrs]
    assert len(buttons) == 5 and all("hidden" in attrs for attrs in buttons)
    ids = [attrs["id"] for _, attrs in seen.tags if "id" in attrs]
    assert len(ids) == len(set(ids)) and {attrs["data-copy"] for attrs in buttons} <= set(ids)
