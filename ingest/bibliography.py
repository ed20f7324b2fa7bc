"""A file that the catalogue does not list becomes a publication: title from its metadata, first page or file name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from itertools import count
from pathlib import Path

from corpus.publication import Publication
from facsimile.sheet import Line, Reading, Sheet
from ingest.clean import TextLine, body_size
from ingest.edges import line_text
from ingest.flow import flow
from ingest.hyphens import Vocabulary

_LONGEST_TITLE = 200
_TITLE_SIZE = 0.9  # share of the largest type on the first page that still belongs to the title
_MEASURED_TITLE = 1.4  # body sizes, where sizes are measured in a picture: a letter's first lines are no title
# what programs write into /Title, or what is no title of anything
_RUBBISH = re.compile(
    r"untitled|unbenannt|ohne titel|microsoft (word|powerpoint)|word-dokument|dokument\d*$|document\d*$|layout \d|"
    r"\.(docx?|indd|pdf|tex|qxd|pages|odt|pptx?)$|^\W*$|^[\d._-]+$",
    re.I,
)


def describe(path: Path, reading: Reading) -> Publication:
    """Return what is known of a file: a title that stands in it, else its name.  Nothing is guessed beyond that."""
    title = _from_metadata(reading) or _from_first_page(reading) or _from_name(path)
    return Publication(id=identifier(path), file=path.name, title=title)


def identifier(path: Path) -> str:
    """Return an id made of the file's name: lower case, umlauts spelt out, hyphens between words."""
    name = unicodedata.normalize("NFC", path.stem).lower()
    for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        name = name.replace(umlaut, letters)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "publikation"


def free_identifier(path: Path, taken: Collection[str]) -> str:
    """Return an id made of the file's name that is none of those in ``taken``."""
    name = identifier(path)
    return next(id_ for n in count(1) if (id_ := name if n == 1 else f"{name}-{n}") not in taken)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).lower())


def _from_metadata(reading: Reading) -> str:
    """Return /Title, but only where its words stand on one of the first pages: it is rubbish more often than not."""
    title = reading.structure.title
    if not title or len(title) > _LONGEST_TITLE or _RUBBISH.search(title) or len(_letters(title)) < 4:
        return ""
    opening = _letters(" ".join(line_text(s, n) for s in reading.sheets[:3] for n in s.lines))
    tokens = [_letters(word) for word in re.findall(r"\w+", title)]
    return title if tokens and all(token in opening for token in tokens) else ""


def _from_first_page(reading: Reading) -> str:
    """Return what is set in the largest type on the first page with text."""
    sheet = next((s for s in reading.sheets[:3] if s.lines), None)
    if sheet is None:
        return ""
    lines = [n for n in sheet.lines if n.upright and re.search(r"[^\W\d_]{3}", line_text(sheet, n)) and _is_sure(sheet, n)]
    largest = max((n.size for n in lines), default=0.0)
    if sheet.recognition and largest < _MEASURED_TITLE * body_size([sheet]):
        return ""
    title = _joined(sheet, [n for n in lines if n.size >= largest * _TITLE_SIZE])
    return title if 4 <= len(title) <= _LONGEST_TITLE and not _RUBBISH.search(title) else ""


def _is_sure(sheet: Sheet, line: Line) -> bool:
    """Tell whether nothing of a line was recognised with doubt, as stamps and handwriting are."""
    doubtful = sheet.recognition.doubtful if sheet.recognition else ()
    return not any(start < line.end and end > line.start for start, end in doubtful)


def _joined(sheet: Sheet, lines: list[Line]) -> str:
    text = flow([TextLine(sheet, line) for line in lines], Vocabulary()).text
    return text.strip(" –-|·:")


def _from_name(path: Path) -> str:
    return re.sub(r"[\s_]+", " ", unicodedata.normalize("NFC", path.stem)).strip() or path.name
