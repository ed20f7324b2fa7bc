"""The way around the site, on top of every page: only to pages that there are, and that show something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request, url_for

from corpus.thesaurus import Group
from search_app.language import lazy_gettext
from search_app.live import searcher

#: Endpoint, arguments of the address, and name of each page; what is not registered is left out.
_PAGES: tuple[tuple[str, dict[str, str], Any], ...] = (
    ("pages.start", {}, lazy_gettext("Suche")),
    ("browsing.group", {"group": "themen"}, lazy_gettext("Themen")),
    ("browsing.group", {"group": "orte"}, lazy_gettext("Orte")),
    ("publications.overview", {}, lazy_gettext("Publikationen")),
    ("collecting.collection", {}, lazy_gettext("Merkliste")),
    ("help.show", {}, lazy_gettext("Hilfe")),
)
_TOLD = {"themen": Group.TOPIC, "orte": Group.PLACE}


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the navigation; ``current`` tells that it leads to the page that is shown."""

    name: str
    address: str
    current: bool


def register(app: Flask) -> None:
    """Let the templates of an application know the navigation."""
    app.jinja_env.globals.update(navigation=navigation)


def navigation() -> tuple[Link, ...]:
    """Return the links for the page that is shown."""
    groups = _attested()
    links = []
    for endpoint, arguments, name in _PAGES:
        told = _TOLD.get(arguments.get("group", ""))
        if endpoint in current_app.view_functions and (told is None or told in groups):
            values: dict[str, Any] = {**arguments}
            address = url_for(endpoint, **values)
            links.append(Link(str(name), address, request.path == address))
    return tuple(links)


def _attested() -> frozenset[Group]:
    """Return the groups of subjects that passages tell of; none where there is nothing to search, whatever the reason."""
    try:
        with searcher() as live:
            return frozenset(found.subject.group for found in live.subjects.attested)
    except Exception:  # pages that say what is wrong have a navigation too
        return frozenset()
