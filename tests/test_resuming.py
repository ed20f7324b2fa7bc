"""An ingestion that was stopped goes on where it was, and what it had read is believed only as far as it is what was written."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.errors import IndexDamaged
from corpus.publication import Document
from index.embedder import Vectors
from index.home import Home
from ingestion import Outcome, Progress, Wanted, ingest
from tests.fakes import CountingEmbedder
from tests.pdfs import make_pdf, paragraph
from tests.shelf import REPORT, documents, ingested

TEXTS = {"a.pdf": "Ein Garten liegt am Fluss.", "b.pdf": "Eine Brücke führt hinüber.", "c.pdf": "Ein Turm steht dahinter."}


class Stopped(Exception):
    """Stands for whatever ends a process: nothing is done about it."""


@pytest.fixture
def files(tmp_path: Path) -> list[Wanted]:
    return [Wanted(make_pdf(tmp_path / name, [paragraph([text])])) for name, text in TEXTS.items()]


def run(
    home: Path, files: Sequence[Wanted], stop_at: str = "", *, rebuild: bool = False, model: str = ""
) -> tuple[Outcome | None, int]:
    """Ingest; return what came of it, None where it was stopped when a file's turn came, and how many pages were read."""
    pages = 0

    def on_file(file: str, number: int, of: int) -> None:
        if file == stop_at:
            raise Stopped

    def on_page(done: int, total: int) -> None:
        nonlocal pages
        pages += 1

    embedder = CountingEmbedder()
    embedder.fingerprint = model or embedder.fingerprint
    progress = Progress(on_file=on_file, on_page=on_page)
    try:
        return ingest(Home(home), files, embedder, progress=progress, rebuild=rebuild), pages
    except Stopped:
        return None, pages


