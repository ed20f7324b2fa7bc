"""The specimens: what they are made of, and that reading gives back what is known to stand in them."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from corpus.specimens.build import FOLDER, SPECIMENS, Specimen, build, chapters
from corpus.specimens.source import Figure, SourceError, read_chapter
from corpus.specimens.typeset import words_of
from tests.truth import NOTICE, RUNNING, known, missing, stray_notices, wrong_notes, wrong_numbers, wrong_paths

each = pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda specimen: specimen.text)


@each
def test_the_pdf_is_what_its_text_and_style_make(specimen: Specimen, tmp_path: Path) -> None:
    pdf = build(specimen, tmp_path)
    for file in (pdf, pdf.with_suffix(".truth.json")):
        assert file.read_bytes() == (FOLDER / file.name).read_bytes(), "run: python -m corpus.specimens.build"


@each
def test_every_page_number_is_the_printed_one(specimen: Specimen) -> None:
    file = known(specimen.name)
    assert wrong_numbers(file) == []
    assert len(file.printed) > 0.6 * len(file.document.pages)


@each
def test_sentences_are_read_word_for_word(specimen: Specimen) -> None:
    file = known(specimen.name)
    lost = missing(file, file.sentences)
    assert len(file.sentences) > 400
    assert len(lost) <= 0.005 * len(file.sentences), lost


@pytest.mark.parametrize("name", ["muster-buch", "muster-arbeitspapier"])
def test_the_cells_of_tables_are_read_whole(name: str) -> None:
    file = known(name)
    assert len(file.of("cell")) > 50 and missing(file, file.of("cell")) == []


@each
def test_headings_lead_to_sentences_as_they_are_printed(specimen: Specimen) -> None:
    wrong = wrong_paths(known(specimen.name))
    assert len(wrong) <= 0.02 * len(known(specimen.name).of(*RUNNING)), wrong


@each
def test_no_passage_holds_a_running_head_or_foot(specimen: Specimen) -> None:
    file = known(specimen.name)
    assert stray_notices(file) == []
    assert 1 <= sum(NOTICE in passage.text for passage in file.document.passages) <= 2


@pytest.mark.parametrize("name", ["muster-buch", "muster-arbeitspapier"])
def test_footnotes_keep_their_numbers(name: str) -> None:
    notes = {(item["path"][0], item["note"]) for item in known(name).written if item["note"] is not None}
    not_read, not_written = wrong_notes(known(name))
    assert len(notes) > 25
    assert len(not_read) <= 0.02 * len(notes), not_read
    assert not_written == set()


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
