from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from corpus.errors import NoIndex
from corpus.publication import Document, Kind, Publication
from corpus.thesaurus import Entry, Thesaurus
from index.answer import results_json
from index.embedder import Vectors
from index.generation import Generation
from index.home import Home
from index.live import LiveIndex
from index.query import MAX_LENGTH, parse_query
from index.search import FoundBy, Hit, Results, Searcher, Strength
from index.sentences import ranges_of
from tests.fakes import CountingEmbedder, document_of, over_pages, volumes

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
        home.publish(volumes(documents), embedder, "s")


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


def test_words_near_to_one_with_an_umlaut_are_marked_with_it_and_without(tmp_path: Path) -> None:
    publish(Home(tmp_path), example(pages=[["Kämpferisch für Kampfgeist."]]))
    index = LiveIndex(Home(tmp_path), open_)
    assert marked(best(index, "Kämpfer")) == ["Kämpferisch", "Kampfgeist"]
    index.close()


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
    question = "Was regelt die Vereinbarung der Kommune mit den Familien vor Ort?"
    publish(Home(tmp_path), example(pages=[[question], *PAGES]))
    index = LiveIndex(Home(tmp_path), open_)
    assert all(hit.score <= 1 for hit in search(index, question).hits)
    index.close()


def test_nonsense_finds_nothing_strong(index: LiveIndex) -> None:
    assert not search(index, "Starkregen Hochwasser Deichbau").strong


def test_words_without_content_prove_nothing_but_their_wording_does(index: LiveIndex) -> None:
    assert not search(index, "was für die ist").strong
    assert search(index, '"für Familien"').strong


def test_what_has_every_word_of_a_short_query_comes_first(tmp_path: Path) -> None:
    parts = "Kooperation, Kooperationen, Vereinbarung und Vereinbarungen, Kooperationsvereinbarungsgespräche"
    publish(
        Home(tmp_path), example(pages=[[parts], ["Der Rat tagt. Die Kooperationsvereinbarung hat er nicht gesehen, sagt er."]])
    )
    index = LiveIndex(Home(tmp_path), open_)
    assert best(index, "Rat Kooperationsvereinbarung").passage.pages == (1,)
    index.close()


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
        "quote_pdf_pages": [2],
        "quote_citation": "Titel a.pdf, S. 2",
        "heading_path": [],
        "pdf_pages": [2],
        "page_labels": ["2"],
        "label_sources": ["seen"],
        "text_sources": ["text"],
        "doubtful": [],
        "found_by": ["words", "meaning"],
        "strength": "strong",
        "score": 3.0,
        "citation": "Titel a.pdf, S. 2",
        "url": f"/f/{hit['passage_id']}",
    }


@pytest.mark.parametrize(
    ("query", "quote", "pages", "cited"),
    [
        ("Wohnung", "Eine Wohnung fehlt noch immer.", [1], "S. 1"),
        ("Einsamkeit", "Die Einsamkeit wächst mit jedem Jahr.", [1, 2], "S. 1–2"),
        ("Ehrenamt", "Ein Ehrenamt hilft auch hier.", [2], "S. 2 (Texterkennung)"),
    ],
)
def test_a_sentence_is_cited_by_its_own_pages(tmp_path: Path, query: str, quote: str, pages: list[int], cited: str) -> None:
    text = ["Eine Wohnung fehlt noch immer. Die Einsamkeit wächst ", "mit jedem Jahr. Ein Ehrenamt hilft auch hier."]
    document = over_pages(Publication("a", "a.pdf", "Titel"), text)
    publish(Home(tmp_path), replace(document, passages=(replace(document.passages[0], recognised=(1,)),)))
    index = LiveIndex(Home(tmp_path), open_)
    (hit,) = results_json(search(index, query, 1))["hits"]
    assert (hit["quote"], hit["quote_pdf_pages"]) == (quote, pages)
    assert hit["quote_citation"] == f"Titel, {cited}" + (" (Texterkennung)" if pages == [1, 2] else "")
    assert (hit["pdf_pages"], hit["citation"]) == ([1, 2], "Titel, S. 1–2 (Texterkennung)")
    index.close()


