"""What stands between the network and the pages: limits, proxies, headers, figures, readiness, and what is noted."""

from __future__ import annotations

import json
import logging
import socket
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import logs
from corpus.errors import StorageError
from index.home import Home
from index.live import LiveIndex
from search_app import create_app
from search_app.metrics import Metrics
from search_app.readiness import STOPPING
from search_app.serving import Serving
from tests.shelf import evil, look, open_searcher, publish, report

OFFICE, OTHER = {"REMOTE_ADDR": "192.0.2.1"}, {"REMOTE_ADDR": "192.0.2.2"}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveIndex]:
    home = Home(tmp_path_factory.mktemp("home"))
    publish(home, report(), evil())
    opened = LiveIndex(home, open_searcher)
    yield opened
    opened.close()


@pytest.fixture
def served(index: LiveIndex) -> Callable[[Serving], FlaskClient]:
    return lambda serving: create_app(index, serving=serving).test_client()


# How often


def test_who_asks_too_often_is_told_when_to_come_back_and_nobody_else_is(served: Callable[[Serving], FlaskClient]) -> None:
    client = served(Serving(rate=3))
    assert [client.get("/", environ_base=OFFICE).status_code for _ in range(4)] == [200, 200, 200, 429]
    response = client.get("/suche?q=ehrenamt", environ_base=OFFICE)
    wait = int(response.headers["Retry-After"])
    assert 1 <= wait <= 61 and f"Warten Sie {wait} Sekunden" in response.text
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    assert client.get("/", environ_base=OTHER).status_code == 200


def test_a_program_that_asks_too_often_gets_a_problem(served: Callable[[Serving], FlaskClient]) -> None:
    client = served(Serving(rate=1))
    client.get("/api/v1/search?q=ehrenamt")
    response = client.get("/api/v1/search?q=ehrenamt")
    assert (response.status_code, response.content_type) == (429, "application/problem+json")
    assert json.loads(response.data)["title"] == "Zu viele Anfragen"


def test_styles_and_monitors_are_not_counted(served: Callable[[Serving], FlaskClient]) -> None:
    client = served(Serving(rate=1))
    for path in ("/static/style.css", "/gesund", "/bereit") * 3:
        assert client.get(path, buffered=True).status_code == 200
    assert client.get("/").status_code == 200


def test_no_rate_is_no_limit(served: Callable[[Serving], FlaskClient]) -> None:
    client = served(Serving(rate=0))
    assert {client.get("/api/v1/search?q=ehrenamt").status_code for _ in range(50)} == {200}


@pytest.mark.parametrize(
    ("first", "second", "is_one"),
    [
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
    ],
)
def test_a_connection_is_one_asker_whatever_its_address(
    served: Callable[[Serving], FlaskClient], first: str, second: str, is_one: bool
) -> None:
    client = served(Serving(rate=1))
    assert client.get("/", environ_base={"REMOTE_ADDR": first}).status_code == 200
    assert (client.get("/", environ_base={"REMOTE_ADDR": second}).status_code == 429) == is_one


# Proxies

FORWARDED = {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}


def test_what_a_reader_says_of_proxies_is_not_believed(served: Callable[[Serving], FlaskClient]) -> None:
    client = served(Serving(rate=1))
    response = client.get("/", headers=FORWARDED, environ_base=OFFICE)
    assert "Strict-Transport-Security" not in response.headers
    other = {**FORWARDED, "X-Forwarded-For": "198.51.100.8"}
    assert client.get("/", headers=other, environ_base=OFFICE).status_code == 429


def test_behind_a_proxy_readers_are_told_apart_by_what_it_adds(served: Callable[[Serving], FlaskClient]) -> None:
    client = served(Serving(rate=1, proxies=1))
    response = client.get("/", headers=FORWARDED, environ_base=OFFICE)
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"
    forged = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}  # the first is what the reader sent, the last what the proxy added
    assert client.get("/", headers=forged, environ_base=OFFICE).status_code == 429
    assert client.get("/", headers={"X-Forwarded-For": "198.51.100.8"}, environ_base=OFFICE).status_code == 200


# Headers


@pytest.mark.parametrize("path", ["/", "/suche?q=ehrenamt", "/p/bericht", "/x", "/api/v1/search", "/static/style.css", "/bereit"])
def test_every_answer_forbids_what_no_page_needs(served: Callable[[Serving], FlaskClient], path: str) -> None:
    headers = served(Serving()).get(path, buffered=True).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self';") and "unsafe" not in policy and "*" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_no_cookie_is_set_by_looking(served: Callable[[Serving], FlaskClient]) -> None:
    client = served(Serving())
    for path in ("/", "/suche?q=ehrenamt", "/p/bericht", "/x", "/api/v1/search?q=ehrenamt"):
        assert "Set-Cookie" not in client.get(path).headers
    assert client.get("/sprache/en").headers["Set-Cookie"].startswith("sprache=en;")


# Whether it is ready


def test_ready_is_who_has_an_index_and_does_not_stop(served: Callable[[Serving], FlaskClient], tmp_path: Path) -> None:
    client = served(Serving())
    assert (client.get("/bereit").status_code, client.get("/bereit").json) == (200, {"status": "bereit"})
    client.application.config[STOPPING] = True
    assert client.get("/bereit").status_code == 503
    assert client.get("/gesund").status_code == 200
    nothing = LiveIndex(Home(tmp_path / "leer"), open_searcher)
    response = create_app(nothing).test_client().get("/bereit")
    assert (response.status_code, response.json) == (503, {"status": "nicht bereit"})


