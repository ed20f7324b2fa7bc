"""Whatever is sent to any address and any form: an answer, no error of ours, and nothing of it becomes markup.

Addresses come from the application's own table and fields from its own forms, so that new pages are covered by being there.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from itertools import product
from pathlib import Path
from urllib.parse import parse_qsl, quote, quote_plus, urlsplit

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from corpus.publication import Publication, Show
from facsimile.worker import Job
from index.home import Home
from ingest.document import read_document
from tests.conftest import ROOT
from tests.pdfs import Text, make_pdf
from tests.shelf import evil, publish, reading_room, report

MARK = "zz9mark"  # is a tag, an attribute, a header or a script only where something sent has become one
HOSTILE = (
    f"<{MARK}>",
    f"<script>{MARK}()</script>",
    f"\"><{MARK} onerror='{MARK}()'>",
    f"' {MARK}=1 onmouseover={MARK}() x='",
    f"</title></textarea></option></select><{MARK}>",
    f"{{{{ {MARK} }}}}{{% {MARK} %}}",
    f"javascript:{MARK}()",
    f"data:text/html,<{MARK}>",
    f"x\r\nZz9mark: 1\r\n\r\n<{MARK}>",
    f"//{MARK}.example/",
    f"/\\{MARK}.example/",
    f"https://{MARK}.example/",
    "' OR '1'='1' --",
    '"; DROP TABLE passages; --',
    "%' UNION SELECT sql FROM sqlite_master --",
    "../../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "....//....//etc/passwd",
    "C:\\Windows\\win.ini",
    "/etc/passwd",
    "a" * 3_000,
    "-" * 500,
    '"' * 99,
    "\u202eaborkcab\u2066\u200f",
    "\x00\x1b[31m\x07\x7f",
    "\ud800",
    "\ufeff\u200b\u00ad",
    "\U000e0041\U0010ffff",
    "ｓｃｒｉｐｔ ﬀ İ ß ẞ",
    "0",
    "-1",
    "99999999999999999999",
    "1e309",
    "nan",
    "[]",
    "",
    " ",
    "ort:",
    "jahr:2019-",
    'publikation:"',
    "pdf-1",
    "Ehrenamt",
)
HEADERS = (
    "Accept",
    "Accept-Language",
    "Authorization",
    "Cookie",
    "Host",
    "If-None-Match",
    "If-Modified-Since",
    "Origin",
    "Range",
)
MORE_HEADERS = (
    "Referer",
    "Sec-Fetch-Site",
    "User-Agent",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "Content-Type",
)
#: Parameters of Flask's url_for that are no part of an address: whoever passes on what was sent must not pass them on.
NAMES_OF_URL_FOR = ("endpoint", "_external", "_scheme", "_method", "_anchor", "values", "self")
METHODS = ("GET",) * 12 + ("POST",) * 5 + ("HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "UNSINN")


@dataclass
class Page(HTMLParser):
    """What a browser would make of a page: markup, the fields of its forms, its links, and what is wrong with it."""

    fields: set[str] = field(default_factory=set)
    links: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    inside: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.inside = "data" if values.get("type") == "application/ld+json" else tag
        if tag in ("input", "select", "textarea", "button") and values.get("name"):
            self.fields.add(values["name"])
        if tag == "a" and "href" in values:
            self.links.add(values["href"])
        if tag == "form" and values.get("method", "get") == "get":
            self.links.add(values.get("action", ""))
        if MARK in tag or tag in ("style", "iframe", "object", "embed", "base"):
            self.wrong.append(f"<{tag}>")
        if self.inside == "script" and not values.get("src", "").startswith("/static/"):
            self.wrong.append("a script that is not ours")
        for name, value in values.items():
            leads = name in ("href", "src", "action", "formaction", "poster", "srcset")
            if MARK in name or name.startswith("on") or name == "style":
                self.wrong.append(f"{tag} {name}")
            if leads and re.match(r"\s*(javascript|data|vbscript):|//|/\\", value, re.I):
                self.wrong.append(f"{tag} {name}={value[:40]}")

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside == "script" and data.strip():
            self.wrong.append("a script in the page")
        if self.inside == "data":  # for search engines; browsers run nothing of it
            try:
                json.loads(data)
            except ValueError:
                self.wrong.append("data that is none")


def page_of(response: TestResponse) -> Page:
    page = Page()
    page.feed(response.text)
    page.close()
    return page


def what_is_wrong(response: TestResponse) -> list[str]:
    """Say what no answer may be, whatever was asked."""
    wrong = []
    if response.status_code >= 500 and not (response.status_code == 503 and "Retry-After" in response.headers):
        wrong.append(f"status {response.status_code}")
    if any(MARK in name.lower() for name in response.headers.keys()):  # noqa: SIM118  # its pairs are not hashable names
        wrong.append("a header")
    if not response.headers.get("Content-Security-Policy", "").startswith("default-src 'self'"):
        wrong.append("no policy")
    location = response.headers.get("Location", "/")
    if not location.startswith("/") or location[1:2] in ("/", "\\"):
        wrong.append(f"leads to {location}")
    if re.search(r"filename[^;]*[/\\]", response.headers.get("Content-Disposition", "").replace("UTF-8''", "")):
        wrong.append("a path as a file's name")
    kind = response.mimetype or ""
    if kind.startswith(("text/", "application/")) and kind != "text/javascript":
        body = response.data.decode("utf-8", "replace")
        wrong += [text for text in ("Traceback (most recent call", str(ROOT), "root:x:0", "CREATE TABLE") if text in body]
        if kind == "text/html":
            wrong += page_of(response).wrong
        elif kind.endswith("json") and body:
            answer = json.loads(body)
            following = (answer.get("next") if isinstance(answer, dict) else None) or "/"
            if not re.match("/(?![/\\\\])", following):
                wrong.append(f"goes on at {following}")
    return wrong


@dataclass
class Fuzz:
    """Makes requests of an application's own addresses and fields, always the same for a seed."""

    client: FlaskClient
    chance: random.Random
    arguments: dict[str, set[str]] = field(default_factory=dict)
    fields: set[str] = field(default_factory=set)

    @property
    def rules(self) -> list[Rule]:
        return list(self.client.application.url_map.iter_rules())

    def look_around(self) -> None:
        """Follow links from the start page, and note which fields forms have and which values addresses."""
        table = self.client.application.url_map.bind("localhost")
        waiting, seen = ["/", "/suche?q=Ehrenamt", "/suche?q=Alleinsein"], set[str]()
        while waiting and len(seen) < 80:
            path = waiting.pop(0)
            if path in seen:
                continue
            seen.add(path)
            response = self.client.get(path)
            self.fields |= {name for name, _ in parse_qsl(urlsplit(path).query)}
            if table.test(urlsplit(path).path):
                for name, value in table.match(urlsplit(path).path)[1].items():
                    self.arguments.setdefault(name, set()).add(str(value))
            if response.mimetype == "text/html":
                page = page_of(response)
                self.fields |= page.fields
                waiting += sorted(link.partition("#")[0] for link in page.links if link.startswith("/"))
            response.close()

    def value(self) -> str:
        if self.chance.random() < 0.2:
            return "".join(
                chr(self.chance.choice((self.chance.randrange(0x20), self.chance.randrange(0x110000)))) for _ in range(9)
            )
        return " ".join(self.chance.choices(HOSTILE, k=self.chance.choice((1, 1, 1, 2))))

    def address(self, rule: Rule) -> str:
        """Fill an address with known values, hostile ones, or both."""

        def fill(match: re.Match[str]) -> str:
            known = sorted(self.arguments.get(match[1], ()))
            if known and self.chance.random() < 0.6:
                return quote(self.chance.choice(known))
            return quote(self.value().encode("utf-8", "surrogatepass"), safe=self.chance.choice(("", "/", "/.")))

        path = re.sub(r"<(?:[^<>:]*:)?([^<>:]+)>", fill, rule.rule)
        path = re.sub("^//+", "/%2F", path)  # the test's client would take what follows for a host
        return path if self.chance.random() < 0.97 else path + quote(self.value()[:20], errors="replace")

    def form(self) -> str:
        names = [*sorted(self.fields), *NAMES_OF_URL_FOR, *sorted(self.arguments), "q", f"{MARK}=<", ""]
        pairs = [(self.chance.choice(names), self.value()) for _ in range(self.chance.randrange(6))]
        return "&".join(f"{quote_plus(n)}={quote_plus(v.encode('utf-8', 'surrogatepass'))}" for n, v in pairs)

    def ask(self) -> tuple[str, TestResponse]:
        rule, method = self.chance.choice(self.rules), self.chance.choice(METHODS)
        if method == "POST" and self.chance.random() < 0.7:
            rule = self.chance.choice([rule for rule in self.rules if "POST" in (rule.methods or ())] or [rule])
        headers = {
            name: re.sub(r"[\r\n]", " ", self.value()[:500]).encode("utf-8", "replace").decode("latin-1")
            for name in self.chance.sample(HEADERS + MORE_HEADERS, self.chance.choice((0, 0, 1, 2)))
        }
        path, query, body = self.address(rule), self.form(), b""
        if method == "POST":
            headers.setdefault(
                "Content-Type", self.chance.choice(("application/x-www-form-urlencoded",) * 3 + ("multipart/form-data",))
            )
            if self.chance.random() < 0.7:
                headers["Sec-Fetch-Site"] = "same-origin"
            body = self.form().encode()
        response = self.client.open(path, method=method, query_string=query, data=body, headers=headers)
        return f"{method} {path}?{query} {headers} {body!r}", response


