from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from corpus.geometry import Box, CharBoxes
from corpus.publication import Kind
from facsimile.sheet import Line, OutlineEntry, Sheet
from ingest.clean import CleanText, TextLine
from ingest.headings import Heading, find_headings
from ingest.hyphens import Vocabulary
from ingest.sections import find_sections

BODY = 10.0
Page = Sequence[tuple[str, float]]  # lines as text and type size


def text_of(pages: Sequence[Page]) -> CleanText:
    """Return pages as they come out of cleaning, one line below the other."""
    body: list[TextLine] = []
    for index, page in enumerate(pages):
        lines: list[Line] = []
        start = 0
        for row, (text, size) in enumerate(page):
            box = Box(50, 780 - 20 * row, 350, 780 - 20 * row + size)
            lines.append(Line(start, start + len(text), box, size, False, True, False))
            start += len(text)
        characters = "".join(text for text, _ in page)
        sheet = Sheet(index, 420, 800, characters, CharBoxes.of([None] * len(characters)), tuple(lines))
        body += [TextLine(sheet, line) for line in lines]
    return CleanText(tuple(body), (), BODY)


def headings_of(pages: Sequence[Page], outline: Sequence[tuple[str, int]], contents: Sequence[int] = ()) -> list[Heading]:
    entries = [OutlineEntry(0, title, page) for title, page in outline]
    return find_headings(text_of(pages), entries, Vocabulary(), frozenset(contents))


def found(pages: Sequence[Page], outline: Sequence[tuple[str, int]], contents: Sequence[int] = ()) -> list[tuple[int, int]]:
    return [(heading.first, heading.last) for heading in headings_of(pages, outline, contents)]


TEXT = ("Hier steht ein Absatz über die Arbeit vor Ort.", BODY)


@pytest.mark.parametrize(
    ("printed", "title"),
    [
        (["Ziele"], "Ziele"),
        (["ZIELE"], "Ziele"),
        (["3.2 Ziele"], "Ziele"),
        (["Ziele"], "3.2 Ziele"),
        (["Kapitel 3: Ziele"], "Ziele"),
        (["Ziele"], "Kapitel III: Ziele"),
        (["Kapitel 3", "Ziele"], "Ziele"),
        (["Anhang 2b", "Ziele"], "Ziele"),
        (["Ziele und Wege", "der Arbeit", "im Verbund"], "Ziele und Wege der Arbeit im Verbund"),
        (["Ziele und We-", "ge"], "Ziele und Wege"),
        (["•", "Ziele"], "Ziele"),
    ],
)
def test_an_entry_of_the_outline_is_found_where_its_title_is_printed(printed: list[str], title: str) -> None:
    pages = [[TEXT, *((line, 14.0) for line in printed), TEXT], [("Vorgehen", 14.0), TEXT], [("Ausblick", 14.0), TEXT]]
    first, *_ = headings_of(pages, [(title, 0), ("Vorgehen", 1), ("Ausblick", 2)])
    assert (first.first, first.last, first.title) == (1, 1 + len(printed), title)


@pytest.mark.parametrize(
    ("printed", "title"), [("1. Ziele", "2. Ziele"), ("Keine Ziele", "Ziele"), ("Zielen", "Ziele"), ("3 Tor", "Tor")]
)
def test_another_title_is_not_taken_for_it(printed: str, title: str) -> None:
    pages = [[TEXT, (printed, 14.0), TEXT], [("Vorgehen", 14.0), TEXT], [("Ausblick", 14.0), TEXT]]
    assert found(pages, [(title, 0), ("Vorgehen", 1), ("Ausblick", 2)])[0] == (0, 0)  # where its page begins


def test_the_largest_type_wins_and_of_equals_the_first() -> None:
    pages = [
        [("Ziele", BODY), ("Ziele", 14.0), TEXT, ("Ziele", 14.05), ("Ziele", 12.0)],
        [("Vorgehen", BODY), TEXT, ("Vorgehen", BODY)],
        [("Ausblick", 14.0), TEXT],
    ]
    assert found(pages, [("Ziele", 0), ("Vorgehen", 1), ("Ausblick", 2)]) == [(1, 2), (5, 6), (8, 9)]


def test_a_small_line_with_the_chapters_number_belongs_to_the_title_below_it() -> None:
    pages = [[TEXT, ("Kapitel 3:", 9.0), ("Ziele", 18.0), TEXT], [("Vorgehen", 14.0), TEXT], [("Ausblick", 14.0), TEXT]]
    assert found(pages, [("Ziele", 0), ("Vorgehen", 1), ("Ausblick", 2)])[0] == (1, 3)


