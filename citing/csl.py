"""A reference becomes a CSL item (CSL 1.0.2, schema csl-data): what styles are computed from, and what programs read."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from citing.reference import Cited, Reference, Source, sources
from corpus.citation import RECOGNISED, locator
from corpus.publication import Name

_TYPES = """
    article article-journal article-magazine article-newspaper bill book broadcast chapter classic collection dataset
    document entry entry-dictionary entry-encyclopedia figure graphic hearing interview legal_case legislation
    manuscript map motion_picture musical_score pamphlet paper-conference patent performance periodical
    personal_communication post post-weblog regulation report review review-book software song speech standard thesis
    treaty webpage
"""
#: All of CSL's types; what a catalogue says else is a "document".
TYPES = frozenset(_TYPES.split())


def item(reference: Reference, key: str = "") -> dict[str, object]:
    """Return the CSL item of what is cited, without the quoted pages; what is not known is left out."""
    publication, chapter = reference.publication, reference.chapter
    fields: dict[str, object] = {
        "id": key or reference.key,
        "type": "chapter" if chapter else publication.kind if publication.kind in TYPES else "document",
        "title": chapter.title if chapter else reference.title,
        "container-title": reference.title if chapter else "",
        "author": [_name(author) for author in publication.authors],
        "issued": _date(publication.year),
        "publisher": publication.publisher,
        "publisher-place": publication.place,
        "collection-title": publication.series,
        "page": locator(chapter.places).removeprefix("S. ") if chapter and chapter.places else "",
        "ISBN": publication.isbn,
        "DOI": publication.doi,
        "URL": followed(publication.url),
        # with it no style turns a German title's small letters into capitals
        "language": "de-DE" if publication.language == "de" else publication.language,
    }
    return {name: value for name, value in fields.items() if value}


def csl_json(cited: Sequence[Cited]) -> str:
    """Return what quotations were taken from as CSL-JSON: the quoted pages as ``locator``, the words in ``annote``."""
    return json.dumps([_with_quotations(source) for source in sources(cited)], ensure_ascii=False, indent=2) + "\n"


def followed(url: str) -> str:
    """Return an address that a program may follow, nothing for any other: a file's metadata can hold anything."""
    return url if url.startswith(("https://", "http://")) else ""


def annotated(cited: Cited) -> str:
    """Return a quotation with its locator and what must be said of it, as a note of one line."""
    remark = f" ({RECOGNISED})" if cited.reference.recognised else ""
    return f"{cited.reference.locator}{remark}: {cited.quotation.quoted}"


def _with_quotations(source: Source) -> dict[str, object]:
    notes = "\n".join(annotated(one) for one in source.cited)
    return item(source.reference, source.key) | {"locator": source.pages, "annote": notes}


def _name(name: Name) -> dict[str, str]:
    return {"family": name.family, "given": name.given} if name.given else {"literal": name.family}


def _date(year: str) -> dict[str, object]:
    if re.fullmatch(r"\d{4}", year):
        return {"date-parts": [[int(year)]]}
    return {"literal": year} if year else {}
