from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.german import fold, terms, words


def stems(text: str) -> list[str]:
    return [word.stem for word in words(text)]


@pytest.mark.parametrize(
    "forms",
    [
        (
            "Bürger*innen",
            "Bürger:innen",
            "Bürger_innen",
            "BürgerInnen",
            "Bürger/innen",
            "Bürger/-innen",
            "Bürger·innen",
            "Bürgerinnen",
            "Bürger",
        ),
        ("Migrant*in", "Migrantin", "Migrant", "Migranten", "Migrant:innen"),
        (
            "Migrant*innenorganisation",
            "Migrantinnenorganisation",
            "Migrant(inn)enorganisation",
            "Migrantenorganisation",
            "MigrantInnenorganisationen",
        ),
        ("Lobbyist*innen", "Lobbyisten", "Lobbyistinnen"),
        ("Kolleg*innen", "Kolleginnen", "Kollegen"),
        ("Straße", "Strasse", "STRASSE"),
        ("Geflüchtete", "Gefluechtete", "geflüchteten"),
        ("Koşan", "Kosan"),
        ("Otálvaro", "Otalvaro"),
        ("Häuser", "Haeuser"),
        ("Bonn", "𝓑𝓸𝓷𝓷", "ＢＯＮＮ"),
    ],
)
def test_forms_of_one_word_meet(forms: tuple[str, ...]) -> None:
    assert {tuple(stems(form)) for form in forms} == {tuple(stems(forms[0]))}


@pytest.mark.parametrize("word", ["gewinnen", "beginnen", "Berlin", "Termin", "Medizin", "innen", "besinnen"])
def test_words_that_only_look_feminine_stay(word: str) -> None:
    assert [w.folded for w in words(word)] == [fold(word)]


@pytest.mark.parametrize("name", ["samo.fa", "samo.fa+", "16a", "§", "NeMO"])
def test_names_stay_whole(name: str) -> None:
    assert [(w.start, w.end) for w in words(name)] == [(0, len(name))]


def test_hyphenated_words_are_found_by_their_parts() -> None:
    assert [w.folded for w in words("Migrant:innen-Organisationen")] == ["migrant", "organisationen"]


def test_compounds_and_slips_share_terms_with_what_is_meant() -> None:
    assert set(terms("Integrationsinfrastruktur")) & set(terms("Infrastruktur"))
    assert set(terms("Lobiregister")) & set(terms("Lobbyregister"))
    assert not set(terms("Wohnung")) & set(terms("Ehrenamt"))


def test_a_word_without_end_takes_no_time_without_end() -> None:
    assert len(terms("a" * 50_000)) < 200


def test_stop_words_are_no_terms() -> None:
    assert terms("Wie und für wen ist das?") == []


@given(st.text(max_size=60))
def test_words_stand_where_they_say(text: str) -> None:
    last = 0
    for word in words(text):
        assert last <= word.start < word.end <= len(text)
        last = word.start  # a hyphenated word that is short comes before its parts
        assert word.folded and word.folded == fold(word.folded)


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)
