"""Long proofs, run by `make proof`: whole publications, and an ingestion while readers ask."""

from __future__ import annotations

import os
import subprocess
import threading
import time
import unicodedata
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfWriter

from corpus.publication import LabelSource
from corpus.specimens.build import FOLDER
from index.home import Home
from tests.boxes import documents_of, hold
from tests.conftest import SPECIMEN
from tests.running import fundstelle, served, word_pdf
from tests.scans import needs_tesseract, scan_pages
from tests.truth import errors, known

pytestmark = pytest.mark.proof


def test_ingestions_while_the_server_answers(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert fundstelle("ingest", "--home", home, SPECIMEN).returncode == 0
    statuses: Counter[str] = Counter()
    done = threading.Event()

    def reader(address: str) -> None:
        while not done.is_set():
            for path in ("/api/v1/search?q=Ehrenamt", "/suche?q=Wohnen", "/"):
                try:
                    with urllib.request.urlopen(address + path, timeout=30) as response:
                        response.read()
                        statuses[str(response.status)] += 1
                except (urllib.error.HTTPError, OSError) as error:
                    statuses[repr(error)] += 1
            time.sleep(0.05)

    with served(home, FUNDSTELLE_RATE="0") as server:
        readers = [threading.Thread(target=reader, args=(server.address,)) for _ in range(3)]
        for thread in readers:
            thread.start()
        try:
            for word in ("Zimtstern", "Kranichzug", "Wetterhahn"):
                assert server.hits(word) == []
                assert fundstelle("ingest", "--home", home, word_pdf(tmp_path / f"{word}.pdf", word)).returncode == 0
                assert set(server.hits(word)) == {f"{word}.pdf"}
        finally:
            done.set()
            for thread in readers:
                thread.join()
    assert set(statuses) == {"200"}
    assert statuses["200"] > 50


def test_twelve_real_publications_in_one_run(tmp_path: Path, real_pdfs: Path) -> None:
    result = fundstelle("ingest", "--home", tmp_path, *sorted(real_pdfs.glob("*.pdf")))
    assert result.returncode == 0, result.stderr
    assert result.stdout.count("Eingelesen:") == 12
    assert result.stdout.count("Mit Texterkennung gelesen, weil nur als Bild vorhanden") == 2


def test_sixty_scanned_pages_from_start_to_finish(tmp_path: Path) -> None:
    """What it takes is printed: pytest -s shows it.  The second time no page is looked at."""
    needs_tesseract()
    name, pages = "muster-buch", range(7, 67)
    path, home = tmp_path / f"{name}.pdf", tmp_path / "home"
    writer = PdfWriter(clone_from=FOLDER / path.name)
    scan_pages(writer, FOLDER / path.name, pages)
    writer.write(path)
    writer.close()
    for run in ("first", "second"):
        began = time.monotonic()
        with memory_of_all_below() as most:
            result = fundstelle("ingest", "--home", home, "--rebuild", path)
        assert result.returncode == 0, result.stderr
        print(
            f"{run}: {time.monotonic() - began:.1f} s for {len(pages)} scanned pages, at most {max(most) >> 20} MiB in all processes"
        )
        assert max(most) < 2 << 30
    library = Home(home).live().library()
    stored = next(s for s in library.stored() if s.publication.file == path.name)
    file = replace(known(name), document=library.document(stored))
    library.close()
    assert [page.pdf_page for page in file.document.pages if page.recognition] == list(pages)
    found = [errors(file, page) for page in pages]
    wrong, total = sum(wrong for wrong, _ in found), sum(total for _, total in found)
    print(f"{wrong} of {total} letters are wrong ({100 * wrong / total:.2f} %)")
    assert total > 60_000 and wrong < 0.01 * total
    seen = {page.pdf_page: page.label.text for page in file.document.pages if page.label.source is LabelSource.SEEN}
    assert all(file.printed.get(page) == number for page, number in seen.items())
    assert len(seen.keys() & set(pages)) >= 0.95 * len(file.printed.keys() & set(pages))
    assert fundstelle("verify", "--home", home).returncode == 0


@contextmanager
def memory_of_all_below() -> Iterator[list[int]]:
    """Yield the bytes that all processes below this one hold, measured every fifth of a second."""
    measured, done = [0], threading.Event()

    def watch() -> None:
        while not done.wait(0.2):
            measured.append(sum(map(resident, below(os.getpid()))))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield measured
    finally:
        done.set()
        thread.join()


def below(process: int) -> Iterator[int]:
    for thread in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(OSError):  # it has ended
            for child in map(int, thread.read_text().split()):
                yield child
                yield from below(child)


def resident(process: int) -> int:
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


#: TeX fonts without a table give the codes of the T1 encoding, which pdftotext passes on as they are.
T1 = str.maketrans({"\x1b": "ff", "\x1c": "fi", "\x1d": "fl", "\x1e": "ffi", "\x1f": "ffl"})


def letters(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text.translate(T1)) if c.isalnum())


def as_pdftotext_reads(path: Path, *options: str) -> list[str]:
    """Return the letters and digits of each page, by a program that shares no code with ours."""
    text = subprocess.run(["pdftotext", *options, str(path), "-"], capture_output=True, check=True).stdout.decode()
    return [letters(page) for page in text.split("\f")]


def cause(piece: str, pages: Sequence[str]) -> str:
    """Say why a piece does not stand in what pdftotext reads of its page, as far as that can be told."""
    if any(letters(piece.replace("ß", "ÿ")) in page for page in pages):
        return "ß of a TeX font, which pdftotext reads as ÿ"
    if any(sorted(letters(piece)) == sorted(page[i : i + len(letters(piece))]) for page in pages for i in range(len(page))):
        return "the same letters in another order"
    return "other letters"


def test_every_piece_stands_on_its_page_as_another_program_reads_it(
    tmp_path: Path, real_pdfs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fundstelle("ingest", "--home", tmp_path, *sorted(real_pdfs.glob("*.pdf")))
    assert fundstelle("verify", "--home", tmp_path).returncode == 0
    library = Home(tmp_path).live().library()
    total, missing, causes = 0, 0, Counter[str]()
    for stored in library.stored():
        file = stored.publication.file
        readings = as_pdftotext_reads(stored.path), as_pdftotext_reads(stored.path, "-raw")
        pieces = [piece for passage in library.passages(stored.publication.id) for piece in passage.pieces]
        absent = [p for p in pieces if not any(letters(p.text) in reading[p.page] for reading in readings)]
        causes.update(f"{file}: {cause(p.text, [reading[p.page] for reading in readings])}" for p in absent)
        total, missing = total + len(pieces), missing + len(absent)
    library.close()
    with capsys.disabled():
        print(f"\n{total - missing} of {total} pieces ({1 - missing / total:.2%}) stand on their page as pdftotext reads it")
        for why, count in causes.most_common():
            print(f"  {count:>5}  {why}")
    assert total > 30_000
    assert missing / total <= 0.03


def test_what_is_boxed_on_real_pages_is_what_is_quoted(
    tmp_path: Path, real_pdfs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held = hold(Home(tmp_path), documents_of(sorted(real_pdfs.glob("*.pdf"))), 200, 20, seed=9)
    with capsys.disabled():
        print(f"\n{held}")
    assert held.passages == 200 and held.unmarked <= 2
    assert held.boxes > 2_000 and held.words >= 190 and held.pictures >= 20
