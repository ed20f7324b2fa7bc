"""The pages of passages and publications, over small published generations."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from corpus.catalogue import Related
from corpus.publication import Kind, Recognition, Show
from index.home import Home
from search_app import create_app
from tests.fakes import document_of
from tests.shelf import (
    REPORT,
    RTL,
    SCRIPTS,
    first_passage,
    look,
    over_a_page_break,
    publish,
    report,
)

# A passage


def test_a_passage_leads_to_the_hits_before_and_behind_it_over_pages(
    client_of: Callable[..., FlaskClient], tmp_path: Path
) -> None:
    publish(Home(tmp_path), document_of(REPORT, [[f"Das Ehrenamt der {n}. Gemeinde."] for n in range(12)]))
    client = client_of()
    hits = [
        link
        for number in ("1", "2")
        for link in dict.fromkeys(look(client, "/suche", q="ehrenamt", art="text", seite=number).passages)
    ]
    assert len(hits) == 12
    link = hits[0]
    for number, expected in enumerate(hits, 1):
        assert link == expected
        seen = look(client, link)
        steps = {attrs["rel"]: str(attrs["href"]) for tag, attrs in reversed(seen.tags) if tag == "a" and "rel" in attrs}
        assert (f"Voriger Treffer ({number - 1} von 12)" in seen.words) is (number > 1)
        assert (f"Nächster Treffer ({number + 1} von 12)" in seen.words) is (number < 12)
        # the way back is to the page that the hit stands on
        back = next(link for link in seen.links("/suche?q=ehrenamt") if "#" in link)
        assert ("seite=2" in back) is (number > 10)
        link = steps.get("next", "")


def test_a_passage_that_the_search_did_not_find_has_no_place_among_its_hits(client: FlaskClient) -> None:
    other = first_passage(client, "Alleinsein publikation:boese").split("?")[0]
    seen = look(client, f"{other}?q=Ehrenamt&publikation=bericht")
    assert "Zurück zur Suche nach „Ehrenamt“" in seen.words and "Treffer" not in seen.words


def test_a_passage_stands_marked_among_the_headings_around_it(client: FlaskClient) -> None:
    seen = look(client, first_passage(client, "Straße").split("?")[0])
    tree = seen.words.split("Wo im Inhalt diese Stelle steht")[1].split("Das ganze")[0].strip()
    assert tree == "1 Anfang, S. 46 1.1 Alter, S. 46 1.2 Wohnen, S. [47] 2 Mitte, S. [48] 1 Anfang, S. 50"
    current = [
        attrs for tag, attrs in seen.tags if tag == "a" and attrs.get("aria-current") == "true" and "hreflang" not in attrs
    ]
    assert len(current) == 2  # "1 Anfang", "1.2 Wohnen"
    # the chapter that comes back under the same title is another one, and the headings of the first stay closed
    last = look(client, first_passage(client, "bleibt am Ende").split("?")[0])
    assert "1 Anfang, S. 46 2 Mitte, S. [48] 1 Anfang, S. 50" in last.words


def test_a_passage_shows_all_that_citing_needs(client: FlaskClient) -> None:
    seen = look(client, first_passage(client, "Straße"))
    assert (
        "Muster / Verbund der Vereine (2024): Ankommen in der Stadt. Ein Bericht, Musterstadt: Musterverlag, S. [47]"
        in seen.words
    )
    assert "S. [47] (PDF-S. 2) Die Seitenzahl ist aus den Nachbarseiten erschlossen" in seen.words
    assert "/p/bericht" in seen.links("/p/")
    assert "Zurück zur Suche nach „Straße“" in seen.words


def test_a_passage_leads_to_its_neighbours_in_the_publication(client: FlaskClient) -> None:
    path = first_passage(client, "Straße").split("?")[0]
    seen = look(client, path)
    assert "Davor, S. 46 Älter werden: Das Ehrenamt in Übersee." in seen.words
    assert "Danach, S. [48] → Freiwillige dolmetschen bei Ärzten." in seen.words
    before, after = seen.passages[-2:]
    assert after in look(client, look(client, after).passages[-2]).passages
    first = look(client, before)
    assert "Davor" not in first.words and first.passages[-1] == path


@pytest.mark.parametrize(("show", "before"), [(Show.FULL, "S. 1 Die Stadt hilft"), (Show.PASSAGE, "S. 2 Und sie fragt")])
def test_a_neighbour_is_named_with_the_page_of_the_words_that_are_shown_of_it(
    client_of: Callable[..., FlaskClient], tmp_path: Path, show: Show, before: str
) -> None:
    lines = ["Die Stadt hilft allen, die neu sind.", "Und sie fragt, was fehlt.", "In der Mitte steht ein Haus."]
    document = over_a_page_break(document_of(replace(REPORT, show=show), [[line] for line in lines]))
    publish(Home(tmp_path), document)
    assert f"Davor, {before}" in look(client_of(), f"/f/{document.passages[1].id}").words


def test_the_last_passage_of_a_publication_does_not_lead_into_the_next(client: FlaskClient) -> None:
    seen = look(client, first_passage(client, "bleibt am Ende"))
    assert "Davor" in seen.words and "Danach" not in seen.words


def test_where_only_passages_may_be_shown_there_is_a_sentence_on_either_side_and_no_way_through(
    client_of: Callable[..., FlaskClient], tmp_path: Path
) -> None:
    publish(Home(tmp_path), replace(report(), publication=replace(REPORT, show=Show.PASSAGE)))
    client = client_of()
    seen = look(client, first_passage(client, "Straße").split("?")[0])
    assert "Davor, S. 46 Eine Bürgerin hilft." in seen.words and "Danach, S. [48] Freiwillige dolmetschen" in seen.words
    assert [attrs["rel"] for _, attrs in seen.tags if attrs.get("rel") in ("prev", "next")] == []
    assert "werden nur einzelne Fundstellen gezeigt" in seen.words
    record = look(client, "/p/bericht").words
    assert "Gezeigt einzelne Fundstellen mit einem Satz davor und danach" in record and "Von Anfang an lesen" not in record


def test_related_sources_are_named_and_led_to(app: Flask) -> None:
    related = (Related("Die Seite", "https://example.org/seite", "Internetseite"),)
    seen = look(create_app(app.extensions["fundstelle"], related).test_client(), "/")
    assert "Verwandte Quellen, nicht durchsucht Die Seite Internetseite" in seen.words
    assert "https://example.org/seite" in seen.links("https://")


def test_a_passage_without_a_search_has_no_marks_and_no_way_back(client: FlaskClient) -> None:
    seen = look(client, first_passage(client, "Straße").split("?")[0])
    assert seen.marks == [] and "Zurück zur Suche" not in seen.words


def test_recognised_text_is_called_so_and_its_doubtful_words_are_marked(
    client_of: Callable[..., FlaskClient], tmp_path: Path
) -> None:
    plain = report()
    seen = Recognition("tesseract 9, deu, 300 dpi", "ab" * 32, 93, ((0, 5),))
    pages = (replace(plain.pages[0], recognition=seen), *plain.pages[1:])
    passages = (replace(plain.passages[0], recognised=(0,), doubtful=((0, 5),)), *plain.passages[1:])
    publish(Home(tmp_path), replace(plain, pages=pages, passages=passages))
    client = client_of()
    found = look(client, "/suche", q="Ehrenamt")
    assert "Texterkennung: Diese Wörter sind aus dem Bild einer Seite gelesen" in found.words
    shown = look(client, found.links("/f/")[0])
    assert "S. 46 (Texterkennung)" in shown.words
    assert "Der Text ist mit Texterkennung aus dem Bild der Seite gelesen." in shown.words
    assert "Punktiert unterstrichen ist, was nicht sicher gelesen wurde." in shown.words
    assert [attrs.get("class") for tag, attrs in shown.tags if tag == "span"].count("doubtful") == 2  # the word, and the legend
    assert "S. 46 (Texterkennung)" in look(client, "/p/bericht/s/46").words
    plain_page = look(client, f"/f/{plain.passages[1].id}")
    assert "Texterkennung" not in plain_page.words
    hit = client.get("/api/v1/search", query_string={"q": "Ehrenamt"}).get_json()["hits"][0]
    assert (hit["text_sources"], hit["doubtful"]) == (["ocr"], [[0, 5]])


def test_an_unknown_passage_says_what_may_have_happened(client: FlaskClient) -> None:
    for path in ("/f/0123456789abcdef", "/f/%00", "/f/'; DROP TABLE passages", "/f/" + "a" * 3000):
        seen = look(client, path, 404)
        assert "Unter dieser Adresse steht hier nichts" in seen.words
        assert any(attrs.get("role") == "search" for _, attrs in seen.tags)


# A publication


def test_a_publication_shows_what_is_known_of_it_and_nothing_else(client: FlaskClient) -> None:
    seen = look(client, "/p/bericht")
    record = seen.words.split("Ein Bericht")[1].split(" Gehe zu Seite ")[0]
    assert record.strip() == (
        "Von Änne Muster; Verbund der Vereine Jahr 2024 Erschienen Musterstadt: Musterverlag Art Bericht Sprache Deutsch "
        "DOI 10.1000/muster Adresse https://example.org/bericht Lizenz ungeklärt. Zitieren Sie kurz und mit Quellenangabe; "
        "für alles Weitere fragen Sie bei den Herausgebern an. Gezeigt alles Datei bericht.pdf Umfang 5 Seiten in der Datei, 5 Textstellen"
    )
    assert seen.links("http") == ["https://doi.org/10.1000/muster", "https://example.org/bericht"]


def test_a_publication_has_its_contents_in_reading_order(client: FlaskClient) -> None:
    seen = look(client, "/p/bericht")
    contents = seen.words.split(" Suchen Inhalt ")[1].split("Von Anfang an lesen")[0].strip()
    assert contents == "1 Anfang, S. 46 1.1 Alter, S. 46 1.2 Wohnen, S. [47] 2 Mitte, S. [48] 1 Anfang, S. 50"
    assert all(client.get(link).status_code == 200 for link in seen.links("/f/"))


def test_a_publication_and_each_page_of_it_can_be_searched_alone(client: FlaskClient) -> None:
    for path in ("/p/bericht", "/p/bericht/s/46"):
        tags = look(client, path).tags
        form = next(at for at, (_, attrs) in enumerate(tags) if attrs.get("class") == "within")
        inside = [attrs for tag, attrs in tags[form : form + 8] if tag == "input"]
        assert [(attrs["name"], attrs.get("value")) for attrs in inside[:2]] == [("q", None), ("publikation", "bericht")]


def test_a_publication_says_how_much_of_it_is_what(client_of: Callable[..., FlaskClient], tmp_path: Path) -> None:
    plain = report()
    passages = (replace(plain.passages[0], kind=Kind.TABLE), *plain.passages[1:])
    publish(Home(tmp_path), replace(plain, passages=passages))
    assert "5 Textstellen Davon Fließtext 4, Tabelle 1" in look(client_of(), "/p/bericht").words


def test_an_unknown_publication_is_not_found(client: FlaskClient) -> None:
    assert "Publikation nicht gefunden" in look(client, "/p/gibt-es-nicht", 404).words


# Specimens and hostile texts


def test_a_specimen_is_called_one_wherever_it_is_shown(client: FlaskClient) -> None:
    passage = first_passage(client, "Alleinsein")
    for path in ("/", "/suche?q=Alleinsein", passage, "/p/boese"):
        assert "Muster: kein Originaltext" in look(client, path).words
    for path in ("/suche?q=dolmetschen&seite=1", "/p/bericht"):
        assert "Muster: kein Originaltext" not in look(client, path).words.split("PDF-S. 3")[0]


def test_whatever_stands_in_a_file_is_shown_as_text(client: FlaskClient) -> None:
    passage = first_passage(client, "Alleinsein")
    query = "<script>alert('q')</script> Alleinsein \"'>"
    for path, shown in {
        "/": '<script>alert("Titel")</script> & „Zitat“',
        "/suche?q=Alleinsein": '<script>alert("Text")</script> Das Alleinsein & „die“ "Einsamkeit"',
        passage: '<script>alert("Text")</script> Das Alleinsein & „die“ "Einsamkeit"',
        "/p/boese": "<b>frei</b>",
        f"/suche?q={query}": "<script>alert('q')</script>",
        f"{passage.split('?')[0]}?q={query}": "<script>alert('q')</script>",
    }.items():
        seen = look(client, path)
        assert shown in seen.words, path
        assert not {tag for tag, _ in seen.tags} & {"img", "i", "b", "style", "iframe"}, path
        assert {attrs.get("src") for tag, attrs in seen.tags if tag == "script"} <= SCRIPTS, path
        assert not [name for _, attrs in seen.tags for name in attrs if name.startswith("on") or name == "style"], path
        assert seen.links("javascript") == []


def test_text_that_turns_the_reading_direction_stays_in_its_element(client: FlaskClient) -> None:
    html = client.get("/suche?q=Alleinsein").text
    for line in html.splitlines():
        for element in re.findall(rf"<(\w+)([^>]*)>[^<>]*{RTL}", line):
            inside_paragraph = element[0] == "mark" or element[1] == ' class="best"'  # which has a direction of its own
            assert element[0] in ("bdi", "title") or "dir=" in element[1] or inside_paragraph, line
