"""The page and the command that check quotations, over a small library."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient

from cli import main
from index.home import Home
from index.live import LiveIndex
from search_app import create_app, language
from tests.shelf import Seen, evil, look, open_searcher, publish, report
from tests.test_language import GERMAN, heard

TEXT = """Sie schreiben: „Freiwillige dolmetschen bei Ärzten.“ (Muster 2024, S. 48)
„Die Strasse führt nicht zur Wohnung“ (S. 47). „Am Ende bleibt die Einsamkeit“ (S. 12)
„Die Gemeinde stellt Räume. Die Straße führt zur Wohnung.“ »Ganz andere Wörter stehen hier beisammen.« Ein „Wort“.
> Die Gemeinde [in Übersee] stellt […] Räume

„offen"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    found = Home(tmp_path_factory.mktemp("home"))
    publish(found, report(), evil())
    return found


@pytest.fixture(scope="module")
def app(home: Home) -> Iterator[Flask]:
    index = LiveIndex(home, open_searcher)
    yield create_app(index)
    index.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def checked(client: FlaskClient, text: str, status: int = 200) -> Seen:
    response = client.post("/zitate-pruefen", data={"text": text})
    assert response.status_code == status, response.text
    seen = Seen()
    seen.feed(response.text)
    seen.close()
    return seen


def test_the_start_page_leads_to_an_empty_field(client: FlaskClient) -> None:
    assert look(client, "/").links("/zitate") == ["/zitate-pruefen"]
    seen = look(client, "/zitate-pruefen")
    assert ("form", {"class": "pasted", "action": "/zitate-pruefen", "method": "post"}) in seen.tags
    assert "Er wird nicht aufgehoben und in keinem Protokoll festgehalten." in seen.words
    assert "Ergebnis" not in seen.words


def test_each_quotation_gets_its_verdict_in_the_order_of_the_text(client: FlaskClient) -> None:
    seen = checked(client, TEXT)
    verdicts = re.findall(
        r"Zitat (\d), Zeile (\d): (wörtlich|weicht ab|andere Seite|aus zwei|nicht gefunden|zu kurz)", seen.words
    )
    assert verdicts == [
        ("1", "1", "wörtlich"),
        ("2", "2", "weicht ab"),
        ("3", "2", "andere Seite"),
        ("4", "3", "aus zwei"),
        ("5", "3", "nicht gefunden"),
        ("6", "3", "zu kurz"),
        ("7", "4", "wörtlich"),
    ]
    assert "7 Zitate geprüft: wörtlich 2, weicht ab 1, andere Seite 1, aus zwei Stellen" in seen.words
    assert "Ein Anführungszeichen ohne Gegenstück steht in Zeile 6." in seen.words


def test_what_differs_is_marked_and_said(client: FlaskClient) -> None:
    seen = checked(client, "„Die Strasse führt nicht zur Wohnung.“ (S. 47)")
    assert "Schreibung: zitiert Strasse, gedruckt Straße." in seen.words
    gone = checked(client, "„Das Ehrenamt Übersee. Eine Bürgerin“ „Älter: Das Ehrenamt in Übersee. Eine Bürgerin“")
    assert "Das Ehrenamt gedruckt: in Übersee. Eine Bürgerin" in gone.words
    assert "Älter gedruckt: werden : Das Ehrenamt" not in gone.words and "Älter: gedruckt: werden Das Ehrenamt" in gone.words
    assert "Achtung, Verneinung: Dort steht nicht: nicht." in seen.words
    assert "zitiert: Strasse gedruckt: Straße führt zitiert: nicht zur Wohnung" in seen.words
    assert [tag for tag, _ in seen.tags if tag in ("del", "ins")] == ["del", "ins", "del"]


def test_the_right_page_is_named_linked_and_ready_to_be_cited(client: FlaskClient) -> None:
    seen = checked(client, "„Am Ende bleibt die Einsamkeit“ (S. 12)")
    assert "Angegeben ist S. 12, es steht aber auf S. 50." in seen.words
    (path,) = seen.links("/f/")
    assert "Am Ende bleibt die Einsamkeit." in look(client, path).words
    assert (
        "Muster / Verbund der Vereine (2024): Ankommen in der Stadt. Ein Bericht, Musterstadt: Musterverlag, S. 50" in seen.words
    )
    assert "So zählt die Datei. Zu zitieren ist S. 50." in checked(client, "„Am Ende bleibt die Einsamkeit“ (S. 5)").words
    assert "es steht auf S. 50" in checked(client, "„Am Ende bleibt die Einsamkeit“").words
    assert (
        "Die angegebene Seite stimmt für „Ankommen in der Stadt“: S. 50."
        in checked(client, "„Am Ende bleibt die Einsamkeit“ (S. 50)").words
    )


def test_the_publication_is_named_that_the_page_is_right_for(client: FlaskClient, home: Home) -> None:
    text = "„Das Alleinsein & ‚die‘ Einsamkeit“ (Muster 2024, PDF-S. 1)"
    seen = checked(client, text)
    assert "andere Seite" in seen.words
    assert "Genannt ist „Ankommen in der Stadt“, es steht aber in „<script>alert" in seen.words
    assert "Genannt ist „Ankommen in der Stadt“" in run(home, "-", text=text.encode()).output
    (quote,) = json.loads(run(home, "-", "--json", text=text.encode()).output)["quotes"]
    assert (quote["verdict"], quote["page"], quote["named"]) == ("wrong-page", "other-publication", "bericht")
    unknown = checked(client, "„Am Ende bleibt die Einsamkeit“ (Schmidt 1999, S. 50)")
    assert "Die angegebene Seite stimmt für „Ankommen in der Stadt“: S. 50." in unknown.words


