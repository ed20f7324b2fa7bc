"""A long proof, run by `make proof`: an ingestion is killed at any moment, and what was searchable stays so."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import ingestion
import wiring
from corpus.catalogue import Catalogue
from index.examination import examine
from index.home import Home
from settings import Settings
from tests.conftest import SPECIMEN
from tests.running import FUNDSTELLE, Server, fundstelle, served, word_pdf

pytestmark = pytest.mark.proof
MOMENTS = 60
#: What publishing does to the disk; each call is a moment before which everything may end.
CALLS = ("rename", "fsync", "unlinkat", "rmdir")


@dataclass
class Shop:
    """A home whose live generation a server answers from, with one file that is new each time."""

    home: Home
    server: Server
    file: Path
    number: int = 0
    names: set[str] = field(default_factory=set)  # what lies in the home after an ingestion that nobody killed

    def command(self) -> list[str]:
        """A new version of the file, and the command that ingests it."""
        self.number += 1
        word_pdf(self.file, f"Wort{self.number}")
        return [*FUNDSTELLE, "ingest", "--home", str(self.home.folder), str(self.file)]

    def environment(self) -> dict[str, str]:
        return {**os.environ, "TMPDIR": str(self.temporary)}

    @property
    def temporary(self) -> Path:
        return self.file.parent / "tmp"

    def published(self) -> bool:
        """Whether the live generation has the newest version; whichever it is must be whole, and be answered from."""
        live = self.home.live()
        examine(live)
        assert self.server.hits("Ehrenamt")
        found = [n for n in (self.number - 1, self.number) if self.server.hits(f"Wort{n}")]
        assert len(found) == 1
        return found == [self.number]

    def completes(self) -> None:
        """The next ingestion does its work, and leaves nothing but the live generation and the one before."""
        self.number += 1
        word_pdf(self.file, f"Wort{self.number}")
        settings = Settings()
        outcome = ingestion.ingest(
            self.home, ingestion.wanted_files(Catalogue(()), (self.file,)), wiring.model(settings), catalogue=Catalogue(())
        )
        assert outcome.generation is not None and not outcome.failed
        assert set(self.server.hits(f"Wort{self.number}")) == {self.file.name}
        assert len(list((self.home.folder / "generations").iterdir())) == 2
        names = {path.name for path in self.home.folder.iterdir()}
        self.names = self.names or names
        assert names == self.names


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("killed")
    (folder / "tmp").mkdir()
    file = word_pdf(folder / "neu.pdf", "Wort0")
    assert fundstelle("ingest", "--home", folder / "home", SPECIMEN, file).returncode == 0
    with served(folder / "home", FUNDSTELLE_RATE="0") as server:
        opened = Shop(Home(folder / "home"), server, file)
        opened.completes()
        yield opened


def killed_after(seconds: float, shop: Shop) -> bool:
    """Begin an ingestion and kill it; False where it had ended already."""
    child = subprocess.Popen(shop.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=shop.environment())
    time.sleep(seconds)
    child.kill()
    return child.wait() == -signal.SIGKILL


def test_killed_at_moments_spread_over_its_whole_run(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    began = time.monotonic()
    subprocess.run(shop.command(), check=True, capture_output=True, env=shop.environment())
    length = time.monotonic() - began
    published, ended, left = 0, 0, []
    for moment in range(MOMENTS):
        while not killed_after(length * (moment + 0.5) / MOMENTS, shop):
            assert shop.published()
            ended, length = ended + 1, length * 0.95  # it has ended before: the machine has less to do than it had
        published += shop.published()
        shop.completes()
        left.append(sum(1 for _ in shop.temporary.rglob("*")))
    with capsys.disabled():
        print(
            f"\nkilled at {MOMENTS} moments over {length:.1f} s: {published} had published, {ended} more had ended before; "
            f"temporary files left: {left[-1]}"
        )
    assert left[-1] <= left[len(left) // 2] + 1


def test_killed_before_each_step_of_publishing(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    """strace ends the process at the very call, so that the moment does not depend on how fast the machine is."""
    if shutil.which("strace") is None:
        pytest.skip("strace is missing (Debian: apt-get install strace)")
    trace = shop.file.parent / "trace"
    subprocess.run(
        ["strace", "-o", str(trace), "-e", f"trace={','.join(CALLS)}", *shop.command()], check=True, capture_output=True
    )
    lines = [line for line in trace.read_text().splitlines() if line.startswith(CALLS)]
    calls = [line.partition("(")[0] for line in lines]
    first = calls.index("rename")
    publishing = [(call, calls[: at + 1].count(call)) for at, call in enumerate(calls) if at >= first]
    # the small file that names what is live
    (live,) = [at for at, line in enumerate(lines[first:]) if line.startswith("rename") and f'"{shop.home.folder}/live")' in line]
    removing = publishing[live + 2 :]
    chosen = [*publishing[: live + 2], *removing[:: max(1, len(removing) // 6)], removing[-1]]
    outcomes = []
    for call, when in chosen:
        killing = ["strace", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={when}"]
        child = subprocess.run([*killing, *shop.command()], check=False, capture_output=True)
        assert child.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL), (call, when, child.stderr)
        outcomes.append(shop.published())
        shop.completes()
    # Before the second rename the old one is live, behind it the new one, and nothing lies between.
    assert outcomes == [False] * (live + 1) + [True] * (len(chosen) - live - 1)
    with capsys.disabled():
        print(f"\nkilled before {len(chosen)} calls of publishing: {json.dumps(chosen)}")
