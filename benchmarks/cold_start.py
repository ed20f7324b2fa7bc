"""Seconds and memory of one search from a cold start, beside a bare interpreter and an import of the vector store.

python -m benchmarks.cold_start [--home DIR] [--times 7]
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def measure(command: list[str], times: int) -> tuple[float, float]:
    """Return the median wall-clock seconds of a command, and the most memory (MiB) that any child took so far."""
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def main() -> None:
    """Measure and print a table; the rows are in the order of their memory, since a child's peak can't be reset."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", default="")
    parser.add_argument("--times", type=int, default=7)
    arguments = parser.parse_args()
    home = ["--home", arguments.home] if arguments.home else []
    search = [sys.executable, str(ROOT / "cli.py"), "search", "--json", "Wie gewinnt man Ehrenamtliche?", *home]
    rows = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "import chromadb": [sys.executable, "-c", "import chromadb"],
        "fundstelle search": search,
    }
    print(f"{'':<20}{'median s':>10}{'peak MiB so far':>18}")
    for name, command in rows.items():
        seconds, memory = measure(command, arguments.times)
        print(f"{name:<20}{seconds:>10.2f}{memory:>18.0f}")


if __name__ == "__main__":
    main()
