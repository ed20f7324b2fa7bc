"""A long proof, run by `make proof`: whatever is typed is a query, and a search for it answers."""

from __future__ import annotations

import random
import signal
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest

from index.home import Home
from index.query import MAX_LENGTH, parse_query
from index.search import Searcher
from tests.shelf import evil, open_searcher, publish, report

pytestmark = pytest.mark.proof

INPUTS = 100_000
SECONDS = 900  # for all; a single input that takes quadratic time over its length would need longer
SPECIAL = [
    *"\"„“”»«‚‘’'*:_/()-‐‑–—+&.,;§?!#%\\<>[]{}|~^`=@$",
    *(
        "\u202e",
        "\u202d",
        "\u200f",
        "\u2066",
        "\u2069",
        "\u200b",
        "\u00ad",
        "\ufeff",
        "\u0000",
        "\u001b",
        "\x7f",
        "\ud800",
        "\U000e0041",
    ),
    *("\n", "\t", "\r", "\u2028", "\u00a0", "\u3000", "\u0308", "\u0301", "\ufffd", "\U0010ffff"),
]
TYPED = [
    "ort:",
    "jahr:",
    "publikation:",
    "ORT:",
    "2019-2022",
    "-2020",
    "Halle",
    "Ehrenamt",
    "und",
    "-förderung",
    "Förder-",
    "Vereinsarbeit",
]
TYPED += ["*innen", "samo.fa+", "KOMM-AN", "NOT", "OR", "NEAR(", "SELECT", "--", "§ 16a", "Straße", "ﬀ", "İ", "Einsamkeit", "der"]


def categories() -> list[list[str]]:
    """Return all characters by their category of Unicode."""
    found: dict[str, list[str]] = defaultdict(list)
    for code in range(sys.maxunicode + 1):
        found[unicodedata.category(chr(code))].append(chr(code))
    return [found[name] for name in sorted(found)]


def inputs(number: int) -> Iterator[str]:
    """Yield odd inputs, always the same: of all characters, of signs, of what is typed, and some of 10,000 characters."""
    chance, all_categories = random.Random(7), categories()
    assert len(all_categories) == 30
    for at in range(number):
        length = 10_000 if at % 1_000 == 0 else chance.randint(0, 30)
        pools = [chance.choice(all_categories), chance.choice(all_categories), SPECIAL, TYPED, [" "]]
        if at % 3 == 0:
            pools = pools[2:]
        elif at % 1_000 == 500:
            pools, length = [[chance.choice(SPECIAL + TYPED)]], 10_000
        yield "".join(chance.choice(chance.choice(pools)) for _ in range(length))


@pytest.fixture
def bounded() -> Iterator[None]:
    """End what does not end by itself."""

    def too_long(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"more than {SECONDS} seconds")

    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def searcher(tmp_path: Path) -> Iterator[Searcher]:
    home = Home(tmp_path)
    publish(home, report(), evil())
    opened = open_searcher(home.live())
    yield opened
    opened.close()


@pytest.mark.usefixtures("bounded")
def test_a_hundred_thousand_odd_inputs_are_queries_and_answered(searcher: Searcher) -> None:
    found = 0
    for typed in inputs(INPUTS):
        query = parse_query(typed)
        assert len(query.text) <= MAX_LENGTH and "\n" not in query.text
        assert query.is_empty == (not query.text)
        hits = searcher.search(query, 5).hits
        found += len(hits) > 0
        for hit in hits:
            assert all(0 <= start < end <= len(hit.passage.text) for start, end in hit.matches)
    assert found > INPUTS // 10  # the inputs are not all so odd that nothing is ever found
