from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.geometry import Box, CharBoxes
from corpus.publication import Passage
from corpus.sentences import sentence_ranges
from facsimile.sheet import Line, Sheet
from ingest.clean import TextLine
from ingest.flow import flow
from ingest.hyphens import Vocabulary
from ingest.passages import Splitting, split
from ingest.sections import Section


@pytest.mark.parametrize(
    "sentences",
    [
        ["Das gilt z. B. nach § 3 Abs. 2 Nr. 5 AufenthG.", "Danach gilt es nicht mehr."],
        ["Am 3. Kapitel (vgl. S. 12 ff.) wird d. h. heute gearbeitet.", "Im 19. Jahrhundert war es anders."],
        ["Am 12. November 2025 fand die Konferenz statt.", "Es kamen 17.", "Davon blieben 3."],
        ["„Das ist gut.“", "Sie sagte: „Nein! Wir gehen.“ und ging."],
        ["Prof. Dr. Müller u. a. waren da.", "Der Verband e. V. hat geladen."],
        ["Er kam 2015.", "Danach blieb er."],
        ["Das besagt Art. 3 GG.", "W. Kruse hat es geschrieben."],
        ["Siehe Abb. 4 und Tab. 5.", "Die Zahlen (ca. 5 Mio. Euro) steigen."],
        ["Was heißt das?", "Nichts!", "Gar nichts …"],
        ["Im II. Quartal begann es.", "Im III. Quartal endete es."],
        ["Förder- und Beratungsstellen helfen."],
    ],
)
def test_sentences_of_the_field(sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert [text[a:b].strip() for a, b in sentence_ranges(text)] == sentences


@given(st.text(st.sampled_from("aB .!?:„“1\n-(ä§"), max_size=80))
def test_sentences_cover_the_text(text: str) -> None:
    ranges = sentence_ranges(text)
    assert "".join(text[a:b] for a, b in ranges) == text
    assert all(text[a:b].strip() for a, b in ranges) or not text.strip()


def lines_of(texts: list[str], page: int = 0) -> list[TextLine]:
    """Return printed lines on a sheet of their own, each letter 5 points wide."""
    characters = "".join(text + "\n" for text in texts)
    boxes: list[Box | None] = []
    lines: list[Line] = []
    for number, text in enumerate(texts):
        y, start = 500.0 - 12 * number, len(boxes)
        boxes += [None if c.isspace() else Box(50 + 5.0 * i, y, 55 + 5.0 * i, y + 10) for i, c in enumerate(text)] + [None]
        box = Box(50, y, 50 + 5.0 * len(text), y + 10)
        lines.append(Line(start, start + len(text), box, 10, False, True, text.endswith("-")))
    sheet = Sheet(page, 400, 600, characters, CharBoxes.of(boxes), tuple(lines))
    return [TextLine(sheet, line) for line in lines]


def passages_of(texts: list[str], splitting: Splitting = Splitting()) -> tuple[Passage, ...]:
    section = Section(("Kapitel",), (flow(lines_of(texts), Vocabulary()),))
    return split("p", [section], splitting)


SENTENCE = "Der Verbund lädt die Stadt jedes Jahr zu einem Gespräch über die Arbeit ein."  # 14 words


@pytest.mark.parametrize(
    ("end", "following", "reads"),
    [
        ("haben CDU/", "CSU und FDP", "haben CDU/CSU und FDP"),
        ("(Drucksache 17/", "4627)", "(Drucksache 17/4627)"),
        ("Widerruf Art. 16a/", "Flüchtlingseigenschaft", "Widerruf Art. 16a/Flüchtlingseigenschaft"),
        ("für Schüler/", "-innen und/", "für Schüler/-innen und/"),
        ("alle Lehrer/-", "innen und", "alle Lehrer/-innen und"),
        ("als Lehrer*innen/", "Eltern", "als Lehrer*innen/Eltern"),
        ("abgel./", "offensichtlich", "abgel./offensichtlich"),
        ("Stadt /", "Land", "Stadt / Land"),
        ("siehe okfn.de/blog/", "Projektleitung", "siehe okfn.de/blog/ Projektleitung"),
        ("siehe http://x.example/y/", "Projektleitung", "siehe http://x.example/y/ Projektleitung"),
        ("von 2015–", "2018 und", "von 2015–2018 und"),
        ("die Strecke Köln–", "Bonn", "die Strecke Köln–Bonn"),
        ("das Haus –", "Ein Ort", "das Haus – Ein Ort"),
        ("das ist es–", "Ein Ort", "das ist es– Ein Ort"),
        ("gut und schön–", "aber", "gut und schön– aber"),
    ],
)
def test_what_a_sign_joins_without_blanks_stays_so_when_broken_behind_it(end: str, following: str, reads: str) -> None:
    assert flow(lines_of([end, following]), Vocabulary()).text == reads


def test_passages_are_whole_sentences_of_about_equal_length() -> None:
    passages = passages_of([SENTENCE] * 30)
    counts = [len(p.text.split()) for p in passages]
    assert sum(counts) == 30 * 14
    assert all(60 <= count <= 180 for count in counts)
    assert all(p.text.endswith("ein.") and p.text.startswith("Der") for p in passages)


def test_equal_passages_are_told_apart_by_number() -> None:
    sections = [Section(("Kapitel",), (flow(lines_of([SENTENCE]), Vocabulary()),)) for _ in range(3)]
    passages = split("p", sections)
    assert [p.number for p in passages] == [1, 2, 3]
    assert passages[1].id == f"{passages[0].id}-2"


def test_the_id_depends_on_publication_and_text_alone() -> None:
    (one,), (same,) = passages_of([SENTENCE]), passages_of([SENTENCE[:20], SENTENCE[20:].strip()])
    assert one.text != same.text or one.id == same.id
    assert split("q", [Section((), (flow(lines_of([SENTENCE]), Vocabulary()),))])[0].id != one.id


def test_what_the_model_cannot_take_whole_is_split() -> None:
    section = Section(("Kapitel",), (flow(lines_of([SENTENCE] * 10), Vocabulary()),))
    passages = split("p", [section], fits=lambda text: len(text.split()) <= 31)
    assert all(len(p.headed_text.split()) <= 31 for p in passages)
    assert " ".join(p.text for p in passages) == " ".join([SENTENCE] * 10)


def test_a_sentence_longer_than_a_passage_is_cut_behind_a_clause() -> None:
    passages = passages_of([", ".join(f"Wort{n}" for n in range(400)) + "."])
    assert all(len(p.text.split()) <= 180 for p in passages)
    assert all(p.text.endswith((",", ".")) for p in passages)


word = st.text(st.sampled_from("abcdefgäöüßABCDÄ"), min_size=1, max_size=12)
line = st.lists(
    word | st.sampled_from(["und", "z. B.", "Ende.", "Nr. 5", "1.", "–", "Migrant*innen-"]), min_size=1, max_size=9
).map(" ".join)


@given(st.lists(line, min_size=1, max_size=25))
def test_no_letter_is_lost_and_every_piece_knows_its_place(texts: list[str]) -> None:
    splitting = Splitting(least=5, target=10, most=20)
    passages = passages_of(texts, splitting)
    sheet = lines_of(texts)[0].sheet
    for passage in passages:
        assert passage.text == passage.text.strip()
        for piece in passage.pieces:
            assert sheet.characters[piece.start : piece.end].split() == piece.text.split()
    # a passage without any letter or digit is none; all others keep every letter
    assert letters("".join(p.text for p in passages)) == letters("".join(texts))


def letters(text: str) -> str:
    return re.sub(r"\W", "", text)


@pytest.mark.parametrize("end", ["einschl. ", "(insbes. ", "am 12. ", "Abschn. ", "zzgl. ", "ggü.   \n "])
@pytest.mark.parametrize("before", [" " * 3, "viele " * 50])
def test_a_sentence_goes_on_behind_an_abbreviation_however_long_it_is(before: str, end: str) -> None:
    text = f"Es gilt {before}{end}Haus und mehr."
    assert sentence_ranges(text) == [(0, len(text))]
