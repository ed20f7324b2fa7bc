"""A document becomes its report card: what was read of each page, and what a person should look at before trusting it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from itertools import groupby, pairwise

from corpus.citation import locator
from corpus.publication import Document, Kind, LabelSource, Page, PageLabel, Passage, Publication, Recognition, TextSource
from ingest.coverage import Covered, Joint, Place, Removed, cover, joints, readable_characters
from ingest.labels import roman_value
from ingest.legibility import Legibility, Missing, legibility

_LITTLE = 20  # characters; a page with fewer is a picture, or empty
_SHOWN_BEHIND = 16  # characters behind a sign that was put right
_LONG_RUN = 4  # inferred numbers in a row that nobody would notice to be wrong
_UNSURE = 0.1  # share of a recognised page's characters at which it should be read against the picture
_LOST = 0.01  # share of a page's characters without meaning at which text is lost


class Light(IntEnum):
    """How far a page or a publication may be trusted; the greatest counts."""

    GREEN = 0
    YELLOW = 1  # a person should look at it
    RED = 2  # it costs text, or a citation


class Concern(StrEnum):
    """What may be wrong with a page, most serious first."""

    GARBLED = "garbled"
    LOST = "lost"
    REPEATED = "repeated"
    UNREAD = "unread"
    NO_TEXT = "no_text"
    FOREIGN = "foreign"
    SIGNS = "signs"
    UNSURE = "unsure"
    MIDDLE = "middle"
    JUMP = "jump"
    UNNUMBERED = "unnumbered"
    INFERRED = "inferred"
    HYPHEN = "hyphen"


_RED = {Concern.GARBLED, Concern.LOST, Concern.REPEATED, Concern.UNREAD}
_SUMMED = {
    Concern.GARBLED: "Der Text besteht vermutlich nicht aus den gedruckten Buchstaben",
    Concern.LOST: "Mehr als 1 % der Zeichen sind keine lesbaren",
    Concern.REPEATED: "Dieselbe Seitenzahl steht auf mehreren Seiten",
    Concern.UNREAD: "Diese Seiten ließen sich nicht lesen",
    Concern.NO_TEXT: "Ohne Text oder fast ohne",
    Concern.FOREIGN: "Kaum deutsche Wörter (Verzeichnis, Tabelle, andere Sprache oder falsche Buchstaben)",
    Concern.SIGNS: "Einzelne Zeichen sind keine lesbaren",
    Concern.UNSURE: "Die Texterkennung war bei vielen Wörtern nicht sicher",
    Concern.MIDDLE: "Zeilen mitten auf der Seite (oder dort verdeckte) gehören zu keiner Passage",
    Concern.JUMP: "Die Seitenzählung springt",
    Concern.UNNUMBERED: "Ohne Zahl mitten unter gezählten Seiten",
    Concern.INFERRED: f"Mindestens {_LONG_RUN} Seitenzahlen hintereinander sind nur erschlossen",
    Concern.HYPHEN: "Ein Wort ist vermutlich falsch getrennt",
}


@dataclass(frozen=True, slots=True)
class Doubt:
    """What should be looked at on a page, as a German sentence."""

    concern: Concern
    text: str

    @property
    def light(self) -> Light:
        """How serious it is."""
        return Light.RED if self.concern in _RED else Light.YELLOW


@dataclass(frozen=True, slots=True)
class PageCard:
    """What was read of a page; ``characters`` are those that a reader sees, white space not counted.

    ``removed`` is what no passage holds, ``joints`` are the hyphens at line ends, ``kinds`` how many passages of which
    kind stand on the page.  Where its text was recognised, ``confidence`` is the mean from 0 to 100, ``unsure`` are the words
    that are doubtful, and ``mended`` the signs that were put right: as they were recognised, and as they read now.
    """

    index: int
    label: PageLabel
    source: TextSource
    characters: int
    removed: tuple[Removed, ...]
    joints: tuple[Joint, ...]
    missing: tuple[Missing, ...]
    words: int
    german: float | None  # share of German function words; None on a page without words
    kinds: tuple[tuple[Kind, int], ...]
    doubts: tuple[Doubt, ...]
    confidence: int | None = None
    unsure: tuple[str, ...] = ()
    mended: tuple[tuple[str, str], ...] = ()

    @property
    def pdf_page(self) -> int:
        """The page's number in the file, from 1."""
        return self.index + 1

    @property
    def light(self) -> Light:
        """The light of the most serious doubt."""
        return max((doubt.light for doubt in self.doubts), default=Light.GREEN)

    @property
    def removed_characters(self) -> int:
        """How many characters no passage holds."""
        return sum(len(readable_characters(removed.text)) for removed in self.removed)

    @property
    def joined(self) -> tuple[Joint, ...]:
        """The words whose hyphen fell away."""
        return tuple(joint for joint in self.joints if not joint.kept)

    @property
    def kept(self) -> tuple[Joint, ...]:
        """The words whose hyphen stayed."""
        return tuple(joint for joint in self.joints if joint.kept)

    @property
    def missing_characters(self) -> int:
        """How many characters mean nothing."""
        return sum(missing.count for missing in self.missing)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a light is not green: what is the matter, in German, and with which pages (from 1, in the file)."""

    light: Light
    text: str
    pdf_pages: tuple[int, ...] = ()

    @property
    def runs(self) -> tuple[tuple[int, int], ...]:
        """The pages as (first, last) of each unbroken run."""
        runs: list[tuple[int, int]] = []
        for page in self.pdf_pages:
            joins = bool(runs) and page == runs[-1][1] + 1
            runs[-1 if joins else len(runs) :] = [(runs[-1][0] if joins else page, page)]
        return tuple(runs)

    def __str__(self) -> str:
        pages = ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in self.runs)
        return f"{self.text}: PDF-S. {pages}." if pages else self.text


@dataclass(frozen=True, slots=True)
class ReportCard:
    """What was read of a publication, page by page, and what not to trust; ``kinds`` counts its passages."""

    publication: Publication
    pages: tuple[PageCard, ...]
    kinds: tuple[tuple[Kind, int], ...]
    warnings: tuple[str, ...]
    reasons: tuple[Reason, ...]

    @property
    def light(self) -> Light:
        """The light of the most serious reason."""
        return max((reason.light for reason in self.reasons), default=Light.GREEN)

    @property
    def is_red(self) -> bool:
        """True where something costs text or a citation."""
        return self.light is Light.RED

    @property
    def sources(self) -> tuple[tuple[LabelSource, int], ...]:
        """How many page numbers are known from where."""
        counts = Counter(page.label.source for page in self.pages)
        return tuple((source, counts[source]) for source in LabelSource)

    @property
    def passages(self) -> int:
        """How many passages there are."""
        return sum(count for _, count in self.kinds)


def report_card(document: Document) -> ReportCard:
    """Return the report card of a document; computed from the document alone."""
    covered = cover(document)
    found = joints(document)
    numbering = _numbering(document.pages)
    cards = tuple(
        _page_card(page, covered[page.index], found.get(page.index, ()), document.passages, numbering.get(page.index, ()))
        for page in document.pages
    )
    return ReportCard(
        document.publication,
        cards,
        _kinds(document.passages),
        document.warnings,
        tuple(_reasons(cards, document.warnings)),
    )


def _kinds(passages: Iterable[Passage]) -> tuple[tuple[Kind, int], ...]:
    counts = Counter(passage.kind for passage in passages)
    return tuple((kind, counts[kind]) for kind in Kind if counts[kind])


def _page_card(
    page: Page, covered: Covered, found: Sequence[Joint], passages: Sequence[Passage], numbering: Sequence[Doubt]
) -> PageCard:
    read = legibility(page)
    here = [passages[number] for number in covered.passages]
    seen = page.recognition
    unsure = tuple(page.characters[start:end] for start, end in seen.doubtful) if seen else ()
    doubts = [*_of_text(read, covered), *_of_recognition(unsure, read), *numbering, *_of_reading(covered.removed, found)]
    return PageCard(
        page.index,
        page.label,
        page.source,
        read.characters,
        covered.removed,
        tuple(found),
        read.missing,
        read.words,
        read.german,
        _kinds(here),
        tuple(sorted(doubts, key=lambda doubt: list(Concern).index(doubt.concern))),
        seen.confidence if seen else None,
        unsure,
        tuple(_mends(page.characters, seen)) if seen else (),
    )


def _mends(characters: str, seen: Recognition) -> Iterable[tuple[str, str]]:
    """Yield what was put right, as it was and as it is, with the word behind it."""
    for start, end, was in seen.mended:
        behind = " ".join(characters[end : end + _SHOWN_BEHIND].split()[:2])
        yield f"{was} {behind}", f"{characters[start:end]} {behind}"


def _of_text(read: Legibility, covered: Covered) -> Iterable[Doubt]:
    if read.characters < _LITTLE:
        yield Doubt(Concern.NO_TEXT, f"Nur {read.characters} Zeichen Text." if read.characters else "Kein Text.")
    codes = ", ".join(dict.fromkeys(missing.code for missing in read.missing))
    inside = sum(missing.inside for missing in read.missing)
    if inside > _LOST * read.characters:
        yield Doubt(Concern.LOST, f"{inside} von {read.characters} Zeichen sind keine lesbaren ({codes}).")
    elif read.missing:
        count = sum(missing.count for missing in read.missing)
        yield Doubt(Concern.SIGNS, f"{count} Zeichen sind keine lesbaren, etwa Aufzählungszeichen ({codes}).")
    if read.is_garbled:
        yield Doubt(Concern.GARBLED, "Die Buchstaben sind vermutlich andere als die gedruckten.")
    elif read.is_foreign and covered.is_prose:
        yield Doubt(
            Concern.FOREIGN,
            f"Kaum deutsche Wörter (Anteil von „der“, „und“ … {100 * (read.german or 0):.0f} %).",
        )


def _of_recognition(unsure: Sequence[str], read: Legibility) -> Iterable[Doubt]:
    if sum(map(len, unsure)) > _UNSURE * read.characters:
        yield Doubt(Concern.UNSURE, f"Texterkennung: {len(unsure)} von {read.words} Wörtern sind nicht sicher gelesen.")


def _of_reading(removed: Sequence[Removed], found: Sequence[Joint]) -> Iterable[Doubt]:
    inside = [r.text for r in removed if r.place is Place.MIDDLE and re.search(r"\w", r.text)]
    if inside:
        yield Doubt(Concern.MIDDLE, f"In keiner Passage, obwohl mitten auf der Seite oder dort verdeckt: {_quoted(inside)}.")
    odd = [joint.text for joint in found if joint.is_odd]
    if odd:
        yield Doubt(Concern.HYPHEN, f"Vermutlich falsch getrennt: {_quoted(odd)}.")


def _quoted(texts: Sequence[str]) -> str:
    return "; ".join(f"„{_short(text)}“" for text in texts[:3]) + (f" und {len(texts) - 3} mehr" if len(texts) > 3 else "")


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


def _numbering(pages: Sequence[Page]) -> dict[int, list[Doubt]]:
    """Return what is doubtful about the numbers of pages, by the pages' indices."""
    doubts: dict[int, list[Doubt]] = {page.index: [] for page in pages}
    numbered = [page for page in pages if page.label.source is not LabelSource.NONE]
    if not numbered:
        return doubts
    for page in pages:
        if page.label.source is LabelSource.NONE and numbered[0].index < page.index < numbered[-1].index:
            doubts[page.index].append(Doubt(Concern.UNNUMBERED, "Ohne Zahl, davor und danach sind Seiten gezählt."))
    for source, run in groupby(pages, key=lambda page: page.label.source):
        guessed = list(run)
        if source is LabelSource.INFERRED and len(guessed) >= _LONG_RUN:
            for page in guessed:
                doubts[page.index].append(
                    Doubt(Concern.INFERRED, f"Eine von {len(guessed)} erschlossenen Zahlen hintereinander.")
                )
    for index, doubt in _repeated(pages):
        doubts[index].append(doubt)
    for before, page in pairwise(numbered):
        if _jumps(before, page):
            text = f"Die Zählung springt von {_cited(before)} (PDF-S. {before.pdf_page}) auf {_cited(page)}."
            doubts[page.index].append(Doubt(Concern.JUMP, text))
    return doubts


