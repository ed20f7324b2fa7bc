"""Pages that are only pictures: which are looked at, what becomes of their words, and that nothing goes wrong without notice."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from pypdf import PdfReader, PdfWriter

from cli import main
from corpus.catalogue import Catalogue
from corpus.errors import FundstelleError, UnreadableFile
from corpus.geometry import Box, CharBoxes
from corpus.publication import Document, TextSource
from facsimile import recogniser as recogniser_module
from facsimile import tesseract
from facsimile.child import Limits
from facsimile.recogniser import Recogniser
from facsimile.scan import Seen, line_of, seen_of
from facsimile.sheet import Sheet
from facsimile.tesseract import Word
from facsimile.worker import Job, read
from index.home import Home
from ingest.document import UNREAD, read_document
from ingest.report import Concern, report_card
from ingest.scans import is_wanting
from ingestion import Outcome, ingest, wanted_files
from tests.conftest import ROOT
from tests.fakes import CountingEmbedder
from tests.pdfs import Text, make_pdf, paragraph
from tests.scans import blank, fake_tesseract, make_pictures, show_picture, table
from tests.shelf import ingested
from verification import prove_library

SENTENCE = "Ehrenamtliche begleiten Geflüchtete zum Amt."
ANSWER = table([(word, 96) for word in SENTENCE.split()], [("Wohnung", 70), ("gesucht.", 95)])


def scan(path: Path, pages: int = 1) -> Path:
    return make_pictures(path, [blank()] * pages)


def document(path: Path, home: Path, limits: Limits | None = None) -> Document:
    recogniser = Recogniser(home / "ocr", limits=limits) if limits else Recogniser(home / "ocr")
    return read_document(Job(path), None, {}, recogniser=recogniser)


def run(home: Path, *paths: Path, rebuild: bool = False) -> Outcome:
    wanted = wanted_files(Catalogue(()), paths)
    return ingest(Home(home), wanted, CountingEmbedder(), rebuild=rebuild, recogniser=Recogniser(home / "ocr"))


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which a tesseract that always answers the same notes its runs."""
    return fake_tesseract(tmp_path / "fake", monkeypatch, ANSWER)


@pytest.fixture(autouse=True)
def forgotten() -> None:
    """Every test asks the machine anew which tesseract there is."""
    tesseract._asked.cache_clear()


def test_a_page_that_is_a_picture_reads_what_is_recognised_in_it(tmp_path: Path, runs: Path) -> None:
    read_ = document(scan(tmp_path / "scan.pdf"), tmp_path)
    (page,), (passage,) = read_.pages, read_.passages
    assert passage.text == f"{SENTENCE}\nWohnung gesucht."
    assert (page.source, passage.recognised) == (TextSource.OCR, (0,))
    assert [passage.text[start:end] for start, end in passage.doubtful] == ["Wohnung"]
    assert read_.warnings == ("Mit Texterkennung gelesen, weil nur als Bild vorhanden: PDF-Seite 1.",)
    assert page.recognition and page.recognition.engine == "tesseract 9.9.9, deu, 300 dpi"
    assert report_card(read_).pages[0].source is TextSource.OCR


def test_a_letter_without_a_title_is_called_by_its_file(tmp_path: Path, runs: Path) -> None:
    assert document(scan(tmp_path / "Brief_2011.pdf"), tmp_path).publication.title == "Brief 2011"


def test_each_letter_gets_an_even_share_of_its_words_box(tmp_path: Path, runs: Path) -> None:
    """The page is 420 points and 1,750 pixels wide; the first word begins at pixel 100, each letter is 20 pixels wide."""
    (page,) = document(scan(tmp_path / "scan.pdf"), tmp_path).pages
    box = page.boxes.between(2, 3)[0]
    assert page.characters[2] == "r" and box
    assert box.x0 == pytest.approx(140 * 420 / 1750, abs=0.05) and box.x1 == pytest.approx(160 * 420 / 1750, abs=0.05)
    assert box.y1 == pytest.approx(595 - 1060 * 595 / 2480, abs=0.05) and box.y0 == pytest.approx(
        595 - 1090 * 595 / 2480, abs=0.05
    )


