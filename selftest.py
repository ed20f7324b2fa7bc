"""One publication from its file to the page that shows it, in a home of its own: what works here, step by step."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import ingestion
import wiring
from corpus import catalogue
from corpus.errors import FundstelleError
from index.query import parse_query
from settings import ROOT, Settings

_FILE = ROOT / "corpus" / "specimens" / "muster-arbeitspapier.pdf"
_BY_WORDS, _BY_MEANING = "Strukturbild", "Menschen, die allein sind"
_PATIENCE = 120.0  # seconds for a server to start; with a large model it takes long


def run(settings: Settings, folder: Path, record: Path | None) -> Iterator[str]:
    """Ingest, search, show and serve with the models that are set; yield a German sentence for each step done.

    ``record`` is where a server writes what it tries to reach elsewhere.  Raises FundstelleError where a step fails.
    """
    settings = replace(settings, home=folder / "home", catalogue=Settings().catalogue)
    yield _ingest(settings)
    yield _search(settings)
    yield _show(settings)
    yield _serve(settings, record)


def _ingest(settings: Settings) -> str:
    entries = catalogue.load(settings.catalogue)
    wanted = ingestion.wanted_files(entries, (_FILE,))
    outcome = ingestion.ingest(wiring.home(settings), wanted, wiring.model(settings), catalogue=entries, apart=True)
    if outcome.generation is None or outcome.failed:
        raise FundstelleError(f"{_FILE.name} ließ sich nicht einlesen: {', '.join(map(str, outcome.failed))}")
    return f"Eingelesen und geprüft: {_FILE.name}, {outcome.generation.manifest.passages} Passagen."


def _search(settings: Settings) -> str:
    """Search exactly and by the store's graph, whose library is loaded by that."""
    for exact_up_to in (settings.exact_up_to, 0):
        chosen = replace(settings, exact_up_to=exact_up_to)
        generation = wiring.home(chosen).live()
        with closing(wiring.searcher(chosen, generation, wiring.model(chosen), wiring.reading_again(chosen))) as searcher:
            for query in (_BY_WORDS, _BY_MEANING):
                if not searcher.search(parse_query(query), 5).hits:
                    raise FundstelleError(f"„{query}“ wurde nicht gefunden.")
    return "Gesucht und gefunden: nach Wörtern und nach Bedeutung, genau und mit Chromas Graph."


def _show(settings: Settings) -> str:
    with closing(wiring.home(settings).live().library()) as library:
        original = library.original(library.publications[0].id)
    assert original is not None
    png = wiring.page_images(settings).image(original, 0, 640)
    return f"Seitenbild gemacht: {len(png)} Byte."


def _serve(settings: Settings, record: Path | None) -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # With only these settings: a password or a limit would stand between the test and what it tests.
    environment = {
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "FUNDSTELLE_MODEL": settings.model,
        "FUNDSTELLE_RERANKER": settings.reranker,
        "FUNDSTELLE_QUERY_PROMPT": settings.query_prompt,
        "FUNDSTELLE_PASSAGE_PROMPT": settings.passage_prompt,
        "FUNDSTELLE_EXACT_UP_TO": "0",
    }
    program = (
        "import sys, pathlib, offline, cli; sys.argv[1] and offline.guard(pathlib.Path(sys.argv[1])); cli.main(sys.argv[2:])"
    )
    command = [sys.executable, "-c", program, str(record or ""), "serve", "--home", str(settings.home), "--port", str(port)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        answered = _ask(f"http://127.0.0.1:{port}", process)
    finally:
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
    if process.returncode:
        raise FundstelleError(f"Der Server endete mit {process.returncode}: {said.decode(errors='replace')[-1000:]}")
    return f"Server gestartet, {answered} Adressen abgerufen, beendet."


def _ask(address: str, process: subprocess.Popen[bytes]) -> int:
    """Return how many addresses of a server answered; raises FundstelleError where one does not."""
    until = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < until and not _answers(f"{address}/bereit"):
        time.sleep(0.1)
    hits = json.loads(_get(f"{address}/api/v1/search?q={quote(_BY_MEANING)}"))["hits"]
    paths = ["/", "/static/style.css", f"/suche?q={_BY_WORDS}", f"/suche?q={quote(_BY_MEANING)}", "/gesund", hits[0]["url"]]
    for path in paths:
        _get(address + path)
    return len(paths) + 1


def _answers(address: str) -> bool:
    try:
        return bool(_get(address))
    except FundstelleError:
        return False


def _get(address: str) -> bytes:
    # Without what the environment says of proxies: what is on this machine needs none.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=60) as response:
            return bytes(response.read())
    except OSError as error:
        raise FundstelleError(f"{address} antwortet nicht, wie es soll ({type(error).__name__}).") from error
