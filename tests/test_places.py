"""Processes that share places do no more at once than there are, and who ends gives its own back."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

from facsimile.places import Places
from tests.conftest import ROOT

HOLDER = """
import sys, threading, time
from pathlib import Path
from facsimile.places import Places

with Places(Path(sys.argv[1]), 1).one(threading.Lock(), lambda: True):
    print("held", flush=True)
    time.sleep(600)
"""


def free(places: Places) -> int | None:
    place = places._free()
    if place is not None:
        os.close(place)
    return place


def test_there_is_no_more_room_than_there_are_places(tmp_path: Path) -> None:
    turn, looks = threading.Lock(), [True] * 3
    first, second = Places(tmp_path / "p", 2), Places(tmp_path / "p", 2)
    with first.one(turn, lambda: True):
        assert free(second) is not None
        with second.one(turn, lambda: True):
            assert free(first) is None
            with first.one(turn, lambda: bool(looks and looks.pop())):  # after three looks nobody wants it any more
                assert not looks
    assert free(second) is not None


def test_where_no_files_can_be_nobody_waits(tmp_path: Path) -> None:
    (tmp_path / "datei").touch()
    looks = 0

    def wanted() -> bool:
        nonlocal looks
        looks += 1
        return True

    with Places(tmp_path / "datei", 1).one(threading.Lock(), wanted):
        assert looks == 0


def test_a_process_that_is_killed_gives_its_place_back(tmp_path: Path) -> None:
    places = Places(tmp_path, 1)
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True) as holder:
        try:
            assert holder.stdout is not None and holder.stdout.readline() == "held\n"
            assert free(places) is None
        finally:
            holder.kill()
        holder.wait()
    assert free(places) is not None
