"""The command line as a user calls it, in a process of its own where exit codes and imports matter."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cli import main
from tests.calls import call
from tests.conftest import ROOT, SPECIMEN, SPECIMEN_PAGES
from tests.pdfs import Text, make_pdf, paragraph


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    assert call("ingest", "--home", folder, SPECIMEN).exit_code == 0
    return folder


def test_search_answers_with_passages_and_their_pages(home: Path) -> None:
    result = call("search", "Wie zeichnet man ein Strukturbild?", "-k", "3", "--home", home)
    assert result.exit_code == 0
    assert "S. 11" in result.output and "Muster: kein Originaltext" in result.output


def test_search_as_json_has_the_promised_keys_and_both_places_for_home_work(home: Path) -> None:
    answer = json.loads(call("--home", home, "search", "Kooperationsvereinbarung Stadt", "--json", "-k", "2").output)
    assert answer["query"] == "Kooperationsvereinbarung Stadt" and len(answer["hits"]) == 2
    hit = answer["hits"][0]
    assert hit["file"] == "muster-arbeitspapier.pdf" and hit["pdf_pages"] == [12] and hit["page_labels"] == ["9"]
    assert hit["label_sources"] == ["seen"] and hit["strength"] == "strong" and hit["citation"].endswith("S. 9")


def test_passages_and_pages_as_json_lines(home: Path) -> None:
    rows = [json.loads(line) for line in call("passages", "--json", "--home", home).output.splitlines()]
    assert all("".join(piece["text"] for piece in row["pieces"]) == row["text"] for row in rows)
    box = rows[0]["pieces"][0]["boxes"][0]
    assert len(box) == 4 and box[0] < box[2] and box[1] < box[3]
    pages = [json.loads(line) for line in call("pages", "--json", "--home", home).output.splitlines()]
    assert [p["pdf_page"] for p in pages] == list(range(1, SPECIMEN_PAGES + 1))
    assert pages[4] == {
        "file": "muster-arbeitspapier.pdf",
        "pdf_page": 5,
        "label": "2",
        "label_source": "seen",
        "characters": pages[4]["characters"],
        "text_source": "text",
        "recognition": None,
    }
    assert "PDF-S.    5" in call("pages", "--home", home).output
    assert "S. 7" in call("passages", "--home", home).output


def test_a_file_outside_the_catalogue_becomes_searchable(tmp_path: Path) -> None:
    page = [
        Text(50, 520, "Bericht der Gemeinde", 20),
        *paragraph(["Der Gemeinderat beschließt die Förderung der Begegnungsstätte."]),
    ]
    path = make_pdf(tmp_path / "bericht.pdf", [page], title="sdfgsdfg")
    assert call("ingest", "--home", tmp_path / "h", path).exit_code == 0
    hit = json.loads(call("search", "Begegnungsstätte", "--json", "--home", tmp_path / "h").output)["hits"][0]
    assert (hit["publication_id"], hit["citation"]) == ("bericht", "Bericht der Gemeinde, PDF-S. 1")


def test_bad_files_are_listed_the_rest_goes_on_and_the_exit_code_says_so(tmp_path: Path) -> None:
    bad = tmp_path / "notiz.pdf"
    bad.write_text("nur Text")
    result = call("ingest", "--home", tmp_path / "h", bad, tmp_path, tmp_path / "fehlt.pdf", SPECIMEN)
    assert result.exit_code == 1
    assert "Eingelesen: muster-arbeitspapier.pdf" in result.output
    for says in ("notiz.pdf: Das ist keine lesbare PDF-Datei", "Das ist ein Ordner", "fehlt.pdf: Die Datei gibt es nicht"):
        assert says in result.output
    again = call("ingest", "--home", tmp_path / "h", SPECIMEN)
    assert again.exit_code == 0 and "Nichts zu tun" in again.output


def test_a_file_that_was_damaged_since_is_not_called_up_to_date(tmp_path: Path) -> None:
    file = make_pdf(tmp_path / "bericht.pdf", [paragraph(["Die Begegnungsstätte öffnet am Montag."])])
    assert call("ingest", "--home", tmp_path / "h", file).exit_code == 0
    file.write_bytes(file.read_bytes()[:100])
    result = call("ingest", "--home", tmp_path / "h", file)
    assert result.exit_code == 1 and "bericht.pdf: Das ist keine lesbare PDF-Datei" in result.output
    assert (
        "1 Publikation(en) bleiben durchsuchbar, wie sie waren" in result.output and "auf dem neuesten Stand" not in result.output
    )
    assert json.loads(call("search", "Begegnungsstätte", "--json", "--home", tmp_path / "h").output)["hits"]


def test_where_nothing_is_readable_every_reason_is_named(tmp_path: Path) -> None:
    bad = tmp_path / "notiz.pdf"
    bad.write_text("nur Text")
    result = call("ingest", "--home", tmp_path / "h", bad)
    assert result.exit_code == 1
    assert "Keine der Dateien war lesbar" in result.output and "notiz.pdf: Das ist keine lesbare PDF-Datei" in result.output


def test_the_catalogue_says_what_is_missing_and_what_to_do(home: Path) -> None:
    output = call("catalogue", "--home", home).output
    assert output.count("Legen Sie die PDF-Datei nach") == 3
    assert "Lizenz: ungeklärt" in output and output.count("Muster: ") == 3 and f"eingelesen: {SPECIMEN_PAGES} Seiten" in output


@pytest.mark.parametrize("command", [["search", "x"], ["passages"], ["pages"]])
def test_without_an_index_a_sentence_says_what_to_do(tmp_path: Path, command: list[str]) -> None:
    result = call(*command, "--home", tmp_path / "leer")
    assert result.exit_code == 1
    assert "Fehler: Es ist noch nichts eingelesen" in result.output


def test_an_empty_search_is_a_mistake_in_the_call(home: Path) -> None:
    result = call("search", "  ", "--home", home)
    assert result.exit_code == 2 and "Die Suche ist leer" in result.output


def test_a_setting_without_sense_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUNDSTELLE_MEANING", "viel")
    result = call("search", "x")
    assert result.exit_code == 1 and "FUNDSTELLE_MEANING muss eine Zahl von 0 bis 1 sein" in result.output


def imported_by(*arguments: str) -> set[str]:
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from cli import main\ntry:\n    main({list(arguments)!r})\nfinally:\n    print('MODULES', *sys.modules)"
    environment = {**os.environ, "PYTHONWARNINGS": "default"}
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    return set(result.stdout.rpartition("MODULES")[2].split())


@pytest.mark.parametrize("command", ["", *sorted(main.commands)])
def test_help_is_german(command: str) -> None:
    output = call(*[command] if command else [], "--help").output
    assert output.startswith("Aufruf: ") and "Zeigt diese Hilfe." in output
    assert not re.search(r"Usage|OPTIONS|Options|Commands|COMMAND|default|required|RANGE|PATH\b|<=|Show", output)


def test_help_imports_nothing_heavy() -> None:
    assert not {"numpy", "flask", "chromadb", "torch", "model2vec"} & imported_by("--help")


def test_search_imports_neither_torch_nor_the_vector_store(home: Path) -> None:
    assert not {"flask", "chromadb", "torch", "transformers", "sentence_transformers"} & imported_by(
        "search", "Ehrenamt", "--home", str(home)
    )