def test_what_was_seen_is_kept_and_no_page_is_looked_at_twice(tmp_path: Path, runs: Path) -> None:
    path, home = scan(tmp_path / "scan.pdf", pages=3), tmp_path / "home"
    first = run(home, path)
    assert len(list(runs.iterdir())) == 3
    again = run(home, path, rebuild=True)
    assert len(list(runs.iterdir())) == 3
    assert first.read[0].pages == again.read[0].pages
    scan(tmp_path / "scan.pdf", pages=4)
    run(home, path)
    assert len(list(runs.iterdir())) == 7  # other bytes, other pictures


def test_another_version_of_tesseract_looks_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runs: Path) -> None:
    path, home = scan(tmp_path / "scan.pdf"), tmp_path / "home"
    run(home, path)
    program = runs.parent / "tesseract"
    program.write_text(program.read_text().replace("9.9.9", "10.0.0"))
    tesseract._asked.cache_clear()
    run(home, path, rebuild=True)
    assert len(list(runs.iterdir())) == 2


def test_damage_to_what_is_kept_costs_another_look_only(tmp_path: Path, runs: Path) -> None:
    path, home = scan(tmp_path / "scan.pdf"), tmp_path / "home"
    run(home, path)
    (kept,) = (home / "ocr").rglob("*.json")
    kept.write_text(kept.read_text()[:-20])
    assert ingested(home, run(home, path, rebuild=True).read[0]).pages[0].source is TextSource.OCR
    assert len(list(runs.iterdir())) == 2


def test_what_was_seen_in_files_that_are_not_ingested_is_thrown_away_after_a_week(tmp_path: Path, runs: Path) -> None:
    home, old, new = tmp_path / "home", tmp_path / "home" / "ocr" / "alt", tmp_path / "home" / "ocr" / "neu"
    old.mkdir(parents=True)
    new.mkdir()
    os.utime(old, (0, 0))
    path = scan(tmp_path / "scan.pdf")
    run(home, path)
    (mine,) = (folder for folder in (home / "ocr").iterdir() if folder != new)
    os.utime(mine, (0, 0))
    run(home, make_pdf(tmp_path / "text.pdf", [paragraph(["Die Stadt hilft."])]))
    assert {folder.name for folder in (home / "ocr").iterdir()} == {"neu", mine.name}


def test_verify_holds_recognised_pages_against_what_was_recognised_and_says_so(tmp_path: Path, runs: Path) -> None:
    home = tmp_path / "home"
    run(home, scan(tmp_path / "scan.pdf", pages=2))
    for _ in range(2):  # as it is kept, and looked at anew
        library = Home(home).live().library()
        (proof,) = prove_library(library, recogniser=Recogniser(home / "ocr"))
        library.close()
        assert proof.holds and proof.recognised == (1, 2)
        shutil.rmtree(home / "ocr")
    shown = CliRunner().invoke(main, ["verify", "--home", str(home)])
    assert "2 Seite(n) nur gegen die Texterkennung geprüft" in shown.output and shown.exit_code == 0


def test_verify_notices_that_another_text_is_recognised_now(tmp_path: Path, runs: Path) -> None:
    home = tmp_path / "home"
    run(home, scan(tmp_path / "scan.pdf"))
    shutil.rmtree(home / "ocr")
    (runs.parent / "answer.tsv").write_text(ANSWER.replace("begleiten", "begieiten"))
    library = Home(home).live().library()
    (proof,) = prove_library(library, recogniser=Recogniser(home / "ocr"))
    library.close()
    assert not proof.holds and proof.deviations[0].found.startswith("ieiten Geflüchtete")


def test_verify_without_tesseract_and_without_what_was_seen_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runs: Path
) -> None:
    home = tmp_path / "home"
    run(home, scan(tmp_path / "scan.pdf"))
    monkeypatch.setenv("PATH", str(tmp_path))
    library = Home(home).live().library()
    assert next(prove_library(library, recogniser=Recogniser(home / "ocr"))).holds  # it is kept
    shutil.rmtree(home / "ocr")
    (proof,) = prove_library(library, recogniser=Recogniser(home / "ocr"))
    library.close()
    assert not proof.holds and "apt-get install tesseract-ocr tesseract-ocr-deu" in proof.unproven


