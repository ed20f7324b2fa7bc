"""Headings printed above a passage's text: what is cited, shown and compared by meaning leaves out the same lines."""

from __future__ import annotations

import pytest

from citing.quotation import sentences
from corpus.headings import is_heading
from corpus.publication import Passage, Piece
from index.sentences import ranges_of
from search_app.shown import paragraphs, preview


@pytest.mark.parametrize(
    ("line", "heading", "is_one"),
    [
        ("1.2 Wer fehlt", "Wer fehlt", True),
        ("WER  FEHLT?", "Wer fehlt", True),
        ("Kapitel 3: Wer fehlt", "3 Wer fehlt", True),
        ("Teil IV Wer fehlt", "Wer fehlt", True),
        ("A2 Wer fehlt", "Wer fehlt", True),
        ("Vor allem fragt sich, wer fehlt", "Wer fehlt", False),
        ("Wer fehlt und warum", "Wer fehlt", False),
        ("Wer fehlt", "…", False),
        ("", "Wer fehlt", False),
    ],
)
def test_a_line_is_a_heading_with_a_number_before_it_or_without(line: str, heading: str, is_one: bool) -> None:
    assert is_heading(line, ("Anfang", heading)) is is_one


@pytest.mark.parametrize(
    ("head", "begins"),
    [("1.2 Wer fehlt\n", "Viele"), ("Teil II. Wer fehlt\n", "Viele"), ("Vor allem fragt sich doch, wer fehlt\n", "Vor")],
)
def test_all_that_leaves_headings_out_leaves_out_the_same(head: str, begins: str) -> None:
    text = f"{head}Viele von denen, die man sucht, fehlen. Einige von denen kommen später."
    passage = Passage("p", ("1 Anfang", "Wer fehlt"), (Piece(0, 0, len(text), text),))
    start = text.index(begins)
    assert sentences(passage)[0][0] == ranges_of(passage)[0][0] == start
    assert preview(passage).text.startswith(begins)
    assert [paragraph.heading for paragraph in paragraphs(passage, [])] == [start > 0, False]
