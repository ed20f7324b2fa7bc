"""What speaks for a hit becomes a judgement: whether it probably answers the query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Evidence(NamedTuple):
    """What speaks for a hit.

    ``coverage`` is the share of the query's content that stands in the passage in words, ``similarity`` and ``sentence`` are the
    cosine similarities of passage and best sentence, ``verbatim`` says that it holds the query word for word.
    """

    coverage: float
    similarity: float
    sentence: float
    verbatim: bool


@dataclass(frozen=True, slots=True)
class Judge:
    """Where the line between strong and weak is drawn; ``similarity`` is None for models that nobody measured."""

    coverage: float = 0.5
    similarity: float | None = None

    def is_strong(self, evidence: Evidence) -> bool:
        """Tell whether a hit probably answers."""
        near = self.similarity is not None and evidence.similarity >= self.similarity
        return evidence.verbatim or near or evidence.coverage >= self.coverage
