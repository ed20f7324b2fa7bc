"""Turns tables of text into vectors: draws batches, follows the contrast between pairs."""

import time
from dataclasses import dataclass

import numpy as np

from models.training.descent import Table, contrast
from models.training.pairs import Tables, batches
from models.training.rewriting import FloatArray

_REPORT = 250
# Leading dimensions that must work by themselves, for users who cut the vectors.
_CUT = 128


@dataclass(frozen=True, slots=True)
class Course:
    """How to train: see the model card for what other values gave."""

    pairs: int = 13_000_000
    dimensions: int = 304
    batch: int = 2048
    temperature: float = 0.05
    rate: float = 0.014
    seed: int = 1


def train(tables: Tables, rows: int, course: Course) -> FloatArray:
    """Return vectors of shape (rows, dimensions), float32; every third step trains the leading 128 alone."""
    chance = np.random.default_rng(course.seed)
    table = Table((chance.standard_normal((rows, course.dimensions)) * 0.1).astype(np.float32))
    steps = course.pairs // course.batch
    began = time.perf_counter()
    loss = 0.0
    for step, batch in enumerate(batches(tables, steps, course.batch, course.seed)):
        cut = _CUT if step % 3 == 0 else course.dimensions
        one, gradient = contrast(table.sums(batch.token, batch.start), batch.overlap, cut, course.temperature)
        table.learn(batch.token, batch.start, gradient, course.rate * (1 - step / steps))
        loss += one
        if (step + 1) % _REPORT == 0:
            speed = (step + 1) * course.batch / (time.perf_counter() - began)
            print(f"{step + 1} of {steps} steps, loss {loss / _REPORT:.3f}, {speed:,.0f} pairs/s", flush=True)
            loss = 0.0
    return table.vectors
