"""What search engines are told: whether they may come at all, which pages there are, and what a publication is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from xml.etree import ElementTree

from flask import Blueprint, Response, url_for

from corpus.page_names import page_name
from corpus.publication import Name, Publication, Show
from search_app.errors import Problem
from search_app.language import gettext
from search_app.live import searcher
from search_app.site import absolute, site

blueprint = Blueprint("crawling", __name__)

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
# Endless: every search leads to others.
_ENDLESS = ("/suche", "/api", "/sprache/", "/f/*/zitat")
_TYPES = {
    "article": "Article",
    "article-journal": "ScholarlyArticle",
    "book": "Book",
    "chapter": "Chapter",
    "collection": "Book",
    "paper-conference": "ScholarlyArticle",
    "report": "Report",
    "thesis": "Thesis",
    "webpage": "WebPage",
}


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Keep search engines away, or name the sitemap where the operator lets them in."""
    lines = ["User-agent: *"]
    if site().robots:
        lines += [*(f"Disallow: {path}" for path in _ENDLESS), f"Sitemap: {absolute(url_for('crawling.sitemaps'))}"]
    else:
        lines.append("Disallow: /")
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@blueprint.get("/sitemap.xml")
def sitemaps() -> Response:
    """Name the sitemap of each publication."""
    with searcher() as live:
        ids = [publication.id for publication in live.library.publications]
    return _xml("sitemapindex", "sitemap", (url_for("crawling.sitemap", publication_id=id_) for id_ in ids))


@blueprint.get("/sitemap/<publication_id>.xml")
def sitemap(publication_id: str) -> Response:
    """Name the page of a publication, and its own pages where they may be shown."""
    with searcher() as live:
        publication = live.library.publication(publication_id)
        labels = live.library.labels(publication_id)
    if publication is None:
        raise Problem(
            404,
            gettext("Publikation nicht gefunden"),
            gettext(
                "Diese Publikation gibt es hier nicht oder nicht mehr. Auf der Startseite stehen alle, die durchsucht werden."
            ),
        )
    paths = [url_for("pages.publication", publication_id=publication_id)]
    if publication.show is not Show.PASSAGE:
        names = (page_name(index, labels) for index in labels)
        paths += [url_for("leafing.page", publication_id=publication_id, name=name) for name in names]
    return _xml("urlset", "url", paths)


def _xml(root: str, row: str, paths: Iterable[str]) -> Response:
    ElementTree.register_namespace("", _SITEMAP)
    element = ElementTree.Element(f"{{{_SITEMAP}}}{root}")
    for path in paths:
        ElementTree.SubElement(ElementTree.SubElement(element, f"{{{_SITEMAP}}}{row}"), f"{{{_SITEMAP}}}loc").text = absolute(
            path
        )
    return Response(ElementTree.tostring(element, encoding="utf-8", xml_declaration=True), mimetype="application/xml")


def linked_data(publication: Publication) -> dict[str, Any] | None:
    """Return a publication in the words of schema.org; None for a specimen, which is none."""
    if publication.specimen:
        return None
    known = publication
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": _TYPES.get(known.kind, "CreativeWork"),
        "@id": absolute(url_for("pages.publication", publication_id=known.id)),
        "name": known.title,
        "alternativeHeadline": known.subtitle,
        "author": [_author(author) for author in known.authors],
        "datePublished": known.year,
        "publisher": {"@type": "Organization", "name": known.publisher} if known.publisher else None,
        "isPartOf": {"@type": "CreativeWorkSeries", "name": known.series} if known.series else None,
        "isbn": known.isbn,
        "identifier": {"@type": "PropertyValue", "propertyID": "DOI", "value": known.doi} if known.doi else None,
        "sameAs": [link for link in (f"https://doi.org/{known.doi}" if known.doi else "", known.url) if _is_followed(link)],
        "inLanguage": known.language,
        "license": known.licence if _is_followed(known.licence) else None,
    }
    return {name: value for name, value in found.items() if value}


def _author(author: Name) -> dict[str, str]:
    if not author.given:
        return {"@type": "Organization", "name": author.family}
    return {"@type": "Person", "givenName": author.given, "familyName": author.family, "name": f"{author.given} {author.family}"}


def _is_followed(link: str) -> bool:
    return link.startswith(("https://", "http://"))
