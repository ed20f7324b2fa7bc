"""What is read elsewhere: feeds, what search engines are told, and who else may read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from corpus.errors import SettingsError
from corpus.publication import Publication, Show
from index.home import Home
from index.live import LiveIndex
from search_app import create_app
from search_app.site import Site
from settings import from_environment
from tests.browser import chromium, serve, visit
from tests.fakes import document_of
from tests.shelf import evil, open_searcher, publish, report

ATOM = {"a": "http://www.w3.org/2005/Atom"}
MAP = {"m": "http://www.sitemaps.org/schemas/sitemap/0.9"}
SITE = Site("https://fundstelle.example/lesen", robots=True, cors="https://partner.example")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("home"))
    odd = document_of(Publication("zu", "zu.pdf", "Nur Stellen\x0b"), [["Die Kommune\x00 hilft \x1b und berät."]])
    publish(home, report(), odd, evil())
    return home


@pytest.fixture(scope="module")
def index(home: Home) -> Iterator[LiveIndex]:
    index = LiveIndex(home, open_searcher)
    yield index
    index.close()


@pytest.fixture
def client(index: LiveIndex) -> FlaskClient:
    return create_app(index).test_client()


@pytest.fixture
def open_client(index: LiveIndex) -> FlaskClient:
    return create_app(index, open_to=SITE).test_client()


def feed(client: FlaskClient, path: str) -> ElementTree.Element:
    response = client.get(path)
    assert (response.status_code, response.mimetype) == (200, "application/atom+xml")
    return ElementTree.fromstring(response.data)


def texts(element: ElementTree.Element, path: str) -> list[str]:
    return [found.text or "" for found in element.findall(path, ATOM)]


@pytest.mark.parametrize(("path", "count"), [("/publikationen.atom", 3), ("/suche.atom?q=Die Kommune hilft und berät", 1)])
def test_a_feed_has_what_atom_demands(client: FlaskClient, path: str, count: int) -> None:
    found = feed(client, path)
    entries = found.findall("a:entry", ATOM)
    assert len(entries) == count
    for element in (found, *entries):
        for name in ("id", "title", "updated"):
            (text,) = texts(element, f"a:{name}")
            assert text.strip()
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", texts(element, "a:updated")[0])
    ids = [texts(element, "a:id")[0] for element in (found, *entries)]
    assert len(set(ids)) == count + 1 and all(id_.startswith("urn:uuid:") for id_ in ids)
    assert {link.get("rel") for link in found.findall("a:link", ATOM)} == {"self", "alternate"}
    assert all(client.get(str(entry.find("a:link", ATOM).get("href"))).status_code == 200 for entry in entries)  # type: ignore[union-attr]


def test_a_feed_of_a_search_quotes_and_cites(client: FlaskClient) -> None:
    entry = feed(client, "/suche.atom?q=Ehrenamt in Übersee&publikation=bericht").findall("a:entry", ATOM)[0]
    text = texts(entry, "a:content")[0]
    assert text.startswith(report().passages[0].text)
    assert text.endswith(", S. 46")
    assert texts(entry, "a:author/a:name") == ["Änne Muster", "Verbund der Vereine"]


def test_what_fits_badly_is_no_news(client: FlaskClient) -> None:
    assert feed(client, "/suche.atom?q=Gezeitenkraftwerk Hafenkran Quantenphysik Gemeinde").findall("a:entry", ATOM) == []
    assert client.get("/suche.atom?q=").status_code == 400


def test_an_entry_keeps_its_name_wherever_the_site_is(client: FlaskClient, open_client: FlaskClient) -> None:
    here, there = (feed(one, "/publikationen.atom") for one in (client, open_client))
    assert texts(here, "a:entry/a:id") == texts(there, "a:entry/a:id")
    assert here.findall("a:entry/a:link", ATOM)[0].get("href") == "http://localhost/p/boese"
    assert there.findall("a:entry/a:link", ATOM)[0].get("href") == "https://fundstelle.example/lesen/p/boese"


def test_a_feed_is_sent_again_only_where_the_index_has_changed(client: FlaskClient) -> None:
    tag = client.get("/publikationen.atom").headers["ETag"]
    assert client.get("/publikationen.atom", headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/publikationen.atom", headers={"If-None-Match": tag, "Host": "anders.example"}).status_code == 200


def test_a_page_names_its_feed(client: FlaskClient) -> None:
    for page in ("/", "/suche?q=Ehrenamt"):
        (address,) = re.findall(
            r'rel="alternate" type="application/atom\+xml" title="[^"]+" href="([^"]+)"', client.get(page).text
        )
        assert client.get(address).mimetype == "application/atom+xml"


def test_search_engines_are_kept_away_unless_let_in(client: FlaskClient, open_client: FlaskClient) -> None:
    assert client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"
    assert client.get("/p/bericht").headers["X-Robots-Tag"] == "noindex, nofollow"
    told = open_client.get("/robots.txt").text.splitlines()
    assert "Disallow: /" not in told
    assert "Disallow: /suche" in told
    assert told[-1] == "Sitemap: https://fundstelle.example/lesen/sitemap.xml"
    assert "X-Robots-Tag" not in open_client.get("/p/bericht").headers


def test_the_sitemap_leads_to_all_pages_that_may_be_shown(client: FlaskClient) -> None:
    maps = ElementTree.fromstring(client.get("/sitemap.xml").data).findall("m:sitemap/m:loc", MAP)
    found = [
        [str(location.text) for location in ElementTree.fromstring(client.get(str(one.text)).data).findall("m:url/m:loc", MAP)]
        for one in maps
    ]
    assert [len(one) for one in found] == [6, 1, 1]  # of five pages, and of passages only
    assert found[0][:2] == ["http://localhost/p/bericht", "http://localhost/p/bericht/s/46"]
    assert all(client.get(address).status_code == 200 for one in found for address in one)
    assert client.get("/sitemap/nichts.xml").status_code == 404


def linked(client: FlaskClient, path: str) -> list[str]:
    return re.findall(r'<script type="application/ld\+json">(.*?)</script>', client.get(path).text)


def test_a_publication_says_what_it_is(open_client: FlaskClient) -> None:
    (said,) = linked(open_client, "/p/bericht")
    found = json.loads(said)
    assert found == {
        "@context": "https://schema.org",
        "@type": "Report",
        "@id": "https://fundstelle.example/lesen/p/bericht",
        "name": "Ankommen in der Stadt",
        "alternativeHeadline": "Ein Bericht",
        "author": [
            {"@type": "Person", "givenName": "Änne", "familyName": "Muster", "name": "Änne Muster"},
            {"@type": "Organization", "name": "Verbund der Vereine"},
        ],
        "datePublished": "2024",
        "publisher": {"@type": "Organization", "name": "Musterverlag"},
        "identifier": {"@type": "PropertyValue", "propertyID": "DOI", "value": "10.1000/muster"},
        "sameAs": ["https://doi.org/10.1000/muster", "https://example.org/bericht"],
        "inLanguage": "de",
    }


def test_a_specimen_is_no_publication_for_search_engines(client: FlaskClient) -> None:
    assert linked(client, "/p/boese") == []


def test_data_in_a_page_can_not_become_markup(tmp_path: Path) -> None:
    home = Home(tmp_path)
    title = "</script><script>alert(1)</script><!--"
    publish(home, document_of(Publication("x", "x.pdf", title, url="javascript:alert(1)", show=Show.FULL), [["Ein Satz."]]))
    index = LiveIndex(home, open_searcher)
    (said,) = linked(create_app(index).test_client(), "/p/x")
    index.close()
    assert "<" not in said
    assert json.loads(said)["name"] == title
    assert "sameAs" not in json.loads(said)


def test_a_browser_has_nothing_to_say_against_the_data(index: LiveIndex) -> None:
    """A block of data is no script that the Content-Security-Policy would block."""
    with serve(create_app(index)) as address, chromium() as browser, visit(browser, address) as seen:
        seen.page.goto("/p/bericht")
        assert seen.page.locator('script[type="application/ld+json"]').count() == 1
        assert seen.complaints == []


def test_pages_of_one_other_site_may_use_the_api(open_client: FlaskClient) -> None:
    allowed = open_client.get("/api/v1/publications", headers={"Origin": "https://partner.example"})
    assert allowed.headers["Access-Control-Allow-Origin"] == "https://partner.example"
    assert "Origin" in allowed.headers["Vary"]
    other = open_client.get("/api/v1/publications", headers={"Origin": "https://elsewhere.example"})
    assert "Access-Control-Allow-Origin" not in other.headers
    page = open_client.get("/p/bericht", headers={"Origin": "https://partner.example"})
    assert "Access-Control-Allow-Origin" not in page.headers
    asked = open_client.options("/api/v1/search", headers={"Origin": "https://partner.example"})
    assert "If-None-Match" in asked.headers["Access-Control-Allow-Headers"]


def test_the_description_of_the_api_says_where_it_is(client: FlaskClient, open_client: FlaskClient) -> None:
    assert client.get("/api/v1/openapi.json").get_json()["servers"] == [{"url": "/"}]
    assert open_client.get("/api/v1/openapi.json").get_json()["servers"] == [{"url": SITE.url}]


def test_all_may_use_the_api_where_the_operator_says_so(index: LiveIndex) -> None:
    client = create_app(index, open_to=Site(cors="*")).test_client()
    assert client.get("/api/v1/publications").headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("FUNDSTELLE_URL", "fundstelle.example", "https://"),
        ("FUNDSTELLE_URL", "https://x.example?q=1", "https://"),
        ("FUNDSTELLE_CORS", "partner.example", "Herkunft"),
        ("FUNDSTELLE_CORS", "https://partner.example/", "Herkunft"),
        ("FUNDSTELLE_ROBOTS", "vielleicht", "0 oder 1"),
    ],
)
def test_settings_that_make_no_sense_are_refused(name: str, value: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        from_environment({name: value})


def test_the_address_is_the_operators_or_the_servers() -> None:
    assert from_environment({"FUNDSTELLE_URL": "https://x.example/lesen/"}).address == "https://x.example/lesen"
    assert from_environment({"FUNDSTELLE_PORT": "81", "FUNDSTELLE_HOST": "::1"}).address == "http://[::1]:81"
