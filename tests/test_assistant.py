"""The tools for assistants, asked by the SDK's own client: in the process, as a program, and over HTTP."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from mcp import Client, StdioServerParameters
from mcp.types import TextContent

import ingestion
import wiring
from assistant.server import is_loopback, server
from assistant.verbatim import ranges_of
from assistant.wording import block
from cli import main
from corpus.publication import Publication, Show
from index.home import Home
from index.live import LiveIndex
from settings import Settings
from tests.conftest import ROOT, SPECIMEN
from tests.fakes import document_of, over_pages
from tests.shelf import evil, open_searcher, publish, report

URL = "https://fundstelle.example"
FIRST = report().passages[0]
OPEN_WORLD = "Zitieren Sie nur, was hier in <text> steht"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveIndex]:
    home = Home(tmp_path_factory.mktemp("home"))
    closed = document_of(
        Publication("zu", "zu.pdf", "Nur Stellen", show=Show.PASSAGE), [["Die Kommune hilft."], ["Und hört zu."]]
    )
    scanned = document_of(replace(report().publication, id="scan", file="scan.pdf"), [["Der Verein tanzt."]])
    seen = replace(scanned.passages[0], recognised=(0,), doubtful=((4, 10),))
    publish(home, report(), closed, evil(), replace(scanned, passages=(seen,)))
    index = LiveIndex(home, open_searcher)
    yield index
    index.close()


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveIndex]:
    home = Home(tmp_path_factory.mktemp("asked"))
    book = document_of(
        Publication("buch", "buch.pdf", "Fragen", show=Show.PAGE), [["Und hier, sagte sie, fragt ihn keiner mehr."]]
    )
    parts = ["Eine Wohnung fehlt noch immer. Die Bera-", "tung hilft ", "allen sehr."]
    publish(home, book, over_pages(Publication("seiten", "seiten.pdf", "Seiten", show=Show.PAGE, succeeds="buch"), parts))
    index = LiveIndex(home, open_searcher)
    yield index
    index.close()


def call(target: Any, tool: str, **asked: Any) -> tuple[str, bool]:
    """Return what a tool answers, and whether that is an error."""

    async def answered() -> tuple[str, bool]:
        async with Client(target) as client:
            result = await client.call_tool(tool, asked)
            (content,) = result.content
            assert isinstance(content, TextContent)
            return content.text, bool(result.is_error)

    return anyio.run(answered)


def ask(index: LiveIndex, tool: str, **asked: Any) -> str:
    text, is_error = call(server(index, URL + "/"), tool, **asked)
    assert not is_error, text
    return text


def refusal(index: LiveIndex, tool: str, **asked: Any) -> str:
    text, is_error = call(server(index, URL), tool, **asked)
    assert is_error
    return text


def test_an_assistant_is_told_what_there_is(index: LiveIndex) -> None:
    async def listed() -> tuple[list[Any], str]:
        async with Client(server(index, URL)) as client:
            return (await client.list_tools()).tools, client.instructions or ""

    tools, instructions = anyio.run(listed)
    assert [tool.name for tool in tools] == ["search", "read_passage", "read_page", "cite", "check_quotes"]
    assert all(tool.description and tool.annotations.read_only_hint for tool in tools)
    assert all(value["description"] for tool in tools for value in tool.input_schema["properties"].values())
    assert "nur wörtlich" in instructions


def test_a_hit_has_its_words_its_citation_and_its_link(index: LiveIndex) -> None:
    text = ask(index, "search", query="Ehrenamt in Übersee", count=1)
    assert f"<text>\n{FIRST.text}\n</text>" in text
    assert (
        "Beleg: Muster / Verbund der Vereine (2024): Ankommen in der Stadt. Ein Bericht, Musterstadt: Musterverlag, S. 46" in text
    )
    assert f"Link: {URL}/f/{FIRST.id}" in text
    assert f"Fundstelle: {FIRST.id} (Publikation: bericht)" in text
    assert "passt vermutlich" in text
    assert OPEN_WORLD in text


@pytest.mark.parametrize(("count", "shown"), [(0, 1), (2, 2), (99, 8)])
def test_there_are_as_many_hits_as_asked_for(index: LiveIndex, count: int, shown: int) -> None:
    assert ask(index, "search", query="Kommune Ehrenamt Wohnung Einsamkeit Verein", count=count).count("Beleg: ") <= shown


def test_a_search_is_limited(index: LiveIndex) -> None:
    text = ask(index, "search", query="Kommune Gemeinde", publication="zu", count=20)
    assert set(re.findall(r"Publikation: (\w+)", text)) == {"zu"}
    assert "nichts gefunden" in ask(index, "search", query="Kommune", year="1999")
    assert "kein Zeitraum" in refusal(index, "search", query="Kommune", year="bald")
    assert "Es fehlt" in refusal(index, "search", query="  ")


def test_where_nothing_fits_that_is_said_first(index: LiveIndex) -> None:
    text = ask(index, "search", query="Gezeitenkraftwerk Gemeinde Quantenphysik Hafenkran")
    assert text.startswith("Vermutlich steht dazu nichts in den Publikationen")


def test_what_stands_nowhere_is_said(index: LiveIndex) -> None:
    assert "Dieser Wortlaut steht nirgends" in ask(index, "search", query='"auf hoher See" Ehrenamt')


def test_a_passage_leads_to_those_beside_it(index: LiveIndex) -> None:
    second = report().passages[1]
    text = ask(index, "read_passage", passage_id=second.id)
    assert f"davor: {FIRST.id}" in text
    assert f"danach: {report().passages[2].id}" in text
    assert "S. [47]" in text
    assert "gibt es nicht" in refusal(index, "read_passage", passage_id="nichts")


def test_a_sentence_on_one_of_two_pages_has_a_citation_of_its_own(asked: LiveIndex) -> None:
    text = ask(asked, "search", query="Wohnung", count=1)
    assert "Am besten passt: Eine Wohnung fehlt noch immer.\nBeleg dieses Satzes: Seiten, S. 1\nBeleg: Seiten, S. 1–3\n" in text
    assert "Beleg dieses Satzes" not in ask(asked, "search", query="keiner fragt", count=1, publication="buch")


def test_a_page_says_where_it_has_only_a_part_of_a_passage(asked: LiveIndex) -> None:
    first, middle, last = (ask(asked, "read_page", publication_id="seiten", page=page) for page in "123")
    assert "<text>\nEine Wohnung fehlt noch immer. Die Bera\n</text>\nAchtung:" in first
    assert "Sie geht danach weiter. Das letzte Wort ist abgeschnitten." in first
    assert "<text>\ntung hilft\n</text>" in middle
    assert "Sie beginnt davor und geht danach weiter. Das erste Wort ist abgeschnitten. Ganz" in middle
    assert "Sie beginnt davor. Ganz" in last
    assert all("read_passage" in text and "cite" in text for text in (first, middle, last))
    assert "Nur ein Teil" not in ask(asked, "read_page", publication_id="buch", page="1")


def test_rights_are_kept(index: LiveIndex) -> None:
    with index.searcher() as live:
        first = next(iter(live.library.passages("zu")))
    assert "danach" not in ask(index, "read_passage", passage_id=first.id)
    assert "nur einzelne Fundstellen" in refusal(index, "read_page", publication_id="zu", page="1")


def test_a_page_is_read_by_its_number_or_its_place(index: LiveIndex) -> None:
    text = ask(index, "read_page", publication_id="bericht", page="S. 46")
    assert f"Link: {URL}/p/bericht/s/46" in text
    assert f"<text>\n{FIRST.text}\n</text>" in text
    assert ask(index, "read_page", publication_id="bericht", page="pdf-1") == text
    assert "pdf-1 bis pdf-5" in refusal(index, "read_page", publication_id="bericht", page="99")
    assert "bericht (Ankommen in der Stadt)" in refusal(index, "read_page", publication_id="anderes", page="1")


def test_words_are_quoted_as_they_stand(index: LiveIndex) -> None:
    text = ask(index, "cite", passage_id=FIRST.id, words="„Eine   Bürgerin hilft.“", style="apa")
    assert text.startswith("„Eine Bürgerin hilft.“\nMuster / Verbund der Vereine (2024)")
    assert "APA (7. Auflage): (Muster & Verbund der Vereine, 2024, S. 46)" in text
    assert f"Link: {URL}/f/{FIRST.id}/zitat?satz=39-59" in text
    whole = ask(index, "cite", passage_id=FIRST.id)
    assert whole.startswith("„Älter werden: Das Ehrenamt in Übersee. Eine Bürgerin hilft.“")


@pytest.mark.parametrize(
    "words", ["Das Ehrenamt in Amerika", "eine Bürgerin hilft", "hilft. Eine Bürgerin", "Ehrenamt […] Älter"]
)
def test_words_that_do_not_stand_there_are_no_quotation(index: LiveIndex, words: str) -> None:
    text = refusal(index, "cite", passage_id=FIRST.id, words=words)
    assert "stehen so nicht" in text
    assert FIRST.text in text
    assert "„" not in text


def test_quotations_are_checked(index: LiveIndex) -> None:
    text = "Er schreibt: „Die Gemeinde stellt keine Räume.“ Und: „Am Ende bleibt die Einsamkeit.“ (S. 50)"
    wrong, right = ask(index, "check_quotes", text=text).split("\n\n")
    assert wrong.startswith("„Die Gemeinde stellt keine Räume.“\nErgebnis: weicht ab")
    assert "Im Zitat: „keine“, gedruckt: „“" in wrong
    assert f"Link: {URL}/f/{report().passages[3].id}" in wrong
    assert "Ergebnis: wörtlich" in right
    assert "S. 50" in right
    assert "keine Zitate" in refusal(index, "check_quotes", text="Nichts davon.")


#: What is said of a quotation that stands word for word.
TAKE = "wörtlich; übernehmen Sie Beleg und Link von hier."


@pytest.mark.parametrize(
    ("quoted", "said"),
    [
        ("„Und hier, sagte sie, fragt ihn“ (S. 1)", ["daneben ist etwas verneint", "ist gedruckt: „keiner mehr“. Die Verneinung"]),
        ("„Und hier, sagte sie, fragt ihn“ (S. 7)", ["auf einer anderen Seite", "ist gedruckt: „keiner mehr“. Die Verneinung"]),
        ("„Und hier, sagte sie, fragt ihn keiner mehr.“ (S. 1)", [TAKE, "Seite: S. 1 stimmt."]),
        ("„und hier, sagte sie, fragt ihn keiner mehr“ (S. 1)", [TAKE, "Der erste Buchstabe"]),
        ("„Und hier, sagte sie – fragt ihn keiner mehr.“", [TAKE, "Zeichensetzung: im Zitat „sie – fragt“, gedruckt „sie, fragt“"]),
        ("„Und hier, sagte sie, […] keiner mehr.“", [TAKE, "Mit Auslassungen", "Seite: keine angegeben; es steht auf S. 1."]),
        ("„Und hier, sagte sie, fragt [Ada] keiner mehr.“", [TAKE, "Was in eckigen Klammern steht"]),
        ("„Und hier, sagte sie, fragt ihn jemand.“ (S. 7)", ["weicht ab", "Seite: Angegeben ist S. 7, es steht aber auf S. 1."]),
        ("„Und hier, sagte sie, fragt ihn keiner mehr.“ (S. 7)", ["anderen Seite", "Angegeben ist S. 7, es steht aber auf S. 1."]),
    ],
)  # fmt: skip
def test_all_that_is_known_of_a_quotation_is_said(asked: LiveIndex, quoted: str, said: list[str]) -> None:
    text = ask(asked, "check_quotes", text=quoted)
    assert [one for one in said if one not in text] == [], text
    assert (TAKE in text) == (TAKE in said)


def test_a_page_that_is_counted_in_the_file_or_not_the_only_one_is_said(index: LiveIndex) -> None:
    text = ask(index, "check_quotes", text="„Am Ende bleibt die Einsamkeit.“ (S. 5)")
    assert "Seite: Angegeben ist S. 5; so zählt die Datei. Zu zitieren ist S. 50." in text


def test_a_text_that_is_too_long_is_refused_whole(index: LiveIndex) -> None:
    most = "„Am Ende bleibt die Einsamkeit.“ (S. 50)".ljust(100_000)
    assert TAKE in ask(index, "check_quotes", text=most)
    assert "länger als 100.000 Zeichen" in refusal(index, "check_quotes", text=most + " ")


def test_an_unknown_style_names_those_that_there_are(index: LiveIndex) -> None:
    assert "apa (APA (7. Auflage))" in refusal(index, "cite", passage_id=FIRST.id, style="mla")


def test_recognised_and_invented_texts_say_so(index: LiveIndex) -> None:
    with index.searcher() as live:
        scanned = next(iter(live.library.passages("scan")))
        specimen = next(iter(live.library.passages("boese")))
    text = ask(index, "read_passage", passage_id=scanned.id)
    assert "(Texterkennung)" in text
    assert "Unsicher: Verein." in text
    assert "erfundenes Muster" in ask(index, "read_passage", passage_id=specimen.id)


def test_a_superseded_edition_says_so(asked: LiveIndex) -> None:
    with asked.searcher() as live:
        old, new = (next(iter(live.library.passages(id_))).id for id_ in ("buch", "seiten"))
    for tool in ("read_passage", "cite"):
        assert "gibt es eine spätere Auflage: seiten (Seiten)." in ask(asked, tool, passage_id=old)
        assert "spätere Auflage" not in ask(asked, tool, passage_id=new)


def test_without_an_index_the_answer_says_how_to_make_one(tmp_path: Path) -> None:
    assert "fundstelle ingest" in refusal(LiveIndex(Home(tmp_path), open_searcher), "search", query="Ehrenamt")


def test_a_text_can_not_end_its_own_block() -> None:
    assert block("a </text> b") == "<text->\na </text> b\n</text->"


TEXT = "Er sagte: „Komm – heute“.\nUnd ging."


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Er sagte", ["Er sagte"]),
        ('sagte: "Komm - heute"', ["sagte: „Komm – heute"]),
        ("heute“. Und ging.", ["heute“.\nUnd ging."]),
        ("Er […] ging", ["Er", "ging"]),
        ("ging [...] Er", None),
        ("er sagte", None),
        ("Er sagt e", None),
        ("[…]", None),
        ("", None),
    ],
)
def test_where_words_stand(words: str, found: list[str] | None) -> None:
    ranges = ranges_of(words, TEXT)
    assert (None if ranges is None else [TEXT[start:end] for start, end in ranges]) == found


@given(st.text(alphabet='ab -–„“"\n', max_size=30), st.data())
def test_a_part_of_a_text_is_found_in_it(text: str, data: st.DataObject) -> None:
    start, end = sorted((data.draw(st.integers(0, len(text))), data.draw(st.integers(0, len(text)))))
    words = text[start:end]
    ranges = ranges_of(words, text)
    assert ranges is not None if any(letter in "ab-–" for letter in words) else True
    for first, last in ranges or ():
        assert "".join(text[first:last].split()).strip('"„“') in "".join(text.split())


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the specimen working paper, made with the real model."""
    settings = Settings(home=tmp_path_factory.mktemp("installed"))
    catalogue = wiring.catalogue(settings)
    ingestion.ingest(wiring.home(settings), ingestion.wanted_files(catalogue, [SPECIMEN]), wiring.model(settings))
    return settings.home


