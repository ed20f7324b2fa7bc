"""How passages are shown: marked paragraphs, previews, tables of contents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import search_app
from corpus.publication import LabelSource, PageLabel, Passage, Piece, Publication
from index.search import FoundBy, Hit, Strength
from search_app.shown import Excerpt, excerpt, last_sentence, paragraphs, preview, show_hit, show_passage


def _passage(*path: str, text: str = "Text.") -> Passage:
    return Passage("p", path, (Piece(0, 0, len(text), text),))


@given(
    st.lists(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"])), min_size=1, max_size=4).map("\n".join),
    st.sets(st.integers(0, 60)),
)
def test_marked_paragraphs_lose_no_letter(text: str, cuts: set[int]) -> None:
    bounds = sorted(cut for cut in cuts if cut <= len(text))
    matches = [(a, b) for a, b in zip(bounds[::2], bounds[1::2], strict=False) if a < b and "\n" not in text[a:b]]
    shown = paragraphs(_passage(text=text), matches)
    lines = [line for line in text.split("\n") if line.strip()]
    assert ["".join(run.text for run in p.runs) for p in shown] == lines
    marked = [run.text for p in shown for run in p.runs if run.marked]
    assert marked == [text[a:b] for a, b in matches if _line_of(text, a).strip()]


def _line_of(text: str, position: int) -> str:
    return text[: text.find("\n", position) if "\n" in text[position:] else None].rsplit("\n", 1)[-1]


def test_what_is_doubtful_is_told_inside_and_outside_of_marks() -> None:
    passage = replace(_passage(text="Die Wohnung ist klein."), recognised=(0,), doubtful=((4, 11),))
    (paragraph,) = paragraphs(passage, [(4, 8)])
    assert [(run.text, run.marked, run.doubtful) for run in paragraph.runs] == [
        ("Die ", False, False),
        ("Wohn", True, True),
        ("ung", False, True),
        (" ist klein.", False, False),
    ]


def test_only_what_stands_on_a_recognised_page_is_called_recognised() -> None:
    passage = Passage("p", (), (Piece(0, 0, 12, "Eins. Zwei. "), Piece(1, 0, 5, "Drei.")), recognised=(1,))
    places = ((0, PageLabel("46", LabelSource.SEEN)), (1, PageLabel("47", LabelSource.SEEN)))
    shown = [show_passage(passage, Publication("p", "p.pdf", "T"), some, []) for some in (places, places[:1], places[1:])]
    assert [(str(one.citation), one.is_recognised) for one in shown] == [
        ("T, S. 46–47 (Texterkennung)", True),
        ("T, S. 46", False),
        ("T, S. 47 (Texterkennung)", True),
    ]


def test_a_match_over_two_paragraphs_is_marked_in_both() -> None:
    shown = paragraphs(_passage(text="ab\ncd"), [(1, 4)])
    assert [[(run.text, run.marked) for run in p.runs] for p in shown] == [
        [("a", False), ("b", True)],
        [("c", True), ("d", False)],
    ]


@pytest.mark.parametrize(
    ("heading", "line", "same"),
    [
        ("2.1  Räume", "2.1 Räume", True),
        ("Räume", "2.1 RÄUME", True),
        ("Räume", "B.1. Räume", True),
        ("Räume", "Kapitel 3: Räume", True),
        ("Räume", "Räume", True),
        ("Räume", "Die Räume", False),
        ("Räume", "Freiräume", False),
        ("", "Räume", False),
    ],
)
def test_a_heading_that_opens_the_passage_is_known_as_one(heading: str, line: str, same: bool) -> None:
    shown = paragraphs(_passage("A", heading, text=f"{line}\nOffen."), [])
    assert [p.heading for p in shown] == [same, False]


def test_several_headings_may_open_a_passage() -> None:
    passage = _passage("1 Anfang", "1.1 Räume", text="1 Anfang\n1.1 Räume\nAlle Räume stehen jeden Tag offen.\n1.1 Räume")
    assert [p.heading for p in paragraphs(passage, [])] == [True, True, False, False]
    assert preview(passage).text == "Alle Räume stehen jeden Tag offen."


def _colours(css: str) -> dict[str, tuple[float, float, float]]:
    found = re.findall(r"--([\w-]+): #(\w{6});", css)
    return {name: (int(hex[:2], 16) / 255, int(hex[2:4], 16) / 255, int(hex[4:], 16) / 255) for name, hex in found}


def _contrast(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    """Return the contrast ratio of WCAG 2.2."""

    def luminance(colour: tuple[float, float, float]) -> float:
        r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(scheme: str) -> None:
    css = (Path(search_app.__file__).parent / "static" / "style.css").read_text(encoding="utf-8")
    light, dark = css.split("prefers-color-scheme: dark")[0], css.split("prefers-color-scheme: dark")[1].split("*, *::before")[0]
    colour = _colours(light) | (_colours(dark) if scheme == "dark" else {})
    for ground in ("paper", "raised"):
        for text in ("ink", "quiet", "accent"):
            assert _contrast(colour[text], colour[ground]) >= 4.5, (text, ground)
        assert _contrast(colour["edge"], colour[ground]) >= 3, ground
    for text, ground in (("on-accent", "accent"), ("on-mark", "mark"), ("warn", "warn-paper"), ("ink", "warn-paper")):
        assert _contrast(colour[text], colour[ground]) >= 4.5, (text, ground)


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        (["Ein kurzer Satz."], "Ein kurzer Satz."),
        (["Kapitel", "Dies ist der erste ganze Satz. Dies ist der zweite."], "Dies ist der erste ganze Satz."),
        (["Das gilt nach § 71 Abs. 2 Nr. 5 SGB XII und z. B. auch für alle."], "Das gilt nach § 71 Abs. 2 Nr. 5 SGB XII und z. B. auch für alle."),
        (["Wort " * 60], "Wort " * 31 + "Wort …"),
    ],
)  # fmt: skip
def test_a_preview_is_a_sentence_or_as_much_as_fits(lines: Sequence[str], shown: str) -> None:
    assert preview(_passage("Kapitel", text="\n".join(lines))).text == shown


@pytest.mark.parametrize(
    "text", ["  Kapitel\n Ein  Satz, der\nendet: Hier. ", "Wort,  " * 60, "W" * 200, "Wort. Ein " + "W" * 200]
)
def test_a_preview_knows_where_its_words_stand(text: str) -> None:
    passage = _passage("Kapitel", text=text)
    for part in (preview(passage), last_sentence(passage)):
        assert " ".join(text[slice(*part.range)].split()) == part.text.removesuffix(" …").removeprefix("… ")


# What a list of hits shows of a passage

SENTENCES = [
    f"{name} Verein hilft in der Stadt, und zwar an jedem Tag der Woche, den die Stadt dafür einrichtet, mit vielen Händen."
    for name in ("Erster", "Zweiter", "Dritter", "Vierter", "Fünfter", "Sechster", "Siebter")
]


def long_passage(*pages: list[str]) -> Passage:
    lines = [(number, line) for number, page in enumerate(pages) for line in page]
    pieces = [Piece(number, 0, len(line), line + (" " if i + 1 < len(lines) else "")) for i, (number, line) in enumerate(lines)]
    return Passage("p", (), tuple(pieces))


def test_a_short_passage_is_shown_whole() -> None:
    passage = long_passage(SENTENCES[:4])
    assert excerpt(passage, (0, 0)) == Excerpt((0, len(passage.text)))


@pytest.mark.parametrize(("best", "shown"), [(0, (0, 2)), (3, (3, 5)), (5, (4, 6)), (6, (4, 6))])
def test_a_long_passage_is_shown_around_its_best_sentence(best: int, shown: tuple[int, int]) -> None:
    passage = long_passage(SENTENCES)
    start = passage.text.index(SENTENCES[best])
    part = excerpt(passage, (start, start + len(SENTENCES[best])))
    assert (part.cut_before, part.cut_behind) == (shown[0] > 0, shown[1] < 6)
    assert passage.text[slice(*part.range)] == " ".join(SENTENCES[shown[0] : shown[1] + 1])


def test_a_hit_names_the_pages_of_what_is_shown_of_it_and_says_where_it_is_cut() -> None:
    passage = long_passage(SENTENCES[:4], SENTENCES[4:])
    places = tuple((n, PageLabel(str(46 + n), LabelSource.SEEN)) for n in (0, 1))
    start = passage.text.index(SENTENCES[0])
    quote = (start, start + len(SENTENCES[0]))
    publication = Publication("p", "p.pdf", "Ein Bericht")
    shown = show_hit(1, Hit(passage, publication, places, (FoundBy.WORDS,), Strength.STRONG, 1.0, (), quote, True))
    assert (shown.shown.locator, shown.cut_before, shown.cut_behind) == ("S. 46", False, True)
