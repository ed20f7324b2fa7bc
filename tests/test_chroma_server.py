"""The vectors on a real Chroma server: found as in a folder, published, gone back to, tidied away, and done without."""

from __future__ import annotations

import http.server
import json
import logging
import shutil
import socket
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import ingestion
import wiring
from corpus.catalogue import Catalogue
from corpus.errors import IndexMismatch, StoreUnavailable
from corpus.specimens.build import FOLDER
from evaluation import collection
from index import stores
from index.chroma_server import ServerVectors, drop
from index.examination import Examiner, examine
from index.home import Home
from index.query import parse_query
from index.search import Searcher
from index.stores import ChromaServer, Remote
from index.vectors import ChromaVectors, ExactVectors, OrExact, Rows, Vectors
from settings import Settings
from tests.chroma_run import chroma_server
from tests.conftest import ROOT
from tests.fakes import document_of, volumes
from tests.running import free_port
from tests.shelf import EMBEDDER, REPORT, publish

UNIT = np.array([[1, 0, 0], [0, 1, 0], [0, 0.8, 0.6], [0, 0, 1]], np.float32)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    with chroma_server(tmp_path_factory.mktemp("chroma")) as running:
        yield running


def collections(server: ChromaServer, home: Home) -> set[str]:
    """The names of a home's generations that have a collection on the server."""
    start = f"fundstelle-{(home.folder / 'id').read_text().strip()}-"
    address = f"{server.url}/api/v2/tenants/default_tenant/databases/default_database/collections?limit=1000"
    with urllib.request.urlopen(address, timeout=10) as answer:
        names = [str(one["name"]) for one in json.load(answer)]
    return {name.removeprefix(start) for name in names if name.startswith(start)}


@pytest.fixture(params=["folder", "server"])
def remote(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Remote | None]:
    if request.param == "folder":
        yield None
    else:
        made = Remote(request.getfixturevalue("server"), f"test-{tmp_path.name.replace('[', '').replace(']', '')[-40:]}-x")
        yield made
        drop(made.server, made.collection)


def test_a_store_finds_what_was_put_into_it_and_gives_it_back(remote: Remote | None, tmp_path: Path) -> None:
    server = remote.server if remote else None
    with stores.make(tmp_path / "vectors", 4, remote) as new:
        new.add(["a", "a", "b", "b"], UNIT)
    with stores.open_(tmp_path / "vectors", server) as store:
        assert np.allclose(np.concatenate(list(store.stretches())), UNIT, atol=1e-6)
        rows, similarities = store.nearest(np.array([0, 1, 0], np.float32), 2)
        assert dict(zip(rows.tolist(), similarities.tolist(), strict=True)) == pytest.approx({1: 1.0, 2: 0.8}, abs=1e-5)
        rows, _ = store.nearest(np.array([0, 1, 0], np.float32), 1, np.array([True, False, True, True]))
        assert rows.tolist() == [2]


def test_generations_are_published_gone_back_to_and_tidied_away(server: ChromaServer, tmp_path: Path) -> None:
    home = Home(tmp_path, server)
    names = []
    for text in ("Einsamkeit.", "Das Ehrenamt.", "Die Gemeinde."):
        publish(home, document_of(REPORT, [[text], ["Eine Wohnung."]]))
        names.append(home.live_mark())
        examine(home.live())
    assert collections(server, home) == set(names[1:])
    with home.locked():
        home.roll_back()
    assert home.live_mark() == names[1]
    publish(home, document_of(REPORT, [["Die Kommune."]]))
    assert collections(server, home) == {names[1], home.live_mark()}
    assert "vectors/chroma.sqlite3" not in {p.relative_to(home.live().folder).as_posix() for p in home.live().folder.rglob("*")}


def test_an_examination_in_another_process_asks_the_server(server: ChromaServer, tmp_path: Path) -> None:
    home = Home(tmp_path, server)
    publish(home, document_of(REPORT, [["Einsamkeit."], ["Eine Wohnung."]]))
    with Examiner() as examiner:
        examiner.examine(home.live())
    drop(server, stores.collection_of(home.live().folder / "vectors"))
    with Examiner() as examiner, pytest.raises(Exception, match="Chroma-Server"):
        examiner.examine(home.live())


def test_what_is_not_published_leaves_no_collection(server: ChromaServer, tmp_path: Path) -> None:
    home = Home(tmp_path, server)
    documents = [document_of(REPORT, [["Einsamkeit."]])]

    def refuse(_: object) -> None:
        assert len(collections(server, home)) == 1
        raise RuntimeError("nein")

    with home.locked(), pytest.raises(RuntimeError, match="nein"):
        home.publish(volumes(documents), EMBEDDER, "x", examine=refuse)
    assert collections(server, home) == set() and home.live_mark() == ""


def test_homes_on_one_server_leave_each_other_alone(server: ChromaServer, tmp_path: Path) -> None:
    one, other = Home(tmp_path / "one", server), Home(tmp_path / "other", server)
    for home in (one, other, other, other):
        publish(home, document_of(REPORT, [["Einsamkeit."]]))
    assert collections(server, one) == {one.live_mark()} and len(collections(server, other)) == 2


