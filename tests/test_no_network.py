"""A long proof, run by `make proof`: from a file to what a reader sees, no process asks for another machine.

strace writes down each call by which a process can reach one, whatever library makes it; so there is nothing to trust but the kernel.
"""

from __future__ import annotations

import ipaddress
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from corpus.specimens.build import FOLDER
from tests import browser as tools
from tests.running import FUNDSTELLE, served

pytestmark = pytest.mark.proof
_CALLS = "connect,sendto,sendmsg,sendmmsg"
#: Chromium looks whether there is a way to IPv6 addresses by connecting a datagram socket to this one, which sends nothing; no
#: option keeps it from that. It is the browser's own and not for a page's sake: it does so with no page open.
_CHROMIUMS_PROBE = ipaddress.ip_address("2001:4860:4860::8888")
_ADDRESS = re.compile(r'sin_addr=inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"')


def watched(trace: Path) -> list[str]:
    """What comes before a command so that it and all that it starts are watched."""
    if shutil.which("strace") is None:
        pytest.skip("strace is missing (Debian: apt-get install strace)")
    return ["strace", "-f", "--seccomp-bpf", "-qq", "-e", f"trace={_CALLS}", "-e", "signal=none", "-o", str(trace)]


def reached(trace: Path) -> tuple[list[str], list[str]]:
    """Return the calls to addresses of this machine, and those to others."""
    here: list[str] = []
    elsewhere: list[str] = []
    for line in trace.read_text(encoding="utf-8", errors="replace").splitlines():
        if match := _ADDRESS.search(line):
            address = ipaddress.ip_address(match[1] or match[2])
            if address == _CHROMIUMS_PROBE and "connect(" in line and trace.name == "browse":
                continue
            (here if address.is_loopback else elsewhere).append(line)
    return here, elsewhere


def test_what_asks_for_another_machine_is_seen(tmp_path: Path) -> None:
    code = (
        "import socket\n"
        "for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):\n"
        "    for address in ('127.0.0.1', '192.0.2.1'):\n"
        "        with socket.socket(socket.AF_INET, kind) as one:\n"
        "            one.settimeout(0.1)\n"
        "            try: one.connect((address, 9))\n"
        "            except OSError: pass\n"
    )
    subprocess.run([*watched(tmp_path / "trace"), sys.executable, "-c", code], check=True)
    here, elsewhere = reached(tmp_path / "trace")
    assert (len(here), len(elsewhere)) == (2, 2)


def test_ingesting_serving_and_reading_reach_no_other_machine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert socket.gethostbyname("localhost").startswith("127.")
    home, traces = tmp_path / "home", {name: tmp_path / name for name in ("ingest", "search", "serve", "browse")}
    files = sorted(FOLDER.glob("*.pdf"))
    subprocess.run([*watched(traces["ingest"]), *FUNDSTELLE, "ingest", "--home", home, *files], check=True, capture_output=True)
    subprocess.run(
        [*watched(traces["search"]), *FUNDSTELLE, "search", "--home", home, "Ehrenamt"],
        check=True, capture_output=True, env={"FUNDSTELLE_EXACT_UP_TO": "0"},
    )  # fmt: skip
    wrapper = tmp_path / "chromium"
    wrapper.write_text(f'#!/bin/sh\nexec {" ".join(watched(traces["browse"]))} chromium "$@"\n')
    wrapper.chmod(0o700)
    with (
        served(home, before=watched(traces["serve"]), FUNDSTELLE_EXACT_UP_TO="0") as server,
        tools.chromium(wrapper) as browser,
        tools.visit(browser, server.address) as seen,
    ):
        page = seen.page
        page.goto("/")
        page.fill("main input[name=q]", "Wie gewinnt man Ehrenamtliche?")
        page.keyboard.press("Enter")
        expect(page.locator(".hit").first).to_be_visible()
        seen.follow(page.locator(".hit h2 a").first)
        expect(page.locator("img").first).to_be_visible()
        for path in ("/hilfe", "/zitate-pruefen", "/merkliste", "/datenschutz", "/sprache/en", "/p/muster-buch", "/nichts"):
            page.goto(path)
        assert seen.hosts == {"127.0.0.1"}
    found = {name: reached(trace) for name, trace in traces.items()}
    with capsys.disabled():
        print(
            f"\ncalls to this machine and to others: { {name: (len(here), len(other)) for name, (here, other) in found.items()} }"
        )
    assert found["browse"][0]  # the browser did reach the server, so its calls are seen
    assert {name: other for name, (_, other) in found.items() if other} == {}
