"""Checked quotations for programs: dictionaries that become JSON, of the types by which the API describes itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, TypedDict

from checking.comparison import Slight, Stretch
from checking.kinds import Kind
from checking.verdict import Checked, PageFinding, Part, Standing, Verdict
from corpus.publication import LabelSource


class QuoteDifference(TypedDict):
    """Words that are quoted otherwise than they are printed."""

    kind: Kind
    quoted: str
    printed: str


class QuotePunctuation(TypedDict):
    """Signs that are quoted otherwise than they are printed, with the words on both sides."""

    quoted: str
    printed: str


class QuoteStanding(TypedDict):
    """Where words stand.  The lists of pages run parallel to each other."""

    publication_id: str
    file: str
    passage_id: str
    pdf_pages: list[int]
    page_labels: list[str]
    label_sources: list[LabelSource]
    citation: str


class QuotePart(TypedDict):
    """A part of a quotation that stands together, and all places of the same words."""

    quote: str
    stands: list[QuoteStanding]


class CheckedQuote(TypedDict):
    """A quotation with its verdict; one part, several where it is joined, none where it was not found."""

    line: Annotated[int, "of the text, from 1"]
    quote: str
    locator: Annotated[str | None, "the page that the text names"]
    verdict: Verdict
    page: Annotated[PageFinding, "how the page that is named compares with those that it stands on"]
    named: Annotated[str | None, "id of the publication that the text names beside it, though it stands in another one"]
    differences: list[QuoteDifference]
    remarks: Annotated[list[Slight], "what it may differ by and still be word for word"]
    punctuation: list[QuotePunctuation]
    parts: list[QuotePart]


def checked_json(checked: Checked) -> CheckedQuote:
    """Return a quotation with its verdict."""
    quotation = checked.quotation
    return {
        "line": quotation.line,
        "quote": quotation.text,
        "locator": quotation.locator.text if quotation.locator else None,
        "verdict": checked.verdict,
        "page": checked.pages,
        "named": checked.instead.id if checked.instead else None,
        "differences": [_difference(one) for one in checked.differences],
        "remarks": sorted(checked.slight),
        "punctuation": [{"quoted": quoted, "printed": printed} for p in checked.parts for quoted, printed in p.comparison.signs],
        "parts": [_part(part) for part in checked.parts],
    }


def _difference(stretch: Stretch) -> QuoteDifference:
    assert stretch.kind is not None
    return {"kind": stretch.kind, "quoted": stretch.quoted, "printed": stretch.printed}


def _part(part: Part) -> QuotePart:
    return {"quote": "".join(one.quoted for one in part.stretches), "stands": _standings(part.standings)}


def _standings(standings: Sequence[Standing]) -> list[QuoteStanding]:
    return [
        {
            "publication_id": one.publication.id,
            "file": one.publication.file,
            "passage_id": one.passage.id,
            "pdf_pages": [index + 1 for index, _ in one.places],
            "page_labels": [label.text for _, label in one.places],
            "label_sources": [label.source for _, label in one.places],
            "citation": str(one.citation),
        }
        for one in standings
    ]
