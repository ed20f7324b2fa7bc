"""A PDF becomes grey pictures of its pages, as PNG: rendered in a child process with limits, streamed page by page.

Parent side: ``pictures``.  Child side: ``main`` (``python -m facsimile.image FILE FIRST END``), one JSON line a page, and
``rendered`` for other children.
"""

from __future__ import annotations

import base64
import json
import signal
import struct
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from facsimile.child import Child, Limits, set_limits

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from pypdfium2 import PdfDocument

_WIDTH, _HEIGHT = 320, 480  # pixels at most; shown at half of it, so that print and dense screens stay sharp
_START, _PER_PAGE = 20.0, 2.0  # seconds for a file; a page takes 10 to 60 ms
_ONE_PAGE = 15  # seconds; a page that takes longer shall not cost the others their pictures
_DEATHS = 5  # of the child by one file
#: What a page may raise that can't be rendered; pdfium's own error is a RuntimeError.
UNRENDERABLE = (RuntimeError, MemoryError, ValueError, IndexError, OSError)


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as a picture: index from 0, width and height in pixels, PNG; ``png`` is empty where it can't be rendered."""

    index: int
    width: int = 0
    height: int = 0
    png: bytes = b""


def pictures(path: Path, pages: int, on_page: Callable[[int, int], None] = lambda done, total: None) -> Iterator[Picture]:
    """Yield the pictures of a file's first ``pages`` pages, in order, every page once.

    A page on which the child dies has no picture, and another child goes on behind it; after a few such pages, none of
    the rest has one.
    """
    done = 0
    for _ in range(_DEATHS):
        for picture in _one_run(path, done, pages):
            yield picture
            done = picture.index + 1
            on_page(done, pages)
        if done >= pages:
            return
        yield Picture(done)
        done += 1
        on_page(done, pages)
    for index in range(done, pages):
        yield Picture(index)


def _one_run(path: Path, first: int, end: int) -> Iterator[Picture]:
    seconds = _START + _PER_PAGE * (end - first)
    child = Child("facsimile.image", [str(path.resolve()), str(first), str(end)], Limits(cpu=int(seconds), wall=seconds))
    try:
        for line in child.lines():
            try:
                index, width, height, png = json.loads(line)
            except ValueError:
                return  # torn by its end
            yield Picture(index, width, height, base64.b64decode(png))
    finally:
        child.stop()


def main() -> None:
    """Render pages of the file named on the command line and send them."""
    set_limits()
    path, first, end = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    signal.alarm(_ONE_PAGE)
    try:
        document = opened(path)
    except UNRENDERABLE:
        return
    for index in range(first, end):
        signal.alarm(_ONE_PAGE)  # it ends the process, whatever pdfium is at
        try:
            width, height, png = rendered(document, index, _WIDTH, _HEIGHT)
        except UNRENDERABLE:
            width, height, png = 0, 0, b""
        signal.alarm(0)  # the parent may take its time
        sys.stdout.write(json.dumps([index, width, height, base64.b64encode(png).decode()]) + "\n")
        sys.stdout.flush()


def opened(source: Path | bytes) -> PdfDocument:
    """Open a PDF, given by its path or its bytes; called by a child.  Raises one of ``UNRENDERABLE``."""
    import pypdfium2 as pdfium  # pdfium loads here, behind the limits

    return pdfium.PdfDocument(source)


def rendered(document: PdfDocument, index: int, width: int, height: int) -> tuple[int, int, bytes]:
    """Return a page as large as fits into ``width`` by ``height`` pixels: its size and PNG.  Raises one of ``UNRENDERABLE``."""
    page = document[index]
    try:
        across, up = page.get_size()
        if not (across > 0 and up > 0):
            raise ValueError("a page without extent")
        bitmap = page.render(scale=min(width / across, height / up), grayscale=True)
        pixels = bitmap.to_numpy().reshape(bitmap.height, bitmap.width)
        return bitmap.width, bitmap.height, png_of(pixels)
    finally:
        page.close()


def png_of(pixels: NDArray[np.uint8]) -> bytes:
    """Return grey pixels, shape (height, width), as a PNG of 16 greys: enough for letters, half the bytes of 256."""
    height, width = pixels.shape
    greys = (pixels.astype("u2") * 15 + 127) // 255
    packed = greys[:, ::2].astype("u1") << 4
    packed[:, : width // 2] |= greys[:, 1::2].astype("u1")
    rows = b"".join(b"\0" + row.tobytes() for row in packed)  # each row unfiltered, as is best for few greys
    header = struct.pack(">IIBBBBB", width, height, 4, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )


if __name__ == "__main__":
    main()
