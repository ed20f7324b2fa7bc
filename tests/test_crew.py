"""Several processes read what one would read: the same documents, ids, failures, whoever is done first and whoever is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

import crew
import hand
from corpus.errors import StorageError, UnreadableFile
from facsimile.recogniser import Recogniser
from hand import Workshop
from index.home import Home
from index.volume import Volume
from ingest.passages import Splitting
from ingestion import Outcome, Progress, Wanted, ingest
from reading import Order
from tests.conftest import ROOT
from tests.fakes import CountingEmbedder
from tests.pdfs import Text, make_pdf, numbered_pages, paragraph
from tests.running import children
from tests.scans import blank, fake_tesseract, make_pictures, table
from tests.shelf import REPORT, documents

PAGES = {"ä.pdf": 9, "ae.pdf": 3, "b.pdf": 6, "c.pdf": 1}  # two names that make the same id


@pytest.fixture
def files(tmp_path: Path) -> list[Wanted]:
    return [
        Wanted(make_pdf(tmp_path / name, [[Text(50, 400, f"Hier steht {name}."), *page] for page in numbered_pages(pages)]))
        for name, pages in PAGES.items()
    ]


def run(
    home: Path,
    files: Sequence[Wanted],
    processes: int,
    progress: Progress = Progress(),
    embedder: CountingEmbedder | None = None,
) -> Outcome:
    return ingest(Home(home), files, embedder or CountingEmbedder(), progress=progress, processes=processes)


def seen_by(monkeypatch: pytest.MonkeyPatch, begun: Callable[[str, int], None], done: Callable[[str], None]) -> None:
    """Have it said which process begins a file, and when a file is done."""
    begin, note = crew._Hand.begin, crew._Crew._note

    def begins(self: crew._Hand, number: int, task: hand.Task) -> None:
        begun(task.order.path.name, self._process.pid)
        begin(self, number, task)

    def notes(self: crew._Crew, one: crew._Hand, outcome: crew.Outcome) -> None:
        assert one.at is not None
        name = self._orders[one.at].path.name
        note(self, one, outcome)
        done(name)

    monkeypatch.setattr(crew._Hand, "begin", begins)
    monkeypatch.setattr(crew._Crew, "_note", notes)


@pytest.mark.parametrize("last", PAGES)
def test_three_processes_give_what_one_gives_whoever_is_done_last(
    last: str, files: list[Wanted], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.append(Wanted(make_pdf(tmp_path / "d.pdf", [paragraph(["Ein Turm."])]), REPORT, ((1, "77"),)))
    alone = run(tmp_path / "one", files, 1)
    held: list[int] = []
    order: list[str] = []

    def begun(file: str, process: int) -> None:
        if file == last:
            held.append(process)
            os.kill(process, signal.SIGSTOP)

    def done(file: str) -> None:
        order.append(file)
        if len(order) == len(files) - 1:
            os.kill(held[0], signal.SIGCONT)

    seen_by(monkeypatch, begun, done)
    crowd = run(tmp_path / "three", files, 3)
    assert order[-1] == last and sorted(order) == sorted(item.path.name for item in files)
    assert crowd.read == alone.read
    assert [(d.publication.file, d.publication.id) for d in crowd.read][:2] == [("ä.pdf", "ae"), ("ae.pdf", "ae-2")]
    assert documents(tmp_path / "three") == documents(tmp_path / "one")
    assert [page.label.text for page in documents(tmp_path / "three")[-1].pages] == ["77"]


def test_bad_files_cost_themselves_only_and_are_told_in_order(files: list[Wanted], tmp_path: Path) -> None:
    for name in ("1.pdf", "2.pdf"):
        (tmp_path / name).write_text("Das ist nur Text." * int(name[0]))
    shelf = [Wanted(tmp_path / "1.pdf"), *files[:2], Wanted(tmp_path / "2.pdf"), *files[2:], Wanted(tmp_path / "ä.pdf")]
    told: list[str] = []
    alone = run(tmp_path / "one", shelf, 1)
    crowd = run(tmp_path / "two", shelf, 2, Progress(on_failure=lambda error: told.append(error.file)))
    assert list(map(str, crowd.failed)) == list(map(str, alone.failed))
    assert [error.file for error in crowd.failed] == ["ä.pdf", "1.pdf", "2.pdf"] and sorted(told) == ["1.pdf", "2.pdf", "ä.pdf"]
    assert crowd.read == alone.read


def test_an_id_that_a_bad_file_would_have_had_is_free(files: list[Wanted], tmp_path: Path) -> None:
    files[0].path.write_text("Das ist nur Text." * 1_000)
    outcome = run(tmp_path / "home", files[:2], 2)
    assert [(d.publication.file, d.publication.id) for d in outcome.read] == [("ae.pdf", "ae")]


def test_a_process_that_is_killed_costs_the_file_that_it_was_at(
    files: list[Wanted], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed: list[str] = []

    def begun(file: str, process: int) -> None:
        if file in ("ae.pdf", "c.pdf"):
            killed.append(file)
            os.kill(process, signal.SIGKILL)

    with monkeypatch.context() as patch:
        seen_by(patch, begun, lambda file: None)
        outcome = run(tmp_path / "home", files, 2)
    assert [d.publication.file for d in outcome.read] == ["ä.pdf", "b.pdf"] and sorted(killed) == ["ae.pdf", "c.pdf"]
    assert [error.file for error in outcome.failed] == ["ae.pdf", "c.pdf"]
    assert "ae.pdf: Der Prozess, der die Datei las, wurde beendet (Signal 9), vermutlich weil der Arbeitsspeicher" in str(
        outcome.failed[0]
    )
    again = run(tmp_path / "home", files, 2)
    assert ([d.publication.file for d in again.read], again.kept, again.failed) == (["ae.pdf", "c.pdf"], 2, ())


def test_a_process_that_fails_is_told_from_one_that_is_ended() -> None:
    assert crew._why(1).startswith("Der Prozess, der die Datei las, endete mit einem Fehler (Code 1). Lesen Sie sie")
    assert crew._why(-15).startswith("Der Prozess, der die Datei las, wurde beendet (Signal 15). Lesen Sie sie")


def test_where_no_process_can_begin_one_reads_everything(
    files: list[Wanted], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "_ROOT", tmp_path)  # there is no program
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    alone = run(tmp_path / "one", files, 1)
    assert run(tmp_path / "two", files, 2).read == alone.read


def test_what_the_model_takes_whole_is_asked_of_the_one_that_has_it(files: list[Wanted], tmp_path: Path) -> None:
    asked: set[tuple[int, int]] = set()

    class Short(CountingEmbedder):
        """Takes eight words, and says who asked."""

        takes_all = False

        def fits(self, text: str) -> bool:
            asked.add((os.getpid(), threading.get_ident()))
            return len(text.split()) <= 8

    alone = run(tmp_path / "one", files, 1, embedder=Short())
    assert max(len(p.headed_text.split()) for d in documents(tmp_path / "one") for p in d.passages) <= 8
    asked.clear()
    assert run(tmp_path / "two", files, 2, embedder=Short()).read == alone.read
    assert documents(tmp_path / "two") == documents(tmp_path / "one")
    assert asked == {(os.getpid(), threading.get_ident())}


def test_progress_shows_one_file_at_a_time(files: list[Wanted], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[tuple[str, int, int]] = []
    pages: dict[str, list[tuple[int, int]]] = {}
    progress = Progress(
        on_file=lambda *now: shown.append(now), on_page=lambda *now: pages.setdefault(shown[-1][0], []).append(now)
    )
    run(tmp_path / "home", files, 3, progress)
    numbers = [number for _, number, _ in shown]
    assert numbers == sorted(set(numbers)) and numbers[0] == 1 and {of for _, _, of in shown} == {len(files)}
    assert shown[0][0] == "ä.pdf" and pages["ä.pdf"] == [(n, 9) for n in range(1, 10)]  # the largest, and so the first
    assert all(seen == sorted(set(seen)) and {of for _, of in seen} == {PAGES[file]} for file, seen in pages.items())


def test_the_file_that_was_begun_first_is_shown_until_it_is_done() -> None:
    said: list[object] = []
    progress = Progress(
        lambda *file: said.append(file), lambda *page: said.append(page), lambda *page: said.append(page),
        on_failure=lambda error: said.append(error.file),
    )  # fmt: skip
    view = crew._View(progress, before=2, of=5)
    view.begin("a")
    view.begin("b")
    view.page("b", 3, 8)
    view.page("a", 1, 2)
    view.begin("c")
    view.end("c", UnreadableFile("c", "Das ist kein PDF."))
    view.end("a")
    view.page("b", 4, 8)
    view.end("b")
    assert said == [("a", 3, 5), (1, 2), "c", ("b", 4, 5), (3, 8), (4, 8)]


def test_what_can_not_be_kept_ends_the_run_with_the_reason(files: list[Wanted], tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "read").write_text("Hier ist kein Ordner.")
    for processes in (1, 2):
        with pytest.raises(StorageError, match="führt nicht in einen Ordner"):
            run(tmp_path / "home", files, processes)


@pytest.mark.parametrize(
    ("sizes", "processes", "expected"),
    [
        ([9_000_000] * 9, 0, 4),  # processors
        ([9_000_000] * 3, 0, 3),  # files
        ([9_000_000], 8, 1),
        ([100] * 9, 0, 1),  # work
        ([700_000] * 3, 0, 2),
        ([100] * 9, 3, 3),
        ([9_000_000] * 9, 1, 1),
        ([], 0, 1),
        ([], 5, 1),
    ],
)
def test_there_are_as_many_processes_as_there_is_work_for(
    sizes: list[int], processes: int, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "processors", lambda: 4)
    monkeypatch.setattr(crew, "memory", lambda: 64 << 30)
    assert crew.hands(sizes, processes) == expected


def test_there_are_no_more_processes_than_there_is_memory_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "processors", lambda: 64)
    for gigabytes, expected in ((2, 4), (0, 1)):
        monkeypatch.setattr(crew, "memory", lambda left=gigabytes: left << 30)
        assert crew.hands([9_000_000] * 99) == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"/proc/meminfo": "MemTotal: 9000 kB\nMemAvailable:   4000 kB\n"}, 4_096_000),
        ({"/sys/fs/cgroup/a/memory.max": "3000000\n", "/sys/fs/cgroup/a/memory.current": "1000000\n"}, 2_000_000),
        ({"/sys/fs/cgroup/a/b/memory.max": "max\n", "/sys/fs/cgroup/memory.max": "5000000\n"}, 4_096_000),
        (
            {
                "/sys/fs/cgroup/a/b/memory.max": "3000000\n",
                "/sys/fs/cgroup/a/b/memory.current": "2500000\n",
                "/sys/fs/cgroup/a/b/memory.stat": "file 800000\ninactive_file 700000\n",  # given back when it is wanted
            },
            1_200_000,
        ),
        ({"/sys/fs/cgroup/a/memory.max": "3000000\n", "/sys/fs/cgroup/a/memory.current": "3000001\n"}, 0),
        ({"/proc/meminfo": "", "/proc/self/cgroup": ""}, sys.maxsize),
    ],
    ids=["machine", "group above", "no limit", "file pages", "full", "nowhere told"],
)
def test_memory_is_what_machine_and_group_have_left(
    files: dict[str, str], expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"/proc/meminfo": "MemAvailable: 4000 kB\n", "/proc/self/cgroup": "0::/a/b\n", **files}
    monkeypatch.setattr(crew, "_text", lambda file: told.get(str(file), ""))
    assert crew.memory() == expected


# Ends


PROGRAM = """
import sys, time
from pathlib import Path
from index.home import Home
from ingestion import Progress, Wanted, ingest
from tests.fakes import CountingEmbedder