# Figures


@pytest.fixture
def figures(index: LiveIndex) -> Iterator[tuple[FlaskClient, Callable[[], str]]]:
    metrics = Metrics(index)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server, thread = metrics.listen("127.0.0.1", port)

    def read() -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as response:
            return str(response.read().decode())

    yield create_app(index, serving=Serving(metrics=metrics)).test_client(), read
    server.shutdown()
    server.server_close()
    thread.join()


def test_figures_count_requests_by_endpoint_and_say_nothing_of_what_was_asked(
    figures: tuple[FlaskClient, Callable[[], str]],
) -> None:
    client, read = figures
    for path in ("/suche?q=geheimnis", "/suche?q=ehrenamt", "/geheim/nis", "/p/bericht"):
        client.get(path)
    client.open("/", method="GEHEIM")
    text = read()
    assert 'fundstelle_requests_total{endpoint="pages.search",method="GET",status="200"} 2.0' in text
    assert 'fundstelle_requests_total{endpoint="none",method="GET",status="404"} 1.0' in text
    assert 'fundstelle_request_seconds_count{endpoint="pages.search"} 2.0' in text
    assert "fundstelle_requests_under_way 0.0" in text
    assert "fundstelle_passages 6.0" in text and "fundstelle_publications 2.0" in text
    assert "process_resident_memory_bytes" in text
    assert "geheim" not in text.lower()


def test_figures_are_nowhere_among_the_pages(served: Callable[[Serving], FlaskClient], index: LiveIndex) -> None:
    assert served(Serving(metrics=Metrics(index))).get("/metrics").status_code == 404


# What is noted


@pytest.fixture
def noted() -> Iterator[Callable[..., list[str]]]:
    """Make lines of all records from now on."""
    records: list[logging.LogRecord] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record)

    keep, loggers = Keep(), [logging.getLogger(name) for name in ("fundstelle.requests", "search_app")]
    for logger in loggers:
        logger.addHandler(keep)
        logger.setLevel(logging.INFO)
    yield lambda *, as_json: [logs.formatter(as_json=as_json).format(record) for record in records]
    for logger in loggers:
        logger.removeHandler(keep)
        logger.setLevel(logging.NOTSET)


def test_a_request_is_a_line_without_what_was_asked(
    served: Callable[[Serving], FlaskClient], noted: Callable[..., list[str]]
) -> None:
    client = served(Serving())
    client.set_cookie("sprache", "de")
    client.get("/suche?q=geheimnis", environ_base=OFFICE, headers={"User-Agent": "Geheimnis"})
    client.get("/geheimnis", environ_base=OFFICE)
    first, second = map(json.loads, noted(as_json=True))
    assert set(first) == {"time", "level", "logger", "message", "endpoint", "method", "status", "ms", "bytes"}
    assert (first["endpoint"], first["method"], first["status"]) == ("pages.search", "GET", 200)
    assert first["bytes"] > 1000 and first["ms"] > 0
    assert (second["endpoint"], second["method"], second["status"]) == ("none", "?", 404)
    assert not any(word in line for line in noted(as_json=True) for word in ("eheimnis", "192.0.2", "sprache"))


@pytest.mark.parametrize("as_json", [True, False])
def test_an_error_is_noted_with_its_place_and_without_what_was_asked(
    served: Callable[[Serving], FlaskClient], noted: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch, as_json: bool
) -> None:
    def fail(query: str) -> None:
        raise ValueError(f"can't search for {query}")

    monkeypatch.setattr("search_app.pages.Asking.of", lambda args: fail(args["q"]))
    assert "Da ist etwas schiefgegangen" in look(served(Serving()), "/suche", 500, q="geheimnis").words
    text = "\n".join(noted(as_json=as_json))
    assert "no answer from pages.search" in text
    assert "ValueError" in text and "in fail" in text and "test_serving.py" in text
    assert "geheimnis" not in text


def test_an_error_of_ours_and_of_the_system_says_what_it_is() -> None:
    try:
        try:
            Path("/nirgendwo/datei").read_bytes()
        except OSError as error:
            raise StorageError("Kein Platz.") from error
    except StorageError as error:
        lines = list(logs.trace(error))
    assert lines[0] == "corpus.errors.StorageError: Kein Platz."
    assert any(line.startswith("builtins.FileNotFoundError: ") for line in lines)
    assert not any("nirgendwo" in line for line in lines)


def test_more_than_words_is_not_taken(served: Callable[[Serving], FlaskClient]) -> None:
    client = served(Serving())

    @client.application.post("/formular")
    def form() -> str:
        from flask import request

        return str(len(request.form))

    response = client.post("/formular", data={"a": "x" * (2 << 20)})
    assert response.status_code == 413 and "größer als 1 MiB" in response.text


@pytest.mark.parametrize("host", ["a" * 70, "a..b", "a" * 70 + ".de:80"])
@pytest.mark.parametrize(
    "serving", [Serving(), Serving(rate=9, password="scrypt:1$a$b"), Serving(proxies=1, trusted_header="X-A")]
)
def test_a_name_that_is_none_is_refused(served: Callable[[Serving], FlaskClient], serving: Serving, host: str) -> None:
    for path in ("/", "/x", "/api/v1/search?q=a"):
        response = served(serving).get(path, headers={"Host": host})
        assert response.status_code == 400 and response.text.startswith("Anfrage nicht verstanden. ")
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]
