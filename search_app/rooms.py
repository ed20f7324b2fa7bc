"""All that has an address: the rooms of the application, each a blueprint of its own."""

from __future__ import annotations

from flask import Flask

from search_app import (
    api,
    browsing,
    checking,
    citing,
    collecting,
    crawling,
    feeds,
    health,
    help,
    leafing,
    legal,
    page_image,
    pages,
    publications,
)

_FOR_PEOPLE = (pages, citing, collecting, browsing, publications, leafing, page_image, checking, help, legal)
_FOR_PROGRAMS = (api, health, feeds, crawling)


def register(app: Flask) -> None:
    """Open all rooms."""
    for room in (*_FOR_PEOPLE, *_FOR_PROGRAMS):
        app.register_blueprint(room.blueprint)
    app.register_blueprint(api.tryable)
