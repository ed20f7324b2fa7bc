"""The hits of a search become counts: how many of them a further limit would leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.publication import Publication
from corpus.thesaurus import Group
from index.outline import Outline
from index.subjects import Subjects
from index.vectors import Rows


class Count(NamedTuple):
    """A value that a search may be limited to: what a filter calls it, what readers see, and how many passages have it."""

    value: str
    name: str
    passages: int


@dataclass(frozen=True, slots=True)
class Facets:
    """What ``counted`` passages ``among`` so many are, the most frequent first; each counts once in every field that it has.

    In ``years`` and ``kinds`` name and value are the same, a kind being that of ``corpus.publication``.
    """

    counted: int
    among: int
    publications: tuple[Count, ...] = ()
    chapters: tuple[Count, ...] = ()
    kinds: tuple[Count, ...] = ()
    years: tuple[Count, ...] = ()
    places: tuple[Count, ...] = ()
    topics: tuple[Count, ...] = ()
    audiences: tuple[Count, ...] = ()
    models: tuple[Count, ...] = ()


def count(
    rows: Rows,
    among: int,
    publications: Sequence[Publication],
    of_passage: NDArray[np.int32],
    outline: Outline,
    subjects: Subjects,
) -> Facets:
    """Count some passages, given by their rows; ``of_passage`` has the number of its publication for each of all passages."""
    numbers = of_passage[rows].tolist()
    told = subjects.numbers_of(rows).tolist()
    counts = [
        (found.subject, Count(found.subject.slug, found.subject.name, number))
        for found, number in zip(subjects.attested, told, strict=True)
    ]

    def of(group: Group) -> tuple[Count, ...]:
        return _ordered(of_subject for subject, of_subject in counts if subject.group is group and of_subject.passages)

    return Facets(
        len(rows),
        among,
        publications=_ordered(Count(publications[n].id, publications[n].title, k) for n, k in Counter(numbers).items()),
        chapters=_chapters(rows, outline, {publication.id: publication.title for publication in publications}),
        kinds=_same(kind.value for kind in outline.kinds_of(rows)),
        years=_same(year for number in numbers if (year := publications[number].year)),
        places=of(Group.PLACE),
        topics=of(Group.TOPIC),
        audiences=of(Group.AUDIENCE),
        models=of(Group.MODEL),
    )


def _chapters(rows: Rows, outline: Outline, titles: Mapping[str, str]) -> tuple[Count, ...]:
    """Count chapters; those of one title in several publications are told apart by the publications' titles."""
    counts = Counter(outline.chapters[number] for number in outline.chapter_numbers[rows].tolist() if number >= 0)
    alike = Counter(chapter.title for chapter in counts)
    return _ordered(
        Count(
            chapter.name, chapter.title if alike[chapter.title] == 1 else f"{chapter.title} ({titles[chapter.publication_id]})", k
        )
        for chapter, k in counts.items()
    )


def _same(values: Iterable[str]) -> tuple[Count, ...]:
    return _ordered(Count(value, value, number) for value, number in Counter(values).items())


def _ordered(counts: Iterable[Count]) -> tuple[Count, ...]:
    return tuple(sorted(counts, key=lambda one: (-one.passages, one.name.casefold())))
