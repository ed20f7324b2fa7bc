"""Files are read by several processes at once, hands, each of which keeps what it reads on disk and says where it lies.

Hands are programs of their own: a fork would take along the threads of our libraries in the midst of their work, and the model,
of which a hand needs nothing: what the model takes whole it asks us, who have nothing else to do.
"""

from __future__ import annotations

import contextlib
import re
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from corpus.errors import UnreadableFile
from facsimile.child import processors
from facsimile.places import Places
from hand import Asked, Bench, Pages, Ready, Recognised, Refused, Stopped, Task, Workshop, takes_all
from index.volume import Volume
from reading import Ahead, Order, Reader, Told

_ROOT = Path(__file__).resolve().parent
_WORTH = 1 << 20  # bytes of files, a second or two of reading; a hand takes half a second to begin
_ROOM = 512 << 20  # bytes of memory for a hand with its children
_PATIENCE = 10.0  # seconds in which a hand that has let go ends

#: What came of a file.
Outcome = Volume | UnreadableFile


def read_files(orders: Sequence[Order], workshop: Workshop, told: Told, processes: int = 1) -> list[Outcome]:
    """Return what came of files, in their order; what was read before and is kept is not read again.

    ``processes`` are as many as may read at once, each its own file; 0 for as many as there are processors, work and memory for.
    Raises StorageError or IndexDamaged where what is read can't be kept.
    """
    found: dict[int, Outcome] = {}
    for number, order in enumerate(orders):
        if kept := workshop.readings.find(order.path.name, order.fingerprint):
            found[number] = kept
            told.on_file(order.path.name, len(found), len(orders))
    left = {number: order for number, order in enumerate(orders) if number not in found}
    view = _View(told, len(found), len(orders))
    count = hands([_size(order.path) for order in left.values()], processes)
    if count > 1:
        with _Crew(left, workshop, view, count) as crew:
            found |= crew.read()
        left = {number: order for number, order in left.items() if number not in found}
    found |= _read_alone(left, workshop, view)
    return [found[number] for number in range(len(orders))]


