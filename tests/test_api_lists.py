"""The API beside searching: publications, pages, citations, leafing, conditional requests, and the page to try it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from citing.styles import STYLES
from corpus.publication import Document, Publication, Show
from corpus.thesaurus import Group, Subject, Thesaurus
from index.generation import Generation
from index.home import Home
from index.live import LiveIndex
from index.search import Searcher
from search_app import create_app
from search_app.citing import FORMATS
from tests.fakes import document_of
from tests.shelf import EMBEDDER, Seen, evil, over_a_page_break, publish, report
from tests.test_api import problem

PASSAGE = report().passages[0]
CLOSED = Publication("zu", "zu.pdf", "Nur Stellen", show=Show.PASSAGE)


def closed() -> Document:
    return document_of(CLOSED, [["Die Kommune hilft."], ["Die Kommune hört zu."]], heading_path=("1 Hilfe",))


def with_topics(generation: Generation) -> Searcher:
    help_, town = Subject(Group.TOPIC, "Kommunale Hilfe", ("Kommune",)), Subject(Group.PLACE, "Übersee", ("Übersee",))
    return Searcher(generation, EMBEDDER, thesaurus=Thesaurus(subjects=(help_, town)))


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("home"))
    publish(home, report(), closed(), evil())
    return home


@pytest.fixture
def app(home: Home) -> Iterator[Flask]:
    index = LiveIndex(home, with_topics)
    yield create_app(index)
    index.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_publications_are_listed_with_their_record(client: FlaskClient) -> None:
    answer = client.get("/api/v1/publications").get_json()
    assert (answer["total"], answer["page"], answer["next"]) == (3, 1, None)
    first = answer["publications"][0]
    assert (first["publication_id"], first["pages"], first["passages"], first["show"]) == ("bericht", 5, 5, "full")
    assert first["authors"] == [{"family": "Muster", "given": "Änne"}, {"family": "Verbund der Vereine", "given": ""}]
    assert client.get(first["url"]).status_code == 200
    assert "path" not in first  # where a file lies is nobody's business


def test_a_publication_has_its_table_of_contents(client: FlaskClient) -> None:
    contents = client.get("/api/v1/publications/bericht").get_json()["contents"]
    assert [(entry["title"], [below["title"] for below in entry["headings"]]) for entry in contents] == [
        ("1 Anfang", ["1.1 Alter", "1.2 Wohnen"]),
        ("2 Mitte", []),
        ("1 Anfang", []),
    ]
    assert contents[0]["passage_id"] == PASSAGE.id
    problem(client.get("/api/v1/publications/nichts"), 404)


def test_pages_are_listed_and_read(client: FlaskClient) -> None:
    rows = client.get("/api/v1/publications/bericht/pages").get_json()["pages"]
    assert [(row["pdf_page"], row["label"], row["label_source"], row["locator"], row["name"]) for row in rows] == [
        (1, "46", "seen", "S. 46", "46"),
        (2, "47", "inferred", "S. [47]", "47"),
        (3, "48", "declared", "S. [48]", "48"),
        (4, "", "none", "PDF-S. 4", "pdf-4"),
        (5, "50", "corrected", "S. 50", "50"),
    ]
    page = client.get("/api/v1/publications/bericht/pages/47").get_json()
    assert (page["before"], page["after"], page["url"]) == ("46", "48", "/p/bericht/s/47")
    assert [standing["text"] for standing in page["passages"]] == ["Die Straße führt zur Wohnung."]
    assert page["passages"][0]["citation"].endswith("S. [47]")
    assert client.get("/api/v1/publications/bericht/pages/pdf-2").get_json() == page
    problem(client.get("/api/v1/publications/bericht/pages/99"), 404)


def test_of_a_publication_shown_by_passages_there_are_no_pages(client: FlaskClient) -> None:
    for path in ("/api/v1/publications/zu/pages", "/api/v1/publications/zu/pages/1", "/api/v1/publications/zu/pages/pdf-1"):
        assert "nur einzelne Fundstellen" in problem(client.get(path), 404)
    assert client.get("/api/v1/publications/zu").get_json()["contents"][0]["title"] == "1 Hilfe"


def test_lists_are_leafed_through_to_their_end(client: FlaskClient) -> None:
    path, seen = "/api/v1/publications/bericht/pages?per_page=2", []
    while path:
        answer = client.get(path).get_json()
        seen.append([row["pdf_page"] for row in answer["pages"]])
        path = answer["next"]
    assert seen == [[1, 2], [3, 4], [5]]
    assert client.get("/api/v1/publications?page=9").get_json()["publications"] == []


#: What url_for takes for itself, or what stands in the path already.
NOT_DECLARED = "endpoint=x&_scheme=https&_method=POST&_anchor=x&_external=1&values=1&self=1"


@pytest.mark.parametrize(
    ("asked", "followed"),
    [
        ("search?q=Ehrenamt Stadt&k=1&page=1", "q=Ehrenamt+Stadt&k=1&page=2"),
        ("publications?per_page=1", "page=2&per_page=1"),
        ("publications/bericht/pages?per_page=2&publication_id=zu", "page=2&per_page=2"),
        ("topics/kommunale-hilfe?per_page=1&topic=x", "page=2&per_page=1"),
    ],
)
def test_the_next_page_is_asked_for_what_was_declared(client: FlaskClient, asked: str, followed: str) -> None:
    path = client.get(f"/api/v1/{asked}&{NOT_DECLARED}", headers={"Host": "anderswo.example"}).get_json()["next"]
    assert re.sub(r"&generation=[^&]+", "", path) == f"/api/v1/{asked.partition('?')[0]}?{followed}"
    assert client.get(path).get_json()["page"] == 2


def test_a_search_is_leafed_through_without_loss_or_repetition(client: FlaskClient) -> None:
    path, seen = "/api/v1/search?q=Ehrenamt Stadt Wohnung Alleinsein&k=2&page=1", []
    while path:
        answer = client.get(path).get_json()
        seen += [hit["passage_id"] for hit in answer["hits"]]
        path = answer["next"]
    whole = client.get("/api/v1/search?q=Ehrenamt Stadt Wohnung Alleinsein&k=50").get_json()
    assert seen == [hit["passage_id"] for hit in whole["hits"]]
    assert len(set(seen)) == len(seen) > 4
    assert not {"generation", "page", "next"} & set(whole)


def test_a_list_says_when_the_index_has_changed(client: FlaskClient, home: Home) -> None:
    answer = client.get("/api/v1/search?q=Ehrenamt Wohnung&k=1&page=1").get_json()
    publish(home, report())
    assert "neu eingelesen" in problem(client.get(answer["next"]), 409)
    other = client.get("/api/v1/search?q=Ehrenamt Wohnung&k=1&page=1").get_json()["generation"]
    assert other != answer["generation"]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("place=Übersee", ["bericht"]),
        ("year=2024", ["bericht"]),
        ("year=2019-2022", []),
        ("publication=zu", ["zu"]),
        ("place=&year=&publication=", ["bericht", "zu"]),
    ],
)
def test_a_search_is_limited(client: FlaskClient, path: str, found: list[str]) -> None:
    hits = client.get(f"/api/v1/search?q=Ehrenamt Kommune Gemeinde&k=50&{path}").get_json()["hits"]
    assert sorted({hit["publication_id"] for hit in hits} - {"boese"}) == found


@pytest.mark.parametrize("asked", ["k=1&k=2", "year=bald", "related=ja", "page=0", "place=" + "x" * 201, "page=51"])
def test_what_makes_no_sense_is_refused(client: FlaskClient, asked: str) -> None:
    name = asked.partition("=")[0]
    assert problem(client.get(f"/api/v1/search?q=Ehrenamt&{asked}"), 400).startswith(name)


def test_problems_speak_the_callers_language(client: FlaskClient) -> None:
    response = client.get("/api/v1/search?q=Ehrenamt&k=x", headers={"Accept-Language": "en"})
    assert problem(response, 400) == "k must be a whole number from 1 to 50."
    assert response.headers["Content-Language"] == "en"


def test_similar_passages_are_named(client: FlaskClient) -> None:
    answer = client.get(f"/api/v1/passages/{PASSAGE.id}/similar").get_json()
    assert PASSAGE.id not in [one["passage_id"] for one in answer["similar"]]
    assert all(client.get(one["url"]).status_code == 200 for one in answer["similar"])
    problem(client.get("/api/v1/passages/nichts/similar"), 404)


def test_a_similar_passage_is_cited_with_the_page_of_its_preview(home: Home, client: FlaskClient) -> None:
    lines = ["Das Ehrenamt hilft allen, die neu sind.", "Und es fragt, was noch fehlt."]
    publish(home, report(), over_a_page_break(document_of(CLOSED, [[line] for line in lines])))
    similar = client.get(f"/api/v1/passages/{PASSAGE.id}/similar").get_json()["similar"]
    (one,) = (one for one in similar if one["publication_id"] == CLOSED.id)
    assert (one["preview"], one["locator"], one["citation"]) == (lines[0], "S. 1", "Nur Stellen, S. 1")


def test_a_citation_comes_in_every_style_and_format(client: FlaskClient) -> None:
    answer = client.get(f"/api/v1/passages/{PASSAGE.id}/citation").get_json()
    assert answer["quoted"] == "„Älter werden: Das Ehrenamt in Übersee. Eine Bürgerin hilft.“"
    assert answer["footnote"].endswith("S. 46.")
    assert [one["style"] for one in answer["styles"]] == [style.id for style in STYLES]
    assert all("Muster" in one["bibliography"] and "46" in one["citation"] for one in answer["styles"])
    assert list(answer["files"]) == list(FORMATS)
    for name, address in answer["files"].items():
        file = client.get(address)
        assert file.status_code == 200
        assert file.mimetype == FORMATS[name].media_type
        assert file.data == client.get(f"/f/{PASSAGE.id}.{name}").data
    problem(client.get(f"/api/v1/passages/{PASSAGE.id}/citation/pdf"), 404)


def test_chosen_sentences_are_cited(client: FlaskClient) -> None:
    path = f"/api/v1/passages/{PASSAGE.id}/citation"
    second = client.get(path).get_json()["sentences"][1]
    answer = client.get(path, query_string={"range": second["range"]}).get_json()
    assert (answer["text"], second["text"]) == ("Eine Bürgerin hilft.", "Eine Bürgerin hilft.")
    assert "Übersee" not in client.get(answer["files"]["txt"]).text
    problem(client.get(path, query_string={"range": "900-999"}), 404)
    problem(client.get(path, query_string={"range": "viel"}), 400)


def test_an_answer_is_sent_again_only_where_the_index_has_changed(client: FlaskClient, home: Home) -> None:
    paths = ["/api/v1/search?q=Ehrenamt", f"/api/v1/passages/{PASSAGE.id}", "/api/v1/publications"]
    tags = {path: client.get(path).headers["ETag"] for path in paths}
    assert len(set(tags.values())) == 3
    for path, tag in tags.items():
        unchanged = client.get(path, headers={"If-None-Match": f'"other", W/{tag}'})
        assert (unchanged.status_code, unchanged.data, unchanged.headers["ETag"]) == (304, b"", tag)
    publish(home, report())
    for path, tag in tags.items():
        changed = client.get(path, headers={"If-None-Match": tag})
        assert changed.status_code == 200
        assert changed.headers["ETag"] != tag


def test_another_start_of_the_application_has_other_tags(home: Home, client: FlaskClient) -> None:
    """Settings and the vocabulary are read at the start, and change answers."""
    index = LiveIndex(home, with_topics)
    other = create_app(index).test_client()
    assert other.get("/api/v1/publications").headers["ETag"] != client.get("/api/v1/publications").headers["ETag"]
    index.close()


def test_a_problem_has_no_tag(client: FlaskClient) -> None:
    for path in ("/api/v1/passages/nichts", "/api/v1/search?q=", "/api/v1/publications?generation=andere"):
        assert "ETag" not in client.get(path).headers
        assert client.get(path, headers={"If-None-Match": "*"}).status_code in (400, 404, 409)


def test_no_other_site_may_read_the_api(client: FlaskClient) -> None:
    response = client.get("/api/v1/publications", headers={"Origin": "https://example.org"})
    assert not [name for name, _ in response.headers if name.startswith("Access-Control")]


def test_every_operation_can_be_tried_without_javascript(client: FlaskClient) -> None:
    page = Seen()
    page.feed(client.get("/api").text)
    forms = [attributes for tag, attributes in page.tags if tag == "form" and "ausprobieren" in str(attributes.get("action"))]
    assert len(forms) == 11
    assert {attributes.get("src") for tag, attributes in page.tags if tag == "script"} <= {"/static/keys.js"}
    tried = client.get(f"/api/ausprobieren/citation?passage_id={PASSAGE.id}&range=&chapter=0", follow_redirects=True)
    assert tried.get_json()["passage_id"] == PASSAGE.id
    assert client.get("/api/ausprobieren/search?q=Ehrenamt&k=1&place=").location == "/api/v1/search?q=Ehrenamt&k=1"
    odd = client.get(f"/api/ausprobieren/passage?passage_id={PASSAGE.id}&{NOT_DECLARED}", headers={"Host": "anderswo.example"})
    assert odd.location == f"/api/v1/passages/{PASSAGE.id}"
    assert client.get("/api/ausprobieren/check_quotes?text=a").status_code == 404
    assert client.get("/api/ausprobieren/passage?passage_id=").status_code == 400
    assert client.get("/api/ausprobieren/nichts").status_code == 404


def test_the_page_to_try_it_needs_an_index_like_the_others(tmp_path_factory: pytest.TempPathFactory) -> None:
    index = LiveIndex(Home(tmp_path_factory.mktemp("empty")), with_topics)
    assert create_app(index).test_client().get("/api").status_code == 503


def test_json_is_for_reading(client: FlaskClient) -> None:
    text = client.get("/api/v1/publications/bericht").text
    assert "Änne" in text
    assert next(iter(json.loads(text))) == "publication_id"


def test_topics_lead_to_the_passages_that_tell_of_them(client: FlaskClient) -> None:
    rows = client.get("/api/v1/topics").get_json()["topics"]
    assert [(row["topic"], row["group"], row["passages"]) for row in rows] == [
        ("kommunale-hilfe", "topics", 2),
        ("uebersee", "places", 1),
    ]
    answer = client.get("/api/v1/topics/kommunale-hilfe?per_page=1").get_json()
    first = answer["telling"][0]
    text = client.get(f"/api/v1/passages/{first['passage_id']}").get_json()["text"]
    assert [text[start:end] for start, end in first["ranges"]] == ["Kommune"]
    assert client.get(answer["next"]).get_json()["telling"][0]["publication_id"] == "zu"
    problem(client.get("/api/v1/topics/nichts"), 404)
    hits = client.get("/api/v1/search?q=Bürgerin Kommune Wohnung&topic=uebersee").get_json()["hits"]
    assert [hit["passage_id"] for hit in hits] == [PASSAGE.id]
    assert client.get("/api/v1/search?q=Bürgerin&topic=uebersee&topic=Kommunale Hilfe").get_json()["hits"] == []


@pytest.mark.parametrize(("limit", "pages"), [("chapter=2 Mitte", [3, 4]), ("kind=note", []), ("kind=", [1, 2, 3, 4, 5])])
def test_a_search_is_limited_to_a_chapter_or_a_sort_of_text(client: FlaskClient, limit: str, pages: list[int]) -> None:
    asked = f"/api/v1/search?q=Ehrenamt Wohnung Ärzte Gemeinde Einsamkeit Räume&publication=bericht&{limit}"
    assert sorted(hit["pdf_pages"][0] for hit in client.get(asked).get_json()["hits"]) == pages


def test_a_sort_of_text_that_there_is_not_is_refused(client: FlaskClient) -> None:
    assert "text, note" in problem(client.get("/api/v1/search?q=x&kind=gedicht"), 400)


QUOTED = "Es heißt: „Am Ende bleibt die Einsamkeit.“ (S. 50) Und: „Die Gemeinde stellt keine Räume.“"


@pytest.mark.parametrize("sent", [{"json": {"text": QUOTED}}, {"data": {"text": QUOTED}}])
def test_quotations_are_checked(client: FlaskClient, sent: dict[str, Any]) -> None:
    answer = client.post("/api/v1/quotes/check", **sent).get_json()
    assert [quote["verdict"] for quote in answer["quotes"]] == ["verbatim", "differs"]
    assert answer["quotes"][0]["page"] == "right"
    assert answer["quotes"][1]["differences"] == [{"kind": "negation", "quoted": "keine", "printed": ""}]
    assert (answer["unclosed_lines"], answer["unchecked"]) == ([], 0)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"json": {"text": ""}}, 400),
        ({"json": {}}, 400),
        ({"json": ["text"]}, 400),
        ({"json": {"text": 1}}, 400),
        ({"data": b"{", "content_type": "application/json"}, 400),
        ({"data": b"text", "content_type": "text/plain"}, 415),
        ({"json": {"text": "x" * 100_001}}, 413),
        ({"data": {"text": "x" * 2_000_000}}, 413),
        ({"json": {"text": "x" * 2_000_000}}, 413),
    ],
)
def test_what_can_not_be_checked_is_a_problem(client: FlaskClient, sent: dict[str, Any], status: int) -> None:
    problem(client.post("/api/v1/quotes/check", **sent), status)


def test_a_passage_that_was_there_once_is_gone(client: FlaskClient, home: Home) -> None:
    publish(home, closed())
    assert f"/f/{PASSAGE.id}" in problem(client.get(f"/api/v1/passages/{PASSAGE.id}"), 410)
    problem(client.get(f"/api/v1/passages/{PASSAGE.id}/citation"), 410)
    problem(client.get("/api/v1/passages/0123456789abcdef"), 404)
