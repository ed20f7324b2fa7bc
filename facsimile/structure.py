"""What a PDF says about itself: declared page labels, outline, metadata (pypdf).  Runs in the worker only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.generic import Destination

from corpus.characters import as_one_character
from facsimile.bounds import MAX_LABEL, MAX_OUTLINE, MAX_PAGES, MAX_TITLE
from facsimile.sheet import OutlineEntry

_MAX_DEPTH = 8


class Claims:
    """What an open PDF says about itself; a part that is damaged counts as absent."""

    def __init__(self, path: Path) -> None:
        self._reader = PdfReader(path, strict=False)
        if self._reader.is_encrypted:
            self._reader.decrypt("")

    def title(self) -> str:
        """Return /Title."""
        metadata = _or_none(lambda: self._reader.metadata)
        return plain(_or_none(lambda: str(metadata["/Title"])) or "") if metadata is not None else ""

    def labels(self) -> tuple[str, ...]:
        """Return the labels of all pages; pypdf invents 1..n, so they are read only where the file has an entry for them."""
        if not _or_none(lambda: "/PageLabels" in self._reader.root_object):
            return ()
        labels = _or_none(lambda: self._reader.page_labels) or []
        return tuple(plain(str(label), MAX_LABEL) for label in labels[:MAX_PAGES])

    def outline(self) -> tuple[OutlineEntry, ...]:
        """Return the bookmarks in reading order."""
        items = _or_none(lambda: self._reader.outline) or []
        return tuple(islice(_walk(self._reader, items, 0), MAX_OUTLINE))


def plain(text: str, longest: int = MAX_TITLE) -> str:
    """Return text on one line that can be written anywhere: lone surrogates become U+FFFD, NUL goes."""
    whole = text[: 4 * longest].encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    return " ".join(whole.replace("\x00", "").split())[:longest].strip()


def count_pages(path: Path) -> int | None:
    """Return the number of pages, None where the file is no PDF."""
    pages = _or_none(lambda: len(PdfReader(path, strict=False).pages))
    return None if pages is None else int(pages)


_GLYPHS = {
    "quotedblleft": "“", "quotedblright": "”", "quotedblbase": "„", "guillemotleft": "«", "guillemotright": "»",
    "endash": "–", "emdash": "—",
}  # fmt: skip


def read_spellings(path: Path, pages: Iterable[int]) -> dict[tuple[str, int], str]:
    """Return what the codes of fonts without a ToUnicode table stand for: (font, code) -> one raw character.

    The fonts' /Differences name their glyphs, a ligature by its letters ("f_f", "f_t"); Adobe Glyph List
    specification, section 6.  Where two fonts of one name disagree, the code is left out.
    """
    reader = PdfReader(path, strict=False)
    found: dict[tuple[str, int], set[str]] = {("", 0xFF): {"ß"}}  # a font drawn by TeX has no name and T1 codes
    for page in pages:
        fonts = _or_none(lambda page=page: _fonts(reader, page)) or []
        for font in fonts:
            for key, character in _or_none(lambda font=font: _differences(font)) or ():
                found.setdefault(key, set()).add(character)
    return {key: characters.pop() for key, characters in found.items() if len(characters) == 1}


def _fonts(reader: PdfReader, page: int) -> list[Any]:
    resources: Any = reader.pages[page]["/Resources"]
    return [font.get_object() for font in resources["/Font"].values()]


def _differences(font: Any) -> list[tuple[tuple[str, int], str]]:
    if font is None or "/ToUnicode" in font:
        return []
    name = re.sub(r"^[A-Z]{6}\+", "", str(font["/BaseFont"])[1:])
    result: list[tuple[tuple[str, int], str]] = []
    code = 0
    for item in font["/Encoding"].get_object()["/Differences"]:
        if isinstance(item, int):
            code = int(item)
            continue
        glyph = str(item)[1:]
        letters = "".join(part for part in glyph.split("_") if len(part) == 1) if "_" in glyph else glyph
        character = _GLYPHS.get(glyph) or (as_one_character(letters) if len(letters) > 1 else None)
        if character and 2 < code < 32:
            result.append(((name, code), character))
        code += 1
    return result


def _or_none(read: Any) -> Any:
    """Call ``read``; damage anywhere in a PDF shows as one of very many exceptions of pypdf."""
    try:
        return read()
    except Exception:  # the file is not ours: whatever its damage raises, the part counts as absent
        return None


def _walk(reader: PdfReader, items: list[Any], depth: int) -> Iterator[OutlineEntry]:
    """Yield the bookmarks in reading order; pypdf nests the children of an entry in a list behind it."""
    for item in items:
        if isinstance(item, list):
            if depth < _MAX_DEPTH:
                yield from _walk(reader, item, depth + 1)
        elif isinstance(item, Destination):
            title = plain(str(item.title or ""))
            page = _or_none(lambda item=item: reader.get_destination_page_number(item))
            if title and not re.fullmatch(r"_[A-Za-z0-9]{8,}", title):  # export ids of word processors
                yield OutlineEntry(depth, title, page if isinstance(page, int) and page >= 0 else None)
