"""Links that quote (``zitat`` in an address): the words are looked up where they stand now, and only they are marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

import numpy as np
from flask import request, url_for
from numpy.typing import NDArray

from corpus.citation import locator
from corpus.errors import RegisterDamaged
from corpus.page_names import page_name
from corpus.publication import Passage, Show
from index.fragments import Fragment, fragment_of, parse, whole_words
from index.library import Library
from index.links import Stretch, letters_of, records_of, wording
from index.search import Searcher
from search_app.lasting import reading
from search_app.live import register

ANCHOR = "stelle"  # of the article on a page in which the quoted words stand
_MOST_NAMED = 6  # places
_PASSAGES = 5_000  # in which the words may stand; the rest is not looked at
_READ = 12  # other publications that are read for a quotation, each of which takes a tenth of a second
_EDITIONS = 5  # earlier ones that are looked through


class State(StrEnum):
    """Where the quoted words stand."""

    HERE = "here"  # on the page, and marked
    SEVERAL = "several"  # on the page, but more than once
    ELSEWHERE = "elsewhere"  # on other pages of the publication
    ALIKE = "alike"  # somewhere in the publication, but with other words beside them
    EARLIER = "earlier"  # in an earlier edition
    OTHERS = "others"  # in other publications
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class Way:
    """A place to go to: its name and its address."""

    locator: str
    title: str
    address: str
    language: str = "de"


@dataclass(frozen=True, slots=True)
class Quoted:
    """What came of a quotation: where it stands on the page, as stretches of passages, or the ways to where else it stands."""

    state: State
    text: str
    stretches: tuple[Stretch, ...] = ()
    ways: tuple[Way, ...] = ()

    def range_in(self, passage: Passage) -> tuple[int, int]:
        """Return the range of a passage's text that is quoted, an empty one for none."""
        return next(((s.start, s.end) for s in self.stretches if s.passage.id == passage.id), (0, 0))


def asked() -> tuple[Fragment, ...] | None:
    """Return what the address at hand quotes, in the ways in which it may be meant; None where it does not quote."""
    for pair in request.query_string.decode("ascii", "replace").split("&"):
        name, _, value = pair.partition("=")
        if name == "zitat":
            return parse(value)
    return None


def address(library: Library, page: str, passage: Passage, start: int, end: int) -> str:
    """Return the address that quotes the words of a range of a passage's text on a page; empty where there are none."""
    text = wording(passage)
    start, end = whole_words(text, start, end)
    before, behind = _beside(library, passage)
    fragment = fragment_of(text[start:end], text[:start] or before, text[end:] or behind)
    if fragment is None:
        return ""
    return f"{url_for('leafing.page', publication_id=passage.publication_id, name=page)}?zitat={fragment}#{ANCHOR}"


def _beside(library: Library, passage: Passage) -> tuple[str, str]:
    """Return what stands before and behind a passage in its publication, on whatever page."""
    position = library.position(passage.id)
    assert position is not None
    beside = {}
    for place in (position - 1, position + 1):
        other = library.passage_at(place) if 0 <= place < library.count() else None
        beside[place] = wording(other) if other and other.publication_id == passage.publication_id else ""
    return beside[position - 1], beside[position + 1]


def find(live: Searcher, publication_id: str, index: int, fragments: Sequence[Fragment]) -> Quoted:
    """Return where a quotation stands: on the page with an index, elsewhere in its publication, or in another one."""
    library = live.library
    today = reading(library, publication_id)
    for fragment in fragments:
        meant, alike = today.letters.find(fragment)
        places = [today.stretches(span) for span in meant]
        here = [place for place in places if any(index in stretch.pages for stretch in place)]
        if len(here) == 1:
            return Quoted(State.HERE, _text(fragment), here[0])
        if here:
            return Quoted(State.SEVERAL, _text(fragment))
        if places:
            return Quoted(State.ELSEWHERE, _text(fragment), ways=_ways(library, places, fragment))
        if alike:
            others = [today.stretches(span) for span in alike]
            return Quoted(State.ALIKE, _text(fragment), ways=_ways(library, others, None))
    return _beyond(live, publication_id, fragments) if fragments else Quoted(State.NOWHERE, "")


def _beyond(live: Searcher, publication_id: str, fragments: Sequence[Fragment]) -> Quoted:
    """Look in earlier editions and, word for word, in all other publications."""
    shown = _text(fragments[0])
    former = published_as(publication_id, fragments)
    if former:
        return Quoted(State.EARLIER, shown, ways=(Way("", "", url_for("pages.passage", passage_id=former)),))
    for fragment in fragments:
        ways = tuple(islice(_in_others(live, publication_id, fragment), _MOST_NAMED))
        if ways:
            return Quoted(State.OTHERS, _text(fragment), ways=ways)
    return Quoted(State.NOWHERE, shown)


