"""Without a network: what tries to reach another machine fails and is counted, in processes of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from offline import is_local
from tests.conftest import ROOT
from tests.running import fundstelle

#: Takes the network away, does what stands for {does}, and prints how often the kernel and Python's watch noticed.
_PROGRAM = """
import ctypes, pathlib, socket, subprocess, sys
import offline
{before}
network = offline.Offline(pathlib.Path(sys.argv[1]))
def attempt(function):
    try:
        function()
    except OSError:
        return
    raise SystemExit("reached")
{does}
turned_away, tried = network.attempts()
print(network.is_complete, turned_away, len(tried))
"""
_PYTHON = "attempt(lambda: socket.create_connection(('192.0.2.1', 80)))"
_NAME = "attempt(lambda: socket.getaddrinfo('example.org', 80))"
_LIBRARY = """
with socket.socket() as past_python:
    address = offline._socket_address(socket.AF_INET, '192.0.2.1')
    assert ctypes.CDLL(None).connect(past_python.fileno(), *address) == -1
"""
_CHILD = """
code = "import socket; socket.create_connection(('192.0.2.1', 80))"
assert subprocess.run([sys.executable, '-c', code], stderr=subprocess.DEVNULL).returncode == 1
"""
_HERE = """
listening = socket.create_server(('127.0.0.1', 0))
socket.create_connection(listening.getsockname()).close()
listening.close()
socket.getaddrinfo('localhost', 80)
"""


def attempts(tmp_path: Path, does: str, before: str = "") -> tuple[bool, int, int]:
    program = _PROGRAM.format(before=before, does=does)
    command = [sys.executable, "-c", program, str(tmp_path / "record")]
    output = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, timeout=60).stdout
    complete, turned_away, tried = output.split()
    return complete == "True", int(turned_away), int(tried)


@pytest.fixture
def namespace(tmp_path: Path) -> None:
    if not attempts(tmp_path, "")[0]:
        pytest.skip("this system allows no network namespace")
    (tmp_path / "record").unlink()


@pytest.mark.usefixtures("namespace")
@pytest.mark.parametrize(
    ("does", "by_the_kernel", "in_python"),
    [("", 0, 0), (_HERE, 0, 0), (_PYTHON, 0, 1), (_NAME, 0, 1), (_LIBRARY, 1, 0), (_CHILD, 1, 0)],
)
def test_in_a_network_of_its_own_nothing_gets_out_and_all_is_counted(
    tmp_path: Path, does: str, by_the_kernel: int, in_python: int
) -> None:
    assert attempts(tmp_path, does) == (True, by_the_kernel, in_python)


@pytest.mark.parametrize(("does", "in_python"), [("", 0), (_HERE, 0), (_PYTHON, 1), (_NAME, 1)])
def test_without_one_python_is_watched(tmp_path: Path, does: str, in_python: int) -> None:
    assert attempts(tmp_path, does, before="offline._leave_network = lambda: False") == (False, 0, in_python)


@pytest.mark.parametrize(
    ("target", "is_here"),
    [
        (("127.0.0.1", 80), True),
        (("127.8.8.8", 80), True),
        (("::1", 80, 0, 0), True),
        (("localhost",), True),
        ((None,), True),
        ("/run/socket", True),
        ((0, 0), True),
        (("192.0.2.1", 80), False),
        ((b"192.0.2.1",), False),
        (("fe80::1%eth0", 80, 0, 2), False),
        (("localhost.example.org",), False),
        (("127.0.0.1.example.org",), False),
    ],
)
def test_what_is_on_this_machine(target: object, is_here: bool) -> None:
    assert is_local(target) == is_here


@pytest.mark.usefixtures("namespace")
def test_everything_works_without_a_network_and_nothing_asks_for_one() -> None:
    result = fundstelle("selftest", "--offline")
    assert result.returncode == 0, result.stderr
    assert "Netz-Namensraum" in result.stdout
    assert result.stdout.endswith("Nichts hat versucht, einen anderen Rechner zu erreichen.\n")


_CALLS_HOME = """
import contextlib, socket, sys, types
import cli
def run(settings, folder, record):
    with contextlib.suppress(OSError):
        socket.create_connection(("192.0.2.1", 80))
    yield "Alles gut."
sys.modules["selftest"] = types.ModuleType("selftest")
sys.modules["selftest"].run = run
cli.main(["selftest", "--offline"])
"""


def test_what_asks_in_vain_and_says_nothing_is_told() -> None:
    result = subprocess.run([sys.executable, "-c", _CALLS_HOME], capture_output=True, text=True, check=False, cwd=ROOT)
    assert result.returncode == 1
    assert "Versuche, andere Rechner zu erreichen: 1. Aus Python: socket.getaddrinfo ('192.0.2.1',)" in result.stderr
