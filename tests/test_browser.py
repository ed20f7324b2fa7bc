"""The application in a real Chromium: by keyboard, on a telephone, without JavaScript, and asking nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from corpus.publication import Publication
from index.home import Home
from index.live import LiveIndex
from search_app import create_app
from tests import browser as tools
from tests.fakes import document_of
from tests.shelf import open_searcher, publish

BOOK = Publication("buch", "buch.pdf", "Ankommen in der Stadt", subtitle="Ein Bericht", specimen=True)
QUERY = "ehrenamt"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = Home(tmp_path_factory.mktemp("browser"))
    lines = [
        [f"Das Ehrenamt in Gemeinde {number} braucht Begleitung.", "Donaudampfschifffahrtsgesellschaftskapitän" * 3]
        for number in range(12)
    ]
    document = document_of(BOOK, lines, heading_path=("1 Grundlagen", "1.1 Ehrenamtliche gewinnen"))
    publish(home, document)
    index = LiveIndex(home, open_searcher)
    with tools.serve(create_app(index)) as url:
        yield url
    index.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with tools.chromium() as opened:
        yield opened


def test_from_the_start_page_to_the_publication_by_keyboard(browser: Browser, address: str) -> None:
    with tools.visit(browser, address) as seen:
        page = seen.page
        page.goto("/")
        seen.tab_to("input[name=q]")
        page.keyboard.type(QUERY)
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{address}/suche?q={QUERY}")
        expect(page.locator(".hit")).to_have_count(10)
        expect(page.locator(".hit mark").first).to_have_text("Ehrenamt")

        seen.tab_to(".hit h2 a")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_contain_text("S. 1")
        expect(page.locator("#fussnote")).to_have_text("Ankommen in der Stadt. Ein Bericht, S. 1.")
        expect(page.locator("article .specimen")).to_have_text("Muster: kein Originaltext")

        seen.tab_to("h1 a")
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{address}/p/buch")
        expect(page.locator("h1")).to_have_text("Ankommen in der Stadt")

        seen.tab_to(".contents li li a")
        page.keyboard.press("Enter")
        expect(page.locator(".headings")).to_contain_text("1.1 Ehrenamtliche gewinnen")
        assert seen.complaints == []


def test_the_skip_link_comes_first_and_leads_to_the_matter(browser: Browser, address: str) -> None:
    with tools.visit(browser, address) as seen:
        seen.page.goto("/suche?q=" + QUERY)
        seen.page.keyboard.press("Tab")
        expect(seen.page.locator(":focus")).to_have_text("Zum Inhalt")
        expect(seen.page.locator(":focus")).to_be_in_viewport()
        seen.page.keyboard.press("Enter")
        expect(seen.page.locator("main")).to_be_focused()


def test_a_click_selects_the_citation_whole(browser: Browser, address: str) -> None:
    with tools.visit(browser, address) as seen:
        seen.page.goto("/suche?q=" + QUERY)
        seen.follow(seen.page.locator(".hit h2 a").first)
        seen.page.locator("#fussnote").click()
        assert seen.page.evaluate("getSelection().toString().trim()") == "Ankommen in der Stadt. Ein Bericht, S. 1."


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_a_telephone(browser: Browser, address: str, scheme: Literal["light", "dark"]) -> None:
    with tools.visit(browser, address, width=360, scheme=scheme) as seen:
        paths = [
            "/",
            "/suche",
            f"/suche?q={QUERY}",
            "/suche?q=" + "Unsinn" * 150,
            "/p/buch",
            "/merkliste",
            "/f/gibtesnicht",
            "/gibtesnicht",
        ]
        for path in paths:
            seen.page.goto(path)
            assert seen.overflow <= 0, path
        seen.page.goto(f"/suche?q={QUERY}")
        seen.follow(seen.page.locator(".hit h2 a").first)
        expect(seen.page.locator(".passage")).to_be_visible()
        assert seen.overflow <= 0


def test_everything_works_without_javascript(browser: Browser, address: str) -> None:
    with tools.visit(browser, address, scripts=False) as seen:
        page = seen.page
        page.goto("/")
        page.get_by_role("searchbox").fill("Quantenphysik")
        seen.follow(page.get_by_role("button", name="Suchen"))
        expect(page.get_by_role("status")).to_contain_text("nichts")

        page.get_by_role("searchbox").fill(QUERY)
        seen.follow(page.get_by_role("button", name="Suchen"))
        seen.follow(page.get_by_role("link", name="Weiter", exact=True))
        expect(page.get_by_role("status")).to_have_text("Fundstellen 11 bis 12, die passendsten zuerst")
        seen.follow(page.locator(".hit h2 a").first)
        seen.follow(page.get_by_role("link", name="Zurück zur Suche"))
        expect(page.get_by_role("status")).to_have_text("Fundstellen 11 bis 12, die passendsten zuerst")


def test_weak_hits_are_one_click_away(browser: Browser, address: str) -> None:
    with tools.visit(browser, address) as seen:
        seen.page.goto("/suche?q=Begleitschreiben nach Atlantis")
        expect(seen.page.get_by_role("status")).to_have_text("Dazu steht in den Publikationen vermutlich nichts.")
        expect(seen.page.locator(".hit").first).to_be_hidden()
        seen.page.locator(".weak-hits summary").click()
        expect(seen.page.locator(".hit").first).to_be_visible()


def test_in_high_contrast_the_hit_come_back_to_and_the_page_of_results_are_outlined(browser: Browser, address: str) -> None:
    with tools.visit(browser, address, high_contrast=True) as seen:
        page = seen.page
        page.goto(f"/suche?q={QUERY}")
        seen.follow(page.locator(".hit h2 a").nth(3))
        seen.follow(page.locator(".back a"))
        outlined = "element => getComputedStyle(element).outlineStyle"
        for selector, others in ((".hit", 9), (".paging a", 2)):
            styles = [element.evaluate(outlined) for element in page.locator(selector).all()]
            assert len([style for style in styles if style != "none"]) == 1 and len(styles) == others + 1, selector


def test_nobody_but_this_machine_is_asked(browser: Browser, address: str) -> None:
    with tools.visit(browser, address) as seen:
        for path in ("/", f"/suche?q={QUERY}", "/p/buch", "/gibtesnicht"):
            seen.page.goto(path, wait_until="networkidle")
        seen.page.goto(f"/suche?q={QUERY}")
        seen.follow(seen.page.locator(".hit h2 a").first)
        seen.page.wait_for_load_state("networkidle")
        assert any(url.endswith("/static/style.css") for url in seen.requested)
        assert seen.hosts == {"127.0.0.1"}
        assert seen.page.context.cookies() == []


@pytest.fixture
def nothing(tmp_path: Path) -> Iterator[str]:
    index = LiveIndex(Home(tmp_path), open_searcher)
    with tools.serve(create_app(index)) as url:
        yield url
    index.close()


def test_before_the_first_ingestion_a_page_says_what_to_do(browser: Browser, nothing: str) -> None:
    with tools.visit(browser, nothing, width=360) as seen:
        answer = seen.page.goto("/")
        assert answer is not None and answer.status == 503
        expect(seen.page.locator("main")).to_contain_text("fundstelle ingest")
        assert seen.overflow <= 0
