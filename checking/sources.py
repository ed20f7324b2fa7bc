"""Passages that follow each other become one printed text, so that a quotation may run on from one into the next."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from checking.alignment import BETWEEN
from checking.tokens import Token, printed
from corpus.citation import Place
from corpus.publication import Kind, Passage
from index.library import Library

_SENTENCE_END = re.compile(r"[.!?:;\n]")
_SKIPPED = 6  # tables in a row that running text may go on behind


class Sources:
    """The printed text around some passages of a library; its tokens, each with the passage that it stands in."""

    def __init__(self, library: Library, rows: Iterable[int], reach: int) -> None:
        """Take passages by their positions, and up to ``reach`` of those before and behind each of them."""
        self._library = library
        self._count = library.count()
        self._followers: dict[int, int | None] = {}
        chosen: set[int] = set()
        for row in rows:
            chosen.update(self._around(row, reach))
        self.tokens: list[Token] = []
        self._passages: list[Passage | None] = []
        for first in sorted(row for row in chosen if self._before(row) not in chosen):
            if self.tokens:
                self.tokens.append(BETWEEN)
                self._passages.append(None)
            following: int | None = first
            while following is not None and following in chosen:
                self._add(following)
                following = self._behind(following)

    def passage(self, token: int) -> Passage:
        """Return the passage that a token stands in, by its number."""
        passage = self._passages[token]
        assert passage is not None
        return passage

    def text(self, first: int, last: int) -> str:
        """Return the printed text from one token to another, both included."""
        return " ".join(passage.text[start:end].strip() for passage, start, end in self._ranges(first, last))

    def between(self, token: int) -> str:
        """Return what is printed between a token and the one behind it."""
        passage, following = self.passage(token), self.passage(token + 1)
        start, end = self.tokens[token].end, self.tokens[token + 1].start
        return passage.text[start:end] if following is passage else passage.text[start:] + following.text[:end]

    def rest(self, token: int, step: int, most: int) -> list[int]:
        """Return the tokens from one to the end of its sentence (step 1) or its beginning (-1); none if more than ``most``."""
        found: list[int] = []
        while 0 <= token + step < len(self.tokens) and self.tokens[token + step] is not BETWEEN:
            if _SENTENCE_END.search(self.between(min(token, token + step))):
                break
            token += step
            found.append(token)
            if len(found) > most:
                return []
        return sorted(found)

    def places(self, first: int, last: int) -> tuple[Place, ...]:
        """Return the pages on which the tokens from one to another stand."""
        passage = self.passage(first)
        pages = {page for one, start, end in self._ranges(first, last) for page in _pages(one, start, end)}
        labels = self._library.labels(passage.publication_id)
        return tuple((page, labels[page]) for page in sorted(pages))

    def is_recognised(self, first: int, last: int) -> bool:
        """Tell whether some of the tokens from one to another stand on a page that was recognised in a picture."""
        return any(not _pages(one, start, end).isdisjoint(one.recognised) for one, start, end in self._ranges(first, last))

    def _ranges(self, first: int, last: int) -> list[tuple[Passage, int, int]]:
        """Return the passages between two tokens, each with the characters that are meant."""
        ranges: list[tuple[Passage, int, int]] = []
        for number in range(first, last + 1):
            passage, token = self.passage(number), self.tokens[number]
            if ranges and ranges[-1][0] is passage:
                ranges[-1] = (passage, ranges[-1][1], token.end)
            else:
                ranges.append((passage, 0 if ranges else token.start, token.end))
        return [(p, start, end if at == len(ranges) else len(p.text)) for at, (p, start, end) in enumerate(ranges, 1)]

    def _add(self, row: int) -> None:
        passage = self._library.passage_at(row)
        found = printed(passage.text)
        self.tokens += found
        self._passages += [passage] * len(found)

    def _around(self, row: int, reach: int) -> Sequence[int]:
        found = [row]
        for _ in range(reach):
            if (before := self._before(found[0])) is not None:
                found.insert(0, before)
            if (behind := self._behind(found[-1])) is not None:
                found.append(behind)
        return found

    def _behind(self, row: int) -> int | None:
        """Return the passage that goes on where another one ends."""
        if row not in self._followers:
            self._followers[row] = self._next(row, 1)
        return self._followers[row]

    def _before(self, row: int) -> int | None:
        return self._next(row, -1)

    def _next(self, row: int, step: int) -> int | None:
        passage = self._library.passage_at(row)
        for other in range(row + step, row + step * (_SKIPPED + 2), step):
            if not 0 <= other < self._count:
                return None
            found = self._library.passage_at(other)
            if found.publication_id != passage.publication_id:
                return None
            if (found.kind, found.note) == (passage.kind, passage.note):
                return other
            if passage.kind is not Kind.TEXT or found.kind is not Kind.TABLE:
                return None
        return None


def _pages(passage: Passage, start: int, end: int) -> set[int]:
    pages, at = set(), 0
    for piece in passage.pieces:
        if at < end and start < at + len(piece.text):
            pages.add(piece.page)
        at += len(piece.text)
    return pages