def _repeated(pages: Sequence[Page]) -> Iterable[tuple[int, Doubt]]:
    """Yield the pages on which a number stands that stands on another as well."""
    seen: dict[str, list[Page]] = {}
    for page in pages:
        if page.label.source is LabelSource.SEEN:
            seen.setdefault(page.label.text, []).append(page)
    for text, same in seen.items():
        for page in same if len(same) > 1 else ():
            others = ", ".join(str(other.pdf_page) for other in same if other is not page)
            yield page.index, Doubt(Concern.REPEATED, f"S. {text} steht auch auf PDF-S. {others}.")


def _cited(page: Page) -> str:
    return locator([(page.index, page.label)])


def _jumps(before: Page, page: Page) -> bool:
    """Tell whether the numbers of two pages that follow each other, but for pages without number, do not fit."""
    old, new = _number(before.label.text), _number(page.label.text)
    if old is None or new is None or old[0] != new[0]:
        return False
    steps, difference = page.index - before.index, new[1] - old[1]
    return not 1 <= difference <= steps if steps > 1 else difference != 1  # pages without number may count or not


def _number(label: str) -> tuple[str, int] | None:
    if label.isdecimal():
        return "1", int(label)
    value = roman_value(label)
    return ("i" if label.islower() else "I", value) if value else None


def _reasons(cards: Sequence[PageCard], warnings: Sequence[str]) -> Iterable[Reason]:
    """Yield why the light is not green, the most serious first."""
    of: dict[Concern, list[int]] = {concern: [] for concern in Concern}
    for card in cards:
        for doubt in card.doubts:
            of[doubt.concern].append(card.pdf_page)
    last = max((card.index for card in cards), default=-1)
    of[Concern.UNREAD] += sorted(set(range(1, last + 2)) - {card.pdf_page for card in cards})
    empty = of[Concern.NO_TEXT]
    if len(empty) > len(cards) / 2:
        yield Reason(Light.RED, "Mehr als die Hälfte der Seiten ist ohne Text", tuple(empty))
        del of[Concern.NO_TEXT]
    for concern, found in of.items():
        if found:
            light = Light.RED if concern in _RED else Light.YELLOW
            yield Reason(light, _SUMMED[concern], tuple(found))
    for warning in warnings:
        yield Reason(Light.YELLOW, f"Beim Einlesen gemeldet: {warning}")
