"""Turns tables of text into vectors: draws batches, follows the contrast between pairs."""

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.training.descent import Table, contrast
from models.training.pairs import Tables, batches
from models.training.rewriting import FloatArray

_REPORT = 250
_KEEP_SECONDS = 300
# Leading dimensions that must work by themselves, for users who cut the vectors.
_CUT = 128


@dataclass(frozen=True, slots=True)
class Course:
    """How to train: see the model card for what other values gave."""

    pairs: int = 26_000_000
    dimensions: int = 304
    batch: int = 2048
    temperature: float = 0.05
    rate: float = 0.01
    seed: int = 1


def train(tables: Tables, start: FloatArray, course: Course, kept: Path | None = None) -> FloatArray:
    """Return vectors of the shape of `start`, float32; every third step trains the leading 128 dimensions alone.

    The state is written to the file `kept` now and then, and read from it where it exists: the batches up to there are
    drawn again and thrown away, so that an interrupted training gives the same vectors.
    """
    table, done = _begin(start, kept)
    steps = course.pairs // course.batch
    loss = 0.0
    began = written = time.perf_counter()
    for step, batch in enumerate(batches(tables, steps, course.batch, course.seed)):
        if step < done:
            continue
        cut = _CUT if step % 3 == 0 else start.shape[1]
        one, gradient = contrast(table.sums(batch.token, batch.start), batch.overlap, cut, course.temperature)
        table.learn(batch.token, batch.start, gradient, course.rate * (1 - step / steps))
        loss += one
        if (step + 1) % _REPORT == 0:
            speed = (step + 1 - done) * course.batch / (time.perf_counter() - began)
            print(f"{step + 1} of {steps} steps, loss {loss / _REPORT:.3f}, {speed:,.0f} pairs/s", flush=True)
            loss = 0.0
        if kept and time.perf_counter() - written > _KEEP_SECONDS:
            _keep(table, kept)
            written = time.perf_counter()
    return table.vectors


def _begin(start: FloatArray, kept: Path | None) -> tuple[Table, int]:
    """Return the table of an interrupted training and its number of steps, or a fresh one and 0."""
    table = Table(start.copy())
    if kept and kept.exists():
        with np.load(kept) as state:
            table.vectors, table.mean, table.square = state["vectors"], state["mean"], state["square"]
            table.step = int(state["step"])
    return table, table.step


def _keep(table: Table, kept: Path) -> None:
    """Write the state whole or not at all."""
    fresh = kept.with_name(kept.name + ".new.npz")
    np.savez(fresh, vectors=table.vectors, mean=table.mean, square=table.square, step=table.step)
    fresh.replace(kept)