@pytest.mark.parametrize(("languages", "says"), [("", "fehlt das Programm tesseract"), ("eng osd", "fehlen die deutschen Daten")])
def test_without_tesseract_or_its_german_a_scan_is_refused_with_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, languages: str, says: str
) -> None:
    if languages:
        fake_tesseract(tmp_path / "fake", monkeypatch, ANSWER, languages=languages)
    else:
        monkeypatch.setenv("PATH", str(tmp_path))
    good = make_pdf(tmp_path / "gut.pdf", [paragraph(["Die Stadt hilft."])])
    outcome = run(tmp_path / "home", good, scan(tmp_path / "scan.pdf"))
    assert [d.publication.file for d in outcome.read] == ["gut.pdf"]
    (error,) = outcome.failed
    assert error.file == "scan.pdf" and says in error.reason and "apt-get install tesseract-ocr" in error.reason


def mixed(path: Path) -> Path:
    """A page of text, and one that is a picture."""
    make_pdf(path, [paragraph(["Die Stadt hilft den Vereinen."]), []])
    picture = scan(path.with_name("bild.pdf"))
    writer = PdfWriter()
    reader, other = PdfReader(path), PdfReader(picture)
    writer.add_page(reader.pages[0])
    writer.add_page(other.pages[0])
    writer.write(path)
    for opened in (writer, reader, other):
        opened.close()
    return path


def test_pictures_among_text_are_named_and_read_as_soon_as_there_is_a_tesseract(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, home, before = mixed(tmp_path / "halb.pdf"), tmp_path / "home", os.environ["PATH"]
    monkeypatch.setenv("PATH", str(tmp_path))
    (without,) = run(home, path).read
    (warning,) = without.warnings
    assert "Nur als Bild vorhanden und darum nicht gelesen: PDF-Seite 2." in warning and "apt-get install" in warning
    assert without.fingerprint.endswith(UNREAD)
    assert run(home, path).generation is None  # nothing can be done about it yet
    monkeypatch.setenv("PATH", before)
    fake_tesseract(tmp_path / "fake", monkeypatch, ANSWER)
    (with_it,) = run(home, path).read
    assert [page.source for page in ingested(home, with_it).pages] == [TextSource.TEXT, TextSource.OCR]
    assert run(home, path).generation is None


def test_the_text_recognition_can_be_switched_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runs: Path) -> None:
    monkeypatch.setenv("FUNDSTELLE_OCR", "off")
    path = scan(tmp_path / "scan.pdf")
    result = CliRunner().invoke(main, ["ingest", "--home", str(tmp_path / "home"), str(path)])
    assert result.exit_code == 1 and "Die Texterkennung ist ausgeschaltet (FUNDSTELLE_OCR)" in result.output
    assert list(runs.iterdir()) == []


def test_json_and_lists_say_of_recognised_pages_that_they_are(tmp_path: Path, runs: Path) -> None:
    home = ["--home", str(tmp_path / "home")]
    run(tmp_path / "home", scan(tmp_path / "scan.pdf"))
    pages = CliRunner().invoke(main, ["pages", "--json", *home]).output
    assert '"text_source": "ocr"' in pages and '"doubtful": ["Wohnung"]' in pages and '"engine": "tesseract 9.9.9' in pages
    assert "Texterkennung" in CliRunner().invoke(main, ["pages", *home]).output
    passages = CliRunner().invoke(main, ["passages", "--json", *home]).output
    assert '"text_source": "ocr"' in passages and f'"doubtful": [[{len(SENTENCE) + 1}, {len(SENTENCE) + 8}]]' in passages


# Which pages are looked at


