"""Quotations become a table for spreadsheets (CSV), in which no cell is taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from citing.reference import Cited
from corpus.citation import RECOGNISED

_HEAD = (
    "Zitat", "Beleg", "Fundstelle", "Autorinnen und Autoren", "Jahr", "Titel", "Kapitel", "Verlag", "Ort", "Anmerkung", "Kennung",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def table(cited: Sequence[Cited]) -> str:
    """Return a line a quotation, with a head, separated by semicolons as German spreadsheets expect it.

    It begins with a byte order mark, without which they take UTF-8 for something else.
    """
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";")
    writer.writerow(_HEAD)
    writer.writerows([harmless(cell) for cell in _row(one)] for one in cited)
    return "\ufeff" + written.getvalue()


def harmless(cell: str) -> str:
    """Return a cell that spreadsheets show and never compute: an apostrophe goes before what would begin a formula."""
    return f"'{cell}" if cell.lstrip(" \xa0").startswith(_FORMULA) else cell


def _row(cited: Cited) -> tuple[str, ...]:
    reference, passage = cited.reference, cited.quotation.passage
    publication = reference.publication
    return (
        cited.quotation.text,
        str(reference.citation),
        reference.locator,
        "; ".join(f"{name.family}, {name.given}" if name.given else name.family for name in publication.authors),
        publication.year,
        publication.full_title,
        " › ".join(passage.heading_path),
        publication.publisher,
        publication.place,
        RECOGNISED if reference.recognised else "",
        passage.id,
    )
