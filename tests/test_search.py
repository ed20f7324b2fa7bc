from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import NoIndex
from corpus.publication import Document, Publication
from index.answer import results_json
from index.generation import Generation, Home
from index.live import LiveIndex
from index.query import MAX_LENGTH, parse_query
from index.search import FoundBy, Hit, Results, Searcher, Strength
from tests.fakes import CountingEmbedder, document_of, embedded

PAGES = [
    ["Einsamkeit im Alter trifft viele ältere Geflüchtete."],
    ["Eine Wohnung zu finden ist für Familien schwer."],
    ["Die Kooperationsvereinbarung regelt, was die Kommune tut."],
    ["Ehrenamt braucht Anerkennung, sagen die Bürger*innen vor Ort."],
    ["Der Integrationsbeirat tagt im Rathaus."],
]


def example(file: str = "a.pdf", pages: list[list[str]] = PAGES) -> Document:
    return document_of(Publication(file.removesuffix(".pdf"), file, f"Titel {file}"), pages)


def publish(home: Home, *documents: Document) -> None:
    embedder = CountingEmbedder()
    with home.locked():
        home.publish(documents, embedded(documents, embedder), embedder.fingerprint, "s")


def open_(generation: Generation) -> Searcher:
    return Searcher(generation, CountingEmbedder())


@pytest.fixture
def index(tmp_path: Path) -> Iterator[LiveIndex]:
    publish(Home(tmp_path), example())
    live = LiveIndex(Home(tmp_path), open_)
    yield live
    live.close()


def search(index: LiveIndex, typed: str, k: int = 10) -> Results:
    with index.searcher() as searcher:
        return searcher.search(parse_query(typed), k)


def best(index: LiveIndex, typed: str) -> Hit:
    return search(index, typed).hits[0]


def marked(hit: Hit) -> list[str]:
    return [hit.passage.text[a:b] for a, b in hit.matches]


@pytest.mark.parametrize(
    ("typed", "page", "marks"),
    [
        ("Wohnungen", 1, ["Wohnung"]),
        ("aeltere Gefluechtete", 0, ["Alter", "ältere Geflüchtete"]),
        ("Bürgerinnen", 3, ["Bürger*innen"]),
        ("Vereinbarung", 2, ["Kooperationsvereinbarung"]),
        ("Kooperazionsvereinbarung", 2, ["Kooperationsvereinbarung"]),
        ("integrationsBEIRAT", 4, ["Integrationsbeirat"]),
    ],
)
def test_words_find_their_passage_and_are_marked_in_their_real_form(
    index: LiveIndex, typed: str, page: int, marks: list[str]
) -> None:
    hit = best(index, typed)
    assert hit.passage.pages == (page,)
    assert marked(hit) == marks
    assert FoundBy.WORDS in hit.found_by
    assert hit.strength is Strength.STRONG


def test_meaning_finds_what_shares_no_word(index: LiveIndex) -> None:
    hit = best(index, "Freiwillige")
    assert hit.passage.pages == (3,)
    assert (hit.found_by, marked(hit)) == ((FoundBy.MEANING,), [])


@pytest.mark.parametrize("typed", ["regelt, was die Kommune tut", "„was die Kommune“", '"Kommune tut"'])
def test_a_quotation_comes_first_and_is_strong(index: LiveIndex, typed: str) -> None:
    hit = best(index, typed)
    assert hit.passage.pages == (2,)
    assert hit.score > 1 and hit.strength is Strength.STRONG


def test_a_question_that_stands_somewhere_is_no_quotation(tmp_path: Path) -> None:
    publish(Home(tmp_path), example(pages=[["Was regelt die Vereinbarung?"], *PAGES]))
    index = LiveIndex(Home(tmp_path), open_)
    assert all(hit.score <= 1 for hit in search(index, "Was regelt die Vereinbarung?").hits)
    index.close()


def test_nonsense_finds_nothing_strong(index: LiveIndex) -> None:
    assert not search(index, "Starkregen Hochwasser Deichbau").strong


