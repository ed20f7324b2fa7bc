"""The counts of a search become what a reader may limit it to, and what it is limited to becomes what can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from corpus.publication import Kind, Publication
from corpus.thesaurus import Group
from index.facets import Count, Facets
from index.outline import chapter_named
from index.subjects import Subjects
from search_app.asking import ARTS, Arguments, Asking
from search_app.language import gettext, lazy_gettext
from search_app.shown import KINDS, span

_GROUPS = {
    Group.TOPIC: lazy_gettext("Thema"),
    Group.AUDIENCE: lazy_gettext("Zielgruppe"),
    Group.MODEL: lazy_gettext("Kooperationsmodell"),
    Group.PLACE: lazy_gettext("Ort"),
}
_MOST = 5  # values of a facet; who wants a rarer one asks for it by its words
_NAMES = {kind: name for name, kind in ARTS.items()}


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a search may be limited to, how it is written in the address, and how many of the hits it leaves."""

    name: str
    value: str
    passages: int


@dataclass(frozen=True, slots=True)
class Facet:
    """What a search may be limited by: its name, the argument of the address, and its most frequent values.

    ``language`` is that of the values, empty where it is the page's.
    """

    name: str
    argument: str
    choices: tuple[Choice, ...]
    language: str = "de"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A limit that was chosen: what by, the value, and the arguments of the address without it."""

    facet: str
    value: str
    without: Arguments


def facets(counts: Facets, asking: Asking) -> tuple[Facet, ...]:
    """Return what a search may be limited by further: only what leaves some of its hits and not all."""
    open_: list[tuple[str, str, Iterable[Choice], str]] = []
    if not asking.publikation:
        open_.append((gettext("Publikation"), "publikation", _choices(counts.publications), ""))
    if not asking.kapitel:
        open_.append((gettext("Kapitel"), "kapitel", _choices(counts.chapters), "de"))
    for group, values in ((Group.TOPIC, counts.topics), (Group.AUDIENCE, counts.audiences), (Group.MODEL, counts.models)):
        open_.append((str(_GROUPS[group]), "thema", (c for c in _choices(values) if c.value not in asking.thema), "de"))
    if not asking.ort:
        open_.append((str(_GROUPS[Group.PLACE]), "ort", _choices(counts.places, lambda count: count.name), "de"))
    if not asking.art:
        kinds = (Choice(kind_name(Kind(c.value)), _NAMES[Kind(c.value)], c.passages) for c in counts.kinds)
        open_.append((gettext("Art des Textes"), "art", kinds, ""))
    if not asking.jahr:
        open_.append((gettext("Erschienen"), "jahr", _choices(counts.years), ""))
    found = ((name, argument, _narrowing(choices, counts.counted), language) for name, argument, choices, language in open_)
    return tuple(Facet(*facet) for facet in found if facet[2])


def kind_name(kind: Kind) -> str:
    """Return what readers call a sort of text."""
    return str(KINDS[kind]) or gettext("Fließtext")


def chosen(asking: Asking, publications: Sequence[Publication], subjects: Subjects) -> tuple[Chosen, ...]:
    """Return what a search is limited to by choice, in the order of its facets."""
    return tuple(_chosen(asking, publications, subjects))


def _chosen(asking: Asking, publications: Sequence[Publication], subjects: Subjects) -> Iterator[Chosen]:
    titles = {publication.id: publication.title for publication in publications}
    if asking.publikation:
        title = titles.get(asking.publikation, asking.publikation)
        yield Chosen(gettext("Publikation"), title, asking.arguments(publikation=None))
    if asking.kapitel:
        chapter = chapter_named(asking.kapitel, titles)
        beside = f" ({titles[chapter.publication_id]})" if chapter.publication_id not in ("", asking.publikation) else ""
        yield Chosen(gettext("Kapitel"), f"{chapter.title}{beside}", asking.arguments(kapitel=None))
    for name in asking.thema:
        subject = subjects.find(name)
        others = tuple(other for other in asking.thema if other != name)
        group = _GROUPS[subject.subject.group if subject else Group.TOPIC]
        yield Chosen(str(group), subject.subject.name if subject else name, asking.arguments(thema=others))
    if asking.ort:
        yield Chosen(str(_GROUPS[Group.PLACE]), asking.ort, asking.arguments(ort=None))
    if asking.art:
        yield Chosen(gettext("Art des Textes"), kind_name(ARTS[asking.art]), asking.arguments(art=None))
    if asking.jahr:
        years = asking.query.filters.years
        yield Chosen(gettext("Erschienen"), span(years) if years else asking.jahr, asking.arguments(jahr=None))


def _choices(counts: Iterable[Count], value: Callable[[Count], str] = lambda count: count.value) -> Iterator[Choice]:
    return (Choice(count.name, value(count), count.passages) for count in counts)


def _narrowing(choices: Iterable[Choice], counted: int) -> tuple[Choice, ...]:
    """Return the most frequent choices that leave some hits, but not all."""
    return tuple(choice for choice in choices if choice.passages < counted)[:_MOST]