def hands(sizes: Sequence[int], processes: int = 0) -> int:
    """Return how many processes read files of so many bytes; 1 where the one that asks does it itself."""
    most = processes or min(processors(), sum(sizes) // _WORTH, memory() // _ROOM)
    return max(1, min(len(sizes), most))


def memory() -> int:
    """Return how many bytes of memory are left to us: on this machine, and in the group that the system counts us to."""
    left = [kib << 10] if (kib := _number(Path("/proc/meminfo"), r"MemAvailable:\s+(\d+) kB")) else []
    named = re.search(r"^0::(/.*)$", _text(Path("/proc/self/cgroup")), re.M)
    group = Path("/sys/fs/cgroup") / (named[1][1:] if named else "")
    for folder in (group, *group.parents):
        if most := _number(folder / "memory.max"):
            reclaimable = _number(folder / "memory.stat", r"^inactive_file (\d+)$")
            left.append(most - _number(folder / "memory.current") + reclaimable)
    return max(0, min(left, default=sys.maxsize))


def _number(file: Path, pattern: str = r"(\d+)\s*") -> int:
    match = re.search(pattern, _text(file), re.M)
    return int(match[1]) if match else 0


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


class _View:
    """Shows of all files that are read how far one is: the one that was begun first of those that are not done."""

    def __init__(self, told: Told, before: int, of: int) -> None:
        self._told = told
        self._begun, self._of = before, of
        self._files: dict[str, tuple[int, int, int]] = {}  # by name: number, pages that are read, and of how many
        self._shown = ""

    def begin(self, file: str) -> None:
        """A file's turn has come."""
        self._begun += 1
        self._files[file] = self._begun, 0, 0
        self._show()

    def page(self, file: str, done: int, total: int) -> None:
        """Pages of a file are read."""
        self._files[file] = self._files[file][0], done, total
        if file == self._shown:
            self._told.on_page(done, total)

    def recognised(self, file: str, done: int, total: int) -> None:
        """Pictures of a file are read."""
        if file == self._shown:
            self._told.on_recognised(done, total)

    def end(self, file: str, error: UnreadableFile | None = None) -> None:
        """A file is done, or can't be read."""
        self._files.pop(file, None)
        if error is not None:
            self._told.on_failure(error)
        self._show()

    def _show(self) -> None:
        shown = next(iter(self._files), "")
        if shown and shown != self._shown:
            number, done, total = self._files[shown]
            self._told.on_file(shown, number, self._of)
            if done:
                self._told.on_page(done, total)
        self._shown = shown


def _read_alone(orders: Mapping[int, Order], workshop: Workshop, view: _View) -> dict[int, Outcome]:
    """Read files in this process, always one ahead."""
    found: dict[int, Outcome] = {}
    with Ahead([order.path for order in orders.values()]) as ahead:
        jobs = iter(ahead)
        for number, order in orders.items():
            view.begin(order.path.name)
            reader = _reader(workshop, order, view)
            try:
                found[number] = workshop.readings.keep(reader.read(next(jobs), order))
                view.end(order.path.name)
            except UnreadableFile as error:
                found[number] = error
                view.end(order.path.name, error)
    return found


def _reader(workshop: Workshop, order: Order, view: _View) -> Reader:
    name = order.path.name
    return Reader(
        workshop.splitting,
        workshop.fits or takes_all,
        workshop.recogniser,
        lambda done, total: view.page(name, done, total),
        lambda done, total: view.recognised(name, done, total),
    )


class _Crew:
    """Hands at work on the files of one ingestion; a hand that ends costs the file that it was at."""

    def __init__(self, orders: Mapping[int, Order], workshop: Workshop, view: _View, count: int) -> None:
        self._orders = orders
        self._workshop = workshop
        self._view = view
        self._found: dict[int, Outcome] = {}
        # the largest first, so that no hand is left alone with it at the end
        self._waiting = sorted(orders, key=lambda number: _size(orders[number].path), reverse=True)
        self._count = count
        self._hands: list[_Hand] = []

    def __enter__(self) -> _Crew:
        return self

    def __exit__(self, *_: object) -> None:
        for hand in self._hands:
            hand.stop()

    def read(self) -> dict[int, Outcome]:
        """Return what came of the files; those are missing that no hand could be found for."""
        for _ in range(self._count):
            self._engage()
        while self._hands and len(self._found) < len(self._orders):
            self._hand_out()
            by_line = {hand.line: hand for hand in self._hands}
            for line in wait(list(by_line)):
                self._hear(by_line[line])  # type: ignore[index]
        return self._found

    def _engage(self) -> None:
        with contextlib.suppress(OSError):  # no room for another process now; the others do it
            self._hands.append(_Hand(self._workshop))

    def _hand_out(self) -> None:
        for hand in self._hands:
            if self._waiting and hand.is_free:
                number = self._waiting.pop(0)
                order = self._orders[number]
                open_ = min(len(self._orders) - len(self._found), len(self._hands))
                hand.begin(number, Task(replace(order, path=order.path.absolute()), 2 if processors() >= 2 * open_ else 1))
                self._view.begin(order.path.name)

    def _hear(self, hand: _Hand) -> None:
        try:
            said = hand.line.recv()
        except (EOFError, OSError):
            self._lose(hand)
            return
        if isinstance(said, Ready):
            hand.is_ready = True
        elif isinstance(said, Stopped):
            raise said.error(said.sentence)
        elif isinstance(said, Asked):
            assert self._workshop.fits is not None
            hand.say(self._workshop.fits(said.text))
        else:
            self._hear_of_file(hand, said)

    def _hear_of_file(self, hand: _Hand, said: object) -> None:
        assert hand.at is not None
        file = self._orders[hand.at].path.name
        if isinstance(said, Pages):
            self._view.page(file, *said)
        elif isinstance(said, Recognised):
            self._view.recognised(file, *said)
        elif isinstance(said, Volume):
            self._note(hand, said)
        elif isinstance(said, Refused):
            self._note(hand, UnreadableFile(file, said.reason))

    def _note(self, hand: _Hand, outcome: Outcome) -> None:
        assert hand.at is not None
        self._found[hand.at] = outcome
        self._view.end(self._orders[hand.at].path.name, outcome if isinstance(outcome, UnreadableFile) else None)
        hand.at = None

    def _lose(self, hand: _Hand) -> None:
        """Do without a hand that has ended; who ended at a file is replaced."""
        self._hands.remove(hand)
        code = hand.stop(_PATIENCE)
        if hand.at is not None:
            self._note(hand, UnreadableFile(self._orders[hand.at].path.name, _why(code)))
            self._engage()


def _why(code: int) -> str:
    how = f"wurde beendet (Signal {-code})" if code < 0 else f"endete mit einem Fehler (Code {code})"
    why = ", vermutlich weil der Arbeitsspeicher nicht reichte" if code == -signal.SIGKILL else ""
    return (
        f"Der Prozess, der die Datei las, {how}{why}. Lesen Sie sie noch einmal ein; am wenigsten Speicher braucht es mit "
        "FUNDSTELLE_PROCESSES=1."
    )


class _Hand:
    """A process that reads files, as its parent sees it; ``at`` is the number of the file that it is at."""

    def __init__(self, workshop: Workshop) -> None:
        self.line: Connection[Any, Any]
        self.line, theirs = Pipe()
        self.is_ready = False
        self.at: int | None = None
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", "from hand import main; main()"],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                cwd=_ROOT,
                start_new_session=True,  # what ends us by the keyboard is our affair; we end it
            )
        recogniser = workshop.recogniser
        self.say(
            Bench(
                Workshop(
                    workshop.home.absolute(),
                    workshop.model,
                    workshop.splitting,
                    recogniser and recogniser.sharing(Places(workshop.readings.folder.absolute(), processors())),
                ),
                workshop.fits is not None,
            )
        )

    @property
    def is_free(self) -> bool:
        """Whether it waits for a file."""
        return self.is_ready and self.at is None

    def begin(self, number: int, task: Task) -> None:
        """Give it a file."""
        self.at = number
        self.say(task)

    def say(self, what: object) -> None:
        """Send it something; that it has ended is heard when it is listened to."""
        with contextlib.suppress(OSError):
            self.line.send(what)

    def stop(self, patience: float = 0.0) -> int:
        """Return how it ended; after so many seconds it is made to."""
        self.line.close()
        try:
            return self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()
