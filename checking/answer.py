"""Checked quotations for programs: plain dictionaries that become JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from checking.comparison import Stretch
from checking.verdict import Checked, Part, Standing


def checked_json(checked: Checked) -> dict[str, Any]:
    """Return a quotation with its verdict."""
    quotation = checked.quotation
    return {
        "line": quotation.line,
        "quote": quotation.text,
        "locator": quotation.locator.text if quotation.locator else None,
        "verdict": checked.verdict.value,
        "page": checked.pages.value,
        "differences": [_difference(one) for one in checked.differences],
        "remarks": sorted(one.value for one in checked.slight),
        "punctuation": [{"quoted": quoted, "printed": printed} for p in checked.parts for quoted, printed in p.comparison.signs],
        "parts": [_part(part) for part in checked.parts],
    }


def _difference(stretch: Stretch) -> dict[str, Any]:
    assert stretch.kind is not None
    return {"kind": stretch.kind.value, "quoted": stretch.quoted, "printed": stretch.printed}


def _part(part: Part) -> dict[str, Any]:
    return {"quote": "".join(one.quoted for one in part.stretches), "stands": _standings(part.standings)}


def _standings(standings: Sequence[Standing]) -> list[dict[str, Any]]:
    return [
        {
            "publication_id": one.publication.id,
            "file": one.publication.file,
            "passage_id": one.passage.id,
            "pdf_pages": [index + 1 for index, _ in one.places],
            "page_labels": [label.text for _, label in one.places],
            "label_sources": [label.source.value for _, label in one.places],
            "citation": str(one.citation),
        }
        for one in standings
    ]
