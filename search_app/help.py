"""How to ask, what the answers mean, how to cite: in simple sentences, with an example from the publications at hand."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template

from corpus.errors import FundstelleError
from index.query import parse_query
from index.search import Hit, Searcher, Strength
from search_app.examples import EXAMPLES
from search_app.live import searcher

blueprint = Blueprint("help", __name__)


@dataclass(frozen=True, slots=True)
class Worked:
    """A query and the best hit for it."""

    query: str
    hit: Hit

    @property
    def quote(self) -> str:
        """The sentence that fits best."""
        return " ".join(self.hit.passage.words_of(self.hit.quote).split())


@blueprint.get("/hilfe")
def show() -> str:
    """Explain the search; it does so without an index as well."""
    try:
        with searcher() as live:
            worked = _worked(live)
    except FundstelleError:
        worked = None
    return render_template("help.html", worked=worked)


def _worked(live: Searcher) -> Worked | None:
    """Return the first of the example queries for which there is a strong hit, with that; None where there is none."""
    for query in (query for group in EXAMPLES for query in group.queries):
        best = next(iter(live.search(parse_query(query), 1).hits), None)
        if best and best.strength is Strength.STRONG:
            return Worked(query, best)
    return None
