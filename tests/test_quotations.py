"""How quotations are found in a text, which words of them are compared, and what a locator names."""

from __future__ import annotations

import pytest

from checking.locators import find_locator
from checking.quotations import find_quotations
from checking.tokens import Role, printed, quoted
from corpus.publication import LabelSource, PageLabel


def texts(text: str) -> list[str]:
    return [quotation.text for quotation in find_quotations(text).found]


def locators(text: str) -> list[str]:
    return [quotation.locator.text if quotation.locator else "" for quotation in find_quotations(text).found]


@pytest.mark.parametrize(
    "text",
    [
        "„Das gilt.“",
        "„Das gilt.”",
        '„Das gilt."',
        "‚Das gilt.‘",
        "»Das gilt.«",
        "«Das gilt.»",
        "›Das gilt.‹",
        "“Das gilt.”",
        '"Das gilt."',
    ],
)
def test_every_sort_of_marks_is_known(text: str) -> None:
    assert texts(f"Man sagt: {text} So ist es.") == ["Das gilt."]


def test_marks_inside_a_quotation_make_no_other_one() -> None:
    assert texts("Sie sagt: „Er nannte es ‚gut‘ und »schön«.“ Mehr nicht.") == ["Er nannte es ‚gut‘ und »schön«."]
    assert texts("Man las »Sie rief „halt“ und lief« vor.") == ["Sie rief „halt“ und lief"]
    assert texts("»Eins« und »zwei«") == ["Eins", "zwei"]


def test_an_apostrophe_and_a_measure_close_and_open_nothing() -> None:
    assert texts("Er schrieb ‚Wie geht’s dir heute‘ darunter.") == ["Wie geht’s dir heute"]
    assert texts('Ein Rohr von 3" und eines von 4" Weite.') == []


def test_a_quotation_runs_on_over_lines_but_not_past_the_next_one() -> None:
    assert texts("„Eins\nzwei\ndrei“") == ["Eins\nzwei\ndrei"]
    assert texts("„Eins zwei\n\ndrei vier“") == ["Eins zwei\n\ndrei vier"]
    found = find_quotations("Zeile\n„Nie geschlossen\n\nund „dann richtig“")
    assert [quotation.text for quotation in found.found] == ["dann richtig"]
    assert found.unclosed == (2,)


def test_a_block_is_a_quotation_without_its_signs_and_its_source() -> None:
    block = "Er schreibt:\n\n> Das ist der Anfang,\n> und das ist „das“ Ende. (Muster 2024, S. 46)\n\nSo weit."
    assert texts(block) == ["Das ist der Anfang,\nund das ist „das“ Ende."]
    assert locators(block) == ["S. 46"]
    assert locators("> Das ist der Anfang.\n> — Muster 2024, S. 47\n") == ["S. 47"]
    assert locators("> Das ist der Anfang.\n\n(Muster 2024, S. 48)\n") == ["S. 48"]
    assert texts("> »Das ist der Anfang.« (S. 4)") == ["Das ist der Anfang."]


@pytest.mark.parametrize(
    ("block", "text", "locator"),
    [
        ("> Die Bürger kommen. [@muster2024, S. 46–47]\n", "Die Bürger kommen.", "S. 46–47"),
        ("> Eins.\n>\n> Zwei. [@muster2024, S. \\[46\\], Texterkennung]\n", "Eins.\n\nZwei.", "S. [46]"),
        ("> Die Bürger kommen.\n> [vgl. -@muster2024, S. 3]\n", "Die Bürger kommen.", "S. 3"),
        ("> Die Bürger kommen.\n\n[@muster2024, S. 3]\n", "Die Bürger kommen.", "S. 3"),
        ("> Die Bürger kommen. [@muster2024]\n", "Die Bürger kommen.", ""),
        ("> Die Bürger kommen. [info@muster.de, S. 3]\n", "Die Bürger kommen. [info@muster.de, S. 3]", ""),
        ("> Ein Buch – das von 2020, S. 22. Mehr. [@muster2024, S. 3]\n", "Ein Buch – das von 2020, S. 22. Mehr.", "S. 3"),
        ("> Die Bürger [@alle, S. 3] kommen.\n", "Die Bürger [@alle, S. 3] kommen.", ""),
    ],
)
def test_pandocs_citation_behind_a_block_is_its_source(block: str, text: str, locator: str) -> None:
    assert (texts(block), locators(block)) == ([text], [locator])


