"""A quotation becomes plain text with its footnote."""

from __future__ import annotations

from collections.abc import Sequence

from citing.reference import Cited


def footnotes(cited: Sequence[Cited]) -> str:
    """Return quotations, each with its reference below it."""
    return "\n".join(f"{one.quotation.quoted}\n{footnote(one)}\n" for one in cited)


def footnote(cited: Cited) -> str:
    """Return the reference of a quotation as a sentence of its own."""
    return f"{cited.reference.citation}."
