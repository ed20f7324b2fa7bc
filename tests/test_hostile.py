"""Hostile files end by themselves or are cut off, with a reason in German; the run over the others goes on."""

from __future__ import annotations

import base64
import contextlib
import errno
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corpus.errors import UnreadableFile
from facsimile.bounds import MAX_ALL_CHARACTERS, MAX_LABEL, MAX_OUTLINE, MAX_TITLE
from facsimile.child import Child, Limits
from facsimile.found import Found, Nonsense
from facsimile.sheet import Reading
from facsimile.worker import Job, read, read_back
from tests.conftest import ROOT
from tests.hostile import MAKERS, MASSES, laughing_after_text, many_pages, paragraph, whole, write
from tests.pdfs import make_pdf, numbered_pages

LITTLE = Limits(memory=768, cpu=2)
SENTENCE = "Der Verbund arbeitet mit der Stadt zusammen."
#: Quick ones of every sort; `make proof` takes them all.
QUICK = [
    name
    for name in MAKERS
    if name.split("-")[0] in ("kreis", "kasten", "laenge", "gedreht", "ausschnitt", "einheit", "schrift", "zip", "html", "png")
    or name in ("bombe-doppelt", "bombe-objekte", "bombe-xref", "lachen-formulare", "million-zeilen", "tief-felder", "zufall")
    or name in ("leer", "nur-kopf", "seiten-200000-einmal", "seiten-gelogen", "titel-ersatz", "zeichen-null", "xref-bereich")
]


def outcome(path: Path, limits: Limits = Limits()) -> Reading | str:
    """Return the reading, or why there is none."""
    try:
        reading = read(path, limits=limits)
    except UnreadableFile as error:
        assert error.file == path.name
        assert error.reason.endswith((".", "*.pdf")) and len(error.reason) > 40
        return error.reason
    assert_storable(reading)
    return reading


def assert_storable(reading: Reading) -> None:
    for sheet in reading.sheets:
        sheet.characters.encode()
        assert len(sheet.boxes) == len(sheet.characters)
        assert 0 < sheet.width <= 1e6 and 0 < sheet.height <= 1e6
        for line in sheet.lines:
            assert 0 <= line.start < line.end <= len(sheet.characters)
            assert 0 <= line.size < 1e6
    reading.structure.title.encode()
    assert all(len(label.encode()) <= 4 * MAX_LABEL for label in reading.structure.labels)
    assert len(reading.structure.outline) <= MAX_OUTLINE
    assert all(len(entry.title.encode()) <= 4 * MAX_TITLE for entry in reading.structure.outline)


@pytest.mark.parametrize("name", QUICK)
def test_a_hostile_file_is_read_or_refused_with_a_reason(name: str, tmp_path: Path) -> None:
    found = outcome(write(name, tmp_path), LITTLE)
    assert isinstance(found, str) or found.sheets


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("bombe-doppelt", "zu viel Zeit oder Speicher"),
        ("lachen-formulare", "zu viel Zeit oder Speicher"),
        ("seiten-200000-einmal", "mehr als 5.000 Seiten"),
        ("million-zeilen", "mehr Text, als auf eine gedruckte Seite passt"),
        ("html", "kein PDF oder beschädigt"),
        ("leer", "Die Datei ist leer"),
    ],
)
def test_the_reason_says_what_is_the_matter(name: str, says: str, tmp_path: Path) -> None:
    found = outcome(write(name, tmp_path), LITTLE)
    assert isinstance(found, str) and says in found


@pytest.mark.parametrize("name", ["skript-und-datei", "kreis-gliederung", "kreis-nummern", "gedreht-45", "name-null"])
def test_what_does_not_touch_the_text_does_not_hinder_reading_it(name: str, tmp_path: Path) -> None:
    found = outcome(write(name, tmp_path))
    assert isinstance(found, Reading)
    assert SENTENCE in found.sheets[0].characters


def test_a_page_that_takes_too_long_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(whole())
    good = read(path)
    assert len(good.sheets) == 12 and good.warnings == ()
    path.write_bytes(MAKERS["lachen-nach-text"]())
    found = read(path)
    assert [sheet.index for sheet in found.sheets] == [0, 2]
    assert len(found.warnings) == 1 and "nicht gelesen: PDF-Seite 2. Speichern Sie die Datei" in found.warnings[0]
    assert [sheet.index for sheet in read_back(path)] == [0, 2]


