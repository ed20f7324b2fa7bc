"""Inverting passages in stretches, and writing arrays in blocks: the same as all at once, whatever the stretches."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import bm25s
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import growing, inverting
from index.growing import GrowingArray
from index.inverting import Contents, discard, invert

K1, B = 1.2, 0.75
UNITS = [["=stadt"], ["=land", "+land", "land"], [], ["=stadt", "=stadt"], ["=ehrenamt", "ehre"]]
PASSAGES = st.lists(st.lists(st.integers(0, len(UNITS) - 1), max_size=12), min_size=1, max_size=20)


def contents_of(passages: list[list[int]]) -> Contents:
    units = np.array([unit for passage in passages for unit in passage], np.int32)
    return Contents(units, np.cumsum([0, *map(len, passages)]), UNITS)


@given(passages=PASSAGES, at_once=st.integers(1, 40))
def test_scores_are_the_librarys_to_the_last_bit_whatever_the_stretches(passages: list[list[int]], at_once: int) -> None:
    bags = [[term for unit in passage for term in UNITS[unit]] or [""] for passage in passages]
    model = bm25s.BM25(method="lucene", k1=K1, b=B)
    model.index(bags, show_progress=False)
    expected = {term: model.get_scores([term]).tolist() for term in sorted({term for bag in bags for term in bag})}
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        patch.setattr(inverting, "_AT_ONCE", at_once)
        for found in (invert(contents_of(passages), K1, B), invert(contents_of(passages), K1, B, Path(folder))):
            assert found.numbers.keys() >= expected.keys()
            for term, number in found.numbers.items():
                mine = slice(found.ends[number], found.ends[number + 1])
                scores = np.zeros(len(passages), np.float32)
                scores[found.rows[mine]] = found.scores[mine]
                assert scores.tolist() == expected.get(term, [0.0] * len(passages))
                assert (np.diff(found.rows[mine]) > 0).all()  # once each, in order
        discard(Path(folder))
        assert not list(Path(folder).iterdir())


def test_room_is_taken_before_anything_is_mapped(tmp_path: Path) -> None:
    size = 400_000
    inverting._empty(tmp_path, "rows", size, np.int32)
    assert (tmp_path / "rows.part").stat().st_blocks * 512 >= size * 4


def test_an_array_to_which_nothing_was_added_is_sound(tmp_path: Path) -> None:
    with GrowingArray(tmp_path / "a.npy", np.float32) as array:
        pass
    assert array.is_sound() and array.mapped().shape == (0,)


@given(blocks=st.lists(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), max_size=9), max_size=9))
def test_an_array_is_what_was_added_to_it_as_numpy_would_have_written_it(blocks: list[list[tuple[int, int]]]) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        with GrowingArray(folder / "a.npy", np.int32) as array:
            for block in blocks:
                array.append(np.array(block, np.int32).reshape(-1, 2))
        whole = np.array([pair for block in blocks for pair in block], np.int32).reshape(-1, 2)
        assert array.mapped().tolist() == whole.tolist() and len(array) == len(whole)
        np.save(folder / "b.npy", whole if blocks else np.empty(0, np.int32))
        assert (folder / "a.npy").read_bytes() == (folder / "b.npy").read_bytes()


def test_an_array_knows_whether_its_file_gives_back_what_was_added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growing, "_BLOCK", 8)
    with GrowingArray(tmp_path / "a.npy", np.float32) as array:
        array.append([[1, 2], [3, 4]])
        array.append([[5, 6]])
        with pytest.raises(ValueError, match="rows of shape"):
            array.append([[7, 8, 9]])
    assert array.is_sound()
    data = (tmp_path / "a.npy").read_bytes()
    for at in range(len(data)):  # also in the header, from which numpy raises one of many errors
        (tmp_path / "a.npy").write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        assert not array.is_sound()
    (tmp_path / "a.npy").write_bytes(data[:-1])
    assert not array.is_sound()
    with pytest.raises(FileExistsError):
        GrowingArray(tmp_path / "a.npy", np.float32)
