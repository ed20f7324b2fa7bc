"""Editions of a publication that have ids of their own: which of them is the latest."""

from __future__ import annotations

from collections.abc import Iterable

from corpus.publication import Publication


def latest_editions(publication: Publication, among: Iterable[Publication]) -> tuple[Publication, ...]:
    """Return the publications that succeed another one, in one step or several, and that none succeeds in turn.

    Usually that is one, or none where the publication is the latest; none where they are said to succeed each other in a circle.
    """
    known = tuple(among)
    found: dict[str, Publication] = {}
    steps = [publication]
    while steps:
        step = steps.pop(0)
        after = [other for other in known if other.succeeds == step.id and other.id not in found]
        found |= {other.id: other for other in after}
        steps += after
    if publication.id in found:
        return ()
    followed = {other.succeeds for other in found.values()}
    return tuple(other for other in found.values() if other.id not in followed)
