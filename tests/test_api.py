"""The JSON for programs, over a small published generation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from corpus.publication import LabelSource, PageLabel, Publication
from index.answer import passage_json, results_json
from index.home import Home
from index.live import LiveIndex
from index.query import parse_query
from search_app import create_app
from tests.fakes import document_of
from tests.shelf import open_searcher, publish

BOOK = Publication("buch", "buch.pdf", "Ankommen in der Stadt", year="2024")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveIndex]:
    home = Home(tmp_path_factory.mktemp("home"))
    pages = [[f"Das Ehrenamt in der Gemeinde {n} stärken.", "Freiwillige „helfen“."] for n in range(60)]
    labels = [PageLabel("xii", LabelSource.SEEN), *[PageLabel(str(n), LabelSource.INFERRED) for n in range(1, 60)]]
    document = document_of(BOOK, pages, heading_path=("1 Überblick",), labels=labels)
    publish(home, document)
    live = LiveIndex(home, open_searcher)
    yield live
    live.close()


@pytest.fixture
def client(index: LiveIndex) -> FlaskClient:
    return create_app(index).test_client()


@pytest.fixture
def nothing(tmp_path: Path) -> Iterator[FlaskClient]:
    live = LiveIndex(Home(tmp_path), open_searcher)
    yield create_app(live).test_client()
    live.close()


def problem(response: TestResponse, status: int) -> str:
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    body = json.loads(response.data)
    assert set(body) == {"type", "title", "status", "detail"}
    assert body["status"] == status
    return str(body["detail"])


def test_a_search_answers_what_the_command_line_answers(client: FlaskClient, index: LiveIndex) -> None:
    response = client.get("/api/v1/search", query_string={"q": " Ehrenamt  stärken ", "k": 3})
    assert (response.status_code, response.content_type) == (200, "application/json")
    with index.searcher() as searcher:
        assert response.json == results_json(searcher.search(parse_query("Ehrenamt stärken"), 3))
    assert list(json.loads(response.data)) == ["query", "related", "corrected", "missing", "hits"]
    assert "stärken" in response.data.decode("utf-8")  # as it is, not as \u00e4


def test_a_hit_names_its_pages_and_leads_to_its_own_page(client: FlaskClient) -> None:
    hits = client.get("/api/v1/search?q=Ehrenamt&k=50").get_json()["hits"]
    first = next(hit for hit in hits if hit["pdf_pages"] == [1])
    assert (first["page_labels"], first["label_sources"]) == (["xii"], ["seen"])
    assert first["citation"] == "Ankommen in der Stadt, 2024, S. xii"
    assert first["url"] == f"/f/{first['passage_id']}"
    assert client.get(first["url"]).status_code == 200


@pytest.mark.parametrize(("k", "count"), [("1", 1), ("10", 10), (None, 10), ("50", 50)])
def test_k_says_how_many_hits(client: FlaskClient, k: str | None, count: int) -> None:
    query = {"q": "ehrenamt"} | ({} if k is None else {"k": k})
    assert len(client.get("/api/v1/search", query_string=query).get_json()["hits"]) == count


@pytest.mark.parametrize("k", ["0", "51", "-1", "1.5", "zehn", "", "１０", "9" * 5000])
def test_another_k_is_refused(client: FlaskClient, k: str) -> None:
    detail = problem(client.get("/api/v1/search", query_string={"q": "ehrenamt", "k": k}), 400)
    assert detail == "k muss eine ganze Zahl von 1 bis 50 sein."


@pytest.mark.parametrize("path", ["/api/v1/search", "/api/v1/search?q=", "/api/v1/search?q=%20%00", "/api/v1/search?k=5"])
def test_a_search_for_nothing_is_refused(client: FlaskClient, path: str) -> None:
    assert problem(client.get(path), 400).startswith("Es fehlt, wonach gesucht werden soll.")


def test_a_query_that_would_be_cut_is_refused(client: FlaskClient) -> None:
    assert client.get("/api/v1/search", query_string={"q": "e" * 1000}).status_code == 200
    assert "länger als 1000 Zeichen" in problem(client.get("/api/v1/search", query_string={"q": "e" * 1001}), 400)


def test_a_passage_answers_its_pieces_with_their_boxes(client: FlaskClient, index: LiveIndex) -> None:
    hit = client.get("/api/v1/search?q=Ehrenamt&k=1").get_json()["hits"][0]
    response = client.get(f"/api/v1/passages/{hit['passage_id']}")
    with index.searcher() as searcher:
        passage = searcher.library.passage(hit["passage_id"])
        assert passage is not None
        pages = {page.index: page for page in searcher.library.pages("buch")}
        assert response.json == passage_json(passage, BOOK, pages)
    pieces = response.get_json()["pieces"]
    assert "".join(piece["text"] for piece in pieces) == hit["text"]
    assert pieces[0]["boxes"][0][:2] == [50.0, 500.0]


def test_an_unknown_passage_is_not_found(client: FlaskClient) -> None:
    assert "gibt es nicht oder nicht mehr" in problem(client.get("/api/v1/passages/0123456789abcdef"), 404)


def test_unknown_addresses_and_methods_are_problems_too(client: FlaskClient) -> None:
    problem(client.get("/api/v1/nichts"), 404)
    response = client.post("/api/v1/search")
    problem(response, 405)
    assert "GET" in response.headers["Allow"]


def test_without_an_index_the_answer_says_how_to_make_one(nothing: FlaskClient) -> None:
    for path in ("/api/v1/search?q=x", "/api/v1/passages/x"):
        assert "fundstelle ingest" in problem(nothing.get(path), 503)


def test_health_tells_whether_searches_are_answered(client: FlaskClient, nothing: FlaskClient) -> None:
    assert client.get("/gesund").json == {"status": "ok", "passages": 60}
    response = nothing.get("/gesund")
    assert (response.status_code, response.json) == (503, {"status": "gestört"})
