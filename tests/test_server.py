"""The running server: slow and odd clients, how it stops, what it writes down, and where its figures are."""

from __future__ import annotations

import json
import signal
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path

import pytest

from tests.conftest import SPECIMEN
from tests.running import Server, free_port, fundstelle, served, start


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    assert fundstelle("ingest", "--home", folder, SPECIMEN).returncode == 0
    return folder


@pytest.fixture(scope="module")
def logged(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path, int]]:
    """A server with two threads that writes JSON lines, where it writes them, and the port of its figures."""
    log, figures = tmp_path_factory.mktemp("log") / "log", free_port()
    with (
        log.open("w") as opened,
        served(home, log=opened, FUNDSTELLE_THREADS="2", FUNDSTELLE_LOG="json", FUNDSTELLE_METRICS=str(figures)) as server,
    ):
        yield server, log, figures


def test_who_sends_slowly_keeps_nobody_from_searching(logged: tuple[Server, Path, int]) -> None:
    server, _, _ = logged
    slow = [socket.create_connection(("127.0.0.1", server.port), timeout=60) for _ in range(2)]
    for connection in slow:
        connection.sendall(b"GET /suche?q=langsam HTTP/1.1\r\nHost: x\r\nX-Slow: ")
    assert server.hits("Ehrenamt")
    for connection in slow:
        with connection:
            assert connection.recv(100) == b""  # it was ended


def test_what_a_forwarder_may_say_is_not_believed_of_this_machine(logged: tuple[Server, Path, int]) -> None:
    connection = logged[0].connect()
    connection.request("GET", "/", headers={"X-Forwarded-Proto": "https", "Script-Name": "/boese", "X-Forwarded-For": "1.2.3.4"})
    response = connection.getresponse()
    body = response.read().decode()
    connection.close()
    assert response.status == 200 and "boese" not in body
    assert response.getheader("Strict-Transport-Security") is None


def test_the_log_has_a_line_a_request_and_figures_an_address_of_their_own(logged: tuple[Server, Path, int]) -> None:
    server, log, figures = logged
    server.hits("Geheimniskrämer")
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{server.address}/geheimniskraemer?a=b", timeout=30)
    caught.value.close()
    with urllib.request.urlopen(f"http://127.0.0.1:{figures}/metrics", timeout=30) as response:
        counted = response.read().decode()
    assert 'fundstelle_requests_total{endpoint="api.search",method="GET",status="200"}' in counted
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    assert {"api.search", "none", "readiness.ready"} <= {line.get("endpoint") for line in lines}
    for text in (log.read_text(), counted):
        assert "eheimnis" not in text and "suche?q" not in text and "client" not in text
        assert "127.0.0.1" not in text


def test_who_asks_too_often_is_refused(home: Path) -> None:
    with served(home, FUNDSTELLE_RATE="2") as server:
        connection = server.connect()
        statuses = []
        for _ in range(3):
            connection.request("GET", "/api/v1/search?q=Ehrenamt")
            response = connection.getresponse()
            response.read()
            statuses.append(response.status)
        connection.close()
    assert statuses == [200, 200, 429]


def test_a_server_that_stops_says_so_to_who_asks_on_and_ends_well(home: Path) -> None:
    server = start(home)
    connection = server.connect()
    connection.request("GET", "/bereit")
    response = connection.getresponse()
    response.read()
    assert response.status == 200
    server.process.send_signal(signal.SIGTERM)
    statuses: list[int] = []
    try:
        while not statuses or statuses[-1] == 200:
            connection.request("GET", "/bereit")
            response = connection.getresponse()
            response.read()
            statuses.append(response.status)
    except (OSError, HTTPException):
        pass
    connection.close()
    assert server.process.wait(60) == 0
    assert statuses[-1] == 503


def test_settings_that_can_not_be_served_with_are_named_at_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("FUNDSTELLE_METRICS", str(taken.getsockname()[1]))
        result = fundstelle("serve", "--home", home, "--port", str(free_port()))
    assert result.returncode == 1 and "FUNDSTELLE_METRICS" in result.stderr and "Traceback" not in result.stderr
    monkeypatch.delenv("FUNDSTELLE_METRICS")
    monkeypatch.setenv("FUNDSTELLE_PASSWORD_FILE", str(home / "nichts"))
    result = fundstelle("serve", "--home", home, "--port", str(free_port()))
    assert result.returncode == 1 and "fundstelle password" in result.stderr
