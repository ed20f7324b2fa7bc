"""What a quotation is referred to by: a publication or a chapter of it, the pages of the quoted words, and a key."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from citing.quotation import Quotation
from corpus.citation import Citation, Place, cite, locator
from corpus.publication import Passage, Publication

_FOLDED = {"ä": "ae", "ö": "oe", "ü": "ue", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i"}
# so common that they tell no titles apart
_SMALL_WORDS = """
    der die das den dem des ein eine einer eines einem einen und oder im in am an auf aus bei beim mit von vom zu zum zur über für
    the a an of and on
"""
_SMALL = frozenset(_SMALL_WORDS.split())
_TITLE_WORDS = 2


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of a publication: its title, and the pages it stands on."""

    title: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """What is cited: a publication, the ``places`` of the quoted words, and what must be said of them.

    ``note`` is the footnote that the words stand in; with a ``chapter`` that is named, and the publication as what holds it.
    """

    publication: Publication
    places: tuple[Place, ...]
    note: str = ""
    recognised: bool = False
    chapter: Chapter | None = None

    @property
    def citation(self) -> Citation:
        """The plain reference with its locator, as it stands in a German footnote."""
        return cite(self.publication, self.places, self.note, recognised=self.recognised)

    @property
    def locator(self) -> str:
        """Where the words stand: "S. 46–47", "S. [46]", "PDF-S. 48"."""
        return self.citation.locator

    @property
    def pages(self) -> str:
        """The same for a field that holds page numbers: "46–47", "[46]"; a page without a number stays "PDF-S. 48"."""
        return locator(self.places).removeprefix("S. ")

    @property
    def title(self) -> str:
        """Title and subtitle with a colon, as bibliographies write them; a title's own mark of its end needs none."""
        title, subtitle = self.publication.title, self.publication.subtitle
        if not subtitle:
            return title
        return f"{title} {subtitle}" if title[-1:] in "?!:." else f"{title}: {subtitle}"

    @property
    def key(self) -> str:
        """A key for bibliographies that stays the same: first author, year, and the first words of the title, in ASCII."""
        publication = self.publication
        author = _ascii(publication.authors[0].family) if publication.authors else ""
        year = "".join(re.findall(r"\d", publication.year)[:4])
        chapter = _telling_words(self.chapter.title)[:1] if self.chapter else []
        return author + year + "".join(_telling_words(publication.title)[:_TITLE_WORDS] + chapter) or _ascii(publication.id)


def refer(quotation: Quotation, publication: Publication, places: tuple[Place, ...], chapter: Chapter | None = None) -> Reference:
    """Return the reference of a quotation; ``places`` are those of its whole passage."""
    return Reference(publication, quotation.places(places), quotation.passage.note, quotation.recognised, chapter)


@dataclass(frozen=True, slots=True)
class Cited:
    """A quotation with its reference."""

    quotation: Quotation
    reference: Reference


@dataclass(frozen=True, slots=True)
class Source:
    """A publication, or a chapter of it, with all that is quoted from it; ``key`` is its own among its like."""

    key: str
    cited: tuple[Cited, ...]

    @property
    def reference(self) -> Reference:
        """What is cited, with the pages of the first quotation."""
        return self.cited[0].reference

    @property
    def pages(self) -> str:
        """The pages of all quotations: "46–47, 52"."""
        return ", ".join(dict.fromkeys(one.reference.pages for one in self.cited))


def sources(cited: Iterable[Cited]) -> tuple[Source, ...]:
    """Return what some quotations were taken from, in their order, each once; of two equal keys the second gets the id too."""
    grouped: dict[tuple[str, str], list[Cited]] = {}
    for one in cited:
        chapter = one.reference.chapter
        grouped.setdefault((one.reference.publication.id, chapter.title if chapter else ""), []).append(one)
    found: dict[str, Source] = {}
    for group in grouped.values():
        reference = group[0].reference
        key = reference.key if reference.key not in found else f"{reference.key}-{reference.publication.id}"
        while key in found:  # two chapters whose titles begin alike
            key += "x"
        found[key] = Source(key, tuple(group))
    return tuple(found.values())


def chapter_title(passage: Passage, publication: Publication) -> str:
    """Return the title of the chapter that a passage stands in; empty where the publication is no book, or has none."""
    return passage.heading_path[0] if publication.kind == "book" and passage.heading_path else ""


def _telling_words(title: str) -> list[str]:
    folded = [_ascii(word) for word in title.split() if word.casefold() not in _SMALL]
    return [word for word in folded if word.strip("0123456789")]


def _ascii(text: str) -> str:
    """Return a text in small ASCII letters and digits, German letters spelt out."""
    spelt = "".join(_FOLDED.get(letter, letter) for letter in unicodedata.normalize("NFC", text).casefold())
    return "".join(letter for letter in unicodedata.normalize("NFKD", spelt) if letter.isascii() and letter.isalnum())