def on_file(file, number, of):
    if number > 3:  # others are being read, or wait for us
        print("now", flush=True)
        time.sleep(600)

files = [Wanted(Path(name)) for name in sys.argv[2:]]
ingest(Home(Path(sys.argv[1])), files, CountingEmbedder(), progress=Progress(on_file=on_file), processes=3)
"""


@contextmanager
def stopped_in_the_midst(home: Path, files: Sequence[Wanted]) -> Iterator[subprocess.Popen[str]]:
    """An ingestion by three processes that has done its first files, in a group of its own."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(home), *(str(item.path) for item in files)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    with process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "now\n"
            yield process
        finally:
            process.kill()


def descendants(process: int) -> list[int]:
    found = []
    for child in children(process):
        found += [child, *descendants(child)]
    return found


def are_gone(processes: Sequence[int]) -> bool:
    """Wait until processes have ended."""
    for _ in range(100):
        if not [p for p in processes if Path(f"/proc/{p}").exists() and "State:\tZ" not in Path(f"/proc/{p}/status").read_text()]:
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def shelf(tmp_path: Path) -> list[Wanted]:
    return [
        Wanted(make_pdf(tmp_path / f"{n}.pdf", [[Text(50, 400, f"Hier steht {n}."), *page] for page in numbered_pages(30)]))
        for n in range(12)
    ]