def test_a_backslash_that_shows_a_sign_of_markdown_is_no_part_of_a_quotation() -> None:
    assert texts(r"> 1\. Die Bürger\*innen \[…\] kommen\_an.") == ["1. Die Bürger*innen […] kommen_an."]
    assert texts(r"Er schrieb „Bürger\*innen“ und „C:\Haus“.") == ["Bürger*innen", r"C:\Haus"]


def test_the_metadata_of_a_document_quotes_nothing() -> None:
    metadata = '---\ntitle: "Ein Titel von fünf Wörtern"\nreferences: [\n{"id": "x"}\n]\n---\n\n'
    assert texts(f"{metadata}> Alle kommen. [@x, S. 4]\n") == ["Alle kommen."]
    assert find_quotations(f"{metadata}„Alle.“").found[0].line == 8
    assert texts("---\nEin „Anfang“ ohne Angaben\n---\n") == ["Anfang"]


def test_blanks_behind_an_opening_mark_belong_to_some_ways_of_setting() -> None:
    assert texts("On dit: «\u00a0ainsi\u00a0», toujours. Und „ so “ auch.") == ["\u00a0ainsi\u00a0", " so "]


def test_what_no_text_has_is_bounded() -> None:
    assert len(find_quotations("„a " * 500).unclosed) == 100
    assert texts("„" + "a " * 5000 + "“") == []
    blocks = texts("> eins zwei drei\n" * 2000)
    assert len(blocks) == 4 and all(len(block) <= 8000 for block in blocks)
    (token,) = quoted("a" * 7000)
    assert len(token.kin) <= 100


@pytest.mark.parametrize(
    ("text", "locator"),
    [
        ("„Das gilt“ (Beloe et al. 2025, S. 46 f.).", "S. 46 f."),
        ("„Das gilt“, S. 46–47.", "S. 46–47"),
        ("„Das gilt.“ (vgl. Muster 2024, S. [46])", "S. [46]"),
        ("„Das gilt“ (PDF-S. 48)", "PDF-S. 48"),
        ("„Das gilt“, schreibt Muster (2024, S. xii).", "S. xii"),
        ("„Das gilt“ (Muster 2024: 46).", "S. 46"),
        ("Auf Seite 46 heißt es: „Das gilt.“", "Seite 46"),
        ("Muster (2024, S. 46) schreibt: „Das gilt.“", "S. 46"),
        ("„Das gilt.“[^a] Mehr.\n\n[^a]: Muster 2024, S. 46.", "S. 46"),
        ("„Das gilt.“² Mehr.\n\n2 Muster 2024, S. 46.", "S. 46"),
        ("„Das gilt“ Das war im Jahr 2019: 46 Prozent.", ""),
        ("„Das gilt“, im Jahr 2019: 46,5 Prozent.", ""),
        ("„Das gilt“, und 2019: 46.000 Menschen.", ""),
        ("„Das gilt“, und 2019: 46 % aller.", ""),
        ("„Das gilt“, im Jahr 2019: 46 Prozent (Muster 2024: 12).", "S. 12"),
        ("„Das gilt“, so Muster 2024: 46 f.", "S. 46 f."),
        ("„Das gilt“, so Muster 2024: 46, und mehr.", "S. 46"),
        ("„Das gilt“ (Muster 2024: 46 Anm. 3).", "S. 46"),
        ("„Das gilt“ [@muster2024, S. 2].", "S. 2"),
        ("„Das gilt“ [@muster2024, S. 2, 4].", "S. 2, 4"),
        (r"„Das gilt“ [@muster2024, S. \[46\]–\[47\], Texterkennung].", "S. [46]–[47]"),
        (r"„Das gilt“ [@muster2024, S. \[46\]]", "S. [46]"),
        ("„Das gilt“ (S. [46–47])", "S. [46–47]"),
        ("„Das gilt“ [vgl. Muster 2024: 46]", "S. 46"),
        ("> Das ist der Anfang. (Muster 2024: 46 Anm. 3)", "S. 46"),
        ("„Das gilt“, und das war alles. Erst S. 9 sagt mehr.", ""),
        ("„Das gilt.“\n\nAnders auf S. 9.", ""),
    ],
)
def test_the_pages_beside_a_quotation_are_found(text: str, locator: str) -> None:
    assert locators(text) == [locator]


