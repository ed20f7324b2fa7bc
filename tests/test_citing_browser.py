"""Citing and collecting in a real browser: a click copies, forms work without JavaScript, print is a handout."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from index.home import Home
from index.live import LiveIndex
from search_app import create_app
from tests import browser as tools
from tests.shelf import open_searcher, publish, report
from tests.test_accessibility import RULES, axe
from tests.test_citing_pages import ID, ONE, document

__all__ = ["axe"]  # a fixture


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with tools.chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = Home(tmp_path_factory.mktemp("home"))
    publish(home, document(), report())
    index = LiveIndex(home, open_searcher)
    with tools.serve(create_app(index)) as url:
        yield url
    index.close()


def test_a_click_copies_the_words_and_says_so(browser: Browser, address: str) -> None:
    with tools.visit(browser, address) as seen:
        seen.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
        seen.page.goto(f"/f/{ID}/zitat?satz={ONE}")
        button = seen.page.locator("button[data-copy=wortlaut]")
        button.click()
        expect(button).to_have_text("Kopiert")
        assert seen.page.evaluate("navigator.clipboard.readText()") == "„Erstens hilft es den ‚Alten‘.“"
        assert seen.complaints == []


def test_where_nothing_may_be_copied_the_line_is_selected(browser: Browser, address: str) -> None:
    with tools.visit(browser, address) as seen:
        seen.page.goto(f"/f/{ID}/zitat?satz={ONE}")
        seen.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error()) }")
        seen.page.locator("button[data-copy=wortlaut]").click()
        expect(seen.page.locator("button[data-copy=wortlaut]")).to_have_text("Kopieren")
        assert seen.page.evaluate("getSelection().toString()") == "„Erstens hilft es den ‚Alten‘.“"


def test_sentences_are_chosen_and_collected_without_javascript(browser: Browser, address: str) -> None:
    with tools.visit(browser, address, width=360, scripts=False) as seen:
        page = seen.page
        page.goto("/suche?q=Spaß")
        seen.follow(page.get_by_role("link", name="Nur diesen Satz zitieren").first)
        expect(page.locator("#wortlaut")).to_have_text("„Drittens macht es allen Spaß.“")
        expect(page.locator(".copy").first).to_be_hidden()
        page.get_by_label("Erstens hilft es").check()
        page.get_by_label("Zitierstil").select_option(label="APA (7. Auflage)")
        seen.follow(page.get_by_role("button", name="Anzeigen"))
        expect(page.locator("#wortlaut")).to_have_text("„Erstens hilft es den ‚Alten‘. […] Drittens macht es allen Spaß.“")
        expect(page.locator("#im-text")).to_have_text("(Beloe et al., 2025, S. 46–47)")
        seen.follow(page.get_by_role("button", name="Auf die Merkliste"))
        expect(page.locator(".collect")).to_contain_text("steht auf Ihrer Merkliste")
        page.goto("/suche?q=Straße")
        seen.follow(page.locator(".hit h2 a").first)
        seen.follow(page.get_by_role("button", name="Auf die Merkliste"))
        seen.follow(page.get_by_role("link", name="Zur Merkliste"))
        expect(page.locator(".collection > li")).to_have_count(2)
        assert seen.overflow <= 0
        seen.follow(page.get_by_role("button", name="nach oben"))
        expect(page.locator(".collection > li").first).to_contain_text("Die Straße führt zur Wohnung.")
        seen.follow(page.get_by_role("button", name="entfernen").first)
        expect(page.locator(".collection > li")).to_have_count(1)
        assert seen.complaints == []


@pytest.mark.parametrize("width", [1280, 360])
def test_a_list_has_no_barrier_that_axe_knows(browser: Browser, address: str, axe: str, width: int) -> None:
    with tools.visit(browser, address, width=width) as seen:
        for passage in (ID, report().passages[0].id):
            seen.page.goto(f"/f/{passage}")
            seen.follow(seen.page.get_by_role("button", name="Auf die Merkliste"))
        for path in ("/merkliste", f"/merkliste?f={ID}&f={ID}~{ONE}"):
            seen.page.goto(path)
            expect(seen.page.locator(".collection > li")).to_have_count(2)
            seen.page.evaluate(axe)
            result = seen.page.evaluate("rules => axe.run(document, rules)", RULES)
            assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in result["violations"]] == []
            assert seen.overflow <= 0


def test_printed_the_list_is_a_handout(browser: Browser, address: str) -> None:
    with tools.visit(browser, address) as seen:
        seen.page.goto(f"/merkliste?f={ID}")
        seen.page.emulate_media(media="print")
        expect(seen.page.get_by_text("Erstens hilft es den „Alten“.")).to_be_visible()
        expect(seen.page.get_by_text("BELOE, Elizabeth")).to_be_visible()
        for part in ("form.choose", ".pass-on", ".top .site", ".bottom"):
            expect(seen.page.locator(part).first).to_be_hidden()


def test_notes_stay_in_the_browser_and_stand_on_the_handout(browser: Browser, address: str) -> None:
    with tools.visit(browser, address) as seen:
        page = seen.page
        for path in (f"/f/{ID}/zitat", f"/f/{ID}/zitat?satz={ONE}"):
            page.goto(path)
            seen.follow(page.get_by_role("button", name="Auf die Merkliste"))
            expect(page.locator(".collect").first).to_contain_text("steht auf Ihrer Merkliste")
        page.goto("/merkliste")
        page.get_by_label("Ihre Notiz 2").fill("Für den Antrag:\n<b>wichtig</b>")
        page.reload()
        expect(page.get_by_label("Ihre Notiz 2")).to_have_value("Für den Antrag:\n<b>wichtig</b>")
        expect(page.get_by_label("Ihre Notiz 1")).to_have_value("")
        seen.follow(page.get_by_role("button", name="nach oben"))
        expect(page.get_by_label("Ihre Notiz 1")).to_have_value("Für den Antrag:\n<b>wichtig</b>")
        page.emulate_media(media="print")
        expect(page.locator(".printed-note").first).to_have_text("Für den Antrag: <b>wichtig</b>")
        expect(page.locator("textarea").first).to_be_hidden()
        page.emulate_media(media="screen")
        assert "notizen" not in str(page.context.cookies())
        seen.follow(page.get_by_role("button", name="entfernen").first)
        expect(page.get_by_label("Ihre Notiz 2")).to_have_count(0)
        assert page.evaluate("localStorage.getItem('notizen')") is None
        assert seen.complaints == []


def test_without_javascript_there_is_no_field_for_what_could_not_be_kept(browser: Browser, address: str) -> None:
    with tools.visit(browser, address, scripts=False) as seen:
        seen.page.goto(f"/f/{ID}/zitat")
        seen.follow(seen.page.get_by_role("button", name="Auf die Merkliste"))
        expect(seen.page.locator(".collect").first).to_contain_text("steht auf Ihrer Merkliste")
        seen.page.goto("/merkliste")
        expect(seen.page.locator("textarea").first).to_be_hidden()
