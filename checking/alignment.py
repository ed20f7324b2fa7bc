"""The cheapest way to make a quotation from printed text, which may jump between places; dynamic programming, a row a word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from checking.tokens import Role, Token

Costs = NDArray[np.int32]

# Another form of a word, another word, a printed one that is not quoted, a quoted one that is not printed: that the last word but
# one is dropped is likelier than that nobody printed the last one.
_KIN, _OTHER, _LACKS, _ADDS = 1, 4, 2, 3
_JUMP = 11  # more than five words left out: a proof-reader calls that another place
_NEVER = 100_000
_TRACED = 3_000  # words of alignments that cost the same; where nothing fits, every place is as good as another
_LEFT_OUT = 400  # words that "[…]" leaves out at most: about a page
_BRACKETED = 4  # printed words at most that words in brackets stand for


class Step(Enum):
    """What becomes of a word on the way."""

    SAME = "same"
    OTHER = "other"  # quoted and printed differ, be it by a letter
    ADDED = "added"  # quoted, not printed
    LACKING = "lacking"  # printed, not quoted
    OMITTED = "omitted"  # printed, and marked as left out
    REPLACED = "replaced"  # printed, with words in brackets instead
    JUMP = "jump"  # the next word stands elsewhere


@dataclass(frozen=True, slots=True)
class Move:
    """A step with the numbers of its quoted and its printed token, -1 where there is none."""

    step: Step
    quoted: int
    printed: int


@dataclass(frozen=True, slots=True)
class Alignment:
    """How a quotation is made from printed tokens, and what that costs; ``moves`` in the order of the quotation."""

    moves: tuple[Move, ...]
    cost: int

    @property
    def parts(self) -> list[list[Move]]:
        """The moves between jumps; leaving out more than a page is one too."""
        parts: list[list[Move]] = [[]]
        omitted = 0
        for move in self.moves:
            if move.step is Step.JUMP or (omitted > _LEFT_OUT and move.step is not Step.OMITTED):
                parts.append([])
            if move.step is not Step.JUMP:
                parts[-1].append(move)
            omitted = omitted + 1 if move.step is Step.OMITTED else 0
        return [part for part in parts if part]


#: Stands between texts that do not follow each other.
BETWEEN = Token("", 0, 0, "\0between")


class Aligner:
    """Printed texts, one after the other with ``BETWEEN`` between them, to which quotations are aligned."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._exact: dict[str, int] = {}
        self._kin: dict[str, int] = {}
        self._texts = np.array([self._exact.setdefault(token.text, len(self._exact)) for token in tokens], np.int32)
        self._kins = np.array([self._kin.setdefault(token.kin, len(self._kin)) for token in tokens], np.int32)
        self._bars = np.array([token is BETWEEN for token in tokens], np.bool_)
        self._lacks = np.where(self._bars, _NEVER, _LACKS).astype(np.int32)
        self._before = np.concatenate([[0], np.cumsum(self._lacks)]).astype(np.int32)
        self._barred = np.concatenate([[0], np.cumsum(np.where(self._bars, _NEVER, 0))]).astype(np.int32)

    def align(self, quotation: Sequence[Token], *, jumps: bool = True) -> list[Alignment]:
        """Return the cheapest alignments, one for each place where one ends; several where the same words stand often."""
        rows = _expanded(quotation)
        table = self._table([token for _, token in rows], quotation, _JUMP if jumps else _NEVER)
        ends = np.flatnonzero(table[-1] == table[-1].min())[: max(20, _TRACED // len(rows))]
        return [Alignment(tuple(self._trace(rows, table, int(end))), int(table[-1].min())) for end in ends]

    def _table(self, rows: Sequence[Token], quotation: Sequence[Token], jump: int) -> Costs:
        table = np.zeros((len(rows) + 1, len(self._tokens) + 1), np.int32)
        for number, token in enumerate(rows, 1):
            above, row = table[number - 1], table[number]
            if token.role is Role.OMISSION:
                row[:] = np.minimum.accumulate(above - self._barred) + self._barred
                continue
            if token.role is Role.INSERTION:
                row[:] = above
                np.minimum(row[1:], above[:-1] + self._barred[1:] - self._barred[:-1], out=row[1:])
                continue
            np.add(above, _added(token), out=row)
            entered = np.minimum(above[:-1], above.min() + jump)
            np.minimum(row[1:], entered + self._substitution(token), out=row[1:])
            row[:] = np.minimum.accumulate(row - self._before) + self._before
        return table

    def _substitution(self, token: Token) -> Costs:
        costs = np.full(len(self._tokens), _OTHER, np.int32)
        costs[self._bars] = _NEVER
        if (kin := self._kin.get(token.kin)) is not None:
            costs[self._kins == kin] = _KIN
        if token.is_loose:
            allowed = [number for text, number in self._exact.items() if text and token.allows(text)]
            costs[np.isin(self._texts, allowed)] = 0
        elif (number := self._exact.get(token.text)) is not None:
            costs[self._texts == number] = 0
        return costs

    def _trace(self, rows: Sequence[tuple[int, Token]], table: Costs, at: int) -> list[Move]:
        """Return the moves that lead to the last row at a column, found from the end."""
        moves: list[Move] = []
        number = len(rows)
        while number:
            quoted, token = rows[number - 1]
            above, here = table[number - 1], table[number, at]
            if token.role is Role.OMISSION:
                if above[at] != here:
                    moves.append(Move(Step.OMITTED, quoted, at - 1))
                    at -= 1
                    continue
                number -= 1
                continue
            if token.role is Role.INSERTION:
                if above[at] != here:
                    moves.append(Move(Step.REPLACED, quoted, at - 1))
                    at -= 1
                number -= 1
                continue
            cost = int(self._substitution_at(token, at - 1)) if at else _NEVER
            if at and above[at - 1] + cost == here:
                moves.append(Move(Step.OTHER if cost else Step.SAME, quoted, at - 1))
                number, at = number - 1, at - 1
            elif above[at] + _added(token) == here:
                moves.append(Move(Step.ADDED, quoted, -1))
                number -= 1
            elif at and table[number, at - 1] + self._lacks[at - 1] == here:
                moves.append(Move(Step.LACKING, -1, at - 1))
                at -= 1
            else:
                moves.append(Move(Step.OTHER if cost else Step.SAME, quoted, at - 1))
                moves.append(Move(Step.JUMP, -1, -1))
                number, at = number - 1, int(above.argmin())
        return moves[::-1]

    def _substitution_at(self, token: Token, at: int) -> int:
        other = self._tokens[at]
        if other is BETWEEN:
            return _NEVER
        same = token.allows(other.text) if token.is_loose else token.text == other.text
        return 0 if same else _KIN if token.kin == other.kin else _OTHER


def _added(token: Token) -> int:
    return 0 if token.mark else _ADDS


def _expanded(quotation: Sequence[Token]) -> list[tuple[int, Token]]:
    """Return a quotation's tokens with their numbers; words in brackets several times, each for one printed word or none."""

    def times(token: Token) -> Iterator[Token]:
        yield from [token] * (_BRACKETED if token.role is Role.INSERTION else 1)

    return [(number, one) for number, token in enumerate(quotation) for one in times(token)]
