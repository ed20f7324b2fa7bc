"""Every sort of page held to the rules of WCAG 2.2 by axe-core in Chromium; and the way to a page by keyboard alone."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from corpus.catalogue import Related
from corpus.publication import LabelSource, PageLabel, Publication, Show
from corpus.thesaurus import Group, Subject, Thesaurus
from facsimile.page_images import PageImages
from index.home import Home
from index.live import LiveIndex
from index.search import Searcher
from search_app import create_app
from search_app.operator import Accessibility, Operator, Privacy
from tests import browser as tools
from tests.boxes import documents_of
from tests.conftest import ROOT
from tests.fakes import document_of
from tests.pdfs import Text, make_pdf
from tests.shelf import EMBEDDER, evil, publish
from tests.test_leafing import BOOK, book

RELATED = (Related("Die Seite", "https://example.org/seite", "Internetseite"),)
SUBJECTS = (Subject(Group.TOPIC, "Einsamkeit", ("Einsamkeit",)), Subject(Group.PLACE, "Übersee", ("Übersee",)))
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
}


@pytest.fixture(scope="module")
def axe() -> str:
    """The program, as it runs in a page."""
    found = sorted((ROOT / "tests" / ".axe").glob("axe-core-*.tgz"))
    if not found:
        pytest.skip("axe-core is missing (make system)")
    with tarfile.open(found[-1]) as archive:
        program = archive.extractfile("package/axe.min.js")
        assert program is not None
        return program.read().decode()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with tools.chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A book whose pages may be shown, a file that has gone since, and a publication of which only passages may be shown."""
    folder = tmp_path_factory.mktemp("zugang")
    gone = make_pdf(folder / "weg.pdf", [[Text(50, 500, "Das Ehrenamt ist fort.")]])
    (first, second) = documents_of([book(folder / "buch.pdf"), gone])
    twice = tuple(replace(page, label=PageLabel("7", LabelSource.DECLARED)) for page in first.pages[:2])
    first = replace(
        first,
        publication=replace(BOOK, specimen=True),
        pages=(*twice, *first.pages[2:]),
        passages=tuple(replace(p, publication_id=BOOK.id, heading_path=("Übersee heute",)) for p in first.passages),
    )
    gone.unlink()
    home = Home(folder / "home")
    publish(home, first, second, evil(), EDITIONS[0])
    publish(home, first, second, evil(), EDITIONS[1])
    index = LiveIndex(home, lambda generation: Searcher(generation, EMBEDDER, thesaurus=Thesaurus(subjects=SUBJECTS)))
    with tools.serve(create_app(index, RELATED, PageImages(home.folder / "pages", 1 << 30), OPERATOR)) as url:
        yield url
    index.close()


HARBOUR = "Am Hafen steht ein Haus mit sieben Fenstern, in dem am Abend gesungen wird."
SHORT = "Mehr dazu im Anhang."
OTHERS = [f"Die {n}. Seite dieses Buches handelt von nichts, was auf einer anderen stünde, und davon {n}-mal." for n in range(4)]
EDITIONS = [
    document_of(Publication("ausgabe", "ausgabe.pdf", "Zwei Ausgaben", show=Show.PAGE), [[text] for text in texts])
    for texts in (
        [HARBOUR, OTHERS[0], SHORT, OTHERS[1], OTHERS[2]],
        [HARBOUR.replace("sieben", "acht"), OTHERS[0], OTHERS[2], OTHERS[3], SHORT],
    )
]
CHANGED, _, UNSURE, GONE, MOVED = (f"/f/{passage.id}" for passage in EDITIONS[0].passages)

