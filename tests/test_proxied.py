"""Two processes of the server behind nginx, as deploy/nginx.conf has it: TLS, no protocol of readers, one may end."""

from __future__ import annotations

import http.client
import json
import re
import signal
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.conftest import ROOT
from tests.running import Server, free_port, fundstelle, start, word_pdf
from tests.test_operation import needs

NAME = "fundstelle.example.org"


@dataclass(frozen=True)
class Site:
    """What stands between readers and two servers of one home."""

    home: Path
    folder: Path
    plain: int
    secure: int
    servers: tuple[Server, ...]

    def get(self, path: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
        context = ssl.create_default_context(cafile=str(self.folder / "fullchain.pem"))
        context.check_hostname = False  # the name leads nowhere; the certificate is compared all the same
        connection = http.client.HTTPSConnection("127.0.0.1", self.secure, timeout=30, context=context)
        try:
            connection.request("GET", path, headers={"Host": NAME, **headers})
            response = connection.getresponse()
            return response, response.read()
        finally:
            connection.close()

    def files(self, word: str) -> set[str]:
        response, body = self.get(f"/api/v1/search?q={quote(word)}")
        assert response.status == 200
        return {hit["file"] for hit in json.loads(body)["hits"] if word in hit["text"]}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    nginx, openssl = needs("nginx"), needs("openssl")
    folder = tmp_path_factory.mktemp("site")
    home = folder / "home"
    assert fundstelle("ingest", "--home", home, word_pdf(folder / "eins.pdf", "Quarzsand")).returncode == 0
    servers = tuple(start(home, FUNDSTELLE_PROXIES="1") for _ in range(2))
    made = Site(home, folder, free_port(), free_port(), servers)
    certify(openssl, folder)
    configure(made)
    arguments = [nginx, "-c", str(folder / "nginx.conf"), "-p", str(folder), "-e", str(folder / "error.log")]
    tested = subprocess.run([*arguments, "-t"], capture_output=True, text=True, check=False)
    assert tested.returncode == 0 and "[warn]" not in tested.stderr, tested.stderr
    process = subprocess.Popen([*arguments, "-g", "daemon off;"])
    try:
        for _ in range(100):
            try:
                made.get("/gesund")
                break
            except OSError:
                time.sleep(0.1)
        yield made
    finally:
        process.send_signal(signal.SIGQUIT)
        assert process.wait(30) == 0
        for server in servers:
            server.process.terminate()
            server.process.wait(60)


def certify(openssl: str, folder: Path) -> None:
    """Write a certificate that nobody but this test trusts."""
    files = ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    asked = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}", "-days", "2"]
    command = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", *files, *asked]
    subprocess.run(command, check=True, capture_output=True)


def configure(site: Site) -> None:
    """Write the file of the project, with free ports and the folders of the test, into a whole configuration."""
    text = (ROOT / "deploy/nginx.conf").read_text(encoding="utf-8")
    text = re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.M)  # there need not be IPv6
    text = text.replace("listen 80;", f"listen 127.0.0.1:{site.plain};").replace("listen 443", f"listen 127.0.0.1:{site.secure}")
    text = text.replace("# server 127.0.0.1:8001", "server 127.0.0.1:8001")
    for port, server in zip(("8000", "8001"), site.servers, strict=True):
        text = text.replace(f"server 127.0.0.1:{port}", f"server 127.0.0.1:{server.port}")
    text = text.replace(f"/etc/letsencrypt/live/{NAME}", str(site.folder)).replace("/var/log/nginx/", f"{site.folder}/")
    temporary = "".join(
        f"{kind}_temp_path {site.folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = f"worker_processes 1;\npid {site.folder}/nginx.pid;\nevents {{}}\nhttp {{\n{temporary}{text}\n}}\n"
    (site.folder / "nginx.conf").write_text(whole, encoding="utf-8")


def test_readers_come_in_by_tls_only(site: Site) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", site.plain, timeout=30)
    connection.request("GET", "/suche?q=Quarzsand", headers={"Host": NAME})
    response = connection.getresponse()
    assert (response.status, response.headers["Location"]) == (308, f"https://{NAME}/suche?q=Quarzsand")
    connection.close()
    response, body = site.get("/suche?q=Quarzsand")
    assert response.status == 200 and b"Quarzsand" in body
    assert response.headers["Strict-Transport-Security"] and response.headers["Content-Security-Policy"].startswith("default-src")


def test_a_long_question_and_a_long_text_get_through(site: Site) -> None:
    assert site.get(f"/suche?q={quote('ü' * 1000)}")[0].status == 200


def test_both_processes_answer_and_change_over_together(site: Site) -> None:
    assert fundstelle("ingest", "--home", site.home, word_pdf(site.folder / "zwei.pdf", "Feldspat")).returncode == 0
    assert [site.files("Feldspat") for _ in range(8)] == [{"zwei.pdf"}] * 8
    assert [set(server.hits("Feldspat")) for server in site.servers] == [{"zwei.pdf"}] * 2


def test_nothing_of_readers_is_written_down(site: Site) -> None:
    site.files("Glimmerschiefer")
    written = [
        file for file in site.folder.rglob("*.log") if b"Glimmer" in file.read_bytes() or b"127.0.0.1" in file.read_bytes()
    ]
    assert written == []


def test_the_other_process_answers_where_one_has_ended(site: Site) -> None:
    site.servers[0].process.terminate()
    assert site.servers[0].process.wait(60) == 0
    assert [site.files("Quarzsand") for _ in range(10)] == [{"eins.pdf"}] * 10
