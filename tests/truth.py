"""What is known of a specimen, or of a file made from one, held against how it is read; all of it returns what is wrong."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np

from corpus.publication import Document, Kind, LabelSource
from corpus.specimens.build import FOLDER
from facsimile.worker import Job
from ingest.document import read_document

NOTICE = "kein Originaltext"
RUNNING = ("text", "item", "quotation")  # kinds that stand under their headings, wherever floats and notes go
Item = dict[str, Any]  # something written: see corpus/specimens/typeset.py


@dataclass(frozen=True)
class Known:
    """A file as it was read, and what is known of it."""

    document: Document
    printed: dict[int, str]  # PDF page -> printed number
    written: list[Item]

    @cached_property
    def _passages(self) -> list[tuple[range, tuple[str, ...], str]]:
        return [
            (range(passage.pages[0] + 1, passage.pages[-1] + 2), passage.heading_path, " ".join(passage.text.split()))
            for passage in self.document.passages
        ]

    def passages_with(self, item: Item) -> list[tuple[str, ...]]:
        """Return the heading paths of the passages in which something stands, word for word, on the page where it was set."""
        text = " ".join(item["text"].split())
        return [path for pages, path, passage in self._passages if item["starts"][0] in pages and text in passage]

    def of(self, *kinds: str) -> list[Item]:
        """Return what was written of some kinds."""
        return [item for item in self.written if item["kind"] in kinds]

    @property
    def sentences(self) -> list[Item]:
        """All sentences: running text, notes, captions, boxes, quotes."""
        return [item for item in self.written if item["kind"] not in ("cell", "label")]

    def without(self, pages: Collection[int]) -> Known:
        """Return what is known of the other PDF pages: without what stands on these, even in part."""
        return replace(
            self,
            printed={page: number for page, number in self.printed.items() if page not in pages},
            written=[i for i in self.written if not any(page in pages for page in range(i["starts"][0], i["ends"][0] + 1))],
        )


def known_of(pdf: Path, truth: Path) -> Known:
    """Read a file of which a ``*.truth.json`` tells what stands in it."""
    told = json.loads(truth.read_text("utf-8"))
    printed = {page["pdf_page"]: page["printed"] for page in told["pages"]}
    return Known(read_document(Job(pdf), None, {}), printed, told["written"])


@cache
def known(name: str) -> Known:
    """Return a specimen as it was read."""
    pdf = FOLDER / f"{name}.pdf"
    return known_of(pdf, pdf.with_suffix(".truth.json"))


def wrong_numbers(file: Known) -> list[tuple[int, str, str]]:
    """Return (PDF page, as read, as printed) where a number is not the printed one, or is said to be seen where none is."""
    return [
        (page.pdf_page, page.label.text, file.printed.get(page.pdf_page, ""))
        for page in file.document.pages
        if (page.label.text if page.pdf_page in file.printed else page.label.source is LabelSource.SEEN and page.label.text)
        != file.printed.get(page.pdf_page, False)
    ]


def missing(file: Known, items: Sequence[Item]) -> list[str]:
    """Return what is not read word for word on its page."""
    return [item["text"] for item in items if not file.passages_with(item)]


def wrong_paths(file: Known) -> list[tuple[list[str], list[tuple[str, ...]]]]:
    """Return (as printed, as read) for the headings above sentences that are read."""
    found = [(item, file.passages_with(item)) for item in file.of(*RUNNING)]
    return [(item["path"], paths) for item, paths in found if paths and tuple(item["path"]) not in paths]


def stray_notices(file: Known, last: int = 2) -> list[str]:
    """Return passages behind page ``last`` (an index) that hold the running foot; cover and imprint say it in their text."""
    return [p.text for p in file.document.passages if NOTICE in p.text and p.pages[-1] > last]


def wrong_notes(file: Known) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Return the footnotes, as chapter and number, that are missing, and those that are read but were not written."""
    wanted = Counter((item["path"][0], str(item["note"])) for item in file.written if item["note"] is not None)
    found = {(p.heading_path[0], p.note) for p in file.document.passages if p.kind is Kind.NOTE}
    return set(wanted) - found, found - set(wanted)


def distance(wanted: str, text: str) -> int:
    """Return the least number of letters by which ``wanted`` differs from any part of ``text``."""
    letters = np.frombuffer(text.encode("utf-32-le"), "<u4")
    places = np.arange(len(text) + 1)
    row = np.zeros(len(text) + 1, np.int64)
    for number, letter in enumerate(wanted, 1):
        step = np.minimum(row[1:] + 1, row[:-1] + (letters != ord(letter)))
        row = np.minimum.accumulate(np.append(number, step) - places) + places
    return int(row.min())


def errors(file: Known, page: int) -> tuple[int, int]:
    """Return the wrong and all letters of the sentences that begin and end on a page."""
    passages = [passage for passage in file.document.passages if page - 1 in passage.pages]
    text = " ".join(" ".join(passage.text.split()) for passage in passages)
    sentences = [
        " ".join(item["text"].split()) for item in file.sentences if item["starts"][0] == page and item["ends"][0] == page
    ]
    return sum(distance(sentence, text) for sentence in sentences), sum(map(len, sentences))


def hold(file: Known) -> None:
    """Assert what a specimen is held to: numbers and cells 100 %, sentences 99.5 %, heading paths and footnotes 98 %."""
    assert wrong_numbers(file) == []
    hold_text(file)


def hold_text(file: Known) -> None:
    """Assert all of it but the page numbers; a specimen without tables or notes has nothing to show there."""
    lost = missing(file, file.sentences)
    assert len(lost) <= 0.005 * len(file.sentences), lost
    assert missing(file, file.of("cell")) == []
    wrong = wrong_paths(file)
    assert len(wrong) <= 0.02 * len(file.of(*RUNNING)), wrong
    assert stray_notices(file) == []
    not_read, not_written = wrong_notes(file)
    assert len(not_read) <= 0.02 * len(file.of("note")), not_read
    assert not_written == set()
