"""A long proof, run by `make proof`: twenty searches a second while ingestions publish, and memory over many change-overs."""

from __future__ import annotations

import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import quote

import pytest

from corpus.specimens.build import FOLDER
from index.home import Home
from tests.running import FUNDSTELLE, Server, fundstelle, served, word_pdf

pytestmark = pytest.mark.proof
PER_SECOND = 20
READERS = 16  # connections that are kept; more than the server has threads
CHANGES = 5
MANY = 50
QUERIES = (
    "Ehrenamt",
    "was hilft gegen einsamkeit im alter",
    "Wohnen und Nachbarschaft",
    '"auf Augenhöhe"',
    "Förderung der Vereine -Schule",
    "Sprachkurs jahr:2015-2030",
    "Wie gewinnt man Freiwillige?",
    "Beratungsstelle",
)


@dataclass
class Asked:
    """What was asked: how often it failed, and each answer's moment (seconds from the beginning) and duration in seconds."""

    failures: Counter[str] = field(default_factory=Counter)
    answers: list[tuple[float, float]] = field(default_factory=list)

    def p95(self, start: float, end: float) -> float:
        """Milliseconds within which 95 of 100 answers came."""
        within = sorted(seconds for moment, seconds in self.answers if start <= moment < end)
        return 1000 * within[int(0.95 * len(within))]


def ask_steadily(server: Server, seconds: float, asked: Asked) -> None:
    """Ask at even distances, however slowly answers come: who waits for an answer has waited since the request was due."""
    began, lock = time.monotonic(), threading.Lock()
    local, connections = threading.local(), list[HTTPConnection]()

    def one(number: int) -> None:
        due = began + number / PER_SECOND
        time.sleep(max(0.0, due - time.monotonic()))
        query = quote(QUERIES[number % len(QUERIES)])
        path = f"/suche?q={query}" if number % 2 else f"/api/v1/search?q={query}"
        connection: HTTPConnection | None = getattr(local, "connection", None)
        try:
            if connection is None:
                connection = local.connection = server.connect()
                connections.append(connection)
            connection.request("GET", path)
            response = connection.getresponse()
            body = response.read()
            problem = "" if response.status == 200 and len(body) > 500 else f"{response.status}, {len(body)} bytes"
        except (OSError, HTTPException) as error:
            local.connection = None
            problem = repr(error)
        with lock:
            asked.answers.append((due - began, time.monotonic() - due))
            if problem:
                asked.failures[problem] += 1

    with ThreadPoolExecutor(READERS) as readers:
        list(readers.map(one, range(int(seconds * PER_SECOND))))
    for connection in connections:
        connection.close()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "home"
    assert fundstelle("ingest", "--home", folder, *sorted(FOLDER.glob("*.pdf"))).returncode == 0
    yield folder


def test_twenty_searches_a_second_while_ingestions_publish(
    home: Path, tmp_path: Path, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    seconds = float(request.config.getoption("--load-seconds"))
    asked, marks, ingested = Asked(), [], []
    with served(home, FUNDSTELLE_RATE="1000000") as server:
        began = time.monotonic()

        def publish() -> None:
            """A large ingestion and others, evenly over the middle half."""
            for number in range(CHANGES):
                time.sleep(max(0.0, began + seconds * (0.25 + 0.5 * number / CHANGES) - time.monotonic()))
                marks.append(time.monotonic() - began)
                path = word_pdf(tmp_path / f"neu{number}.pdf", f"Wort{number}")
                command = [*FUNDSTELLE, "ingest", "--home", str(home), *(["--rebuild"] if number == 0 else []), str(path)]
                ingested.append(subprocess.run(command, capture_output=True, check=False).returncode)
                marks.append(time.monotonic() - began)

        publishing = threading.Thread(target=publish)
        publishing.start()
        ask_steadily(server, seconds, asked)
        publishing.join()
        assert [server.hits(f"Wort{number}") != [] for number in range(CHANGES)] == [True] * CHANGES
    during = sum(end - start for start, end in zip(marks[::2], marks[1::2], strict=True))
    with capsys.disabled():
        print(
            f"\n{len(asked.answers)} searches in {seconds:.0f} s, {sum(asked.failures.values())} failed {dict(asked.failures)}; "
            f"{CHANGES} ingestions took {during:.0f} s; 95 of 100 answered within "
            f"{asked.p95(0, marks[0]):.0f} ms before, {asked.p95(marks[0], marks[-1]):.0f} ms between the first and the last, "
            f"{asked.p95(marks[-1], seconds):.0f} ms after"
        )
    assert ingested == [0] * CHANGES
    assert not asked.failures
    assert len(asked.answers) == int(seconds * PER_SECOND)


def test_memory_does_not_grow_with_change_overs(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert fundstelle("ingest", "--home", home, word_pdf(tmp_path / "neu.pdf", "Zimtstern")).returncode == 0
    measured = []
    with served(home, FUNDSTELLE_RATE="1000000") as server:
        for change in range(MANY + 6):
            if change:
                opened = Home(home)
                with opened.locked():
                    opened.roll_back()
            has_new = change % 2 == 0
            assert (server.hits("Zimtstern") != []) == has_new  # it has changed over
            for query in QUERIES:
                server.hits(query)
            if change in (5, MANY + 5):
                time.sleep(5)  # what a closed generation held is given back a little later
                measured.append(server.memory())
    before, after = measured
    with capsys.disabled():
        print(f"\nmemory before {MANY} change-overs {before / 2**20:.0f} MiB, after {after / 2**20:.0f} MiB")
    assert after < 1.25 * before  # fifty generations that are kept would take several times as much
