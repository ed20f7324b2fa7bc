from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.german import words
from index.query import MAX_LENGTH, Filters, parse_query, parse_years


@pytest.mark.parametrize(
    ("typed", "meant", "phrases", "without", "filters"),
    [
        ("was machen gegen einsamkeit", "was machen gegen einsamkeit", (), (), Filters()),
        ('"Nahe bei den" Menschen', "Nahe bei den Menschen", ("Nahe bei den",), (), Filters()),
        ("„Augenhöhe“ »Runder Tisch« “vor Ort”", "Augenhöhe Runder Tisch vor Ort", ("Augenhöhe", "Runder Tisch", "vor Ort"), (), Filters()),
        ("Ehrenamt -Corona", "Ehrenamt", (), ("Corona",), Filters()),
        ('Ehrenamt -"in der Pandemie"', "Ehrenamt", (), ('"in der Pandemie"',), Filters()),
        ("Vereinsarbeit und -förderung", "Vereinsarbeit und -förderung", (), (), Filters()),
        ("Förder- und Beratungsstellen", "Förder- und Beratungsstellen", (), (), Filters()),
        ("2016 - 2019", "2016 - 2019", (), (), Filters()),
        ("Pflege ort:Halle jahr:2019-2022", "Pflege", (), (), Filters("Halle", (2019, 2022))),
        ("Pflege ORT:„Musterstadt am Fluss“", "Pflege", (), (), Filters("Musterstadt am Fluss")),
        ('Pflege publikation:"Nahe bei den Menschen"', "Pflege", (), (), Filters(publication="Nahe bei den Menschen")),
        ("ort:Halle", "Halle", (), (), Filters("Halle")),
        ("jahr:bald Pflege", "jahr:bald Pflege", (), (), Filters()),
        ("jahr:2020", "jahr:2020", (), (), Filters()),
        ("-Corona", "-Corona", (), (), Filters()),
        ('"offen bis zum Ende', '"offen bis zum Ende', (), (), Filters()),
        ('"" „“ »«', '"" „“ »«', (), (), Filters()),
        ('"ab"', '"ab"', (), (), Filters()),
        ("ort: Halle", "ort: Halle", (), (), Filters()),
        ("Uhrzeit 10:30", "Uhrzeit 10:30", (), (), Filters()),
    ],
)  # fmt: skip
def test_what_is_typed_is_told_apart(
    typed: str, meant: str, phrases: tuple[str, ...], without: tuple[str, ...], filters: Filters
) -> None:
    query = parse_query(typed)
    assert (query.meant, query.phrases, query.without, query.filters) == (meant, phrases, without, filters)
    assert query.text == typed


def test_a_filter_that_is_typed_comes_before_one_that_was_chosen() -> None:
    chosen = Filters("Bonn", (2001, 2002), "buch")
    assert parse_query("Pflege", chosen).filters == chosen
    assert parse_query("Pflege ort:Halle", chosen).filters == Filters("Halle", (2001, 2002), "buch")


@pytest.mark.parametrize(
    ("typed", "years"),
    [
        ("2019", (2019, 2019)),
        ("2019-2022", (2019, 2022)),
        ("2019 – 2022", (2019, 2022)),
        ("2022..2019", (2019, 2022)),
        ("2019-", (2019, 9999)),
        ("-2022", (0, 2022)),
        ("2019 bis 2022", (2019, 2022)),
        ("20192022", None),
        ("heute", None),
        ("", None),
    ],
)
def test_years_are_one_or_a_span(typed: str, years: tuple[int, int] | None) -> None:
    assert parse_years(typed) == years


@given(st.text(alphabet=st.sampled_from('aä -–"„“»«:ortjahrpublikation0129,/\n\u200b*&'), max_size=60))
def test_whatever_is_typed_is_a_query_and_loses_no_word_silently(typed: str) -> None:
    query = parse_query(typed)
    limited = (query.filters.place, query.filters.publication, str(query.filters.years or ""))
    kept = "".join([query.meant, *query.without, *limited])
    # every letter that was typed is looked for, left out, or a filter's
    assert {c for c in query.text if c.isalpha()} <= set(kept) | set("ortjahrpublikation")
    assert query.is_empty == (not query.text)
    assert parse_query(query.text).meant == query.meant


@given(st.text(max_size=200))
def test_no_word_of_any_script_is_lost(typed: str) -> None:
    query = parse_query(typed)
    kept = " ".join([query.meant, *query.without, query.filters.place, query.filters.publication, str(query.filters.years or "")])
    assert {word.folded for word in words(query.text)} - {"ort", "jahr", "publikation"} <= {word.folded for word in words(kept)}


@pytest.mark.parametrize(
    "endless", ["a" + "\u0301\u0323" * 500_000, '"' * 100_000, "-a " * 50_000, "ort:„" * 50_000, "\u202e" * 100_000]
)
def test_what_is_typed_without_end_is_cut(endless: str) -> None:
    """Marks on one letter take quadratic time to be composed, and so would take an hour if they were not cut before."""
    assert len(parse_query(endless).text) <= MAX_LENGTH
