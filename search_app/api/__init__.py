"""The API for programs: what it answers, how it describes itself, and the page to try it."""

from __future__ import annotations

from flask import Blueprint

from search_app.api import citations, publications, quotes, searching, topics
from search_app.api.operations import Operation
from search_app.api.trying import trying

OPERATIONS: tuple[Operation, ...] = (
    searching.search,
    searching.passage,
    searching.similar,
    citations.citation,
    citations.citation_file,
    publications.publications,
    publications.publication,
    publications.pages,
    publications.page,
    topics.topics,
    topics.topic,
    quotes.check_quotes,
)

blueprint = Blueprint("api", __name__)
for _one in OPERATIONS:
    _one.register(blueprint)
tryable = trying(OPERATIONS)
