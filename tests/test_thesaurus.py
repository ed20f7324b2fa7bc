from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from corpus.errors import VocabularyError
from corpus.thesaurus import Entry, Group, Subject, Thesaurus, load, slug
from index.analysis import Analysis
from index.compounds import Lexicon
from index.gathering import Gathered
from index.german import stem
from index.interpretation import Interpretation, Interpreter, Weights
from index.inverting import Contents
from index.query import parse_query
from index.words import WordIndex
from settings import Settings

TEXTS = (
    "Das Kommunale Integrationszentrum berät.",
    "Migrantenorganisationen sind da.",
    "Freiwillige helfen, das Ehrenamt wächst.",
    "Gute Praxis in Halle.",
)


def interpreter(thesaurus: Thesaurus, texts: Sequence[str] = TEXTS, counts: Mapping[str, int] | None = None) -> Interpreter:
    analysis = Analysis(Lexicon(counts or {}))
    with TemporaryDirectory() as folder:
        vocabulary = Gathered(Path(folder), texts).write(Path(folder), analysis).vocabulary
    words = WordIndex.build(Contents.of([analysis.terms_of(text) for text in texts]))
    return Interpreter(analysis, vocabulary, words, thesaurus, Weights(), str.capitalize)


def interpret(typed: str, *entries: Entry) -> Interpretation:
    return interpreter(Thesaurus(entries)).interpret(parse_query(typed))


def test_the_operators_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "v.toml"
    file.write_text(
        '[[abbreviation]]\nshort = "MO"\nlong = ["Migrantenorganisation"]\nexact = true\n\n[[synonyms]]\nwords = ["Amt", " Behörde "]\n'
    )
    assert load(file) == Thesaurus((Entry(("MO", "Migrantenorganisation"), True, frozenset({"MO"})), Entry(("Amt", "Behörde"))))
    assert load(tmp_path / "nicht da.toml") == Thesaurus()


def test_the_shipped_file_is_sound_and_names_no_term_twice_in_an_entry() -> None:
    entries = load(Settings().vocabulary).entries
    assert len(entries) > 60
    assert all(len(set(entry.terms)) == len(entry.terms) > 1 for entry in entries)


def test_the_shipped_subjects_are_sound() -> None:
    subjects = load(Settings().vocabulary).subjects
    assert {subject.group for subject in subjects} == set(Group)
    assert all(len(set(subject.terms)) == len(subject.terms) for subject in subjects)
    # a name of several groups would be told apart by nobody
    assert len({subject.slug for subject in subjects}) == len(subjects) > 90


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[synonyms]]\nwords = 3", "synonyms 1: words nennt mindestens zwei Wörter"),
        ('[[synonyms]]\nwords = ["eins"]', "mindestens zwei Wörter"),
        ('[[abbreviation]]\nlong = ["x"]', "abbreviation 1: Es fehlt short"),
        ('[[abbreviation]]\nshort = "x"', "long nennt mindestens ein Wort"),
        ('[[abbreviation]]\nshort = "x"\nlong = ["y"]\nexact = "ja"', "exact ist true oder false"),
        ('topics = ["Ehrenamt"]', 'unter eine Zeile [topics] je Zeile "Name" = ["Wort", "Wort"]'),
        ('[places]\n"Halle" = "Halle"', "[places]: Halle nennt mindestens ein Wort"),
        ('[places]\n"Halle" = []', "[places]: Halle nennt mindestens ein Wort"),
        ('[topics]\n"***" = ["x"]', "[topics]: Der Name „***“ hat weder Buchstaben noch Ziffern"),
        (
            '[topics]\n"Über" = ["x"]\n[places]\n"Ueber" = ["x"]',
            "„Über“ in [topics] und „Ueber“ in [places] hätten dieselbe Adresse (ueber)",
        ),
        ('synonyms = "x"', "unter eine eigene Zeile [[synonyms]]"),
        ('[[synonym]]\nwords = ["a", "b"]', "„synonym“ kennt das Vokabular nicht"),
        ("[orte]", "möglich sind [[abbreviation]], [[synonyms]], [topics], [target-groups], [cooperation-models] und [places]"),
        ("kaputt", "ist nicht lesbar"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "v.toml"
    file.write_text(text)
    with pytest.raises(VocabularyError) as caught:
        load(file)
    assert said in str(caught.value) and str(file) in str(caught.value)


def test_subjects_are_read_in_the_order_of_their_groups(tmp_path: Path) -> None:
    file = tmp_path / "v.toml"
    file.write_text(
        '[places]\n"Halle  (Saale)" = ["in Halle"]\n\n[topics]\n"Wohnen" = ["Wohnung", " Miete "]\n', encoding="utf-8"
    )
    assert load(file).subjects == (
        Subject(Group.TOPIC, "Wohnen", ("Wohnung", "Miete")),
        Subject(Group.PLACE, "Halle (Saale)", ("in Halle",)),
    )


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Ältere Menschen", "aeltere-menschen"),
        ("A\u0308ltere Menschen", "aeltere-menschen"),
        ("Rom*nja", "romnja"),
        ("Vertrag & Straße", "vertrag-strasse"),
        ("Halle (Saale)", "halle-saale"),
        ("Koşan", "kosan"),
        ("***", ""),
    ],
)
def test_an_address_is_made_of_plain_letters(name: str, address: str) -> None:
    assert slug(name) == address


