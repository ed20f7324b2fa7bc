"""Whatever word stands in the specimens is found: the first hit for it contains it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import wiring
from corpus.specimens.build import FOLDER
from index.analysis import Analysis
from index.german import Word, words
from index.query import parse_query
from index.search import Searcher
from settings import Settings
from tests.calls import call


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All specimens, ingested."""
    folder: Path = tmp_path_factory.mktemp("home")
    assert call("ingest", "--home", folder, *sorted(FOLDER.glob("*.pdf"))).exit_code == 0
    return folder


@pytest.fixture(scope="module")
def searcher(home: Path) -> Iterator[Searcher]:
    settings = Settings(home=home)
    opened = wiring.searcher(settings, wiring.home(settings).live(), wiring.model(settings))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def analysis(home: Path) -> Analysis:
    return wiring.home(Settings(home=home)).live().analysis()


def written_words(searcher: Searcher) -> dict[str, tuple[str, Word]]:
    """Return every word of content that stands in a passage: as it is written where it stands first, and what it is read as."""
    found: dict[str, tuple[str, Word]] = {}
    for publication in searcher.library.publications:
        for passage in searcher.library.passages(publication.id):
            for word in words(passage.text):
                found.setdefault(word.folded, (passage.text[word.start : word.end], word))
    return {folded: pair for folded, pair in found.items() if not pair[1].is_stop_word}


def contains(analysis: Analysis, text: str, stem: str) -> bool:
    """Tell whether a text has a word with a stem, or a compound with such a part."""
    return any(stem == word.stem or stem in analysis.parts(word.folded) for word in analysis.words(text))


def test_the_first_hit_for_every_word_contains_it(searcher: Searcher, analysis: Analysis) -> None:
    vocabulary = written_words(searcher)
    assert len(vocabulary) > 5_000
    missed = []
    for written, word in vocabulary.values():
        hits = searcher.search(parse_query(written), 1).hits
        if not hits or not contains(analysis, hits[0].passage.text, word.stem):
            missed.append(written)
    assert missed == []
