"""Links to passages last: what became of a passage that was published once, said in words, with the way to it.

The address of a passage that stands as it stood leads to it as always.  One that was moved or is split otherwise leads on to
where it stands now; what was changed is shown beside what it was; what is gone is quoted, and said to be gone.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from weakref import WeakKeyDictionary

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from corpus.citation import Citation, Place, cite, locator
from corpus.errors import RegisterDamaged
from corpus.publication import Passage, Publication
from index.library import Library
from index.links import Fate, Reading, Resolution, Run, Stretch, records_of, resolve
from index.register import Edition, Record
from search_app.asking import Asking
from search_app.errors import Problem
from search_app.language import gettext
from search_app.live import register

_log = logging.getLogger(__name__)
_readings: WeakKeyDictionary[Library, dict[str, Reading]] = WeakKeyDictionary()
_AT_HAND = 8  # publications of a library whose words are kept; a book has 3 MB of them
_COMPARED = 8  # editions laid beside today's for one list, each of which may take half a second
_WORDS_TO_SEARCH = 12  # of a passage that is gone, to look for what is like it


class Past(StrEnum):
    """What is to be said of a passage that there is not, in a list of many."""

    MOVED = "moved"  # word for word, elsewhere or split otherwise
    CHANGED = "changed"  # or not certain
    GONE = "gone"
    ONCE = "once"  # was there once; what became of it is not looked up
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a passage stands now, or may stand: the passage that holds it, its locator and headings, and the words."""

    passage_id: str
    publication: Publication
    locator: str
    heading_path: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Compared:
    """A part of a changed passage: where it stands now, and how its words differ."""

    standing: tuple[Standing, ...]
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Earlier:
    """Where a passage stood, as it was cited, and where it stands now; ``moved`` is False where only its borders changed.

    ``led`` is the id of the passage whose link led here, ``is_part`` that it is only a part of the one that is shown.
    """

    before: tuple[str, ...]
    headings_before: tuple[str, ...]
    now: tuple[Standing, ...]
    moved: bool
    led: str = ""
    is_part: bool = False


def reading(library: Library, publication_id: str) -> Reading:
    """Return a publication as it reads in a library, its words at hand for the next link."""
    kept = _readings.setdefault(library, {})
    found = kept.get(publication_id)
    if found is None:
        if len(kept) >= _AT_HAND:
            kept.clear()
        found = kept[publication_id] = Reading(tuple(library.passages(publication_id)))
    return found


def no_longer(library: Library, passage_id: str, asking: Asking) -> Response:
    """Answer for a passage that there is not: by where it stands now, how it changed, or that it is gone; raises Problem."""
    editions = _editions_with(passage_id)
    if not editions:
        raise _forgotten() if _is_forgotten(passage_id) else _unknown()
    edition = editions[0]
    record, heir, resolution = _resolved(library, editions, passage_id)
    if resolution.fate is Fate.KEPT:
        first = resolution.parts[0].stretches[0].passage
        values: dict[str, Any] = {"passage_id": first.id, "frueher": passage_id, **asking.arguments()}
        return redirect(url_for("pages.passage", **values), 302)
    parts = [Compared(_all_standing(library, part.stretches), part.runs) for part in resolution.parts]
    html = render_template(
        "lasting.html",
        fate=resolution.fate.value,
        publication=edition.publication,
        heir=heir,
        record=record,
        citation=_cited(edition, record),
        parts_now=parts,
        search=" ".join(record.text.removeprefix("\n".join(record.heading_path)).split()[:_WORDS_TO_SEARCH]),
        asking=asking,
        query=asking.query,
    )
    return Response(html, 410 if resolution.fate is Fate.GONE else 200, mimetype="text/html")


def _resolved(library: Library, editions: Sequence[Edition], passage_id: str) -> tuple[Record, Publication | None, Resolution]:
    """Return a passage as the latest of the editions that had it, where it is looked for, and what became of it."""
    edition = editions[0]
    position, record = next((n, record) for n, record in enumerate(records_of(edition)) if record.id == passage_id)
    heir = _heir(library, edition)
    if heir is None:
        return record, None, Resolution(Fate.GONE)
    others = {other.id for known in editions for other in records_of(known)} - {passage_id}
    return record, heir, resolve(edition, position, reading(library, heir.id), others)


def earlier(library: Library, passage: Passage) -> Earlier | None:
    """Return where a passage stood before, or the one that led here (``frueher`` in the address); None where that is here."""
    led = request.args.get("frueher", "")
    found = _led_here(library, passage, led) if led and led != passage.id else None
    return found or _as_it_was(library, passage)


def _led_here(library: Library, passage: Passage, passage_id: str) -> Earlier | None:
    editions = _editions_with(passage_id)
    if not editions:
        return None
    record, heir, resolution = _resolved(library, editions, passage_id)
    stretches = [stretch for part in resolution.parts for stretch in part.stretches]
    if heir is None or resolution.fate is not Fate.KEPT or passage.id not in [stretch.passage.id for stretch in stretches]:
        return None
    now = _all_standing(library, stretches)
    places = tuple(dict.fromkeys(place for stretch in stretches for place in _places(library, stretch)))
    moved = (
        _located(record.places, record.note) != _located(places, stretches[0].passage.note)
        or any(record.heading_path != stretch.passage.heading_path for stretch in stretches)
        or editions[0].publication.id != heir.id
    )
    before = (_before(editions[0], record, heir),)
    return Earlier(before, record.heading_path, now, moved, passage_id, not all(stretch.is_whole for stretch in stretches))


