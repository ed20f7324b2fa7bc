"""Two readings beside each other: what is found again is the same, each word once, and equal paragraphs are not confused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.alignment import NOWHERE, Words, align, as_whole

HARBOUR = "Am Hafen steht ein Haus mit sieben Fenstern, in dem am Abend gesungen wird."
SCHOOL = "Hinter der Schule liegt ein Garten, den die Kinder im Frühling selbst bepflanzen."
MARKET = "Auf dem Markt verkauft eine Frau aus Aleppo Brot, das noch warm ist."
TWICE = "Wer mitmachen will, ruft an oder kommt vorbei."


def found(before: list[str], after: list[str]) -> list[str]:
    """Return each text of the one reading as it is found in the other: its words, "-" for one that is found nowhere."""
    old, new = Words.of(before), Words.of(after)
    where = align(old, new)
    return [
        " ".join("-" if where[w] == NOWHERE else f"{new.at[where[w]][0]}" for w in old.of_text(number))
        for number in range(len(before))
    ]


def places(before: list[str], after: list[str]) -> list[set[str]]:
    return [set(text.split()) for text in found(before, after)]


def test_what_moved_is_found_where_it_stands_now() -> None:
    assert places([HARBOUR, SCHOOL, MARKET], [MARKET, HARBOUR, SCHOOL]) == [{"1"}, {"2"}, {"0"}]


def test_what_is_gone_is_found_nowhere_and_what_is_new_takes_nothing() -> None:
    assert places([HARBOUR, SCHOOL], [MARKET, SCHOOL]) == [{"-"}, {"1"}]


def test_changed_words_are_found_nowhere_and_the_others_in_their_place() -> None:
    after = HARBOUR.replace("sieben", "acht").replace("gesungen", "getanzt")
    (words,) = found([HARBOUR], [after])
    assert words.split() == ["0"] * 6 + ["-"] + ["0"] * 5 + ["-", "0"]


@pytest.mark.parametrize(
    ("after", "wanted"),
    [
        ([HARBOUR, TWICE, SCHOOL, TWICE, MARKET], [{"0"}, {"1"}, {"2"}, {"3"}, {"4"}]),
        ([HARBOUR, SCHOOL, TWICE, MARKET], [{"0"}, {"-"}, {"1"}, {"2"}, {"3"}]),  # the first of the two is gone
        ([HARBOUR, TWICE, SCHOOL, MARKET], [{"0"}, {"1"}, {"2"}, {"-"}, {"3"}]),  # the second
        ([SCHOOL, TWICE, MARKET, HARBOUR, TWICE], [{"3"}, {"4"}, {"0"}, {"1"}, {"2"}]),  # both moved with what stands before them
        ([MARKET, TWICE], [{"-"}, {"-"}, {"-"}, {"-"}, {"0"}]),  # torn out of what stood around: nobody can say which it was
    ],
)
def test_equal_paragraphs_are_told_apart_by_what_stands_around_them(after: list[str], wanted: list[set[str]]) -> None:
    assert places([HARBOUR, TWICE, SCHOOL, TWICE, MARKET], after) == wanted


def test_a_sentence_with_less_than_half_in_common_is_another_one() -> None:
    other = "Am Hafen steht ein Kran, der seit Jahren rostet, weil ihn niemand mehr braucht."
    assert places([SCHOOL, HARBOUR, MARKET], [SCHOOL, other, MARKET]) == [{"0"}, {"-"}, {"2"}]


def test_an_anchor_does_not_take_the_first_words_of_another_sentence() -> None:
    one, other = "Die Stadt zahlt die Miete für das ganze Jahr.", "Die Stadt prüft im Herbst, ob das Dach noch hält."
    assert places([HARBOUR, one, SCHOOL, other], [HARBOUR, other, MARKET]) == [{"0"}, {"-"}, {"-"}, {"1"}]


@pytest.mark.parametrize(("before", "after"), [([], []), ([], [HARBOUR]), ([HARBOUR], []), (["…"], ["–"]), ([""], [HARBOUR])])
def test_readings_without_words_have_nothing_in_common(before: list[str], after: list[str]) -> None:
    assert (align(Words.of(before), Words.of(after)) == NOWHERE).all()


def test_a_sign_that_changes_what_is_said_counts_as_a_word() -> None:
    (words,) = found(
        ["Die Miete stieg im letzten Jahr um 20 % im Mittel."], ["Die Miete stieg im letzten Jahr um 20 € im Mittel."]
    )
    assert words.split().count("-") == 1
    (words,) = found(
        ["Zwei Maße Mehl sind für das Brot der ganzen Straße genug."],
        ["Zwei Masse Mehl sind für das Brot der ganzen Straße genug."],
    )
    assert words.split().count("-") == 1
    (words,) = found(["„Förder-\nverein“ und Stadt zahlen."], ["»Förder-verein« und Stadt  zahlen!"])
    assert "-" not in words


WORDS = st.sampled_from(["der", "die", "das", "ein", "Haus", "Garten", "Brot", "Kind", "Stadt", "ist", "war", "und.", "geht."])
READING = st.lists(st.lists(WORDS, max_size=25).map(" ".join), max_size=6)


@given(READING, READING)
def test_what_is_found_is_the_same_word_and_each_is_found_once(before: list[str], after: list[str]) -> None:
    old, new = Words.of(before), Words.of(after)
    where = align(old, new)
    pairs = [(word, int(place)) for word, place in enumerate(where) if place != NOWHERE]
    assert all(old.written[word] == new.written[place] for word, place in pairs)
    assert len({place for _, place in pairs}) == len(pairs)


@given(READING)
def test_a_reading_is_found_whole_in_itself(texts: list[str]) -> None:
    words = Words.of(texts)
    where = align(words, words)
    if len(words) >= 6 and len(set(words.written)) == len(words):
        assert where.tolist() == list(range(len(words)))
    for number in range(len(texts)):
        own = words.of_text(number)
        assert (as_whole(where, own) is None) or len(own) == len(as_whole(where, own) or ())