def test_a_number_above_a_larger_title_is_no_heading_of_its_own() -> None:
    pages = [[TEXT, ("Kapitel 3:", 12.0), ("Ziele", 18.0), *[TEXT] * 4], [("Kapitel 4:", 12.0), ("Wege", 18.0), *[TEXT] * 4]]
    assert [(h.first, h.last, h.title) for h in headings_of(pages, [])] == [(1, 3, "Ziele"), (7, 9, "Wege")]


def test_the_short_last_line_of_a_heading_belongs_to_it() -> None:
    pages = [[TEXT, ("Von Ämtern, Vereinen", 14.0), ("u. ä.", 14.0), *[TEXT] * 4], [("Ausblick", 14.0), *[TEXT] * 4]]
    assert found(pages, []) == [(1, 3), (7, 8)]


def test_a_title_may_stand_on_the_page_after_the_one_that_the_outline_names() -> None:
    pages = [[TEXT], [("Ziele", 14.0), TEXT], [("Vorgehen", 14.0), TEXT], [("Ausblick", 14.0), TEXT]]
    assert found(pages, [("Ziele", 0), ("Vorgehen", 1), ("Ausblick", 2)]) == [(1, 2), (3, 4), (5, 6)]


def test_a_section_that_begins_on_a_picture_goes_on_overleaf() -> None:
    pages: list[Page] = [[("Ziele", 14.0), TEXT], [], [TEXT, ("Ausblick", 14.0), TEXT]]
    assert found(pages, [("Ziele", 0), ("Vorgehen", 1), ("Ausblick", 2)]) == [(0, 1), (2, 2), (3, 4)]


def test_an_entry_that_leads_to_an_empty_page_is_left_out_where_its_title_is_printed_farther_on() -> None:
    pages: list[Page] = [[("Ziele", 14.0), TEXT], [], [("Wege", 14.0), TEXT], [("Ausblick", 14.0), TEXT], [("Register", 14.0)]]
    assert found(pages, [("Ziele", 0), ("Register", 1), ("Wege", 2), ("Ausblick", 3)]) == [(0, 1), (2, 3), (4, 5)]


def test_entries_follow_each_other_down_the_pages() -> None:
    page = [("Ziele", 14.0), TEXT, ("Ziele", 14.0), TEXT, ("Ziele", 14.0), TEXT]
    assert found([page], [("Ziele", 0)] * 3) == [(0, 1), (2, 3), (4, 5)]


def test_the_outline_of_another_document_counts_for_nothing() -> None:
    pages = [[TEXT, ("Ziele", 14.0), *[TEXT] * 5]]
    assert found(pages, [("Vorgehen", 0), ("Ausblick", 0), ("Ziele", 0), ("Anhang", 0), ("Dank", 0)]) == [(1, 2)]


def test_the_entry_of_the_contents_itself_is_no_heading() -> None:
    pages = [[("Inhalt", 14.0), ("Ziele 2", BODY)], [("Ziele", 14.0), TEXT], [("Wege", 14.0), TEXT], [("Ende", 14.0), TEXT]]
    outline = [("Inhalt", 0), ("Ziele", 1), ("Wege", 2), ("Ende", 3)]
    assert found(pages, outline, contents=[0]) == [(2, 3), (4, 5), (6, 7)]


ENTRIES = [("1 Ziele 1", BODY), ("2 Wege 4", BODY), ("3 Ende 9", BODY)]


@pytest.mark.parametrize(
    ("page", "kinds"),
    [
        ([("Inhaltsverzeichnis", 14.0), *ENTRIES], {Kind.CONTENTS}),
        ([("Inhaltsverzeichnis", 14.0), *ENTRIES[:2]], {Kind.TEXT}),
        ([("Inhaltsverzeichnis", 14.0), *ENTRIES, TEXT, TEXT], {Kind.TEXT}),
        ([("In Zahlen", 14.0), *ENTRIES], {Kind.TEXT}),
        (
            [("In Zahlen", 14.0), *((f"{text} ..... 3", size) for text, size in ENTRIES), *[("Stand 2019 ..... 7", BODY)] * 2],
            {Kind.CONTENTS},
        ),
    ],
    ids=["three entries below a title", "two", "three beside as much else", "no title", "five with dots"],
)
def test_a_short_table_of_contents_is_told_by_its_title(page: Page, kinds: set[Kind]) -> None:
    sections = find_sections(text_of([page, [("Schluss", 14.0), TEXT, TEXT, TEXT]]), [])
    assert {section.kind for section in sections if any("Wege" in paragraph.text for paragraph in section.paragraphs)} == kinds


def test_thousands_of_entries_are_each_found_in_their_place() -> None:
    pages = [
        [(f"{page}.{row} Titel {page * 60 + row}", 12.0) if row % 3 == 0 else TEXT for row in range(60)] for page in range(100)
    ]
    outline = [(f"{page}.{row} Titel {page * 60 + row}", page) for page in range(100) for row in range(0, 60, 3)]
    assert found(pages, outline) == [(page * 60 + row, page * 60 + row + 1) for page in range(100) for row in range(0, 60, 3)]