def _as_it_was(library: Library, passage: Passage) -> Earlier | None:
    """Return where a passage that kept its id was cited before: each place once, the latest first."""
    now = (_located(library.places(passage), passage.note), passage.heading_path)
    publication = library.publication(passage.publication_id)
    assert publication is not None
    editions = _editions_with(passage.id)
    before: dict[tuple[str, tuple[str, ...]], str] = {}
    for edition in editions if len(editions) > 1 else ():  # the live one is always among them
        for record in records_of(edition):
            was = (_located(record.places, record.note), record.heading_path)
            if record.id == passage.id and was != now:
                before.setdefault(was, _before(edition, record, publication))
    if not before:
        return None
    whole = Stretch(passage, 0, len(passage.text))
    headings = next(iter(before))[1]
    return Earlier(tuple(dict.fromkeys(before.values())), headings, _all_standing(library, [whole]), moved=True)


def _before(edition: Edition, record: Record, today: Publication) -> str:
    """Return where a passage stood, with the title and year of its edition where those are other ones today."""
    was = edition.publication
    if (was.full_title, was.year, was.id) == (today.full_title, today.year, today.id):
        return _located(record.places, record.note)
    return f"{_located(record.places, record.note)} („{was.title}“{', ' + was.year if was.year else ''})"


def _all_standing(library: Library, stretches: Sequence[Stretch]) -> tuple[Standing, ...]:
    return tuple(_standing(library, stretch) for stretch in stretches)


def _standing(library: Library, stretch: Stretch) -> Standing:
    passage = stretch.passage
    publication = library.publication(passage.publication_id)
    assert publication is not None
    text = passage.text[stretch.start : stretch.end]
    where = _located(_places(library, stretch), passage.note)
    return Standing(passage.id, publication, where, passage.heading_path, text)


def _located(places: Sequence[Place], note: str) -> str:
    return locator(places) + (f", Anm. {note}" if note else "")


def _places(library: Library, stretch: Stretch) -> tuple[Place, ...]:
    labels = library.labels(stretch.passage.publication_id)
    return tuple((page, labels[page]) for page in stretch.pages)


def _cited(edition: Edition, record: Record) -> Citation:
    return cite(edition.publication, record.places, record.note, recognised=record.recognised)


def _heir(library: Library, edition: Edition) -> Publication | None:
    """Return the publication in which a passage is looked for: its own, its later edition, or the same file by another id."""
    own = library.publication(edition.publication.id)
    if own:
        return own
    later = next((p for p in library.publications if p.succeeds == edition.publication.id), None)
    return later or next((p for p in library.publications if edition.digest and _digest(library, p) == edition.digest), None)


def _digest(library: Library, publication: Publication) -> str:
    original = library.original(publication.id)
    return original.digest if original else ""


def became(library: Library, passage_ids: Sequence[str]) -> tuple[Past, ...]:
    """Return what became of passages that there are not, in their order; of only so many editions as a page can wait for."""
    compared: set[str] = set()
    result: list[Past] = []
    for id_ in passage_ids:
        editions = _editions_with(id_)
        if not editions:
            result.append(Past.GONE if _is_forgotten(id_) else Past.UNKNOWN)
        elif len(compared | {editions[0].key}) > _COMPARED:
            result.append(Past.ONCE)
        else:
            compared.add(editions[0].key)
            result.append(_PAST[_resolved(library, editions, id_)[2].fate])
    return tuple(result)


_PAST = {Fate.KEPT: Past.MOVED, Fate.CHANGED: Past.CHANGED, Fate.UNCERTAIN: Past.CHANGED, Fate.GONE: Past.GONE}


def was_published(passage_id: str) -> bool:
    """Tell whether a passage was there once, and its address still says what became of it."""
    return bool(_editions_with(passage_id)) or _is_forgotten(passage_id)


def _editions_with(passage_id: str) -> tuple[Edition, ...]:
    """Return the editions that had a passage; none, and a line in the server's log, where the register can't be read."""
    try:
        return register().editions_with(passage_id)
    except RegisterDamaged as error:
        _log.error("Links to passages are not resolved: %s", error)
        return ()


def _is_forgotten(passage_id: str) -> bool:
    try:
        return register().is_forgotten(passage_id)
    except RegisterDamaged:
        return False


def _forgotten() -> Problem:
    return Problem(
        410,
        gettext("Diese Stelle wird nicht mehr gezeigt"),
        gettext("Die Betreiber haben die Publikation, in der sie stand, aus der Sammlung und aus dem Verzeichnis genommen."),
    )


def _unknown() -> Problem:
    return Problem(
        404,
        gettext("Fundstelle nicht gefunden"),
        gettext(
            "Unter dieser Adresse steht hier nichts, und es ist auch nicht verzeichnet, dass hier je etwas stand. Vielleicht ist "
            "sie unvollständig kopiert. Suchen Sie den Text neu: Ein paar Wörter daraus genügen."
        ),
    )
