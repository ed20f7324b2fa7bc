"""All publications in one list, and where they are many, those of a year or of a kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for

from corpus.publication import Publication
from index.library import Stored
from search_app.live import searcher
from search_app.record import kind_name

blueprint = Blueprint("publications", __name__)

_FEW = 5  # publications, beyond which filters are offered
_KINDS = {  # what addresses call the kinds of publications
    "article": "artikel",
    "article-journal": "aufsatz",
    "book": "buch",
    "chapter": "buchkapitel",
    "collection": "sammelband",
    "pamphlet": "broschuere",
    "paper-conference": "konferenzbeitrag",
    "report": "bericht",
    "speech": "vortrag",
    "thesis": "hochschulschrift",
    "webpage": "internetseite",
}


@dataclass(frozen=True, slots=True)
class Option:
    """A value that the list of publications may be limited to, and the address of the list that is."""

    name: str
    publications: int
    address: str
    current: bool


@blueprint.get("/publikationen")
def overview() -> str:
    """Show the publications, and where they are many, those of a year or of a kind."""
    year, kind = request.args.get("jahr", ""), request.args.get("art", "")
    with searcher() as live:
        stored = live.library.stored()
    of_year = [one for one in stored if year in ("", one.publication.year)]
    of_kind = [one for one in stored if kind in ("", _KINDS.get(one.publication.kind, ""))]
    years: tuple[Option, ...] = ()
    kinds: tuple[Option, ...] = ()
    if len(stored) > _FEW:
        years = _options(of_kind, "jahr", year, lambda one: one.year, lambda one: one.year)
        kinds = _options(of_year, "art", kind, lambda one: _KINDS.get(one.kind, ""), lambda one: kind_name(one.kind))
    return render_template(
        "publications.html",
        stored=[one for one in of_year if one in of_kind],
        count=len(stored),
        years=years,
        kinds=kinds,
        limited=bool(year or kind),
    )


def _options(
    stored: Iterable[Stored], argument: str, current: str, value: Callable[[Publication], str], name: Callable[[Publication], str]
) -> tuple[Option, ...]:
    """Return the values of publications that lists may be limited to; the one that is current leads back to all."""
    known = {value(one.publication): name(one.publication) for one in stored if value(one.publication)}
    counts = Counter(value(one.publication) for one in stored)
    others = {key: typed for key, typed in request.args.items() if key in ("jahr", "art") and key != argument and typed}
    options = []
    for one in sorted(known):
        arguments: dict[str, Any] = {**others, argument: None if one == current else one}
        options.append(Option(known[one], counts[one], url_for("publications.overview", **arguments), one == current))
    return tuple(options) if len(options) > 1 or current else ()
