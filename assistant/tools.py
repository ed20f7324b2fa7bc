"""What an assistant may ask, over the live index: each tool answers with a text, as its model reads it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from urllib.parse import quote

from assistant.finding import findings
from assistant.verbatim import ranges_of
from assistant.wording import QUOTE_TRULY, TAKE_AS_IT_IS, block, cut_off, listed, source
from checking.quotations import find_quotations
from checking.verdict import Checked, Checker
from citing.footnote import footnote
from citing.quotation import Quotation, quote_all
from citing.quotation import quote as quote_ranges
from citing.reference import Cited, refer
from citing.styles import STYLES, plain, style
from corpus.citation import cite_words, locator
from corpus.editions import latest_editions
from corpus.errors import FundstelleError
from corpus.marking import text_on
from corpus.page_names import find_pages, page_name
from corpus.publication import Passage, Publication, Show
from index.live import LiveIndex
from index.query import Filters, parse_query, parse_years
from index.search import Hit, Results, Searcher, Strength

MOST_HITS = 20
_MOST_QUOTES = 50
_LONGEST = 100_000  # characters of a text whose quotations are checked
_STRENGTHS = {Strength.STRONG: "passt vermutlich", Strength.WEAK: "schwacher Treffer"}


class Refused(FundstelleError):
    """A question that can't be answered; the message says what to ask instead."""


class Tools:
    """The tools; ``url`` is where the pages are served, without a slash at its end.  All raise Refused."""

    def __init__(self, index: LiveIndex, url: str) -> None:
        self._index = index
        self._url = url

    def search(self, query: str, count: int = 5, place: str = "", year: str = "", publication: str = "") -> str:
        """Return the best passages for a query."""
        if year and not parse_years(year):
            raise Refused("year ist kein Jahr und kein Zeitraum: 2024, 2019-2022, 2019- oder -2022.")
        parsed = parse_query(query, Filters(place.strip(), parse_years(year), publication.strip()))
        if parsed.is_empty:
            raise Refused("Es fehlt, wonach gesucht werden soll: Wörter oder eine Frage, am besten auf Deutsch.")
        with self._searcher() as live:
            results = live.search(parsed, min(max(count, 1), MOST_HITS))
            if not results.hits:
                return "Dazu wurde nichts gefunden. Sagen Sie das so; erfinden Sie keine Quelle."
            return "\n\n".join(
                [*_remarks(results), *(self._hit(live, n, hit) for n, hit in enumerate(results.hits, 1)), QUOTE_TRULY]
            )

    def read_passage(self, passage_id: str) -> str:
        """Return a passage whole, with its citation and what stands beside it."""
        with self._searcher() as live:
            found, publication = _passage(live, passage_id)
            citation = cite_words(found, publication, live.library.places(found))
            return "\n\n".join(
                [
                    block(found.text),
                    self._source(live, str(citation), found, publication),
                    *self._beside(live, found, publication),
                    QUOTE_TRULY,
                ]
            )

    def read_page(self, publication_id: str, page: str) -> str:
        """Return what stands on a page, passage by passage, each part cited by that page."""
        with self._searcher() as live:
            publication, index = _page(live, publication_id, page)
            labels = live.library.labels(publication.id)
            where = locator([(index, labels[index])])
            link = f"{self._url}/p/{quote(publication.id)}/s/{quote(page_name(index, labels))}"
            parts = [f"{publication.full_title}, {where}\nLink: {link}"]
            for passage in live.library.passages_on(publication.id, index):
                text = "".join(passage.text[start:end] for start, end in text_on(passage, index))
                citation = cite_words(passage, publication, [(index, labels[index])])
                of_it = self._source(live, str(citation), passage, publication)
                parts += [block(text) + cut_off(passage, index), of_it]
            return "\n\n".join([*parts, QUOTE_TRULY])

    def cite(self, passage_id: str, words: str = "", citation_style: str = "") -> str:
        """Return words of a passage, word for word, as a quotation with its reference."""
        known = {one.id: one.name for one in STYLES}
        if citation_style and citation_style not in known:
            raise Refused(f"Den Stil „{citation_style}“ gibt es nicht. Es gibt: {listed(known)}.")
        with self._searcher() as live:
            found, publication = _passage(live, passage_id)
            quotation = _quotation(found, words)
            cited = Cited(quotation, refer(quotation, publication, live.library.places(found)))
            ranges = "&".join(f"satz={start}-{end}" for start, end in quotation.ranges)
            of_it = self._source(live, "", found, publication, f"/zitat?{ranges}")
        lines = [quotation.quoted, footnote(cited)]
        if citation_style:
            styled = style(citation_style, cited.reference)
            lines += [f"{known[citation_style]}: {plain(styled.citation)}", f"Literaturverzeichnis: {plain(styled.entry)}"]
        return "\n".join([*lines, of_it, "", TAKE_AS_IT_IS])

    def check_quotes(self, text: str) -> str:
        """Return for each quotation of a text whether it stands like this where it is said to stand."""
        if len(text) > _LONGEST:
            raise Refused("Der Text ist länger als 100.000 Zeichen. Prüfen Sie ihn in Teilen, jeden in einem eigenen Aufruf.")
        quotations = find_quotations(text)
        if not quotations.found:
            raise Refused("Im Text stehen keine Zitate. Setzen Sie sie in Anführungszeichen: „…“ (S. 46).")
        with self._searcher() as live:
            checker = Checker(live.library, live.origins)
            said = [self._checked(checked) for checked in checker.check_all(quotations.found[:_MOST_QUOTES])]
        more = len(quotations.found) - _MOST_QUOTES
        return "\n\n".join(
            [*said, *([f"Nicht geprüft: {more} weitere. Prüfen Sie sie in einem eigenen Aufruf."] if more > 0 else [])]
        )

    def _checked(self, checked: Checked) -> str:
        lines = [f"„{checked.quotation.text}“", *findings(checked)]
        if checked.instead:
            lines.append(f"Genannt ist „{checked.instead.title}“; es steht aber in der Publikation des Belegs.")
        for standing in (part.standings[0] for part in checked.parts):
            lines += [f"Beleg: {standing.citation}", f"Link: {self._passage_url(standing.passage)}"]
        return "\n".join(lines)

    def _searcher(self) -> AbstractContextManager[Searcher]:
        return self._index.searcher()

    def _passage_url(self, passage: Passage) -> str:
        return f"{self._url}/f/{passage.id}"

    def _hit(self, live: Searcher, number: int, hit: Hit) -> str:
        head = f"{number}. {' › '.join(hit.passage.heading_path)} ({_STRENGTHS[hit.strength]})"
        best = [f"Am besten passt: {' '.join(hit.passage.words_of(hit.quote).split())}"]
        if hit.quote_places != hit.places:
            best.append(f"Beleg dieses Satzes: {hit.quote_citation}")
        of_it = self._source(live, str(hit.citation), hit.passage, hit.publication)
        return "\n".join([head, block(hit.passage.text), *best, of_it])

    def _source(self, live: Searcher, citation: str, passage: Passage, publication: Publication, tail: str = "") -> str:
        later = latest_editions(publication, live.library.publications)
        return source(citation, passage, publication, self._passage_url(passage) + tail, later)

    def _beside(self, live: Searcher, found: Passage, publication: Publication) -> list[str]:
        """Return the way to the passages before and behind; none where only single passages may be shown."""
        position = live.library.position(found.id)
        if publication.show is Show.PASSAGE or position is None:
            return []
        lines = []
        for word, other in (("davor", position - 1), ("danach", position + 1)):
            if 0 <= other < live.library.count() and (beside := live.library.passage_at(other)).publication_id == publication.id:
                lines.append(f"Die Fundstelle {word}: {beside.id}")
        return ["\n".join(lines)] if lines else []


