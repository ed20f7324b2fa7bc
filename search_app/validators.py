"""The entity tag of an answer, known before it is computed: an answer depends on its address and on the live generation.

What else it depends on, such as settings and the vocabulary, is fixed when the application starts, and so a part of the tag.
"""

from __future__ import annotations

import hashlib
import secrets

from flask import Flask, current_app, request

from index.search import Searcher
from search_app.language import language

_STARTED = "fundstelle started"


def register(app: Flask) -> None:
    """Give an application the part of its tags that no other start has."""
    app.extensions[_STARTED] = secrets.token_hex(8)


def tag_of(live: Searcher) -> str:
    """Return the tag of the answer to the request at hand."""
    parts = (current_app.extensions[_STARTED], live.generation.name, language(), request.host_url, request.full_path)
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24]


def is_known(tag: str) -> bool:
    """Tell whether the caller has the answer with a tag already."""
    return tag in request.if_none_match.as_set(include_weak=True)
