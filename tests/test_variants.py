"""The specimens as files are met with: without labels or outline, encrypted, partly scanned, two pages on a sheet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter, Transformation
from pypdf.generic import IndirectObject, NameObject

from corpus.publication import LabelSource
from corpus.specimens.build import FOLDER, SPECIMENS, Specimen
from facsimile.worker import Job, read_back
from ingest.document import read_document
from tests.scans import POINTS, scan_pages
from tests.truth import RUNNING, Item, Known, hold, hold_text, known, missing, wrong_paths
from verification import prove

each = pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda specimen: specimen.text)
SEEN = LabelSource.SEEN


def variant(specimen: Specimen, folder: Path, change: Callable[[PdfWriter], object], *, outline: bool = True) -> Known:
    """Return a specimen whose file was changed, as it is read then."""
    writer = PdfWriter(clone_from=FOLDER / f"{specimen.name}.pdf")
    if not outline:
        writer.root_object.pop(NameObject("/Outlines"))
    change(writer)
    path = folder / f"{specimen.name}.pdf"
    writer.write(path)
    writer.close()
    return replace(known(specimen.name), document=read_document(Job(path), None, {}))


def without_labels(writer: PdfWriter) -> None:
    writer.root_object.pop(NameObject("/PageLabels"))


@each
def test_without_page_labels_the_numbers_are_those_on_the_pages(specimen: Specimen, tmp_path: Path) -> None:
    changed = variant(specimen, tmp_path, without_labels)
    seen = {page.pdf_page: page.label.text for page in changed.document.pages if page.label.source is SEEN}
    assert seen == {page: number for page, number in changed.printed.items() if page in seen}
    assert len(seen) >= 0.95 * len(changed.printed)
    assert [p.text for p in changed.document.passages] == [p.text for p in known(specimen.name).document.passages]


@each
def test_an_encrypted_file_that_opens_without_a_password_reads_the_same(specimen: Specimen, tmp_path: Path) -> None:
    changed = variant(specimen, tmp_path, lambda writer: writer.encrypt("", "geheim"))
    assert [p.text for p in changed.document.passages] == [p.text for p in known(specimen.name).document.passages]
    assert [p.label for p in changed.document.pages] == [p.label for p in known(specimen.name).document.pages]


@pytest.mark.parametrize(("name", "share"), [("muster-arbeitspapier", 0.98), ("muster-broschuere", 0.8), ("muster-buch", 0.6)])
def test_without_an_outline_headings_are_known_by_their_type(name: str, share: float, tmp_path: Path) -> None:
    """Not 98 % in all: titles of boxes are set as headings are, and the book's third level in the size of its text."""
    (specimen,) = (specimen for specimen in SPECIMENS if specimen.name == name)
    changed = variant(specimen, tmp_path, lambda writer: None, outline=False)
    found = [(item, changed.passages_with(item)) for item in changed.of(*RUNNING)]
    right = [item for item, paths in found if tuple(item["path"]) in paths]
    assert len(right) >= share * len(found)
    assert sum(bool(paths) for _, paths in found) >= 0.98 * len(found)