@pytest.mark.proof
def test_pages_that_take_too_long_are_left_out_only_so_often(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(laughing_after_text([True, True, False, True, False]))
    found = read(path)
    assert [sheet.index for sheet in found.sheets] == [2]
    assert any("nicht gelesen: PDF-Seite 1, 2, 4, 5. Speichern" in warning for warning in found.warnings)


def test_a_file_cut_anywhere_is_read_or_refused(tmp_path: Path) -> None:
    data = whole()
    for cut in range(1, len(data), len(data) // 20):
        path = tmp_path / "teil.pdf"
        path.write_bytes(data[:cut])
        found = outcome(path, LITTLE)
        assert isinstance(found, str) or found.sheets


def test_pages_beyond_the_most_characters_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Found()
    found.take({"pages": 9})
    found.take({"full": [3, 9]})
    (warning, *_) = [w for w in found.warnings(crashed=False) if "zu viel Text" in w]
    assert "PDF-Seite 4–9" in warning and "Teilen Sie die Datei auf" in warning


def sheet_message(index: int, characters: str = "", boxes: str = "") -> dict[str, object]:
    return {"index": index, "width": 9, "height": 9, "characters": characters, "boxes": boxes, "lines": []}


@pytest.mark.parametrize(
    "message",
    [
        {"pages": 10**9},
        {"failed": 9},
        {"unknown": 1},
        {"labels": ["x" * 99], "title": ""},
        {"labels": [], "title": "\ud800"},
        {"outline": [[0, "A", 1]] * 5_001},
        {"outline": [1]},
        {"spellings": {"0": [[0, "ab"]]}},
        sheet_message(5),
        sheet_message(0, "a"),
        sheet_message(0, "\udc00", "AAAAAAAAAAAAAAAAAAAAAA=="),
        sheet_message(0) | {"width": float("nan")},
        sheet_message(0) | {"lines": [[0, 7, [0, 0, 1, 1], 9, False, True, False, [], [], []]]},
    ],
)
def test_a_child_that_a_file_has_taken_over_can_do_nothing_but_stop(message: dict[str, object]) -> None:
    found = Found()
    found.take({"pages": 3})
    with pytest.raises(Nonsense):
        found.take(message)


def test_all_that_one_file_may_bring_is_bounded() -> None:
    found = Found()
    found.take({"pages": 5_000})
    text = "a" * 100_000
    boxes = "AAAA" * (16 * len(text) // 3) + "AA=="
    with pytest.raises(Nonsense):
        for index in range(200):
            found.take(sheet_message(index, text, boxes))
    assert sum(len(sheet.characters) for sheet in found.sheets) <= MAX_ALL_CHARACTERS * 1.1


class Said:
    """A child that has said these lines."""

    def __init__(self, *lines: bytes) -> None:
        self._lines = lines
        self.stopped = False

    def lines(self) -> Iterator[bytes]:
        yield from self._lines

    def stop(self) -> None:
        self.stopped = True

    def crashed(self) -> bool:
        return False

    was_cut_off = never_lived = crashed


ONE = json.dumps({"index": 0, "width": 9, "height": 9, "characters": "a", "lines": []}).encode()
BOXES = base64.b64encode(bytes(16))


@pytest.mark.parametrize(
    ("lines", "pages", "stopped"),
    [
        ([ONE, BOXES, ONE.replace(b'"index": 0', b'"index": 1'), BOXES], 2, False),
        ([ONE], 0, True),  # it ended between the two lines of a page
        ([ONE, b""], 0, True),
        ([ONE, BOXES[:-4]], 0, True),
        ([ONE, base64.b64encode(bytes(32))], 0, True),
        ([ONE, b"\xff\xfe{" * 9], 0, True),
        ([ONE, ONE, BOXES], 0, True),
        ([ONE, BOXES, BOXES], 1, True),
        ([ONE, BOXES, b"[" * 100_000], 1, True),
        ([ONE.replace(b'"a"', b"1"), BOXES], 0, True),
        ([ONE.replace(b'"lines"', b'"boxes": [1], "lines"'), BOXES], 1, False),
    ],
)
def test_a_page_without_the_boxes_of_its_characters_ends_the_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: list[bytes], pages: int, stopped: bool
) -> None:
    said = Said(b'{"pages": 2, "opened": 9}', *lines)
    monkeypatch.setattr("facsimile.worker.Child", lambda *arguments: said)
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF")
    try:
        found = len(Job(path, children=1).sheets())
    except UnreadableFile:
        found = 0
    assert (found, said.stopped) == (pages, stopped)


def child(does: str, limits: Limits = Limits()) -> Child:
    return Child("tests.speaks", [does], limits)


def test_a_child_waits_for_a_parent_that_is_busy_and_its_time_does_not_run() -> None:
    much = child("much", Limits(wall=20))
    time.sleep(1)
    assert much._waiting < 20 << 20
    assert sum(len(line) for line in much.lines()) == 40 << 20
    much.stop()


@pytest.mark.parametrize(
    ("does", "limits"),
    [
        ("silent", Limits(silence=0.5)),
        ("endless", Limits(output=1)),
        ("one line", Limits()),
        ("steady", Limits(wall=0.5)),
    ],
)
def test_a_child_that_says_nothing_or_too_much_is_ended(does: str, limits: Limits) -> None:
    ended = child(does, limits)
    assert sum(len(line) for line in ended.lines()) < 64 << 20
    assert not ended.crashed()
    ended.stop()


def test_a_crash_is_known_from_an_end() -> None:
    dead = child("crash")
    assert list(dead.lines()) == []
    assert dead.crashed()
    dead.stop()
    found = Found()
    assert "abgestürzt" in found.without_text(crashed=True)


def session(leader_of: int) -> set[int]:
    """Return the processes in the sessions that the children of a process lead: its nursery, the watchers, what they watch."""
    found: list[tuple[int, int, int]] = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it ended meanwhile
            _, parent, _, its_session = (folder / "stat").read_text().rpartition(")")[2].split()[:4]
            found.append((int(folder.name), int(parent), int(its_session)))
    leaders = {process for process, parent, its_session in found if parent == leader_of and process == its_session}
    return {process for process, _, its_session in found if its_session in leaders}


def test_a_child_ends_when_it_is_stopped_and_its_nursery_is_replaced_when_it_dies() -> None:
    child("crash").stop()
    wait_for(lambda: len(session(os.getpid())) == 1)  # watchers go a moment after what they watched
    (nursery,) = session(os.getpid())
    silent = child("silent")
    wait_for(lambda: len(session(os.getpid())) == 3)
    silent.stop()
    wait_for(lambda: session(os.getpid()) == {nursery})
    os.kill(nursery, signal.SIGKILL)
    wait_for(lambda: session(os.getpid()) == {nursery} and "\nState:\tZ" in Path(f"/proc/{nursery}/status").read_text())
    assert sum(len(line) for line in child("much").lines()) == 40 << 20
    wait_for(lambda: len(session(os.getpid())) == 1)
    assert session(os.getpid()) != {nursery}


_PARENT = """
import time
from facsimile.child import Child, Limits
Child("tests.speaks", ["silent"], Limits())
time.sleep(60)
"""


def test_children_end_with_their_parent_however_it_ends() -> None:
    parent = subprocess.Popen([sys.executable, "-c", _PARENT], cwd=ROOT)
    wait_for(lambda: len(session(parent.pid)) == 3)
    processes = session(parent.pid)
    parent.kill()
    parent.wait()
    wait_for(lambda: not any(Path(f"/proc/{process}").exists() for process in processes))


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.proof
@pytest.mark.parametrize("name", [name for name in MAKERS if name not in MASSES])
def test_a_hostile_file_ends_in_ten_seconds(name: str, tmp_path: Path) -> None:
    path = write(name, tmp_path)
    began = time.monotonic()
    outcome(path)
    assert time.monotonic() - began < 10


_MEASURED = """
import sys
from click.testing import CliRunner
from cli import main
result = CliRunner().invoke(main, sys.argv[1:])
print(result.output)
print("exception", type(result.exception).__name__)
print("\\n".join(line for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@pytest.mark.proof
def test_a_run_over_all_hostile_files_reads_the_good_one_in_little_memory(tmp_path: Path) -> None:
    files = [write(name, tmp_path) for name in MAKERS if name not in MASSES]
    good = make_pdf(tmp_path / "gut.pdf", numbered_pages(5))
    command = [sys.executable, "-c", _MEASURED, "ingest", "--home", str(tmp_path / "home"), *map(str, files), str(good)]
    result = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert "Eingelesen: gut.pdf" in result.stdout and "Traceback" not in result.stdout + result.stderr
    assert "exception SystemExit" in result.stdout
    peak = int(result.stdout.rsplit("VmHWM:", 1)[1].split()[0]) // 1024
    assert peak < 300, f"{peak} MiB"


@pytest.mark.proof
@pytest.mark.parametrize("count", [5_000])
def test_as_many_pages_as_may_be_are_read(count: int, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(many_pages(count, paragraph(5)))
    assert len(read(path).sheets) == count


def test_many_open_files_do_not_keep_a_child_from_being_heard(tmp_path: Path) -> None:
    path = make_pdf(tmp_path / "a.pdf", numbered_pages(2))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(2_000, hard), hard))
    with contextlib.ExitStack() as stack:
        stack.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        for _ in range(1_100):
            stack.enter_context(Path(os.devnull).open())
        assert len(read(path).sheets) == 2


def test_a_child_that_could_not_be_started_is_not_the_files_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(request: bytes) -> tuple[socket.socket, int]:
        raise OSError(errno.EAGAIN, "no room")

    monkeypatch.setattr("facsimile.child._born", no_room)
    with pytest.raises(UnreadableFile, match="Arbeitsspeicher"):
        read(make_pdf(tmp_path / "a.pdf", numbered_pages(2)))
