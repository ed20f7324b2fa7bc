"""The words in the picture of a page: rendered and read in a child process with limits, one page a child.

Parent side: ``recognise``.  Child side: ``main`` (``python -m facsimile.scan FILE INDEX TESSERACT TURNS``), one JSON line.
tesseract runs below the child, takes over its limits and ends with it.
"""

from __future__ import annotations

import json
import math
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from facsimile.bounds import MAX_CHARACTERS
from facsimile.child import Child, Limits, processors, set_limits
from facsimile.places import Places
from facsimile.tesseract import DOTS_PER_INCH, MAX_WORD, MAX_WORDS, MOST_PIXELS, Engine, Word

#: Of one page, outside the limits of its file; a page of A4 takes 1 to 8 seconds and 200 MiB, a full poster a minute.
LIMITS = Limits(memory=2048, cpu=120, wall=300.0, silence=300.0, output=16)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was recognised in the picture of a page: words in pixels, and how many pixels the picture has."""

    width: int
    height: int
    words: tuple[Word, ...]


def recognise(
    path: Path, pages: Sequence[int], engine: Engine, limits: Limits = LIMITS, places: Places | None = None
) -> Iterator[tuple[int, Seen | None]]:
    """Yield (index, what was seen) of pages as they are done, None where it takes too much or the page can't be shown.

    As many are read at once as there are processors, and as there are ``places`` that others have not taken.  Whoever stops
    asking ends all of it.
    """
    running = _Running(places)
    pool = ThreadPoolExecutor(max(1, min(len(pages), processors())))
    try:
        futures = {pool.submit(running.one, path, index, engine, limits): index for index in pages}
        for future in as_completed(futures):
            yield futures[future], future.result()
    finally:
        running.stop()
        pool.shutdown(cancel_futures=True)


class _Running:
    """The children that are at work, so that they can be ended."""

    def __init__(self, places: Places | None) -> None:
        self._places = places
        self._turn = threading.Lock()
        self._children: set[Child] = set()
        self._stopped = False
        self._lock = threading.Lock()

    def one(self, path: Path, index: int, engine: Engine, limits: Limits) -> Seen | None:
        """Wait for what is seen on one page, where places are shared for one of them first."""
        with self._places.one(self._turn, lambda: not self._stopped) if self._places else nullcontext():
            return self._look(path, index, engine, limits)

    def _look(self, path: Path, index: int, engine: Engine, limits: Limits) -> Seen | None:
        arguments = [str(path.resolve()), str(index), engine.path, str(int(engine.turns))]
        with self._lock:
            if self._stopped:
                return None
            child = Child("facsimile.scan", arguments, limits)
            self._children.add(child)
        try:
            for line in child.lines():
                return seen_of(line)
            return None
        finally:
            child.stop()
            with self._lock:
                self._children.discard(child)

    def stop(self) -> None:
        """End all of them; no other is begun."""
        with self._lock:
            self._stopped = True
            children = list(self._children)
        for child in children:
            child.stop()


def seen_of(line: bytes | str) -> Seen | None:
    """Return what a line of JSON tells, None for one that our program never writes: a child may have been taken over."""
    try:
        width, height, rows = json.loads(line)
        words = tuple(_word(row) for row in rows)
        if {type(width), type(height)} != {int} or not (min(width, height) > 0 and max(width, height) <= 2 * MOST_PIXELS):
            return None
        if len(words) > MAX_WORDS or sum(len(word.text) for word in words) > MAX_CHARACTERS:
            return None
        if any(word.right > width or word.bottom > height for word in words):
            return None
    except (ValueError, TypeError, RecursionError):
        return None
    return Seen(width, height, words)


def line_of(seen: Seen) -> str:
    """Return what was seen as a line of JSON."""
    return json.dumps([seen.width, seen.height, seen.words], ensure_ascii=True, separators=(",", ":"))


def _word(row: list[Any]) -> Word:
    word = Word(*row)
    if type(word.text) is not str or {type(number) for number in row[1:]} != {int}:
        raise TypeError("a word of other things")
    word.text.encode()  # what can't be encoded could not be stored either
    if not (0 < len(word.text) <= MAX_WORD and word.confidence <= 100 and min(row[1:]) >= 0):
        raise ValueError("a word beyond its bounds")
    if not (word.left < word.right and word.top < word.bottom):
        raise ValueError("a word without extent")
    return word


def main() -> None:
    """Render the page named on the command line, have it read, and send its words."""
    set_limits()
    path, index, program, turns = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4] == "1"
    import pypdfium2 as pdfium  # pdfium loads here, behind the limits

    from facsimile import tesseract
    from facsimile.pictured import grey

    try:
        document = pdfium.PdfDocument(path)
        page = document[index]
        pixels, dots_per_inch = grey(page, DOTS_PER_INCH, MOST_PIXELS)
        page.close()
        document.close()
    except (pdfium.PdfiumError, MemoryError, ValueError, IndexError):
        return
    height, width = pixels.shape
    found = tesseract.read(program, pixels, dots_per_inch, turns=turns) if min(height, width) >= _LEAST else []
    words = tuple(word for word in found if _lies_on(word, width, height))
    sys.stdout.write(line_of(Seen(width, height, words)) + "\n")
    sys.stdout.flush()


_LEAST = 16  # pixels; nothing can be read in less


def _lies_on(word: Word, width: int, height: int) -> bool:
    inside = 0 <= word.left < word.right <= width and 0 <= word.top < word.bottom <= height
    return inside and math.isfinite(word.confidence)


if __name__ == "__main__":
    main()