@pytest.fixture
def fuzz(tmp_path: Path) -> Iterator[Fuzz]:
    """All kinds of publications: harmless ones, one of hostile text, and a real file with hostile text and metadata."""
    file = make_pdf(
        tmp_path / "echt.pdf",
        [
            [
                Text(50, 500, f"<script>{MARK}()</script> Das Ehrenamt"),
                Text(50, 480, f'"><{MARK} onerror={MARK}()> und die Stadt.'),
            ]
        ],
        title=f"<{MARK}>Titel</{MARK}>",
        outline=[(f"<{MARK}>Kapitel", 0)],
    )
    with Job(file) as job:
        real = read_document(job, Publication("echt", "echt.pdf", f"<{MARK}>Titel</{MARK}>", show=Show.FULL), {})
    hostile = evil()
    home = Home(tmp_path / "home")
    publish(home, report(), replace(hostile, publication=replace(hostile.publication, show=Show.PAGE)), real)
    with reading_room(home) as client:
        made = Fuzz(client, random.Random(12))
        made.look_around()
        yield made


def hold(fuzz: Fuzz, number: int) -> Counter[int]:
    """Ask so often; fails with what was asked where an answer is wrong."""
    statuses: Counter[int] = Counter()
    for _ in range(number):
        asked, response = fuzz.ask()
        wrong = what_is_wrong(response)
        response.close()
        assert not wrong, f"{wrong}: {asked[:3000]}"
        statuses[response.status_code] += 1
    return statuses


