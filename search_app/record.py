"""A publication becomes its bibliographic record in words: only what is known."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.publication import UNSETTLED, Name, Publication, Show
from search_app.language import gettext, lazy_gettext

# The types of CSL 1.0.2 that German publications of the field have.
_KINDS = {
    "article": lazy_gettext("Artikel"),
    "article-journal": lazy_gettext("Zeitschriftenaufsatz"),
    "book": lazy_gettext("Buch"),
    "chapter": lazy_gettext("Buchkapitel"),
    "collection": lazy_gettext("Sammelband"),
    "pamphlet": lazy_gettext("Broschüre"),
    "paper-conference": lazy_gettext("Konferenzbeitrag"),
    "report": lazy_gettext("Bericht"),
    "speech": lazy_gettext("Vortrag"),
    "thesis": lazy_gettext("Hochschulschrift"),
    "webpage": lazy_gettext("Internetseite"),
}
_SHOWN = {
    Show.PASSAGE: lazy_gettext("einzelne Fundstellen mit einem Satz davor und danach"),
    Show.PAGE: lazy_gettext("Fundstellen und ganze Seiten"),
    Show.FULL: lazy_gettext("alles"),
}
_LANGUAGES = {
    "de": lazy_gettext("Deutsch"),
    "en": lazy_gettext("Englisch"),
    "fr": lazy_gettext("Französisch"),
    "tr": lazy_gettext("Türkisch"),
    "ar": lazy_gettext("Arabisch"),
    "uk": lazy_gettext("Ukrainisch"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """A line of the record; ``link`` is empty where there is nothing to follow, ``language`` where it is the page's."""

    name: str
    value: str
    link: str = ""
    language: str = ""


def kind_name(kind: str) -> str:
    """Return what readers call a kind of publication, given as its CSL type; nothing for those that have no name."""
    return str(_KINDS.get(kind, ""))


def record(publication: Publication) -> tuple[Field, ...]:
    """Return the record of a publication."""
    known = publication
    fields = (
        Field(gettext("Von"), "; ".join(_full_name(author) for author in known.authors), language=known.language),
        Field(gettext("Jahr"), known.year),
        Field(gettext("Erschienen"), ": ".join(part for part in (known.place, known.publisher) if part), language=known.language),
        Field(gettext("Reihe"), known.series, language=known.language),
        Field(gettext("Art"), kind_name(known.kind)),
        Field(gettext("Sprache"), str(_LANGUAGES.get(known.language, known.language))),
        Field("ISBN", known.isbn),
        Field("DOI", known.doi, f"https://doi.org/{known.doi}"),
        Field(gettext("Adresse"), known.url, _followed(known.url)),
        Field(gettext("Lizenz"), _licence(known.licence)),
        Field(gettext("Gezeigt"), str(_SHOWN[known.show])),
        Field(gettext("Datei"), known.file),
    )
    return tuple(field for field in fields if field.value)


def _full_name(name: Name) -> str:
    return f"{name.given} {name.family}" if name.given else name.family


def _followed(url: str) -> str:
    """Return an address that a browser may follow; a file's metadata can hold anything, such as a script."""
    return url if url.startswith(("https://", "http://")) else ""


def _licence(licence: str) -> str:
    if licence == UNSETTLED:
        return str(
            gettext("ungeklärt. Zitieren Sie kurz und mit Quellenangabe; für alles Weitere fragen Sie bei den Herausgebern an.")
        )
    return licence
