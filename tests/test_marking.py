"""Ranges of a passage's text become rectangles that hold their letters and no others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.geometry import Box, CharBoxes
from corpus.marking import boxes_on, text_on
from corpus.publication import Document, LabelSource, Page, PageLabel, Passage, Piece
from tests.fakes import document_of
from tests.shelf import REPORT


def document() -> Document:
    """A passage on two pages: each letter 5 points wide, lines from x = 50, at y = 500 and 480."""
    one = document_of(REPORT, [["Das Ehrenamt", "lebt von"], ["der Stadt."]])
    pieces = (*one.passages[0].pieces[:1], replace(one.passages[0].pieces[1], text="lebt von "), *one.passages[1].pieces)
    return replace(one, passages=(Passage(REPORT.id, (), pieces),))


def boxes(start: int, end: int, index: int = 0) -> list[Box] | None:
    (passage,) = document().passages
    found = boxes_on(document().pages[index], passage, [(start, end)])
    return None if found is None else list(found)


def test_text_on_a_page_is_as_few_ranges_as_there_can_be() -> None:
    (passage,) = document().passages
    assert [passage.text[a:b] for index in (0, 1) for a, b in text_on(passage, index)] == ["Das Ehrenamt lebt von ", "der Stadt."]
    assert text_on(passage, 2) == ()
    back = replace(passage, pieces=(*passage.pieces, replace(passage.pieces[0], text="Das Ehrenamt")))
    assert text_on(back, 0) == ((0, 22), (32, 44))


@pytest.mark.parametrize(
    ("text", "page", "expected"),
    [
        ("Ehrenamt", 0, [Box(70, 500, 110, 510)]),
        ("hren", 0, [Box(75, 500, 95, 510)]),
        ("Ehrenamt lebt", 0, [Box(70, 500, 110, 510), Box(50, 480, 70, 490)]),
        ("von der", 0, [Box(75, 480, 90, 490)]),
        ("von der", 1, [Box(50, 500, 65, 510)]),
        ("Stadt", 0, []),
        (" ", 0, []),
    ],
)
def test_a_range_has_its_own_letters_in_its_boxes(text: str, page: int, expected: list[Box]) -> None:
    start = document().passages[0].text.index(text)
    assert boxes(start, start + len(text), page) == expected


def page_of_letters(characters: str, *places: Box | None) -> Page:
    return Page(0, PageLabel("1", LabelSource.SEEN), 400, 600, characters, CharBoxes.of(places))


def test_raw_characters_that_read_as_several_letters_or_none_are_counted() -> None:
    a, fi, shy, n = (Box(50 + 10 * i, 500, 60 + 10 * i, 510) for i in range(4))
    page = page_of_letters(" aﬁ\u00adn", None, a, fi, shy, n)
    passage = Passage("p", (), (Piece(0, 0, 5, "afin "),))
    for letters, expected in {"a": [a], "f": [fi], "i": [fi], "n": [n], "afin": [Box(50, 500, 90, 510)]}.items():
        start = passage.text.index(letters)
        assert boxes_on(page, passage, [(start, start + len(letters))]) == tuple(expected), letters


def test_where_letters_are_printed_over_each_other_there_are_no_boxes_at_all() -> None:
    over = Box(50, 500, 55, 510)
    page = page_of_letters("ab\nc", over, Box(60, 500, 65, 510), None, over)
    passage = Passage("p", (), (Piece(0, 0, 2, "ab\n"), Piece(0, 3, 4, "c")))
    assert boxes_on(page, passage, [(1, 2)]) == (Box(60, 500, 65, 510),)
    assert boxes_on(page, passage, [(1, 2), (3, 4)]) is None
    assert boxes_on(page, passage, [(0, len(passage.text))]) is None