def command(home: Path, *more: str) -> list[str]:
    return [str(ROOT / "cli.py"), "mcp", "--home", str(home), *more]


def test_an_assistant_starts_the_program_and_quotes(installed: Path) -> None:
    program = StdioServerParameters(command=sys.executable, args=command(installed), env={**os.environ, "FUNDSTELLE_URL": URL})
    text, is_error = call(program, "search", query="Haus der Vereine", count=1)
    assert not is_error
    assert ", S. 15" in text
    assert f"Link: {URL}/f/" in text


SESSION = re.findall(
    r"```json\n(\{\"tool.*?)\n```\s+```text\n(.*?)\n```", (ROOT / "docs" / "mcp.md").read_text(encoding="utf-8"), re.S
)


def test_the_session_of_the_document_is_answered_as_it_says(installed: Path) -> None:
    index = wiring.live_index(Settings(home=installed))
    assert len(SESSION) == 4
    for asked, said in SESSION:
        step = json.loads(asked)
        text, _ = call(server(index, Settings().address), step["tool"], **step["arguments"])
        assert re.fullmatch(re.escape(said).replace("…", ".*").replace(r"\[.*\]", r"\[…\]"), text, re.S), text
    index.close()


@contextmanager
def listening(home: Path) -> Iterator[int]:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = subprocess.Popen([sys.executable, *command(home, "--port", str(port))], stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 60
        while time.monotonic() < end and process.poll() is None:
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()


def test_over_http_only_this_machine_is_answered(installed: Path) -> None:
    with listening(installed) as port:
        text, _ = call(f"http://127.0.0.1:{port}/mcp", "search", query="Haus der Vereine", count=1)
        assert "Link: http://127.0.0.1:8000/f/" in text
        assert post(port, {"Host": "rebound.example"}) == 421
        assert post(port, {"Origin": "https://elsewhere.example"}) == 403
        assert post(port, {}) == 200


def post(port: int, headers: dict[str, str]) -> int:
    body = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
    }
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        asked = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream", **headers}
        connection.request("POST", "/mcp", json.dumps(body), asked)
        return connection.getresponse().status


@pytest.mark.parametrize(
    ("host", "loopback"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("x", False)]
)
def test_other_machines_are_answered_only_when_told(tmp_path: Path, host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback
    if not loopback:
        result = CliRunner().invoke(main, ["mcp", "--home", str(tmp_path), "--port", "1", "--host", host])
        assert result.exit_code == 1
        assert "--open" in result.output
