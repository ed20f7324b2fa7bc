"""Quotations become Markdown for pandoc: block quotations with a citation key, and what the keys stand for."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from citing.csl import item
from citing.quotation import Quotation
from citing.reference import Cited, Reference, sources
from corpus.citation import RECOGNISED

# what pandoc takes for markup: its signs anywhere, and what begins a list, a table or a definition at the beginning of a line
_SIGNS = re.compile(r"""[\\`*_\[\]<>~^$@#{}|"'!+=&]|^\s*(?:[-:]|\(?(?:\d+|\w|[ivxlcdm]+)[.)])|\.{3}|-{2,}""", re.M | re.I)

_IN_CITATION = re.compile(r"([\\`*_\[\]{};@<>$^~])")
_BACKSLASHED = r"\\\1"


def markdown(cited: Sequence[Cited]) -> str:
    """Return quotations as block quotations with their citations, and ahead of them their sources as pandoc's metadata.

    The metadata is JSON, which YAML reads as well, and in whose values pandoc then reads Markdown.
    """
    found = sources(cited)
    keys = {one: source.key for source in found for one in source.cited}
    items = ",\n".join(json.dumps(_field(item(source.reference, source.key)), ensure_ascii=False) for source in found)
    blocks = (block_quotation(one.quotation, one.reference, keys[one]) for one in cited)
    return f"---\nreferences: [\n{items}\n]\n---\n\n" + "\n".join(blocks)


def block_quotation(quotation: Quotation, reference: Reference, key: str = "") -> str:
    """Return a quotation as a block, its own quotation marks as they are, with its citation at the end."""
    paragraphs = [escaped(paragraph) for paragraph in quotation.paragraphs]
    paragraphs[-1] += f" {citation(reference, key or reference.key)}"
    return "\n>\n".join(f"> {paragraph}" for paragraph in paragraphs) + "\n"


def citation(reference: Reference, key: str) -> str:
    """Return pandoc's citation: "[@beloe2025nahe, S. 46]"."""
    remark = f", {RECOGNISED}" if reference.recognised else ""
    return f"[@{key}, {_IN_CITATION.sub(_BACKSLASHED, reference.locator)}{remark}]"


def _field(value: object) -> object:
    """Return a CSL item, or a value in it, with its texts so that Markdown shows them; its key and its type are no texts."""
    if isinstance(value, dict):
        return {name: inner if name in ("id", "type") else _field(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_field(inner) for inner in value]
    return escaped(value) if isinstance(value, str) else value


def escaped(text: str) -> str:
    """Return text so that Markdown shows it letter for letter."""
    return _SIGNS.sub(lambda sign: re.sub(r"([^\w\s]|_)", _BACKSLASHED, sign[0]), text)
