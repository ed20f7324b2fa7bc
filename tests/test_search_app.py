"""The start page and the search, over small published generations."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from corpus.thesaurus import Entry, Group, Subject, Thesaurus
from index.generation import Generation
from index.home import Home
from index.search import Searcher
from search_app.examples import EXAMPLES
from tests.fakes import document_of
from tests.shelf import (
    EMBEDDER,
    REPORT,
    SCRIPTS,
    evil,
    first_passage,
    look,
    open_searcher,
    publish,
    report,
)

# The start page


def test_start_offers_a_search_examples_and_the_publications(client: FlaskClient) -> None:
    seen = look(client, "/")
    assert ("form", "search") in [(tag, attrs.get("role")) for tag, attrs in seen.tags]
    assert len(seen.links("/suche?q=")) == sum(len(group.queries) for group in EXAMPLES) >= 6
    assert "Ankommen in der Stadt. Ein Bericht 2024 · 5 Seiten · 5 Textstellen" in seen.words
    assert "1 Seite · 1 Textstelle" in seen.words
    assert seen.links("/p/") == ["/p/bericht", "/p/boese"]


def test_every_page_is_german_has_landmarks_and_one_heading(client: FlaskClient) -> None:
    passage = first_passage(client, "ehrenamt")
    for path, status in [
        ("/", 200),
        ("/suche", 200),
        ("/suche?q=ehrenamt", 200),
        (passage, 200),
        ("/p/bericht", 200),
        ("/x", 404),
    ]:
        seen = look(client, path, status)
        names = [tag for tag, _ in seen.tags]
        assert ("html", {"lang": "de"}) in seen.tags
        assert [names.count(tag) for tag in ("h1", "main", "header", "footer", "title")] == [1, 1, 1, 1, 1], path
        assert ("a", {"class": "skip", "href": "#inhalt"}) in seen.tags
        ids = [attrs["id"] for _, attrs in seen.tags if "id" in attrs]
        assert len(ids) == len(set(ids)), path


# Search


def test_a_hit_shows_quote_chapter_page_and_how_it_was_found(client: FlaskClient) -> None:
    seen = look(client, "/suche", q="Ehrenamt")
    assert "S. 46, Ankommen in der Stadt. Ein Bericht" in seen.words
    assert "1 Anfang › 1.1 Alter" in seen.words
    assert "Älter werden: Das Ehrenamt in Übersee. Eine Bürgerin hilft." in seen.words
    assert "PDF-S. 1 gefunden über Wörter und Bedeutung passt vermutlich" in seen.words
    assert re.fullmatch(r"/f/[0-9a-f]{16}\?q=Ehrenamt", seen.links("/f/")[0])


def test_a_hit_found_by_meaning_only_says_so(client: FlaskClient) -> None:
    seen = look(client, "/suche", q="Alleinsein")
    assert "Am Ende bleibt die Einsamkeit." in seen.words
    assert "gefunden über Bedeutung" in seen.words


@pytest.mark.parametrize(
    ("query", "marks"),
    [
        ("Übersee", ["Übersee"]),
        ("uebersee", ["Übersee"]),
        ("Bürgerinnen", ["Bürgerin"]),
        ("Bürger*innen", ["Bürgerin"]),
        ("strasse", ["Straße"]),
        ("Wohnungen Straße", ["Straße", "Wohnung"]),
        ("bürgerin hilft", ["Bürgerin hilft"]),
    ],
)
def test_the_words_that_matched_are_marked(client: FlaskClient, query: str, marks: list[str]) -> None:
    seen = look(client, "/suche", q=query)
    assert seen.marks[: len(marks)] == marks
    assert look(client, seen.links("/f/")[0]).marks == marks


@pytest.mark.parametrize(
    ("query", "locator", "bracketed"),
    [
        ("Ehrenamt Übersee", "S. 46", False),
        ("Straße", "S. [47]", True),
        ("dolmetschen", "S. [48]", True),
        ("Räume", "PDF-S. 4", False),
        ("bleibt am Ende", "S. 50", False),
    ],
)
def test_a_number_that_does_not_stand_on_the_page_is_bracketed(
    client: FlaskClient, query: str, locator: str, bracketed: bool
) -> None:
    hits = look(client, "/suche", q=query)
    assert " ".join(hits.hits[0].split()) == f"{locator}, Ankommen in der Stadt. Ein Bericht"
    seen = look(client, hits.links("/f/")[0])
    assert seen.words.count(f"Ein Bericht, Musterstadt: Musterverlag, {locator}") == 1
    assert ("in eckigen Klammern" in seen.words) is bracketed


def test_nothing_fits_says_so_and_keeps_the_weak_hits_one_click_away(client: FlaskClient) -> None:
    response = client.get("/suche?q=Strafzettel")
    assert response.status_code == 200
    before, after = response.text.split('<details class="weak-hits"')
    assert "Dazu steht in den Publikationen vermutlich nichts." in before
    assert "/f/" not in before and "/f/" in after
    assert "schwacher Treffer" in after


def test_nothing_found_says_what_to_do(client: FlaskClient) -> None:
    seen = look(client, "/suche", q="€€€ ???")
    assert "Dazu wurde nichts gefunden." in seen.words
    assert "Fragen Sie mit anderen Wörtern" in seen.words


@pytest.mark.parametrize(
    "query", ["Ehrenamt jahr:1999", "Ehrenamt publikation:Nirgends", "Strafzettel ort:Halle", "Strafzettel -Amt"]
)
def test_who_limited_a_search_that_finds_nothing_is_told_to_take_it_back(client: FlaskClient, query: str) -> None:
    assert "Heben Sie die Eingrenzung auf" in look(client, "/suche", q=query).words
    plain = query.split()[0]
    assert "Heben Sie die Eingrenzung auf" not in look(client, "/suche", q=plain).words


@pytest.mark.parametrize("query", ["", "   ", "\u200b\x00\n", None])
def test_an_empty_search_explains_itself(client: FlaskClient, query: str | None) -> None:
    seen = look(client, "/suche") if query is None else look(client, "/suche", q=query)
    assert "Geben Sie oben ein, wonach Sie suchen" in seen.words
    assert seen.links("/suche?q=")


def test_a_query_that_is_too_long_is_cut_and_the_reader_is_told(client: FlaskClient) -> None:
    assert "Ihre Anfrage war zu lang" not in look(client, "/suche", q="e" * 1000).words
    seen = look(client, "/suche", q="Ehrenamt " * 200)
    assert "Gesucht wurde mit ihren ersten 1.000 Zeichen" in seen.words
    (field,) = [attrs for tag, attrs in seen.tags if tag == "input" and attrs["name"] == "q" and attrs.get("type") != "hidden"]
    assert field["value"] == ("Ehrenamt " * 200)[:1000].strip()


@pytest.mark.parametrize("number", ["0", "2", "6", "-1", "x", "", "１", "9" * 5000])
def test_a_page_of_results_that_does_not_exist_is_not_found(client: FlaskClient, number: str) -> None:
    assert "Diese Ergebnisseite gibt es nicht" in look(client, "/suche", 404, q="Ehrenamt", seite=number).words


def test_results_come_ten_a_page_and_fifty_at_most(client_of: Callable[..., FlaskClient], tmp_path: Path) -> None:
    publish(Home(tmp_path), document_of(REPORT, [[f"Das Ehrenamt der {n}. Gemeinde."] for n in range(60)]))
    client = client_of()
    found: list[str] = []
    for number in range(1, 6):
        seen = look(client, "/suche", q="ehrenamt", seite=str(number))
        links = list(dict.fromkeys(seen.passages))
        assert len(links) == 10
        assert all(f"seite={number}" in link for link in links) is (number > 1)
        assert (
            "a",
            {"href": "/suche?q=ehrenamt" + (f"&seite={number}" if number > 1 else ""), "aria-current": "page"},
        ) in seen.tags
        found += [link.split("?")[0] for link in links]
    assert len(set(found)) == 50
    assert (
        "/suche?q=ehrenamt&seite=2#f-" in look(client, found[10] + "?q=ehrenamt&seite=2").links("/suche?q=ehrenamt&seite=2#")[0]
    )


# What is said of a search, and how it is limited


def test_a_wording_that_stands_nowhere_is_named_and_its_words_are_searched(client: FlaskClient) -> None:
    seen = look(client, "/suche", q='"Ehrenamt in Bayern" Übersee')
    assert "Der Wortlaut „Ehrenamt in Bayern“ steht so in keiner Publikation." in seen.words
    assert "S. 46" in seen.hits[0]


def test_a_slip_is_named_with_what_was_searched_instead(client: FlaskClient) -> None:
    seen = look(client, "/suche", q="Einsamkait")
    assert "„Einsamkait“ kommt nicht vor; gesucht wurde auch nach „Einsamkeit“." in seen.words
    assert set(seen.marks) == {"Einsamkeit"}


def test_words_of_the_field_are_named_and_can_be_switched_off(client_of: Callable[..., FlaskClient], tmp_path: Path) -> None:
    publish(Home(tmp_path), report())
    field = Thesaurus((Entry(("Freiwillige", "Ehrenamt")),))
    client = client_of(lambda generation: Searcher(generation, EMBEDDER, thesaurus=field))
    seen = look(client, "/suche", q="Freiwillige")
    assert "Auch gesucht: Ehrenamt. Nur meine Wörter suchen" in seen.words
    assert seen.marks[0] == "Freiwillige" and "Ehrenamt" in seen.marks
    plain = look(client, "/suche", q="Freiwillige", verwandt="0")
    assert "Gesucht wurde nur nach Ihren Wörtern." in plain.words and "Ehrenamt" not in plain.marks
    assert all("verwandt=0" in link for link in plain.links("/f/"))
    passage = next(link for link in seen.links("/f/") if "Ehrenamt" in look(client, link).marks)
    assert "Ehrenamt" not in look(client, f"{passage}&verwandt=0").marks


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ({"q": "Straße Räume", "publikation": "bericht"}, "Eingegrenzt auf Publikation: Ankommen in der Stadt ×"),
        ({"q": "Straße", "ort": "Übersee"}, "Eingegrenzt auf Ort: Übersee ×"),
        ({"q": "Straße", "jahr": "2020-2024"}, "Eingegrenzt auf Erschienen: 2020 bis 2024 ×"),
        ({"q": "Straße", "kapitel": "1.2 Wohnen", "art": "text"}, "Kapitel: 1.2 Wohnen ×, aufheben Art des Textes: Fließtext ×"),
        ({"q": "Straße", "thema": "gibt es nicht"}, "Eingegrenzt auf Thema: gibt es nicht ×"),
        ({"q": "Straße publikation:bericht ort:Übersee"}, "Nur Stellen in „Ankommen in der Stadt“, die „Übersee“ nennen."),
        ({"q": "Straße jahr:2025-"}, "Nur Stellen, erschienen ab 2025."),
        ({"q": "Straße -Wohnung"}, "Nur Stellen, ohne Wohnung."),
        ({"q": "„führt zur Wohnung“"}, "Nur Stellen, mit dem Wortlaut „führt zur Wohnung“."),
    ],
)
def test_what_limits_a_search_is_said(client: FlaskClient, filters: dict[str, str], said: str) -> None:
    assert said in look(client, "/suche", 200, **filters).words


@pytest.mark.parametrize(
    ("typed", "tidy"),
    [
        ("q=Ehrenamt&publikation=&ort=&jahr=", "/suche?q=Ehrenamt"),
        ("q=Ehrenamt&publikation=bericht&ort=%20&jahr=&verwandt=0&mehr=a&mehr=b", "/suche?q=Ehrenamt&publikation=bericht&verwandt=0&mehr=a&mehr=b"),
        ("q=&ort=", "/suche?q="),
        ("q=a&was=&endpoint=b&_scheme=ftp&_external=1&_anchor=c", "/suche?q=a&endpoint=b&_scheme=ftp&_external=1&_anchor=c"),
        ("ort=", "/suche"),
    ],
)  # fmt: skip
def test_fields_left_empty_do_not_stay_in_the_address(client: FlaskClient, typed: str, tidy: str) -> None:
    answer = client.get(f"/suche?{typed}")
    assert (answer.status_code, answer.location) == (303, tidy)
    assert client.get(tidy).status_code == 200


def test_filters_limit_what_is_found(client: FlaskClient) -> None:
    def found(**filters: str) -> list[str]:
        return [" ".join(hit.split()).split(",")[0] for hit in look(client, "/suche", 200, **filters).hits]

    assert found(q="Ehrenamt Straße", ort="Übersee") == ["S. 46"]
    assert found(q="Straße -Wohnung Räume") == ["PDF-S. 4"]
    assert found(q="Straße Räume", jahr="2030") == []
    assert len(found(q="Einsamkeit Straße", publikation="boese")) == 1
    assert found(q="Räume Straße Ehrenamt", publikation="gibt es nicht") == []


def test_each_limit_can_be_taken_back_alone_or_all_at_once(client: FlaskClient) -> None:
    seen = look(client, "/suche", q="Straße", ort="Übersee", art="text", kapitel="2 Mitte")
    links = set(seen.links("/suche?"))
    assert {
        "/suche?q=Stra%C3%9Fe&kapitel=2+Mitte&art=text",
        "/suche?q=Stra%C3%9Fe&ort=%C3%9Cbersee&art=text",
        "/suche?q=Stra%C3%9Fe&ort=%C3%9Cbersee&kapitel=2+Mitte",
        "/suche?q=Stra%C3%9Fe",
    } <= links
    assert "Alles aufheben" in seen.words


def test_a_chapter_is_one_of_its_publication(client_of: Callable[..., FlaskClient], tmp_path: Path) -> None:
    second = replace(REPORT, id="zweite", file="zweite.pdf", title="Zweiter Bericht")
    publish(Home(tmp_path), report(), document_of(second, [["Das Ehrenamt dort."]], heading_path=("1 Anfang",)))
    client = client_of()
    seen = look(client, "/suche", q="Ehrenamt")
    assert "1 Anfang (Ankommen in der Stadt) 1" in seen.words and "1 Anfang (Zweiter Bericht) 1" in seen.words
    values = [attrs["value"] for tag, attrs in seen.tags if tag == "button" and attrs.get("name") == "kapitel"]
    assert values == ["bericht/1 Anfang", "zweite/1 Anfang"]
    limited = look(client, "/suche", q="Ehrenamt", kapitel="zweite/1 Anfang")
    assert [" ".join(hit.split()) for hit in limited.hits] == ["S. 1, Zweiter Bericht. Ein Bericht"]
    assert "Kapitel: 1 Anfang (Zweiter Bericht) ×" in limited.words
    assert "Kapitel: 1 Anfang ×" in look(client, "/suche", q="Ehrenamt", kapitel="zweite/1 Anfang", publikation="zweite").words
    both = look(client, "/suche", q="Ehrenamt", kapitel="1 Anfang")  # an address from before
    assert {hit.split(",")[0] for hit in both.hits} == {"S. 46", "S. 1"}


def test_a_search_offers_limits_with_how_many_hits_each_leaves(client_of: Callable[..., FlaskClient], tmp_path: Path) -> None:
    second = replace(REPORT, id="zweite", file="zweite.pdf", title="Zweiter Bericht", year="2019")
    publish(Home(tmp_path), report(), document_of(second, [["Das Ehrenamt dort."], ["Noch ein Ehrenamt."]]))
    field = Thesaurus(
        subjects=(Subject(Group.TOPIC, "Hilfe", ("helfen", "hilft")), Subject(Group.PLACE, "Übersee", ("Übersee",)))
    )
    client = client_of(lambda generation: Searcher(generation, EMBEDDER, thesaurus=field))
    seen = look(client, "/suche", q="Ehrenamt", verwandt="0")
    assert "Gezählt sind die 3 Stellen, die vermutlich oder vielleicht passen, unter den 4 nächstliegenden." in seen.words
    buttons = [attrs for tag, attrs in seen.tags if tag == "button" and "value" in attrs and "form" not in attrs]
    choices = {(attrs["name"], attrs["value"]) for attrs in buttons}
    assert choices == {
        ("publikation", "bericht"), ("publikation", "zweite"), ("kapitel", "bericht/1 Anfang"), ("thema", "hilfe"), ("ort", "Übersee"),
        ("jahr", "2024"), ("jahr", "2019"),
    }  # fmt: skip
    assert "Publikation Zweiter Bericht 2 Ankommen in der Stadt 1" in seen.words
    for name, value in choices:  # a limit leaves as many as it says, and the rest of the search as it is
        limited = look(client, "/suche", 200, q="Ehrenamt", verwandt="0", **{str(name): str(value)})
        assert limited.words.count("passt vermutlich") == (2 if value in ("zweite", "2019") else 1), value
        carried = {attrs["name"]: attrs["value"] for tag, attrs in limited.tags if attrs.get("type") == "hidden"}
        assert carried["verwandt"] == "0"


def test_hits_are_grouped_by_publication_on_demand(client_of: Callable[..., FlaskClient], tmp_path: Path) -> None:
    second = replace(REPORT, id="zweite", file="zweite.pdf", title="Zweiter Bericht", subtitle="")
    publish(Home(tmp_path), report(), document_of(second, [["Einsamkeit."], ["Das Ehrenamt dort ist eine Sache für sich."]]))
    client = client_of()
    plain, grouped = (look(client, f"/suche?q=Ehrenamt+Einsamkeit{by}") for by in ("", "&gruppe=publikation"))
    assert "Nach Publikationen gruppieren" in plain.words and "Die passendsten zuerst" in grouped.words
    assert "Fundstellen 1 bis 5 Nach Publikationen gruppiert" in grouped.words
    titles = [" ".join(title.split()) for title in grouped.hits]
    assert titles == ["Zweiter Bericht 2 Textstellen", "Ankommen in der Stadt 3 Textstellen"]  # the headings of the groups
    order = [link.split("?")[0] for link in dict.fromkeys(grouped.links("/f/"))]
    assert sorted(order) == sorted(link.split("?")[0] for link in dict.fromkeys(plain.links("/f/")))
    assert {f"/f/{passage.id}" for passage in report().passages}.isdisjoint(order[:2])
    assert all("gruppe=publikation" in link for link in grouped.links("/f/"))


def test_what_is_wanted_more_of_or_less_stands_in_the_address_and_changes_the_order(client: FlaskClient) -> None:
    first = look(client, "/suche", q="Ehrenamt Wohnung Einsamkeit")
    button = next(attrs for tag, attrs in first.tags if tag == "button" and attrs.get("name") == "mehr")
    assert ("form", {"id": button["form"], "action": "/suche", "method": "get"}) in first.tags
    wanted = f"/suche?q=Ehrenamt+Wohnung+Einsamkeit&mehr={button['value']}"
    assert len(first.hits) > 2 and first.links("/suche?")
    again = look(client, wanted)
    assert "Die Reihenfolge berücksichtigt, wovon Sie mehr oder weniger sehen wollten. Zurücksetzen" in again.words
    assert "✓ mehr davon" in again.words
    assert "/suche?q=Ehrenamt+Wohnung+Einsamkeit" in again.links("/suche?")  # without it


# Headers, errors, change-over


def test_every_answer_carries_the_security_headers(client: FlaskClient, client_of: Callable[..., FlaskClient]) -> None:
    passage = first_passage(client, "ehrenamt")
    paths = ["/", "/suche?q=x", passage, "/p/bericht", "/gesund", "/static/style.css", "/static/icon.svg", "/static/nichts", "/x"]
    paths += ["/api/v1/search?q=x", "/api/v1/search", "/api/v1/passages/x", "/suche?q=x&seite=9"]
    responses = [client.get(path) for path in paths]
    responses += [client.post("/"), client.options("/"), client.head("/"), client_of().get("/")]
    for response in responses:
        response.close()
        headers = response.headers
        assert headers["Content-Security-Policy"] == (
            "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
        )
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "Set-Cookie" not in headers and "Access-Control-Allow-Origin" not in headers
        assert headers["Cache-Control"] == "no-cache"


def test_pages_load_nothing_from_elsewhere(client: FlaskClient) -> None:
    for path in ("/", "/suche?q=ehrenamt", first_passage(client, "ehrenamt"), "/p/bericht", "/x"):
        seen = look(client, path, 404 if path == "/x" else 200)
        loaded = [
            attrs.get("src") or attrs.get("href")
            for tag, attrs in seen.tags
            if tag not in ("a", "form") and attrs.get("rel") != "alternate"
        ]
        assert {address for address in loaded if address} - SCRIPTS - {"/static/citing.css"} == {
            "/static/style.css",
            "/static/icon.svg",
        }
    with client.get("/static/style.css") as response:
        css = response.get_data(as_text=True)
        assert "url(" not in css and "@import" not in css


def test_other_methods_and_addresses_are_refused_in_german(client: FlaskClient) -> None:
    response = client.post("/suche")
    assert (response.status_code, "So nicht vorgesehen" in response.text) == (405, True)
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    assert "Seite nicht gefunden" in look(client, "/gibt/es/nicht", 404).words


def test_without_an_index_a_page_says_how_to_make_one(client_of: Callable[..., FlaskClient]) -> None:
    client = client_of()
    for path in ("/", "/suche?q=x", "/suche", "/f/x", "/p/x"):
        assert "fundstelle ingest" in look(client, path, 503).words
    with client.get("/static/style.css") as response:
        assert response.status_code == 200


def test_an_index_of_another_model_names_the_way_out(client_of: Callable[..., FlaskClient], tmp_path: Path) -> None:
    def demanding(generation: Generation) -> Searcher:
        generation.require("ein-anderes-modell")
        return open_searcher(generation)

    publish(Home(tmp_path), report())
    seen = look(client_of(demanding), "/suche", 500, q="x")
    assert "Der Index wurde mit dem Modell counting-1 gebaut" in seen.words
    assert "fundstelle ingest" in seen.words


def test_a_damaged_index_names_the_way_out(client_of: Callable[..., FlaskClient], tmp_path: Path) -> None:
    publish(Home(tmp_path), report())
    (Home(tmp_path).live().folder / "manifest.json").write_text("{", encoding="utf-8")
    assert "Lesen Sie neu ein: fundstelle ingest --rebuild" in look(client_of(), "/", 500).words


def test_an_error_nobody_expected_shows_no_trace(client_of: Callable[..., FlaskClient], tmp_path: Path) -> None:
    def broken(generation: Generation) -> Searcher:
        raise RuntimeError("geheim")

    publish(Home(tmp_path), report())
    client = client_of(broken)
    response = client.get("/")
    assert response.status_code == 500
    assert "Da ist etwas schiefgegangen" in response.text
    assert not any(word in response.text for word in ("geheim", "Traceback", "RuntimeError", ".py"))
    assert client.get("/gesund").status_code == 503


def test_a_new_generation_is_served_without_a_restart(client_of: Callable[..., FlaskClient], tmp_path: Path) -> None:
    client = client_of()
    look(client, "/", 503)
    publish(Home(tmp_path), report())
    old = first_passage(client, "Straße")
    assert "Das Alleinsein" not in look(client, "/suche", q="Alleinsein").words
    publish(Home(tmp_path), evil())
    assert "Das Alleinsein" in look(client, "/suche", q="Alleinsein").words
    assert "Diese Publikation ist nicht mehr in der Sammlung." in look(client, old, 410).words
    assert client.get("/gesund").json == {"status": "ok", "passages": 1}