def page_of_text(text: str, *, picture: bool) -> Sheet:
    """A page that says ``text`` and may be a picture as well."""
    boxes = CharBoxes.of(
        [
            None if c == " " else Box(i % 80 * 5, 500 - i // 80 * 12, i % 80 * 5 + 4, 510 - i // 80 * 12)
            for i, c in enumerate(text)
        ]
    )
    return Sheet(0, 420, 595, text, boxes, (), 1.0 if picture else 0.0)


GERMAN = "Die Stadt hilft den Vereinen und der Verbund berät sie dabei, weil es für die Ehrenamtlichen nicht leicht ist. " * 6
ENGLISH = "Cities help clubs because volunteers often struggle without support from public bodies across many regions. " * 8
GARBLED = "Gsd Kqtlw jskzq vwp Xyzqrv kkj qwx zzyv Hjklq wvxyz qqkjx vvbnq xxyzw kjhgf qwzxv bvnmk jjkhg zzxyq. " * 8
LOST = "Die \ue001tadt h\ue002lft den Vere\ue003nen und der Verb\ue004nd berät s\ue005e. " * 8


@pytest.mark.parametrize(
    ("text", "picture", "wanted"),
    [
        ("", True, True),
        ("Kapitel 3", True, True),
        ("", False, False),
        (GERMAN, True, False),
        (GERMAN, False, False),
        (ENGLISH, True, True),  # looked at, but only changed where more German is found
        (ENGLISH, False, False),
        (GARBLED, False, True),
        (LOST, False, True),
    ],
)
def test_which_pages_are_looked_at(text: str, picture: bool, wanted: bool) -> None:
    assert is_wanting(page_of_text(text, picture=picture)) is wanted


def test_no_page_of_real_files_is_looked_at_that_has_its_text(real_pdfs: Path) -> None:
    """Tables, registers, formulas, poems and English pages have as few German words as a bad layer, but are no pictures."""
    looked_at = {
        path.name: [sheet.index + 1 for sheet in read(path).sheets if is_wanting(sheet)]
        for path in sorted(real_pdfs.glob("*.pdf"))
    }
    scans = {name: pages for name, pages in looked_at.items() if "_scan_" in name}
    assert scans == {"19_scan_vermerk_bmi.pdf": [1, 2, 3, 4, 5], "21_scan_freistellungsbescheid.pdf": [1, 2]}
    others = {name: pages for name, pages in looked_at.items() if pages and name not in scans}
    # chapters' first pages: a photograph with a word or two on it, in which tesseract finds nothing
    assert others == {"03_piraten2013_wahlprogramm.pdf": [27, 41, 69, 73, 105, 123, 133]}


def layered(path: Path, text: str) -> Path:
    """A picture with a text behind it that nobody sees, as programs for scanners write it."""
    lines = [text[i : i + 80] for i in range(0, len(text), 80)]
    make_pdf(path, [[Text(30, 560 - 12 * n, line, 8) for n, line in enumerate(lines)]])
    writer = PdfWriter(clone_from=path)
    content = writer.pages[0].get_contents()
    assert content is not None
    width, height, data = blank()
    show_picture(writer, 0, data, width, height, b"3 Tr " + content.get_data())
    writer.write(path)
    writer.close()
    return path


def test_a_bad_layer_is_read_anew_and_a_good_one_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = [(word, 96) for word in GERMAN.split()]
    runs = fake_tesseract(tmp_path / "fake", monkeypatch, table(*(words[i : i + 8] for i in range(0, len(words), 8))))
    bad = document(layered(tmp_path / "schlecht.pdf", GARBLED[:1500]), tmp_path)
    assert bad.warnings == ("Mit Texterkennung neu gelesen, weil der Text der Datei dort unbrauchbar ist: PDF-Seite 1.",)
    assert "Die Stadt hilft den Vereinen" in bad.passages[0].text
    good = document(layered(tmp_path / "gut.pdf", GERMAN), tmp_path)
    assert good.pages[0].source is TextSource.TEXT and good.warnings == ()
    assert len(list(runs.iterdir())) == 1


def test_a_layer_stays_where_nothing_better_is_recognised(tmp_path: Path, runs: Path) -> None:
    kept = document(layered(tmp_path / "englisch.pdf", ENGLISH), tmp_path)
    assert kept.pages[0].source is TextSource.TEXT and "Cities help clubs" in kept.passages[0].text
    assert len(list(runs.iterdir())) == 1


def test_a_title_on_a_photograph_stays_as_the_file_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_tesseract(tmp_path / "fake", monkeypatch, table([("GESUNDHEIT", 91), ("=", 61)]))
    read_ = document(layered(tmp_path / "titel.pdf", "Gesundheit"), tmp_path)
    assert [passage.text for passage in read_.passages] == ["Gesundheit"] and read_.warnings == ()


def test_a_page_number_beside_a_picture_keeps_no_page_from_being_read(tmp_path: Path, runs: Path) -> None:
    read_ = document(layered(tmp_path / "zahl.pdf", "12"), tmp_path)
    assert read_.pages[0].source is TextSource.OCR


def test_a_photograph_stays_a_page_without_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What tesseract makes of leaves and faces: signs, and words that it does not believe itself."""
    fake_tesseract(tmp_path / "fake", monkeypatch, table([("|", 40), ("\\", 20)], [("ee", 31), ("Wf", 12)]))
    with pytest.raises(UnreadableFile, match="fand darin keinen Text"):
        document(scan(tmp_path / "foto.pdf"), tmp_path)


def test_many_doubtful_words_are_a_reason_to_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_tesseract(tmp_path / "fake", monkeypatch, table([("Wohnungen", 60), ("fehlen", 60), ("überall.", 90)]))
    card = report_card(document(scan(tmp_path / "scan.pdf"), tmp_path))
    assert Concern.UNSURE in {doubt.concern for doubt in card.pages[0].doubts}
    assert card.pages[0].unsure == ("Wohnungen", "fehlen")


def test_section_signs_are_mended_and_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = "Das verlangt 8 24 Abs. 1 AufenthG von den Behörden."
    fake_tesseract(tmp_path / "fake", monkeypatch, table([(word, 96) for word in words.split()]))
    read_ = document(scan(tmp_path / "scan.pdf"), tmp_path)
    assert read_.passages[0].text == words.replace("8 24", "§ 24")
    assert read_.pages[0].recognition and read_.pages[0].recognition.mended == ((13, 14, "8"),)
    assert read_.warnings[1].endswith("berichtigt: 1.")
    assert report_card(read_).pages[0].mended == (("8 24 Abs.", "§ 24 Abs."),)


# Ends


def test_a_page_that_takes_too_long_costs_itself_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stuck = 'n=$(ls -1 %s | wc -l); test "$n" -eq 1 && sleep 600'
    runs = tmp_path / "fake" / "runs"
    fake_tesseract(tmp_path / "fake", monkeypatch, ANSWER, does=stuck % runs)
    monkeypatch.setattr("facsimile.scan.processors", lambda: 1)
    read_ = document(scan(tmp_path / "scan.pdf", pages=2), tmp_path, Limits(wall=5, silence=5))
    assert [page.source for page in read_.pages] == [TextSource.TEXT, TextSource.OCR]
    assert any("wurde abgebrochen" in warning and "PDF-Seite 1." in warning for warning in read_.warnings)
    assert not read_.fingerprint.endswith(UNREAD)  # or every ingestion would wait for it again
    assert gone(int(sorted(runs.iterdir(), key=lambda r: r.stat().st_ctime)[0].name))


def gone(process: int) -> bool:
    """Wait until a process has ended."""
    for _ in range(100):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        if "State:\tZ" in Path(f"/proc/{process}/status").read_text():
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_killed_in_the_middle_nothing_goes_on_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: signal.Signals
) -> None:
    """The first two pages are seen, then everything stands still; another ingestion looks at the third only."""
    stuck = 'n=$(ls -1 %s | wc -l); test "$n" -eq 3 && exec sleep 600'
    runs = fake_tesseract(tmp_path / "fake", monkeypatch, ANSWER, does=stuck % (tmp_path / "fake" / "runs"))
    path, home = scan(tmp_path / "scan.pdf", pages=3), tmp_path / "home"
    command = [sys.executable, str(ROOT / "cli.py"), "ingest", "--home", str(home), str(path)]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(300):
        if len(list(runs.iterdir())) == 3 and len(list((home / "ocr").rglob("*.json"))) == 2:
            break
        time.sleep(0.1)
    child.send_signal(how)
    assert child.wait(30) != 0
    assert all(gone(int(folder.name)) for folder in runs.iterdir())
    outcome = run(home, path)
    assert [page.source for page in ingested(home, outcome.read[0]).pages] == [TextSource.OCR] * 3
    assert len(list(runs.iterdir())) == 4


def test_a_tesseract_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_tesseract(tmp_path / "fake", monkeypatch, ANSWER, does="exit 3")
    with pytest.raises(UnreadableFile, match="enthält nur Bilder"):
        document(scan(tmp_path / "scan.pdf"), tmp_path)


def test_a_tesseract_that_never_stops_answering_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_tesseract(tmp_path / "fake", monkeypatch, ANSWER, does="cat > /dev/null; exec yes")
    with pytest.raises(UnreadableFile, match="enthält nur Bilder"):
        document(scan(tmp_path / "scan.pdf"), tmp_path)


@pytest.mark.parametrize(
    "picture",
    [
        (60_000, 60_000, b"x\x9c\x03\x00\x00\x00\x00\x01"),
        (1, 1, b"x\x9cc\x00\x00\x00\x01\x00\x01"),
        (400, 600, b"broken"),
        (0, 0, b""),
    ],
    ids=["huge", "one pixel", "broken", "no extent"],
)
def test_hostile_pictures_end_in_a_sentence(tmp_path: Path, runs: Path, picture: tuple[int, int, bytes]) -> None:
    path = make_pictures(tmp_path / "boese.pdf", [picture, blank()])
    read_ = document(path, tmp_path)
    assert read_.pages[-1].source is TextSource.OCR


def test_nothing_readable_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FundstelleError, match="Für die Texterkennung fehlt das Programm tesseract"):
        run(tmp_path / "home", scan(tmp_path / "scan.pdf"))


WORD = ["Wort", 96, 10, 10, 50, 30, 0, 0]


def test_what_a_child_sends_is_read_back() -> None:
    seen = Seen(100, 200, (Word("Wört\u2028", 96, 10, 10, 50, 30, 0, 0),))
    assert seen_of(line_of(seen)) == seen


@pytest.mark.parametrize(
    "line",
    [
        "",
        "null",
        "[100, 200]",
        "[100, 200, [1]]",
        "[100.5, 200, []]",
        "[0, 200, []]",
        "[100, 200000, []]",
        '[100, 200, [["Wort", 96, 10, 10, 50, 30, 0]]]',
        '[100, 200, [["Wort", 101, 10, 10, 50, 30, 0, 0]]]',
        '[100, 200, [["Wort", 96, 10, 10, 500, 30, 0, 0]]]',
        '[100, 200, [["Wort", 96, 50, 10, 50, 30, 0, 0]]]',
        '[100, 200, [["Wort", 96, -1, 10, 50, 30, 0, 0]]]',
        '[100, 200, [["Wort", 96, 1.5, 10, 50, 30, 0, 0]]]',
        '[100, 200, [["", 96, 10, 10, 50, 30, 0, 0]]]',
        '[100, 200, [["\\ud800", 96, 10, 10, 50, 30, 0, 0]]]',
        "[100, 200, [[7, 96, 10, 10, 50, 30, 0, 0]]]",
        "[" * 100_000,
    ],
)
def test_nonsense_from_a_child_is_nothing(line: str) -> None:
    assert seen_of(line) is None


def test_without_pictures_tesseract_is_not_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runs: Path) -> None:
    monkeypatch.setattr(recogniser_module, "recognise", lambda *_: pytest.fail("nothing is to be looked at"))
    assert document(make_pdf(tmp_path / "text.pdf", [paragraph(["Die Stadt hilft."])]), tmp_path).warnings == ()
