"""What an address quotes: read as it was written, and found only where it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.alignment import Words
from index.fragments import Fragment, Letters, fragment_of, parse, whole_words

TEXTS = [
    "Wer mitmachen will, ruft an. Danach kommt jemand vorbei.",
    "Am Hafen steht ein Haus. Wer mitmachen will, ruft an. Es ist am Abend offen.",
    "Förder-\nvereine zahlen 20 % der „Miete“, die Stadt den Rest.",
]
WORDS = Words.of(TEXTS)


def meant(fragment: Fragment) -> list[str]:
    """Return the words that a fragment means, folded."""
    return [" ".join(WORDS.folded[word] for word in span) for span in Letters(WORDS).find(fragment)[0]]


def alike(fragment: Fragment) -> int:
    return len(Letters(WORDS).find(fragment)[1])


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("das%20Haus", Fragment("das Haus")),
        ("das+Haus", Fragment("das Haus")),
        ("das%20Haus,am%20Ufer", Fragment("das Haus", "am Ufer")),
        ("vor%20ihm-,das%20Haus", Fragment("das Haus", prefix="vor ihm")),
        ("das%20Haus,-steht%20da", Fragment("das Haus", suffix="steht da")),
        ("vor-,das%20Haus,am%20Ufer,-steht", Fragment("das Haus", "am Ufer", "vor", "steht")),
        ("Haus%2C%20Hof%20und%20E%2DMail", Fragment("Haus, Hof und E-Mail")),
        ("F%C3%B6rder%2D", Fragment("Förder-")),
    ],
)
def test_an_address_is_read_as_text_fragments_are(value: str, wanted: Fragment) -> None:
    assert parse(value)[0] == wanted


@pytest.mark.parametrize("value", ["", ",", "a,b,c", "vor-,", "%20", "...", "a-,b,c,d,-e", "-,-", "%00"])
def test_what_makes_no_sense_quotes_nothing(value: str) -> None:
    assert parse(value) == ()


def test_an_address_that_was_encoded_once_more_is_understood_too() -> None:
    assert Fragment("das Haus", "am Ufer", "vor") in parse("vor%2D%2Cdas%2520Haus%2Cam%2520Ufer")


@given(st.text(min_size=1, max_size=30), *[st.text(max_size=30) for _ in range(3)])
def test_what_is_written_into_an_address_is_read_again(start: str, end: str, prefix: str, suffix: str) -> None:
    fragment = Fragment(start, end, prefix, suffix)
    has_words = [bool(Words.of([text]).folded) for text in (start, end)]
    if has_words[0] and (has_words[1] or not end):
        assert parse(str(fragment))[0] == fragment
    else:
        assert fragment not in parse(str(fragment))


@pytest.mark.parametrize(
    ("fragment", "wanted"),
    [
        (Fragment("am Hafen steht"), ["am hafen steht"]),
        (Fragment("HAFEN, steht – ein"), ["hafen steht ein"]),
        (Fragment("Hafen", "Haus"), ["hafen steht ein haus"]),
        (Fragment("hafe"), []),  # never a part of a word
        (Fragment("afen steht"), []),
        (Fragment("Fördervereine zahlen"), ["foerder vereine zahlen"]),
        (Fragment("»Miete« die Stadt"), ["miete die stadt"]),
        (Fragment("20 % der"), ["20 % der"]),
        (Fragment("20 € der"), []),
        (Fragment("vorbei. Am Hafen"), ["vorbei am hafen"]),  # from one passage to the next
        (Fragment("Abend", "Hafen"), []),  # the end stands before the start
    ],
)
def test_words_are_found_whatever_breaks_the_line(fragment: Fragment, wanted: list[str]) -> None:
    assert meant(fragment) == wanted


def test_what_stands_beside_them_tells_equal_words_apart() -> None:
    twice = Fragment("Wer mitmachen will, ruft an")
    assert len(meant(twice)) == 2
    for beside in (
        Fragment(twice.start, prefix="ein Haus"),
        Fragment(twice.start, suffix="Es ist"),
        Fragment(twice.start, "", "Haus", "Es"),
    ):
        (span,) = Letters(WORDS).find(beside)[0]
        assert WORDS.at[span.start][0] == 1
    assert meant(Fragment("Wer mitmachen will", prefix="ganz anders")) == [] and alike(Fragment("Wer mitmachen will")) == 2


def test_few_words_need_what_stands_beside_them_and_many_do_not() -> None:
    few, many = "Hafen steht ein Haus", "Am Hafen steht ein Haus. Wer mitmachen will, ruft an. Es ist"
    assert meant(Fragment(few, prefix="sagte", suffix="gestern")) == [] and alike(Fragment(few)) == 1
    assert len(meant(Fragment(many, prefix="sagte", suffix="gestern"))) == 1
    assert (
        len(meant(Fragment("steht ein Haus. Wer mitmachen will", prefix="Hafen", suffix="gestern"))) == 1
    )  # one side, six words
    assert meant(Fragment("steht ein Haus", prefix="Hafen", suffix="gestern")) == []


@given(st.data())
def test_a_link_to_any_words_finds_them(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(WORDS) - 1))
    own = WORDS.of_text(WORDS.at[start][0])
    end = data.draw(st.integers(start + 1, own.stop))
    text = TEXTS[WORDS.at[start][0]]
    first, last = WORDS.at[start][1], WORDS.at[end - 1][2]
    fragment = fragment_of(text[first:last], text[:first], text[last:])
    assert fragment is not None
    (read,) = parse(str(fragment))[:1]
    assert range(start, end) in Letters(WORDS).find(read)[0]


@given(st.data())
def test_a_range_that_cuts_words_is_linked_with_the_whole_of_them(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(TEXTS))
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    first, last = whole_words(text, start, end)
    assert first <= start and end <= last
    fragment = fragment_of(text[first:last], text[:first], text[last:])
    touched = [n for n in WORDS.of_text(TEXTS.index(text)) if WORDS.at[n][1] < end and start < WORDS.at[n][2]]
    if fragment is None:
        assert touched == []
    else:
        assert range(touched[0], touched[-1] + 1) in Letters(WORDS).find(fragment)[0]


@pytest.mark.parametrize(
    "text",
    [
        "eins zwei drei vier fünf sechs acht und eins zwei drei vier fünf sechs neun und noch zehn Wörter am Schluss",
        "am Anfang stehen viele Wörter und eins zwei drei vier fünf sechs sieben und eins zwei drei vier fünf sechs",
    ],
    ids=["begins as it goes on", "ends as it went"],
)
def test_words_that_come_again_in_a_text_do_not_cut_it(text: str) -> None:
    words = Words.of([text, "Ein anderer."])
    fragment = fragment_of(text)
    assert fragment is not None
    assert Letters(words).find(fragment)[0] == [words.of_text(0)]


def test_a_text_without_words_has_no_link() -> None:
    assert fragment_of(" … ") is None
