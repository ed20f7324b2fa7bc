"""Atom feeds (RFC 4287): the publications, and what a search finds, for readers who want to hear of what is new."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from flask import Blueprint, Response, request, url_for

from corpus.citation import reference
from corpus.publication import Publication
from index.library import Stored
from index.search import Hit, Searcher
from search_app.asking import Asking
from search_app.errors import Problem
from search_app.language import gettext, language
from search_app.live import searcher
from search_app.site import absolute
from search_app.validators import is_known, tag_of

blueprint = Blueprint("feeds", __name__)

_ATOM = "http://www.w3.org/2005/Atom"
_HITS = 20
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry: what it is known by for good, its title, address, and text; ``authors`` are names."""

    key: str
    title: str
    path: str
    text: str
    authors: tuple[str, ...]
    language: str


@blueprint.get("/publikationen.atom")
def publications() -> Response:
    """Answer with the publications, the latest ingested first; a new edition of one is another entry."""
    with searcher() as live:
        stored = live.library.stored()
        return _answer(live, gettext("Publikationen"), url_for("pages.start"), map(_publication, reversed(stored)))


@blueprint.get("/suche.atom")
def search() -> Response:
    """Answer with the passages that may answer a search; the arguments are those of its page."""
    asking = Asking.of(request.args)
    query = asking.query
    if query.is_empty:
        raise Problem(
            400, gettext("Anfrage nicht verstanden"), gettext("Es fehlt, wonach gesucht werden soll: /suche.atom?q=Augenhöhe")
        )
    with searcher() as live:
        results = live.search(query, _HITS, with_related=asking.with_related, more=asking.mehr, less=asking.weniger)
        hits = [hit for hit in results.hits if hit.plausible]
        arguments: dict[str, Any] = asking.arguments()
        title = gettext("Suche nach „%(query)s“", query=query.text)
        return _answer(live, title, url_for("pages.search", **arguments), map(_hit, hits))


def _publication(stored: Stored) -> Entry:
    known = stored.publication
    return Entry(
        f"{known.id}\n{stored.digest or stored.fingerprint}",
        known.full_title,
        url_for("pages.publication", publication_id=known.id),
        f"{reference(known)}.",
        _authors(known),
        known.language,
    )


def _hit(hit: Hit) -> Entry:
    passage = hit.passage
    return Entry(
        passage.id,
        f"{hit.publication.title}, {hit.citation.locator}",
        url_for("pages.passage", passage_id=passage.id),
        f"{passage.text}\n\n{hit.citation}",
        _authors(hit.publication),
        hit.publication.language,
    )


def _authors(publication: Publication) -> tuple[str, ...]:
    return tuple(" ".join(part for part in (author.given, author.family) if part) for author in publication.authors)


def _answer(live: Searcher, title: str, path: str, entries: Iterable[Entry]) -> Response:
    tag = tag_of(live)
    if is_known(tag):
        response = Response(status=304)
    else:
        response = Response(_feed(title, path, list(entries), live.generation.manifest.created), mimetype="application/atom+xml")
    response.set_etag(tag)
    return response


def _feed(title: str, path: str, entries: Sequence[Entry], updated: str) -> bytes:
    """Return a feed; everything in it is as of the generation that is live, which is all that is known of its time."""
    ElementTree.register_namespace("", _ATOM)
    feed = ElementTree.Element(f"{{{_ATOM}}}feed", {"xml:lang": language()})
    _add(feed, "id", _name(path))
    _add(feed, "title", f"Fundstelle – {title}")
    _add(feed, "updated", updated)
    _add(_add(feed, "author"), "name", "Fundstelle")
    _add(feed, "link", rel="self", href=absolute(request.full_path.rstrip("?")), type="application/atom+xml")
    _add(feed, "link", rel="alternate", href=absolute(path), type="text/html")
    for entry in entries:
        element = _add(feed, "entry")
        element.set("xml:lang", entry.language)
        _add(element, "id", _name(entry.key))
        _add(element, "title", entry.title)
        _add(element, "updated", updated)
        for author in entry.authors:
            _add(_add(element, "author"), "name", author)
        _add(element, "link", rel="alternate", href=absolute(entry.path), type="text/html")
        _add(element, "content", entry.text, type="text")
    written: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def _add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, f"{{{_ATOM}}}{name}", {key: _clean(value) for key, value in attributes.items()})
    element.text = _clean(text) or None
    return element


def _clean(text: str) -> str:
    """Return a text without the characters that XML can't hold."""
    return _NOT_XML.sub("\ufffd", text)


def _name(key: str) -> str:
    """Return a name that stays the same wherever the site is reached."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"fundstelle:{key}").urn