def test_a_word_that_stands_everywhere_is_found_strongly(tmp_path: Path) -> None:
    publish(Home(tmp_path), example(pages=[[f"Die Teilhabe in Ort {n} wächst."] for n in range(5)]))
    index = LiveIndex(Home(tmp_path), open_)
    assert best(index, "Teilhabe").strength is Strength.STRONG
    index.close()


def test_k_limits_and_an_empty_query_finds_nothing(index: LiveIndex) -> None:
    assert len(search(index, "Wohnung Ehrenamt Einsamkeit Kommune", 2).hits) == 2
    assert search(index, "   ").hits == () and search(index, "Wohnung", 0).hits == ()


def test_scores_fall(index: LiveIndex) -> None:
    scores = [hit.score for hit in search(index, "Wohnung für ältere Geflüchtete in der Kommune").hits]
    assert scores == sorted(scores, reverse=True)


def test_the_answer_keeps_its_promised_keys(index: LiveIndex) -> None:
    answer = results_json(search(index, "Wohnung", 1))
    assert answer["query"] == "Wohnung"
    assert (answer["related"], answer["corrected"], answer["missing"]) == ([], [], [])
    (hit,) = answer["hits"]
    assert hit == {
        "passage_id": hit["passage_id"],
        "publication_id": "a",
        "file": "a.pdf",
        "text": "Eine Wohnung zu finden ist für Familien schwer.",
        "quote": "Eine Wohnung zu finden ist für Familien schwer.",
        "heading_path": [],
        "pdf_pages": [2],
        "page_labels": ["2"],
        "label_sources": ["seen"],
        "text_sources": ["text"],
        "doubtful": [],
        "found_by": ["words", "meaning"],
        "strength": "strong",
        "score": 1.0,
        "citation": "Titel a.pdf, S. 2",
        "url": f"/f/{hit['passage_id']}",
    }


def test_a_new_generation_is_noticed_and_a_request_keeps_its_own(tmp_path: Path) -> None:
    home = Home(tmp_path)
    publish(home, example())
    index = LiveIndex(home, open_)
    with index.searcher() as old:
        publish(home, example(), example("b.pdf", [["Das Sprachcafé öffnet mittwochs."]]))
        assert best(index, "Sprachcafé").publication.id == "b"
        assert old.search(parse_query("Sprachcafé"), 10).hits == () or old.library.publication("b") is None
        assert old.library.count() == 5
    assert best(index, "Wohnung").publication.id == "a"
    index.close()


def test_a_broken_new_generation_does_not_stop_the_old_one(tmp_path: Path) -> None:
    home = Home(tmp_path)
    publish(home, example())
    index = LiveIndex(home, open_)
    assert best(index, "Wohnung")
    (tmp_path / "live").write_text("20990101T000000Z-1\n")
    assert best(index, "Wohnung").passage.pages == (1,)
    index.close()


def test_without_an_index_the_error_says_so(tmp_path: Path) -> None:
    index = LiveIndex(Home(tmp_path), open_)
    with pytest.raises(NoIndex), index.searcher():
        pass


@given(st.text(max_size=200))
def test_whatever_is_typed_is_a_query(typed: str) -> None:
    query = parse_query(typed)
    assert len(query.text) <= MAX_LENGTH
    assert query.text == query.text.strip() and "\n" not in query.text and "\x00" not in query.text


def test_a_long_query_is_cut() -> None:
    assert len(parse_query("Wort " * 5000).text) <= MAX_LENGTH


@pytest.mark.parametrize("typed", ["„a“", "! ! ! ! !", '"e"', "« »"])
def test_a_letter_in_quotation_marks_is_no_quotation(index: LiveIndex, typed: str) -> None:
    assert all(hit.score <= 1 for hit in search(index, typed).hits)


def test_invisible_characters_split_no_word() -> None:
    assert parse_query("Geflüch\u00adtete\u200b und\u200d mehr").text == "Geflüchtete und mehr"
