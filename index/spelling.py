"""Folded words of a generation are spelt as its publications spell them: "foerderung" as "Förderung"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from index.german import folded_word, stem
from index.library import Library
from index.occurrences import Occurrences
from index.words import WordIndex

_ENOUGH = 20  # passages in which a word is looked at


class Spelling:
    """Spells the words of one generation; may be used by many threads."""

    def __init__(self, words: WordIndex, occurrences: Occurrences, library: Library) -> None:
        """Take the parts of a generation."""
        self._words = words
        self._occurrences = occurrences
        self._library = library

    def of(self, folded: str) -> str:
        """Return how a folded word is spelt most often; one only meant, as in "Förder- und Beratungsstellen", is a noun."""
        spelt = Counter(self._spelt(folded))
        return spelt.most_common(1)[0][0] if spelt else folded.capitalize()

    def _spelt(self, folded: str) -> Iterator[str]:
        numbers = self._occurrences.vocabulary.of_word(folded)
        rows = self._words.rows(f"={stem(folded)}")[:_ENOUGH].tolist()
        if not len(numbers) or not rows:
            return
        for row, passage in zip(rows, self._library.passages_at(rows), strict=True):
            table = self._occurrences.of(row)
            for start, end in table[table[:, 0] == numbers[0], 1:].tolist():
                word = passage.text[start:end]
                if folded_word(word) == folded:  # not "Förder-" for "Förderstellen"
                    yield word
