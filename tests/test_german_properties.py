"""What holds for every word and every text of the German layer."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import LEXICON, Analysis
from index.compounds import Lexicon, read_counts
from index.german import fold, stem, terms, words

COUNTS = read_counts(LEXICON)
ANALYSIS = Analysis(Lexicon(COUNTS))
LINKS = ("", "s", "es", "n", "en", "er", "e", "nen", "ens", "ns")
#: Few enough to meet each other often, in every role: with links, without their "e", as a word that is itself a compound.
SOME = (
    "Schule",
    "Amt",
    "Arbeit",
    "Stadt",
    "Kind",
    "Garten",
    "Verein",
    "Freiheit",
    "Jugendhilfe",
    "Hilfe",
    "Jugend",
    "sozial",
    "alt",
    "Ort",
)
LETTERS = st.sampled_from("aäbeéiısßuüzşđłAÄEIŞZ")
nouns = st.sampled_from([word for word in COUNTS if word[0].isupper() and 4 <= len(word) <= 12])


@st.composite
def compounds(draw: st.DrawFn) -> str:
    parts = draw(st.lists(nouns | st.sampled_from(SOME), min_size=2, max_size=4))
    return "".join(part.lower() + draw(st.sampled_from(LINKS)) for part in parts[:-1]) + parts[-1].lower()


@st.composite
def texts(draw: st.DrawFn) -> str:
    pieces = [
        "Förder",
        "Beratungsstellen",
        "Vereinsarbeit",
        "förderung",
        "und",
        "Ein",
        "Auswanderung",
        "E",
        "Mail",
        "teil",
        "*innen",
        "samo.fa",
    ]
    signs = ["-", "- ", " -", " ", ", ", "/", "(", ")", "-)", "‑", "– ", "\n", "\u0308", "…"]
    return "".join(draw(st.lists(st.sampled_from(pieces + signs) | st.characters(), max_size=25)))


def spells(parts: tuple[str, ...], word: str) -> bool:
    """Tell whether parts, each but the last with a link or without its last "e", are the letters of a word."""
    *first, last = parts
    pattern = "".join(rf"(?:{part}(?:{'|'.join(LINKS)}){f'|{part[:-1]}' if part[-1] == 'e' else ''})" for part in first)
    return re.fullmatch(pattern + last, word) is not None


@given(compounds() | st.text(alphabet="aeinrstmlgk", min_size=7, max_size=20))
def test_the_parts_of_a_word_spell_it(word: str) -> None:
    parts = ANALYSIS.lexicon.parts(word)
    assert len(parts) != 1
    assert not parts or spells(parts, word)
    assert all(part in ANALYSIS.lexicon for part in parts)


@given(st.lists(compounds(), min_size=1, max_size=5))
def test_parts_do_not_depend_on_what_was_cut_before(asked: list[str]) -> None:
    some = {word: COUNTS.get(word, 100) for word in SOME}
    together = Lexicon(some)
    assert [together.parts(word) for word in asked] == [Lexicon(some).parts(word) for word in asked]


@given(texts() | st.text(max_size=60))
def test_words_stand_where_they_say_completed_or_not(text: str) -> None:
    plain, found = list(words(text)), ANALYSIS.words(text)
    rest = iter(found)
    assert all(word in rest for word in plain)  # all of them, in the same order
    assert [word.start for word in found] == sorted(word.start for word in found)
    for word in found:
        assert 0 <= word.start < word.end <= len(text)
        assert any(other.start == word.start for other in plain)
        assert word.folded == fold(word.folded) and word.stem == stem(word.folded)


@given(st.text(alphabet=LETTERS, min_size=1, max_size=12) | nouns)
def test_the_case_of_a_word_makes_no_difference(word: str) -> None:
    assert terms(word) == terms(word.upper()) == terms(word.lower()) == terms(word.capitalize())


PERSONS = (
    "Bürger",
    "Migrant",
    "Lobbyist",
    "Kolleg",
    "Expert",
    "Beamt",
    "Kurd",
    "Ärzt",
    "Anwält",
    "Pädagog",
    "Nachbar",
    "Helfer",
    "Sprachpat",
)
SPELLINGS = (
    "*innen",
    ":innen",
    "_innen",
    "/innen",
    "/-innen",
    "·innen",
    "(innen)",
    "Innen",
    "innen",
    "*Innen",
    "*in",
    ":in",
    "/in",
    "(in)",
    "in",
)


@pytest.mark.parametrize("person", PERSONS)
def test_the_spelling_of_a_gender_form_makes_no_difference(person: str) -> None:
    forms = [f"{person}{spelling}" for spelling in SPELLINGS]
    cases = [written for form in forms for written in (form, form.upper(), form.lower())]
    assert {tuple(ANALYSIS.terms_of(form)) for form in cases} == {tuple(ANALYSIS.terms_of(forms[0]))}


@pytest.mark.parametrize("person", ["Migrant", "Bürger", "Expert", "Kund", "Ärzt"])
@pytest.mark.parametrize("rest", ["vertretung", "organisationen", "rat"])
def test_nor_does_it_inside_a_compound(person: str, rest: str) -> None:
    forms = [
        f"{person}{spelling}{rest}"
        for spelling in ("*innen", ":innen", "_innen", "/innen", "(innen)", "(inn)en", "Innen", "innen")
    ]
    assert len({tuple(ANALYSIS.terms_of(form)) for form in forms}) == 1


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a" * 100_000, 1),
        ("Arbeitsamt" * 10_000, 1),
        ("-" * 100_000, 0),
        ("(" * 100_000, 0),
        ("a-" * 50_000, 50_000),
        ("Förder- " * 12_500, 12_500),
        (" -förderung" * 9_000, 9_000),
        ("Alten-, " * 12_500 + "Flüchtlingshilfe", 12_509),  # so far from the compound only the last eight are completed
        ("abc*" * 25_000, 25_000),
        ("abc(def)" * 12_500, 37_500),
        ("a\u0301" * 50_000, 1),
        ("a" + "\u0301\u0323" * 50_000, 1),
        ("ab." * 33_000, 1),
        ("a'" * 50_000, 1),
    ],
    ids=lambda value: str(value)[:12],
)
def test_no_text_takes_more_than_its_length(text: str, count: int) -> None:
    """A rule that looks back or ahead without end would take hours over these."""
    assert len(ANALYSIS.words(text)) == count
    assert ANALYSIS.lexicon.parts(text) == ()
