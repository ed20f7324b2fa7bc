"""Measured values become rows, ratios and sections: what the table and the JSON file show."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One side's values of one thing, in the order measured; empty where it was not measured, with the reason."""

    name: str
    unit: str
    values: tuple[float, ...]
    more_is_better: bool = False
    missing: str = ""

    @property
    def median(self) -> float:
        """The middle value."""
        return statistics.median(self.values)

    @property
    def best(self) -> float:
        """The best value: near to what an idle machine gives, where others' work holds up a side's threads."""
        return max(self.values) if self.more_is_better else min(self.values)

    @property
    def p95(self) -> float:
        """The value that 95 % of all are as good as, or better."""
        ordered = sorted(self.values, reverse=self.more_is_better)
        return ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times the median of one row is that of another.

    ``goal`` is the most it shall be, or with ``at_least`` the least; None where there is no goal.
    """

    of: Row
    to: Row
    goal: float | None = None
    at_least: bool = False

    @property
    def value(self) -> float:
        """Median by median."""
        return self.of.median / self.to.median

    @property
    def reached(self) -> bool | None:
        """Whether the goal is; None where there is none."""
        if self.goal is None:
            return None
        return self.value >= self.goal if self.at_least else self.value <= self.goal


@dataclass(frozen=True, slots=True)
class Section:
    """What was measured of one thing at one size (in passages; None where size plays no part)."""

    name: str
    rows: tuple[Row, ...]
    ratios: tuple[Ratio, ...] = ()
    size: int | None = None
    notes: tuple[str, ...] = ()


def row(name: str, unit: str, values: Sequence[float], *, more_is_better: bool = False) -> Row:
    """Return a row of measured values."""
    return Row(name, unit, tuple(values), more_is_better)


def not_measured(name: str, unit: str, reason: str) -> Row:
    """Return a row that says why it has no values."""
    return Row(name, unit, (), missing=reason)


def ratios(*wanted: Ratio) -> tuple[Ratio, ...]:
    """Return the ratios whose sides were both measured."""
    return tuple(ratio for ratio in wanted if ratio.of.values and ratio.to.values)