@each
def test_six_scanned_pages_are_named_and_all_others_read(specimen: Specimen, tmp_path: Path) -> None:
    numbered = sorted(known(specimen.name).printed)
    pages = {numbered[k * len(numbered) // 6 + 1] for k in range(6)}
    changed = variant(specimen, tmp_path, lambda writer: scan_pages(writer, FOLDER / f"{specimen.name}.pdf", pages, POINTS))
    listed = ", ".join(map(str, sorted(pages)))
    assert changed.document.warnings == (f"Ohne lesbaren Text (leer oder nur ein Bild): PDF-Seite {listed}.",)
    assert not any(page + 1 in pages for passage in changed.document.passages for page in passage.pages)
    labels = {page.pdf_page: page.label for page in changed.document.pages if page.pdf_page in pages}
    assert {page: label.text for page, label in labels.items()} == {page: changed.printed[page] for page in pages}
    assert all(label.source is not SEEN for label in labels.values())
    hold(changed.without(pages))


def two_up(specimen: Specimen, path: Path) -> Path:
    """Write a file that shows two pages of a specimen on each sheet, the outline led to the sheets."""
    source = PdfReader(FOLDER / f"{specimen.name}.pdf")
    writer = PdfWriter()
    for left in range(0, len(source.pages), 2):
        width, height = source.pages[left].mediabox.width, source.pages[left].mediabox.height
        sheet = writer.add_blank_page(2 * width, height)
        for place, page in enumerate(source.pages[left : left + 2]):
            sheet.merge_transformed_page(page, Transformation().translate(place * width, 0))
    add_outline(writer, source, source.outline)
    writer.write(path)
    writer.close()
    source.close()
    return path


def add_outline(writer: PdfWriter, source: PdfReader, entries: Sequence[Any], parent: IndirectObject | None = None) -> None:
    last = parent
    for entry in entries:
        if isinstance(entry, list):
            add_outline(writer, source, entry, last)
        else:
            page = source.get_destination_page_number(entry)
            assert page is not None
            last = writer.add_outline_item(title=str(entry.title), page_number=page // 2, parent=parent)


def on_sheets(file: Known, path: Path) -> Known:
    """Return a two-up file as it is read, and what is known of it: pages become sheets, numbers pairs."""

    def sheet(place: list[float]) -> list[float]:
        return [(place[0] + 1) // 2, *place[1:]]

    written: list[Item] = [{**item, "starts": sheet(item["starts"]), "ends": sheet(item["ends"])} for item in file.written]
    last = len(file.document.pages)
    printed = {
        (page + 1) // 2: f"{number}–{file.printed[page + 1]}" if page < last else number
        for page, number in file.printed.items()
        if page % 2 and (page + 1 in file.printed or page == last)
    }
    return Known(read_document(Job(path), None, {}), printed, written)


@pytest.fixture(scope="module", params=SPECIMENS, ids=lambda specimen: specimen.text)
def sheets(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Specimen, Path]:
    """A specimen with two pages on a sheet."""
    specimen: Specimen = request.param
    return specimen, two_up(specimen, tmp_path_factory.mktemp("sheets") / f"{specimen.name}.pdf")


def test_two_pages_on_a_sheet_are_read_and_cited_as_they_are_alone(sheets: tuple[Specimen, Path]) -> None:
    """Not 100 % of the numbers: as without page labels, two Roman ones alone are no numbering."""
    specimen, path = sheets
    file = on_sheets(known(specimen.name), path)
    hold_text(file)
    seen = {page.pdf_page: page.label.text for page in file.document.pages if page.label.source is SEEN}
    assert seen == {page: numbers for page, numbers in file.printed.items() if page in seen}
    assert len(file.printed) >= 5 and len(seen) >= 0.95 * len(file.printed)
    assert prove(file.document, read_back(path)).holds


def test_two_pages_on_a_sheet_without_an_outline_are_read_as_they_are_alone(
    sheets: tuple[Specimen, Path], tmp_path: Path
) -> None:
    """The brochure's boxes are taken for sections then, and tear the sentences that they interrupt, in either file."""
    specimen, path = sheets
    writer = PdfWriter(clone_from=path)
    writer.root_object.pop(NameObject("/Outlines"))
    writer.write(tmp_path / path.name)
    writer.close()
    file = on_sheets(known(specimen.name), tmp_path / path.name)
    alone = variant(specimen, tmp_path, lambda writer: None, outline=False)
    lost, torn = missing(file, file.sentences), missing(alone, alone.sentences)
    assert len(set(lost) - set(torn)) <= 0.005 * len(file.sentences), lost
    assert len(wrong_paths(file)) <= len(wrong_paths(alone))
