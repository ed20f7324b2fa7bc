"""A report card becomes what a terminal and a program show of it, in words that the HTML report uses as well."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from corpus.citation import locator
from corpus.publication import Kind, LabelSource, TextSource
from ingest.coverage import Place
from ingest.report import Light, PageCard, ReportCard

_WIDTH = 100
LIGHTS = {Light.RED: "rot", Light.YELLOW: "gelb", Light.GREEN: "grün"}
PLACES = {Place.HEAD: "oben", Place.FOOT: "unten", Place.MARGIN: "am Rand", Place.MIDDLE: "mitten auf der Seite"}
SOURCES = {
    LabelSource.CORRECTED: "im Katalog berichtigt",
    LabelSource.SEEN: "auf der Seite gesehen",
    LabelSource.DECLARED: "nur in der Datei angegeben",
    LabelSource.INFERRED: "erschlossen",
    LabelSource.NONE: "ohne Zahl",
}
TEXT_SOURCES = {TextSource.TEXT: "Text der Datei", TextSource.OCR: "Texterkennung"}
_KINDS = {
    Kind.TEXT: "Fließtext",
    Kind.NOTE: "Fußnoten",
    Kind.TABLE: "Tabelle",
    Kind.CONTENTS: "Inhaltsverzeichnis",
    Kind.INDEX: "Register",
    Kind.BIBLIOGRAPHY: "Literatur",
}


def number(value: int) -> str:
    """Return a whole number as it is written in German."""
    return f"{value:,}".replace(",", ".")


def counted(kinds: Sequence[tuple[Kind, int]]) -> str:
    """Return how many passages of which kind there are."""
    return ", ".join(f"{_KINDS[kind]} {number(count)}" for kind, count in kinds)


def cited(page: PageCard) -> str:
    """Return how a page is cited."""
    return locator([(page.index, page.label)])


def figures(card: ReportCard) -> Iterator[tuple[str, str]]:
    """Yield what can be said of a publication in figures: name and value."""
    pages = card.pages
    texts = [f"{TEXT_SOURCES[s]} {n}" for s in TextSource if (n := sum(page.source is s for page in pages))]
    yield "Seiten", f"{number(len(pages))} ({', '.join(texts)})"
    yield "Passagen", f"{number(card.passages)} ({counted(card.kinds)})"
    yield "Zeichen", f"{number(sum(page.characters for page in pages))}, ohne Leerzeichen"
    removed = sum(page.removed_characters for page in pages)
    yield "davon in keiner Passage", f"{number(removed)} (Kopf- und Fußzeilen, Seitenzahlen und Ähnliches)"
    yield "Seitenzahlen", ", ".join(f"{number(count)} {SOURCES[source]}" for source, count in card.sources if count)
    joined, kept = sum(len(page.joined) for page in pages), sum(len(page.kept) for page in pages)
    yield "Trennstriche am Zeilenende", f"{number(joined)} entfernt, {number(kept)} geblieben"
    yield "Zeichen ohne Bedeutung", number(sum(page.missing_characters for page in pages))


def shown(card: ReportCard) -> str:
    """Return a report card for the terminal."""
    rows = list(figures(card))
    width = max(len(name) for name, _ in rows)
    lines = [f"{LIGHTS[card.light].upper():<5} {card.publication.file}: {card.publication.title}"]
    lines += [f"      {name:<{width}}  {value}" for name, value in rows]
    for reason in card.reasons:
        lines += textwrap.wrap(f"{LIGHTS[reason.light]}: {reason}", _WIDTH, initial_indent="    - ", subsequent_indent="      ")
    return "\n".join(lines)


def card_json(card: ReportCard) -> dict[str, Any]:
    """Return a report card for programs, with every page."""
    return {
        "publication_id": card.publication.id,
        "file": card.publication.file,
        "light": card.light.name.lower(),
        "reasons": [{"light": r.light.name.lower(), "text": str(r), "pdf_pages": list(r.pdf_pages)} for r in card.reasons],
        "warnings": list(card.warnings),
        "passages": {kind.value: count for kind, count in card.kinds},
        "label_sources": {source.value: count for source, count in card.sources},
        "characters": sum(page.characters for page in card.pages),
        "removed_characters": sum(page.removed_characters for page in card.pages),
        "joined_hyphens": sum(len(page.joined) for page in card.pages),
        "kept_hyphens": sum(len(page.kept) for page in card.pages),
        "missing_characters": sum(page.missing_characters for page in card.pages),
        "pages": [_page_json(page) for page in card.pages],
    }


def _page_json(page: PageCard) -> dict[str, Any]:
    return {
        "pdf_page": page.pdf_page,
        "label": page.label.text,
        "label_source": page.label.source.value,
        "text_source": page.source.value,
        "confidence": page.confidence,
        "unsure": list(page.unsure),
        "mended": [{"recognised": was, "text": now} for was, now in page.mended],
        "light": page.light.name.lower(),
        "doubts": [{"concern": doubt.concern.value, "text": doubt.text} for doubt in page.doubts],
        "characters": page.characters,
        "removed_characters": page.removed_characters,
        "removed": [{"text": removed.text, "place": removed.place.value} for removed in page.removed],
        "joined_hyphens": [joint.text for joint in page.joined],
        "kept_hyphens": [joint.text for joint in page.kept],
        "missing": [{"code": m.code, "alone": m.alone, "inside": m.inside} for m in page.missing],
        "words": page.words,
        "german": None if page.german is None else round(page.german, 4),
        "passages": {kind.value: count for kind, count in page.kinds},
    }
