"""Turns batches of pairs into better vectors: in-batch contrast, Adam on the rows that a batch touches.

Written by hand over numba because every step touches a fraction of a large table: see the model card for the
speed beside the sentence-transformers trainer.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from numba import njit, prange

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int32]
LongArray = npt.NDArray[np.int64]

_BETA1 = 0.9
_BETA2 = 0.999
_EPSILON = 1e-8


@dataclass(slots=True)
class Table:
    """The vectors in training, (tokens, dimensions) float32, with the two moments of Adam."""

    vectors: FloatArray
    mean: FloatArray = field(init=False)
    square: FloatArray = field(init=False)
    step: int = 0

    def __post_init__(self) -> None:
        self.mean = np.zeros_like(self.vectors)
        self.square = np.zeros_like(self.vectors)

    def learn(self, token: IntArray, start: LongArray, gradient: FloatArray, rate: float) -> None:
        """Apply the gradients of the summed rows to the vectors of their tokens."""
        self.step += 1
        touched, row_start, rows = _by_token(token, start, self.vectors.shape[0])
        correction = float(np.sqrt(1 - _BETA2**self.step) / (1 - _BETA1**self.step))
        _adam(self.vectors, self.mean, self.square, touched, row_start, rows, gradient, rate * correction)

    def sums(self, token: IntArray, start: LongArray) -> FloatArray:
        """Return the sum of the vectors of each row."""
        out = np.zeros((len(start) - 1, self.vectors.shape[1]), np.float32)
        _sum_rows(self.vectors, token, start, out)
        return out


def contrast(sums: FloatArray, overlap: npt.NDArray[np.bool_], cut: int, temperature: float) -> tuple[float, FloatArray]:
    """Return the loss of a batch and its gradient for the row sums.

    The first half of `sums` are queries, the second half their passages. `overlap[i, j]` takes passage j out of
    query i's negatives. `cut` is the number of leading dimensions that must work by themselves.
    """
    half = len(sums) // 2
    part = sums[:, :cut]
    length = np.sqrt(np.einsum("ij,ij->i", part, part) + 1e-12)[:, None]
    unit = np.ascontiguousarray(part / length)
    query, passage = unit[:half], unit[half:]
    scores = (query @ passage.T) / np.float32(temperature)
    loss = _softmax_gradient(scores, overlap)
    scores /= np.float32(temperature * half)
    inner = np.concatenate([scores @ passage, scores.T @ query])
    inner -= unit * np.einsum("ij,ij->i", inner, unit)[:, None]
    gradient = np.zeros_like(sums)
    gradient[:, :cut] = inner / length
    return loss, gradient


@njit(parallel=True, fastmath=True, cache=True)  # type: ignore[untyped-decorator]
def _sum_rows(vectors: FloatArray, token: IntArray, start: LongArray, out: FloatArray) -> None:
    for row in prange(len(start) - 1):
        for at in range(start[row], start[row + 1]):
            out[row] += vectors[token[at]]


@njit(cache=True)  # type: ignore[untyped-decorator]
def _by_token(token: IntArray, start: LongArray, size: int) -> tuple[IntArray, LongArray, IntArray]:
    count = np.zeros(size + 1, np.int64)
    for at in range(start[-1]):
        count[token[at] + 1] += 1
    touched = np.nonzero(count[1:])[0].astype(np.int32)
    place = np.cumsum(count)
    row_start = np.empty(len(touched) + 1, np.int64)
    for number in range(len(touched)):
        row_start[number] = place[touched[number]]
    row_start[-1] = start[-1]
    rows = np.empty(start[-1], np.int32)
    for row in range(len(start) - 1):
        for at in range(start[row], start[row + 1]):
            rows[place[token[at]]] = row
            place[token[at]] += 1
    return touched, row_start, rows


@njit(parallel=True, fastmath=True, cache=True)  # type: ignore[untyped-decorator]
def _adam(
    vectors: FloatArray,
    mean: FloatArray,
    square: FloatArray,
    touched: IntArray,
    row_start: LongArray,
    rows: IntArray,
    gradient: FloatArray,
    rate: float,
) -> None:
    width = vectors.shape[1]
    for number in prange(len(touched)):
        token = touched[number]
        total = np.zeros(width, np.float32)
        for at in range(row_start[number], row_start[number + 1]):
            total += gradient[rows[at]]
        for k in range(width):
            mean[token, k] = np.float32(_BETA1) * mean[token, k] + np.float32(1 - _BETA1) * total[k]
            square[token, k] = np.float32(_BETA2) * square[token, k] + np.float32(1 - _BETA2) * total[k] ** 2
            vectors[token, k] -= np.float32(rate) * mean[token, k] / (np.sqrt(square[token, k]) + np.float32(_EPSILON))


def _softmax_gradient(scores: FloatArray, overlap: npt.NDArray[np.bool_]) -> float:
    """Replace the scores by softmax minus the diagonal; return the mean loss."""
    right = scores.diagonal().copy()
    scores[overlap] = -np.inf
    top = scores.max(axis=1, keepdims=True)
    scores -= top
    np.exp(scores, out=scores)
    total = scores.sum(axis=1, keepdims=True)
    scores /= total
    scores.flat[:: len(scores) + 1] -= 1.0
    return float((np.log(total) + top).mean() - right.mean())
