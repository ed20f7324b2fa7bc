"""Sections become passages: whole sentences, about 60 to 180 words, never across a section."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from corpus.publication import Passage, Piece, headed
from corpus.sentences import sentence_ranges
from ingest.sections import Section

_CLAUSE_END = re.compile(r"[;:,–]\s+$")


@dataclass(frozen=True, slots=True)
class Splitting:
    """How long passages are, in words; the index remembers it."""

    least: int = 60
    target: int = 120
    most: int = 180


@dataclass(frozen=True)
class _Sentence:
    pieces: tuple[Piece, ...]
    words: int

    @cached_property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


def split(
    publication_id: str,
    sections: Sequence[Section],
    splitting: Splitting = Splitting(),
    fits: Callable[[str], bool] = lambda text: True,
) -> tuple[Passage, ...]:
    """Return the passages of a publication in reading order.

    ``fits`` tells whether the embedding model takes a text with its headings whole; passages are made so that
    it does.  Equal texts are numbered in reading order.
    """
    counts: Counter[str] = Counter()
    passages: list[Passage] = []
    for section in sections:

        def fits_headed(text: str, path: tuple[str, ...] = section.heading_path) -> bool:
            return fits(headed(path, text))

        for group in _groups(list(_sentences(section, splitting, fits_headed)), splitting, fits_headed):
            if not re.search(r"\w", "".join(sentence.text for sentence in group)):
                continue
            pieces = _trimmed([piece for sentence in group for piece in sentence.pieces])
            passage = Passage(publication_id, section.heading_path, pieces, section.kind, note=section.note)
            counts[passage.text] += 1
            passages.append(replace(passage, number=counts[passage.text]))
    return tuple(passages)


def _sentences(section: Section, splitting: Splitting, fits: Callable[[str], bool]) -> Iterator[_Sentence]:
    for paragraph in section.paragraphs:
        ranges = [part for whole in sentence_ranges(paragraph.text) for part in _cut(paragraph.text, *whole, splitting, fits)]
        for position, (start, end, words) in enumerate(ranges):
            pieces = paragraph.pieces(start, end)
            if position + 1 == len(ranges):
                pieces = (*pieces[:-1], replace(pieces[-1], text=pieces[-1].text.rstrip() + "\n"))
            yield _Sentence(pieces, words)


def _cut(text: str, start: int, end: int, splitting: Splitting, fits: Callable[[str], bool]) -> Iterator[tuple[int, int, int]]:
    """Yield a sentence whole, or in parts where it is too long for a passage: after a clause, else after a word.

    A part is where it begins and ends, and how many words it has.
    """
    count = len(text[start:end].split())
    if 0 < count <= splitting.most and (count == 1 or fits(text[start:end])):
        yield start, end, count
        return
    words = [start + match.end() for match in re.finditer(r"\S+\s*", text[start:end])]
    done = 0  # words yielded
    while len(words) - done > splitting.most or (len(words) - done > 1 and not fits(text[start:end])):
        limit = min(splitting.most, len(words) - done - 1)
        while limit > 1 and not fits(text[start : words[done + limit - 1]]):
            limit //= 2
        clause = [
            n for n in range(max(1, limit // 2), limit) if _CLAUSE_END.search(text[words[done + n - 1] - 3 : words[done + n - 1]])
        ]
        taken = clause[-1] if clause else limit
        yield start, words[done + taken - 1], taken
        start, done = words[done + taken - 1], done + taken
    if start < end:
        yield start, end, len(words) - done


def _groups(sentences: Sequence[_Sentence], splitting: Splitting, fits: Callable[[str], bool]) -> Iterator[list[_Sentence]]:
    """Group sentences so that the passages of a section are about equally long."""
    total = sum(sentence.words for sentence in sentences)
    if not total:
        return
    goal = total / max(1, round(total / splitting.target))
    group: list[_Sentence] = []
    text, count, left = "", 0, total
    for sentence in sentences:
        over = count + sentence.words > splitting.most or not fits(text + sentence.text)
        full = count >= goal - sentence.words / 2 and count >= splitting.least and left >= splitting.least
        if group and (over or full):
            yield group
            group, text, count = [], "", 0
        group.append(sentence)
        text += sentence.text
        count += sentence.words
        left -= sentence.words
    yield group


def _trimmed(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Drop white space at both ends; a passage is cited from its first letter to its last."""
    inked = [n for n, piece in enumerate(pieces) if piece.text.strip()]
    kept = list(pieces[inked[0] : inked[-1] + 1])
    first = replace(kept[0], text=kept[0].text.lstrip())
    kept[0] = first
    kept[-1] = replace(kept[-1], text=kept[-1].text.rstrip())
    return tuple(kept)
