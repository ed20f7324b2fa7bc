"""Quotations become RIS: a record a publication, with a note a quotation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from citing.csl import annotated, followed
from citing.reference import Cited, Source, sources
from corpus.citation import first_and_last

_TYPES = {
    "book": "BOOK", "chapter": "CHAP", "report": "RPRT", "pamphlet": "PAMP", "thesis": "THES", "webpage": "ELEC",
    "article-journal": "JOUR", "article-magazine": "MGZN", "article-newspaper": "NEWS", "paper-conference": "CPAPER",
    "collection": "EDBOOK", "speech": "SLIDE",
}  # fmt: skip
# In these SP is the number of pages that there are, not where something stands.
_COUNTED = frozenset({"BOOK", "PAMP", "THES", "EDBOOK"})


def ris(cited: Sequence[Cited]) -> str:
    """Return what quotations were taken from as RIS, which Zotero, Citavi and EndNote read.

    The quoted pages stand in the notes; where a type has room for them and there is one quotation, in SP and EP as well.
    """
    lines = (f"{tag}  - {' '.join(value.split())}\r\n" for source in sources(cited) for tag, value in _record(source))
    return "".join(lines)


def _record(source: Source) -> Iterator[tuple[str, str]]:
    reference = source.reference
    publication, chapter = reference.publication, reference.chapter
    type_ = "CHAP" if chapter else _TYPES.get(publication.kind, "GEN")
    fields = [
        ("ID", source.key),
        *(("AU", f"{author.family}, {author.given}" if author.given else author.family) for author in publication.authors),
        ("TI", chapter.title if chapter else reference.title),
        ("T2", reference.title if chapter else publication.series),
        ("T3", publication.series if chapter else ""),
        ("PY", publication.year.replace("/", "–")),  # a slash would begin the month
        ("CY", publication.place),
        ("PB", publication.publisher),
        ("SN", publication.isbn),
        ("DO", publication.doi),
        ("UR", followed(publication.url)),
        ("LA", publication.language),
    ]
    if type_ not in _COUNTED and len(source.cited) == 1:
        fields += zip(("SP", "EP"), first_and_last(reference.places), strict=True)
    fields += [("N1", annotated(one)) for one in source.cited]
    yield "TY", type_
    yield from ((tag, value) for tag, value in fields if value)
    yield "ER", ""
