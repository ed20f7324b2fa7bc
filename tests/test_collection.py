"""The list of collected passages: in a cookie, by forms only, to pass on, and as files."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import docx
import pytest
import rispy
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from citing.handout import handout
from citing.table import harmless, table
from corpus.publication import Publication
from index.home import Home
from index.live import LiveIndex
from ingestion import forget
from search_app import create_app
from search_app.collection import MOST, Collection, Full
from search_app.selection import Selection
from tests.references import REFERENCES, cited
from tests.shelf import evil, look, open_searcher, publish, reading_room, report
from tests.test_citing_pages import ID, ONE, THREE, document
from tests.test_register import BOOK, ids
from tests.test_register import ONE as FIRST
from tests.test_register import THREE as THIRD
from tests.test_register import TWO as SECOND
from tests.test_register import book as pages_of

REPORT_IDS = [passage.id for passage in report().passages]
OURS = {"Sec-Fetch-Site": "same-origin"}
UNKNOWN = "0123456789abcdef"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    home = Home(tmp_path_factory.mktemp("home"))
    publish(home, document(), report(), evil())
    index = LiveIndex(home, open_searcher)
    yield create_app(index)
    index.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def press(client: FlaskClient, what: str, *tokens: str, **more: str) -> TestResponse:
    return client.post("/merkliste", data={"tun": what, "f": list(tokens), **more}, headers=OURS)


def listed(client: FlaskClient) -> list[str]:
    """The selections of the list, as its own address names them."""
    links = look(client, "/merkliste").links("/merkliste?f=")
    return parse_qs(urlsplit(links[0]).query)["f"] if links else []


# The list itself


_SELECTIONS = st.builds(
    Selection,
    st.from_regex(r"[0-9a-f]{16}(-[1-9])?", fullmatch=True),
    st.lists(st.tuples(st.integers(0, 9999), st.integers(0, 9999)), max_size=3).map(tuple),
)


@given(st.lists(_SELECTIONS, max_size=MOST + 20))
def test_a_list_is_read_back_from_its_cookie_and_its_address(selections: list[Selection]) -> None:
    kept = Collection.parse(map(str, selections))
    assert Collection.of_cookie(kept.cookie) == kept == Collection.parse(kept.tokens)
    assert len(kept.cookie) <= 3000 and len(kept.selections) <= MOST
    assert set(kept.selections) <= set(selections)
    assert re.fullmatch(r"[0-9a-f~|-]*", kept.cookie), "no sign that a cookie or an address would have to spell differently"


@given(st.text(max_size=80))
def test_any_cookie_is_read(value: str) -> None:
    assert Collection.of_cookie(Collection.of_cookie(value).cookie) == Collection.of_cookie(value)


@given(st.lists(_SELECTIONS, min_size=1, max_size=6, unique=True), st.integers(0, 5), st.integers(-2, 2))
def test_moving_changes_the_order_only(selections: list[Selection], which: int, by: int) -> None:
    before = Collection(tuple(selections))
    token = before.tokens[which % len(before.tokens)]
    after = before.moved(token, by)
    assert sorted(after.tokens) == sorted(before.tokens)
    assert [other for other in after.tokens if other != token] == [other for other in before.tokens if other != token]
    assert after.tokens.index(token) == min(max(before.tokens.index(token) + by, 0), len(selections) - 1)


def test_what_has_no_room_is_refused_and_not_dropped() -> None:
    full = Collection.parse(f"{number:016x}" for number in range(MOST))
    assert len(full.selections) == MOST
    with pytest.raises(Full):
        full.with_all(Collection.parse([UNKNOWN.replace("0", "f")]))
    assert full.with_all(Collection.parse(full.tokens[:3])) == full


# By forms


def test_a_passage_is_collected_and_the_way_leads_back(client: FlaskClient) -> None:
    page = look(client, f"/f/{ID}?q=Ehrenamt")
    hidden = {attrs["name"]: attrs["value"] for tag, attrs in page.tags if tag == "input" and attrs.get("type") == "hidden"}
    assert hidden["f"] == ID
    answer = press(client, "merken", ID, zurueck=str(hidden["zurueck"]))
    assert (answer.status_code, answer.location) == (303, f"/f/{ID}?q=Ehrenamt")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and f"merkliste={ID};" in cookie
    assert "steht auf Ihrer Merkliste" in look(client, answer.location).words
    assert "steht auf Ihrer Merkliste" not in look(client, f"/f/{ID}/zitat?satz={ONE}").words
    assert "Erstens hilft es den „Alten“." in look(client, "/merkliste").words


def test_order_and_removal_need_buttons_only(client: FlaskClient) -> None:
    first, second, third = f"{ID}~{ONE}", REPORT_IDS[0], f"{ID}~{THREE}"
    for token in (first, second, third, second):
        press(client, "merken", token)
    assert listed(client) == [first, second, third]
    press(client, "runter", first)
    assert listed(client) == [second, first, third]
    press(client, "hoch", third)
    assert listed(client) == [second, third, first]
    press(client, "hoch", second)
    assert listed(client) == [second, third, first]
    press(client, "entfernen", third)
    press(client, "entfernen", "x")
    press(client, "unsinn", first)
    assert listed(client) == [second, first]
    assert "merkliste=;" in press(client, "leeren").headers["Set-Cookie"]
    assert listed(client) == []
    assert "Auf der Seite jeder Fundstelle ist ein Knopf dafür" in look(client, "/merkliste").words


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://example.org"},
        {"Origin": "null"},
        {"Referer": "https://example.org/localhost"},
        {},
    ],
)
def test_a_form_on_another_site_changes_nothing(client: FlaskClient, headers: dict[str, str]) -> None:
    answer = client.post("/merkliste", data={"tun": "merken", "f": ID}, headers=headers)
    assert answer.status_code == 403 and "Das kam nicht von dieser Seite" in answer.text
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("headers", [OURS, {"Origin": "http://localhost"}, {"Referer": "http://localhost/f/x"}])
def test_a_form_of_ours_is_known_by_what_the_browser_says(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.post("/merkliste", data={"tun": "merken", "f": ID}, headers=headers).status_code == 303


def test_the_way_back_is_never_to_another_server(client: FlaskClient) -> None:
    assert press(client, "merken", ID, zurueck="//example.org").location == "/"
    assert press(client, "merken", ID).location == "/merkliste"


def test_a_full_list_says_what_to_do(client: FlaskClient) -> None:
    press(client, "merken", *(f"{number:016x}" for number in range(MOST)))
    answer = press(client, "merken", ID)
    assert answer.status_code == 409 and "höchstens 100 Stellen" in answer.text
    assert "Set-Cookie" not in answer.headers


def test_a_form_of_megabytes_is_not_read(client: FlaskClient) -> None:
    assert press(client, "merken", "x" * 200_000).status_code == 413


def test_reading_sets_no_cookie(client: FlaskClient) -> None:
    for path in ("/merkliste", f"/merkliste?f={ID}", f"/merkliste.csv?f={ID}", f"/f/{ID}", f"/f/{ID}/zitat"):
        assert "Set-Cookie" not in client.get(path).headers


# Passed on


def test_a_list_that_was_passed_on_is_shown_and_can_be_taken_over(client: FlaskClient) -> None:
    press(client, "merken", REPORT_IDS[1])
    shared = look(client, f"/merkliste?f={ID}~{THREE}&f={REPORT_IDS[0]}")
    assert "Merkliste, die jemand weitergegeben hat" in shared.words
    assert "Drittens macht es allen Spaß." in shared.words and "Die Straße" not in shared.words
    press(client, "merken", *[str(attrs["value"]) for _, attrs in shared.tags if attrs.get("name") == "f"])
    assert listed(client) == [REPORT_IDS[1], f"{ID}~{THREE}", REPORT_IDS[0]]


def test_what_can_not_be_cited_is_told_apart(client: FlaskClient) -> None:
    seen = look(client, f"/merkliste?f={UNKNOWN}&f={ID}~0-99999&f={ID}&f=unsinn")
    assert seen.words.count("Diese Stelle ist hier nicht verzeichnet") == 1
    assert seen.words.count("Diese Fundstelle gibt es, aber die Wörter nicht, die hier gewählt sind") == 1
    assert "Erstens hilft es" in seen.words and "gibt es nicht mehr" not in seen.words
    assert f"/f/{UNKNOWN}" not in seen.links("/f/") and f"/f/{ID}" in seen.links("/f/")
    assert "In den Dateien fehlt, was oben nicht zitiert ist: 2 von 3 Stellen." in seen.words
    assert "In den Dateien fehlt" not in look(client, f"/merkliste?f={ID}").words
    none = look(client, f"/merkliste?f={UNKNOWN}")
    assert none.links("/merkliste.") == [] and "Als Datei" not in none.words
    assert "Die Adresse nennt keine Fundstelle" in look(client, "/merkliste?f=unsinn").words


def test_what_became_of_passages_is_said_without_following_each(tmp_path: Path) -> None:
    home = Home(tmp_path)
    publish(home, pages_of(FIRST, SECOND, THIRD), report())
    kept, changed, gone = ids(home)
    publish(home, pages_of(FIRST, SECOND, THIRD), pages_of("Ein kurzer Text.", publication=replace(BOOK, id="fort")))
    (forgotten,) = ids(home, "fort")
    publish(home, pages_of(f"{FIRST} Danach steht mehr.", SECOND.replace("Kinder im Frühling", "Nachbarn im Herbst")))
    forget(home, "fort")
    with reading_room(home) as client:
        seen = look(client, "/merkliste?f=" + "&f=".join((kept, changed, gone, forgotten, REPORT_IDS[0])))
    assert seen.words.count("Diese Stelle steht Wort für Wort noch da") == 1
    assert seen.words.count("Diese Stelle wurde geändert") == 1
    assert seen.words.count("Diese Stelle gibt es nicht mehr") == 3
    assert seen.links("/f/") == [f"/f/{id_}" for id_ in (kept, changed, gone, forgotten, REPORT_IDS[0])]


def test_no_more_editions_are_compared_than_a_page_can_wait_for(tmp_path: Path) -> None:
    home = Home(tmp_path)
    books = [replace(BOOK, id=f"buch-{n}", file=f"{n}.pdf") for n in range(10)]
    publish(home, *(pages_of(FIRST, publication=one) for one in books))
    old = [ids(home, one.id)[0] for one in books]
    publish(home, *(pages_of(f"{FIRST} Danach steht mehr.", publication=one) for one in books))
    with reading_room(home) as client:
        words = look(client, "/merkliste?f=" + "&f=".join(old)).words
    assert (words.count("noch da, aber anderswo"), words.count("Diese Stelle stand früher hier")) == (8, 2)


def test_the_literature_stands_below_in_a_style_each_once_and_in_order(client: FlaskClient) -> None:
    address = f"/merkliste?f={ID}~{ONE}&f={REPORT_IDS[0]}&f={ID}~{THREE}"
    words = look(client, address).words.partition("Literatur")[2]
    assert words.count("Nahe bei den Menschen") == 1
    assert words.index("BELOE, Elizabeth") < words.index("MUSTER, Änne und VERBUND DER VEREINE, 2024. Ankommen in der Stadt")
    assert "Muster, Ä., & Verbund der Vereine. (2024)." in look(client, address + "&stil=apa").words


def test_what_stands_in_a_file_is_shown_as_text_here_too(client: FlaskClient) -> None:
    seen = look(client, f"/merkliste?f={evil().passages[0].id}")
    assert '<script>alert("Text")</script>' in seen.words and '<script>alert("Titel")</script>' in seen.words
    assert not {tag for tag, _ in seen.tags} & {"img", "i", "b", "style", "iframe"}
    assert all(str(attrs.get("src")).startswith("/static/") for tag, attrs in seen.tags if tag == "script")


# Files


def test_files_hold_all_of_the_list_in_its_order(client: FlaskClient) -> None:
    for token in (f"{ID}~{THREE}", REPORT_IDS[0], f"{ID}~{ONE}", UNKNOWN):
        press(client, "merken", token)
    ris = rispy.loads(client.get("/merkliste.ris").text)
    assert [[note.split(":")[0] for note in record["notes"]] for record in ris] == [["S. 47", "S. 46"], ["S. 46"]]
    assert [item["locator"] for item in json.loads(client.get("/merkliste.json").text)] == ["47, 46", "46"]
    assert client.get("/merkliste.bib").text.count("@book{") == 1
    assert client.get("/merkliste.md").text.count("\n> ") == 3
    assert client.get("/merkliste.txt").text.splitlines()[0] == "„Drittens macht es allen Spaß.“"
    for ending in ("ris", "json", "bib", "md", "txt", "csv", "docx"):
        answer = client.get(f"/merkliste.{ending}")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="merkliste.{ending}"'


def test_an_empty_list_is_no_file(client: FlaskClient) -> None:
    assert "Die Merkliste ist leer" in look(client, "/merkliste.docx", 404).words
    for address in (f"/merkliste.ris?f={UNKNOWN}", "/merkliste.docx?f=unsinn", f"/merkliste.csv?f={ID}~0-99999"):
        words = look(client, address, 404).words
        assert "Nichts von dieser Liste lässt sich zitieren" in words and "Merken Sie sich zuerst" not in words


def test_a_handout_has_quotations_references_and_the_literature(client: FlaskClient) -> None:
    answer = client.get(f"/merkliste.docx?f={ID}&f={REPORT_IDS[0]}")
    read = docx.Document(io.BytesIO(answer.data))
    written = [(paragraph.style.name if paragraph.style else "", paragraph.text) for paragraph in read.paragraphs]
    assert written[0] == ("Heading 1", "Merkliste")
    assert written[1][0] == "Quote" and written[1][1].startswith("Erstens hilft es den „Alten“. Zweitens")
    assert written[2][1].startswith("Beloe u. a. (2025): Nahe") and written[2][1].endswith(", S. 46–47.")
    assert ("Heading 2", "Literatur") in written
    (entry,) = [paragraph for paragraph in read.paragraphs if paragraph.text.startswith("BELOE")]
    assert [run.text for run in entry.runs if run.italic] == ["Nahe bei den Menschen: Migrant*innen-Organisationen ziehen Bilanz"]


def test_a_handout_leaves_out_what_no_document_can_hold() -> None:
    one = cited(
        replace(REFERENCES["book of six"], publication=Publication("p", "p.pdf", "Ti\x00tel\ufffe")), "Ein\x0b Wort\u202e."
    )
    read = docx.Document(io.BytesIO(handout([one], "Liste", "Literatur", "apa")))
    assert [paragraph.text for paragraph in read.paragraphs] == [
        "Liste",
        "Ein Wort.",
        "Titel, S. 46.",
        "Literatur",
        "Titel. (o.\xa0J.).",
    ]


def test_a_table_has_a_line_a_quotation() -> None:
    text = table([cited(reference) for reference in REFERENCES.values()])
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert [row["Fundstelle"] for row in rows] == [reference.locator for reference in REFERENCES.values()]
    assert rows[0]["Zitat"] == cited(REFERENCES["book of six"]).quotation.text
    assert rows[0]["Autorinnen und Autoren"].startswith("Beloe, Elizabeth; Koşan, Ümit")
    assert [row["Anmerkung"] for row in rows][-1] == "Texterkennung"


@given(st.text("=+-@\t\r\n ＝a1;\"'", max_size=12))
def test_no_cell_is_taken_for_a_formula(cell: str) -> None:
    written = harmless(cell)
    assert written in (cell, f"'{cell}")
    assert not written.lstrip().startswith(("=", "+", "-", "@", "＝"))
    (read,) = csv.reader(io.StringIO(table([cited(REFERENCES["no year"], cell + "a")])).readlines()[1:2], delimiter=";")
    assert len(read) == 11
