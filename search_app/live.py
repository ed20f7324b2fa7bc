"""The parts that the application was created with, for its views."""

from __future__ import annotations

from contextlib import AbstractContextManager

from flask import current_app

from facsimile.page_images import PageImages
from index.live import LiveIndex
from index.register import Register
from index.search import Searcher


def _index() -> LiveIndex:
    index = current_app.extensions["fundstelle"]
    assert isinstance(index, LiveIndex)
    return index


def searcher() -> AbstractContextManager[Searcher]:
    """Hold the live generation's searcher for the length of a ``with``; raises what LiveIndex.searcher raises."""
    return _index().searcher()


def register() -> Register:
    """Return the register of all that was ever published."""
    return _index().register


def page_images() -> PageImages | None:
    """Return who makes pictures of pages, None where none are shown."""
    images = current_app.extensions["page images"]
    assert images is None or isinstance(images, PageImages)
    return images
