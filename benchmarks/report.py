"""Sections become a table on the terminal and a JSON file."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.figures import Ratio, Row, Section

_LIBRARIES = ("numpy", "bm25s", "chromadb", "pypdfium2", "pypdf", "txtai", "faiss-cpu")


@dataclass(frozen=True, slots=True)
class Run:
    """What was measured, on what machine and when; ``load`` is the machine's load before and after (one minute's mean)."""

    command: str
    began: datetime
    seconds: float
    load: tuple[float, float]
    sections: tuple[Section, ...]


def table(section: Section) -> Iterator[str]:
    """Yield the lines of a section."""
    size = f", {section.size:,} passages" if section.size else ""
    yield ""
    yield f"{section.name}{size}"
    yield f"  {'':<58}{'best':>12}{'median':>12}{'95 %':>12}{'n':>6}"
    for row in section.rows:
        yield f"  {row.name:<58}" + (
            row.missing
            or f"{_number(row.best):>12}{_number(row.median):>12}{_number(row.p95):>12}{len(row.values):>6}  {row.unit}"
        )
    for ratio in section.ratios:
        yield f"  {_ratio(ratio)}"
    for note in section.notes:
        yield f"  {note}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}" if value < 10 else f"{value:.1f}"


def _ratio(ratio: Ratio) -> str:
    goal = (
        ""
        if ratio.goal is None
        else f"  goal {'≥' if ratio.at_least else '≤'} {ratio.goal:g}: " + ("reached" if ratio.reached else "missed")
    )
    return f"{ratio.value:8.2f} ×  {ratio.of.name}  :  {ratio.to.name}{goal}"


def as_json(run: Run) -> str:
    """Return a run as JSON text."""
    data = {
        "command": run.command,
        "began": run.began.isoformat(timespec="seconds"),
        "seconds": round(run.seconds, 1),
        "machine": {
            "processors": os.cpu_count(),
            "processor": _processor(),
            "python": platform.python_version(),
            "system": platform.platform(),
            "load_before_and_after": run.load,
            "libraries": dict(_versions()),
        },
        "sections": [_section(section) for section in run.sections],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _section(section: Section) -> dict[str, Any]:
    return {
        "section": section.name,
        "size": section.size,
        "rows": [_row(row) for row in section.rows],
        "ratios": [
            {
                "of": {"name": ratio.of.name, "unit": ratio.of.unit},
                "to": {"name": ratio.to.name, "unit": ratio.to.unit},
                "value": ratio.value,
                "goal": ratio.goal,
                "at_least": ratio.at_least,
                "reached": ratio.reached,
            }
            for ratio in section.ratios
        ],
        "notes": section.notes,
    }


def _row(row: Row) -> dict[str, Any]:
    if not row.values:
        return {"name": row.name, "unit": row.unit, "missing": row.missing}
    return {
        "name": row.name,
        "unit": row.unit,
        "best": row.best,
        "median": row.median,
        "p95": row.p95,
        "n": len(row.values),
        "more_is_better": row.more_is_better,
    }


def _versions() -> Iterator[tuple[str, str]]:
    for library in _LIBRARIES:
        try:
            yield library, version(library)
        except PackageNotFoundError:
            continue


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.processor())


def now() -> datetime:
    """Return the time of day, UTC."""
    return datetime.now(UTC)


def load() -> float:
    """Return the machine's load, the mean of the last minute."""
    return os.getloadavg()[0]


def save(file: Path, run: Run) -> None:
    """Write a run as JSON."""
    file.write_text(as_json(run), encoding="utf-8")


def print_section(section: Section) -> None:
    """Print a section's table."""
    print("\n".join(table(section)), flush=True)


def chosen(sections: Sequence[str], only: str) -> list[str]:
    """Return the sections named in ``only``, separated by commas; all where it is empty.  Raises SystemExit for others."""
    names = [name.strip() for name in only.split(",") if name.strip()]
    unknown = [name for name in names if name not in sections]
    if unknown:
        raise SystemExit(f"no such section: {', '.join(unknown)}; there are {', '.join(sections)}")
    return [name for name in sections if not names or name in names]