def test_a_kill_leaves_nobody_behind_and_what_was_read(shelf: list[Wanted], tmp_path: Path) -> None:
    with stopped_in_the_midst(tmp_path / "home", shelf) as process:
        below = descendants(process.pid)
        assert len(below) > 3
        process.kill()
        process.wait()
        assert are_gone(below)
    kept = len(list((tmp_path / "home" / "read").rglob("*.sqlite")))
    assert 1 <= kept < len(shelf)
    read: set[str] = set()
    shown: list[str] = []
    progress = Progress(on_file=lambda file, number, of: shown.append(file), on_page=lambda done, total: read.add(shown[-1]))
    outcome = run(tmp_path / "home", shelf, 1, progress)
    assert len(read) == len(shelf) - kept
    assert outcome.read == run(tmp_path / "whole", shelf, 1).read
    assert not (tmp_path / "home" / "read").exists()


def test_the_keyboard_ends_all_of_it_and_one_of_them_tells(shelf: list[Wanted], tmp_path: Path) -> None:
    with stopped_in_the_midst(tmp_path / "home", shelf) as process:
        below = descendants(process.pid)
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=60)
        assert process.returncode == -signal.SIGINT
        assert said.count("Traceback") == said.count("KeyboardInterrupt") == 1
        assert are_gone(below)


# Pictures


def test_processes_together_look_at_no_more_pictures_than_there_are_processors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fake holds a folder while it looks, and says so where another has it."""
    alone = tmp_path / "fake" / "alone"
    does = f"mkdir {alone} || mkdir -p {tmp_path}/fake/crowded; sleep 0.1; rmdir {alone}"
    answer = table([(word, 96) for word in ["Die", "Familie", "hat", "in", "der", "Stadt", "eine", "Wohnung", "gesucht."]])
    runs = fake_tesseract(tmp_path / "fake", monkeypatch, answer, does=does)
    monkeypatch.setattr(crew, "processors", lambda: 1)
    orders = [Order(make_pictures(tmp_path / f"{n}.pdf", [blank(400 + n)] * 3)) for n in range(2)]
    workshop = Workshop(tmp_path / "home", "m", Splitting(), Recogniser(tmp_path / "home" / "ocr"))
    workshop.home.mkdir()
    found = crew.read_files(orders, workshop, Progress(), 2)
    assert all(isinstance(one, Volume) for one in found)
    assert len(list(runs.iterdir())) == 6 and not (tmp_path / "fake" / "crowded").exists()
