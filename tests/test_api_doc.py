"""The examples of docs/api.md are requested, and answered as it says."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

from corpus.catalogue import load
from index.home import Home
from index.live import LiveIndex
from search_app import create_app
from tests.conftest import ROOT, SPECIMEN
from tests.shelf import open_searcher, shelve

TEXT = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```http\n(.*?)```\s+```json\n(.*?)```", TEXT, re.S)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    home = Home(tmp_path_factory.mktemp("home"))
    entry = next(one for one in load(ROOT / "corpus" / "catalogue.toml").entries if one.publication.file == SPECIMEN.name)
    shelve(home, SPECIMEN, entry.publication)
    index = LiveIndex(home, open_searcher)
    yield create_app(index)
    index.close()


@pytest.mark.parametrize(("asked", "said"), EXAMPLES, ids=lambda text: str(text).splitlines()[0][:60])
def test_an_example_is_answered_as_it_says(app: Flask, asked: str, said: str) -> None:
    head, _, body = asked.partition("\n\n")
    first, *headers = head.splitlines()
    method, _, address = first.partition(" ")
    path, _, query = address.partition("?")
    answer = app.test_client().open(
        path,
        method=method,
        query_string=dict(part.split("=", 1) for part in query.split("&") if part),
        data=body.encode() or None,
        headers=[tuple(header.split(": ", 1)) for header in headers],
    )
    assert holds(json.loads(said), json.loads(answer.data)), answer.text


def holds(said: Any, found: Any) -> bool:
    """Tell whether an answer is what was said: "…" stands for anything, at the end of a list for any number of things."""
    match said, found:
        case dict(), dict():
            return all(name in found and holds(value, found[name]) for name, value in said.items())
        case list(), list():
            if said and said[-1] == "…" and len(found) >= len(said):
                found = found[: len(said)]
            return len(said) == len(found) and all(holds(one, other) for one, other in zip(said, found, strict=True))
        case str(), str() if "…" in said:
            return re.fullmatch(re.escape(said).replace("…", ".*"), found, re.S) is not None
    return said == "…" or bool(said == found)


def test_what_is_said_is_compared() -> None:
    assert holds({"a": ["…", 2]}, {"a": [1, 2], "b": 3}) and holds(["…"], [1, 2]) and holds("…, S. 1", "Buch, S. 1")
    assert not holds({"a": 1}, {"a": 2}) and not holds({"a": 1}, {}) and not holds([1], [1, 2]) and not holds("…, S. 1", "S. 12")


def test_there_are_examples_of_all_sorts() -> None:
    assert len(EXAMPLES) >= 7
    assert TEXT.count("```http") == len(EXAMPLES)


def test_the_lines_of_python_print_citations(app: Flask) -> None:
    code = re.search(r"```python\n(.*?)```", TEXT, re.S)
    assert code is not None
    server = make_server("127.0.0.1", 0, app)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    printed = StringIO()
    try:
        with redirect_stdout(printed):
            exec(code[1].replace(":8000", f":{server.server_port}"), {})
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert printed.getvalue().count(", S. ") == 3
    assert code[0] in (ROOT / "README.md").read_text(encoding="utf-8")
