"""Turns the corpus into vectors of the company that each row keeps, so that training begins where a word's neighbours are."""

import numpy as np
import numpy.typing as npt

from models.training.corpus import IntArray, LongArray

FloatArray = npt.NDArray[np.float32]

# Neighbours on either side within the sentence; only the commonest rows count as neighbours.
_WINDOW = 5
_NEIGHBOURS = 12_000
# Counts of neighbours to this power: it keeps rare neighbours from saying too much.
_FLATTENED = 0.75
_PASSES = 3
_SPARE = 32
# Common rows begin short, or sums would begin as sums of function words: half length at this share of the text (with _FALL 1).
_COMMON = 1e-4
_FALL = 0.5
_LENGTH = 1.74
_NOTHING = 1e-6


def starting_vectors(row: IntArray, start: LongArray, rows: int, dimensions: int, seed: int) -> FloatArray:
    """Return a vector for each of `rows` rows, shape (rows, dimensions), float32, the strongest dimensions first.

    Sentence i of the text is row[start[i]:start[i + 1]].  A vector's direction is that of its neighbours: positive
    pointwise mutual information with the commonest rows, reduced by a randomised singular value decomposition with all
    singular values set to one; a row that the text lacks gets a random direction.  Its length falls with the count
    (Arora, Liang and Ma 2017, "smooth inverse frequency").
    """
    count = np.bincount(row, minlength=rows)
    seen = _neighbours(row, start, rows, np.argsort(-count, kind="stable")[: max(_NEIGHBOURS, dimensions + _SPARE)])
    _weigh(seen)
    chance = np.random.default_rng(seed)
    found = _left_singular(seen, dimensions, chance)
    unseen = np.linalg.norm(found, axis=1) < _NOTHING
    found[unseen] = chance.standard_normal((int(unseen.sum()), dimensions))
    length = _LENGTH * (_COMMON / (_COMMON + count / count.sum())) ** _FALL
    return np.asarray(found * (length / np.linalg.norm(found, axis=1))[:, None], np.float32)


def _neighbours(row: IntArray, start: LongArray, rows: int, common: LongArray) -> FloatArray:
    """Count how often each of the `common` rows stands within the window of each row, shape (rows, len(common))."""
    place = np.full(rows, -1, np.int64)
    place[common] = np.arange(len(common))
    seen = np.zeros((rows, len(common)), np.float32)
    flat = seen.reshape(-1)
    sentence = np.repeat(np.arange(len(start) - 1, dtype=np.int32), np.diff(start))
    for distance in range(1, _WINDOW + 1):
        together = np.nonzero(sentence[:-distance] == sentence[distance:])[0]
        left, right = row[together], row[together + distance]
        for own, other in ((left, right), (right, left)):
            counted = place[other] >= 0
            np.add.at(flat, own[counted].astype(np.int64) * len(common) + place[other[counted]], np.float32(1.0))
    return seen


def _weigh(seen: FloatArray) -> None:
    """Replace counts by positive pointwise mutual information, in place: they fill gigabytes."""
    own = seen.sum(axis=1)
    neighbour = seen.sum(axis=0) ** _FLATTENED
    neighbour /= neighbour.sum()
    for at, counts in enumerate(seen):
        expected = own[at] * neighbour
        known = counts > expected
        counts[~known] = 0.0
        counts[known] = np.log(counts[known] / expected[known])


def _left_singular(matrix: FloatArray, dimensions: int, chance: np.random.Generator) -> npt.NDArray[np.float64]:
    """Return the left singular vectors of the largest singular values (Halko, Martinsson and Tropp 2011, 4.4)."""
    found = matrix @ chance.standard_normal((matrix.shape[1], dimensions + _SPARE), np.float32)
    for _ in range(_PASSES):
        found = matrix @ (matrix.T @ np.linalg.qr(found)[0])
    basis = np.linalg.qr(found)[0]
    inner = np.linalg.svd(basis.T @ matrix, full_matrices=False)[0]
    return np.asarray((basis @ inner)[:, :dimensions], np.float64)
