"""What speaks for a hit becomes a judgement: whether it probably answers the query, perhaps, or hardly."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

_ALL = 0.95  # of the query's content in their real form; whoever asked for these words has found them


class Evidence(NamedTuple):
    """What speaks for a hit.

    ``coverage`` is the share of the query's content that stands in the passage in words, ``similarity`` the cosine similarity of
    the passage, ``verbatim`` says that it holds the query word for word, ``words`` how many words of content the query has.
    """

    coverage: float
    similarity: float
    verbatim: bool
    words: int


@dataclass(frozen=True, slots=True)
class Judge:
    """A logistic regression over the evidence: log odds that a hit answers, and where they are enough.

    Fitted to the development queries, and held against our own over the specimens, which it tells as well as a fit to them;
    docs/retrieval.md has the curve.  Long queries are covered in part by chance less often than short ones, hence their number
    of words.  The similarity of the best sentence and the share of words that the corpus lacks added nothing.
    """

    coverage: float = 2.96
    similarity: float = 7.56
    words: float = 1.26  # for the natural logarithm of their number
    bias: float = -4.95
    strong: float = -0.45
    plausible: float = -1.75

    @classmethod
    def by_words(cls) -> Judge:
        """Return a judge for models whose similarities nobody measured: half of the query's content must stand there in words."""
        return cls(coverage=1, similarity=0, words=0, bias=0, strong=0.5, plausible=0.35)

    def odds(self, evidence: Evidence) -> float:
        """Return the log odds that a hit answers; without end for one that holds the query, or all of its words."""
        if evidence.verbatim or evidence.coverage >= _ALL:
            return math.inf
        return (
            self.coverage * evidence.coverage
            + self.similarity * evidence.similarity
            + self.words * math.log(max(evidence.words, 1))
            + self.bias
        )
