from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.hyphens import Join, Vocabulary, decide


@pytest.mark.parametrize(
    ("stem", "rest", "join"),
    [
        ("Flüchtlings", "arbeit", Join.DROP),
        ("bundes", "weiter", Join.DROP),
        ("„Integra", "tion“,", Join.DROP),
        ("Migrant*innen", "Organisationen", Join.KEEP),
        ("Migrant:innen", "Organisationen.", Join.KEEP),
        ("Förder", "und", Join.SPACE),
        ("haupt", "oder", Join.SPACE),
        ("Sprach", "bzw.", Join.SPACE),
        ("EU", "weit", Join.KEEP),
        ("18", "jährige", Join.KEEP),
        ("https://www.bei", "spiel.de", Join.KEEP),
        ("Bürger", "Innen", Join.DROP),
        ("TEIL", "HABEN", Join.DROP),
        ("I2", "C1-P2-M3", Join.KEEP),
        ("britisch", "amerikanischen", Join.KEEP),
        ("öffentlich", "rechtliche", Join.KEEP),
        ("verständlich", "sten", Join.DROP),
        ("freundlich", "keiten", Join.DROP),
        ("vermisch", "ten", Join.DROP),
        ("Stammtisch", "runde", Join.DROP),
        ("Berlin", "Mitte", Join.KEEP),
        ("2015", "2025", Join.KEEP),
    ],
)
def test_rules_of_the_language(stem: str, rest: str, join: Join) -> None:
    assert decide(stem, rest, Vocabulary()) is join


def vocabulary(*lines: str) -> Vocabulary:
    return Vocabulary.of((line, False) for line in lines)


def test_the_document_decides_where_it_has_the_word() -> None:
    assert decide("Open", "source", vocabulary("das ist open-source und frei")) is Join.KEEP
    assert decide("Außen", "stellen", vocabulary("die Außenstellen arbeiten")) is Join.DROP
    assert decide("Code", "For", vocabulary("CodeFor ist ein Name")) is Join.DROP


def test_a_compound_of_hyphenated_words_keeps_its_hyphen() -> None:
    words = vocabulary("Open-Data-freundlich und Open-Data gibt es", "Open-Data noch einmal")
    assert decide("Open-Data", "kompatibel", words) is Join.KEEP


def test_broken_words_do_not_count() -> None:
    words = Vocabulary.of([("die Migra", True), ("tion heute", False)])
    assert dict(words.words) == {"die": 1, "heute": 1}


def test_in_a_file_that_tells_its_hyphens_apart_a_typed_one_stays() -> None:
    words = replace(vocabulary("die Grundrechte aller"), tells_hyphens_apart=True)
    assert decide("britisch", "amerikanischen", words) is Join.KEEP
    assert decide("Förder", "und", words) is Join.SPACE
    assert decide("Grund", "rechte", words) is Join.DROP  # as it stands elsewhere: a font may lack the other sign
