"""The boxes that readers see hold exactly the letters that are quoted, in the specimens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.geometry import Box
from corpus.publication import Page
from index.home import Home
from search_app import pictured
from search_app.pictured import Rectangle
from tests.boxes import documents_of, hold
from tests.conftest import ROOT, SPECIMEN


def test_what_is_boxed_is_what_is_quoted(tmp_path: Path) -> None:
    held = hold(Home(tmp_path), documents_of(sorted((ROOT / "corpus" / "specimens").glob("*.pdf"))), 200, 20, seed=4)
    assert held.passages == 200 and held.unmarked == 0
    assert held.leaves > 200 and held.boxes > 2_000 and held.words >= 190 and held.pictures >= 20


@pytest.mark.parametrize(
    "change",
    [
        lambda box: replace(box, y=box.y + 6),
        lambda box: replace(box, x=box.x + 3),
        lambda box: replace(box, width=box.width + 8),
        lambda box: replace(box, height=box.height / 3),
    ],
)
def test_boxes_a_little_beside_it_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Rectangle], Rectangle]
) -> None:
    true = pictured._rectangle
    documents = documents_of([SPECIMEN])

    def wrong(box: Box, page: Page) -> Rectangle:
        return change(true(box, page))

    monkeypatch.setattr(pictured, "_rectangle", wrong)
    with pytest.raises(AssertionError, match="PDF-S"):
        hold(Home(tmp_path), documents, 20, 0, seed=4)