def test_what_was_read_is_not_read_again_and_the_same_is_published(files: list[Wanted], tmp_path: Path) -> None:
    _, each = run(tmp_path / "whole", files)
    stopped, first = run(tmp_path / "home", files, "c.pdf")
    outcome, second = run(tmp_path / "home", files)
    assert stopped is None and outcome is not None
    assert (first, second) == (2 * each // 3, each // 3)
    assert [document.publication.file for document in outcome.read] == list(TEXTS)
    assert documents(tmp_path / "home") == documents(tmp_path / "whole")
    assert not (tmp_path / "home" / "read").exists()


def kept(home: Path) -> list[Path]:
    return sorted((home / "read").rglob("*.sqlite"))


def test_what_is_damaged_or_of_another_file_or_model_is_read_again(files: list[Wanted], tmp_path: Path) -> None:
    home = tmp_path / "home"
    _, each = run(tmp_path / "whole", files[:1])
    for change in (
        lambda: [file.write_bytes(file.read_bytes()[:-1]) for file in kept(home)],
        lambda: [file.write_bytes(file.read_bytes().replace(b"Garten", b"Karten")) for file in kept(home)],
        lambda: make_pdf(tmp_path / "a.pdf", [paragraph(["Ein anderer Garten liegt am Fluss."])]),
    ):
        run(home, files, "b.pdf")
        assert len(kept(home)) >= 1
        change()
        assert run(home, files, "b.pdf") == (None, each)
    assert run(home, files, "b.pdf") == (None, 0)
    assert run(home, files, "b.pdf", model="other-1") == (None, each)


def test_a_rebuild_reads_everything(files: list[Wanted], tmp_path: Path) -> None:
    _, each = run(tmp_path / "home", files, "b.pdf")
    assert run(tmp_path / "home", files, "b.pdf", rebuild=True) == (None, each)


def test_todays_catalogue_counts_for_what_was_read_before(files: list[Wanted], tmp_path: Path) -> None:
    listed = replace(REPORT, id="garten", file="a.pdf", title="Der Garten")
    run(tmp_path / "whole", [replace(files[0], publication=listed)])
    run(tmp_path / "home", files, "b.pdf")
    outcome, pages = run(tmp_path / "home", [replace(files[0], publication=listed)])
    assert outcome is not None and pages == 0 and outcome.read[0].publication == listed
    assert {passage.publication_id for passage in ingested(tmp_path / "home", outcome.read[0]).passages} == {"garten"}
    assert documents(tmp_path / "home") == documents(tmp_path / "whole")


def test_copies_of_a_file_are_known_from_each_other_after_a_stop(files: list[Wanted], tmp_path: Path) -> None:
    copy = Wanted(tmp_path / "kopie.pdf")
    copy.path.write_bytes(files[0].path.read_bytes())
    run(tmp_path / "whole", [files[0], copy])
    run(tmp_path / "home", [files[0], copy], "kopie.pdf")
    outcome, _ = run(tmp_path / "home", [files[0], copy])
    assert outcome is not None
    assert [(d.publication.id, d.publication.file) for d in outcome.read] == [("a", "a.pdf"), ("kopie", "kopie.pdf")]
    assert documents(tmp_path / "home") == documents(tmp_path / "whole")


def test_ids_are_those_of_a_run_that_was_not_stopped(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    first, second = (
        Wanted(make_pdf(tmp_path / name, [paragraph([text])]))
        for name, text in zip(("ä.pdf", "x/ae.pdf"), TEXTS.values(), strict=False)
    )
    run(tmp_path / "whole", [first, second])
    run(tmp_path / "home", [second, first], "ä.pdf")  # the other one is the only one that was read
    outcome, _ = run(tmp_path / "home", [first, second])
    assert outcome is not None
    assert {document.publication.file: document.publication.id for document in outcome.read} == {"ä.pdf": "ae", "ae.pdf": "ae-2"}
    assert documents(tmp_path / "home") == documents(tmp_path / "whole")


def documents_in_memory() -> int:
    # By type and not by isinstance, which asks every object for its class: some of torch's warn when they are asked.
    return sum(type(one) is Document for one in gc.get_objects())


@pytest.mark.parametrize("resumed", [False, True])
def test_what_was_read_waits_on_the_disk_and_not_in_memory(files: list[Wanted], tmp_path: Path, resumed: bool) -> None:
    if resumed:
        run(tmp_path / "home", files, "c.pdf")
    held: list[int] = []

    def on_step(step: str) -> None:
        held.append(documents_in_memory())

    gc.collect()
    before = documents_in_memory()
    ingest(Home(tmp_path / "home"), files, CountingEmbedder(), progress=Progress(on_step=on_step))
    assert [found - before for found in held] == [0] * 4
    assert [document.publication.file for document in documents(tmp_path / "home")] == list(TEXTS)


@pytest.mark.parametrize("change", [Path.unlink, lambda file: file.write_bytes(file.read_bytes()[:-1])], ids=["gone", "short"])
def test_what_was_read_and_is_not_there_any_more_is_told_and_read_again(
    files: list[Wanted], tmp_path: Path, change: Callable[[Path], object]
) -> None:
    home = tmp_path / "home"
    run(home, files[:1])
    live = Home(home).live_mark()

    def on_step(step: str) -> None:
        for file in kept(home):
            change(file)

    with pytest.raises(IndexDamaged, match=r"nicht mehr da oder beschädigt.*„fundstelle ingest“ noch einmal"):
        ingest(Home(home), files, CountingEmbedder(), progress=Progress(on_step=on_step))
    assert Home(home).live_mark() == live
    run(home, files)
    assert [document.publication.file for document in documents(home)] == list(TEXTS)


@pytest.mark.parametrize("stop_at", ["kopie.pdf", "z.pdf"])
def test_two_files_of_the_same_bytes_stay_two(files: list[Wanted], tmp_path: Path, stop_at: str) -> None:
    copies = [Wanted(Path(shutil.copy(files[0].path, tmp_path / name))) for name in ("kopie.pdf", "z.pdf")]
    _, each = run(tmp_path / "whole", files[:1])
    run(tmp_path / "home", [files[0], *copies], stop_at)
    _, pages = run(tmp_path / "home", [files[0], *copies])
    assert pages == (2 * each if stop_at == "kopie.pdf" else each)
    assert [(d.publication.file, d.path.name) for d in documents(tmp_path / "home")] == [
        ("a.pdf", "a.pdf"),
        ("kopie.pdf", "kopie.pdf"),
        ("z.pdf", "z.pdf"),
    ]


def test_ids_of_two_stopped_ingestions_stay_unlike_each_other(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    first, second, last = (
        Wanted(make_pdf(tmp_path / name, [paragraph([text])]))
        for name, text in zip(("ä.pdf", "x/ae.pdf", "c.pdf"), TEXTS.values(), strict=True)
    )
    run(tmp_path / "home", [second, last], "c.pdf")
    run(tmp_path / "home", [first, last], "c.pdf")  # "ae" once more: the other one is not wanted now
    run(tmp_path / "home", [first, second, last])
    assert {d.publication.file: d.publication.id for d in documents(tmp_path / "home")} == {
        "ä.pdf": "ae",
        "ae.pdf": "ae-2",
        "c.pdf": "c",
    }


# Vectors


class Slow(CountingEmbedder):
    """A model whose vectors are worth keeping; notes the texts that it was given."""

    is_slow = True

    def __init__(self) -> None:
        self.given: list[str] = []

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.given += texts
        return super().passages(texts)


def embedded(home: Path, files: Sequence[Wanted], stop_at: int = 0, model: str = "", *, rebuild: bool = False) -> list[str]:
    """Ingest, stopped where ``stop_at`` passages have their vectors; return the texts that the model was given."""

    def on_passages(done: int, total: int) -> None:
        if done == stop_at:
            raise Stopped

    embedder = Slow()
    embedder.fingerprint = model or embedder.fingerprint
    with suppress(Stopped):
        ingest(Home(home), files, embedder, progress=Progress(on_passages=on_passages), rebuild=rebuild)
    return list(dict.fromkeys(embedder.given))


def vectors(home: Path) -> tuple[list[list[float]], list[list[float]]]:
    generation = Home(home).live()
    return generation.exact_vectors().matrix.tolist(), generation.sentences().matrix.tolist()


def test_vectors_that_were_made_are_not_made_again_and_the_same_is_published(files: list[Wanted], tmp_path: Path) -> None:
    a, b, c = TEXTS.values()
    assert embedded(tmp_path / "whole", files) == [a, b, c]
    assert embedded(tmp_path / "home", files, stop_at=2) == [a, b]
    assert embedded(tmp_path / "home", files) == [c]
    assert vectors(tmp_path / "home") == vectors(tmp_path / "whole")
    assert not (tmp_path / "home" / "read").exists()


@pytest.mark.parametrize(
    "change",
    [
        lambda file: file.write_bytes(file.read_bytes()[:-1]),
        lambda file: file.write_bytes(file.read_bytes()[:-1] + b"x"),
        lambda file: file.unlink(),
    ],
    ids=["short", "other", "gone"],
)
def test_vectors_that_are_damaged_are_made_again(files: list[Wanted], tmp_path: Path, change: Callable[[Path], object]) -> None:
    home = tmp_path / "home"
    embedded(tmp_path / "whole", files)
    embedded(home, files, stop_at=2)
    found = sorted((home / "read" / "vectors").iterdir())
    assert len(found) == 2  # of two files: their passages are of one sentence
    for file in found:
        change(file)
    assert embedded(home, files) == list(TEXTS.values())
    assert vectors(home) == vectors(tmp_path / "whole")


def test_vectors_of_another_model_or_before_a_rebuild_count_for_nothing(files: list[Wanted], tmp_path: Path) -> None:
    embedded(tmp_path / "home", files, stop_at=2)
    assert embedded(tmp_path / "home", files, stop_at=2, model="other-1") == list(TEXTS.values())[:2]
    assert embedded(tmp_path / "home", files, stop_at=2, rebuild=True) == list(TEXTS.values())[:2]


def test_where_no_vectors_can_be_kept_they_are_published_all_the_same(files: list[Wanted], tmp_path: Path) -> None:
    (tmp_path / "home" / "read").mkdir(parents=True)
    (tmp_path / "home" / "read" / "vectors").write_text("no folder")
    assert embedded(tmp_path / "home", files) == list(TEXTS.values())
    assert len(vectors(tmp_path / "home")[0]) == 3


def test_vectors_of_a_fast_model_are_not_kept(files: list[Wanted], tmp_path: Path) -> None:
    def on_passages(done: int, total: int) -> None:
        assert not (tmp_path / "home" / "read" / "vectors").exists()

    ingest(Home(tmp_path / "home"), files, CountingEmbedder(), progress=Progress(on_passages=on_passages))
    assert len(vectors(tmp_path / "home")[0]) == 3
