"""Pictures of every sort of page, for docs/pictures: ``python -m tests.pictures [FOLDER]``.

The specimens are ingested twice, the second time one of them in a second edition, so that links of the first lead to what
became of their passages.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser

import ingestion
import wiring
from corpus.publication import Kind
from corpus.specimens.build import FOLDER, SPECIMENS
from settings import Settings
from tests import browser as tools
from tests.conftest import ROOT
from tests.editions import second_edition

_WIDTHS = {1280: 900, 360: 740}  # pixels, each with the height of the window
_QUALITY = 72  # of a JPEG: letters stay sharp, and all pictures together small
_SECOND = SPECIMENS[1]
_CHECKED = """Im Bericht steht: „Das Aufnahmegespräch dauert eine Stunde und soll keine Prüfung sein“ (S. 15).
Verlangt wird: „Die Koordinierungsstelle nimmt keine Einsicht, notiert das Datum und behält eine Kopie“ (S. 15).
Und weiter: „Nach dem Gespräch haben beide Seiten eine Woche Bedenkzeit“ (S. 99).
Schließlich: „Der Mond ist aus grünem Käse, und alle Ämter wissen das seit langem.“"""


def main() -> None:
    """Take all pictures."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "pictures"
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        app, ids = _published(Path(folder))
        with tools.serve(app) as address, tools.chromium() as browser:
            for name, path in _sorts(app, ids):
                _take(browser, address, path, target / name)


def _published(folder: Path) -> tuple[Flask, list[str]]:
    """Return the application over the specimens, and the ids of the text that one of them held in its first edition."""
    settings = Settings(home=folder / "home")
    home, catalogue = wiring.home(settings), wiring.catalogue(settings)
    files = [Path(shutil.copy(FOLDER / f"{specimen.name}.pdf", folder)) for specimen in SPECIMENS]
    embedder = wiring.model(settings)
    ingestion.ingest(home, ingestion.wanted_files(catalogue, files), embedder, catalogue=catalogue)
    with closing(home.live().library()) as library:
        ids = [passage.id for passage in library.passages(_SECOND.name) if passage.kind in (Kind.TEXT, Kind.NOTE)]
    second_edition(_SECOND, folder)
    ingestion.ingest(home, ingestion.wanted_files(catalogue, files), embedder, catalogue=catalogue)
    return wiring.application(settings), ids


def _sorts(app: Flask, ids: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the name of each picture and the address of what it shows; English pages are told by a name that ends so."""
    yield "start", "/"
    yield "start-english", "/"
    yield "suche", "/suche?q=Ehrenamt"
    yield "suche-gruppiert", "/suche?q=ältere Geflüchtete Einsamkeit&gruppe=publikation"
    yield "suche-nichts", "/suche?q=Wie backt man einen Kuchen aus Quark?"
    hit = next(iter(_hits(app, "Wie gewinnt man Ehrenamtliche?")))
    yield "fundstelle", f"/f/{hit}?q=Wie gewinnt man Ehrenamtliche?"
    yield "zitieren", f"/f/{hit}/zitat"
    yield "merkliste", "/merkliste?" + "&".join(f"f={one}" for one in _hits(app, "Augenhöhe")[:3])
    yield "seite", "/p/muster-buch/s/15?q=Ehrenamt"
    yield "publikation", "/p/muster-buch"
    yield "publikationen", "/publikationen"
    yield "themen", "/themen"
    yield "thema", "/themen/ehrenamt"
    yield "kapitel", "/kapitel"
    yield "zitate-pruefen", "/zitate-pruefen"
    client = app.test_client()
    for name, said in (("link-geaendert", "Diese Stelle wurde geändert"), ("link-verschoben", "sie steht jetzt auf")):
        yield name, next(p for id_ in ids if said in client.get(p := f"/f/{id_}", follow_redirects=True).text)
    yield "link-fort", next(p for id_ in ids if client.get(p := f"/f/{id_}").status_code == 410)
    for name in ("hilfe", "impressum", "datenschutz", "barrierefreiheit"):
        yield name, f"/{name}"
    yield "hilfe-english", "/hilfe"
    yield "nicht-gefunden", "/gibtesnicht"


def _hits(app: Flask, query: str) -> list[str]:
    answer = app.test_client().get("/api/v1/search", query_string={"q": query})
    return [hit["passage_id"] for hit in answer.get_json()["hits"]]


def _take(browser: Browser, address: str, path: str, target: Path) -> None:
    for width, height in _WIDTHS.items():
        with tools.visit(browser, address, width=width, language="en" if target.name.endswith("english") else "de-DE") as visit:
            visit.page.set_viewport_size({"width": width, "height": height})
            visit.page.goto(path)
            if path == "/zitate-pruefen":
                visit.page.locator("#text").fill(_CHECKED)
                visit.follow(visit.page.get_by_role("button", name="Zitate prüfen"))
            visit.page.screenshot(path=f"{target}-{width}.jpg", type="jpeg", quality=_QUALITY)


if __name__ == "__main__":
    main()
