"""What tesseract reads in a picture: words with their boxes and how sure it is of each.  The only code that knows tesseract.

Parent side: ``find``.  Child side: ``read``, behind the limits that tesseract inherits: memory, time, no files.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

#: What a page is rendered at, and what tesseract was trained for.
DOTS_PER_INCH = 300
#: Of the longer side: A3 at 300 dots per inch; larger sheets have larger letters.
MOST_PIXELS = 5_000
MAX_WORDS = 20_000  # of a page; a newspaper page has 5,000
MAX_WORD = 200  # characters
_LANGUAGE, _ORIENTATION = "deu", "osd"
_MOST_OUTPUT = 8 << 20  # bytes; 20,000 words in as many lines
_POOR = 60  # mean confidence; upside down, a page of print has 29
_ASK = 20  # seconds for what tesseract says of itself
MISSING = (
    "Für die Texterkennung fehlt das Programm tesseract. Installieren Sie es mit den deutschen Daten (unter Debian und Ubuntu: "
    "apt-get install tesseract-ocr tesseract-ocr-deu) und lesen Sie die Datei noch einmal ein."
)
NO_GERMAN = (
    "Dem Programm tesseract fehlen die deutschen Daten. Installieren Sie sie (unter Debian und Ubuntu: "
    "apt-get install tesseract-ocr-deu) und lesen Sie die Datei noch einmal ein."
)


class Word(NamedTuple):
    """A word as it was recognised: text, confidence from 0 to 100, edges in pixels from the upper left corner.

    ``paragraph`` and ``line`` are the same for words of the same one, and different from all others of the page.
    """

    text: str
    confidence: int
    left: int
    top: int
    right: int
    bottom: int
    paragraph: int
    line: int


@dataclass(frozen=True, slots=True)
class Engine:
    """A tesseract that knows German; ``turns`` tells that it can also find out which way up a page lies."""

    path: str
    version: str
    turns: bool

    @property
    def name(self) -> str:
        """What decides about the words, apart from the picture."""
        return f"tesseract {self.version}, {_LANGUAGE}, {DOTS_PER_INCH} dpi"


def find() -> Engine | str:
    """Return the tesseract of this machine, or in German why there is none that could be used."""
    path = shutil.which("tesseract")
    return _asked(path) if path else MISSING


@lru_cache(maxsize=4)
def _asked(path: str) -> Engine | str:
    version = re.search(r"tesseract v?(\d[\w.+-]*)", _told(path, "--version"))
    if not version:
        return MISSING
    languages = _told(path, "--list-langs").split()
    return Engine(path, version[1], _ORIENTATION in languages) if _LANGUAGE in languages else NO_GERMAN


def _told(path: str, question: str) -> str:
    try:
        answer = subprocess.run([path, question], capture_output=True, stdin=subprocess.DEVNULL, timeout=_ASK, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return (answer.stdout + answer.stderr).decode("utf-8", "replace")


def read(path: str, pixels: NDArray[np.uint8], dots_per_inch: float, *, turns: bool) -> list[Word]:
    """Return the words of a grey picture, in the order in which they are read.

    Where what is read makes no sense, tesseract is asked again, to find out first which way up the page lies.
    """
    words = _words(_output(path, pixels, dots_per_inch, "3"))
    if turns and words and mean_confidence(words) < _POOR:
        others = _words(_output(path, pixels, dots_per_inch, "1"))
        if others and mean_confidence(others) > mean_confidence(words):
            return others
    return words


def mean_confidence(words: Sequence[Word]) -> int:
    """Return the mean confidence of all letters and digits, 0 where there are none."""
    weights = [sum(map(str.isalnum, word.text)) for word in words]
    total = sum(weights)
    return round(sum(w * word.confidence for w, word in zip(weights, words, strict=True)) / total) if total else 0


def _output(path: str, pixels: NDArray[np.uint8], dots_per_inch: float, segmentation: str) -> str:
    """Return the table that tesseract makes of a picture, empty where it fails.

    Neither side touches a file.  It takes the whole picture before it answers, so that writing first and reading then is safe.
    """
    height, width = pixels.shape
    command = [path, "stdin", "stdout", "-l", _LANGUAGE, "--psm", segmentation, "--dpi", str(round(dots_per_inch)), "tsv"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdin is not None and process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(b"P5\n%d %d\n255\n" % (width, height))
            process.stdin.write(np.ascontiguousarray(pixels).data)
            process.stdin.close()
        answer = process.stdout.read(_MOST_OUTPUT + 1)
        if len(answer) > _MOST_OUTPUT:
            process.kill()
    return answer.decode("utf-8", "replace") if process.returncode == 0 else ""


def _words(table: str) -> list[Word]:
    """Return the words of tesseract's table: its rows of level 5, the text in the last of twelve columns."""
    words: list[Word] = []
    paragraphs: dict[tuple[str, ...], int] = {}
    lines: dict[tuple[str, ...], int] = {}
    for row in table.splitlines()[1:]:
        columns = row.split("\t", 11)
        if len(columns) < 12 or columns[0] != "5" or not columns[11].strip() or len(words) >= MAX_WORDS:
            continue
        paragraph = paragraphs.setdefault(tuple(columns[2:4]), len(paragraphs))
        line = lines.setdefault(tuple(columns[2:5]), len(lines))
        left, top, width, height = map(int, columns[6:10])
        confidence = round(max(0.0, float(columns[10])))
        words.append(Word(columns[11].strip()[:MAX_WORD], confidence, left, top, left + width, top + height, paragraph, line))
    return words
