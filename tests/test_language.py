"""German and English: every sentence has its translation, the reader's choice is kept, and nobody is led elsewhere."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import Busy, FundstelleError, NoImage
from corpus.publication import Original
from facsimile import page_images
from facsimile.page_images import PageImages
from index.home import Home
from index.live import LiveIndex
from search_app import create_app, language
from search_app.errors import KNOWN, said
from tests.conftest import ROOT
from tests.shelf import evil, open_searcher, publish, report

_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    home = Home(tmp_path_factory.mktemp("home"))
    publish(home, report(), evil())
    index = LiveIndex(home, open_searcher)
    yield create_app(index, images=PageImages(home.folder / "pages", 1 << 20))
    index.close()


@pytest.fixture
def english(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.set_cookie(language.COOKIE, "en")
    return client


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def sentences() -> set[str | tuple[str, ...]]:
    """Every sentence of the pages that is to be translated, as the code and the templates have it."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["babel"]["mappings"]
    found = extract_from_dir(
        ROOT,
        method_map=[(mapping["pattern"], mapping["method"]) for mapping in mappings],
        keywords={"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)},
        directory_filter=lambda folder: Path(folder) == ROOT or Path(folder).is_relative_to(ROOT / "search_app"),
    )
    return {message for _, _, message, _, _ in found}


def test_every_sentence_is_translated_and_no_translation_is_left_over() -> None:
    with (language.FOLDER / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale="en")
    translated = {}
    for message in catalogue:
        if message.id:
            assert not message.fuzzy, message.id
            translated[message.id] = message.string
    assert set(translated) == sentences(), "make translations"
    for german, english in translated.items():
        assert all(english) if isinstance(english, tuple) else english, german
        for one, other in zip(*((german, english) if isinstance(german, tuple) else ([german], [english])), strict=True):
            assert set(_PLACEHOLDER.findall(one)) == set(_PLACEHOLDER.findall(other)), german


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("", "de"),
        ("de-AT,en;q=0.5", "de"),
        ("en-GB,de;q=0.5", "en"),
        ("fr", "de"),
        ("fr,en;q=0.3", "en"),
        ("*", "de"),
        ("%%%", "de"),
    ],
)
def test_the_browser_says_which_language(client: FlaskClient, asked: str, spoken: str) -> None:
    answer = client.get("/", headers={"Accept-Language": asked})
    assert f'<html lang="{spoken}">' in answer.text
    assert {"Accept-Language", "Cookie"} <= set(answer.vary)


def test_what_the_reader_chose_is_kept(client: FlaskClient) -> None:
    answer = client.get("/sprache/en?zurueck=/suche?q%3DEhrenamt")
    assert (answer.status_code, answer.location) == (303, "/suche?q=Ehrenamt")
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "SameSite=Lax" in answer.headers["Set-Cookie"]
    assert '<html lang="en">' in client.get("/", headers={"Accept-Language": "de"}).text
    client.get("/sprache/de")
    assert '<html lang="de">' in client.get("/", headers={"Accept-Language": "en"}).text


def test_a_sentence_is_said_in_english_to_whomever(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "de"}):
        app.preprocess_request()
        sentence = language.lazy_gettext("Zitieren")
        assert [str(sentence), language.in_english(sentence), str(sentence)] == ["Zitieren", "Cite", "Zitieren"]


def test_a_language_that_is_not_spoken_changes_nothing(client: FlaskClient) -> None:
    answer = client.get("/sprache/tlh")
    assert answer.status_code == 303
    assert "Set-Cookie" not in answer.headers
    client.set_cookie(language.COOKIE, "tlh")
    assert '<html lang="de">' in client.get("/").text


@given(st.text(st.sampled_from("/\\:.@?#%\t\n axehttps"), max_size=30))
def test_the_way_back_is_never_to_another_server(app: Flask, back: str) -> None:
    location = app.test_client().get("/sprache/en", query_string={"zurueck": back}).location
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))


# What stands on an English page


GERMAN = re.compile(r"[äöüß„]|\b(?:der|die|das|und|nicht|ist|sind|wird|ein|eine|Sie|zur|von|mit|auf|nur|Seiten?|Suchen?)\b")


@dataclass
class Heard(HTMLParser):
    """What a screen reader speaks in which language: texts and the attributes that are read out."""

    open: list[tuple[str, str]] = field(default_factory=list)  # element and its language
    spoken: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        code = known.get("lang") or (self.open[-1][1] if self.open else "")
        self.spoken += [(code, known.get(name) or "") for name in ("aria-label", "placeholder")]
        if tag not in ("meta", "link", "input", "img", "br", "rect"):
            self.open.append((tag, code))

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1][0] == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.spoken.append((self.open[-1][1] if self.open else "", data.strip()))


def heard(html: str) -> Heard:
    result = Heard()
    result.feed(html)
    result.close()
    assert result.open == []  # every element was closed, so that every language ended where it should
    return result


