"""What readers type to get to a page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.page_names import find_pages, page_name
from corpus.publication import LabelSource, PageLabel


def labels(*texts: str) -> dict[int, PageLabel]:
    return {i: PageLabel(text, LabelSource.SEEN if text else LabelSource.NONE) for i, text in enumerate(texts)}


BOOK = labels("", "xi", "xii", "1", "2", "4–5", "2", "A/1", "7–8")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("xii", (2,)), ("XII", (2,)), ("1", (3,)), ("S. 1", (3,)), ("s.1", (3,)), ("S 1", (3,)), ("Seite 1", (3,)), ("[1]", (3,)),
        ("S. [1]", (3,)), ("4", (5,)), ("5", (5,)), ("4–5", (5,)), ("2", (4, 6)), ("A/1", (7,)), ("3", ()), ("", ()),
        ("pdf-1", (0,)), ("PDF-S. 2", (1,)), ("pdf 9", (8,)), ("pdf9", (8,)), ("PDF-Seite 3", (2,)), ("pdf-10", ()), ("pdf-0", ()),
        ("pdf-" + "9" * 30, ()), ("pdf-²", ()), (" 1 ", (3,)), ("S.", ()), ("\x00", ()),
    ],
)  # fmt: skip
def test_a_page_is_found_as_readers_name_it(typed: str, found: tuple[int, ...]) -> None:
    assert find_pages(typed, BOOK) == found


def test_a_page_is_named_by_its_number_where_it_alone_has_it() -> None:
    assert [page_name(i, BOOK) for i in BOOK] == ["pdf-1", "xi", "xii", "1", "pdf-5", "4–5", "pdf-7", "pdf-8", "7–8"]


@given(st.lists(st.text(max_size=4), min_size=1, max_size=6))
def test_every_page_is_found_by_its_name(texts: list[str]) -> None:
    book = labels(*texts)
    assert all(find_pages(page_name(index, book), book) == (index,) for index in book)
    assert not any("/" in page_name(index, book) for index in book)