@pytest.mark.parametrize(
    ("beside", "gap", "alone"),
    [(None, 8, True), (None, 2, False), ((125, 200), 8, False), ((160, 200), 8, True), ((20, 45), 8, True)],
    ids=["a gap above", "no gap above", "words right beside it", "words far beside it", "a mark before it"],
)
def test_bold_words_are_a_heading_where_they_stand_alone(beside: tuple[float, float] | None, gap: float, alone: bool) -> None:
    words = "Der Verbund hilft mit vielen Angeboten vor Ort und zeigt allen in der Stadt, was die Arbeit bewirkt und wem sie nützt, viel"
    boxes = [Box(50, 700 + gap, 350, 710 + gap), Box(50, 690, 120, 700), Box(50, 670, 350, 680)]
    texts = [words, "Ziele", words]
    if beside:
        boxes.append(Box(beside[0], 690, beside[1], 700))
        texts.append("mehr")
    starts = [sum(map(len, texts[:i])) for i in range(len(texts))]
    lines = [Line(s, s + len(t), b, BODY, t == "Ziele", True, False) for s, t, b in zip(starts, texts, boxes, strict=True)]
    sheet = Sheet(0, 420, 800, "".join(texts), CharBoxes.of([None] * sum(map(len, texts))), tuple(lines))
    text = CleanText(tuple(TextLine(sheet, line) for line in lines), (), BODY)
    assert [h.title for h in find_headings(text, (), Vocabulary(), frozenset())] == (["Ziele"] if alone else [])


_WORDS = st.sampled_from(["Kapitel", "3", "iv", "Ziele", "Wege", "2a", "Teil", "…", "Anhang b", "viel", "Ziele Wege", "1.2.3"])
_TITLES = st.lists(_WORDS, min_size=1, max_size=3).map(" ".join)
_LINES = st.lists(st.tuples(_TITLES, st.sampled_from([10.0, 10.05, 12.0, 14.0])), min_size=2, max_size=8)
_PLACES = st.tuples(st.integers(0, 3), st.integers(0, 7), st.sampled_from(["", "3 ", "Teil iv: "]), st.sampled_from([0, 0, 0, 1]))


@given(st.lists(_LINES, min_size=1, max_size=4), st.lists(_PLACES, min_size=3, max_size=8))
def test_each_entry_stands_where_a_search_line_by_line_finds_it(
    pages: list[Page], places: list[tuple[int, int, str, int]]
) -> None:
    outline = []
    for page, row, number, before in sorted(places):
        lines = pages[page % len(pages)]
        outline.append((number + lines[row % len(lines)][0], page % len(pages) - before))
    outline = [(title, page) for title, page in outline if page >= 0]
    expected = searched(pages, outline)
    event("an outline that counts" if expected else "none that counts")
    assert not expected or found(pages, outline) == expected


def size_of(lines: Sequence[TextLine]) -> float:
    above = re.fullmatch(r"(kapitel|teil|abschnitt|anhang)[\divxlc]{1,6}[a-z]?", letters(lines[0].text)) and len(lines) > 1
    return lines[1 if above else 0].line.size


def searched(pages: Sequence[Page], outline: Sequence[tuple[str, int]]) -> list[tuple[int, int]]:
    body = text_of(pages).body
    expected: list[tuple[int, int]] = []
    matched = after = 0
    entries = [(letters(title), page) for title, page in outline if letters(title)]
    for title, page in entries:
        places = [p for number in (page, page + 1) for p, line in enumerate(body) if line.sheet.index == number and p >= after]
        best = None
        for first in places:
            for end in range(first + 1, min(first + 5, len(body)) + 1):
                if prints(body[first:end], title) and (
                    best is None or size_of(body[first:end]) > size_of(body[slice(*best)]) + 0.1
                ):
                    best = (first, end)
        matched += best is not None
        on_page = [p for p in places if body[p].sheet.index == page]
        place = best or ((on_page[0], on_page[0]) if on_page else None)
        if place is not None:
            expected.append(place)
            after = place[1]
    return expected if len(expected) >= 3 and matched >= len(entries) / 2 else []  # such an outline does not count


def letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())


def prints(lines: Sequence[TextLine], title: str) -> bool:
    printed = "".join(letters(line.text) for line in lines)
    longer, shorter = max(printed, title, key=len), min(printed, title, key=len)
    number = longer.removesuffix(shorter)
    numbered = re.fullmatch(r"(kapitel|teil|abschnitt|anhang)?[\divxlc]{1,6}[a-z]?", number) and len(number) <= 12
    return printed == title or bool(len(shorter) >= 4 and longer.endswith(shorter) and numbered)