def _in_others(live: Searcher, publication_id: str, fragment: Fragment) -> Iterator[Way]:
    """Yield the ways to the passages of other publications in which a quotation begins, each of them once."""
    library = live.library
    for id_ in islice(_that_may_hold(live, publication_id, fragment), _READ):
        publication, other = library.publication(id_), reading(library, id_)
        assert publication is not None
        meant, alike = other.letters.find(fragment)
        begun: dict[str, tuple[Stretch, ...]] = {}
        for stretches in map(other.stretches, meant or alike):
            begun.setdefault(stretches[0].passage.id, stretches)
        labels = library.labels(id_)
        for passage_id, stretches in begun.items():
            where = locator([(page, labels[page]) for page in dict.fromkeys(page for part in stretches for page in part.pages)])
            yield Way(where, publication.title, url_for("pages.passage", passage_id=passage_id), publication.language)


def _that_may_hold(live: Searcher, publication_id: str, fragment: Fragment) -> Iterator[str]:
    """Yield the other publications in which the first and the last words of a quotation stand, wherever."""
    rows = _rows(live, fragment.start)
    last = set(live.publications_of(_rows(live, fragment.end))) if fragment.end else None
    for id_ in dict.fromkeys(live.publications_of(rows)):
        if id_ != publication_id and (last is None or id_ in last):
            yield id_


def _rows(live: Searcher, text: str) -> NDArray[np.int64]:
    """Return the passages in which words stand, or half of them: they may go on from one passage into the next."""
    words = text.split()
    half = (len(words) + 1) // 2
    tried = (text, " ".join(words[:half]), " ".join(words[half:]))
    found = next((rows for part in tried if (rows := live.origins.verbatim(part, _PASSAGES))), [])
    return np.array(found, np.int64)


def past_pages(library: Library, publication_id: str, fragments: Sequence[Fragment]) -> str:
    """Return the address of the passage that is quoted where its publication's pages are not shown, else an empty string."""
    publication = library.publication(publication_id)
    if publication and publication.show is not Show.PASSAGE:
        return ""
    now = _now_at(library, publication_id, fragments) if publication else None
    id_ = now[1][0].passage.id if now else published_as(publication_id, fragments)
    return url_for("pages.passage", passage_id=id_) if id_ else ""


def _now_at(library: Library, publication_id: str, fragments: Sequence[Fragment]) -> tuple[Fragment, tuple[Stretch, ...]] | None:
    """Return where a quotation stands in a publication that is there, and how it was meant, if that is one place."""
    today = reading(library, publication_id)
    for fragment in fragments:
        meant, _ = today.letters.find(fragment)
        if len(meant) == 1:
            return fragment, today.stretches(meant[0])
    return None


def right_page(library: Library, publication_id: str, fragments: Sequence[Fragment]) -> str:
    """Return the address of the page on which a quotation stands now, if that is one place, else an empty string."""
    now = _now_at(library, publication_id, fragments)
    return _ways(library, [now[1]], now[0])[0].address if now else ""


def published_as(publication_id: str, fragments: Sequence[Fragment]) -> str:
    """Return the id of the passage that held a quotation in the latest edition that had it once, else an empty string."""
    try:
        editions = register().editions_of(publication_id)
        for edition in editions[:_EDITIONS]:
            words, letters = letters_of(edition)
            for fragment in fragments:
                meant, _ = letters.find(fragment)
                if len(meant) == 1:
                    return records_of(edition)[words.at[meant[0].start][0]].id
    except RegisterDamaged:
        pass  # said in the log wherever a link to a passage is followed
    return ""


def _ways(library: Library, places: Sequence[tuple[Stretch, ...]], fragment: Fragment | None) -> tuple[Way, ...]:
    """Return the ways to the pages on which some places begin, quoting there again where it is sure that these are meant."""
    result: list[Way] = []
    for place in places[:_MOST_NAMED]:
        publication_id = place[0].passage.publication_id
        labels, page = library.labels(publication_id), place[0].pages[0]
        base = url_for("leafing.page", publication_id=publication_id, name=page_name(page, labels))
        result.append(Way(locator([(page, labels[page])]), "", f"{base}?zitat={fragment}#{ANCHOR}" if fragment else base))
    return tuple(dict.fromkeys(result))


def _text(fragment: Fragment) -> str:
    return f"{fragment.start} … {fragment.end}" if fragment.end else fragment.start
