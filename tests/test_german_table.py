"""The German layer as a table, `german.tsv`: what must meet, what must not, which parts compounds have, and its known limits.

The rows are written from what German readers expect, not from what the code gives.  A limit is a row that does not hold, with
the reason; once it holds, its test fails, and the row moves up among the others.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from index.analysis import Analysis
from index.german import folded_word, stem, words
from tests.conftest import ROOT

#: Characters that would be invisible in the table.
ESCAPED = {"\\u0301": "\u0301", "\\u0308": "\u0308", "\\u00a0": "\u00a0", "\\u202f": "\u202f", "\\n": "\n"}


class Row(NamedTuple):
    """What is said of a text: its forms ``meet`` or stand ``apart``, it has certain ``parts``, is ``whole`` or has ``words``."""

    kind: str
    text: str
    expected: str = ""

    def holds(self, analysis: Analysis) -> bool:
        """Tell whether the German layer does what the row says."""
        forms = [tuple(word.stem for word in words(form)) for form in self.text.split(" | ")]
        match self.kind:
            case "meet":
                return len(forms) > 1 and len(set(forms)) == 1
            case "apart":
                return len(forms) > 1 and len(set(forms)) == len(forms)
            case "parts":
                expected = tuple(stem(folded_word(part)) for part in self.expected.split())
                return len(expected) > 1 and analysis.parts(folded_word(self.text)) == expected
            case "whole":
                return not any(analysis.parts(folded_word(word)) for word in self.text.split())
            case "words":
                return [word.folded for word in analysis.words(self.text)] == self.expected.split()
        raise ValueError(self.kind)


def rows(limits: bool) -> list[Row]:
    found = []
    for line in (ROOT / "tests" / "german.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        kind, text, *more = line.split("\t")
        for escaped, character in ESCAPED.items():
            text = text.replace(escaped, character)
        if kind.startswith("limit ") == limits:
            assert not limits or more[-1], f"{text}: no reason"
            found.append(Row(kind.removeprefix("limit "), text, more[0] if more else ""))
    return found


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    """The analysis with the list of German words, and none of a corpus."""
    return Analysis.with_words({})


@pytest.mark.parametrize("row", rows(limits=False), ids=lambda row: f"{row.kind} {row.text}")
def test_german_is_understood(analysis: Analysis, row: Row) -> None:
    assert row.holds(analysis)


@pytest.mark.parametrize("row", rows(limits=True), ids=lambda row: f"{row.kind} {row.text}")
def test_a_known_limit_is_still_one(analysis: Analysis, row: Row) -> None:
    assert not row.holds(analysis), "this holds now: move the row up among the others"


def test_the_table_is_long_and_says_nothing_twice() -> None:
    said = [(row.kind, row.text) for row in rows(limits=False)]
    assert len(said) == len(set(said)) >= 250
