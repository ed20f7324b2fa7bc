"""The specimens: text files and styles in this folder -> PDFs and what is known of them, the same bytes on every machine.

    python -m corpus.specimens.build

Needs the development-only package `typst`, which carries its compiler and most fonts.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from corpus.specimens.source import Chapter, read_chapter
from corpus.specimens.typeset import Markup, register

FOLDER = Path(__file__).parent
_FONTS = FOLDER / "fonts"
Told = dict[str, Any]  # what a mark in the markup tells: see style/common.typ

# Creation date of every specimen, 2026-11-22 00:00 UTC: the clock must not change the bytes.
TIMESTAMP = 1_795_305_600


@dataclass(frozen=True, slots=True)
class Specimen:
    """A publication to build: its PDF's name, the folder of its text, its style."""

    name: str
    text: str
    numbered_chapters: bool
    notes_from_one: bool


SPECIMENS = (
    Specimen("muster-broschuere", "brochure", numbered_chapters=False, notes_from_one=False),
    Specimen("muster-arbeitspapier", "paper", numbered_chapters=True, notes_from_one=False),
    Specimen("muster-buch", "book", numbered_chapters=True, notes_from_one=True),
)


def chapters(specimen: Specimen) -> tuple[Chapter, ...]:
    """Return the chapters of a specimen in order: the numbered files, then its literature."""
    folder = FOLDER / "text" / specimen.text
    return tuple(read_chapter(path) for path in sorted(folder.glob("*.txt")) if path.name != "register.txt")


def build(specimen: Specimen, folder: Path = FOLDER, text: Sequence[Chapter] = ()) -> Path:
    """Typeset a specimen into a folder and write what is known of it beside it; return the PDF.

    ``text`` takes the place of its chapters.  Raises `typst.TypstError` (with the compiler's message) where a source does
    not compile.
    """
    markup = Markup()
    for chapter in text or chapters(specimen):
        number = chapter.file[:2].lstrip("0") if specimen.numbered_chapters and chapter.file[:2].isdigit() else ""
        markup.chapter(number, chapter, notes_from_one=specimen.notes_from_one)
    styles = [(FOLDER / "style" / f"{name}.typ").read_text(encoding="utf-8") for name in ("common", specimen.text)]
    parts = [*styles, *markup.parts]
    terms = FOLDER / "text" / specimen.text / "register.txt"
    with TemporaryDirectory() as scratch:
        sheets = _Typeset(Path(scratch), "".join([*parts, "#told\n"]))
        if terms.is_file():
            entries = _register(markup, sheets.told("set"), sheets.told("printed"), terms.read_text("utf-8").splitlines())
            sheets = _Typeset(Path(scratch), "".join([*parts, f"#registered[\n{entries}]\n", "#told\n"]))
        pdf = folder / f"{specimen.name}.pdf"
        pdf.write_bytes(sheets.pdf())
        truth = json.dumps(_truth(markup, sheets), ensure_ascii=False, indent=0, separators=(",", ":"))
    pdf.with_suffix(".truth.json").write_text(truth + "\n", encoding="utf-8")
    return pdf


class _Typeset:
    """Markup as the compiler sets it: from a file, since it sets the same file once only, however much is asked of it.

    Only our fonts and the compiler's: a machine that has another Libertinus would break lines elsewhere.
    """

    def __init__(self, scratch: Path, source: str) -> None:
        import typst

        file = scratch / "specimen.typ"
        file.write_text(source, encoding="utf-8")
        fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(_FONTS)])
        self._compiler = typst.Compiler(file, font_paths=fonts)

    def told(self, label: str) -> list[Told]:
        """Return what the marks with a label tell."""
        return list(json.loads(self._compiler.query(f"<{label}>", field="value")))

    def pdf(self) -> bytes:
        """Return the PDF."""
        found = self._compiler.compile(timestamp=TIMESTAMP)
        assert isinstance(found, bytes)
        return found


def _register(markup: Markup, places: Sequence[Told], printed: Sequence[Told], lines: Sequence[str]) -> str:
    """Return an index: a line of ``lines`` is a term, or "term: form, form" by which it is known in the text."""
    numbers = {page["page"]: page["number"] for page in printed}
    page_of = {place["id"]: place["page"] for place in places if not place["end"]}
    entries: list[tuple[str, list[str]]] = []
    for line in lines:
        term, _, forms = line.partition(":")
        wanted = [form.strip().lower() for form in (forms or term).split(",")]
        found = (page_of[w.id] for w in markup.written if any(form in w.text.lower() for form in wanted))
        pages = [numbers[page] for page in dict.fromkeys(found) if page in numbers]
        if pages:
            entries.append((term.strip(), pages[:6]))
    return register(entries)


def _truth(markup: Markup, sheets: _Typeset) -> dict[str, object]:
    told = sheets.told("set")
    starts = {place["id"]: place for place in told if not place["end"]}
    ends = {place["id"]: place for place in told if place["end"]}
    return {
        "pages": [{"pdf_page": page["page"], "printed": page["number"]} for page in sheets.told("printed")],
        "headings": list(sheets.told("headings")[0]),
        "written": [
            {
                **{key: value for key, value in asdict(written).items() if key != "id"},
                "starts": [starts[written.id][key] for key in ("page", "x", "y")],
                "ends": [ends[written.id][key] for key in ("page", "x", "y")],
            }
            for written in markup.written
            if written.id in starts and written.id in ends
        ],
    }


def main() -> None:
    """Build all specimens and say how large they are."""
    for specimen in SPECIMENS:
        pdf = build(specimen)
        print(f"{pdf.name}: {pdf.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
