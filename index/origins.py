"""A wording becomes the passages that it may come from: where its letters stand, else where most of its words do."""

from __future__ import annotations

from itertools import islice

import numpy as np

from index.german import terms
from index.wording import Wording
from index.words import WordIndex, equally


class Origins:
    """Looks wordings up in one generation; neither a model nor the lexicon is needed for it."""

    def __init__(self, wording: Wording, words: WordIndex) -> None:
        self._wording = wording
        self._words = words

    def verbatim(self, text: str, k: int) -> list[int]:
        """Return up to ``k`` passages in which the letters of a text stand, whatever the case, the spacing and the signs."""
        return list(islice(self._wording.rows(text).tolist(), k))

    def like(self, text: str, k: int) -> list[int]:
        """Return up to ``k`` passages that share most of a text's words, best first."""
        scores = self._words.scores(equally(dict.fromkeys(terms(text))))
        best = np.argsort(-scores, kind="stable")[:k]
        return [int(row) for row in best if scores[row] > 0]
