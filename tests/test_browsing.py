"""Subjects, chapters and publications browsed without a query, and the way around the site."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from corpus.publication import Document, Publication, Show
from corpus.thesaurus import Group, Subject, Thesaurus
from index.generation import Generation
from index.home import Home
from index.live import LiveIndex
from index.outline import Entry
from index.search import Searcher
from search_app import create_app
from search_app.browsing import chapter_names
from tests.fakes import document_of
from tests.shelf import EMBEDDER, look, over_a_page_break, publish, report
from tests.test_subjects import BOOK, book, paper

SUBJECTS = Thesaurus(
    subjects=(
        Subject(Group.TOPIC, "Wohnen & Mieten", ("Wohnung", "Wohnen")),
        Subject(Group.TOPIC, "Quantenphysik", ("Quantenphysik",)),
        Subject(Group.AUDIENCE, "Kranke", ("kranker Mensch",)),
        Subject(Group.PLACE, "Schwerin", ("Schwerin",)),
    )
)


@pytest.fixture
def client_of(tmp_path: Path) -> Iterator[Callable[..., FlaskClient]]:
    """Make a client over some documents and the subjects of a thesaurus."""
    opened: list[LiveIndex] = []

    def make(*documents: Document, thesaurus: Thesaurus = SUBJECTS) -> FlaskClient:
        home = Home(tmp_path)
        publish(home, *documents)

        def open_(generation: Generation) -> Searcher:
            return Searcher(generation, EMBEDDER, thesaurus=thesaurus)

        opened.append(LiveIndex(home, open_))
        return create_app(opened[-1]).test_client()

    yield make
    for index in opened:
        index.close()


@pytest.fixture
def client(client_of: Callable[..., FlaskClient]) -> FlaskClient:
    return client_of(book(), paper())


def test_only_subjects_that_passages_tell_of_are_offered_with_how_many(client: FlaskClient) -> None:
    seen = look(client, "/themen")
    assert seen.links("/themen/") == ["/themen/wohnen-mieten"]
    assert "Wohnen & Mieten 3" in seen.words
    assert look(client, "/orte").links("/orte/") == ["/orte/schwerin"]
    assert "Hier gibt es nichts zu blättern" in look(client, "/kooperationsmodelle", 404).words


def test_a_subject_has_the_headings_that_name_it_then_its_passages_by_publication(client: FlaskClient) -> None:
    seen = look(client, "/themen/wohnen-mieten")
    assert "Kapitel dazu Wohnen S. 2, Vor Ort · 1 Textstelle" in seen.words
    assert [" ".join(hit.split()) for hit in seen.hits] == ["Kapitel dazu", "Vor Ort 3 Textstellen"]
    links = [link for link in seen.links("/f/") if "thema=wohnen-mieten" in link]
    assert [link.split("?")[0] for link in links] == [f"/f/{passage.id}" for passage in book().passages[:3]]
    assert seen.marks == ["wohnen", "Wohnungen"]
    assert "Fußnote Vor Ort, 2020, S. 3" in seen.words  # how it is cited


def test_a_sentence_is_cited_with_its_own_page_where_its_passage_runs_on_overleaf(client_of: Callable[..., FlaskClient]) -> None:
    first, second = "Die Stadt hilft allen, die neu sind.", "Die Wohnung ist für viele der erste Schritt."
    seen = look(client_of(over_a_page_break(document_of(BOOK, [[first], [second]]))), "/themen/wohnen-mieten")
    assert f"{second} Vor Ort, 2020, S. 2" in seen.words and first not in seen.words
    assert "S. 1" not in seen.words


def test_a_passage_reached_from_a_subject_leads_back_and_to_the_next_one(client: FlaskClient) -> None:
    first, second = look(client, "/orte/schwerin").links("/f/")
    seen = look(client, first)
    assert "Zurück zu „Schwerin“ Nächste Stelle dazu (2 von 2)" in seen.words
    assert seen.links("/orte/schwerin") == [f"/orte/schwerin#f-{book().passages[2].id}"]
    assert second in seen.links("/f/") and seen.marks == ["Schwerin"]
    assert "Vorige Stelle dazu (1 von 2)" in look(client, second).words
    # another passage has nothing to do with it
    assert "Zurück zu" not in look(client, f"/f/{book().passages[0].id}?ort=Schwerin").words


@pytest.mark.parametrize(("show", "leads"), [(Show.PASSAGE, False), (Show.PAGE, True)])
def test_a_list_leads_through_a_publication_only_where_more_than_passages_may_be_shown(
    client_of: Callable[..., FlaskClient], show: Show, leads: bool
) -> None:
    client = client_of(replace(book(), publication=replace(BOOK, show=show)), paper())
    listed = [link for link in look(client, "/themen/wohnen-mieten").links("/f/") if "thema=" in link]
    assert len(listed) == 3
    for link in listed:
        seen = look(client, link)
        assert "Zurück zu „Wohnen & Mieten“" in seen.words
        assert any(step in seen.words for step in ("Vorige Stelle dazu", "Nächste Stelle dazu")) is leads, link


def test_a_long_list_has_pages_and_each_passage_leads_back_to_its_own(client_of: Callable[..., FlaskClient]) -> None:
    many = document_of(BOOK, [[f"Eine Wohnung in Haus {number}."] for number in range(45)])
    client = client_of(many)
    found: list[str] = []
    for number in ("1", "2", "3"):
        seen = look(client, "/themen/wohnen-mieten", seite=number)
        assert f"45 Textstellen, Seite {number} von 3" in seen.words
        found += seen.links("/f/")
    assert [link.split("?")[0] for link in found] == [f"/f/{passage.id}" for passage in many.passages]
    assert look(client, found[20]).links("/themen/wohnen-mieten")[0].startswith("/themen/wohnen-mieten?seite=2#f-")
    for wrong in ("0", "4", "-1", "x", "", "１", "9" * 5000):
        assert "Diese Seite der Liste gibt es nicht" in look(client, "/themen/wohnen-mieten", 404, seite=wrong).words


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/themen/gibt-es-nicht", "Dazu steht hier nichts"),
        ("/themen/quantenphysik", "Dazu steht hier nichts"),  # the vocabulary knows it, no passage does
        ("/themen/schwerin", "Dazu steht hier nichts"),  # that is a place
        ("/themen/%00", "Dazu steht hier nichts"),
        ("/sachen", "Seite nicht gefunden"),
        ("/kapitel/buch/gibt-es-nicht", "Kapitel nicht gefunden"),
        ("/kapitel/gibt-es-nicht/teil", "Kapitel nicht gefunden"),
    ],
)
def test_what_there_is_not_is_not_found_in_german(client: FlaskClient, path: str, said: str) -> None:
    assert said in look(client, path, 404).words


def test_chapters_lead_to_their_passages_but_not_to_what_only_leads_elsewhere(client_of: Callable[..., FlaskClient]) -> None:
    open_ = replace(book(), publication=replace(BOOK, show=Show.PAGE))
    client = client_of(open_, paper())
    seen = look(client, "/kapitel")
    assert "Teil, S. 1 · 3 Textstellen" in seen.words and "Ehrenamt, S. 1 · 1 Textstelle" in seen.words
    assert seen.links("/kapitel/") == ["/kapitel/buch/teil"]
    chapter = look(client, "/kapitel/buch/teil")
    assert [link.split("?")[0] for link in chapter.links("/f/")] == [f"/f/{passage.id}" for passage in book().passages[:3]]
    # where only passages may be shown, a chapter leads to its first one, and there is no list of all
    assert f"/f/{paper().passages[0].id}" in seen.links("/f/")
    assert "Ganze Kapitel werden hier nicht gezeigt" in look(client, "/kapitel/papier/ehrenamt", 404).words


def test_without_headings_there_are_no_chapters(client_of: Callable[..., FlaskClient]) -> None:
    client = client_of(document_of(BOOK, [["Ein Satz."]]))
    assert "Keine Kapitel" in look(client, "/kapitel", 404).words


def test_every_chapter_has_an_address_of_its_own() -> None:
    titles = ["Über uns", "Ueber uns", "***", "???", "Über uns"]
    names = chapter_names(Entry(title, 0, 1, ()) for title in titles)
    assert names == {"ueber-uns": "Über uns", "ueber-uns-2": "Ueber uns", "kapitel": "***", "kapitel-2": "???"}


def test_few_publications_are_listed_and_many_can_be_limited_by_year_and_kind(client_of: Callable[..., FlaskClient]) -> None:
    def one(number: int, year: str, kind: str) -> Document:
        return document_of(Publication(f"p{number}", f"p{number}.pdf", f"Titel {number}", kind=kind, year=year), [["Ein Satz."]])

    few = look(client_of(report()), "/publikationen")
    assert few.links("/p/") == ["/p/bericht"] and few.links("/publikationen?") == []
    client = client_of(*(one(n, str(2020 + n % 2), "book" if n < 4 else "report") for n in range(6)))
    seen = look(client, "/publikationen")
    assert len(seen.links("/p/")) == 6
    assert "Erschienen 2020 3 2021 3" in seen.words and "Art Bericht 2 Buch 4" in seen.words
    assert "Art Bericht 1 Buch 2" in look(client, "/publikationen", jahr="2020").words  # of that year
    limited = look(client, "/publikationen", jahr="2020", art="buch")
    assert limited.links("/p/") == ["/p/p0", "/p/p2"] and "2 von 6 Publikationen" in limited.words
    assert {"/publikationen?art=buch", "/publikationen?jahr=2020"} <= set(limited.links("/publikationen?"))  # take one back
    assert look(client, "/publikationen", jahr="1999").links("/p/") == []


def test_the_navigation_leads_to_what_there_is_and_says_where_one_is(client_of: Callable[..., FlaskClient]) -> None:
    def areas(client: FlaskClient, path: str) -> dict[str, bool]:
        tags = look(client, path).tags
        start = next(at for at, (tag, attrs) in enumerate(tags) if attrs.get("class") == "site")
        links = [attrs for tag, attrs in tags[start : start + 20] if tag == "a"]
        known = ("/", "/themen", "/orte", "/publikationen")
        return {str(link["href"]): "aria-current" in link for link in links if link["href"] in known}

    told = client_of(book())
    assert areas(told, "/orte") == {"/": False, "/themen": False, "/orte": True, "/publikationen": False}
    untold = client_of(book(), thesaurus=Thesaurus())
    assert areas(untold, "/") == {"/": True, "/publikationen": False}
    assert all(told.get(path).status_code == 200 for path in areas(told, "/"))
