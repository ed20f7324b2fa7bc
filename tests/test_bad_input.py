"""Rubbish of every sort: a German sentence that names the thing and the way out, the right exit code or status, nothing lost."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import StorageError, reason
from corpus.publication import Document
from index import generation as generations
from index import register
from index.growing import GrowingArray
from index.home import Home
from index.library_writer import LibraryWriter
from index.vectors import ChromaVectors
from tests.calls import call
from tests.conftest import ROOT, SPECIMEN
from tests.pdfs import make_pdf, numbered_pages


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    assert call("ingest", "--home", folder, SPECIMEN).exit_code == 0
    return folder


def written(data: bytes) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        path.write_bytes(data)
        return path

    return write


def folder(path: Path) -> Path:
    path.mkdir()
    return path


def truncated(path: Path) -> Path:
    path.write_bytes(SPECIMEN.read_bytes()[:3000])
    return path


BAD_FILES = {
    "ordner.pdf": (folder, "ordner.pdf: Das ist ein Ordner. Nennen Sie die PDF-Dateien selbst"),
    "notiz.pdf": (written(b"nur Text"), "notiz.pdf: Das ist keine lesbare PDF-Datei (kein PDF oder beschädigt). Öffnen Sie sie"),
    "leer.pdf": (written(b""), "leer.pdf: Die Datei ist leer (0 Byte). Kopieren oder laden Sie sie noch einmal."),
    "halb.pdf": (truncated, "halb.pdf: Das ist keine lesbare PDF-Datei (kein PDF oder beschädigt). Öffnen Sie sie"),
    "zu.pdf": (
        lambda path: make_pdf(path, numbered_pages(2), password="geheim"),
        "zu.pdf: Die Datei ist mit einem Passwort geschützt. Speichern Sie eine Kopie ohne Passwort",
    ),
    "null.pdf": (
        lambda path: make_pdf(path, []),
        "null.pdf: Die Datei hat keine Seiten. Erzeugen oder laden Sie sie noch einmal.",
    ),
    "bild.pdf": (lambda path: make_pdf(path, [[], []]), "bild.pdf: Die Datei enthält keinen Text, vermutlich ist sie ein Scan."),
    "fehlt.pdf": (lambda path: path, "fehlt.pdf: Die Datei gibt es nicht. Prüfen Sie den Namen."),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_named_with_the_way_out_and_the_good_one_is_read(name: str, tmp_path: Path) -> None:
    make, says = BAD_FILES[name]
    good = make_pdf(tmp_path / "gut.pdf", numbered_pages(3))
    result = call("ingest", "--home", tmp_path / "h", make(tmp_path / name), good)
    assert result.exit_code == 1
    assert says in result.output and "Eingelesen: gut.pdf" in result.output
    alone = call("ingest", "--home", tmp_path / "anderswo", tmp_path / name)
    assert alone.exit_code == 1 and says in alone.output and "nichts verändert" in alone.output


def test_two_files_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    for number, name in enumerate(("a", "b"), 3):
        (tmp_path / name).mkdir()
        make_pdf(tmp_path / name / "gleich.pdf", numbered_pages(number))
    result = call("ingest", "--home", tmp_path / "h", tmp_path / "a" / "gleich.pdf", tmp_path / "b" / "gleich.pdf")
    assert result.exit_code == 1
    assert f"Zwei Dateien dieses Namens ({tmp_path / 'a'} und {tmp_path / 'b'})" in result.output
    assert "Benennen Sie eine um" in result.output and "gleich.pdf (3 Seiten" in result.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["search"], "Es fehlt SUCHE."),
        (["search", ""], "Die Suche ist leer. Geben Sie Wörter oder eine Frage ein"),
        (["such"], "Den Befehl „such“ gibt es nicht. Meinten Sie „search“?"),
        (["search", "x", "-k", "99"], "-k muss eine ganze Zahl von 1 bis 50 sein."),
        (["search", "x", "--jsn"], "Die Option „--jsn“ gibt es nicht. Meinten Sie „--json“?"),
        (["search", "x", "-k"], "Die Option „-k“ braucht einen Wert."),
        (["serve", "--port", "abc"], "--port muss eine ganze Zahl von 1 bis 65535 sein."),
        (["pages", "--json=1"], "Die Option „--json“ nimmt keinen Wert."),
        (["--home", "x"], "Es fehlt ein Befehl, z. B. fundstelle search SUCHE."),
        (["serve", "8000"], "Das sind zu viele Angaben."),
        (["evaluate", "x", "--queries", "a"], "Es fehlt --qrels."),
        (["evaluate", "x", "--compare", "a"], "Die Option „--compare“ braucht zwei Werte."),
    ],
)
def test_a_mistaken_call_is_explained_in_german(arguments: list[str], says: str) -> None:
    result = call(*arguments)
    assert result.exit_code == 2
    assert f"Fehler: {says}" in result.output


def test_help_and_version_are_no_mistakes() -> None:
    assert call("--help").exit_code == call("search", "--help").exit_code == call("--version").exit_code == 0
    assert call().exit_code == 2


def test_words_need_no_quotation_marks(home: Path) -> None:
    assert call("search", "ältere", "Geflüchtete", "-k", "1", "--home", home).output == (
        call("search", "ältere Geflüchtete", "-k", "1", "--home", home).output
    )


@pytest.mark.parametrize("typed", ["\x00\x01\x1b[31m", "\u202e\u200b", "((((", '"', "-", "§§§", "𝕊𝕦𝕔𝕙𝕖", "🙂", "a" * 10_000])
def test_no_query_is_an_error(home: Path, typed: str) -> None:
    result = call("search", "--home", home, "--", typed)
    assert result.exit_code in (0, 2)
    if result.exit_code == 2:
        assert "Die Suche ist leer" in result.output


def test_a_query_of_ten_thousand_characters_is_cut_and_says_so(home: Path) -> None:
    result = call("search", "Ehrenamt " * 1200, "-k", "1", "--home", home)
    assert result.exit_code == 0 and "Hinweis: Gesucht wird nach den ersten 1000 Zeichen." in result.output


@pytest.mark.parametrize("command", [["ingest", SPECIMEN], ["search", "x"], ["verify"], ["passages"], ["serve"]])
def test_a_home_that_is_a_file_is_named(tmp_path: Path, command: list[str | Path]) -> None:
    (tmp_path / "datei").write_text("keine Ablage")
    result = call(*command, "--home", tmp_path / "datei")
    assert result.exit_code == 1
    assert f"{tmp_path / 'datei'}" in result.output and "--home" in result.output
    assert (tmp_path / "datei").read_text() == "keine Ablage"


def another_version(manifest: Path) -> None:
    manifest.write_text(manifest.read_text().replace(f'"format": {generations.FORMAT}', '"format": 99'))


def another_model(manifest: Path) -> None:
    manifest.write_text(manifest.read_text().replace('"model": "', '"model": "anderes-'))


@pytest.mark.parametrize(
    ("change", "says"),
    [(another_version, "von einer anderen Programmversion"), (another_model, "wurde mit dem Modell anderes-german-static")],
)
def test_a_home_of_another_version_or_model_names_the_command_that_mends_it(
    tmp_path: Path, change: Callable[[Path], None], says: str
) -> None:
    assert call("ingest", "--home", tmp_path, SPECIMEN).exit_code == 0
    change(Home(tmp_path).live().folder / "manifest.json")
    result = call("search", "Ehrenamt", "--home", tmp_path)
    assert result.exit_code == 1 and says in result.output and "fundstelle ingest" in result.output
    assert call("ingest", "--home", tmp_path, SPECIMEN).exit_code == 0
    assert call("search", "Ehrenamt", "--home", tmp_path).exit_code == 0


def test_a_second_ingestion_at_the_same_time_is_told_to_wait(tmp_path: Path) -> None:
    assert call("ingest", "--home", tmp_path, SPECIMEN).exit_code == 0
    with (tmp_path / "lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        result = call("ingest", "--home", tmp_path, SPECIMEN)
    assert result.exit_code == 1 and "Es läuft schon ein Einlesen in diesen Ordner. Warten Sie" in result.output
    assert call("search", "Ehrenamt", "--home", tmp_path).exit_code == 0


def no_room(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def numpy_has_no_room(*_: object, **__: object) -> None:
    raise OSError("79 requested and 0 written")


def sqlite_has_no_room(writer: LibraryWriter, document: Document) -> None:
    writer._db.execute("PRAGMA max_page_count = 1")
    ADD(writer, document)


ADD = LibraryWriter.add


@pytest.mark.parametrize(
    ("where", "name", "how"),
    [
        (GrowingArray, "append", no_room),
        (np, "save", numpy_has_no_room),
        (register, "sync", no_room),
        (LibraryWriter, "add", sqlite_has_no_room),
        (ChromaVectors, "add", no_room),
    ],
)
def test_a_full_disk_leaves_the_live_index_and_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: object, name: str, how: Callable[..., None]
) -> None:
    assert call("ingest", "--home", tmp_path, SPECIMEN).exit_code == 0
    with monkeypatch.context() as patch:
        patch.setattr(where, name, how)
        result = call("ingest", "--home", tmp_path, make_pdf(tmp_path / "neu.pdf", numbered_pages(3)))
    assert result.exit_code == 1
    assert f"In {tmp_path} kann nicht geschrieben werden: Der Datenträger ist voll. Schaffen Sie Platz" in result.output
    assert len(list((tmp_path / "generations").iterdir())) == 1
    assert call("search", "Ehrenamt", "--home", tmp_path).exit_code == 0


def test_the_vector_store_says_what_the_system_said(tmp_path: Path) -> None:
    (tmp_path / "datei").write_text("kein Ordner")
    with pytest.raises(OSError, match=r"\[Errno"):
        ChromaVectors(tmp_path / "datei" / "vectors", rows=2)


def test_a_disk_that_can_only_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_only(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(Path, "mkdir", read_only)
    with (
        pytest.raises(StorageError, match=r"schreibgeschützt\. Wählen Sie mit --home einen anderen Ordner"),
        Home(tmp_path).locked(),
    ):
        pass


def test_what_the_system_refuses_is_said_in_german() -> None:
    assert reason(OSError(errno.EACCES, "Permission denied")) == "keine Berechtigung"
    assert reason(OSError(errno.ENOTTY, "Inappropriate ioctl")) == "Inappropriate ioctl"
    assert reason(OSError("ohne Nummer")) == "ohne Nummer"


@pytest.fixture(scope="module")
def port(home: Path) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = int(probe.getsockname()[1])
    command = [sys.executable, str(ROOT / "cli.py"), "serve", "--home", str(home), "--port", str(number)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", number)) == 0:
                break
        time.sleep(0.1)
    yield number
    server.terminate()
    _, log = server.communicate(timeout=30)
    assert server.returncode == 0 and "Traceback" not in log and "127.0.0.1" not in log


def answered(port: int, request: bytes) -> str:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        parts = []
        while part := connection.recv(65_536):
            parts.append(part)
    return b"".join(parts).decode()


@pytest.mark.parametrize(
    ("request_", "status", "says"),
    [
        (
            b"GET /suche?q=" + b"Ehrenamt%20" * 1000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
            414,
            "Die Anfrage ist zu lang. Kürzen Sie sie",
        ),
        (b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 2000 + b"\r\n", 431, "Die Anfrage ist zu lang."),
        (b"UNSINN\r\n\r\n", 400, "Die Anfrage ist fehlerhaft. Prüfen Sie die Adresse"),
        (b"GET /suche?q=%00%1b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 200, "Suche"),
        (
            b"GET /api/v1/search?q=%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            400,
            "Es fehlt, wonach gesucht werden soll",
        ),
        (b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 404, "Prüfen Sie die Adresse"),
    ],
)
def test_the_server_answers_rubbish_in_words(port: int, request_: bytes, status: int, says: str) -> None:
    answer = answered(port, request_)
    assert answer.startswith(f"HTTP/1.1 {status} ") and says in answer
    assert "Content-Security-Policy: default-src" in answer
    if status in (414, 431) or request_.startswith(b"UNSINN"):
        assert '<p lang="en">The' in answer  # its headers may not have been read


@pytest.mark.parametrize("part", ["words/offsets.npy", "vectors.npy", "library.sqlite"])
def test_a_damaged_index_is_named_and_can_be_rebuilt(tmp_path: Path, part: str) -> None:
    assert call("ingest", "--home", tmp_path, SPECIMEN).exit_code == 0
    file = Home(tmp_path).live().folder / part
    data = file.read_bytes()
    file.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096) if part == "library.sqlite" else b"")
    result = call("search", "Ehrenamt", "--home", tmp_path)
    assert result.exit_code == 1 and "fundstelle ingest --rebuild" in result.output
    assert call("ingest", "--rebuild", "--home", tmp_path, SPECIMEN).exit_code == 0
    assert call("search", "Ehrenamt", "--home", tmp_path).exit_code == 0
