"""Passage and publication become a citation with its locator: "S. 46–47", "S. [46]", "PDF-S. 48"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from corpus.publication import LabelSource, PageLabel, Passage, Publication

#: What a citation says of a text that was recognised in a picture.
RECOGNISED = "Texterkennung"
#: Where a passage stands: the index of a page (from 0) and its label.
Place = tuple[int, PageLabel]


@dataclass(frozen=True, slots=True)
class Citation:
    """What stands in a footnote: the short reference and the locator of the pages cited, and what must be said of the text."""

    reference: str
    locator: str
    remark: str = ""

    def __str__(self) -> str:
        return f"{self.reference}, {self.locator}" + (f" ({self.remark})" if self.remark else "")


def cite(publication: Publication, places: Sequence[Place], note: str = "", *, recognised: bool = False) -> Citation:
    """Return the citation of a passage that stands at ``places`` (in order, at least one), in the footnote ``note`` if in one.

    ``recognised`` says that its words were recognised in a picture, which the citation must say as well.
    """
    where = locator(places) + (f", Anm. {note}" if note else "")
    return Citation(reference(publication), where, RECOGNISED if recognised else "")


def cite_words(passage: Passage, publication: Publication, places: Sequence[Place]) -> Citation:
    """Return the citation of those words of a passage that stand at ``places``: all of them, or some."""
    recognised = any(index in passage.recognised for index, _ in places)
    return cite(publication, places, passage.note, recognised=recognised)


def reference(publication: Publication) -> str:
    """Return author, year and title as in a German bibliography, leaving out what is not known."""
    authors = _authors(publication)
    imprint = ": ".join(part for part in (publication.place, publication.publisher) if part)
    if not authors:
        return ", ".join(part for part in (publication.full_title, imprint, publication.year) if part)
    head = f"{authors} ({publication.year})" if publication.year else authors
    return f"{head}: " + ", ".join(part for part in (publication.full_title, imprint) if part)


def _authors(publication: Publication) -> str:
    names = [author.family for author in publication.authors]
    if len(names) > 3:
        return f"{names[0]} u. a."
    return " / ".join(names)


def locator(places: Sequence[Place]) -> str:
    """Return where a passage stands, as it is written behind a reference.

    A number that stands on the page or comes from the operator is cited as it is, one that is only declared by
    the file or inferred goes into square brackets, as scholars mark what they supply themselves; a page
    without any number is cited by its place in the file and never dressed up as a printed one.
    """
    parts: list[str] = []
    for printed, group in groupby(places, key=lambda place: place[1].source is not LabelSource.NONE):
        run = list(group)
        if printed:
            parts.append("S. " + _range([_shown(end, label) for _, label in run for end in label.ends]))
        else:
            parts.append("PDF-S. " + _range([str(index + 1) for index, _ in run]))
    return ", ".join(parts)


def first_and_last(places: Sequence[Place]) -> tuple[str, str]:
    """Return the first and the last page of some places, each as it is cited: ("46", "47"), ("[46]", "[46]").

    A page without any number is cited by its place in the file here too: ("PDF-S. 48", "PDF-S. 48").
    """
    (first, label), (last, last_label) = places[0], places[-1]
    return _alone(first, label.ends[0], label), _alone(last, last_label.ends[1], last_label)


def _alone(index: int, number: str, label: PageLabel) -> str:
    return f"PDF-S. {index + 1}" if label.source is LabelSource.NONE else _shown(number, label)


def _shown(number: str, label: PageLabel) -> str:
    return number if label.source.certain else f"[{number}]"


def _range(labels: list[str]) -> str:
    return labels[0] if labels[0] == labels[-1] else f"{labels[0]}–{labels[-1]}"
