"""Quotations become BibTeX: an entry a publication, in UTF-8, with the quoted pages and a note a quotation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from citing.csl import annotated, followed
from citing.reference import Cited, Source, sources
from corpus.publication import Name

_TYPES = {
    "book": "book", "collection": "book", "report": "techreport", "pamphlet": "booklet", "thesis": "phdthesis",
    "article-journal": "article", "article-magazine": "article", "article-newspaper": "article",
    "paper-conference": "inproceedings", "chapter": "incollection",
}  # fmt: skip
# where each type looks for who brought it out
_PUBLISHER = {"techreport": "institution", "phdthesis": "school", "booklet": "howpublished", "misc": "howpublished"}
_LANGUAGES = {"de": "ngerman", "en": "english", "fr": "french", "tr": "turkish"}
_ESCAPED = str.maketrans(
    {sign: f"\\{sign}" for sign in "&%$#_"}
    | {"{": r"\textbraceleft{}", "}": r"\textbraceright{}", "\\": r"\textbackslash{}"}
    | {"~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
)
# these fields are read as they stand
_VERBATIM = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20"})


def bibtex(cited: Sequence[Cited]) -> str:
    """Return what quotations were taken from as BibTeX, for BibTeX with UTF-8 as for biber."""
    return "\n".join(_entry(source) for source in sources(cited))


def _entry(source: Source) -> str:
    type_ = "inbook" if source.reference.chapter else _TYPES.get(source.reference.publication.kind, "misc")
    fields = "".join(f"  {name} = {{{value}}},\n" for name, value in _fields(source, type_) if value)
    return f"@{type_}{{{source.key},\n{fields}}}\n"


def _fields(source: Source, type_: str) -> Iterator[tuple[str, str]]:
    reference = source.reference
    publication = reference.publication
    yield "author", " and ".join(_name(author) for author in publication.authors)
    # braces twice: a style that knows English titles only must not make the nouns small
    yield "title", f"{{{_escaped(reference.title)}}}"
    yield "chapter", _escaped(reference.chapter.title) if reference.chapter else ""
    yield "year", _escaped(publication.year)
    yield _PUBLISHER.get(type_, "publisher"), _escaped(publication.publisher)
    yield "address", _escaped(publication.place)
    yield "series", _escaped(publication.series)
    yield "pages", _escaped(source.pages).replace("–", "--")
    yield "isbn", publication.isbn.translate(_VERBATIM)
    yield "doi", publication.doi.translate(_VERBATIM)
    yield "url", followed(publication.url).translate(_VERBATIM)
    yield "langid", _LANGUAGES.get(publication.language, "")
    yield "annote", _escaped(" ".join(annotated(one) for one in source.cited))


def _name(name: Name) -> str:
    """Return a name; in braces of its own where it must not be taken apart."""
    if not name.given:
        return f"{{{_escaped(name.family)}}}"
    return f"{_part(name.family)}, {_part(name.given)}"


def _part(text: str) -> str:
    return f"{{{_escaped(text)}}}" if " and " in f" {text.casefold()} " or "," in text else _escaped(text)


def _escaped(text: str) -> str:
    return " ".join(text.split()).translate(_ESCAPED)
