"""An alignment becomes what a proof-reader writes beside a quotation: which words differ, and how."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from checking.alignment import Move, Step
from checking.kinds import Kind, kind_of
from checking.rests import with_rests
from checking.sources import Sources
from checking.tokens import Role, Token

# of the signs between words these are no difference: quotation marks, white space, the marks of notes and of lists
_NO_SIGN = re.compile(r"[\s„“”\"‚‘’»«›‹\[\]•▪■●◆➢✓|\u00b9\u00b2\u00b3\u2070-\u2079\u00ad\u200b-\u200d\u2060]+")
_DASHES = re.compile(r"[-\u2010-\u2015]+")


class Slight(StrEnum):
    """What a quotation may differ by and still be word for word."""

    PUNCTUATION = "punctuation"
    CAPITAL = "capital"  # of the first letter only
    NOTE_MARK = "note-mark"
    OMISSIONS = "omissions"
    INSERTIONS = "insertions"
    NEGATED = "negated"  # right before or behind it the printed sentence says no


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a quotation and what is printed in its place; they read alike where ``kind`` is None."""

    quoted: str
    printed: str = ""
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A part of a quotation beside its source: ``stretches`` join to the quoted text, ``first`` and ``last`` are printed tokens.

    ``signs`` are quoted and printed punctuation with the words on both sides, where it differs; ``beside`` are printed
    words before or behind it that say no; ``held`` is how much of quoted
    and printed letters is the same word or a form of it, 0 to 1, ``words`` how many words are exactly the same, ``longest`` how
    many of them in a row.
    """

    stretches: tuple[Stretch, ...]
    first: int
    last: int
    slight: frozenset[Slight]
    signs: tuple[tuple[str, str], ...]
    beside: tuple[str, ...]
    held: float
    words: int
    longest: int

    @property
    def differences(self) -> tuple[Stretch, ...]:
        """Where it does not read as printed."""
        return tuple(stretch for stretch in self.stretches if stretch.kind)


class Comparing:
    """One quotation beside printed text."""

    def __init__(self, text: str, tokens: Sequence[Token], sources: Sources) -> None:
        self._text = text
        self._tokens = tokens
        self._sources = sources
        self._opening = next((number for number, token in enumerate(tokens) if token.is_compared), -1)

    def compare(self, moves: Sequence[Move], start: int, end: int) -> Comparison | None:
        """Return how characters ``start`` to ``end`` compare, which some moves make; None where no word is printed."""
        steps = [move for move in moves if move.printed >= 0 and move.step in (Step.SAME, Step.OTHER)]
        if not steps:
            return None
        held, words, longest = self._held(moves)
        whole, beside = with_rests(self._text, self._tokens, moves, self._sources)
        signs, slight = tuple(self._signs(moves)), set(self._slight(moves, start, end))
        slight |= ({Slight.PUNCTUATION} if signs else set()) | ({Slight.NEGATED} if beside else set())
        stretches = tuple(self._stretches(whole, start, end))
        return Comparison(stretches, steps[0].printed, steps[-1].printed, frozenset(slight), signs, beside, held, words, longest)

    def _differs(self, move: Move) -> bool:
        match move.step:
            case Step.SAME | Step.OMITTED:
                return False
            case Step.ADDED:
                return not self._tokens[move.quoted].mark
            case Step.OTHER:
                return not self._is_capital(move)
            case Step.REPLACED:  # in brackets all may be said, but for what turns the sense
                printed = self._printed(move)
                return kind_of([], [printed]).is_grave and printed not in self._tokens[move.quoted].inserted
        return True

    def _is_capital(self, move: Move) -> bool:
        quoted, printed = self._tokens[move.quoted].text, self._printed(move)
        return move.quoted == self._opening and quoted[1:] == printed[1:] and quoted.casefold() == printed.casefold()

    def _printed(self, move: Move) -> str:
        return self._sources.tokens[move.printed].text

    def _slight(self, moves: Sequence[Move], start: int, end: int) -> Iterator[Slight]:
        roles = {token.role for token in self._tokens if start <= token.start < end}
        if Role.OMISSION in roles:
            yield Slight.OMISSIONS
        if roles & {Role.INSERTION, Role.CHANGED}:
            yield Slight.INSERTIONS
        for move in moves:
            if move.step is Step.ADDED and self._tokens[move.quoted].mark:
                yield Slight.NOTE_MARK
            if move.step is Step.SAME and self._tokens[move.quoted].without_mark == self._printed(move):
                yield Slight.NOTE_MARK
            if move.step is Step.OTHER and self._is_capital(move):
                yield Slight.CAPITAL

    def _held(self, moves: Sequence[Move]) -> tuple[float, int, int]:
        """Return the share of letters that quotation and print have in common, the common words, and the most in a row."""
        same = all_ = words = longest = run = 0
        for move in moves:
            if move.step in (Step.OMITTED, Step.REPLACED):
                continue
            quoted = self._tokens[move.quoted] if move.quoted >= 0 else None
            length = max(len(quoted.text) if quoted else 0, len(self._printed(move)) if move.printed >= 0 else 0)
            all_ += length
            kin = move.step is Step.OTHER and quoted is not None and quoted.kin == self._sources.tokens[move.printed].kin
            same += length if move.step is Step.SAME or kin else 0
            run = run + 1 if move.step is Step.SAME else 0
            words, longest = words + (run > 0), max(longest, run)
        return same / all_ if all_ else 0.0, words, longest

    def _stretches(self, moves: Sequence[Move], start: int, end: int) -> Iterator[Stretch]:
        done = start
        for group, behind in self._groups(moves):
            quoted = [self._tokens[move.quoted] for move in group if move.quoted >= 0]
            printed = [move.printed for move in group if move.printed >= 0]
            # what is lacking is shown before the next word, behind the signs that stand there; at the end behind the last one
            first = quoted[0].start if quoted else self._tokens[behind].start if behind >= 0 else self._last(moves)
            yield Stretch(self._text[done:first])
            done = quoted[-1].end if quoted else first
            typed, stands = self._text[first:done], self._sources.text(printed[0], printed[-1]) if printed else ""
            if _only_spaced_otherwise(typed, stands):
                yield Stretch(typed)
            else:
                kind = kind_of([token.text for token in quoted], [self._sources.tokens[at].text for at in printed])
                yield Stretch(typed, stands, kind)
        yield Stretch(self._text[done:end])

    def _last(self, moves: Sequence[Move]) -> int:
        """Return where the last quoted word of some moves ends."""
        return max(self._tokens[move.quoted].end for move in moves if move.quoted >= 0)

    def _groups(self, moves: Sequence[Move]) -> Iterator[tuple[list[Move], int]]:
        """Yield the moves of one difference, and the quoted token behind them, -1 for none; forms of a word are one each."""
        group: list[Move] = []
        for move in moves:
            alone = move.step is Step.OTHER and self._tokens[move.quoted].kin == self._sources.tokens[move.printed].kin
            if group and (alone or not self._differs(move)):
                yield group, move.quoted
                group = []
            if self._differs(move):
                if alone:
                    yield [move], -1
                else:
                    group.append(move)
        if group:
            yield group, -1

    def _signs(self, moves: Sequence[Move]) -> Iterator[tuple[str, str]]:
        """Yield quoted and printed words with the signs between them, where those differ."""
        for one, other in pairwise(move for move in moves if not (move.step is Step.ADDED and self._tokens[move.quoted].mark)):
            if self._differs(one) or self._differs(other) or min(one.printed, other.printed, one.quoted, other.quoted) < 0:
                continue
            first, second = self._tokens[one.quoted], self._tokens[other.quoted]
            if other.printed != one.printed + 1 or not (first.is_compared and second.is_compared):
                continue
            between = self._text[first.end : second.start]
            if "[" in between or "…" in between or "..." in between:
                continue
            if _sign(between) != _sign(self._sources.between(one.printed)):
                yield (
                    " ".join(self._text[first.start : second.end].split()),
                    " ".join(self._sources.text(one.printed, other.printed).split()),
                )


def _sign(between: str) -> str:
    return _DASHES.sub("–", _NO_SIGN.sub("", between)).strip("0123456789")


def _only_spaced_otherwise(quoted: str, printed: str) -> bool:
    """Tell whether only white space differs, and not between two letters: "zusammen arbeiten" is no "zusammenarbeiten"."""
    if not quoted or "".join(quoted.split()) != "".join(printed.split()):
        return False
    return not any(re.search(r"[^\W\d_]\s+[^\W\d_]", text) for text in (quoted, printed))
