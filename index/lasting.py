"""Passages keep their ids from one generation to the next: equal texts are told apart by what stands around them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import count

from corpus.publication import Document
from index.alignment import Numbers, Words, align, as_whole
from index.register import Edition, Record, Register

_SURE = 12  # words: two of fewer words may be equal by chance, and are one only where what stands around them agrees


def with_lasting_ids(document: Document, register: Register) -> Document:
    """Return a document whose passages have the numbers under which the register knows them.

    A number that is in the register for another passage of the same text is never given again.  Raises RegisterDamaged.
    """
    editions = register.editions_of(document.publication.id)
    if not editions:
        return document
    if [passage.text for passage in document.passages] == [record.text for record in editions[0].records]:
        return _numbered(document, [_number(record.id) for record in editions[0].records])
    return _numbered(document, _Numbering(document, editions, register.ids_of(document.publication.id)).numbers())


def _numbered(document: Document, numbers: Sequence[int]) -> Document:
    passages = tuple(p if p.number == n else replace(p, number=n) for p, n in zip(document.passages, numbers, strict=True))
    return replace(document, passages=passages)


def _number(id_: str) -> int:
    return int(id_.partition("-")[2] or 1)


def _unnumbered(id_: str) -> str:
    return id_.partition("-")[0]


class _Numbering:
    """The numbers of a document's passages, from what earlier editions, the latest first, knew of their texts."""

    def __init__(self, document: Document, editions: Sequence[Edition], used: frozenset[str]) -> None:
        self._passages = document.passages
        self._earlier = [_Earlier(edition, self) for edition in editions]
        self._used: dict[str, set[int]] = defaultdict(set)
        for id_ in used:
            self._used[_unnumbered(id_)].add(_number(id_))

    @cached_property
    def words(self) -> Words:
        return Words.of(passage.text for passage in self._passages)

    def numbers(self) -> list[int]:
        groups: dict[str, list[int]] = defaultdict(list)
        for position, passage in enumerate(self._passages):
            groups[_unnumbered(passage.id)].append(position)
        numbers = [passage.number for passage in self._passages]
        for name, positions in groups.items():
            if name in self._used:
                for position, number in zip(positions, self._of_group(name, positions), strict=True):
                    numbers[position] = number
        return numbers

    def _of_group(self, name: str, positions: Sequence[int]) -> list[int]:
        """Return the numbers of passages whose text was published before: as they had them last, else new ones."""
        numbers: dict[int, int] = {}
        for earlier in (e for e in self._earlier if name in e.by_name):
            for position, record in self._found_again(earlier, name, positions).items():
                number = _number(earlier.records[record].id)
                if position not in numbers and number not in numbers.values():
                    numbers[position] = number
            if len(numbers) == len(positions):
                break
        fresh = count(max(self._used[name]) + 1)
        return [numbers[position] if position in numbers else next(fresh) for position in positions]

    def _found_again(self, earlier: _Earlier, name: str, positions: Sequence[int]) -> dict[int, int]:
        known = earlier.by_name[name]
        if len(positions) == len(known) == 1 and len(self._passages[positions[0]].text.split()) >= _SURE:
            return {positions[0]: known[0]}
        return earlier.found_again(known)


class _Earlier:
    """An earlier edition, laid beside the new one where that is asked for."""

    def __init__(self, edition: Edition, numbering: _Numbering) -> None:
        self.records: tuple[Record, ...] = edition.records
        self._numbering = numbering
        self.by_name: dict[str, list[int]] = defaultdict(list)
        for position, record in enumerate(self.records):
            self.by_name[_unnumbered(record.id)].append(position)

    @cached_property
    def _words(self) -> Words:
        return Words.of(record.text for record in self.records)

    @cached_property
    def _where(self) -> Numbers:
        return align(self._words, self._numbering.words)

    def found_again(self, positions: Iterable[int]) -> dict[int, int]:
        """Return which passage each of some records is, as passage -> record; those that are none are left out."""
        found: dict[int, int] = {}
        new = self._numbering.words
        for position in positions:
            there = as_whole(self._where, self._words.of_text(position))
            if there is not None and there == new.of_text(new.at[there.start][0]):
                found[new.at[there.start][0]] = position
        return found
