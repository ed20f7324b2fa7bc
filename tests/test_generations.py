"""Generations: whole or not published, noticed where damaged, listed, and gone back to."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from cli import main
from corpus.errors import IndexDamaged, NoIndex
from index import inventory
from index import live as live_index
from index.examination import Examiner, examine
from index.generation import Generation
from index.home import Home
from index.live import LiveIndex
from index.query import parse_query
from index.search import Searcher
from index.vectors import ChromaVectors
from tests.fakes import CountingEmbedder, document_of, volumes
from tests.pdfs import make_pdf, paragraph
from tests.shelf import EMBEDDER, REPORT, open_searcher, publish, report

TEXTS = ["Vereine helfen.", "Ältere Menschen wohnen allein.", "Die Stadt hört zu.", "Ein Netz trägt alle.", "Lotsen gehen mit."]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    home = Home(tmp_path_factory.mktemp("home"))
    publish(home, document_of(REPORT, [[text] for text in TEXTS]))
    return home.live()


def copy_of(generation: Generation, folder: Path) -> Generation:
    return Generation.of(Path(shutil.copytree(generation.folder, folder / generation.name)))


def test_a_sound_generation_passes_here_and_in_another_process(sound: Generation) -> None:
    examine(sound)
    with Examiner() as examiner:
        examiner.examine(sound)


def files_of(generation: Generation) -> list[str]:
    return list(inventory.noted(generation.folder))


def test_the_inventory_notes_every_file(sound: Generation) -> None:
    present = {path.relative_to(sound.folder).as_posix() for path in sound.folder.rglob("*") if path.is_file()}
    assert set(files_of(sound)) == present - {inventory.NAME}
    assert {"manifest.json", "library.sqlite", "vectors.npy", "vectors/chroma.sqlite3"} <= present
    assert not [name for name in present if name.endswith(".part")]


def test_publications_without_a_single_word_are_published_and_searched(tmp_path: Path) -> None:
    home = Home(tmp_path)
    publish(home, document_of(REPORT, [["–"], ["* * *"]]))
    searcher = open_searcher(home.live())
    assert searcher.search(parse_query("Netz")).hits == ()
    searcher.close()


def test_every_file_that_is_missing_or_too_short_is_noticed_when_a_generation_is_opened(
    sound: Generation, tmp_path: Path
) -> None:
    hurt = copy_of(sound, tmp_path)
    for name in files_of(sound):
        file = hurt.folder / name
        whole = file.read_bytes()
        file.write_bytes(whole[:-1] if whole else b"x")
        with pytest.raises(IndexDamaged, match=f"{file.name} .*Byte.*fundstelle rollback"):
            hurt.require(EMBEDDER.fingerprint)
        file.unlink()
        with pytest.raises(IndexDamaged, match=f"fehlt {name}.*fundstelle ingest --rebuild"):
            hurt.require(EMBEDDER.fingerprint)
        assert not hurt.is_whole()
        file.write_bytes(whole)
    hurt.require(EMBEDDER.fingerprint)


def test_every_changed_byte_outside_the_store_is_noticed_by_the_examination(sound: Generation, tmp_path: Path) -> None:
    hurt = copy_of(sound, tmp_path)
    for name in files_of(sound):
        file = hurt.folder / name
        whole = file.read_bytes()
        if not whole or name.startswith("vectors/"):
            continue
        file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        with pytest.raises(IndexDamaged, match=f"{file.name} verändert"):
            examine(hurt)
        file.write_bytes(whole)
    examine(hurt)


def noted_again(generation: Generation) -> Generation:
    """Damage that the inventory knows nothing of, as where it was written wrong to begin with."""
    inventory.write(generation.folder)
    return generation


def with_other_vectors(generation: Generation) -> None:
    shutil.rmtree(generation.folder / "vectors")
    matrix = generation.exact_vectors().matrix
    with ChromaVectors(generation.folder / "vectors", rows=len(matrix)) as store:
        store.add(["bericht"] * len(matrix), np.roll(matrix, 1, axis=0))


def with_other_words(generation: Generation) -> None:
    other = document_of(REPORT, [["Xylophon."], ["Yacht."], ["Zwerge."], ["Quitte."], ["Qualle."]])
    home = Home(generation.folder.parent / "other")
    publish(home, other)
    shutil.rmtree(generation.folder / "words")
    shutil.copytree(home.live().folder / "words", generation.folder / "words")


def with_one_passage_more(generation: Generation) -> None:
    manifest = generation.folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"passages": 5', '"passages": 6'))


def with_a_broken_library(generation: Generation) -> None:
    file = generation.folder / "library.sqlite"
    data = bytearray(file.read_bytes())
    data[4096 * 3 : 4096 * 4] = bytes(4096)
    file.write_bytes(data)


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (with_other_vectors, "andere Vektoren"),
        (with_other_words, "eigenen W"),
        (with_one_passage_more, "unvollständig"),
        (with_a_broken_library, "Bibliothek"),
    ],
)
def test_parts_that_contradict_each_other_are_not_published(
    sound: Generation, tmp_path: Path, damage: Callable[[Generation], None], named: str
) -> None:
    hurt = copy_of(sound, tmp_path)
    damage(hurt)
    with pytest.raises(IndexDamaged, match=named):
        examine(Generation.of(noted_again(hurt).folder))
    with Examiner() as examiner, pytest.raises(IndexDamaged, match=f"der bisherige bleibt in Gebrauch: .*{named}"):
        examiner.examine(hurt)


def test_an_examination_that_ends_is_none_that_was_passed(sound: Generation) -> None:
    with Examiner() as examiner:
        os.kill(examiner._process.pid, signal.SIGSEGV)  # as the store's library does with a shortened file
        with pytest.raises(IndexDamaged, match="abgebrochen"):
            examiner.examine(sound)


def test_what_does_not_pass_leaves_the_live_one_and_nothing_behind(tmp_path: Path) -> None:
    home = Home(tmp_path)
    publish(home, report())
    live = home.live_mark()
    documents = [report()]

    def refuse(generation: Generation) -> None:
        assert generation.folder.is_dir() and home.live_mark() == live
        raise IndexDamaged("nein")

    with home.locked(), pytest.raises(IndexDamaged, match="nein"):
        home.publish(volumes(documents), EMBEDDER, "x", examine=refuse)
    assert [folder.name for folder in (tmp_path / "generations").iterdir()] == [live] == [home.live_mark()]


# Going back


def marks(home: Home) -> list[tuple[str, bool, bool]]:
    return [(kept.name, kept.live, kept.before) for kept in home.kept()]


def back(home: Home, name: str = "") -> str:
    with home.locked():
        return home.roll_back(name).name


def test_the_generation_before_can_be_gone_back_to_and_forth_again(tmp_path: Path) -> None:
    home = Home(tmp_path)
    first, second = (publish_of(home, text) for text in ("eins", "zwei"))
    assert marks(home) == [(second, True, False), (first, False, True)]
    assert back(home) == first == home.live().name
    assert marks(home) == [(second, False, True), (first, True, False)]
    assert back(home) == second
    assert back(home, first) == first


def publish_of(home: Home, *texts: str) -> str:
    publish(home, document_of(REPORT, [list(texts)]))
    return home.live_mark()


def test_what_is_published_after_going_back_replaces_what_was_gone_back_from(tmp_path: Path) -> None:
    home = Home(tmp_path)
    first, second = (publish_of(home, text) for text in ("eins", "zwei"))
    back(home)
    third = publish_of(home, "drei")
    assert marks(home) == [(third, True, False), (first, False, True)]
    assert not (tmp_path / "generations" / second).exists()


def test_there_may_be_nothing_to_go_back_to(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with pytest.raises(NoIndex, match="keinen früheren Stand"):
        back(home)
    only = publish_of(home, "eins")
    with pytest.raises(NoIndex, match="keinen früheren Stand"):
        back(home)
    with pytest.raises(NoIndex, match="schon in Gebrauch"):
        back(home, only)
    with pytest.raises(NoIndex, match=r"„\.\./x“ gibt es nicht.*keiner"):
        back(home, "../x")
    assert home.live_mark() == only


def test_a_damaged_generation_is_shown_and_not_gone_back_to(tmp_path: Path) -> None:
    home = Home(tmp_path)
    first, second = (publish_of(home, text) for text in ("eins", "zwei"))
    (tmp_path / "generations" / first / "vectors.npy").write_bytes(b"")
    assert [(kept.name, kept.generation is None) for kept in home.kept()] == [(second, False), (first, True)]
    with pytest.raises(IndexDamaged, match=r"vectors\.npy"):
        back(home)
    assert home.live_mark() == second


def test_a_server_changes_over_when_one_goes_back(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for text in ("eins", "zwei"):
        publish_of(home, text)
    index = LiveIndex(home, open_searcher)
    said = []
    for _ in range(2):
        with index.searcher() as live:
            said.append(live.library.passage_at(0).text)
        back(home)
    index.close()
    assert said == ["zwei", "eins"]


def test_a_server_that_meets_a_damaged_generation_goes_on_with_the_one_before(tmp_path: Path) -> None:
    home = Home(tmp_path)

    def open_whole(generation: Generation) -> object:
        generation.require(EMBEDDER.fingerprint)
        return open_searcher(generation)

    index = LiveIndex(home, open_whole)  # type: ignore[arg-type]
    publish_of(home, "eins")
    with index.searcher() as live:
        assert live.library.passage_at(0).text == "eins"
    publish_of(home, "zwei")
    (home.live().folder / "vectors.npy").write_bytes(b"")
    with index.searcher() as live:
        assert live.library.passage_at(0).text == "eins"
    index.close()


def test_a_generation_that_takes_long_to_open_keeps_nobody_waiting(tmp_path: Path) -> None:
    home, ready = Home(tmp_path), threading.Event()
    opened: list[str] = []

    def open_slowly(generation: Generation) -> Searcher:
        if opened:
            ready.wait(60)
        opened.append(generation.name)
        return open_searcher(generation)

    def said() -> str:
        with index.searcher() as live:
            return live.library.passage_at(0).text

    publish_of(home, "eins")
    index = LiveIndex(home, open_slowly, patience=0.01)
    assert said() == "eins"
    publish_of(home, "zwei")
    assert said() == "eins"
    index._patience = 3600  # of what is opened from now on: nobody waits once more for what others have waited for
    assert said() == "eins" and len(opened) == 1
    ready.set()
    index.close()  # waits for what is being opened
    assert [said(), len(opened)] == ["zwei", 3]
    index.close()


@pytest.mark.parametrize("error", [IndexDamaged("kaputt"), MemoryError(), OSError(errno.EMFILE, "Too many open files")])
def test_a_generation_that_cannot_be_opened_is_told_once_and_tried_again_after_a_while(
    tmp_path: Path, error: Exception, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, opened = Home(tmp_path), 0

    def open_some(generation: Generation) -> Searcher:
        nonlocal opened
        opened += 1
        if 1 < opened < 4:
            raise error
        return open_searcher(generation)

    def said() -> str:
        with index.searcher() as live:
            return live.library.passage_at(0).text

    index = LiveIndex(home, open_some)
    publish_of(home, "eins")
    assert said() == "eins"
    publish_of(home, "zwei")
    assert [said(), said(), said(), opened] == ["eins", "eins", "eins", 2]
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    monkeypatch.setattr(live_index, "_AGAIN", 0.0)
    index._not_before = 0.0
    assert [said(), said(), opened] == ["eins", "zwei", 4]
    assert len(caplog.records) == 1
    index.close()


def test_a_server_that_gets_no_thread_goes_on_answering(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path)
    index = LiveIndex(home, open_searcher)

    def no_thread(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    def said() -> str:
        with index.searcher() as live:
            return live.library.passage_at(0).text

    publish_of(home, "eins")
    assert said() == "eins"
    publish_of(home, "zwei")
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", no_thread)
        assert [said(), said()] == ["eins", "eins"]
    assert said() == "zwei"
    index.close()


def test_the_commands_say_what_is_kept_and_go_back(tmp_path: Path) -> None:
    home = tmp_path / "home"

    def fundstelle(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, ["--home", str(home), *arguments])
        return result.exit_code, result.output

    assert fundstelle("generations") == (0, "Es ist noch nichts eingelesen: fundstelle ingest\n")
    assert fundstelle("rollback")[0] == 1
    names = []
    for text in ("Erste Fassung.", "Zweite Fassung, anders."):
        path = make_pdf(tmp_path / "a.pdf", [paragraph([text])])
        assert fundstelle("ingest", str(path))[0] == 0
        names.append(Home(home).live_mark())
    first, second = names
    code, said = fundstelle("generations")
    assert (code, said.count("1 Passagen")) == (0, 2)
    assert said.startswith(f"{second}  in Gebrauch") and f"\n{first}  davor" in said
    code, said = fundstelle("rollback")
    assert code == 0 and "In Gebrauch ist jetzt wieder der Stand vom" in said and first in said
    rows = [json.loads(line) for line in fundstelle("generations", "--json")[1].splitlines()]
    assert [(row["name"], row["live"], row["passages"]) for row in rows] == [(second, False, 1), (first, True, 1)]
    assert "Erste Fassung" in fundstelle("search", "Fassung")[1]


def test_another_models_generation_is_shown_with_what_made_it(tmp_path: Path) -> None:
    class Other(CountingEmbedder):
        fingerprint = "other-1"

    home, documents = Home(tmp_path), [replace(report())]
    with home.locked():
        home.publish(volumes(documents), Other(), "x")
    kept = home.kept()[0]
    assert kept.generation is not None and kept.generation.manifest.model == "other-1"
