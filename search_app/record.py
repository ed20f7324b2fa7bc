"""A publication becomes its bibliographic record in words: only what is known."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.publication import UNSETTLED, Name, Publication, Show

# The types of CSL 1.0.2 that German publications of the field have.
_KINDS = {
    "article": "Artikel", "article-journal": "Zeitschriftenaufsatz", "book": "Buch", "chapter": "Buchkapitel",
    "collection": "Sammelband", "pamphlet": "Broschüre", "paper-conference": "Konferenzbeitrag", "report": "Bericht",
    "speech": "Vortrag", "thesis": "Hochschulschrift", "webpage": "Internetseite",
}  # fmt: skip
_SHOWN = {
    Show.PASSAGE: "einzelne Fundstellen mit einem Satz davor und danach",
    Show.PAGE: "Fundstellen und ganze Seiten",
    Show.FULL: "alles",
}
_LANGUAGES = {"de": "Deutsch", "en": "Englisch", "fr": "Französisch", "tr": "Türkisch", "ar": "Arabisch", "uk": "Ukrainisch"}


@dataclass(frozen=True, slots=True)
class Field:
    """A line of the record; ``link`` is empty where there is nothing to follow."""

    name: str
    value: str
    link: str = ""


def record(publication: Publication) -> tuple[Field, ...]:
    """Return the record of a publication."""
    known = publication
    fields = (
        Field("Von", "; ".join(_full_name(author) for author in known.authors)),
        Field("Jahr", known.year),
        Field("Erschienen", ": ".join(part for part in (known.place, known.publisher) if part)),
        Field("Reihe", known.series),
        Field("Art", _KINDS.get(known.kind, "")),
        Field("Sprache", _LANGUAGES.get(known.language, known.language)),
        Field("ISBN", known.isbn),
        Field("DOI", known.doi, f"https://doi.org/{known.doi}"),
        Field("Adresse", known.url, _followed(known.url)),
        Field("Lizenz", _licence(known.licence)),
        Field("Gezeigt", _SHOWN[known.show]),
        Field("Datei", known.file),
    )
    return tuple(field for field in fields if field.value)


def _full_name(name: Name) -> str:
    return f"{name.given} {name.family}" if name.given else name.family


def _followed(url: str) -> str:
    """Return an address that a browser may follow; a file's metadata can hold anything, such as a script."""
    return url if url.startswith(("https://", "http://")) else ""


def _licence(licence: str) -> str:
    if licence == UNSETTLED:
        return "ungeklärt. Zitieren Sie kurz und mit Quellenangabe; für alles Weitere fragen Sie bei den Herausgebern an."
    return licence
