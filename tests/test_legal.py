"""Legal notice, privacy, accessibility: they say what the operator's file says, what the code does, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import search_app
import wiring
from corpus.errors import OperatorError
from index.home import Home
from index.live import LiveIndex
from search_app import create_app
from search_app.operator import Accessibility, Operator, Privacy, load
from settings import Settings
from tests.conftest import ROOT
from tests.shelf import look, open_searcher

LEGAL = ("/impressum", "/datenschutz", "/barrierefreiheit")
LEAST = 'name = "Verein"\naddress = ["Weg 1", "12345 Ort"]\nemail = "post@example.org"\n'


@pytest.fixture
def client_of(tmp_path: Path) -> Iterator[Callable[[Operator], FlaskClient]]:
    """Make a client for an operator; nothing was ever ingested, since these pages must be there all the same."""
    index = LiveIndex(Home(tmp_path), open_searcher)
    yield lambda operator: create_app(index, operator=operator).test_client()
    index.close()


def write(folder: Path, text: str) -> Path:
    file = folder / "operator.toml"
    file.write_text(text, encoding="utf-8")
    return file


def template() -> str:
    found = re.search(r"```toml\n(.*?)```", (ROOT / "docs" / "betreiber.md").read_text(encoding="utf-8"), re.S)
    assert found is not None
    return found[1]


def test_the_template_of_the_documents_can_be_read_and_has_every_entry(tmp_path: Path) -> None:
    known = load(write(tmp_path, template()))
    assert known.address == ("Musterstraße 1", "12345 Musterstadt")
    assert known.register == ("Amtsgericht Musterstadt, VR 0000",)
    assert known.accessibility.date == date(2026, 1, 31)
    for part in (known, known.privacy, known.accessibility):
        assert [name for name in part.__slots__ if not getattr(part, name)] == []


def test_an_absent_file_tells_nothing(tmp_path: Path) -> None:
    assert load(tmp_path / "gibt-es-nicht.toml") == Operator()
    assert not Operator().is_known


def test_what_is_not_filled_in_is_not_known(tmp_path: Path) -> None:
    assert load(write(tmp_path, LEAST)) == Operator("Verein", ("Weg 1", "12345 Ort"), "post@example.org")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name = ", "ist nicht lesbar"),
        ('name = "Verein"', "Es fehlt address, email. Ohne diese Angaben gibt es kein Impressum."),
        (LEAST + 'fax = "1"', "„fax“ gibt es hier nicht; möglich sind name, address, email"),
        (LEAST + '[privacy]\ncookies = "ja"', "[privacy]: „cookies“ gibt es hier nicht"),
        (LEAST + "phone = 30", 'phone steht in Anführungszeichen: phone = "…"'),
        (LEAST + 'register = [1, "2"]', "register ist ein Text oder eine Liste von Zeilen"),
        (LEAST + 'privacy = "keine"', "unter eine eigene Zeile [privacy]"),
        (LEAST + '[accessibility]\ndate = "2026-01-31"', "date ist ein Datum ohne Anführungszeichen"),
        (LEAST + "[accessibility]\ndate = 2026-01-31T08:00:00", "date ist ein Datum ohne Anführungszeichen"),
        (LEAST.replace("@", " bei "), "ist keine E-Mail-Adresse"),
        (LEAST.replace('"Verein"', '[""]'), "name steht in Anführungszeichen"),
    ],
)
def test_a_wrong_file_is_refused_with_the_place(tmp_path: Path, text: str, said: str) -> None:
    file = write(tmp_path, text)
    with pytest.raises(OperatorError) as error:
        load(file)
    assert str(file) in str(error.value) and said in str(error.value)


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="das ist ein Ordner"):
        load(tmp_path)


def test_a_server_does_not_start_with_a_wrong_file(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="Es fehlt address"):
        wiring.check(Settings(home=tmp_path, operator=write(tmp_path, 'name = "Verein"')))


@pytest.mark.parametrize("path", LEGAL)
def test_nobody_is_made_up(client_of: Callable[[Operator], FlaskClient], path: str) -> None:
    seen = look(client_of(Operator()), path)
    assert "Wer diese Seiten betreibt, ist hier noch nicht eingetragen." in seen.words
    assert "FUNDSTELLE_OPERATOR" in seen.words and seen.links("mailto:") == []


def test_all_that_the_operator_says_stands_on_the_pages(client_of: Callable[[Operator], FlaskClient], tmp_path: Path) -> None:
    known = load(write(tmp_path, template()))
    client = client_of(known)
    imprint, privacy, accessibility = (look(client, path) for path in LEGAL)
    for seen, part in ((imprint, known), (privacy, known.privacy), (accessibility, known.accessibility)):
        assert "noch nicht eingetragen" not in seen.words
        for name in part.__slots__:
            value = getattr(part, name)
            if not isinstance(value, Privacy | Accessibility | date):
                assert " ".join([value] if isinstance(value, str) else value) in seen.words, name
    assert imprint.links("mailto:") == ["mailto:post@example.org"]
    assert "Stand dieser Erklärung: 31. Januar 2026" in accessibility.words
    assert "keine oder keine hilfreiche Antwort" in accessibility.words
    client.set_cookie("sprache", "en")
    assert "This statement is of January 31, 2026" in look(client, "/barrierefreiheit").words


def test_what_is_left_out_has_no_heading(client_of: Callable[[Operator], FlaskClient]) -> None:
    client = client_of(Operator("Verein", ("Weg 1",), "post@example.org"))
    words = " ".join(look(client, path).words for path in LEGAL)
    for absent in ("Telefon", "Register", "Umsatzsteuer", "MStV", "Datenschutzbeauftragte", "Schlichtung", "Stand dieser"):
        assert absent not in words
    assert "Verein Weg 1 post@example.org" in words


def test_what_an_operator_writes_is_shown_as_text(client_of: Callable[[Operator], FlaskClient]) -> None:
    client = client_of(Operator("<b>V</b>", ("<i>W</i>",), "a@b", privacy=Privacy(logs=("<script>alert(1)</script>",))))
    seen = look(client, "/datenschutz")
    assert "<script>alert(1)</script>" in seen.words and "<b>V</b>" in seen.words
    assert [attrs for tag, attrs in seen.tags if tag == "script"] == [{"src": "/static/keys.js", "defer": None}]


def test_every_place_that_stores_something_in_a_browser_is_named(client_of: Callable[[Operator], FlaskClient]) -> None:
    folder = Path(search_app.__file__).parent
    code = "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.py"))
    scripts = "".join(file.read_text(encoding="utf-8") for file in folder.glob("static/*.js"))
    kept = set(re.findall(r'(?:local|session)Storage\.setItem\("(\w+)"', scripts))
    assert not re.search(r"document\.cookie|indexedDB", scripts)
    html = client_of(Operator()).get("/datenschutz").text
    named = set(re.findall(r"<dt><code>(\w+)</code>", html))
    assert kept <= named
    assert len(named) == len(kept) + code.count(".set_cookie(")
    assert "session[" not in code  # which would be a cookie too


def test_no_page_sets_a_cookie_by_itself(client_of: Callable[[Operator], FlaskClient]) -> None:
    client = client_of(Operator())
    assert all("Set-Cookie" not in client.get(path).headers for path in (*LEGAL, "/hilfe", "/gibtesnicht"))


def test_every_page_leads_to_help_and_legal_pages(client_of: Callable[[Operator], FlaskClient]) -> None:
    seen = look(client_of(Operator()), "/gibtesnicht", 404)
    assert {"/hilfe", *LEGAL} <= set(seen.links("/"))