#: Where each sort of page is found, where it is only led to, what leads there, and words by which it is known.
SORTS = {
    "start": ("/", "", "Suchen und belegen"),
    "search without a query": ("/suche", "", "Geben Sie oben ein"),
    "hits": ("/suche?q=ehrenamt", "", "passt vermutlich"),
    "hits, limited": ("/suche?q=ehrenamt+-kosten&ort=stadt&jahr=2000-&publikation=buch", "", "Alles aufheben"),
    "hits, grouped": ("/suche?q=einsamkeit+stadt&gruppe=publikation", "", "Die passendsten zuerst"),
    "nothing found": ("/suche?q=Quantenphysik", "", "wurde nichts gefunden"),
    "weak hits only": ("/suche?q=Begleitschreiben der Kommune an Vereine in Atlantis", "", "vermutlich nichts"),
    "passage with pictures": ("/suche?q=einsamkeit+publikation:buch", ".hit h2 a", "stärker die Wörter"),
    "passage on several pages": ("/suche?q=küchen", ".hit h2 a", "PDF-S. 1"),
    "passage whose file is gone": ("/suche?q=fort", ".hit h2 a", "liegt nicht mehr dort"),
    "passage alone": ("/suche?q=alleinsein+publikation:boese", ".hit h2 a", "gespiegelt"),
    "quotation": ("/suche?q=einsamkeit+publikation:buch", ".hit h2 a then a[href*='/zitat']", "Zitierstil"),
    "page": ("/p/buch/s/3?q=einsamkeit", "", "Text der Seite"),
    "page whose number is another's": ("/p/buch/s?seite=7", "", "Welche Seite"),
    "page that does not exist": ("/p/buch/s?seite=99", "", "Diese Seite gibt es nicht"),
    "page that may not be shown": ("/p/boese/s/1", "", "Ganze Seiten werden hier nicht gezeigt"),
    "page with a quotation": ("/p/buch/s/3?zitat=die%20Einsamkeit", "", "Hervorgehoben ist die Stelle"),
    "page without the quotation": ("/p/buch/s/3?zitat=Haus%20mit%20acht", "", "in anderen Fundstellen"),
    "passage that was changed": (CHANGED, "", "Diese Stelle wurde geändert"),
    "passage that is not certain": (UNSURE, "", "nicht sicher wiederzufinden"),
    "passage that is gone": (GONE, "", "So lautete sie"),
    "passage that was moved": (MOVED, "", "sie steht jetzt auf"),
    "publication": ("/p/buch", "", "Gehe zu Seite"),
    "for programs": ("/api", "", "OpenAPI 3.1"),
    "quotations": ("/zitate-pruefen", "", "Fügen Sie einen Text ein"),
    "nothing collected": ("/merkliste", "", "Auf der Seite jeder Fundstelle"),
    "list passed on": ("/merkliste?f=0123456789abcdef", "", "nicht verzeichnet"),
    "publications": ("/publikationen", "", "Publikationen"),
    "subjects": ("/themen", "", "Gezählt sind"),
    "subject": ("/themen/einsamkeit", "", "Darin suchen"),
    "place": ("/orte/uebersee", "", "Kapitel dazu"),
    "passage of a subject": ("/themen/einsamkeit", ".hit h3 a", "Zurück zu „Einsamkeit“"),
    "chapters": ("/kapitel", "", "Übersee heute"),
    "chapter": ("/kapitel/buch/uebersee-heute", "", "Darin suchen"),
    "subject that there is not": ("/themen/atlantis", "", "Dazu steht hier nichts"),
    "what does not exist": ("/gibtesnicht", "", "Seite nicht gefunden"),
    "help": ("/hilfe", "", "So fragen Sie"),
    "legal notice": ("/impressum", "", "Telefon"),
    "privacy": ("/datenschutz", "", "kein Konto"),
    "accessibility": ("/barrierefreiheit", "", "Stand dieser Erklärung"),
}
OPERATOR = Operator(
    "Musterverein e. V.",
    ("Musterstraße 1", "12345 Musterstadt"),
    "post@example.org",
    phone="+49 30 0000000",
    responsible=("Vorname Nachname",),
    privacy=Privacy(officer=("Vorname Nachname",), logs=("Nichts.",)),
    accessibility=Accessibility(date(2026, 1, 31), enforcement=("Schlichtungsstelle",), barriers=("Eine Barriere.",)),
)


