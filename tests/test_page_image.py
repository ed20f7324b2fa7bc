"""Pictures of pages over HTTP: as the rights allow, and never of another file."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from corpus.publication import Publication, Show
from facsimile import original
from facsimile import page_images as module
from index.home import Home
from tests.pdfs import make_pdf, numbered_pages
from tests.shelf import look, reading_room, shelve

BOOK = Publication("buch", "buch.pdf", "Ein Buch", show=Show.PAGE)
ADDRESS = "/p/buch/s/2.png"


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Callable[..., FlaskClient]]:
    """Ingest a book of three pages that may be shown as far as is said, and make a client."""
    with ExitStack() as stack:

        def make(show: Show = Show.PAGE, **limits: float) -> FlaskClient:
            home = Home(tmp_path / "home")
            shelve(home, make_pdf(tmp_path / "buch.pdf", numbered_pages(3)), replace(BOOK, show=show))
            return stack.enter_context(reading_room(home, **limits))

        yield make


def test_a_page_is_served_and_may_be_kept_for_ever_by_its_version(serving: Callable[..., FlaskClient]) -> None:
    client = serving()
    response = client.get(ADDRESS)
    assert (response.status_code, response.content_type) == (200, "image/png")
    assert int.from_bytes(response.data[16:20]) == 1000
    assert response.headers["Cache-Control"] == "private, no-cache"
    etag = response.headers["ETag"]
    again = client.get(ADDRESS, headers={"If-None-Match": etag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)
    version = etag.strip('"').split("-")[0]
    assert "immutable" in client.get(ADDRESS, query_string={"v": version, "b": 640}).headers["Cache-Control"]
    assert "no-cache" in client.get(ADDRESS, query_string={"v": "0" * 32}).headers["Cache-Control"]
    assert client.get(ADDRESS, query_string={"b": 640}).headers["ETag"] != etag


@pytest.mark.parametrize("width", ["", "999", "-640", "640.0", "１０００", "9" * 5000])
def test_only_some_widths_are_served(serving: Callable[..., FlaskClient], width: str) -> None:
    assert "640, 1000, 1600" in look(serving(), ADDRESS, 400, b=width).words


def test_where_only_passages_may_be_shown_there_are_no_pictures(serving: Callable[..., FlaskClient], tmp_path: Path) -> None:
    assert "werden nur einzelne Fundstellen gezeigt" in look(serving(Show.PASSAGE), ADDRESS, 404).words
    assert not (tmp_path / "home" / "pages").exists()


@pytest.mark.parametrize("address", ["/p/buch/s/4.png", "/p/buch/s/0.png", "/p/anderes/s/1.png", f"/p/buch/s/{'9' * 50}.png"])
def test_a_page_that_does_not_exist_has_no_picture(serving: Callable[..., FlaskClient], address: str) -> None:
    look(serving(), address, 404)


def test_a_file_that_changed_or_is_gone_is_said_to_be(serving: Callable[..., FlaskClient], tmp_path: Path) -> None:
    client = serving()
    etag = client.get(ADDRESS).headers["ETag"]
    make_pdf(tmp_path / "buch.pdf", numbered_pages(4))
    assert "hat sich seit dem Einlesen geändert" in look(client, ADDRESS, 404).words
    assert client.get(ADDRESS, headers={"If-None-Match": etag}).status_code == 404
    (tmp_path / "buch.pdf").unlink()
    assert "liegt nicht mehr dort" in look(client, ADDRESS, 404).words


def test_too_many_at_once_are_asked_to_come_again(serving: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch) -> None:
    client = serving(at_once=1, waiting=0)
    client.get(ADDRESS)
    begun, go_on, real = threading.Event(), threading.Event(), original.page_image

    def slow(path: Path, digest: str, index: int, width: int) -> object:
        begun.set()
        go_on.wait()
        return real(path, digest, index, width)

    monkeypatch.setattr(module, "page_image", slow)
    first = threading.Thread(target=client.get, args=("/p/buch/s/1.png",))
    first.start()
    begun.wait()
    try:
        response = client.get("/p/buch/s/3.png")
        assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
        assert "in ein paar Sekunden noch einmal" in response.text and "Einlesen" not in response.text
        assert client.get(ADDRESS).status_code == 200  # what is kept is served all the same
    finally:
        go_on.set()
        first.join()
