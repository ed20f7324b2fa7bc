"""Turns the training text into the words that compounds are split into: `python -m models.training.lexicon --help`."""

import argparse
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from index.compounds import SHORTEST
from index.german import folded_word
from models.training.corpus import Document, read_documents

_LEAST = 30  # occurrences in 38 million words; below, slips and names begin to outweigh words
_LONGEST = 20  # letters; a longer word is a compound itself
_SHORT = 3  # letters; of so short words only frequent nouns are listed, since "ein" or "her" would cut everything
_LEAST_SHORT = 300
_NOUN = 0.8  # share of occurrences with a capital


def count(documents: Iterable[Document]) -> dict[str, int]:
    """Return the folded words that stand often enough to be parts of compounds, with how often they stand, in alphabetical order.

    Nouns, which are mostly written so, have a capital.
    """
    written: Counter[str] = Counter()
    for document in documents:
        for paragraph in document.paragraphs:
            written.update(re.findall(r"[^\W\d_]+", paragraph))
    counts: Counter[str] = Counter()
    nouns: Counter[str] = Counter()
    for word, number in written.items():
        folded = folded_word(word)
        if folded.isascii() and SHORTEST <= len(folded) <= _LONGEST:
            counts[folded] += number
            nouns[folded] += number if word[0].isupper() and not word.isupper() else 0
    return {
        word.capitalize() if is_noun else word: number
        for word, number in sorted(counts.items())
        if number >= _LEAST
        and ((is_noun := nouns[word] > _NOUN * number) or len(word) > _SHORT)
        and (len(word) > _SHORT or number >= _LEAST_SHORT)
    }


def main() -> None:
    """Count the words of the training text and write the list."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with bt18, laws and klex (.jsonl.zst)")
    parser.add_argument("--out", type=Path, default=Path("index/lexicon.tsv"))
    chosen = parser.parse_args()
    counts = count(read_documents(chosen.data))
    chosen.out.write_text("".join(f"{word}\t{number}\n" for word, number in counts.items()), encoding="utf-8")
    print(f"{len(counts):,} words written to {chosen.out}")


if __name__ == "__main__":
    main()
