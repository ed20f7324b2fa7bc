"""What stands beside a quotation names publications: by an author, by a title, by a year."""

from __future__ import annotations

import re
from collections.abc import Iterable

from corpus.publication import Publication
from index.german import fold

_LONG = 3  # letters; shorter words of a title tell nothing apart


def how_plainly(beside: str, publication: Publication) -> int:
    """Return how plainly a publication is named: by an author, by most words of its title (2 each), by its year (1)."""
    said = set(_words(beside))
    title = {word for word in _words(publication.title) if len(word) > _LONG}
    by_title = bool(title) and 2 * len(title & said) > len(title)
    return 2 * _is_by_author(said, publication) + 2 * by_title + (publication.year in said)


def plainly_named(beside: str, publications: Iterable[Publication]) -> list[Publication]:
    """Return the publications that are named so plainly that it is no chance.

    That is an author together with the year, or the whole title word by word: one with two long words, or with the year.
    """
    words = _words(beside)
    said, text = set(words), f" {' '.join(words)} "
    return [one for one in publications if _is_plainly_named(said, text, one)]


def _is_plainly_named(said: set[str], text: str, publication: Publication) -> bool:
    by_year = bool(publication.year) and publication.year in said
    if by_year and _is_by_author(said, publication):
        return True
    title = _words(publication.title)
    telling = by_year or sum(len(word) > _LONG for word in title) > 1
    return len(title) > 1 and telling and f" {' '.join(title)} " in text


def _is_by_author(said: set[str], publication: Publication) -> bool:
    return any(set(_words(author.family)) <= said for author in publication.authors if author.family)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text))
