"""A page of a search's hits, what is said of all of them, and the hits before and behind one of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from index.facets import Facets
from index.ranking import Ranked
from index.search import Hit, Ranking, Searcher
from search_app.asking import BY_PUBLICATION, Asking

PER_PAGE = 10
PAGES = 5  # who has not found it among fifty passages asks otherwise
_JUDGED = 2 * PER_PAGE  # hits that say whether anything fits: those that most readers look at


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: the hits of one page, how many there are on all, and in each publication.

    ``strong`` and ``plausible`` tell whether any of the best hits fits, or may; ``ranking`` says what was made of the query.
    """

    ranking: Ranking
    hits: tuple[Hit, ...]
    total: int
    of_publication: Counter[str]
    strong: bool
    plausible: bool
    facets: Facets


class Step(NamedTuple):
    """A hit that another one leads to: its passage's id, and the page of results that it stands on."""

    passage_id: str
    page: int


@dataclass(frozen=True, slots=True)
class Trail:
    """Where a passage stands among the hits of the search that it was found by: its number, from 1, and its page of results."""

    number: int
    total: int
    page: int
    before: Step | None
    after: Step | None


def find(live: Searcher, asking: Asking, page: int) -> Found:
    """Search for what is asked, which must be something, and return a page of the hits, from 1."""
    ranking = _ranking(live, asking)
    ordered = _ordered(live, asking, ranking)
    judged = live.judged(ranking)
    best = [candidate.row for candidate in ranking.ranked[:_JUDGED]]
    return Found(
        ranking,
        live.hits(ranking, ordered[PER_PAGE * (page - 1) : PER_PAGE * page]),
        len(ordered),
        Counter(live.publications_of(ranking.rows)),
        strong=not judged.strong.isdisjoint(best),
        plausible=not judged.plausible.isdisjoint(best),
        facets=live.facets(judged),
    )


def trail(live: Searcher, asking: Asking, row: int) -> Trail | None:
    """Return where a passage, given by its row, stands among the hits of a search, None where it is not one of them."""
    rows = [candidate.row for candidate in _ordered(live, asking, _ranking(live, asking))]
    if row not in rows:
        return None
    at = rows.index(row)

    def step(other: int) -> Step | None:
        return Step(live.library.passage_at(rows[other]).id, page_of(other)) if 0 <= other < len(rows) else None

    return Trail(at + 1, len(rows), page_of(at), step(at - 1), step(at + 1))


def page_of(place: int) -> int:
    """Return the page of results that a hit stands on, by its place from 0."""
    return place // PER_PAGE + 1


def _ranking(live: Searcher, asking: Asking) -> Ranking:
    return live.ranking(asking.query, PER_PAGE * PAGES, with_related=asking.with_related, more=asking.mehr, less=asking.weniger)


def _ordered(live: Searcher, asking: Asking, ranking: Ranking) -> list[Ranked]:
    """Return the candidates in the order of the pages: those of each publication together, if that is asked for, best first."""
    if asking.gruppe != BY_PUBLICATION:
        return list(ranking.ranked)
    ids = live.publications_of(ranking.rows)
    first = {id_: at for at, id_ in reversed(list(enumerate(ids)))}
    order = sorted(range(len(ids)), key=lambda at: first[ids[at]])
    return [ranking.ranked[at] for at in order]
