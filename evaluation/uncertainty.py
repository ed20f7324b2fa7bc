"""Figures of single queries become a mean with its interval, and differences the probability that they are chance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.measures import PLACES

RESAMPLES = 10_000
_LEVEL = 0.95
_SEED = 20_180_515
_FLIPS = 100_000
_EXACT = 16  # differences; up to here every one of the 2^n flips is tried
_BLOCK = 1_000  # resamples or flips at a time, so that memory does not grow with them
_NOISE = 1e-9  # sums this near to each other are the same sum, added up in another order

_Block = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over queries and its 95 % interval."""

    mean: float
    low: float
    high: float


def estimate(values: Sequence[float]) -> Estimate:
    """Return the mean of one or more values with its percentile bootstrap interval; the same values give the same interval.

    Queries are drawn with replacement 10,000 times (Efron and Tibshirani 1993, "An Introduction to the Bootstrap", ch. 13;
    for retrieval: Sakai 2006, "Evaluating Evaluation Metrics based on the Bootstrap").  For paired differences of two
    systems this is the paired bootstrap.
    """
    array = np.asarray(values, np.float64)
    random = np.random.default_rng(_SEED)
    means = np.concatenate(
        [array[random.integers(0, len(array), (_BLOCK, len(array)))].mean(axis=1) for _ in range(RESAMPLES // _BLOCK)]
    )
    low, high = np.quantile(means, [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2])
    return Estimate(*(round(float(value), PLACES) for value in (array.mean(), low, high)))


def chance(differences: Sequence[float]) -> float:
    """Return the two-sided p-value of paired differences: how often random signs give a mean as far from 0.

    The randomisation test that Smucker, Allan and Carterette (2007, "A Comparison of Statistical Significance Tests for
    Information Retrieval Evaluation") recommend.  Up to 16 differences other than 0 it is exact; above, 100,000 random
    flips are drawn and the observed signs counted as one of them (Phipson and Smyth 2010), so that p is never 0.
    """
    array = np.asarray([value for value in differences if value], np.float64)  # a flipped 0 stays 0
    observed = abs(float(array.sum())) - _NOISE
    exact = len(array) <= _EXACT
    blocks = _all_signs(len(array)) if exact else _random_signs(len(array))
    as_far = sum(int((np.abs(block @ array) >= observed).sum()) for block in blocks)
    p = as_far / 2 ** len(array) if exact else (as_far + 1) / (_FLIPS + 1)
    return round(p, PLACES)


def _all_signs(number: int) -> Iterator[_Block]:
    flips = np.arange(2**number)[:, None] >> np.arange(number) & 1
    yield np.asarray(1 - 2 * flips, np.float64)


def _random_signs(number: int) -> Iterator[_Block]:
    random = np.random.default_rng(_SEED)
    for _ in range(_FLIPS // _BLOCK):
        yield np.asarray(1 - 2 * random.integers(0, 2, (_BLOCK, number)), np.float64)
