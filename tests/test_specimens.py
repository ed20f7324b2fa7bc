"""The specimens: what they are made of, and that reading gives back what is known to stand in them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfWriter
from pypdf.generic import NameObject

from corpus.publication import Document, Kind, LabelSource
from corpus.specimens.build import FOLDER, SPECIMENS, Specimen, build, chapters
from corpus.specimens.source import Figure, SourceError, read_chapter
from corpus.specimens.typeset import words_of
from facsimile.worker import Job
from ingest.document import read_document

NOTICE = "kein Originaltext"


@dataclass(frozen=True, slots=True)
class Known:
    """A specimen as it was read, and what is known of it."""

    document: Document
    printed: dict[int, str]  # PDF page -> printed number
    written: list[dict[str, Any]]

    def passages_with(self, item: dict[str, Any]) -> list[tuple[str, ...]]:
        """Return the heading paths of the passages in which something stands, word for word, on the page where it was set."""
        text = " ".join(item["text"].split())
        return [
            passage.heading_path
            for passage in self.document.passages
            if passage.pages[0] < item["starts"][0] <= passage.pages[-1] + 1 and text in " ".join(passage.text.split())
        ]


@cache
def known(name: str) -> Known:
    pdf = FOLDER / f"{name}.pdf"
    truth = json.loads(pdf.with_suffix(".truth.json").read_text("utf-8"))
    printed = {page["pdf_page"]: page["printed"] for page in truth["pages"]}
    return Known(read_document(Job(pdf), None, {}), printed, truth["written"])


each = pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda specimen: specimen.text)


@each
def test_the_pdf_is_what_its_text_and_style_make(specimen: Specimen, tmp_path: Path) -> None:
    pdf = build(specimen, tmp_path)
    for file in (pdf, pdf.with_suffix(".truth.json")):
        assert file.read_bytes() == (FOLDER / file.name).read_bytes(), "run: python -m corpus.specimens.build"


@each
def test_every_page_number_is_the_printed_one(specimen: Specimen) -> None:
    publication = known(specimen.name)
    for page in publication.document.pages:
        if page.pdf_page in publication.printed:
            assert page.label.text == publication.printed[page.pdf_page]
        else:
            assert page.label.source is not LabelSource.SEEN
    assert len(publication.printed) > 0.6 * len(publication.document.pages)


@each
def test_sentences_are_read_word_for_word(specimen: Specimen) -> None:
    publication = known(specimen.name)
    sentences = [item for item in publication.written if item["kind"] not in ("cell", "label")]
    missing = [item["text"] for item in sentences if not publication.passages_with(item)]
    assert len(sentences) > 400
    assert len(missing) <= 0.005 * len(sentences), missing


@pytest.mark.parametrize("name", ["muster-buch", "muster-arbeitspapier"])
def test_the_cells_of_tables_are_read_whole(name: str) -> None:
    publication = known(name)
    cells = [item for item in publication.written if item["kind"] == "cell"]
    missing = [item["text"] for item in cells if not publication.passages_with(item)]
    assert len(cells) > 50 and missing == []


@each
def test_headings_lead_to_sentences_as_they_are_printed(specimen: Specimen) -> None:
    publication = known(specimen.name)
    found = [
        (item, publication.passages_with(item)) for item in publication.written if item["kind"] in ("text", "item", "quotation")
    ]
    wrong = [(item["path"], paths) for item, paths in found if paths and tuple(item["path"]) not in paths]
    assert len(wrong) <= 0.02 * len(found), wrong


@each
def test_no_passage_holds_a_running_head_or_foot(specimen: Specimen) -> None:
    document = known(specimen.name).document
    assert sum(NOTICE in passage.text for passage in document.passages) <= 2  # the cover and the imprint say it in their text
    last = max(passage.pages[-1] for passage in document.passages if NOTICE in passage.text)
    assert last <= 2


@pytest.mark.parametrize("name", ["muster-buch", "muster-arbeitspapier"])
def test_footnotes_keep_their_numbers(name: str) -> None:
    publication = known(name)
    wanted = Counter((item["path"][0], str(item["note"])) for item in publication.written if item["note"] is not None)
    found = {(p.heading_path[0], p.note) for p in publication.document.passages if p.kind is Kind.NOTE}
    assert len(wanted) > 25
    assert len(set(wanted) - found) <= 0.02 * len(wanted), set(wanted) - found
    assert found <= set(wanted)


def test_no_eight_words_stand_twice() -> None:
    seen: Counter[tuple[str, ...]] = Counter()
    for specimen in SPECIMENS:
        for sentence in words_of(chapters(specimen)):
            words = re.findall(r"[\w*:§]+", sentence.lower())
            seen.update(tuple(words[at : at + 8]) for at in range(len(words) - 7))
    assert [" ".join(words) for words, count in seen.items() if count > 1] == []


def test_each_is_as_long_as_what_it_stands_in_for() -> None:
    pages = {specimen.text: len(known(specimen.name).document.pages) for specimen in SPECIMENS}
    assert pages["brochure"] >= 20 and pages["paper"] >= 16 and pages["book"] >= 60
    assert len(chapters(SPECIMENS[2])) == 12  # foreword, ten chapters, literature
    assert sum((FOLDER / f"{specimen.name}.pdf").stat().st_size for specimen in SPECIMENS) < 3_000_000


def test_a_text_that_breaks_the_rules_says_where(tmp_path: Path) -> None:
    file = tmp_path / "01.txt"
    for text, says in [
        ("Ein Satz.", "title"),
        ("# A\n\nEin Satz.[^1]", "without a text"),
        ("# A\n\nEin Satz.\n\n[^1]: Anmerkung.", "without a mark"),
        ("# A\n\n::: box Ort | Titel\nEin Satz.", "not closed"),
        ("# A\n\n::: table Zahlen\na | b\nc\n:::", "unequal"),
        ("# A\n\n::: bild x\n:::", "unknown"),
    ]:
        file.write_text(text, encoding="utf-8")
        with pytest.raises(SourceError, match=says):
            read_chapter(file)
    file.write_text("# A\n\n::: figure haus | Ein Haus.\n\nEin Satz.", encoding="utf-8")
    assert read_chapter(file).blocks[0] == Figure("haus", "Ein Haus.")


def variant(specimen: Specimen, folder: Path, change: Callable[[PdfWriter], object], *, outline: bool = True) -> Known:
    """Return a specimen whose file was changed, as it is read then."""
    writer = PdfWriter(clone_from=FOLDER / f"{specimen.name}.pdf")
    if not outline:
        writer.root_object.pop(NameObject("/Outlines"))
    change(writer)
    path = folder / f"{specimen.name}.pdf"
    writer.write(path)
    writer.close()
    return Known(read_document(Job(path), None, {}), known(specimen.name).printed, known(specimen.name).written)


@each
def test_without_page_labels_the_numbers_are_those_on_the_pages(specimen: Specimen, tmp_path: Path) -> None:
    def without_labels(writer: PdfWriter) -> None:
        writer.root_object.pop(NameObject("/PageLabels"), None)

    changed = variant(specimen, tmp_path, without_labels)
    seen = {page.pdf_page: page.label.text for page in changed.document.pages if page.label.source is LabelSource.SEEN}
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
    (specimen,) = (specimen for specimen in SPECIMENS if specimen.name == name)
    changed = variant(specimen, tmp_path, lambda writer: None, outline=False)
    found = [(item, changed.passages_with(item)) for item in changed.written if item["kind"] in ("text", "item", "quotation")]
    right = [item for item, paths in found if tuple(item["path"]) in paths]
    assert len(right) >= share * len(found)
    assert sum(bool(paths) for _, paths in found) >= 0.98 * len(found)