def test_a_text_without_quotations_is_told_what_one_is(client: FlaskClient) -> None:
    assert "In diesem Text stehen keine Zitate." in checked(client, "Nichts dergleichen.").words
    assert "In diesem Text stehen keine Zitate." in checked(client, "").words


def test_what_is_pasted_is_text_and_nothing_else(client: FlaskClient) -> None:
    answer = client.post("/zitate-pruefen", data={"text": "„<script>alert(1)</script> & </textarea><b>fett</b>“ (S. 1)"})
    assert "<script>" not in answer.text and "<b>" not in answer.text
    seen = checked(client, "„Die Gemeinde stellt <img src=x> Räume.“")
    assert not [tag for tag, _ in seen.tags if tag == "img"]
    verdict = checked(client, "„Das Alleinsein & ‚die‘ Einsamkeit“")
    assert "wörtlich" in verdict.words and "Muster: kein Originaltext" in verdict.words


def test_nothing_of_a_text_is_logged(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        checked(client, TEXT)
    assert "Freiwillige" not in caplog.text


@pytest.mark.parametrize("length", [100_001, 3_000_000])
def test_a_text_that_is_too_long_is_refused(client: FlaskClient, length: int) -> None:
    seen = checked(client, "ä" * length, 413)
    assert "Auf einmal werden höchstens 100.000 Zeichen geprüft." in seen.words


def test_a_long_text_is_taken_and_many_quotations_are_checked_in_parts(client: FlaskClient) -> None:
    seen = checked(client, ("ü" * 450 + " „Wort hier“ ") * 210)
    assert "200 Zitate geprüft: zu kurz zum Prüfen 200." in seen.words
    assert "10 Zitate am Ende sind nicht geprüft." in seen.words


def test_an_english_page_is_english_but_for_what_is_called_german(client: FlaskClient) -> None:
    client.set_cookie(language.COOKIE, "en")
    for answer in (client.get("/zitate-pruefen"), client.post("/zitate-pruefen", data={"text": TEXT})):
        spoken = heard(answer.text).spoken
        assert len([text for code, text in spoken if code == "en" and text]) > 10
        assert [text for code, text in spoken if code == "en" and GERMAN.search(text)] == []


# The command


def run(home: Home, *arguments: str, text: bytes = b"") -> Result:
    return CliRunner().invoke(main, ["check-quotes", "--home", str(home.folder), *arguments], input=io.BytesIO(text))


def test_the_command_says_what_is_wrong_and_ends_with_1(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "text.md"
    file.write_text(TEXT, encoding="utf-8-sig")
    result = run(home, str(file))
    assert result.exit_code == 1, result.output
    for said in (
        "Zeile 1: ✓ wörtlich\n  „Freiwillige dolmetschen bei Ärzten.“ (S. 48)",
        "Statt „Strasse“ steht dort „Straße“.",
        "Achtung, Verneinung: Dort steht nicht: „nicht“.",
        "Zeile 2: ↔ andere Seite",
        "Die angegebene Seite stimmt nicht; zu zitieren ist die Angabe oben.",
        "Ein Anführungszeichen ohne Gegenstück steht in Zeile 6.",
        "Zitate: 7, davon wörtlich 2, weicht ab 1, andere Seite 1, zusammengesetzt 1, nicht gefunden 1, zu kurz zum Prüfen 1.",
    ):
        assert said in result.output


def test_the_command_ends_with_0_where_all_is_word_for_word(home: Home) -> None:
    result = run(home, "-", text="„Freiwillige dolmetschen bei Ärzten“ (S. 48), ein „Wort“".encode())
    assert (result.exit_code, "2, davon wörtlich 1, zu kurz" in result.output) == (0, True)
    assert run(home, "-", text=b"Nichts.").output.startswith("In diesem Text stehen keine Zitate")


def test_programs_get_verdicts_places_and_differences(home: Home) -> None:
    result = run(home, "-", "--json", text=TEXT.encode())
    answer = json.loads(result.output)
    assert result.exit_code == 1
    assert answer["unclosed_lines"] == [6]
    assert [one["verdict"] for one in answer["quotes"]] == [
        "verbatim", "differs", "wrong-page", "spliced", "not-found", "too-short", "verbatim",
    ]  # fmt: skip
    first, second, _, joined, *_, last = answer["quotes"]
    assert (first["line"], first["locator"], first["page"], first["differences"]) == (1, "S. 48", "right", [])
    (stands,) = first["parts"][0]["stands"]
    assert (stands["file"], stands["pdf_pages"], stands["page_labels"], stands["label_sources"]) == (
        "bericht.pdf", [3], ["48"], ["declared"],
    )  # fmt: skip
    assert second["differences"] == [
        {"kind": "spelling", "quoted": "Strasse", "printed": "Straße"},
        {"kind": "negation", "quoted": "nicht", "printed": ""},
    ]
    assert [part["stands"][0]["pdf_pages"] for part in joined["parts"]] == [[4], [2]]
    assert last["remarks"] == ["insertions", "omissions"]


@pytest.mark.parametrize(("content", "said"), [(b"\xff\xfe\x00", "kein Text in UTF-8"), (None, "gibt es nicht")])
def test_a_file_that_is_no_text_is_a_mistake_in_the_call(home: Home, tmp_path: Path, content: bytes | None, said: str) -> None:
    file = tmp_path / "text.txt"
    if content is not None:
        file.write_bytes(content)
    result = run(home, str(file))
    assert result.exit_code == 2
    assert said in result.output
