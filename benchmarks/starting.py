"""One search from a cold start becomes seconds and memory, beside a bare interpreter and an import of the vector store."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.figures import Ratio, Section, ratios, row
from benchmarks.rounds import rotated

_ROOT = Path(__file__).resolve().parent.parent
_BARE, _CHROMA, _SEARCH = "python -c pass", "import chromadb", "fundstelle search"
_QUERY = "Wie gewinnt man Ehrenamtliche?"


def compare(home: Path, size: int, rounds: int) -> Section:
    """Run each command ``rounds`` times, by turns."""
    commands = {
        _BARE: [sys.executable, "-c", "pass"],
        _CHROMA: [sys.executable, "-c", "import chromadb"],
        _SEARCH: [sys.executable, str(_ROOT / "cli.py"), "search", "--json", _QUERY, "--home", str(home)],
    }
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for number in range(rounds):
        for name in rotated(list(commands), number):
            taken[name].append(_run(commands[name]))
    rows = {name: row(name, "s", [seconds for seconds, _ in values]) for name, values in taken.items()}
    peaks = [row(f"{name}, peak memory", "MiB", [mib for _, mib in values]) for name, values in taken.items() if name != _BARE]
    return Section(
        "start",
        (*rows.values(), *peaks),
        ratios(Ratio(rows[_SEARCH], rows[_BARE]), Ratio(rows[_SEARCH], rows[_CHROMA])),
        size,
    )


def _run(command: Sequence[str]) -> tuple[float, float]:
    """Return seconds and peak MiB of a command.

    The kernel counts what this process holds as the child's until it runs the command: this process must stay smaller, and
    a bare interpreter's peak can't be told.
    """
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    taken = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"failed: {' '.join(command)}")
    return taken, usage.ru_maxrss / 1024
