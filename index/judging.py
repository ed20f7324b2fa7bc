"""What speaks for a hit becomes a judgement: whether it probably answers the query, perhaps, or hardly."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

_ALL = 0.95  # of the query's content in their real form; whoever asked for these words has found them


class Evidence(NamedTuple):
    """What speaks for a hit.

    ``coverage`` is the share of the query's content that stands in the passage in words, ``similarity`` and ``sentence`` are the
    cosine similarities of passage and best sentence, ``verbatim`` says that it holds the query word for word.  Of the query,
    ``unknown`` is the share of its content that nothing in the corpus attests, and ``words`` how many words of content it has.
    """

    coverage: float
    similarity: float
    sentence: float
    verbatim: bool
    unknown: float
    words: int


@dataclass(frozen=True, slots=True)
class Judge:
    """A logistic regression over the evidence: log odds that a hit answers, and where they are enough.

    The weights were fitted to the judged queries over the specimens and to the development queries together, and each of the
    two foretells the other about as well as itself; docs/retrieval.md has the curve.  Long queries are covered in part by
    chance less often than short ones, hence their number of words; what the corpus does not even know it hardly answers.
    """

    coverage: float = 3.4
    similarity: float = 4.7
    sentence: float = 1.6
    unknown: float = -3.0
    words: float = 0.8  # for the natural logarithm of their number
    bias: float = -4.1
    strong: float = -0.5
    plausible: float = -1.75

    @classmethod
    def by_words(cls) -> Judge:
        """Return a judge for models whose similarities nobody measured: half of the query's content must stand there in words."""
        return cls(coverage=1, similarity=0, sentence=0, unknown=0, words=0, bias=0, strong=0.5, plausible=0.35)

    def odds(self, evidence: Evidence) -> float:
        """Return the log odds that a hit answers; without end for one that holds the query, or all of its words."""
        if evidence.verbatim or evidence.coverage >= _ALL:
            return math.inf
        return (
            self.coverage * evidence.coverage
            + self.similarity * evidence.similarity
            + self.sentence * evidence.sentence
            + self.unknown * evidence.unknown
            + self.words * math.log(max(evidence.words, 1))
            + self.bias
        )
