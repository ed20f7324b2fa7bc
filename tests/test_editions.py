"""The second editions of the specimens: what is known of them is true, of the first to the second and in their reading."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from corpus.specimens.build import SPECIMENS
from tests.editions import Change, Edition, Written, second_edition
from tests.truth import Item, Known, hold, known, known_of


@dataclass(frozen=True, slots=True)
class Both:
    """A specimen and its second edition, as they are read."""

    edition: Edition
    first: Known
    second: Known

    def fates(self, change: Change) -> list[tuple[Written | None, Written | None]]:
        return [(fate.before, fate.after) for fate in self.edition.fates if fate.change is change]


@pytest.fixture(scope="module", params=SPECIMENS, ids=lambda specimen: specimen.text)
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Both:
    edition = second_edition(request.param, tmp_path_factory.mktemp("edition"))
    return Both(edition, known(request.param.name), known_of(edition.pdf, edition.truth))


def stands(file: Known, written: Written) -> bool:
    item: Item = {"text": written.text, "starts": [written.pages[0]]}
    return bool(file.passages_with(item))


def test_a_second_edition_is_read_as_truly_as_the_first(both: Both) -> None:
    hold(both.second)


def test_everything_that_was_written_has_one_fate(both: Both) -> None:
    def all_of(file: Known) -> Counter[tuple[str, str]]:
        return Counter((item["kind"], item["text"]) for item in file.written)

    before = Counter((fate.before.kind, fate.before.text) for fate in both.edition.fates if fate.before)
    after = Counter((fate.after.kind, fate.after.text) for fate in both.edition.fates if fate.after)
    assert before == all_of(both.first) and after == all_of(both.second)


def test_there_is_some_of_everything(both: Both) -> None:
    counts = Counter(fate.change for fate in both.edition.fates)
    assert counts[Change.ADDED] >= 2 and counts[Change.CHANGED] >= 4 and counts[Change.DROPPED] >= 8
    assert min(counts[Change.SAME], counts[Change.MOVED]) >= 30


def test_what_was_dropped_is_gone_and_what_was_added_is_new(both: Both) -> None:
    old, new = (" ".join(" ".join(p.text for p in file.document.passages).split()) for file in (both.first, both.second))
    dropped = [before.text for before, _ in both.fates(Change.DROPPED) if before]
    assert [text for text in dropped if text in new] == []
    assert [after.text for _, after in both.fates(Change.ADDED) if after and (after.text in old or after.text not in new)] == []


def test_what_was_moved_stands_on_its_page_in_either_edition(both: Both) -> None:
    moved = [(before, after) for before, after in both.fates(Change.MOVED) if before and after and before.kind == "text"]
    found = [stands(both.first, before) and stands(both.second, after) for before, after in moved]
    assert sum(found) >= 0.995 * len(moved)
    assert any(before.path[0] != after.path[0] for before, after in moved)  # to another chapter


def test_what_was_changed_reads_otherwise_in_its_place(both: Both) -> None:
    changed = [(before, after) for before, after in both.fates(Change.CHANGED) if before and after]
    assert all(before.text != after.text and before.path == after.path for before, after in changed)
    assert all(stands(both.first, before) and stands(both.second, after) for before, after in changed)
    assert not any(before.text in " ".join(p.text.split()) for before, _ in changed for p in both.second.document.passages)


def test_an_edition_is_made_by_rule(tmp_path: Path) -> None:
    one, other = (second_edition(SPECIMENS[0], folder) for folder in (tmp_path, tmp_path))
    assert one == other