def test_the_sentence_that_a_footnote_begins_with_is_quoted_without_its_number(tmp_path: Path) -> None:
    document = over_pages(Publication("a", "a.pdf", "Titel"), ["2 Ein Ehrenamt hilft auch hier. ", "Das steht im Bericht."])
    publish(Home(tmp_path), replace(document, passages=(replace(document.passages[0], kind=Kind.NOTE, note="2"),)))
    index = LiveIndex(Home(tmp_path), open_)
    (hit,) = results_json(search(index, "Ehrenamt", 1))["hits"]
    assert (hit["quote"], hit["quote_citation"]) == ("Ein Ehrenamt hilft auch hier.", "Titel, S. 1, Anm. 2")
    assert hit["text"].startswith("2 Ein Ehrenamt")
    index.close()


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


class PrefersShort:
    """A reranker that can be computed by eye."""

    def scores(self, query: str, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([-len(text) for text in texts], np.float32)


def test_a_reranker_orders_the_best_hits_anew_but_leaves_quotations_in_front(tmp_path: Path) -> None:
    home = Home(tmp_path)
    publish(home, example())
    searcher = Searcher(home.live(), CountingEmbedder(), reranker=PrefersShort())
    hits = searcher.search(parse_query("Wohnung Ehrenamt Kommune")).hits
    assert [len(hit.passage.text) for hit in hits] == sorted(len(hit.passage.text) for hit in hits) and len(hits) > 2
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    quoted = searcher.search(parse_query("Kooperationsvereinbarung regelt, was die Kommune tut")).hits
    assert quoted[0].passage.pages == (2,)
    searcher.close()


def test_words_that_stand_together_come_before_the_same_words_apart(tmp_path: Path) -> None:
    apart = "Das Haus ist alt, und die Vereine sind jung. Haus, Vereine, Haus, Vereine."
    publish(Home(tmp_path), example(pages=[[apart], ["Morgen tagt das Haus der Vereine in der Stadt am Fluss."], *PAGES]))
    index = LiveIndex(Home(tmp_path), open_)
    assert best(index, "Haus der Vereine").passage.pages == (1,)
    assert best(index, "Vereine Haus").passage.pages == (0,)
    index.close()


def test_an_index_names_several_words_only_where_they_stand_together(tmp_path: Path) -> None:
    entries = "Adam, Eva, 3 Frauen, 4, 7 Gärten, 8 Höfe, 9 Kinder, 11 Märkte, 12 Schulen, 31 Vereine, 40 Wege, 44 Zäune, 45"
    document = example(pages=[["Frauen helfen Frauen."], ["Kinder helfen Kindern."], [entries]])
    *read, index_of_words = document.passages
    publish(Home(tmp_path), replace(document, passages=(*read, replace(index_of_words, kind=Kind.INDEX))))
    index = LiveIndex(Home(tmp_path), open_)
    assert {hit.passage.pages for hit in search(index, "Frauen mit Kindern").hits[:2]} == {(0,), (1,)}
    assert best(index, "Eva Adam").passage.pages == best(index, "Vereine").passage.pages == (2,)
    often = search(index, "Frauen Kinder " * 30)  # in more orders than can be tried
    assert {hit.passage.pages for hit in often.hits[:2]} == {(0,), (1,)}
    index.close()


# What limits a search, and what refines it


@pytest.mark.parametrize(
    ("typed", "pages"),
    [
        ('"die Kommune tut"', {2}),
        ('"DIE KOMMUNE" Wohnung', {2}),
        ("Wohnung Kommune -Vereinbarung", {0, 1, 3, 4}),
        ('Wohnung Kommune -"die Kommune"', {0, 1, 3, 4}),
        ("Wohnung Rathaus ort:Rathaus", {4}),
        ("Wohnung publikation:b.pdf", set()),
        ("Wohnung publikation:titel", {0, 1, 2, 3, 4}),
        ("Wohnung jahr:2020", set()),
    ],
)
def test_only_what_is_allowed_is_found(index: LiveIndex, typed: str, pages: set[int]) -> None:
    found = [hit.passage.pages[0] for hit in search(index, typed).hits]
    assert bool(found) == bool(pages) and set(found) <= pages


def test_a_place_of_several_words_and_an_id_within_another_limit_as_they_say(tmp_path: Path) -> None:
    publish(
        Home(tmp_path),
        example("buch.pdf", [["Die Wohnung in Musterstadt am Fluss."], ["Eine Wohnung in Musterstadt."]]),
        example("muster-buch.pdf", [["Die Wohnung am Rand von Bachstadt."]]),
    )
    index = LiveIndex(Home(tmp_path), open_)

    def found(typed: str) -> list[tuple[str, int]]:
        return sorted((hit.publication.id, hit.passage.pages[0]) for hit in search(index, typed).hits)

    assert found('Wohnung ort:"Musterstadt am Fluss"') == [("buch", 0)]
    assert found("Wohnung publikation:buch") == [("buch", 0), ("buch", 1)]
    assert found("Wohnung publikation:buch.pdf") == [("buch", 0), ("buch", 1)]
    assert {publication for publication, _ in found("Wohnung publikation:uch")} == {"buch", "muster-buch"}
    index.close()


def test_a_phrase_that_stands_nowhere_is_named_and_its_words_are_found(index: LiveIndex) -> None:
    results = search(index, '"eine Wohnung kaufen"')
    assert results.missing == ("eine Wohnung kaufen",)
    assert results.hits[0].passage.pages == (1,)


def test_a_slip_is_found_and_named(index: LiveIndex) -> None:
    results = search(index, "Integrationsbeirta")
    assert results.corrected == (("Integrationsbeirta", "Integrationsbeirat"),)
    assert results.hits[0].passage.pages == (4,) and marked(results.hits[0]) == ["Integrationsbeirat"]
    assert results.strong


def test_what_was_meant_is_spelt_as_it_mostly_stands_in_the_publications(tmp_path: Path) -> None:
    publish(
        Home(tmp_path),
        example(pages=[["FÖRDERUNG", "Förderung und noch einmal Förderung.", "Integrations- und Ausländerbeirat."]]),
    )
    index = LiveIndex(Home(tmp_path), open_)
    assert search(index, "Föderung").corrected == (("Föderung", "Förderung"),)
    assert search(index, "Integrationsbeirta").corrected == (("Integrationsbeirta", "Integrationsbeirat"),)  # only meant there
    index.close()


def test_a_slip_is_asked_for_by_what_was_meant(tmp_path: Path) -> None:
    class Listening(CountingEmbedder):
        def query(self, text: str) -> Vectors:
            asked.append(text)
            return super().query(text)

    asked: list[str] = []
    publish(Home(tmp_path), example())
    index = LiveIndex(Home(tmp_path), lambda generation: Searcher(generation, Listening()))
    search(index, "Wer ist im Integrationsbeirta?")
    search(index, "Wer ist im Integrationsbeirat?")
    assert asked == ["Wer ist im Integrationsbeirat?"] * 2
    index.close()


def test_the_best_sentence_is_the_quotation(tmp_path: Path) -> None:
    lines = ["Der Verein besteht seit vielen Jahren im Viertel.", "Eine Wohnung zu finden ist für Familien schwer."]
    publish(Home(tmp_path), example(pages=[lines]))
    index = LiveIndex(Home(tmp_path), open_)
    for typed, sentence in (("Wohnung", lines[1]), ("Verein Viertel", lines[0]), ("Unterkunft", lines[1])):
        hit = best(index, typed)
        assert hit.passage.text[slice(*hit.quote)] == sentence
    index.close()


def test_a_heading_is_no_quotation_unless_there_is_nothing_else(tmp_path: Path) -> None:
    heading, text = "3.2 Wohnungen für Familien finden und halten", "Das ist in den meisten Orten nicht leicht gewesen."
    document = document_of(Publication("a", "a.pdf", "A"), [[heading], [text]], heading_path=("", heading[4:]))
    one = document.passages[0]
    both = replace(one, pieces=(replace(one.pieces[0], text=heading + "\n"), *document.passages[1].pieces))
    assert ranges_of(both) == [(len(heading) + 1, len(heading) + 1 + len(text))]
    assert ranges_of(one) == [(0, len(heading))]


def test_words_of_the_field_are_marked_only_where_they_stand_together(tmp_path: Path) -> None:
    home = Home(tmp_path)
    publish(home, example(pages=[["Die alte Straße und viele Senioren."], ["Alte Menschen wohnen hier."]]))
    field = Thesaurus((Entry(("Senioren", "alte Menschen")),))
    searcher = Searcher(home.live(), CountingEmbedder(), thesaurus=field)
    marks = {hit.passage.pages[0]: marked(hit) for hit in searcher.search(parse_query("Senioren")).hits}
    assert marks == {0: ["Senioren"], 1: ["Alte Menschen"]}
    searcher.close()


def test_parts_of_a_compound_are_marked_only_where_it_does_not_stand_itself(tmp_path: Path) -> None:
    publish(
        Home(tmp_path),
        example(pages=[["Ehrenamtliche kamen, Hauptamtliche nicht."], ["Das Amt ehrt seine Amtlichen, und Ehre."]]),
    )
    index = LiveIndex(Home(tmp_path), open_)
    assert marked(best(index, "Ehrenamtliche")) == ["Ehrenamtliche"]
    index.close()


def test_what_repeats_another_passage_is_folded_into_it(tmp_path: Path) -> None:
    text = "Eine Wohnung zu finden ist für viele Familien mit Kindern in der Stadt besonders schwer und dauert lange."
    other = text.replace("besonders ", "")
    counted = text.replace("dauert lange", "dauert 3 Jahre")
    document = example(pages=[[text], [text], [other], [counted], ["Ehrenamt."]])
    first, second, *rest = document.passages
    publish(Home(tmp_path), replace(document, passages=(first, replace(second, number=2), *rest)))
    index = LiveIndex(Home(tmp_path), open_)
    hits = search(index, "Wohnung für Familien").hits
    assert len(hits) == 2  # a number says something else
    (folded,) = [hit for hit in hits if hit.passage.pages[0] != 3]
    assert {folded.passage.pages[0], *(passage.pages[0] for passage in folded.repeated)} == {0, 1, 2}
    index.close()


def test_similar_passages_are_near_in_meaning_but_neither_neighbours_nor_repetitions(tmp_path: Path) -> None:
    pages = [
        ["Wohnung in der Stadt."],
        ["Unterkunft in der Gemeinde."],
        ["Ehrenamt."],
        ["Wohnen in der Kommune."],
        ["Wohnung in der Stadt."],
    ]
    document = example(pages=pages)
    publish(Home(tmp_path), replace(document, passages=(*document.passages[:4], replace(document.passages[4], number=2))))
    index = LiveIndex(Home(tmp_path), open_)
    with index.searcher() as searcher:
        first = searcher.library.passage_at(0)
        assert [passage.pages[0] for passage in searcher.similar(first)] == [3]
        assert searcher.similar(searcher.library.passage_at(2)) == ()
        assert searcher.similar(first, 0) == ()
    index.close()


@pytest.mark.parametrize("crowd", [15, 40])  # the other one stands close behind, or far beyond all that are shown
def test_no_publication_crowds_out_another_that_is_nearly_as_good(tmp_path: Path, crowd: int) -> None:
    many = example(pages=[[f"Das Ehrenamt der Gemeinde {n} braucht Anerkennung und Zeit."] for n in range(crowd)])
    publish(Home(tmp_path), many, example("b.pdf", [["In der Stadt braucht das Ehrenamt mehr Anerkennung als Geld und Zeit."]]))
    index = LiveIndex(Home(tmp_path), open_)
    for k in (10, 12):
        hits = search(index, "Ehrenamt braucht Anerkennung und Zeit in der Gemeinde", k).hits
        assert [hit.publication.id for hit in hits].index("b") == 9
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len(search(index, "Ehrenamt braucht Anerkennung und Zeit in der Gemeinde publikation:a.pdf").hits) == 10
    index.close()


def test_more_and_less_of_a_passages_kind_move_the_order(index: LiveIndex) -> None:
    with index.searcher() as searcher:
        query = parse_query("Was gibt es?")
        lonely, home = searcher.library.passage_at(0).id, searcher.library.passage_at(1).id
        assert searcher.search(query, more=[lonely]).hits[0].passage.id == lonely
        assert searcher.search(query, more=[home]).hits[0].passage.id == home
        both = searcher.search(query, more=[lonely, home], less=[lonely]).hits
        assert both[0].passage.id == home
        assert searcher.search(query, more=["gibt es nicht"]).hits == searcher.search(query).hits


def test_filters_hold_for_the_graph_too(tmp_path: Path) -> None:
    home = Home(tmp_path)
    publish(home, example(), example("b.pdf", [["Eine Unterkunft am Rand."], ["Das Ehrenamt wächst."]]))
    searcher = Searcher(home.live(), CountingEmbedder(), exact=False)
    hits = searcher.search(parse_query("Wohnung publikation:b.pdf")).hits
    assert [(hit.publication.id, hit.passage.pages) for hit in hits] == [("b", (0,))]
    searcher.close()
