"""A quotation becomes a verdict: word for word, otherwise, on another page, joined from two places, or nowhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from checking.alignment import Aligner, Alignment
from checking.comparison import Comparing, Comparison, Slight, Stretch
from checking.naming import how_plainly, plainly_named
from checking.quotations import Quotation
from checking.sources import Sources
from checking.tokens import Role, Token, quoted
from corpus.citation import Citation, Place, cite
from corpus.publication import Passage, Publication
from index.library import Library
from index.origins import Origins

_SHORTEST = 4  # words; fewer are a name or a term more often than a quotation
_SAME_PLACE = 60  # passages looked at in which the very letters stand
_ALIKE = 8  # passages looked at that share words with a quotation
_CHUNK = 12  # words looked up at a time: the parts of what was joined have different origins
_HELD = 0.6  # of the letters must be printed in that order for a wording to be called a changed one
_HELD_OF_PART = 0.75  # ... for a part of one that is joined; there is more to choose from
_WORDS_OF_PART = 4
_RUN = 8  # words that stand so in a row are no chance, whatever follows them
_PER_PASSAGE = 60  # words, at least


class Verdict(StrEnum):
    """What came of a quotation."""

    VERBATIM = "verbatim"
    DIFFERS = "differs"
    WRONG_PAGE = "wrong-page"
    SPLICED = "spliced"
    NOT_FOUND = "not-found"
    TOO_SHORT = "too-short"


class PageFinding(StrEnum):
    """How the pages named beside a quotation compare with those that it stands on."""

    RIGHT = "right"
    PARTLY = "partly"  # it also stands on others
    IN_FILE = "in-file"  # the number counts the pages of the file, another one is printed
    WRONG = "wrong"
    OTHER_PUBLICATION = "other-publication"  # they are pages of another publication, which is named beside it
    NONE = "none"  # none is named


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a wording stands: the passage in which it begins, and the pages from its first word to its last.

    ``recognised`` says that some of them were recognised in a picture.
    """

    publication: Publication
    passage: Passage
    places: tuple[Place, ...]
    recognised: bool = False

    @property
    def citation(self) -> Citation:
        """Reference and locator as they should read."""
        return cite(self.publication, self.places, self.passage.note, recognised=self.recognised)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a quotation that stands together, beside its source; ``standings`` are all places of the same words."""

    comparison: Comparison
    standings: tuple[Standing, ...]

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """Its text, and what differs."""
        return self.comparison.stretches


@dataclass(frozen=True, slots=True)
class Checked:
    """A quotation with its verdict; one part, several where it is joined, none where it was not found.

    ``instead`` is the publication that the text names where it stands in another one.
    """

    quotation: Quotation
    verdict: Verdict
    parts: tuple[Part, ...] = ()
    pages: PageFinding = PageFinding.NONE
    instead: Publication | None = None

    @property
    def publications(self) -> tuple[Publication, ...]:
        """What its parts stand in, each once: of several places of the same words the first."""
        return tuple(dict.fromkeys(part.standings[0].publication for part in self.parts))

    @property
    def differences(self) -> tuple[Stretch, ...]:
        """Where it does not read as printed."""
        return tuple(stretch for part in self.parts for stretch in part.comparison.differences)

    @property
    def slight(self) -> frozenset[Slight]:
        """What it may differ by and still be word for word."""
        return frozenset(one for part in self.parts for one in part.comparison.slight)


class Checker:
    """Checks quotations against one library; may be used by many threads."""

    def __init__(self, library: Library, origins: Origins) -> None:
        self._library = library
        self._origins = origins

    def check_all(self, quotations: Sequence[Quotation]) -> list[Checked]:
        """Return what came of the quotations of a text, in their order; "ebd." means what one before it was found in."""
        found: dict[int, Checked] = {}
        for quotation in quotations:
            found[quotation.start] = self.check(quotation, found.get(quotation.same_as))
        return list(found.values())

    def check(self, quotation: Quotation, same: Checked | None = None) -> Checked:
        """Return what came of a quotation; ``same`` is what came of the one whose source its "ebd." means."""
        checked = self._found(quotation, _meant(same))
        if checked.pages is PageFinding.NONE or not (instead := self._instead(checked, _meant(same))):
            return checked
        verdict = Verdict.WRONG_PAGE if checked.verdict is Verdict.VERBATIM else checked.verdict
        return replace(checked, verdict=verdict, pages=PageFinding.OTHER_PUBLICATION, instead=instead)

    def _instead(self, checked: Checked, meant: Publication | None) -> Publication | None:
        """Return the publication that a text plainly names where a quotation stands in others, which it doesn't name."""
        beside, found = checked.quotation.beside, checked.publications
        if any(how_plainly(beside, one) > 1 for one in found):
            return None
        named = plainly_named(beside, self._library.publications) or ([meant] if meant else [])
        return named[0] if named and not set(named) & set(found) else None

    def _found(self, quotation: Quotation, meant: Publication | None) -> Checked:
        """Return what came of a quotation whose "ebd." means a publication, leaving aside what else the text names."""
        tokens = quoted(quotation.text)
        compared = sum(token.is_compared for token in tokens)
        if not compared or (compared < _SHORTEST and quotation.locator is None):
            return Checked(quotation, Verdict.TOO_SHORT)
        sources = self._sources(quotation, tokens)
        if not sources.tokens:
            return Checked(quotation, Verdict.NOT_FOUND)
        aligner, comparing = Aligner(sources.tokens), Comparing(quotation.text, tokens, sources)
        for jumps in (True, False):
            alignments = aligner.align(tokens, jumps=jumps)
            checked = self._judged(quotation, tokens, alignments, comparing, sources, meant)
            if checked.verdict is not Verdict.NOT_FOUND or len(alignments[0].parts) == 1:
                return checked
        return checked

    def _sources(self, quotation: Quotation, tokens: Sequence[Token]) -> Sources:
        """Return the printed text that a quotation may come from."""
        texts = list(_unbroken(quotation.text, tokens))
        if len(texts) == 1 and (rows := self._verbatim(texts[0], quotation)):
            return Sources(self._library, rows, 0)
        votes = Counter(self._origins.like(" ".join(texts), _ALIKE))
        for text in texts:
            for chunk in _chunks(text):
                votes.update(self._origins.verbatim(chunk, _ALIKE) or self._origins.like(chunk, _ALIKE // 2))
        most = 2 * _ALIKE + len(tokens) // (_PER_PASSAGE // 2)
        return Sources(self._library, [row for row, _ in votes.most_common(most)], 1 if len(texts) == 1 else 3)

    def _verbatim(self, text: str, quotation: Quotation) -> list[int]:
        """Return passages in which the letters stand; of many those on the pages that are named."""
        rows = self._origins.verbatim(text, 50 * _SAME_PLACE)
        if len(rows) > _SAME_PLACE and quotation.locator:
            passages = self._library.passages_at(rows)
            named = [row for row, p in zip(rows, passages, strict=True) if _names_any(quotation, self._library.places(p))]
            rows = named or rows
        return rows[:_SAME_PLACE]

    def _judged(
        self,
        quotation: Quotation,
        tokens: Sequence[Token],
        alignments: Sequence[Alignment],
        comparing: Comparing,
        sources: Sources,
        meant: Publication | None,
    ) -> Checked:
        found = [parts for alignment in alignments if (parts := _compared(quotation, tokens, alignment, comparing))]
        best = next((parts for parts in found if _is_evidence(parts, tokens)), None)
        if best is None:
            return Checked(quotation, Verdict.NOT_FOUND)
        if len(best) == 1:
            return self._placed(quotation, [parts[0] for parts in found if len(parts) == 1], sources, meant)
        joined = tuple(Part(one, (self._standing(one, sources),)) for one in best)
        places = [place for part in joined for place in part.standings[0].places]
        return Checked(quotation, Verdict.SPLICED, joined, _page_finding(quotation, places))

    def _placed(self, quotation: Quotation, found: Sequence[Comparison], sources: Sources, meant: Publication | None) -> Checked:
        """Return the verdict on a wording that stands at one place or at several."""
        standings = [(self._standing(one, sources), one) for one in found]
        standings.sort(key=lambda pair: _preference(quotation, pair[0], meant))
        standing, comparison = standings[0]
        finding = _page_finding(quotation, standing.places)
        wrong = finding in (PageFinding.WRONG, PageFinding.IN_FILE)
        verdict = Verdict.DIFFERS if comparison.differences else Verdict.WRONG_PAGE if wrong else Verdict.VERBATIM
        part = Part(comparison, tuple(dict.fromkeys(one for one, _ in standings)))
        return Checked(quotation, verdict, (part,), finding)

    def _standing(self, comparison: Comparison, sources: Sources) -> Standing:
        passage = sources.passage(comparison.first)
        publication = self._library.publication(passage.publication_id)
        assert publication is not None
        first, last = comparison.first, comparison.last
        return Standing(publication, passage, sources.places(first, last), sources.is_recognised(first, last))


def _unbroken(text: str, tokens: Sequence[Token]) -> Iterator[str]:
    """Yield the parts of a quotation between what is left out or inserted."""
    start, end = -1, 0
    for token in tokens:
        if token.is_compared and token.role is Role.WORD:
            start, end = (token.start if start < 0 else start), token.end
        elif start >= 0:
            yield text[start:end]
            start = -1
    if start >= 0:
        yield text[start:end]


def _chunks(text: str) -> Iterator[str]:
    words = text.split()
    for at in range(0, len(words), _CHUNK):
        yield " ".join(words[max(0, min(at, len(words) - _CHUNK)) : at + _CHUNK])


def _compared(
    quotation: Quotation, tokens: Sequence[Token], alignment: Alignment, comparing: Comparing
) -> tuple[Comparison, ...]:
    """Return the parts of a quotation beside their sources; none where one of them has no word in common with it."""
    moves = alignment.parts
    firsts = [min(move.quoted for move in part if move.quoted >= 0) for part in moves]
    starts = [0, *(tokens[first].start for first in firsts[1:]), len(quotation.text)]
    found = [comparing.compare(part, start, end) for part, start, end in zip(moves, starts, starts[1:], strict=False)]
    return tuple(one for one in found if one) if all(found) else ()


def _is_evidence(parts: Sequence[Comparison], tokens: Sequence[Token]) -> bool:
    """Tell whether so much of a quotation is printed that it must come from there."""
    if len(parts) > 1:
        return all(part.held >= _HELD_OF_PART and part.words >= _WORDS_OF_PART for part in parts)
    if sum(token.is_compared for token in tokens) < _SHORTEST:
        return not parts[0].differences
    return (parts[0].held >= _HELD and parts[0].words >= _SHORTEST - 1) or parts[0].longest >= _RUN


def _page_finding(quotation: Quotation, places: Sequence[Place]) -> PageFinding:
    locator = quotation.locator
    if locator is None:
        return PageFinding.NONE
    named = [locator.names(*place) for place in places]
    if any(named):
        return PageFinding.RIGHT if all(named) else PageFinding.PARTLY
    return PageFinding.IN_FILE if any(locator.counts_in_file(index) for index, _ in places) else PageFinding.WRONG


def _names_any(quotation: Quotation, places: Iterable[Place]) -> bool:
    return quotation.locator is not None and any(quotation.locator.names(*place) for place in places)


_ORDER = list(PageFinding)


def _meant(same: Checked | None) -> Publication | None:
    """Return the publication that a quotation was found in, or rather that the text named in its stead."""
    if same is None:
        return None
    return same.instead or (same.publications[0] if len(same.publications) == 1 else None)


def _preference(quotation: Quotation, standing: Standing, meant: Publication | None) -> tuple[bool, int, int, bool]:
    """Order places of the same words: what the text means or names first, then the page that it names, then running text."""
    finding = _ORDER.index(_page_finding(quotation, standing.places))
    naming = how_plainly(quotation.beside, standing.publication)
    return standing.publication != meant, -naming, finding, standing.passage.kind.leads_elsewhere
