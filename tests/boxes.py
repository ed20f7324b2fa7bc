"""What readers see boxed, held against the file: letters read back through pdfium, and ink in the picture."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from flask.testing import FlaskClient

from corpus.characters import readable
from corpus.errors import UnreadableFile
from corpus.publication import Document, Kind, Passage, Show
from facsimile.sheet import Sheet
from facsimile.worker import Job, read_back
from index.home import Home
from ingest.bibliography import free_identifier
from ingest.document import read_document
from tests.pdfs import pixels
from tests.shelf import Seen, publish, reading_room

_EDGE = 0.006  # points; sums of two-digit numbers are not exact
_INK = 4  # of 15 greys between the darkest and the lightest point


@dataclass
class Held:
    """What was held against files: passages, their pages, their boxes, words boxed, what was wrong, what was not boxed."""

    passages: int = 0
    leaves: int = 0
    boxes: int = 0
    words: int = 0
    pictures: int = 0
    unmarked: int = 0


def documents_of(paths: Sequence[Path]) -> list[Document]:
    """Read files, those without text left out, as publications of which all may be shown."""
    documents: list[Document] = []
    for path in paths:
        with Job(path) as job:
            try:
                document = read_document(job, None, {})
            except UnreadableFile:
                continue
        id_ = free_identifier(path, {document.publication.id for document in documents})
        documents.append(
            replace(
                document,
                publication=replace(document.publication, id=id_, show=Show.FULL),
                passages=tuple(replace(passage, publication_id=id_) for passage in document.passages),
            )
        )
    return documents


def hold(home: Home, documents: Sequence[Document], count: int, looked_at: int, seed: int) -> Held:
    """Hold ``count`` passages of some publications against their files, the first ``looked_at`` against their pictures too."""
    publish(home, *documents)
    sheets = {document.publication.id: read_back(document.path) for document in documents}
    everything = [passage for document in documents for passage in document.passages]
    held = Held()
    with ExitStack() as stack:
        client = stack.enter_context(reading_room(home))
        for number, passage in enumerate(random.Random(seed).sample(everything, count)):
            _hold(client, passage, sheets[passage.publication_id], held, with_picture=number < looked_at)
    return held


def _hold(client: FlaskClient, passage: Passage, sheets: Sequence[Sheet], held: Held, *, with_picture: bool) -> None:
    word = max(re.findall(r"[^\W\d_]+", passage.text) or ["x"], key=len)
    seen = Seen()
    seen.feed(client.get(f"/f/{passage.id}", query_string={"q": word}).text)
    leaves = _leaves(seen)
    held.passages += 1
    if "Zeichen übereinander gedruckt" in seen.words:
        assert not any(leaves), f"{passage.id}: boxed, and said not to be"
        held.unmarked += 1
        return
    where = f"{passage.publication_id}, PDF-S. {passage.pages[0] + 1}, {passage.id}"
    assert len(leaves) == len(passage.pages), where
    words = ""
    quoted: dict[int, set[int]] = {}
    for index, boxes in zip(passage.pages, leaves, strict=True):
        sheet = sheets[index]
        quoted[index] = _inside(sheet, [box for kind, box in boxes if kind == "quoted"])
        words += "".join(sheet.characters[i] for i in sorted(_inside(sheet, [box for kind, box in boxes if kind == "word"])))
        held.leaves, held.boxes = held.leaves + 1, held.boxes + len(boxes)
    assert squeezed(_in_order(passage, sheets, quoted)) == squeezed(passage.text), where
    assert sorted(squeezed(words)) == sorted(squeezed("".join(seen.marks))), where
    assert passage.kind is not Kind.TEXT or words or word == "x", where
    held.words += len(seen.marks)
    if with_picture:
        held.pictures += _look(client, seen, leaves, sheets, passage)


def _leaves(seen: Seen) -> list[list[tuple[str, tuple[float, ...]]]]:
    """Return for each picture its boxes: kind, and edges from the upper left corner in points."""
    leaves: list[list[tuple[str, tuple[float, ...]]]] = []
    for tag, attrs in seen.tags:
        if tag == "img":
            leaves.append([])
        elif tag == "rect":
            x, y, width, height = (float(attrs[name] or "nan") for name in ("x", "y", "width", "height"))
            leaves[-1].append((str(attrs["class"]), (x, y, x + width, y + height)))
    return leaves


def _inside(sheet: Sheet, boxes: Sequence[tuple[float, ...]]) -> set[int]:
    """Return the characters whose middles lie in some boxes."""
    edges = sheet.boxes.edges(0, len(sheet.characters)) / 100
    x, y = (edges[:, 0] + edges[:, 2]) / 2, sheet.height - (edges[:, 1] + edges[:, 3]) / 2
    found = np.zeros(len(edges), bool)
    for x0, y0, x1, y1 in boxes:
        found |= (x >= x0 - _EDGE) & (x <= x1 + _EDGE) & (y >= y0 - _EDGE) & (y <= y1 + _EDGE)
    return set((found & (edges[:, 2] > edges[:, 0])).nonzero()[0].tolist())


def _in_order(passage: Passage, sheets: Sequence[Sheet], found: dict[int, set[int]]) -> str:
    """Return characters of pages in the order in which a passage reads them, any others behind."""
    order = [(p.page, i) for p in passage.pieces for i in range(p.start, p.end) if i in found[p.page]]
    others = {(page, i) for page, its in found.items() for i in its} - set(order)
    return "".join(sheets[page].characters[i] for page, i in (*order, *sorted(others)))


def squeezed(raw: str) -> str:
    """Return what raw characters read, without white space."""
    return "".join(readable(raw).split())


def _look(
    client: FlaskClient,
    seen: Seen,
    leaves: Sequence[Sequence[tuple[str, tuple[float, ...]]]],
    sheets: Sequence[Sheet],
    passage: Passage,
) -> int:
    """Look at the pictures: in every box there is ink."""
    addresses = [str(attrs["src"]).replace("b=1000", "b=1600") for tag, attrs in seen.tags if tag == "img"]
    for address, boxes, index in zip(addresses, leaves, passage.pages, strict=True):
        picture = pixels(client.get(address).data)
        scale = picture.shape[1] / sheets[index].width
        for _, box in boxes:
            x0, y0, x1, y1 = (round(edge * scale) for edge in box)
            part = picture[y0 : y1 + 1, x0 : x1 + 1].astype(int)
            assert part.size and np.ptp(part) >= _INK, f"{passage.publication_id}, PDF-S. {index + 1}: nothing at {box}"
    return len(addresses)
