"""Keys to read with in a real Chromium: where they lead, when they are silent, and that nothing needs them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from facsimile.page_images import PageImages
from index.home import Home
from index.live import LiveIndex
from search_app import create_app
from tests import browser as tools
from tests.boxes import documents_of
from tests.fakes import document_of
from tests.shelf import REPORT, open_searcher, publish
from tests.test_leafing import book

EVERYWHERE = "Verein"
SEARCH = f"/suche?q={EVERYWHERE}"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with tools.chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Twelve passages, two pages of results, and a book whose pages have pictures."""
    folder = tmp_path_factory.mktemp("tasten")
    (printed,) = documents_of([book(folder / "buch.pdf")])
    many = document_of(REPORT, [[f"Der {EVERYWHERE} Nummer {number} hilft."] for number in range(1, 13)])
    home = Home(folder / "home")
    publish(home, many, printed)
    index = LiveIndex(home, open_searcher)
    with tools.serve(create_app(index, images=PageImages(folder / "pages", 1 << 30))) as url:
        yield url
    index.close()


def arrived(page: Page, selector: str) -> None:
    """Wait for a page that has something, and for the keys to work on it."""
    expect(page.locator(selector).first).to_be_visible()
    page.wait_for_load_state()


def number_of(page: Page) -> int:
    """The rank of the hit that has the focus, from 1; 0 where none has."""
    script = "[...document.querySelectorAll('.hit')].findIndex(hit => hit.contains(document.activeElement)) + 1"
    return int(page.evaluate(script))


def test_from_the_search_to_the_page_and_back_by_keys(browser: Browser, address: str) -> None:
    with tools.visit(browser, address) as seen:
        page, press = seen.page, seen.page.keyboard.press
        page.goto("/")
        press("/")
        expect(page.locator("#q")).to_be_focused()
        page.keyboard.type("Einsamkeit")
        press("Enter")
        arrived(page, ".hit")
        press("j")
        assert number_of(page) == 1
        expect(page.locator(".hit h2 a").first).to_be_in_viewport()
        press("Enter")
        arrived(page, ".citation")
        press("c")
        expect(page.locator("#zitieren")).to_be_focused()
        expect(page.locator("#fussnote")).to_be_in_viewport()
        press("p")
        expect(page.locator(".quote").first).not_to_contain_text("Einsamkeit")
        arrived(page, ".citation")
        press("n")
        expect(page.locator(".quote").first).to_contain_text("Einsamkeit")
        arrived(page, ".citation")
        seen.tab_to(".facsimile figcaption a")
        press("Enter")
        arrived(page, ".leafing")
        third = page.url
        press("p")
        expect(page.locator("h1 .locator")).to_have_text("S. 2")
        arrived(page, ".leafing")
        press("n")
        expect(page).to_have_url(third)
        arrived(page, ".leafing")
        press("?")
        expect(page).to_have_url(f"{address}/hilfe#tasten")
        assert seen.complaints == [] and seen.hosts == {"127.0.0.1"}


def test_hits_are_gone_through_both_ways_and_no_further(browser: Browser, address: str) -> None:
    with tools.visit(browser, address) as seen:
        page, press = seen.page, seen.page.keyboard.press
        page.goto(SEARCH)
        ranks = []
        for key in "jjjkkkj":
            press(key)
            ranks.append(number_of(page))
        assert ranks == [1, 2, 3, 2, 1, 1, 2]
        page.locator(".hit .refine button").nth(7).focus()  # inside the fourth
        press("j")
        assert number_of(page) == 5
        page.goto(SEARCH)
        press("k")
        assert number_of(page) == 10
        press("j")
        assert number_of(page) == 10


def test_the_way_back_leads_to_the_hit_from_which_keys_go_on(browser: Browser, address: str) -> None:
    with tools.visit(browser, address) as seen:
        page, press = seen.page, seen.page.keyboard.press
        page.goto(SEARCH)
        for key in "jjj":
            press(key)
        press("Enter")
        arrived(page, ".citation")
        seen.tab_to(".back a")
        press("Enter")
        arrived(page, ".hit")
        expect(page.locator(".hit").nth(2)).to_be_in_viewport()
        press("j")
        assert number_of(page) == 4


def test_results_are_paged_by_keys(browser: Browser, address: str) -> None:
    with tools.visit(browser, address) as seen:
        seen.page.goto(SEARCH)
        seen.page.keyboard.press("n")
        expect(seen.page).to_have_url(f"{address}{SEARCH}&seite=2")
        arrived(seen.page, ".hit")
        seen.page.keyboard.press("n")  # there is no third
        seen.page.keyboard.press("p")
        expect(seen.page).to_have_url(f"{address}{SEARCH}")


def test_keys_are_silent_while_somebody_types_or_holds_another_key(browser: Browser, address: str) -> None:
    with tools.visit(browser, address) as seen:
        page, press = seen.page, seen.page.keyboard.press
        page.goto(SEARCH)
        field = page.locator("#q")
        field.fill("")
        page.keyboard.type("jknpc/?")
        expect(field).to_have_value("jknpc/?")
        expect(field).to_be_focused()
        press("Escape")
        expect(field).not_to_be_focused()
        expect(field).to_have_value("jknpc/?")  # which Escape alone would empty
        for held in ("Control+j", "Alt+j", "Meta+j"):
            press(held)
            assert number_of(page) == 0, held
        press("j")
        assert number_of(page) == 1
        press("Tab")  # nothing is trapped
        assert page.evaluate("document.activeElement.closest('.hit h2') === null")


def test_keys_can_be_switched_off_for_good_and_on_again(browser: Browser, address: str) -> None:
    with tools.visit(browser, address) as seen:
        page, press = seen.page, seen.page.keyboard.press
        page.goto("/hilfe#tasten")
        choice = page.get_by_role("checkbox", name="Diese Tasten benutzen.")
        expect(choice).to_be_checked()
        choice.focus()
        press("Space")
        page.goto(SEARCH)
        press("j")
        press("/")
        assert page.evaluate("document.activeElement === document.body")
        page.goto("/hilfe")
        expect(choice).not_to_be_checked()
        choice.check()
        page.goto(SEARCH)
        press("j")
        assert number_of(page) == 1
        assert page.context.cookies() == []


def test_without_javascript_the_help_says_that_there_are_no_keys(browser: Browser, address: str) -> None:
    with tools.visit(browser, address, scripts=False) as seen:
        page = seen.page
        page.goto("/hilfe")
        expect(page.get_by_text("Darum gehen diese Tasten nicht.")).to_be_visible()
        expect(page.get_by_role("checkbox")).to_be_hidden()
        seen.follow(page.get_by_role("link", name="Impressum"))
        expect(page.locator("h1")).to_have_text("Impressum")
        page.goto(SEARCH)
        page.locator("summary").filter(has_text="Suche eingrenzen").click()
        page.get_by_label("Ort, der genannt wird").fill("7")
        seen.follow(page.get_by_role("button", name="Suchen"))
        expect(page).to_have_url(f"{address}{SEARCH}&ort=7")
        expect(page.locator(".hit")).to_have_count(1)


def test_the_language_is_chosen_by_keyboard_and_stays(browser: Browser, address: str) -> None:
    with tools.visit(browser, address) as seen:
        page = seen.page
        page.goto(SEARCH)
        page.locator(".languages").get_by_text("English").focus()
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{address}{SEARCH}")
        expect(page.get_by_role("button", name="Search")).to_be_visible()
        page.goto("/")
        expect(page.locator("html")).to_have_attribute("lang", "en")
        assert seen.complaints == []
