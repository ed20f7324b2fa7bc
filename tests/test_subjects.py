"""Which passages tell of a subject, what stands under which heading, and how the hits of a search are counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.publication import Document, Kind, Publication
from corpus.thesaurus import Group, Subject, Thesaurus
from index.facets import Count, Facets
from index.home import Home
from index.outline import Entry
from index.query import Filters, parse_query
from index.search import Searcher, Strength
from tests.fakes import document_of
from tests.shelf import EMBEDDER, publish

BOOK = Publication("buch", "buch.pdf", "Vor Ort", year="2020")
PAPER = Publication("papier", "papier.pdf", "Die Wohnung", year="2024")
LINES = (
    ("Ehrenamt", "Ehrenamtliche wohnen in Halle und mieten Wohnungen."),
    ("Wohnen", "Der Umzug in die Halle war schwer."),
    ("Wohnen", "Ältere, auch kranke Menschen ziehen nach Schwerin."),
    ("Register", "Ehrenamt 1, Wohnen 2, Schwerin 3"),
)


def book() -> Document:
    """Four passages in three chapters, the last of which only leads to the others."""
    document = document_of(BOOK, [[line] for _, line in LINES])
    kinds = (Kind.TEXT, Kind.TABLE, Kind.NOTE, Kind.INDEX)
    passages = zip(document.passages, LINES, kinds, strict=True)
    return replace(
        document, passages=tuple(replace(p, heading_path=("Teil", chapter), kind=kind) for p, (chapter, _), kind in passages)
    )


def paper() -> Document:
    return document_of(PAPER, [["Das Ehrenamt in Schwerin."]], heading_path=("Ehrenamt",))


@pytest.fixture
def searcher_with(tmp_path: Path) -> Iterator[Callable[..., Searcher]]:
    """Open a book and a paper with some subjects, each given as its group, name and terms."""
    opened: list[Searcher] = []

    def open_(*subjects: Subject) -> Searcher:
        home = Home(tmp_path)
        publish(home, book(), paper())
        opened.append(Searcher(home.live(), EMBEDDER, thesaurus=Thesaurus(subjects=subjects)))
        return opened[-1]

    yield open_
    for searcher in opened:
        searcher.close()


@pytest.mark.parametrize(
    ("group", "terms", "rows"),
    [
        (Group.TOPIC, ["Mieten"], [0]),  # "mieten" is a form of it
        (Group.TOPIC, ["Ehrenamt"], [0, 4]),  # not the register, though it has the word
        (Group.TOPIC, ["Wohnen"], [0, 1, 2]),  # the heading names it
        (Group.TOPIC, ["Wohnung"], [0]),  # the title of the paper does not count
        (Group.TOPIC, ['"Wohnung"'], []),  # only "Wohnungen" stands there
        (Group.TOPIC, ["Umzug", "Mieten"], [0, 1]),
        (Group.TOPIC, ["kranker Mensch"], [2]),
        (Group.TOPIC, ["Ältere Menschen"], []),  # the words do not stand together
        (Group.TOPIC, ["auch", "Quantenphysik"], []),
        (Group.PLACE, ["in Halle"], [0]),  # "in die Halle" is no town
        (Group.PLACE, ["Schwerin"], [2, 4]),  # and "schwer" none either
    ],
)
def test_a_subject_is_told_of_where_its_words_stand(
    searcher_with: Callable[..., Searcher], group: Group, terms: list[str], rows: list[int]
) -> None:
    searcher = searcher_with(Subject(group, "Name", tuple(terms)))
    assert [found.rows.tolist() for found in searcher.subjects.of(group)] == ([rows] if rows else [])


def test_the_words_of_a_subject_are_marked(searcher_with: Callable[..., Searcher]) -> None:
    living, town = Subject(Group.TOPIC, "Wohnen", ("Wohnung", "Wohnen")), Subject(Group.PLACE, "Schwerin", ("Schwerin",))
    searcher = searcher_with(living, town)

    def marked(subject: Subject, row: int) -> list[str]:
        text = searcher.library.passage_at(row).text
        return [text[start:end] for start, end in searcher.subjects.ranges(subject, row, text)]

    assert marked(living, 0) == ["wohnen", "Wohnungen"]
    assert marked(living, 1) == []  # only the heading has it
    assert marked(town, 2) == ["Schwerin"] and marked(town, 1) == []


def test_a_subject_is_found_by_its_name_and_by_what_addresses_call_it(searcher_with: Callable[..., Searcher]) -> None:
    searcher = searcher_with(Subject(Group.PLACE, "Schwerin (MV)", ("Schwerin",)), Subject(Group.PLACE, "Kiel", ("Kiel",)))
    found = searcher.subjects.find("Schwerin (MV)")
    assert found is not None and found is searcher.subjects.find("schwerin-mv", [Group.PLACE])
    assert searcher.subjects.find("schwerin-mv", [Group.TOPIC]) is None
    assert searcher.subjects.find("Kiel") is None  # no passage names it


def test_headings_are_a_tree_with_what_stands_under_each(searcher_with: Callable[..., Searcher]) -> None:
    outline = searcher_with().outline
    assert outline.contents("buch") == (
        Entry("Teil", 0, 3, (Entry("Ehrenamt", 0, 1, ()), Entry("Wohnen", 1, 1, ()), Entry("Register", 3, 1, ()))),
    )  # a note stands behind the text
    assert outline.contents("papier") == (Entry("Ehrenamt", 4, 1, ()),)
    assert outline.contents("gibt es nicht") == ()
    assert outline.under("ehrenamt").tolist() == [0, 4]
    assert outline.chapter("buch", "Teil").tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("filters", "rows"),
    [
        (Filters(chapter="Wohnen"), {1, 2}),
        (Filters(chapter="Ehrenamt"), {0, 4}),  # a title alone, as addresses had it once
        (Filters(chapter="papier/Ehrenamt"), {4}),
        (Filters(chapter="buch/ehrenamt"), {0}),
        (Filters(chapter="gibt-es-nicht/Ehrenamt"), set()),
        (Filters(chapter="Teil", kind=Kind.TEXT), {0}),
        (Filters(subjects=("wohnen",)), {0, 1, 2}),
        (Filters(subjects=("wohnen", "ehrenamt")), {0}),
        (Filters(subjects=("gibt-es-nicht",)), set()),
        (Filters(place="Halle (Saale)"), {0}),
        (Filters(place="Halle"), {0, 1}),  # what is no name of the vocabulary is a word in the text
    ],
)
def test_filters_leave_what_tells_of_all_that_is_wanted(
    searcher_with: Callable[..., Searcher], filters: Filters, rows: set[int]
) -> None:
    searcher = searcher_with(
        Subject(Group.TOPIC, "Wohnen", ("Wohnung", "Wohnen")),
        Subject(Group.TOPIC, "Ehrenamt", ("Ehrenamt", "Ehrenamtliche")),
        Subject(Group.PLACE, "Halle (Saale)", ("in Halle",)),
    )
    results = searcher.search(parse_query("Ehrenamt Wohnung Halle Umzug Schwerin ältere", filters), 10)
    assert {searcher.library.position(hit.passage.id) for hit in results.hits} == rows


def facets(searcher: Searcher, typed: str, k: int = 10) -> Facets:
    return searcher.facets(searcher.judged(searcher.ranking(parse_query(typed), k)))


def test_the_passages_that_may_answer_are_counted_shown_or_not(searcher_with: Callable[..., Searcher]) -> None:
    searcher = searcher_with(
        Subject(Group.TOPIC, "Wohnen", ("Wohnung", "Wohnen")),
        Subject(Group.TOPIC, "Umzug", ("Umzug",)),
        Subject(Group.PLACE, "Schwerin", ("Schwerin",)),
        Subject(Group.PLACE, "Halle", ("in Halle",)),
    )
    found = facets(searcher, "Ehrenamt", 1)
    assert found.counted == 3  # the word stands in the text of rows 0, 3 and 4
    assert found.publications == (Count("buch", "Vor Ort", 2), Count("papier", "Die Wohnung", 1))
    assert found.chapters == (Count("buch/Teil", "Teil", 2), Count("papier/Ehrenamt", "Ehrenamt", 1))
    assert found.kinds == (Count("text", "text", 2), Count("index", "index", 1))
    assert found.years == (Count("2020", "2020", 2), Count("2024", "2024", 1))
    assert found.topics == (Count("wohnen", "Wohnen", 1),)
    assert found.places == (Count("halle", "Halle", 1), Count("schwerin", "Schwerin", 1))
    assert found.audiences == found.models == ()


def test_what_hardly_answers_is_not_counted(searcher_with: Callable[..., Searcher]) -> None:
    searcher, typed = searcher_with(), "Strafzettel Dampfschiff Quantenphysik wohnen"
    results = searcher.search(parse_query(typed))
    assert results.hits and not results.plausible
    assert facets(searcher, typed).counted == 0


def test_passages_are_judged_as_their_hits_are(searcher_with: Callable[..., Searcher]) -> None:
    searcher = searcher_with()
    for typed in ("Ehrenamt", "Wohnung in Schwerin", "„Der Umzug in die Halle war schwer.“", "Menschen Umzug Amt Haus"):
        ranking = searcher.ranking(parse_query(typed), 10)
        judged, hits = searcher.judged(ranking), searcher.hits(ranking, ranking.ranked)
        assert judged.among == len(hits) > 0
        for candidate, hit in zip(ranking.ranked, hits, strict=True):
            assert (candidate.row in judged.strong) is (hit.strength is Strength.STRONG), typed
            assert (candidate.row in judged.plausible) is hit.plausible, typed
