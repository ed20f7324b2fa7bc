"""Files are fetched from a small server on this machine: whole, in parts, and not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import pytest

import fetching
from corpus.catalogue import Entry
from corpus.publication import Publication
from fetching import FetchError, fetch
from tests.calls import call

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 2_000


class Server(ThreadingHTTPServer):
    """Serves one file, in parts where that is asked for; ``cut`` breaks the first answers off behind so many bytes."""

    data = PDF
    version = '"eins"'
    cut = 0
    asked: ClassVar[list[str]] = []


class Answer(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        asked = self.headers.get("Range", "") if self.headers.get("If-Range") == self.server.version else ""
        self.server.asked.append(self.headers.get("Range", ""))
        if self.path != "/heft.pdf":
            self.send_error(404)
            return
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
        body = self.server.data[start:]
        self.send_response(206 if asked else 200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", self.server.version)
        self.end_headers()
        self.wfile.write(body[: self.server.cut or None])
        self.server.cut = 0

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Answer) as found:
        found.asked.clear()
        thread = Thread(target=found.serve_forever)
        thread.start()
        yield found
        found.shutdown()
        thread.join()


def address(server: Server, file: str = "heft.pdf") -> str:
    return f"http://127.0.0.1:{server.server_port}/{file}"


def entry(folder: Path) -> Entry:
    return Entry(Publication("heft", "heft.pdf", "Das Heft"), folder / "publications" / "heft.pdf")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "publications").iterdir())


def test_a_file_is_fetched_with_its_checksum(server: Server, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    fetched = fetch(entry(tmp_path), address(server), lambda done, total: seen.append((done, total)))
    assert fetched.path.read_bytes() == PDF and fetched.size == len(PDF) and seen[-1] == (len(PDF), len(PDF))
    assert fetched.sha256 == hashlib.sha256(PDF).hexdigest()
    assert names(tmp_path) == ["heft.pdf", "heft.pdf.sha256"]
    assert (tmp_path / "publications" / "heft.pdf.sha256").read_text() == f"{fetched.sha256}  heft.pdf\n"


def test_what_broke_off_is_gone_on_with(server: Server, tmp_path: Path) -> None:
    server.cut = 100_000
    with pytest.raises(FetchError, match="ließ sich nicht laden"):
        fetch(entry(tmp_path), address(server))
    assert "heft.pdf" not in names(tmp_path)
    assert fetch(entry(tmp_path), address(server)).path.read_bytes() == PDF
    assert server.asked == ["", "bytes=100000-"]


def test_another_version_is_fetched_from_its_beginning(server: Server, tmp_path: Path) -> None:
    server.cut = 100_000
    with pytest.raises(FetchError):
        fetch(entry(tmp_path), address(server))
    server.data, server.version = b"%PDF-1.4 neu", '"zwei"'
    assert fetch(entry(tmp_path), address(server)).path.read_bytes() == b"%PDF-1.4 neu"


def test_what_is_no_pdf_or_too_large_or_not_there_is_refused(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(FetchError, match="404"):
        fetch(entry(tmp_path), address(server, "fehlt.pdf"))
    with pytest.raises(FetchError, match="https://"):
        fetch(entry(tmp_path), "file:///etc/passwd")
    with pytest.raises(FetchError, match="Prüfen Sie die Verbindung"):
        fetch(entry(tmp_path), "http://127.0.0.1:9/heft.pdf")
    server.data = b"<html>Seite</html>"
    with pytest.raises(FetchError, match="keine PDF-Datei"):
        fetch(entry(tmp_path), address(server))
    server.data = PDF
    monkeypatch.setattr(fetching, "MOST", 1 << 16)
    with pytest.raises(FetchError, match="größer als"):
        fetch(entry(tmp_path), address(server))
    assert [name for name in names(tmp_path) if not name.endswith(".version")] == []


def test_the_command_fetches_what_the_catalogue_names(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = tmp_path / "catalogue.toml"
    catalogue.write_text(
        f'[[publication]]\nid = "heft"\nfile = "heft.pdf"\ntitle = "Das Heft"\nlicence = "frei"\npdf = "{address(server)}"\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("FUNDSTELLE_CATALOGUE", str(catalogue))
    result = call("fetch", "--home", tmp_path / "home")
    assert result.exit_code == 0 and "Geladen: " in result.output
    assert "Es gibt nichts zu laden" in call("fetch", "--home", tmp_path / "home").output
    wrong = call("fetch", "buch", "--home", tmp_path / "home")
    assert wrong.exit_code == 1 and "Im Katalog gibt es nicht: buch." in wrong.output
    (tmp_path / "publications" / "heft.pdf").unlink()
    server.data = b"nichts"
    failed = call("fetch", "--home", tmp_path / "home")
    assert failed.exit_code == 1 and "Fehler: Das Heft: Unter" in failed.output