def test_abbreviations_stand_for_what_they_abbreviate_both_ways() -> None:
    entry = Entry(("KI", "Kommunales Integrationszentrum"), abbreviates=True)
    assert interpret("KI Kooperation", entry).related == ("Kommunales Integrationszentrum",)
    assert interpret("ki kooperation", entry).related == ("Kommunales Integrationszentrum",)
    terms = dict(interpret("KI", entry).terms)
    assert (
        terms["=kommunal"] == terms[f"={stem('integrationszentrum')}"] == 0.35
    )  # half of what an equal term finds, for each of two words
    # what is spelled out is looked for in its short form too, if that stands anywhere
    assert interpret("Kommunales Integrationszentrum", entry).related == ()
    assert "=ki" in dict(interpret("Kommunales Integrationszentrum", entry).terms)


def test_where_an_abbreviation_stands_nowhere_what_it_stands_for_is_all_there_is_to_find() -> None:
    entry = Entry(("KI", "Kommunales Integrationszentrum"), abbreviates=True)
    asked, unknown = interpret("KI", entry), interpret("KI")
    assert asked.most < unknown.most
    beside, without = interpret("KI Ehrenamt", entry), interpret("KI Ehrenamt")  # whose meaning is known
    assert beside.most == without.most
    assert [way.worth for way in asked.asked[0].alternatives] == [1.0]
    attested = interpret("Ehrenamt", Entry(("Ehrenamt", "Kommunales Integrationszentrum"), abbreviates=True))
    assert [way.worth for way in attested.asked[0].alternatives][-1] == 0.9


def test_the_letters_of_a_slip_are_not_missed_where_what_was_meant_is_found() -> None:
    assert interpret("Ehrenahmt").most < interpret("Ehrenamt").most < interpret("Xyzahmtqw").most


def test_artificial_intelligence_is_no_integration_centre() -> None:
    assert interpret("Künstliche Intelligenz", Entry(("KI", "Kommunales Integrationszentrum"), True)).related == ()


def test_an_exact_abbreviation_must_be_written_so() -> None:
    entry = Entry(("MO", "Migrantenorganisation"), True, frozenset({"MO"}))
    assert interpret("MO in Halle", entry).related == ("Migrantenorganisation",)
    assert interpret("Mo 10 Uhr", entry).related == ()


def test_synonyms_of_several_words_are_found_in_a_query_and_in_the_corpus() -> None:
    entry = Entry(("Best Practice", "gute Praxis", "Modellprojekt"))
    assert interpret("Best Practice Pflege", entry).related == ("gute Praxis",)  # the corpus has no Modellprojekt
    assert interpret("Best Pflege", entry).related == ()


def test_a_slip_that_stands_for_a_compound_too_is_mended_once() -> None:
    texts = "Die Migranten sind da.", "Migrantenorganisationen sind da."
    counts = {"Frauen": 500, "Organisationen": 500}
    typed = parse_query("Migrantn- und Frauenorganisationen")
    assert interpreter(Thesaurus(), texts, counts).interpret(typed).meant == "Migrantenorganisationen- und Frauenorganisationen"


def test_what_was_probably_meant_is_said() -> None:
    assert interpret("Ehrenahmt helfen").corrected == (("Ehrenahmt", "Ehrenamt"),)
    assert interpret("Wer ein Ehrenahmt und Ehrenahmt will").meant == "Wer ein Ehrenamt und Ehrenamt will"
    assert interpret("Ehrenahmt", Entry(("Ehrenamt", "Freiwillige"))).related == ("Freiwillige",)
    assert interpret("Freiwillige").corrected == interpret("Xylophonbau").corrected == ()
