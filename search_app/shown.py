"""Passages and hits become what a page shows of them: marked paragraphs, locators, and findings in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from citing.quotation import sentences as sentences_of
from corpus.citation import Citation, Place, cite_words, locator
from corpus.headings import is_heading
from corpus.marking import places_of
from corpus.publication import Kind, LabelSource, PageLabel, Passage, Publication
from index.query import ANY_YEAR, MAX_LENGTH, Query
from index.search import FoundBy, Hit, Strength
from search_app.language import gettext, lazy_gettext

Ranges = Sequence[tuple[int, int]]

#: What sort of text a passage is, in words; nothing for plain text.
KINDS = {
    Kind.TEXT: "",
    Kind.NOTE: lazy_gettext("Fußnote"),
    Kind.TABLE: lazy_gettext("Tabelle"),
    Kind.CONTENTS: lazy_gettext("Inhaltsverzeichnis"),
    Kind.INDEX: lazy_gettext("Register"),
    Kind.BIBLIOGRAPHY: lazy_gettext("Literaturverzeichnis"),
}
_WAYS = {FoundBy.WORDS: lazy_gettext("Wörter"), FoundBy.MEANING: lazy_gettext("Bedeutung")}
_STRENGTHS = {Strength.STRONG: lazy_gettext("passt vermutlich"), Strength.WEAK: lazy_gettext("schwacher Treffer")}
_SOURCES = {
    LabelSource.CORRECTED: lazy_gettext("Die Seitenzahl ist von den Betreibern berichtigt."),
    LabelSource.SEEN: lazy_gettext("Die Seitenzahl steht so auf der Seite."),
    LabelSource.DECLARED: lazy_gettext("Die Datei nennt diese Seitenzahl; auf der Seite ist sie nicht zu sehen."),
    LabelSource.INFERRED: lazy_gettext(
        "Die Seitenzahl ist aus den Nachbarseiten erschlossen; auf der Seite ist sie nicht zu sehen."
    ),
    LabelSource.NONE: lazy_gettext("Eine gedruckte Seitenzahl ist nicht zu erkennen; gezählt ist in der Datei."),
}
_RECOGNISED = lazy_gettext("Der Text ist mit Texterkennung aus dem Bild der Seite gelesen.")
_SENTENCE_END = re.compile(r"(?<=[^\W\d_]{4}[.!?:])\s+(?=[\W\d]*[A-ZÄÖÜ])")
_EXCERPT = 420  # characters of a passage that a list of hits shows: two to four sentences
_WHOLE = 560  # characters up to which it is shown whole
_PREVIEW = 160  # letters: about one sentence, two lines on a telephone


@dataclass(frozen=True, slots=True)
class Run:
    """Letters of a paragraph that are all marked or all unmarked, all inside the sentence that fits best or all outside.

    ``doubtful`` says that they were not recognised for sure.
    """

    text: str
    marked: bool
    best: bool = False
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a passage; ``heading`` tells that it is one of the headings above it."""

    runs: tuple[Run, ...]
    heading: bool


@dataclass(frozen=True, slots=True)
class PageShown:
    """A page that a passage stands on: its locator, the same in the file, where the number is known from, and the text."""

    locator: str
    pdf: str
    source: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class PassageShown:
    """A passage with all that its readers need to see and to cite it."""

    passage: Passage
    publication: Publication
    paragraphs: tuple[Paragraph, ...]
    citation: Citation
    pages: tuple[PageShown, ...]
    pdf: str  # "PDF-S. 48"; empty where the locator says nothing else
    bracketed: bool  # a page number in square brackets needs its explanation
    kind: str

    @property
    def is_recognised(self) -> bool:
        """True where words of it, or of the range that is shown, were recognised in a picture."""
        return bool(self.citation.remark)

    @property
    def locator(self) -> str:
        """Where it stands, as it is cited."""
        return self.citation.locator


@dataclass(frozen=True, slots=True)
class HitShown:
    """A hit: its rank from 1, its passage, and in words how it was found and how well it fits."""

    number: int
    shown: PassageShown
    found_by: str
    strong: bool
    strength: str
    repeated: tuple[Passage, ...] = ()  # further down, in the same words
    sentence: str = ""  # the one that fits best, as an address names what is to be cited
    cut_before: bool = False  # the passage begins earlier than what is shown of it
    cut_behind: bool = False


def show_passage(
    passage: Passage,
    publication: Publication,
    places: Sequence[Place],
    matches: Ranges,
    quote: tuple[int, int] = (0, 0),
    within: tuple[int, int] | None = None,
) -> PassageShown:
    """Return a passage that stands at ``places``, or a range of it, its ranges ``matches`` marked and its ``quote`` set apart."""
    citation = cite_words(passage, publication, places)
    pdf = _in_file(places)
    return PassageShown(
        passage=passage,
        publication=publication,
        paragraphs=paragraphs(passage, matches, quote, within),
        citation=citation,
        pages=tuple(show_page(place, recognised=place[0] in passage.recognised) for place in places),
        pdf="" if pdf == citation.locator else pdf,
        bracketed="[" in citation.locator,
        kind=str(KINDS[passage.kind]),
    )


def show_page(place: Place, *, recognised: bool) -> PageShown:
    """Return a page as it is named, where its number is known from, and whether its text was recognised from a picture."""
    source, text = _SOURCES[place[1].source], _RECOGNISED if recognised else ""
    return PageShown(locator([place]), _in_file([place]), str(source), str(text))


