"""Quotations of the specimens, right and wrong in known ways, held against the specimens; and any quotation of a small library."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checking.comparison import Slight
from checking.kinds import Kind
from checking.quotations import find_quotations
from checking.verdict import Checked, Checker, PageFinding, Verdict
from citing.markdown import markdown
from citing.quotation import quote_all
from citing.reference import Cited, refer
from corpus.publication import Kind as Passages
from corpus.publication import LabelSource, Name, PageLabel, Piece, Publication
from index.generation import Generation
from index.home import Home
from index.library import Library
from index.origins import Origins
from tests import mutations
from tests.fakes import document_of
from tests.mutations import BY_HAND, NAMES, ROWS, Row
from tests.shelf import publish
from tests.truth import known


@pytest.fixture(scope="module")
def specimens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checker]:
    """The three specimens, read from their files."""
    home = Home(tmp_path_factory.mktemp("specimens"))
    publish(home, *(known(f"muster-{name}").document for name in NAMES))
    with_library = home.live()
    library = with_library.library()
    yield checker(with_library, library)
    library.close()


def checker(generation: Generation, library: Library) -> Checker:
    return Checker(library, Origins(generation.wording(), generation.words()))


def places(checked: Checked) -> set[str]:
    """Return where a quotation was found, as the tables say it: each place of the same words, or all parts of what is joined."""
    named = [
        [f"{s.publication.file.removesuffix('.pdf').removeprefix('muster-')} {pages(s.places)}" for s in part.standings]
        for part in checked.parts
    ]
    return {" + ".join(one[0] for one in named)} if len(named) > 1 else set(*named)


def pages(found: tuple[tuple[int, object], ...]) -> str:
    first, last = found[0][0] + 1, found[-1][0] + 1
    return str(first) if first == last else f"{first}-{last}"


def wrong(rows: list[Row], checker: Checker) -> list[tuple[str, str, str]]:
    """Return id, verdict and places where not all is as expected."""
    found = []
    for row in rows:
        (quotation,) = find_quotations(row.text).found
        checked = checker.check(quotation)
        if checked.verdict != row.verdict or (row.place and row.place not in places(checked)):
            found.append((row.id, str(checked.verdict), " | ".join(sorted(places(checked)))))
    return found


def test_what_is_exported_for_pandoc_is_found_again_word_for_word(specimens: Checker) -> None:
    written = []
    for document in (known(f"muster-{name}").document for name in NAMES):
        labels = {page.index: page.label for page in document.pages}
        for passage in document.passages[::7]:
            words = quote_all(passage)
            written.append(
                Cited(words, refer(words, document.publication, tuple((page, labels[page]) for page in passage.pages)))
            )
    found = find_quotations(markdown(written)).found
    assert len(found) == len(written) > 20
    for cited, quotation in zip(written, found, strict=True):
        checked = specimens.check(quotation)
        assert (checked.verdict, checked.pages) == (Verdict.VERBATIM, PageFinding.RIGHT), cited.reference.locator


def test_the_tables_are_what_the_rules_make_and_large_enough() -> None:
    assert ROWS.read_text(encoding="utf-8") == mutations.lines()
    by_rule, by_hand = mutations.read(ROWS), mutations.read(BY_HAND)
    assert len(by_rule) >= 300 and len(by_hand) >= 40
    assert len({row.id for row in by_rule + by_hand}) == len(by_rule + by_hand)
    assert all(count >= 8 for count in Counter(row.kind for row in by_rule).values())


def test_verdicts_and_places_are_right(specimens: Checker) -> None:
    """All word for word and not found, 98 % of all."""
    rows = mutations.read(ROWS) + mutations.read(BY_HAND)
    certain = [row for row in rows if row.verdict in (Verdict.VERBATIM, Verdict.NOT_FOUND)]
    assert len(certain) > 150
    assert wrong(certain, specimens) == []
    others = [row for row in rows if row not in certain]
    failed = wrong(others, specimens)
    assert len(failed) <= 0.02 * len(rows), failed


#: What is told of a change, by the rule that made it; "kein" for "ein" also says that something else is gone.
KINDS = {
    "number changed": {Kind.NUMBER},
    "negation removed": {Kind.NEGATION},
    "negation added": {Kind.NEGATION},
    "gender sign changed": {Kind.GENDER},
    "masculine form": {Kind.GENDER},
    "word replaced": {Kind.REPLACED},
    "word dropped": {Kind.MISSING, Kind.NUMBER},
}


def test_a_difference_is_told_as_what_it_is(specimens: Checker) -> None:
    rows = [row for row in mutations.read(ROWS) if row.kind in KINDS]
    told = [(row, {one.kind for one in specimens.check(find_quotations(row.text).found[0]).differences}) for row in rows]
    assert len(told) > 100
    assert [(row.id, kinds) for row, kinds in told if not kinds <= KINDS[row.kind]] == []


# A small library


HELP = Publication("hilfe", "hilfe.pdf", "Hilfe in der Stadt", authors=(Name("Beispiel", "Änne"),), year="2020")
CITY = Publication("stadt", "stadt.pdf", "Stadt für alle", authors=(Name("Muster", "Jo"),), year="2024")
LEAVES = (
    [
        "Die Stadt hilft allen, die neu hier ankommen.",
        "Niemand wird an einer Tür abgewiesen, auch nachts nicht.",
        "Im Jahr 2016 kamen 312 Familien in 14 Häuser.",
    ],
    [
        "Lots*innen begleiten sie dann zu den Ämtern,",
        "Ärztinnen und Schulen; manche tun das seit Jahren.",
        "Ohne Geld geht das nicht lange gut.",
    ],
    ["Wer bleibt, braucht eine Wohnung und einen Beruf.", "Beides findet sich nur mit viel Geduld."],
    ["Am Ende zählt, ob jemand zuhört und wiederkommt."],
)
COMMON = "Das Ehrenamt trägt vieles, was sonst keiner trägt."
PAGE_LABELS = (
    PageLabel("46", LabelSource.SEEN),
    PageLabel("47", LabelSource.INFERRED),
    PageLabel("48", LabelSource.SEEN),
    PageLabel(),
)
_ALL = "Niemand wird an einer Tür abgewiesen, auch nachts"
LONG = [" ".join(f"Wort{number:03}" for number in range(start, start + 10)) for start in range(0, 450, 10)]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checker]:
    """A publication whose third leaf is a table in the midst of running text, and one that shares a sentence with it."""
    home = Home(tmp_path_factory.mktemp("small"))
    with_table = [LEAVES[0], LEAVES[1], ["Stadt | Häuser", "Probenfeld | 14"], LEAVES[2], [*LEAVES[3], COMMON]]
    labels = (*PAGE_LABELS[:2], PAGE_LABELS[1], *PAGE_LABELS[2:])
    help_ = document_of(HELP, with_table, labels=labels)
    passages = tuple(replace(p, kind=Passages.TABLE) if "|" in p.text else p for p in help_.passages)
    city = document_of(CITY, [[COMMON, "Und weil das so ist, wird es gern vergessen."], LONG], labels=PAGE_LABELS[:2])
    publish(home, replace(help_, passages=passages), city)
    generation = home.live()
    library = generation.library()
    yield checker(generation, library)
    library.close()


def check(checker: Checker, text: str) -> Checked:
    (quotation,) = find_quotations(text).found
    return checker.check(quotation)


def found(checked: Checked) -> list[str]:
    return [str(standing.citation.locator) for part in checked.parts for standing in part.standings]


def told(checked: Checked) -> list[tuple[str, str, Kind | None]]:
    return [(one.quoted, one.printed, one.kind) for one in checked.differences]


def test_a_quotation_may_run_on_over_a_page_and_past_a_table(small: Checker) -> None:
    over = check(small, "„Im Jahr 2016 kamen 312 Familien in 14 Häuser. Lots*innen begleiten sie dann zu den Ämtern“ (S. 46 f.)")
    assert (over.verdict, over.pages, found(over)) == (Verdict.VERBATIM, PageFinding.RIGHT, ["S. 46–[47]"])
    past = check(small, "„Ohne Geld geht das nicht lange gut. Wer bleibt, braucht eine Wohnung und einen Beruf.“ (S. 47–48)")
    assert (past.verdict, found(past)) == (Verdict.VERBATIM, ["S. [47]–48"])
    table = check(small, "„Stadt, Häuser: Probenfeld 14“ (S. 47)")
    assert table.verdict is Verdict.VERBATIM


def test_pages_that_are_named_in_part_or_by_their_place_in_the_file_are_told(small: Checker) -> None:
    text = "„Im Jahr 2016 kamen 312 Familien in 14 Häuser. Lots*innen begleiten sie“"
    assert check(small, f"{text} (S. 46)").pages is PageFinding.PARTLY
    assert check(small, f"{text} (S. 46)").verdict is Verdict.VERBATIM
    wrong_ = check(small, "„Niemand wird an einer Tür abgewiesen“ (S. 1)")
    assert (wrong_.verdict, wrong_.pages, found(wrong_)) == (Verdict.WRONG_PAGE, PageFinding.IN_FILE, ["S. 46"])
    assert check(small, "„Niemand wird an einer Tür abgewiesen“ (PDF-S. 1)").verdict is Verdict.VERBATIM
    bare = check(small, "„Am Ende zählt, ob jemand zuhört und wiederkommt.“ (S. 49)")
    assert (bare.verdict, found(bare)) == (Verdict.WRONG_PAGE, ["PDF-S. 5"])


def test_of_several_places_the_one_that_is_named_comes_first_and_all_are_told(small: Checker) -> None:
    both = check(small, f"„{COMMON}“")
    assert (both.verdict, sorted(found(both))) == (Verdict.VERBATIM, ["PDF-S. 5", "S. 46"])
    by_author = check(small, f"Muster (2024) sagt: „{COMMON}“")
    assert found(by_author) == ["S. 46", "PDF-S. 5"]
    by_title = check(small, f"Im Heft Hilfe in der Stadt steht: „{COMMON}“ (PDF-S. 5)")
    assert (found(by_title), by_title.verdict) == (["PDF-S. 5", "S. 46"], Verdict.VERBATIM)
    by_page = check(small, f"„{COMMON}“ (S. 46)")
    assert (by_page.verdict, found(by_page)[0]) == (Verdict.VERBATIM, "S. 46")
    elsewhere = check(small, f"„{COMMON}“ (Beispiel 2020, S. 46)")
    assert (elsewhere.verdict, found(elsewhere)[0]) == (Verdict.WRONG_PAGE, "PDF-S. 5")


DWELLING = "„Wer bleibt, braucht eine Wohnung und einen Beruf.“"
OF_CITY = f"„{LONG[0]}“"


@pytest.mark.parametrize(
    "text",
    [
        f"{DWELLING} (Muster 2024, S. 48)",
        f"Im Heft Stadt für alle heißt es: {DWELLING} (S. 48)",
        f"{DWELLING} (Stadt für alle, 2024, S. 48)",
        f"{OF_CITY} (S. 47). {DWELLING} (ebd., S. 48)",
        f"{OF_CITY} (S. 47). {OF_CITY} (ebd.). {DWELLING} (ebd., S. 48)",
        f"„Am Ende zählt, ob jemand zuhört“ (Muster 2024, S. 46). {DWELLING} (ebd., S. 48)",
    ],
)
def test_a_page_of_another_publication_is_not_the_right_one(small: Checker, text: str) -> None:
    *_, checked = small.check_all(find_quotations(text).found)
    assert (checked.verdict, checked.pages, checked.instead) == (Verdict.WRONG_PAGE, PageFinding.OTHER_PUBLICATION, CITY)
    assert found(checked) == ["S. 48"]


@pytest.mark.parametrize(
    "text",
    [
        f"{DWELLING} (Beispiel 2020, S. 48)",
        f"Anders als Muster (2024) schreibt Beispiel: {DWELLING} (S. 48)",
        f"Die Stadt für sie und alle anderen: {DWELLING} (Hilfe in der Stadt, S. 48)",
        f"Die Stadt hilft, und alle kamen 2024: {DWELLING} (S. 48)",
        f"{DWELLING} (Schmidt 1999, S. 48)",
        f"„Am Ende zählt, ob jemand zuhört“ (PDF-S. 5). {DWELLING} (ebd., S. 48)",
        f"„So etwas steht nirgends, in keinem Heft.“ (S. 47). {DWELLING} (ebd., S. 48)",
        f"{OF_CITY} (S. 47). {DWELLING} (Beispiel, ebd., S. 48)",
    ],
)
def test_what_is_no_plain_name_of_another_publication_changes_nothing(small: Checker, text: str) -> None:
    *_, checked = small.check_all(find_quotations(text).found)
    assert (checked.verdict, checked.pages, checked.instead) == (Verdict.VERBATIM, PageFinding.RIGHT, None)


def test_of_the_same_words_ebd_means_those_in_the_publication_before(small: Checker) -> None:
    for before, place in ((OF_CITY, "S. 46"), (DWELLING, "PDF-S. 5")):
        *_, checked = small.check_all(find_quotations(f"{before} (S. 47). „{COMMON}“ (ebd., {place})").found)
        assert (checked.verdict, found(checked)[0]) == (Verdict.VERBATIM, place)


def test_only_words_on_a_recognised_page_are_called_recognised(tmp_path: Path) -> None:
    document = document_of(HELP, LEAVES[:3], labels=PAGE_LABELS[:3])
    first, second, third = document.passages
    both = replace(first, pieces=(*first.pieces, Piece(0, 0, 0, "\n"), *second.pieces), recognised=(1,))
    home = Home(tmp_path)
    publish(home, replace(document, passages=(both, third)))
    library = home.live().library()
    remarks = {
        "Niemand wird an einer Tür abgewiesen": "",
        "Ohne Geld geht das nicht lange gut": "Texterkennung",
        "in 14 Häuser. Lots*innen begleiten sie": "Texterkennung",
        "Wer bleibt, braucht eine Wohnung": "",
        "nicht lange gut. Wer bleibt, braucht eine Wohnung": "Texterkennung",
    }
    checked = {text: check(checker(home.live(), library), f"„{text}“") for text in remarks}
    assert {text: one.parts[0].standings[0].citation.remark for text, one in checked.items()} == remarks
    library.close()


def test_a_changed_wording_stays_one_and_its_publication_is_told(small: Checker) -> None:
    checked = check(small, "„Wer bleibt, braucht eine Arbeit und einen Beruf.“ (Muster 2024, S. 48)")
    assert (checked.verdict, checked.instead) == (Verdict.DIFFERS, CITY)
    assert check(small, f"{DWELLING} (Muster 2024)").pages is PageFinding.NONE


@pytest.mark.parametrize(
    ("text", "differences"),
    [
        ("„Niemand wird an einer Tür abgewiesen, auch nachts.“", [("", "nicht", Kind.NEGATION)]),
        ("„Jemand wird an einer Tür abgewiesen, auch nachts nicht.“", [("Jemand", "Niemand", Kind.NEGATION)]),
        ("„Ohne Geld geht das nie lange gut.“", [("nie", "nicht", Kind.NEGATION)]),
        ("„Im Jahr 2016 kamen 321 Familien in 14 Häuser.“", [("321", "312", Kind.NUMBER)]),
        ("„Die Stadt hilft vielen, die neu hier ankommen.“", [("vielen", "allen", Kind.REPLACED)]),
        ("„Die Stadt hilft allen gern, die neu hier ankommen.“", [("gern", "", Kind.ADDED)]),
        ("„Die Stadt hilft allen, die hier ankommen.“", [("", "neu", Kind.MISSING)]),
        ("„Lotsinnen begleiten sie dann zu den Ämtern“", [("Lotsinnen", "Lots*innen", Kind.GENDER)]),
        ("„Lots:innen begleiten sie dann zu den Ämtern“", [("Lots:innen", "Lots*innen", Kind.GENDER)]),
        ("„Lots*innen begleiten sie dann zu dem Amt, zu Ärzten und Schulen“", None),
        ("„Lots*innen begleiten sie dann zum Amt“", None),
        ("„Wer bleibt, braucht eine wohnung und einen Beruf.“", [("wohnung", "Wohnung", Kind.CASE)]),
        ("„Am Ende zaehlt, ob jemand zuhört und wieder kommt.“", None),
        ("„Am Ende zählt, ob jemand zuhört und wieder kommt.“", [("wieder kommt", "wiederkommt", Kind.SPELLING)]),
        ("„Am Ende zählt, ob jemand zuhöhrt und wiederkommt.“", [("zuhöhrt", "zuhört", Kind.SPELLING)]),
        ("„Ohne Geld geht das [sehr] lange gut.“", [("[sehr]", "nicht", Kind.NEGATION)]),
        ("„Geld geht das nicht lange gut.“", [("", "Ohne", Kind.NEGATION)]),
        ("„Am Schluss zählt, ob jemand zuhört“", [("Schluss", "Ende", Kind.REPLACED)]),
        ("„Wer geht, braucht eine Wohnung und einen Beruf.“", [("geht", "bleibt", Kind.REPLACED)]),
    ],
)
def test_what_differs_is_told_word_by_word(small: Checker, text: str, differences: list[tuple[str, str, Kind]] | None) -> None:
    checked = check(small, text)
    assert checked.verdict is Verdict.DIFFERS
    assert differences is None or told(checked) == differences
    assert "".join(one.quoted for part in checked.parts for one in part.stretches) == checked.quotation.text


@pytest.mark.parametrize(
    ("text", "stretches"),
    [
        ("„Die Stadt hilft allen, die hier ankommen.“", ["Die Stadt hilft allen, die ", "+neu", "hier ankommen."]),
        ("„Die Stadt hilft allen, neu hier ankommen.“", ["Die Stadt hilft allen, ", "+die", "neu hier ankommen."]),
        ("„Niemand wird an einer Tür abgewiesen, auch nachts!“", [_ALL, "+nicht", "!"]),
        ("„Geld geht das [doch] nicht gut.“", ["+Ohne", "Geld geht das [doch] nicht ", "+lange", "gut."]),
        (
            "„Die Stadt hilft vielen, die neu sind.“",
            ["Die Stadt hilft ", "-vielen", "+allen", ", die neu ", "-sind", "+hier ankommen", "."],
        ),
    ],
)
def test_what_differs_stands_in_its_place(small: Checker, text: str, stretches: list[str]) -> None:
    (part,) = check(small, text).parts
    shown = [
        f"{sign}{words}"
        for one in part.stretches
        for sign, words in ((("-", one.quoted), ("+", one.printed)) if one.kind else (("", one.quoted),))
        if words
    ]
    assert shown == stretches


@pytest.mark.parametrize(
    ("text", "slight"),
    [
        ("„Die Stadt hilft allen die neu hier ankommen.“", {Slight.PUNCTUATION}),
        ("„die Stadt hilft allen, die neu hier ankommen!“", {Slight.CAPITAL}),
        ("„[d]ie Stadt hilft allen, die neu hier ankommen“", {Slight.INSERTIONS}),
        ("„[Probenfeld] hilft allen, die neu hier ankommen“", {Slight.INSERTIONS}),
        ("„Die Stadt hilft [sic] allen […] ankommen.“", {Slight.INSERTIONS, Slight.OMISSIONS}),
        (
            "„Die Stadt hilft allen, die neu hier ankommen.12 Niemand wird an einer Tür abgewiesen, auch nachts nicht“",
            {Slight.NOTE_MARK},
        ),
        ("„Die Stadt hilft allen, die neu hier ankommen.“", set()),
        ("„Die Stadt hilft allen, die neu hier ankommen12.“", {Slight.NOTE_MARK}),
        ("„Im Jahr [2016] kamen [312] Familien in 14 Häuser.“", {Slight.INSERTIONS}),
        ("„geht das nicht lange gut“", {Slight.NEGATED}),
        ("„wird an einer Tür abgewiesen“", {Slight.NEGATED}),
        ("„wird an einer Tür abgewiesen, auch nachts“", {Slight.NEGATED}),
        ("„Lots*innen […] tun das seit Jahren […] Wer bleibt, braucht eine Wohnung“", {Slight.OMISSIONS}),
    ],
)
def test_what_a_quotation_may_change_is_no_difference(small: Checker, text: str, slight: set[Slight]) -> None:
    checked = check(small, text)
    assert (checked.verdict, set(checked.slight)) == (Verdict.VERBATIM, slight)


def test_the_signs_that_differ_are_told_with_their_words(small: Checker) -> None:
    (part,) = check(small, "„Die Stadt hilft allen die neu hier ankommen.“").parts
    assert part.comparison.signs == (("allen die", "allen, die"),)


def test_what_does_not_follow_is_joined(small: Checker) -> None:
    joined = check(
        small, "„Die Stadt hilft allen, die neu hier ankommen. Wer bleibt, braucht eine Wohnung und einen Beruf.“ (S. 46)"
    )
    assert (joined.verdict, found(joined), joined.pages) == (Verdict.SPLICED, ["S. 46", "S. 48"], PageFinding.PARTLY)
    backwards = check(small, "„Ohne Geld geht das nicht lange gut. Die Stadt hilft allen, die neu hier ankommen.“")
    assert (backwards.verdict, found(backwards)) == (Verdict.SPLICED, ["S. [47]", "S. 46"])
    marked = "„{} […] {}“".format(*(" ".join(line.split()[:6]) for line in (LONG[0], LONG[-1])))
    assert check(small, marked).verdict is Verdict.SPLICED  # more than a page is left out
    near = "„{} […] {}“".format(*(" ".join(line.split()[:6]) for line in (LONG[0], LONG[20])))
    assert check(small, near).verdict is Verdict.VERBATIM


def test_words_that_nobody_printed_are_told_apart_from_those_before_them(small: Checker) -> None:
    text = "Niemand wird an einer Tür abgewiesen, auch nachts nicht. Das schwor mir der Bürgermeister mit erhobener Hand und rotem Kopf."
    checked = check(small, f"„{text}“")
    assert (checked.verdict, told(checked)[0][1:]) == (Verdict.DIFFERS, ("", Kind.ADDED))


def test_few_words_are_looked_up_only_where_pages_are_named(small: Checker) -> None:
    assert check(small, "„Die Stadt“").verdict is Verdict.TOO_SHORT
    assert check(small, "„Die Stadt“ (S. 46)").verdict is Verdict.VERBATIM
    assert check(small, "„Die Stadt“ (S. 48)").verdict is Verdict.WRONG_PAGE
    assert check(small, "„Der Staat“ (S. 46)").verdict is Verdict.NOT_FOUND
    assert check(small, "„[…]“ (S. 46)").verdict is Verdict.TOO_SHORT
    assert check(small, "„Mondfinsternisse sind selten und schön anzusehen“").verdict is Verdict.NOT_FOUND


SENTENCES = [(index, line) for index, lines in enumerate((*LEAVES[:2], [], *LEAVES[2:])) for line in lines]
FORMS: tuple[Literal["NFC"], Literal["NFD"]] = ("NFC", "NFD")
WHOLE = [[0], [1], [2], [3, 4], [5], [6], [7], [8]]  # lines that are one sentence each


@given(
    first=st.integers(0, len(WHOLE) - 1),
    more=st.integers(0, 3),
    marks=st.sampled_from(["„%s“", "»%s«", "«%s»", "“%s”", '"%s"', "‚%s‘"]),
    width=st.integers(12, 60),
    form=st.sampled_from(FORMS),
    blank=st.sampled_from([" ", "\u00a0", "  "]),
    data=st.data(),
)
def test_any_sentences_however_they_are_set_are_verbatim(
    small: Checker, first: int, more: int, marks: str, width: int, form: Literal["NFC", "NFD"], blank: str, data: st.DataObject
) -> None:
    lines = [SENTENCES[at] for sentence in WHOLE[first : first + 1 + more] for at in sentence]
    text = " ".join(line for _, line in lines)
    broken = wrapped(text, width, data).replace("fi", "ﬁ").replace(" ", blank)
    checked = check(small, f"Es heißt: {marks % unicodedata.normalize(form, broken)}")
    assert checked.verdict is Verdict.VERBATIM, checked
    assert not checked.slight
    (standing, *_) = checked.parts[0].standings
    assert [index for index, _ in standing.places] == sorted({index for index, _ in lines})


def wrapped(text: str, width: int, data: st.DataObject) -> str:
    """Set a text in lines, with words broken where the line ends: each behind two of its letters at least, before two of them."""
    done, line = [], ""
    for word in text.split():
        if len(line) + len(word) < width:
            line = f"{line} {word}".lstrip()
            continue
        cuts = [
            n for n in range(2, len(word) - 2) if word[n - 2 : n].isalpha() and word[n : n + 2].islower() and word[n:].isalpha()
        ]
        cut = data.draw(st.sampled_from([0, *cuts]))
        done.append(f"{line} {word[:cut]}-".lstrip() if cut else line)
        line = word[cut:]
    return "\n".join([*done, line])
