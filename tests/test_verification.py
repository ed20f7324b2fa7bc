"""What is cited is held against the PDF, and every sort of untruth is found."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

import ingestion
import reading
import verification
from corpus.catalogue import Catalogue
from corpus.errors import FundstelleError, IndexDamaged
from corpus.geometry import Box, CharBoxes
from corpus.publication import Document, Kind, LabelSource, Page, PageLabel, Passage, Piece
from index import library_writer
from index.home import Home
from ingest.document import read_document
from tests.calls import call
from tests.conftest import SPECIMEN, SPECIMEN_PAGES
from tests.fakes import CountingEmbedder, document_of, page_of
from tests.pdfs import Text, make_pdf, paragraph
from tests.shelf import REPORT
from verification import Check, prove, stray_heads


def two_lines() -> Document:
    label = PageLabel("46", LabelSource.SEEN)
    return document_of(REPORT, [["Das Ehrenamt lebt.", "Es steht auf S. 46"]], labels=[label])


def lying(document: Document, change: Callable[[Piece], Piece]) -> Document:
    """Return the document with its first piece changed."""
    first = document.passages[0]
    return replace(document, passages=(replace(first, pieces=(change(first.pieces[0]), *first.pieces[1:])),))


def test_a_true_document_holds() -> None:
    proof = prove(two_lines(), two_lines().pages, [two_lines().passages[0].id])
    assert proof.holds and (proof.pages, proof.passages, proof.pieces) == (1, 1, 2)


@pytest.mark.parametrize(
    "change",
    [
        lambda piece: replace(piece, text="Das Ehrenamt lebte. "),
        lambda piece: replace(piece, start=piece.start + 1),
        lambda piece: replace(piece, end=piece.end - 1),
    ],
)
def test_a_piece_that_reads_otherwise_is_found(change: Callable[[Piece], Piece]) -> None:
    document = lying(two_lines(), change)
    (deviation,) = prove(document, document.pages).deviations
    assert (deviation.check, deviation.pdf_page, deviation.passage_id) == (Check.TEXT, 1, document.passages[0].id)


def test_a_box_that_holds_something_else_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        CharBoxes, "rectangles_of", lambda boxes, ranges: [(Box(0, 480, 400, 510),)] * len(ranges)
    )  # the height of both lines
    (first, second) = prove(two_lines(), two_lines().pages).deviations
    assert first.check is second.check is Check.PLACE
    assert str(first) == (
        f"PDF-S. 1, Passage {two_lines().passages[0].id}: In den Rechtecken steht etwas anderes: "
        "„Das Ehrenamt lebt.“, gefunden „DasEhrenamtlebt.EsstehtaufS.46“."
    )


@pytest.mark.parametrize(
    ("change", "holds"),
    [((0, 0), True), ((0, 1), True), ((1, 0), False), ((0, -1), False), ((0, 6), False), ((-20, 0), False)],
)
def test_pieces_held_together_are_held_as_one_by_one(
    monkeypatch: pytest.MonkeyPatch, change: tuple[int, int], holds: bool
) -> None:
    # boxes are those of other characters: a blank more, some fewer, some of the next line or of the one above
    boxes_of = CharBoxes.rectangles_of
    shift = partial(map, lambda place: (max(place[0] + change[0], 0), place[1] + change[1]))
    monkeypatch.setattr(CharBoxes, "rectangles_of", lambda boxes, ranges: boxes_of(boxes, list(shift(ranges))))
    document = two_lines()
    together = prove(document, document.pages)
    assert together.holds == holds
    monkeypatch.setattr(verification, "_MOST_COMPARED", -1)
    assert prove(document, document.pages) == together


def test_a_piece_without_boxes_is_found_unless_its_characters_are_printed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    over = Box(50, 500, 55, 510)
    page = Page(0, PageLabel(), 400, 600, "ab\nc", CharBoxes.of([over, Box(60, 500, 65, 510), None, over]))
    passage = Passage(REPORT.id, (), (Piece(0, 0, 2, "ab\n"), Piece(0, 3, 4, "c")))
    document = Document(REPORT, "x", Path("x.pdf"), (page,), (passage,))
    proof = prove(document, document.pages)
    assert proof.holds and proof.unmarked == (1, 1)
    monkeypatch.setattr(CharBoxes, "rectangles_of", lambda boxes, ranges: [()] * len(ranges))
    assert [d.check for d in prove(two_lines(), two_lines().pages).deviations] == [Check.PLACE, Check.PLACE]


@pytest.mark.parametrize(("printed", "stands"), [("46", True), ("4", False), ("146", False), ("xii", False)])
def test_a_number_seen_must_stand_on_its_page(printed: str, stands: bool) -> None:
    document = replace(two_lines(), pages=(replace(two_lines().pages[0], label=PageLabel(printed, LabelSource.SEEN)),))
    assert [d.check for d in prove(document, document.pages).deviations] == ([] if stands else [Check.LABEL])


@pytest.mark.parametrize("source", [LabelSource.CORRECTED, LabelSource.DECLARED, LabelSource.INFERRED])
def test_a_number_from_elsewhere_need_not(source: LabelSource) -> None:
    document = replace(two_lines(), pages=(replace(two_lines().pages[0], label=PageLabel("7", source)),))
    assert prove(document, document.pages).holds


def test_a_page_that_reads_otherwise_now_is_named_once() -> None:
    document = two_lines()
    (deviation,) = prove(document, [page_of(0, ["Das Ehrenamt lebt.", "Es stand auf S. 46"])]).deviations
    assert deviation.check is Check.PAGE and (deviation.expected[:4], deviation.found[:4]) == ("eht ", "and ")
    assert [d.check for d in prove(document, []).deviations] == [Check.PAGE]


def test_an_id_that_does_not_fit_its_text_is_found() -> None:
    assert [d.check for d in prove(two_lines(), two_lines().pages, ["0123456789abcdef"]).deviations] == [Check.PASSAGE]


def text_pdf(path: Path, text: str) -> Path:
    return make_pdf(path, [[*paragraph([text], top=300), Text(205, 30, str(n), 9)] for n in range(1, 4)])


def test_the_command_proves_the_specimen(tmp_path: Path) -> None:
    assert call("ingest", "--home", tmp_path, SPECIMEN).exit_code == 0
    result = call("verify", "--home", tmp_path)
    assert result.exit_code == 0
    assert (
        f"muster-arbeitspapier.pdf: {SPECIMEN_PAGES} Seiten" in result.output
        and "Alles steht so auf den Seiten: 1 " in result.output
    )


def test_the_command_finds_what_was_changed_in_the_library(tmp_path: Path) -> None:
    text_pdf(tmp_path / "a.pdf", "Der Verein hilft.")
    assert call("ingest", "--home", tmp_path / "h", tmp_path / "a.pdf").exit_code == 0
    with sqlite3.connect(Home(tmp_path / "h").live().folder / "library.sqlite") as db:
        db.execute("UPDATE passages SET text = replace(text, 'Verein', 'Vorein') WHERE position = 0")
        db.execute("UPDATE pages SET label = '99' WHERE page = 1")
    result = call("verify", "--home", tmp_path / "h", "--json")
    assert result.exit_code == 1 and "Fehler: 1 von 1 Publikationen halten der Prüfung nicht stand" in result.output
    assert "library.sqlite verändert" in result.stderr
    proof = json.loads(result.stdout.splitlines()[0])
    found = [(d["check"], d["pdf_page"], d["expected"].strip(), d["found"]) for d in proof["deviations"]]
    assert ("label", 2, "99", "") in found
    assert ("text", 1, "Der Vorein hilft.", "Der Verein hilft.") in found
    assert "passage" in {check for check, *_ in found}


def test_the_command_finds_a_damaged_index_where_all_that_is_quoted_stands_so(tmp_path: Path) -> None:
    text_pdf(tmp_path / "a.pdf", "Der Verein hilft.")
    assert call("ingest", "--home", tmp_path / "h", tmp_path / "a.pdf").exit_code == 0
    (Home(tmp_path / "h").live().folder / "sentences.npy").unlink()
    result = call("verify", "--home", tmp_path / "h")
    assert result.exit_code == 1 and "a.pdf: 3 Seiten, 1 Passagen, 3 Textstücke: stimmt" in result.stdout
    assert "fehlt sentences.npy" in result.stderr and "Der Index hält der Prüfung nicht stand" in result.stderr


def test_a_file_that_is_gone_or_another_proves_nothing(tmp_path: Path) -> None:
    path = text_pdf(tmp_path / "a.pdf", "Der Verein hilft.")
    assert call("ingest", "--home", tmp_path / "h", path).exit_code == 0
    text_pdf(path, "Der Verein half.")
    changed = call("verify", "--home", tmp_path / "h")
    assert changed.exit_code == 1 and "PDF-S. 1: Die Seite liest sich anders als beim Einlesen: „ilft." in changed.output
    path.unlink()
    gone = call("verify", "--home", tmp_path / "h")
    assert gone.exit_code == 1 and "a.pdf: nicht geprüft. Die Datei gibt es nicht" in gone.output


def run(home: Path, *paths: Path) -> ingestion.Outcome:
    return ingestion.ingest(Home(home), ingestion.wanted_files(Catalogue(()), paths), CountingEmbedder())


def test_a_document_that_says_what_does_not_stand_there_is_not_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good, bad = text_pdf(tmp_path / "gut.pdf", "Der Verein hilft."), text_pdf(tmp_path / "falsch.pdf", "Der Verein half.")

    def misread(*arguments: object) -> Document:
        document = read_document(*arguments)  # type: ignore[arg-type]
        return document if document.path == good else lying(document, lambda piece: replace(piece, text="Die Stadt half."))

    monkeypatch.setattr(reading, "read_document", misread)
    outcome = run(tmp_path / "h", bad, good)
    assert [document.publication.file for document in outcome.read] == ["gut.pdf"]
    assert "falsch.pdf: Was gelesen wurde, stimmt nicht mit der Datei überein" in str(outcome.failed[0])
    assert "„Die Stadt half.“, gefunden „Der Verein half.“" in str(outcome.failed[0])


def test_a_library_that_gives_back_something_else_is_not_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tmp_path / "h", text_pdf(tmp_path / "a.pdf", "Der Verein hilft."))
    live, write = Home(tmp_path / "h").live_mark(), library_writer._write_document

    def write_otherwise(db: sqlite3.Connection, number: int, position: int, document: Document) -> None:
        write(db, number, position, lying(document, lambda piece: replace(piece, end=piece.end - 1)))

    monkeypatch.setattr(library_writer, "_write_document", write_otherwise)
    with pytest.raises(IndexDamaged, match=r"gibt [ab]\.pdf anders zurück"):
        run(tmp_path / "h", text_pdf(tmp_path / "b.pdf", "Die Stadt hilft."))
    assert Home(tmp_path / "h").live_mark() == live
    assert len(list((tmp_path / "h" / "generations").iterdir())) == 1


def test_characters_printed_over_each_other_are_told(tmp_path: Path) -> None:
    lines = [Text(50, y, line) for y, line in ((400, "Haus und Hof."), (380, "Die Stadt hilft."), (400, "Hof und Haus."))]
    outcome = run(tmp_path / "h", make_pdf(tmp_path / "a.pdf", [lines]))
    assert not outcome.failed
    assert any("Zeichen übereinander gedruckt" in warning for warning in outcome.read[0].warnings)


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = text_pdf(tmp_path / "a.pdf", "Der Verein hilft.")

    def change(done: int, total: int) -> None:
        text_pdf(path, "Der Verein half.")

    progress = ingestion.Progress(on_page=change)
    with pytest.raises(FundstelleError, match="hat sich während des Lesens geändert"):
        ingestion.ingest(
            Home(tmp_path / "h"), ingestion.wanted_files(Catalogue(()), [path]), CountingEmbedder(), progress=progress
        )


def test_a_footnote_names_a_number_that_stands_on_its_page() -> None:
    (passage,) = two_lines().passages
    cases: list[tuple[str, list[Check]]] = [("46", []), ("47", [Check.NOTE]), ("", [Check.NOTE])]
    for note, checks in cases:
        document = replace(two_lines(), passages=(replace(passage, kind=Kind.NOTE, note=note),))
        assert [d.check for d in prove(document, document.pages).deviations] == checks


def with_heads(kept: int, heading_path: tuple[str, ...] = ()) -> Document:
    """Return five pages with the same head, which stands in the passages of the last ``kept`` ones."""
    document = document_of(REPORT, [[f"Handbuch Teilhabe {n}", "Der Verein hilft."] for n in range(1, 6)])
    passages = [
        replace(p, heading_path=heading_path, pieces=p.pieces if p.pages[0] >= 5 - kept else p.pieces[1:])
        for p in document.passages
    ]
    return replace(document, pages=tuple(replace(p, height=560.0) for p in document.pages), passages=tuple(passages))


def test_a_head_that_is_left_out_elsewhere_stands_in_no_passage() -> None:
    assert list(stray_heads(with_heads(0))) == []
    (found,) = stray_heads(with_heads(1))
    assert (found.check, found.pdf_page, found.found) == (Check.HEAD, 5, "Handbuch Teilhabe 5")
    assert "Eine Kopf- oder Fußzeile steht in einer Passage" in str(found)
    assert list(stray_heads(with_heads(3))) == []  # left out twice only: what it is can't be told
    assert list(stray_heads(with_heads(1, ("Handbuch Teilhabe 1",)))) == []  # a heading that became a running head