def show_hit(number: int, hit: Hit) -> HitShown:
    """Return a hit as it is shown at rank ``number``."""
    both, part = gettext("und"), excerpt(hit.passage, hit.quote)
    places = places_of(hit.passage, part.range, hit.places)
    return HitShown(
        number=number,
        shown=show_passage(hit.passage, hit.publication, places, hit.matches, hit.quote, part.range),
        found_by=f" {both} ".join(str(_WAYS[way]) for way in hit.found_by),
        strong=hit.strength is Strength.STRONG,
        strength=str(_STRENGTHS[hit.strength]),
        repeated=tuple(hit.repeated),
        sentence="{}-{}".format(*hit.quote),
        cut_before=part.cut_before,
        cut_behind=part.cut_behind,
    )


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A range of a passage that a list of hits shows, and whether the passage says more before and behind it."""

    range: tuple[int, int]
    cut_before: bool = False
    cut_behind: bool = False


def excerpt(passage: Passage, quote: tuple[int, int]) -> Excerpt:
    """Return the sentence of a passage that fits best, with what stands around it; all of a passage that is little longer."""
    sentences = sentences_of(passage)
    first = last = next((i for i, (start, _) in enumerate(sentences) if start >= quote[0]), len(sentences) - 1)
    begin, end = sentences[0][0], len(passage.text)
    if end - begin <= _WHOLE:
        return Excerpt((begin, end))
    while True:
        wider = [(first, last + 1)] if last + 1 < len(sentences) else []
        wider += [(first - 1, last)] if first else []
        fitting = [(a, b) for a, b in wider if sentences[b][1] - sentences[a][0] <= _EXCERPT]
        if not fitting:
            break
        first, last = fitting[0]
    shown = sentences[first][0], max(sentences[last][1], quote[1])
    return Excerpt(shown, first > 0, bool(passage.text[shown[1] :].strip()))


def _in_file(places: Sequence[Place]) -> str:
    """Return the locator in the file, printed numbers left aside."""
    return locator([(index, PageLabel()) for index, _ in places])


def paragraphs(
    passage: Passage, matches: Ranges, quote: tuple[int, int] = (0, 0), within: tuple[int, int] | None = None
) -> tuple[Paragraph, ...]:
    """Return the paragraphs of a passage, cut into runs that join to its text, or to the range of it that is asked for."""
    result: list[Paragraph] = []
    start, at_head = 0, True
    first, last = within or (0, len(passage.text))
    for line in passage.text.split("\n"):
        cut = slice(max(0, first - start), max(0, last - start))
        if line.strip():
            at_head = at_head and is_heading(line, passage.heading_path)
        if line[cut].strip():
            result.append(Paragraph(_runs(line[cut], max(start, first), matches, quote, passage.doubtful), at_head))
        start += len(line) + 1
    return tuple(result)


def _runs(line: str, offset: int, matches: Ranges, quote: tuple[int, int], doubtful: Ranges) -> tuple[Run, ...]:
    edges = {min(max(edge - offset, 0), len(line)) for range_ in (*matches, quote, *doubtful) for edge in range_}
    return tuple(
        Run(line[start:end], *(_inside(start + offset, ranges) for ranges in (matches, [quote], doubtful)))
        for start, end in pairwise(sorted({0, len(line), *edges}))
    )


def _inside(position: int, ranges: Ranges) -> bool:
    return any(first <= position < last for first, last in ranges)


@dataclass(frozen=True, slots=True)
class Preview:
    """Words of a passage as a list shows them, and the range of its text that they stand in."""

    text: str
    range: tuple[int, int]


def preview(passage: Passage) -> Preview:
    """Return the beginning of a passage below its own headings: its first sentence, or as much as fits."""
    words = _words(passage, sentences_of(passage)[0][0])
    text = " ".join(word[0] for word in words)
    # A full stop behind a short word or a number more often ends "Abs." or a date than a sentence.
    sentence = re.match(r".{25,}?[^\W\d_]{4}[.!?:]+[“”»«\"]?(?=\s[\W\d]*[A-ZÄÖÜ]|$)", text[:_PREVIEW])
    if sentence:
        shown, cut = sentence[0], ""
    elif len(text) <= _PREVIEW:
        shown, cut = text, ""
    else:
        shown, cut = text[:_PREVIEW].rsplit(" ", 1)[0].rstrip(" ,;:–-"), " …"
    own = shown.split()
    return Preview(shown + cut, (words[0].start(), words[len(own) - 1].start() + len(own[-1])))


def last_sentence(passage: Passage) -> Preview:
    """Return the end of a passage: its last sentence, or as much as fits."""
    words = _words(passage)
    sentence = _SENTENCE_END.split(" ".join(word[0] for word in words))[-1]
    shown = sentence if len(sentence) <= _PREVIEW else sentence[-_PREVIEW:].split(" ", 1)[-1]
    own = shown.split()
    start = words[-len(own)].end() - len(own[0])
    return Preview(shown if shown == sentence else f"… {shown}", (start, words[-1].end()))


def _words(passage: Passage, start: int = 0) -> list[re.Match[str]]:
    """Return what stands between white space in a passage."""
    return list(re.compile(r"\S+").finditer(passage.text, start))


def span(years: tuple[int, int]) -> str:
    """Return first and last year as in "2019", "2019 bis 2022", "ab 2019", "bis 2022"."""
    first, last = years
    if first == last:
        return str(first)
    if last == ANY_YEAR[1]:
        return str(gettext("ab %(first)s", first=first))
    if first == ANY_YEAR[0]:
        return str(gettext("bis %(last)s", last=last))
    return str(gettext("%(first)s bis %(last)s", first=first, last=last))


def is_cut(typed: str, query: Query) -> bool:
    """Tell whether more was typed than is searched for."""
    return len(query.text) >= MAX_LENGTH - 1 and len(" ".join(typed.split())) > MAX_LENGTH