PAGES = [
    "/",
    "/suche",
    "/suche?q=Ehrenamt",
    "/suche?q=Straße+-Wohnung&ort=Übersee&jahr=2020-2024&publikation=bericht",
    '/suche?q="gibt es so nicht" Ehrenamt jahr:2020-',
    "/suche?q=Strafzettel",
    "/suche?q=€€€",
    "/suche?q=x&seite=9",
    "/p/bericht",
    "/p/bericht/s/46",
    "/p/bericht/s?seite=99",
    "/p/boese/s/1",
    "/p/gibtesnicht",
    "/f/gibtesnicht",
    "/gibtesnicht",
    "/hilfe",
    "/impressum",
    "/datenschutz",
    "/barrierefreiheit",
]


@pytest.mark.parametrize("path", PAGES)
def test_an_english_page_is_english_but_for_what_is_called_german(english: FlaskClient, path: str) -> None:
    spoken = heard(english.get(path).text).spoken
    # the browser's title can't tell its parts apart, nor can a label that names a publication
    title = next(text for code, text in spoken if text.endswith("Fundstelle"))
    wrong = [text for code, text in spoken if code == "en" and GERMAN.search(text) and text != title and "Ankommen" not in text]
    assert wrong == []


def test_a_passage_is_english_but_for_what_is_called_german(english: FlaskClient) -> None:
    for query in ("Ehrenamt", "Straße", "Einsamkeit"):
        (path, *_) = re.findall(r'href="(/f/[^"]+)"', english.get(f"/suche?q={query}").text)
        test_an_english_page_is_english_but_for_what_is_called_german(english, path.replace("&amp;", "&"))
        path = path.split("?")[0]
        test_an_english_page_is_english_but_for_what_is_called_german(english, f"{path}/zitat")


def test_the_check_sees_german(client: FlaskClient) -> None:
    spoken = heard(client.get("/suche?q=Ehrenamt").text.replace('<html lang="de">', '<html lang="en">')).spoken
    assert len([text for code, text in spoken if code == "en" and GERMAN.search(text)]) > 5


def test_the_citation_stays_as_a_german_publication_is_cited(english: FlaskClient) -> None:
    (path, *_) = re.findall(r'href="(/f/[^"]+)"', english.get("/suche?q=Straße").text)
    text = " ".join(text for code, text in heard(english.get(path).text).spoken if code == "de")
    assert "Muster / Verbund der Vereine (2024): Ankommen in der Stadt. Ein Bericht, Musterstadt: Musterverlag, S. [47]" in text


@pytest.mark.parametrize(("code", "shown"), [("de", "1.234.567"), ("en", "1,234,567")])
def test_numbers_are_written_as_the_language_does(app: Flask, code: str, shown: str) -> None:
    with app.test_request_context("/", headers={"Accept-Language": code}):
        assert language.number(1234567) == shown


def test_programs_are_answered_in_their_language(client: FlaskClient) -> None:
    english = client.get("/api/v1/search?k=1", headers={"Accept-Language": "en"})
    assert english.get_json(force=True)["detail"].startswith("What to search for is missing.")
    assert english.headers["Content-Language"] == "en"
    german = client.get("/api/v1/search?k=1")
    assert german.get_json(force=True)["title"] == "Anfrage nicht verstanden"
    assert german.headers["Content-Language"] == "de"


# What the packages below say


def _of(raising: Callable[[], object]) -> FundstelleError:
    with pytest.raises(FundstelleError) as caught:
        raising()
    return caught.value


def test_what_packages_below_say_of_usual_things_is_known_word_for_word(app: Flask, tmp_path: Path) -> None:
    original = Original(tmp_path / "weg.pdf", "a" * 64)
    errors = [
        _of(Home(tmp_path / "leer").live),
        _of(lambda: PageImages(tmp_path, 1).check(original, 0)),
        Busy(page_images._BUSY),
        NoImage(page_images._ANOTHER, "heft.pdf"),
        NoImage(page_images._CANT, "heft.pdf"),
    ]
    assert len(KNOWN) == len(errors) + 1  # and another version, below
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        app.preprocess_request()
        for error in errors:
            told = said(error)
            assert told.language == "en" and not GERMAN.search(told.text), told
            assert isinstance(error, NoImage) is (f"“{getattr(error, 'file', '')}”" in told.text)
    with app.test_request_context("/"):
        assert [said(error).text for error in errors] == [str(error) for error in errors]


def test_what_is_not_known_in_english_is_said_in_german_and_called_so(tmp_path: Path) -> None:
    home = Home(tmp_path)
    publish(home, report())
    manifest = home.live().folder / "manifest.json"
    with create_app(LiveIndex(home, open_searcher)).test_client() as client:
        client.set_cookie(language.COOKIE, "en")
        manifest.write_text('{"format": 0}', encoding="utf-8")
        spoken = heard(client.get("/").text).spoken
        assert ("en", "The index was made by another version of the program. Ingest again: fundstelle ingest") in spoken
        manifest.write_text("{", encoding="utf-8")
        spoken = heard(client.get("/").text).spoken
        assert ("en", "The index cannot be used") in spoken
        assert any(code == "de" and text.startswith("Dem Index in") for code, text in spoken)
