"""German and English: every sentence has its translation, the reader's choice is kept, and nobody is led elsewhere."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from index.home import Home
from index.live import LiveIndex
from search_app import create_app, language
from tests.conftest import ROOT
from tests.shelf import open_searcher, publish, report

_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    home = Home(tmp_path_factory.mktemp("home"))
    publish(home, report())
    index = LiveIndex(home, open_searcher)
    yield create_app(index)
    index.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def said() -> set[str | tuple[str, ...]]:
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
    assert set(translated) == said(), "make translations"
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
