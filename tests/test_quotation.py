"""Quotations: word for word what the passage says, with its own quotation marks turned, and the pages of just these words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citing.marks import MARKS, turned
from citing.quotation import OMISSION, Quotation, quote, quote_all, sentences
from corpus.citation import locator
from corpus.publication import Kind, LabelSource, PageLabel, Passage, Piece


def passage(*pages: str, heading_path: tuple[str, ...] = (), **more: object) -> Passage:
    """A passage with a piece on each page, the first one with index 45."""
    return Passage("p", heading_path, tuple(Piece(45 + i, 0, len(text), text) for i, text in enumerate(pages)), **more)  # type: ignore[arg-type]


def where(text: str, words: str) -> tuple[int, int]:
    start = text.index(words)
    return start, start + len(words)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("„Nein“, sagt sie, „und doch.“", "‚Nein‘, sagt sie, ‚und doch.‘"),
        ('Er sagt "ja", sie “no”, alle »so« und «si».', "Er sagt ‚ja‘, sie ‚no‘, alle ‚so‘ und ‚si‘."),
        ("Sie rief: „Er sagt ‚nein‘ dazu.“", "Sie rief: ‚Er sagt „nein“ dazu.‘"),
        ("»Er sagt ›nein‹ dazu.«", "‚Er sagt „nein“ dazu.‘"),
        ("Das ‚Ehrenamt‘ und „die Pflege“", "Das ‚Ehrenamt‘ und ‚die Pflege‘"),
        ("Wie geht’s, sagt Hans’ Tante: „geht’s?“", "Wie geht’s, sagt Hans’ Tante: ‚geht’s?‘"),
        ("Man las ‚Hans’ Auto ist da‘ vor.", "Man las ‚Hans’ Auto ist da‘ vor."),
        ("„‚Max’ und Moritz’ Streiche‘ heißt es.“", "‚„Max’ und Moritz’ Streiche“ heißt es.‘"),
        ("›Hans’ Auto ist da‹", "‚Hans’ Auto ist da‘"),
        ("‚ja’ und ‚nein‘", "‚ja‘ und ‚nein‘"),
        ("‚ja’ und ‘no’", "‚ja‘ und ‚no‘"),
        ("‚Hans’ ‚Auto‘ ist da‘ und ‚dort’", "‚Hans’ „Auto“ ist da‘ und ‚dort‘"),
        ('Ein 19"-Gestell heißt "Rack".', 'Ein 19"-Gestell heißt ‚Rack‘.'),
        ("der Rest.“ Danach", "der Rest.‘ Danach"),
        ("davor („mit Klammer“) und –„Strich“", "davor (‚mit Klammer‘) und –‚Strich‘"),
        ("«Frei» und „offen", "‚Frei‘ und ‚offen"),
    ],
)
def test_quotation_marks_inside_are_turned(text: str, expected: str) -> None:
    assert turned(text) == expected


@given(st.text('ab ’‚‘„“”"»«›‹.5(–\n', max_size=40))
def test_turning_changes_nothing_but_marks(text: str) -> None:
    turned_text = turned(text)
    assert len(turned_text) == len(text)
    assert all(one == other or {one, other} <= MARKS for one, other in zip(text, turned_text, strict=True))
    assert not set('”"»«') & set(turned(text.replace("5", ""))), "every double mark is turned"


def test_headings_are_not_part_of_what_is_said_nor_is_their_page() -> None:
    found = quote_all(passage("1.2 Wer fehlt\n", "Viele fehlen. Einige kommen.", heading_path=("1 Anfang", "Wer fehlt")))
    assert found.quoted == "„Viele fehlen. Einige kommen.“"
    assert found.pages == (46,)


@pytest.mark.parametrize("mark", ["2", "2.", "2)", " 2"])
def test_a_footnotes_own_mark_is_not_part_of_what_it_says(mark: str) -> None:
    note = passage(f"{mark} Rechtsgrundlage ist ein Gesetz. Es gilt 2 Jahre.", kind=Kind.NOTE, note="2")
    assert quote_all(note).quoted == "„Rechtsgrundlage ist ein Gesetz. Es gilt 2 Jahre.“"
    assert quote(note, [(0, note.text.index(" Es"))]).quoted == "„Rechtsgrundlage ist ein Gesetz.“"
    assert quote_all(passage("2 Jahre gilt es.", kind=Kind.NOTE, note="1")).quoted == "„2 Jahre gilt es.“"


def test_a_line_that_ends_like_a_heading_is_no_heading() -> None:
    text = "Aller Anfang ist schwer, vor allem der Anfang\nund danach auch."
    assert quote_all(passage(text, heading_path=("Anfang",))).ranges == ((0, len(text)),)


def test_a_passage_that_is_a_heading_only_is_quoted_all_the_same() -> None:
    assert quote_all(passage("Anfang", heading_path=("Anfang",))).quoted == "„Anfang“"


def test_a_sentence_over_a_page_break_is_cited_by_both_pages_and_one_on_a_page_by_that_page() -> None:
    text = ("Erstens kommt das. Zweitens geht ", "es weiter. Drittens ist Schluss.")
    labels = {45: PageLabel("46", LabelSource.SEEN), 46: PageLabel("47", LabelSource.SEEN)}
    both = passage(*text)
    found = [quote(both, [range_]) for range_ in sentences(both)]
    assert [one.quoted for one in found] == ["„Erstens kommt das.“", "„Zweitens geht es weiter.“", "„Drittens ist Schluss.“"]
    assert [locator(one.places(tuple(labels.items()))) for one in found] == ["S. 46", "S. 46–47", "S. 47"]
    assert locator(quote_all(both).places(tuple(labels.items()))) == "S. 46–47"


def test_the_white_space_that_joins_two_pages_is_on_no_page_that_is_cited() -> None:
    both = passage("Erstens kommt das.", " Zweitens auch.")
    assert quote(both, [(0, 19)]).pages == (45,)


def test_what_is_left_out_is_marked() -> None:
    text = "Eins kommt zuerst. Zwei kommt dann. Drei kommt zuletzt.\nVier beginnt neu."
    said = passage(text)
    one, two, three, four = sentences(said)
    assert quote(said, [one, three]).quoted == "„Eins kommt zuerst. […] Drei kommt zuletzt.“"
    assert quote(said, [three, one]).quoted == "„Eins kommt zuerst. […] Drei kommt zuletzt.“"
    assert quote(said, [one, two, three, four]).ranges == ((0, len(text)),)
    assert quote(said, [two, four]).paragraphs == ("Zwei kommt dann. […]", "Vier beginnt neu.")
    assert quote(said, [two, two]).quoted == "„Zwei kommt dann.“"


def test_a_cut_sentence_is_marked_and_no_word_is_cut() -> None:
    said = passage("Die Bürger*innen-Räte tagen oft. Punkt.")
    assert quote(said, [where(said.text, "innen-Räte ta")]).quoted == "„[…] Bürger*innen-Räte tagen […]“"
    assert quote(said, [where(said.text, "tagen oft.")]).quoted == "„[…] tagen oft.“"


def test_a_sentence_ends_where_it_ends_though_no_blank_follows() -> None:
    said = passage("Sie brachten alles mitsamt den Fischen.An der Tür stand samo.fa und half.")
    found = sentences(said)
    assert [quote(said, [range_]).quoted for range_ in found] == [f"„{said.text[start:end]}“" for start, end in found]
    assert quote(said, [where(said.text, "fa und")]).quoted.startswith("„[…] samo.fa und")


@pytest.mark.parametrize("range_", [(-1, 4), (0, 0), (4, 2), (0, 99), (3, 4), (8, 9)])
def test_a_range_without_words_is_refused(range_: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="no part"):
        quote(passage("Ein Text."), [range_])


def test_nothing_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing"):
        quote(passage("Ein Text."), [])


def test_recognised_and_doubtful_words_are_known_by_the_words_quoted() -> None:
    said = passage("Gedruckt ist dies. ", "Erkannt ist das.", recognised=(46,), doubtful=((19, 26),))
    printed, recognised = (quote(said, [range_]) for range_ in sentences(said))
    assert (printed.recognised, printed.doubtful) == (False, False)
    assert (recognised.recognised, recognised.doubtful) == (True, True)


_WORDS = st.lists(
    st.sampled_from(
        ["Das", "„Amt“", "hilft.", "Wer", "»fragt«,", "lernt.", "Bürger*innen", "\n", "z. B.", "46", "Größe!", '"so"']
    ),
    min_size=2,
    max_size=20,
).map(" ".join)


@given(text=_WORDS, cuts=st.lists(st.tuples(st.floats(0, 0.9), st.floats(0.1, 1)), min_size=1, max_size=3))
def test_what_is_quoted_stands_in_the_passage_word_for_word(text: str, cuts: list[tuple[float, float]]) -> None:
    half = len(text) // 2
    said = passage(text[:half], text[half:])
    _holds(quote_all(said))
    places = [(int(len(text) * start), int(len(text) * end)) for start, end in cuts]
    if ranges := [(start, end) for start, end in places if any(map(str.isalnum, text[start:end]))]:
        _holds(quote(said, ranges))


def _holds(found: Quotation) -> None:
    text = " ".join(found.passage.text.split())
    at = 0
    for part in found.text.split(OMISSION):
        words = " ".join(part.split())
        at = text.index(words, at) + len(words)
    assert found.quoted[0] + found.quoted[-1] == "„“"
    kept = "".join("'" if letter in MARKS else letter for letter in found.quoted[1:-1])
    assert kept == "".join("'" if letter in MARKS else letter for letter in found.text)
    assert _words(found.text.replace(OMISSION, " ")) <= _words(text), "no word is cut"


def _words(text: str) -> set[str]:
    return {word.strip('„“"»«,.!') for word in text.split()} | {""}
