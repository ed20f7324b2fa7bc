"""Sides to compare become interleaved rounds, so that all of them meet the same load of the machine."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any, Generic, ParamSpec, Self, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_BLOCK = 20  # items that one side does before the next one's turn: a server too answers from warm caches
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")  # read when a library is loaded


def seconds(action: Callable[[], object]) -> float:
    """Return the wall-clock seconds that an action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def by_item(sides: Mapping[str, Callable[[T], object]], items: Sequence[T]) -> dict[str, list[float]]:
    """Return the milliseconds of each side for each item; after every few items the next side's turn comes first."""
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for name, block in _turns(list(sides), items):
        taken[name] += _milliseconds(sides[name], block)
    return taken


def _turns(names: Sequence[str], items: Sequence[T]) -> Iterator[tuple[str, Sequence[T]]]:
    for number, start in enumerate(range(0, len(items), _BLOCK)):
        for name in rotated(names, number):
            yield name, items[start : start + _BLOCK]


def _milliseconds(side: Callable[[T], object], items: Sequence[T]) -> list[float]:
    taken = []
    for item in items:
        began = time.perf_counter()
        side(item)
        taken.append(1000 * (time.perf_counter() - began))
    return taken


class Apart(Generic[T]):
    """Sides made and asked in a process each, so that none finds warm what another one did, nor waits for its threads."""

    def __init__(self, makers: Mapping[str, Callable[[], Callable[[T], object]]], threads: int) -> None:
        """Make the sides; their libraries get so many threads, or with 0 as many as they take."""
        self._open = ExitStack()
        spawn = multiprocessing.get_context("spawn")
        self._pools = {name: self._open.enter_context(ProcessPoolExecutor(1, mp_context=spawn)) for name in makers}
        with _threads(threads):
            self.made = {name: self._pools[name].submit(_make, maker).result() for name, maker in makers.items()}  # in seconds

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def by_item(self, items: Sequence[T]) -> dict[str, list[float]]:
        """Return the milliseconds of each side for each item, as ``by_item`` does."""
        taken: dict[str, list[float]] = {name: [] for name in self._pools}
        for name, block in _turns(list(self._pools), items):
            taken[name] += self._pools[name].submit(_ask, block).result()
        return taken


_made: list[Callable[[Any], object]] = []  # the side of this process


def _make(maker: Callable[[], Callable[[Any], object]]) -> float:
    return seconds(lambda: _made.append(maker()))


def _ask(items: Sequence[Any]) -> list[float]:
    return _milliseconds(_made[0], items)


@contextmanager
def _threads(count: int) -> Iterator[None]:
    """Say in the environment how many threads the libraries of processes that are started now take."""
    before = dict(os.environ)
    os.environ.update(dict.fromkeys(_THREADS, str(count)) if count else {})
    try:
        yield
    finally:
        for name in _THREADS:
            os.environ.pop(name, None)
        os.environ.update({name: before[name] for name in _THREADS if name in before})


def rotated(names: Sequence[str], number: int) -> list[str]:
    """Return the names beginning with another one in each round: the first of a round may pay for what the others find warm."""
    first = number % len(names)
    return [*names[first:], *names[:first]]


def in_child(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what a function returns in a fresh interpreter: nothing is warm there, and its memory is its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, *args, **kwargs).result()