def _remarks(results: Results) -> list[str]:
    """Return what must be said before the hits."""
    said = [f"Gesucht wurde nach „{meant}“ statt „{typed}“." for typed, meant in results.corrected]
    if results.related:
        said.append(f"Auch gesucht: {', '.join(results.related)}.")
    said += [f"Dieser Wortlaut steht nirgends: {phrase}" for phrase in results.missing]
    if not results.strong:
        said.append(
            "Vermutlich steht dazu nichts in den Publikationen; dies sind die nächsten Stellen. Prüfen Sie, ob sie passen."
        )
    return ["\n".join(said)] if said else []


def _passage(live: Searcher, passage_id: str) -> tuple[Passage, Publication]:
    found = live.library.passage(passage_id.strip())
    publication = live.library.publication(found.publication_id) if found else None
    if found is None or publication is None:
        raise Refused(
            f"Eine Fundstelle „{passage_id}“ gibt es nicht. Suchen Sie mit search; die Kennung steht bei jedem Treffer."
        )
    return found, publication


def _page(live: Searcher, publication_id: str, page: str) -> tuple[Publication, int]:
    publication = live.library.publication(publication_id.strip())
    if publication is None:
        ids = listed({one.id: one.title for one in live.library.publications})
        raise Refused(f"Die Publikation „{publication_id}“ gibt es nicht. Es gibt: {ids}.")
    if publication.show is Show.PASSAGE:
        raise Refused(
            "Von dieser Publikation dürfen nur einzelne Fundstellen gezeigt werden, keine Seiten. Suchen Sie mit search."
        )
    labels = live.library.labels(publication.id)
    indices = find_pages(page, labels)
    if len(indices) > 1:
        names = ", ".join(page_name(index, labels) for index in indices)
        raise Refused(f"Diese Zahl tragen mehrere Seiten. Nennen Sie eine davon: {names}.")
    if not indices:
        raise Refused(f"Eine Seite „{page}“ hat diese Publikation nicht. Gezählt in der Datei: pdf-1 bis pdf-{len(labels)}.")
    return publication, indices[0]


def _quotation(passage: Passage, words: str) -> Quotation:
    if not words.strip():
        return quote_all(passage)
    ranges = ranges_of(words, passage.text)
    try:
        if ranges:
            return quote_ranges(passage, ranges)
    except ValueError:
        pass
    raise Refused(f"Diese Wörter stehen so nicht in der Fundstelle. Wörtlich steht dort:\n\n{block(passage.text)}")