def go(page: Page, path: str, link: str) -> None:
    page.goto(path)
    for one in filter(None, link.split(" then ")):
        page.goto(page.locator(one).first.get_attribute("href") or "")


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_barrier_that_axe_knows(
    browser: Browser, address: str, axe: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    with tools.visit(browser, address, width=width, scheme=scheme) as seen:
        for sort, (path, link, words) in SORTS.items():
            go(seen.page, path, link)
            assert words in " ".join(seen.page.locator("main").inner_text().split()), sort
            check(seen, axe, sort)


def test_no_english_page_has_a_barrier_that_axe_knows(browser: Browser, address: str, axe: str) -> None:
    # the colours and widths are those of the German ones; what differs are words, languages and lengths
    with tools.visit(browser, address, width=360, language="en-GB") as seen:
        for sort, (path, link, _) in SORTS.items():
            go(seen.page, path, link)
            assert seen.page.locator("html").get_attribute("lang") == "en", sort
            check(seen, axe, sort)


def check(seen: tools.Visit, axe: str, sort: str) -> None:
    """Hold a page to the rules; it is no wider than its window."""
    seen.page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
    seen.page.evaluate(axe)
    result = seen.page.evaluate("rules => axe.run(document, rules)", RULES)
    found = [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in result["violations"]]
    assert found == [], f"{sort}: {json.dumps(found, indent=1)}"
    assert len(result["passes"]) > 15, sort
    assert seen.overflow <= 0, sort


@pytest.mark.parametrize("width", [640, 320])
@pytest.mark.parametrize("language", ["de-DE", "en-GB"])
def test_enlarged_nothing_is_cut_off_or_laid_over_another(browser: Browser, address: str, language: str, width: int) -> None:
    """A window of 1280 pixels holds 640 of a page's own at 200 per cent, and 320 at 400 per cent."""
    hidden = """[...document.querySelectorAll('main *, header *, footer *')].filter(element => {
        const style = getComputedStyle(element), box = element.getBoundingClientRect();
        const cut = style.overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1;
        return box.width > 1 && !element.closest('.unseen, input, select, svg') && (cut || box.right > innerWidth + 1);
    }).map(element => element.outerHTML.slice(0, 100))"""
    with tools.visit(browser, address, width=width, language=language) as seen:
        for sort, (path, link, _) in SORTS.items():
            go(seen.page, path, link)
            assert seen.overflow <= 0, sort
            assert seen.page.evaluate(hidden) == [], sort


def test_nothing_moves_by_itself_or_when_keys_lead_somewhere(browser: Browser, address: str) -> None:
    moving = """[...document.querySelectorAll('*')].filter(element => {
        const style = getComputedStyle(element);
        return style.scrollBehavior !== 'auto' || style.animationName !== 'none' || parseFloat(style.transitionDuration) > 0;
    }).length + document.getAnimations().length"""
    with tools.visit(browser, address, still=True) as seen:
        for path in ("/", "/suche?q=ehrenamt", "/p/buch/s/3?q=einsamkeit", "/hilfe"):
            seen.page.goto(path)
            assert seen.page.evaluate(moving) == 0, path
        seen.page.goto("/suche?q=küchen")
        seen.follow(seen.page.locator(".hit h2 a").first)
        seen.page.keyboard.press("c")
        place = "document.getElementById('zitieren').getBoundingClientRect().top"
        assert seen.page.evaluate(place) == seen.page.evaluate(f"new Promise(done => setTimeout(() => done({place}), 300))")


def test_in_high_contrast_focus_marks_and_boxes_can_be_told(browser: Browser, address: str) -> None:
    with tools.visit(browser, address, high_contrast=True) as seen:
        page = seen.page
        page.goto("/suche?q=einsamkeit+publikation:buch")
        ground = "element => getComputedStyle(element).backgroundColor"
        assert page.locator(".hit mark").first.evaluate(ground) != page.locator("body").evaluate(ground)
        for selector in ("input[name=q]", ".search button", ".hit h2 a", ".refine button", ".bottom a"):
            seen.tab_to(selector)
            style = page.locator(":focus").evaluate(
                "element => { const s = getComputedStyle(element); return [s.outlineStyle, parseFloat(s.outlineWidth), s.outlineColor] }"
            )
            assert style[0] == "solid" and style[1] >= 2 and style[2] != page.locator("body").evaluate(ground), selector
        button = page.locator(".search button").evaluate("element => getComputedStyle(element).borderTopColor")
        assert button != page.locator("body").evaluate(ground)
        seen.follow(page.locator(".hit h2 a").first)
        page.wait_for_load_state("networkidle")
        with_boxes = page.locator(".leaf").first.screenshot()
        page.evaluate("document.querySelector('svg.boxes').remove()")
        assert page.locator(".leaf").first.screenshot() != with_boxes


#: Quotations of BOOK and of the evil publication, with each verdict, and what the page says of them.
QUOTED = """„Zum Schluss steht hier noch ein Satz über die Einsamkeit“ (S. 3).
„Zum schluss steht hier kein Satz, über die Einsamkeit der [Alten]“ (S. 3).
„Zum Schluss steht hier noch ein Satz“ (S. 40). „Das Alleinsein & ‚die‘ Einsamkeit“
„Zum Schluss steht hier noch ein Satz über die Einsamkeit. Die Vereine fragen nach der Wohnung.“
»Ganz andere Wörter stehen hier beisammen.« „Ein Wort“ „offen"""
SAID = (
    "7 Zitate geprüft: wörtlich 2, weicht ab 1, andere Seite 1, aus zwei Stellen zusammengesetzt 1, nicht gefunden 1, "
    "zu kurz zum Prüfen 1."
)


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_checked_quotations_have_no_barrier_that_axe_knows(
    browser: Browser, address: str, axe: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    with tools.visit(browser, address, width=width, scheme=scheme) as seen:
        seen.page.goto("/zitate-pruefen")
        seen.page.get_by_label("Ihr Text mit Zitaten").fill(QUOTED)
        seen.follow(seen.page.get_by_role("button", name="Zitate prüfen"))
        expect(seen.page.get_by_role("status")).to_have_text(SAID)
        seen.page.evaluate(axe)
        result = seen.page.evaluate("rules => axe.run(document, rules)", RULES)
        found = [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in result["violations"]]
        assert found == [], json.dumps(found, indent=1)
        assert len(result["passes"]) > 15
        assert seen.overflow <= 0


@pytest.mark.parametrize("width", [1280, 360])
def test_quotations_are_checked_by_keyboard_and_without_javascript(browser: Browser, address: str, width: int) -> None:
    with tools.visit(browser, address, width=width, scripts=False) as seen:
        page = seen.page
        page.goto("/")
        seen.tab_to("a[href='/zitate-pruefen']")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Zitate prüfen")
        seen.tab_to("textarea")
        page.keyboard.insert_text(QUOTED)
        seen.tab_to(".pasted button")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_have_text(SAID)
        seen.follow(page.locator(".checked a").first)
        expect(page.locator("h1")).to_contain_text("S. 3")
        assert seen.complaints == [] and seen.hosts == {"127.0.0.1"}


def test_axe_finds_a_barrier_where_there_is_one(browser: Browser, address: str, axe: str) -> None:
    with tools.visit(browser, address) as seen:
        seen.page.goto("/p/buch/s/3")
        seen.page.evaluate("document.querySelector('img').removeAttribute('alt')")
        seen.page.evaluate(axe)
        result = seen.page.evaluate("rules => axe.run(document, rules)", RULES)
        assert [one["id"] for one in result["violations"]] == ["image-alt"]


def test_from_the_search_to_the_page_by_keyboard(browser: Browser, address: str) -> None:
    with tools.visit(browser, address) as seen:
        page = seen.page
        page.goto("/")
        seen.tab_to("input[name=q]")
        page.keyboard.type("Einsamkeit publikation:buch")
        page.keyboard.press("Enter")
        expect(page.locator(".hit")).to_have_count(1)
        seen.tab_to(".hit h2 a")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_contain_text("S. 3")
        expect(page.locator("rect.word")).to_have_count(1)

        seen.tab_to(".facsimile figcaption a")
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{address}/p/buch/s/3?q=Einsamkeit+publikation:buch")
        expect(page.locator(".standing mark")).to_have_text("Einsamkeit")

        seen.tab_to("a[rel=prev]")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_contain_text("S. 2")
        seen.tab_to("input[name=seite]")
        page.keyboard.type("pdf-4")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_contain_text("S. 3")
        expect(page.locator("rect.word")).to_have_count(1)  # the search is kept
        seen.tab_to("a[href='#text']")
        page.keyboard.press("Enter")
        expect(page.locator("#text")).to_be_in_viewport()
        assert seen.complaints == [] and seen.hosts == {"127.0.0.1"}


@pytest.mark.parametrize("width", [1280, 360])
def test_boxes_lie_on_the_picture_without_javascript(browser: Browser, address: str, width: int, tmp_path: Path) -> None:
    with tools.visit(browser, address, width=width, scripts=False) as seen:
        page = seen.page
        page.goto("/suche?q=einsamkeit+publikation:buch")
        seen.follow(page.locator(".hit h2 a").first)
        page.wait_for_load_state("networkidle")
        picture, boxes = page.locator(".leaf img").bounding_box(), page.locator("svg.boxes").bounding_box()
        assert picture is not None and boxes is not None
        assert boxes == pytest.approx(picture, abs=0.5)
        assert picture["height"] / picture["width"] == pytest.approx(595 / 420, abs=0.01)
        word = page.locator("rect.word").bounding_box()
        assert word is not None
        # "Einsamkeit" is printed at x = 245 to 291, y = 498 to 508 of a page of 420 by 595 points
        scale = picture["width"] / 420
        assert word["x"] == pytest.approx(picture["x"] + 245 * scale, abs=25 * scale)
        assert word["y"] == pytest.approx(picture["y"] + (595 - 508) * scale, abs=4 * scale)
        seen.follow(page.get_by_role("link", name="Text dieser Seite"))
        expect(page.locator("h1")).to_contain_text("S. 3")
        assert seen.complaints == []
