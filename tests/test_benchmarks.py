"""The benchmarks' command measures every section at a small size, and its figures add up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import zstandard

import wiring
from benchmarks import libraries
from benchmarks.figures import Ratio, not_measured, ratios, row
from benchmarks.rounds import Apart, by_item, rotated
from benchmarks.texts import make_queries
from index.german import words
from settings import Settings
from tests.conftest import ROOT
from tests.pdfs import make_pdf, numbered_pages

SECTIONS = ["reading", "ingestion", "publishing", "finding", "search", "http", "start", "memory"]
NOUNS = [
    "Verein",
    "Stadtteil",
    "Ehrenamt",
    "Bibliothek",
    "Sprachkurs",
    "Werkstatt",
    "Garten",
    "Beratung",
    "Theater",
    "Verwaltung",
]
VERBS = ["unterstützt", "gründet", "besucht", "verändert", "beschreibt", "finanziert", "bewertet"]


def article(number: int) -> str:
    """Return an article of about 130 words, none like another."""
    return " ".join(
        f"Der {NOUNS[(number + i) % 10]} {VERBS[(number * i + i) % 7]} im Jahr {1900 + number + i} "
        f"gemeinsam mit vielen Nachbarn eine {NOUNS[(3 * number + i) % 10]} in der Gemeinde."
        for i in range(10)
    )


def write_rows(file: Path, rows: list[dict[str, object]]) -> None:
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    file.write_bytes(zstandard.ZstdCompressor().compress(text.encode()))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    (folder / "pdfs").mkdir()
    (folder / "training").mkdir()
    make_pdf(folder / "pdfs" / "handbuch.pdf", numbered_pages(6))
    make_pdf(folder / "pdfs" / "leer.pdf", [[]])
    write_rows(folder / "training" / "bt18.jsonl.zst", [{"top": "TOP 1 Aussprache", "p": [article(i)]} for i in range(30)])
    write_rows(folder / "training" / "laws.jsonl.zst", [{"head": "§ 1", "title": "", "p": [article(30 + i)]} for i in range(15)])
    articles: list[dict[str, object]] = [{"k": "klexikon", "t": f"Artikel {i}", "x": article(45 + i)} for i in range(40)]
    write_rows(folder / "training" / "klex.jsonl.zst", articles)
    return folder


@pytest.fixture(scope="module")
def run(data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    file = tmp_path_factory.mktemp("out") / "run.json"
    command = f"-m benchmarks --data {data} --sizes 60 --rounds 1 --queries 20 --starts 1 --searches 10 --no-txtai --json {file}"
    done = subprocess.run([sys.executable, *command.split()], cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    read: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    read["printed"] = done.stdout
    return read


def rows(run: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for section in run["sections"]:
        yield from section["rows"]


def test_every_section_is_measured(run: dict[str, Any]) -> None:
    assert [section["section"] for section in run["sections"]] == SECTIONS
    assert [section["size"] for section in run["sections"]] == [None, None, 60, 60, 60, 60, 60, 60]
    assert all(section["rows"] for section in run["sections"])


def test_every_figure_is_positive(run: dict[str, Any]) -> None:
    measured = [row for row in rows(run) if "missing" not in row]
    assert len(measured) > 40
    # a reader may end between two looks at its memory
    assert [r["name"] for r in measured if r["median"] <= 0 or r["p95"] <= 0] in (
        [],
        ["product: ingest, peak memory of its readers"],
    )
    assert all(row["p95"] <= row["median"] if row["more_is_better"] else row["p95"] >= row["median"] for row in measured)


def test_ratios_are_quotients_of_medians(run: dict[str, Any]) -> None:
    count = 0
    for section in run["sections"]:
        median = {(row["name"], row["unit"]): row.get("median") for row in section["rows"]}
        for ratio in section["ratios"]:
            of, to = ((ratio[side]["name"], ratio[side]["unit"]) for side in ("of", "to"))
            assert ratio["value"] == pytest.approx(median[of] / median[to])
            count += 1
    assert count >= 11


def test_the_libraries_own_calls_find_what_is_asked_for() -> None:
    texts = ["Der Garten am Fluss.", "Die Stadt berät Vereine.", "Kinder spielen Theater.", "Im Amt hängt eine Uhr."]
    model = wiring.model(Settings())
    search = libraries.build(texts, model.passages(texts), Path(Settings().model), 3)
    assert search("Beratung von Vereinen")[0] == 1
    assert search("Bühne für Kinder")[0] == 2
    assert len(set(search("der"))) == 3  # no word is left of it, so all are ordered by meaning


def test_parts_add_up(run: dict[str, Any]) -> None:
    bare = {row["name"]: row["median"] for row in run["sections"][1]["rows"] if row["name"].startswith("bare: ")}
    parts = sum(value for name, value in bare.items() if "sum" not in name)
    assert bare["bare: sum"] == pytest.approx(parts)
    assert bare["bare: sum without the German analysis"] == pytest.approx(parts - bare["bare: German analysis"])


def test_what_was_not_measured_says_so(run: dict[str, Any]) -> None:
    missing = [row for row in rows(run) if "missing" in row]
    assert [row["name"] for row in missing] == ["txtai: hybrid search"]
    assert missing[0]["missing"].startswith("not measured: ")
    assert missing[0]["missing"] in run["printed"]


def test_everything_measured_is_printed(run: dict[str, Any]) -> None:
    assert [row["name"] for row in rows(run) if row["name"] not in run["printed"]] == []
    assert "1 files, 6 pages" in run["printed"]  # the empty one has nothing to compare


def test_an_unknown_section_is_refused(data: Path) -> None:
    command = [sys.executable, "-m", "benchmarks", "--data", str(data), "--only", "reading,nothing"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert "no such section: nothing" in done.stderr


def test_median_and_p95_of_known_values() -> None:
    values = [float(n) for n in range(1, 101)]
    assert row("a", "ms", values).median == 50.5
    assert row("a", "ms", values).p95 == 96
    assert row("a", "ms", values).best == 1
    assert row("a", "pages/s", values, more_is_better=True).p95 == 5


def test_a_ratio_knows_its_goal() -> None:
    six, two = row("six", "ms", [6, 5, 7]), row("two", "ms", [2])
    assert Ratio(six, two).reached is None
    assert Ratio(six, two, 3).reached and Ratio(six, two, 3, at_least=True).reached
    assert Ratio(six, two, 2.9).reached is False
    assert ratios(Ratio(six, not_measured("none", "ms", "why")), Ratio(six, two)) == (Ratio(six, two),)


def test_sides_take_turns() -> None:
    asked: list[tuple[str, int]] = []
    taken = by_item({"a": lambda i: asked.append(("a", i)), "b": lambda i: asked.append(("b", i))}, range(40))
    assert [name for name, _ in asked] == ["a"] * 20 + ["b"] * 40 + ["a"] * 20
    assert [i for name, i in asked if name == "b"] == list(range(40))
    assert [len(values) for values in taken.values()] == [40, 40]
    assert rotated(["a", "b", "c"], 4) == ["b", "c", "a"]


def noting(file: Path) -> Callable[[int], None]:
    """Return a side that writes down in which process, and with how many threads, it is asked what."""

    def side(item: int) -> None:
        with file.open("a") as notes:
            notes.write(f"{os.getpid()} {os.environ.get('OMP_NUM_THREADS', '-')} {item}\n")

    return side


@pytest.mark.parametrize(("threads", "told"), [(1, "1"), (0, "-")])
def test_sides_apart_are_asked_in_a_process_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, threads: int, told: str
) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    with Apart({name: partial(noting, tmp_path / name) for name in "ab"}, threads) as sides:
        taken = sides.by_item(range(30))
    assert [len(values) for values in taken.values()] == [30, 30] and all(seconds > 0 for seconds in sides.made.values())
    notes = {name: [line.split() for line in (tmp_path / name).read_text().splitlines()] for name in "ab"}
    assert all([int(item) for _, _, item in of_side] == list(range(30)) for of_side in notes.values())
    assert {threads for of_side in notes.values() for _, threads, _ in of_side} == {told}
    processes = [{process for process, _, _ in of_side} for of_side in notes.values()]
    assert len(processes[0] | processes[1] | {str(os.getpid())}) == 3
    assert "OMP_NUM_THREADS" not in os.environ


def test_queries_are_made_by_rule_and_repeat() -> None:
    texts = [article(i) for i in range(5)]
    queries = make_queries(texts, 50)
    assert queries == make_queries(texts, 50) != make_queries(texts, 50, seed=1)
    for query in queries:
        found = list(words(query))
        assert 3 <= len(found) <= 8 and not any(word.is_stop_word for word in found)
        assert all(any(word in text for text in texts) for word in query.split())