def test_a_search_goes_on_without_the_server_and_comes_back_to_it(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    port = free_port()
    with chroma_server(tmp_path / "chroma", port) as running:
        publish(Home(tmp_path / "home", running), document_of(REPORT, [["Einsamkeit."], ["Eine Wohnung."]]))
    generation = Home(tmp_path / "home", running).live()
    searcher = Searcher(generation, EMBEDDER, exact=False)
    try:
        with caplog.at_level(logging.WARNING):
            for _ in range(3):
                assert [hit.passage.text for hit in searcher.search(parse_query("alleinsein"), 1).hits] == ["Einsamkeit."]
        assert caplog.text.count("Chroma-Server") == 1  # the other two searches did not wait for it
    finally:
        searcher.close()
    with chroma_server(tmp_path / "chroma", port):
        searcher = Searcher(generation, EMBEDDER, exact=False)
        caplog.clear()
        assert [hit.passage.text for hit in searcher.search(parse_query("alleinsein"), 1).hits] == ["Einsamkeit."]
        searcher.close()
    assert "Chroma-Server" not in caplog.text


class Failing:
    """A store that answers every other time."""

    def __init__(self) -> None:
        self.asked = 0

    def nearest(self, vector: Vectors, k: int, allowed: object = None) -> tuple[Rows, Vectors]:
        self.asked += 1
        if self.asked % 2:
            raise StoreUnavailable("eben nicht")
        return np.array([3]), np.array([0.5], np.float32)

    def close(self) -> None:
        self.asked = -1


@pytest.mark.parametrize(("again", "found", "asked"), [(0.0, [[1], [3], [1], [3]], 4), (3600.0, [[1], [1], [1], [1]], 1)])
def test_a_store_that_failed_is_asked_again_after_a_while(again: float, found: list[list[int]], asked: int) -> None:
    store = Failing()
    either = OrExact(lambda: store, ExactVectors(UNIT), again)
    assert [either.nearest(UNIT[1], 1)[0].tolist() for _ in range(4)] == found
    assert store.asked == asked
    either.close()
    assert store.asked == -1


def test_a_server_that_never_answers_is_given_up(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(StoreUnavailable, match="Chroma-Server"):
            ServerVectors(ChromaServer(address, timeout=0.2), "sammlung")


class Guarded(http.server.BaseHTTPRequestHandler):
    """Notes the headers of each request and lets nobody in."""

    seen: list[str | None] = []  # noqa: RUF012

    def do_GET(self) -> None:
        self.seen.append(self.headers["Authorization"])
        self.send_error(401, "nicht erlaubt")

    def log_message(self, format: str, *args: object) -> None:
        pass


def test_headers_are_sent_with_the_first_request_and_said_in_no_message() -> None:
    with http.server.HTTPServer(("127.0.0.1", 0), Guarded) as guarded:
        threading.Thread(target=guarded.serve_forever, daemon=True).start()
        server = ChromaServer(f"http://127.0.0.1:{guarded.server_port}", (("Authorization", "Bearer geheim"),))
        with pytest.raises(StoreUnavailable, match="401") as caught:
            ServerVectors(server, "sammlung")
        guarded.shutdown()
    assert Guarded.seen == ["Bearer geheim"]
    assert "geheim" not in str(caught.value) + repr(server)


def test_without_the_setting_such_a_generation_is_searched_exactly(server: ChromaServer, tmp_path: Path) -> None:
    publish(Home(tmp_path, server), document_of(REPORT, [["Einsamkeit."], ["Eine Wohnung."]]))
    generation = Home(tmp_path).live()
    assert not generation.has_store
    with pytest.raises(IndexMismatch, match="FUNDSTELLE_CHROMA"):
        generation.chroma_vectors()
    searcher = wiring.searcher(replace(Settings(), exact_up_to=0), replace(generation, manifest=generation.manifest), EMBEDDER)
    assert [hit.passage.text for hit in searcher.search(parse_query("alleinsein"), 1).hits] == ["Einsamkeit."]
    searcher.close()


def test_folder_and_server_give_the_same_hits_for_every_judged_query(server: ChromaServer, tmp_path: Path) -> None:
    queries = collection.read(ROOT / "tests/judged/queries.tsv", ROOT / "tests/judged/qrels.tsv").questions
    found: list[list[list[str]]] = []
    for place in (None, server):
        settings = replace(Settings(), home=tmp_path / str(place is None), exact_up_to=0)
        settings = replace(settings, chroma=place.url, chroma_timeout=10.0) if place else settings
        home, model = wiring.home(settings), wiring.model(settings)
        ingestion.ingest(home, ingestion.wanted_files(Catalogue(()), sorted(FOLDER.glob("*.pdf"))), model)
        searcher = wiring.searcher(settings, home.live(), model)
        assert isinstance(searcher._vectors, ChromaVectors if place is None else OrExact)
        found.append([[hit.passage.id for hit in searcher.search(parse_query(q.text), 10).hits] for q in queries])
        assert place is None or isinstance(searcher._vectors._store, ServerVectors)  # type: ignore[union-attr]
        searcher.close()
    assert len(queries) > 100
    assert found[0] == found[1]


def test_a_copy_of_a_generation_asks_the_same_collection(server: ChromaServer, tmp_path: Path) -> None:
    publish(Home(tmp_path / "eins", server), document_of(REPORT, [["Einsamkeit."], ["Eine Wohnung."]]))
    shutil.copytree(tmp_path / "eins", tmp_path / "zwei")
    with Home(tmp_path / "zwei", server).live().chroma_vectors() as store:
        assert store.count() == 2
