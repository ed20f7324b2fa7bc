"""Pictures of pages: made in a child, kept on disk within bounds, and never of a file that is another now."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import Busy, NoImage
from corpus.publication import Original
from facsimile import page_images as module
from facsimile.original import digest_now, digest_of, page_image
from facsimile.page_images import PageImages
from tests.pdfs import Text, make_pdf, numbered_pages, pixels

MANY = 1 << 30


def original_of(path: Path) -> Original:
    return Original(path, digest_of(path))


@pytest.fixture
def book(tmp_path: Path) -> Original:
    return original_of(make_pdf(tmp_path / "buch.pdf", numbered_pages(3)))


def kept(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_a_page_has_its_width_and_its_ink_where_it_is_printed(tmp_path: Path) -> None:
    path = make_pdf(tmp_path / "a.pdf", [[Text(50, 500, "Oben", 20)], [Text(200, 100, "Unten", 20)]])
    for index, (x, y) in enumerate([(50, 500), (200, 100)]):
        seen = pixels(PageImages(tmp_path / "pages", MANY).image(original_of(path), index, 840))
        assert seen.shape == (1190, 840)  # two pixels a point
        rows, columns = np.nonzero(seen < 8)
        assert 2 * (595 - y - 20) <= rows.min() and rows.max() <= 2 * (595 - y + 5)
        assert 2 * (x - 2) <= columns.min() <= 2 * (x + 5)


def test_a_picture_is_made_once_and_kept(tmp_path: Path, book: Original, monkeypatch: pytest.MonkeyPatch) -> None:
    images = PageImages(tmp_path / "pages", MANY)
    png = images.image(book, 1, 640)
    assert kept(tmp_path / "pages") == [f"{book.digest}-2-640.png"]
    monkeypatch.delattr(module, "page_image")  # whoever would make it again
    assert images.image(book, 1, 640) == png
    assert PageImages(tmp_path / "pages", MANY).image(book, 1, 640) == png


def test_a_picture_that_a_loss_of_power_left_empty_is_made_again(tmp_path: Path, book: Original) -> None:
    images = PageImages(tmp_path / "pages", MANY)
    png = images.image(book, 0, 640)
    (tmp_path / "pages" / f"{book.digest}-1-640.png").write_bytes(png[:100])
    assert images.image(book, 0, 640) == png


def test_a_file_that_is_gone_or_another_now_has_no_pictures(tmp_path: Path, book: Original) -> None:
    images = PageImages(tmp_path / "pages", MANY)
    images.image(book, 0, 640)  # even where one is kept
    make_pdf(book.path, [[Text(50, 500, "Etwas anderes")]])
    for refused in (lambda: images.check(book, 0), lambda: images.image(book, 0, 640)):
        with pytest.raises(NoImage, match="hat sich seit dem Einlesen geändert"):
            refused()
    book.path.unlink()
    with pytest.raises(NoImage, match="liegt nicht mehr dort"):
        images.check(book, 0)
    make_pdf(book.path, numbered_pages(3))
    images.check(book, 0)


def test_the_child_itself_refuses_a_file_that_changes_at_the_last_moment(tmp_path: Path, book: Original) -> None:
    assert page_image(book.path, book.digest, 0, 640) is not None
    assert page_image(book.path, "0" * 32, 0, 640) is None
    assert page_image(tmp_path / "fehlt.pdf", book.digest, 0, 640) is None
    assert digest_now(book.path) == book.digest and digest_now(tmp_path / "fehlt.pdf") == ""


def test_a_file_that_changes_between_check_and_picture_has_none(
    tmp_path: Path, book: Original, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changed(path: Path, *rest: object) -> None:
        path.write_bytes(b"")

    monkeypatch.setattr(module, "page_image", changed)
    with pytest.raises(NoImage, match="geändert"):
        PageImages(tmp_path / "pages", MANY).image(book, 0, 640)
    assert not (tmp_path / "pages").exists()


def test_a_page_that_cant_be_rendered_is_named_and_not_tried_again(
    tmp_path: Path, book: Original, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = PageImages(tmp_path / "pages", MANY)
    images.check(book, 7)
    with pytest.raises(NoImage, match="lässt sich kein Bild machen"):
        images.image(book, 7, 640)
    with pytest.raises(NoImage, match="lässt sich kein Bild machen"):
        images.check(book, 7)
    images.check(book, 0)


def test_the_longest_unused_pictures_go_first(tmp_path: Path, book: Original) -> None:
    images = PageImages(tmp_path / "pages", MANY)
    sizes = [len(images.image(book, index, 640)) for index in range(3)]
    for index in range(3):
        old = time.time() - 1000 + index
        os.utime(tmp_path / "pages" / f"{book.digest}-{index + 1}-640.png", (old, old))
    images.image(book, 0, 640)  # used again
    (tmp_path / "pages" / "abgebrochen.part").write_bytes(b"x" * sizes[0])
    os.utime(tmp_path / "pages" / "abgebrochen.part", (0, 0))
    larger = PageImages(tmp_path / "pages", sum(sizes) + 100).image(book, 0, 660)
    assert len(larger) + sizes[0] < (sum(sizes) + 100) * 0.9 < len(larger) + sizes[0] + sizes[2]
    assert kept(tmp_path / "pages") == [f"{book.digest}-1-640.png", f"{book.digest}-1-660.png"]


def test_nothing_need_be_kept(tmp_path: Path, book: Original) -> None:
    assert PageImages(tmp_path / "pages", 0).image(book, 0, 640)
    assert kept(tmp_path / "pages") == []
    (tmp_path / "datei").write_text("kein Ordner")
    assert PageImages(tmp_path / "datei", MANY).image(book, 0, 640)


def at_once(calls: list[Callable[[], object]]) -> list[object]:
    """Call all at once, each in a thread; return what they return or raise."""
    results: list[object] = [None] * len(calls)

    def run(number: int) -> None:
        try:
            results[number] = calls[number]()
        except Exception as error:
            results[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_many_who_ask_for_one_picture_wait_for_it(tmp_path: Path, book: Original, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []

    def counting(path: Path, digest: str, index: int, width: int) -> object:
        made.append(index)
        return page_image(path, digest, index, width)

    monkeypatch.setattr(module, "page_image", counting)
    one, other = PageImages(tmp_path / "pages", MANY, waiting=9), PageImages(tmp_path / "pages", MANY, waiting=9)
    results = at_once([lambda images=images: images.image(book, 0, 640) for images in (one, other) for _ in range(5)])  # type: ignore[misc]
    assert len(set(results)) == 1 and isinstance(results[0], bytes)
    assert len(made) <= 2  # one for each process, as it were


@pytest.mark.parametrize(("waiting", "patience"), [(1, 0.05), (0, 60.0)])
def test_who_waits_too_long_or_as_one_of_too_many_is_told_so(
    tmp_path: Path, book: Original, monkeypatch: pytest.MonkeyPatch, waiting: int, patience: float
) -> None:
    images = PageImages(tmp_path / "pages", MANY, at_once=1, waiting=waiting, patience=patience)
    images.check(book, 0)
    begun, go_on = threading.Event(), threading.Event()

    def slow(path: Path, digest: str, index: int, width: int) -> object:
        begun.set()
        go_on.wait()
        return page_image(path, digest, index, width)

    monkeypatch.setattr(module, "page_image", slow)
    first = threading.Thread(target=images.image, args=(book, 0, 640))
    first.start()
    begun.wait()
    try:
        with pytest.raises(Busy, match="in ein paar Sekunden noch einmal"):
            images.image(book, 1, 640)
    finally:
        go_on.set()
        first.join()
    assert images.image(book, 1, 640)


def test_where_no_process_can_be_started_it_is_said(tmp_path: Path, book: Original, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*arguments: object) -> None:
        raise OSError

    monkeypatch.setattr(module, "digest_now", none)
    with pytest.raises(Busy):
        PageImages(tmp_path / "pages", MANY).check(book, 0)
