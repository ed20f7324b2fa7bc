"""Sides to compare become interleaved rounds, so that all of them meet the same load of the machine."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_BLOCK = 20  # items that one side does before the next one's turn: a server too answers from warm caches


def seconds(action: Callable[[], object]) -> float:
    """Return the wall-clock seconds that an action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def by_item(sides: Mapping[str, Callable[[T], object]], items: Sequence[T]) -> dict[str, list[float]]:
    """Return the milliseconds of each side for each item; after every few items the next side's turn comes first."""
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for number, start in enumerate(range(0, len(items), _BLOCK)):
        for name in rotated(list(sides), number):
            for item in items[start : start + _BLOCK]:
                began = time.perf_counter()
                sides[name](item)
                taken[name].append(1000 * (time.perf_counter() - began))
    return taken


def rotated(names: Sequence[str], number: int) -> list[str]:
    """Return the names beginning with another one in each round: the first of a round may pay for what the others find warm."""
    first = number % len(names)
    return [*names[first:], *names[:first]]


def in_child(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what a function returns in a fresh interpreter: nothing is warm there, and its memory is its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, *args, **kwargs).result()