def test_each_quotation_has_its_own_pages_and_ebd_means_those_before() -> None:
    text = "„Eins“ (Muster 2024, S. 3). „Zwei“ (ebd.). „Drei“ (ebd., S. 5). Es folgt „vier“. „Fünf“ (a. a. O., S. 7)"
    assert locators(text) == ["S. 3", "S. 3", "S. 5", "", "S. 7"]
    assert all("Muster" in quotation.beside for quotation in find_quotations(text).found if quotation.locator)


@pytest.mark.parametrize(
    ("text", "named", "others"),
    [
        ("S. 46", ["46"], ["45", "47", "4", "xlvi"]),
        ("S. 46 f.", ["46", "47"], ["45", "48"]),
        ("S. 46 ff.", ["46", "50"], ["45", "60"]),
        ("S. 46–48", ["46", "47", "48"], ["45", "49"]),
        ("S. 146–8", ["146", "148"], ["8", "149"]),
        ("S. 46, 48 und 50", ["46", "48", "50"], ["47", "49"]),
        ("S. ix–xii", ["ix", "X", "xii"], ["9", "viii", "xiii"]),
        ("S. [46]", ["46"], ["47"]),
        ("Seiten 3 bis 5", ["3", "4", "5"], ["6"]),
    ],
)
def test_a_locator_names_printed_pages(text: str, named: list[str], others: list[str]) -> None:
    found = find_locator(text)
    assert found is not None
    for numbers, is_named in ((named, True), (others, False)):
        assert [found[0].names(0, PageLabel(number, LabelSource.SEEN)) for number in numbers] == [is_named] * len(numbers)


def test_a_locator_in_the_file_counts_its_pages_and_a_page_without_number_has_no_other() -> None:
    in_file, on_page = find_locator("PDF-S. 48"), find_locator("S. 48")
    assert in_file and on_page
    label = PageLabel("46", LabelSource.SEEN)
    assert in_file[0].names(47, label) and not in_file[0].names(45, label)
    assert not on_page[0].names(47, PageLabel()) and on_page[0].counts_in_file(47)


def test_both_pages_of_a_sheet_are_named() -> None:
    found = find_locator("S. 47")
    assert found and found[0].names(0, PageLabel.of_spread("46", "47", LabelSource.SEEN))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Migrant*innen, Bürger/-innen und Migrant(inn)en", ["Migrant*innen", "Bürger/-innen", "und", "Migrant(inn)en"]),
        ("42.300 Euro, 0,36 % und 2018–2019", ["42.300", "Euro", "0,36", "%", "und", "2018-2019"]),
        ("der 14-jährige in der Ost-West-Frage", ["der", "14-jährige", "in", "der", "Ost-West-Frage"]),
        ("z. B. nach § 3", ["z", "B", "nach", "§", "3"]),
        ("Freiwil\u00adlige ﬁnden", ["Freiwillige", "finden"]),
        ("Mu\u0308he", ["Mühe"]),
        ("Angri\x1be und \x1cnden", ["Angriffe", "und", "finden"]),
        ("Haus.² Der", ["Haus", "Der"]),
        ("Vor- und Nachteile", ["Vor", "und", "Nachteile"]),
    ],
)
def test_words_are_compared_as_they_read(text: str, words: list[str]) -> None:
    assert [token.text for token in printed(text)] == words
    assert [token.text for token in quoted(text)] == words


@pytest.mark.parametrize(
    "broken", ["Freiwil-\nlige", "Freiwil- lige", "Freiwil\u00ad\nlige", "Freiwil-\n> lige", "Freiwil\u2010\r\nlige"]
)
def test_a_word_broken_at_the_end_of_a_line_is_one_word(broken: str) -> None:
    (token,) = quoted(broken)
    assert (token.text, token.broken) == ("Freiwillige", True)
    assert (token.start, token.end) == (0, len(broken))


def test_what_the_quoting_author_marks_is_told_apart() -> None:
    roles = [(token.text, token.role) for token in quoted("[D]ie Stadt […] hat [der Verein] gesag[t] ... und (…) 3 […]")]
    assert roles == [
        ("[D]ie", Role.CHANGED),
        ("Stadt", Role.WORD),
        ("[…]", Role.OMISSION),
        ("hat", Role.WORD),
        ("[der Verein]", Role.INSERTION),
        ("gesag[t]", Role.CHANGED),
        ("...", Role.OMISSION),
        ("und", Role.WORD),
        ("(…)", Role.OMISSION),
        ("3", Role.WORD),
        ("[…]", Role.OMISSION),
    ]