def test_all_pages_and_forms_are_known_to_the_fuzz(fuzz: Fuzz) -> None:
    named = {name for rule in fuzz.rules for name in rule.arguments}
    assert {"publication_id", "passage_id"} <= fuzz.arguments.keys() <= named
    assert {"q", "seite"} <= fuzz.fields
    assert len(fuzz.fields) > 8


def test_what_is_wrong_is_noticed() -> None:
    app = Flask("bad")

    @app.get("/echo")
    def echo() -> Response:
        return Response(f"<p onclick=x>{HOSTILE[1]} {ROOT}", headers={"Location": "//a", "Zz9mark": "1"})

    wrong = what_is_wrong(app.test_client().get("/echo"))
    assert set(wrong) >= {"a header", "no policy", "leads to //a", str(ROOT), "p onclick", "a script in the page"}
    assert what_is_wrong(app.test_client().get("/nichts")) == ["no policy"]


def test_odd_requests_are_answered(fuzz: Fuzz) -> None:
    assert sum(hold(fuzz, 400).values()) == 400


def test_names_that_addresses_are_made_with_are_names_like_others(fuzz: Fuzz) -> None:
    """At every address, with arguments that are enough for pages to follow."""
    assert {"search", "publications"} <= fuzz.arguments["name"]  # of operations that are tried
    asked = 0
    for rule in fuzz.rules:
        values = [sorted(fuzz.arguments.get(name, {"nichts"})) for name in sorted(rule.arguments)]
        for chosen in product(*(some[:40] for some in values)):
            of = dict(zip(sorted(rule.arguments), chosen, strict=True))
            path = rule.rule
            for name, value in of.items():
                path = re.sub(rf"<(?:[^<>:]*:)?{name}>", quote(value), path)
            odd = [f"{name}={value}" for name in NAMES_OF_URL_FOR for value in ("x", "POST")] + [f"{name}=x" for name in of]
            query = "q=Ehrenamt&page=1&k=1&per_page=1&" + "&".join(odd)
            response = fuzz.client.get(f"{path}?{query}", headers={"Host": "anderswo.example"})
            wrong = what_is_wrong(response)
            response.close()
            assert not wrong, f"{wrong}: {path}?{query}"
            asked += 1
    assert asked > len(fuzz.rules)


@pytest.mark.proof
def test_ten_thousand_odd_requests_are_answered(fuzz: Fuzz, capsys: pytest.CaptureFixture[str]) -> None:
    statuses = hold(fuzz, 10_000)
    with capsys.disabled():
        print(
            f"\n{sum(statuses.values())} requests to {len(fuzz.rules)} addresses with {len(fuzz.fields)} fields: {dict(statuses)}"
        )
    assert statuses[200] > 1_000 and statuses[404] > 1_000
